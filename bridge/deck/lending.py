"""A deck's ports in the hands of another process: given up, and taken back.

Whoever plays together with a musician is a process of its own, and the DAW knows one port of ours.
So the deck closes that port and says who heard it; the other process opens one of the same name
with the same listeners; afterwards it goes the other way round. What the deck listens to and its
clock are closed as well, since they have names of their own.
"""

from collections.abc import Callable
from typing import Any

from bridge.deck.deck import Deck
from bridge.deck.input import DeckInput
from bridge.deck.openers import HeardBy
from bridge.deck.outputs import SOUND, Outputs
from bridge.deck.sync import DeckSync
from bridge.inputs.inputmemory import all_names, take_over
from bridge.processes.wire import Line
from bridge.sync.source import SyncWish


class Lending:
    """Lends and takes back, as ordered.

    Args:
        outputs: What is lent.
        sync: Whom the deck follows and leads; nobody meanwhile.
        input_port: What it hears; nothing meanwhile.
        tell: Takes the line that says that everything is closed.
    """

    def __init__(
        self,
        outputs: Outputs,
        sync: DeckSync,
        input_port: DeckInput,
        tell: Callable[[Line], None],
    ) -> None:
        self._outputs, self._sync, self._input, self._tell = outputs, sync, input_port, tell
        self._is_lent = self._is_told = self._sound = False
        self._wish = SyncWish()
        self._heard: str | None = None

    def takes(self, order: Line, deck: Deck) -> bool:
        """Carry an order out if it is about lending."""
        if "lend" in order:
            deck.stop()
            self.lend(self._outputs.key_of(deck.port) == SOUND)
        elif "take_back" in order:
            take_over(order.get("inputs", {}))
            self.take_back(read_heard(order["take_back"]))
            deck.armed = False  # a host that rolls is no order to play the piece
        else:
            return False
        return True

    def lend(self, sound: bool) -> None:
        """Give the ports up; they close as soon as the deck has left them.

        Args:
            sound: Whether the built-in sound played so far.
        """
        self._is_told = False
        if not self._is_lent:
            self._is_lent, self._sound = True, sound
            self._wish, self._heard = self._sync.wish, self._input.wish
            self._close()
            self._outputs.lend()

    def take_back(self, names: HeardBy) -> None:
        """Open what was open; those who heard the other process are to hear us.

        Args:
            names: Who they are, by the names of its ports.
        """
        if self._is_lent:
            self._is_lent = False
            self._outputs.take_back(names)
            self._sync.choose(self._wish)
            self._input.choose(self._heard)

    def turn(self) -> None:
        """Say it once everything is closed."""
        if not self._is_lent:
            return
        if self._sync.wish != SyncWish():  # ordered meanwhile: for afterwards
            self._wish = self._sync.wish
        if self._input.wish is not None:
            self._heard = self._input.wish
        self._close()
        closed = self._sync.is_closed and self._input.is_closed and self._outputs.has_lent()
        if closed and not self._is_told:
            self._is_told = True
            outputs = self._outputs
            told = {
                "key": outputs.midi_key,
                "parts": [list(part) for part in outputs.parts],
                "remembered": {port: sorted(some) for port, some in outputs.heard_by().items()},
                "inputs": all_names(),
                "sound": self._sound,
            }
            self._tell({"lent": told})

    def _close(self) -> None:
        if self._sync.wish != SyncWish():
            self._sync.choose(SyncWish())
        if self._input.wish is not None:
            self._input.choose(None)


def read_heard(told: Any) -> dict[str, list[str]]:
    """Who hears which port of ours, out of a line."""
    return {str(port): [str(name) for name in some] for port, some in dict(told).items()}
