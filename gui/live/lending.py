"""The deck's ports while another process plays: lent to it, and who it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from PySide6.QtCore import QObject, Signal

_ITS_OWN = frozenset({"position", "status", "sync", "input", "heard", "control"})
"""What a deck without ports tells of itself, and nobody wants to see."""


class Guest(Protocol):
    """Whoever plays instead of the deck."""

    def stop(self) -> None:
        """Stop, with nothing sounding."""
        ...

    def panic(self) -> None:
        """Silence everything, and stop."""
        ...


class Lending(QObject):
    """Lends the deck's ports and takes them back.

    Args:
        say: Hands an order to the deck, if it runs.
        start: Starts the deck if it doesn't run.
        parent: Qt's.
    """

    guest_changed = Signal()
    """Somebody plays instead of the deck, or nobody does any more."""

    lent = Signal(object)
    """The ports are closed; the deck's words for whoever opens their like (a dict)."""

    refused = Signal(str)
    """Something can't be played now; one sentence."""

    def __init__(
        self,
        say: Callable[[dict[str, object]], None],
        start: Callable[[], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._say, self._start = say, start
        self._is_lent = False
        self._guest: Guest | None = None

    @property
    def guest(self) -> Guest | None:
        """Who plays instead of the deck, or is about to; None: the deck plays."""
        return self._guest

    @guest.setter
    def guest(self, guest: Guest | None) -> None:
        if guest is not self._guest:
            self._guest = guest
            self.guest_changed.emit()

    @property
    def is_lent(self) -> bool:
        """Whether the ports are the guest's."""
        return self._is_lent

    def lend(self) -> None:
        """Have the deck close its ports; `lent` follows."""
        self._start()
        self._is_lent = True
        self._say({"lend": True})

    def take_back(
        self, names: Mapping[str, Sequence[str]], inputs: Mapping[str, Sequence[str]]
    ) -> None:
        """Have the deck open its ports again.

        Args:
            names: Who heard the guest's ports, by their names.
            inputs: Who was connected to its own input, by system.
        """
        if self._is_lent:
            self._is_lent = False
            known = {system: list(some) for system, some in inputs.items()}
            heard = {port: list(some) for port, some in names.items()}
            self._say({"take_back": heard, "inputs": known})

    def orders(self) -> list[dict[str, object]]:
        """What a deck that has just been started has to know."""
        return [{"lend": True}] if self._is_lent else []

    def refuses(self) -> bool:
        """Whether a guest has the ports, so that nothing else can be played; says so."""
        if self.guest is not None:
            self.refused.emit(self.tr("Playing together has the port; stop that first."))
        return self.guest is not None

    def take(self, line: dict[str, Any]) -> bool:
        """A line of the deck; whether nobody else is to see it."""
        if "lent" in line:
            self.lent.emit(line["lent"])
            return True
        return self._is_lent and not _ITS_OWN.isdisjoint(line)
