"""What is listened to: the inputs there are, the chosen one, and what arrives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Signal

from gui.live.deckworker import known
from gui.live.kept import Kept

Say = Callable[[dict[str, object]], None]

OFF, OWN = "off", "own"
"""Keys of no input, and of our own, which others connect to."""


@dataclass(frozen=True)
class Input:
    """A port of another program or a keyboard that can be listened to."""

    key: str
    label: str
    system: str = ""


@dataclass(frozen=True)
class InputStatus:
    """How listening goes.

    Attributes:
        state: `off`, `opening`, `open` or `failed`.
        name: Name of the port that is open.
    """

    state: str = "off"
    name: str = ""


class InputState(QObject):
    """The input and what comes from it.

    Args:
        say: Hands an order to the deck, if it runs.
        start: Starts the deck if it doesn't run.
        kept: Where the choice is kept.
        parent: Qt's.
    """

    changed = Signal()
    """The inputs, the chosen one or its state are other than before."""

    heard = Signal(int, int)
    """Notes came: the pitch and velocity of the last one."""

    control = Signal(int, int, int)
    """A knob was turned: channel and number, counted from 0, and where it stands, 0..127."""

    def __init__(
        self, say: Say, start: Callable[[], None], kept: Kept, parent: QObject | None
    ) -> None:
        super().__init__(parent)
        self._say, self._start, self._kept = say, start, kept
        self.entries: tuple[Input, ...] = ()
        self.status = InputStatus()

    @property
    def key(self) -> str:
        """The chosen one: `OFF`, `OWN`, or the key of an entry."""
        return str(self._kept.get("input"))

    @property
    def listens(self) -> bool:
        """Whether something is listened to."""
        return self.key != OFF

    def choose(self, key: str) -> None:
        """Listen to another port, by its key."""
        if self._kept.set("input", key):
            self._start()
            self._say(self._order())
            self.changed.emit()

    def label_of(self, key: str) -> str:
        """What a port is called: as the list says, or by its key where it isn't there now."""
        found = next((one for one in self.entries if one.key == key), None)
        return found.label if found is not None else key.rpartition("|")[2]

    def orders(self) -> list[dict[str, object]]:
        """What a deck that has just been started has to know."""
        return [self._order()] if self.listens else []

    def take(self, line: dict[str, Any]) -> bool:
        """A line of the deck; whether it was for us."""
        if "heard" in line:
            told = line["heard"]
            self.heard.emit(int(told["pitch"]), int(told["velocity"]))
        elif "control" in line:
            self.control.emit(*map(int, line["control"]))
        elif "inputs" in line:
            self.entries = tuple(Input(**known(Input, entry)) for entry in line["inputs"])
            self.changed.emit()
        elif "input" in line:
            self.status = InputStatus(**known(InputStatus, line["input"]))
            self.changed.emit()
        else:
            return False
        return True

    def forget(self) -> None:
        """The deck has ended."""
        self.status = InputStatus()
        self.changed.emit()

    def _order(self) -> dict[str, object]:
        return {"input": {OFF: None, OWN: ""}.get(self.key, self.key)}
