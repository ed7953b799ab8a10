"""Who else takes part: a host and a musician, heard through one input where both are one port."""

from collections.abc import Sequence

from bridge.deck.input import DeckInput
from bridge.deck.sync import DeckSync
from bridge.ports.port import OutputPort
from bridge.ports.systems import MidiSystem
from bridge.sync.source import heard_by_host


class Others:
    """Keeps a host and a musician heard, and our clock sent, beside the music.

    Args:
        sync: Whom we follow and lead.
        input_port: Where a musician is heard.
    """

    def __init__(self, sync: DeckSync, input_port: DeckInput) -> None:
        self.sync, self.input = sync, input_port

    def turn(
        self, port: OutputPort, key: str, systems: Sequence[MidiSystem], bpm: float = 120.0
    ) -> None:
        """Open and close what has to be, see `DeckSync.turn`. Called on each turn."""
        sync, musician = self.sync, self.input
        shared = heard_by_host(sync.wish, musician.wish)
        sync.shares = musician.heard.take if shared else None
        if shared or not sync.is_busy:  # of two inputs of ours only one can have the name
            musician.turn(systems, shared=shared)
        if not (shared and musician.is_busy):
            sync.turn(port, key, systems, bpm)

    def anew(self) -> None:
        """The server is another one: what is open belongs to the one before."""
        self.sync.drop()
        self.input.drop()

    def close(self) -> None:
        """Let go of everything; returns when it is closed. May be called again."""
        self.sync.close()
        self.input.close()
