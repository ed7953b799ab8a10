"""Keeps everything open that a playing needs, beside the music, and says what is lost or back."""

from collections.abc import Callable

from bridge.deck.deck import Deck
from bridge.deck.lead import Lead
from bridge.playing.insync import Inputs
from bridge.playing.losses import Losses, Notice, What
from bridge.playing.steadyport import SteadyPort
from bridge.playing.witness import Witness


class Keeper:
    """Looks after port, host, musician, clock port and listener.

    Args:
        port: On which is played.
        inputs: Host, musician and clock port.
        witness: Who checks what arrives; None for nobody.

    Attributes:
        losses: What was lost and is back.
        on_notice: Told what is news; in the thread that plays.
    """

    def __init__(self, port: SteadyPort, inputs: Inputs, witness: Witness | None) -> None:
        self.losses = Losses()
        self.on_notice: Callable[[Notice], None] = lambda notice: None
        self._port, self._inputs, self._witness = port, inputs, witness
        self._lead: Lead | None = None

    @property
    def lost_notes(self) -> int:
        """Note-ons that were due while no port was open."""
        return self._port.lost_notes

    def turn(self, deck: Deck) -> None:
        """Open again what is lost. Called on each turn of the player's.

        Args:
            deck: What plays.

        Raises:
            PortError: The port could not be opened again for too long.
        """
        before, was_lost = self._port.shift_s, self._port.is_lost
        if self._port.turn():
            deck.resume()
            if self._port.shift_s != before:
                self._inputs.anew()
        if self._port.is_lost != was_lost and self._witness is not None:
            self._witness.anew()
        if not self._port.is_lost:
            self._inputs.turn()
            if self._witness is not None:
                self._witness.turn()
        self._follow_lead(deck)
        self._look()

    def _follow_lead(self, deck: Deck) -> None:
        lead = self._inputs.lead
        if lead is not self._lead:
            self._lead = lead
            deck.lead(lead)

    def _look(self) -> None:
        port, inputs = self._port, self._inputs
        self._see("port", not port.is_lost, port.name, port.why)
        if port.is_lost:
            return
        for what, is_open, why in inputs.state():
            self._see(what, is_open, inputs.name if what == "musician" else "", why)
        if self._witness is not None:
            self._see("listener", self._witness.hears, "", self._witness.why)

    def _see(self, what: What, is_open: bool, name: str, why: str) -> None:
        notice = self.losses.see(what, is_open, name, why)
        if notice is not None:
            if what == "musician" and not is_open:
                self._inputs.let_go()
            self.on_notice(notice)
