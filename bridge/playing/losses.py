"""What a playing lost and has again: counted, and said once in a sentence."""

from collections import Counter
from dataclasses import dataclass
from typing import Literal

from bridge.processes.wire import Line

What = Literal["port", "host", "musician", "clock", "listener"]
"""The port that we play on, who sets the time, who plays along, the port for our own clock, and who
checks what arrives."""

_LOST: dict[What, str] = {
    "port": "the MIDI port {name} is gone: {why}; the music goes on in silence until it is back",
    "host": "the host can't be heard any more: {why}; it is followed again when it is back",
    "musician": "you can't be heard any more: {why}; you are heard again when the port is back",
    "clock": "the clock port is gone: {why}; the clock goes on when it is back",
    "listener": "nobody checks any more what arrives: {why}; another listener is started",
}
_BACK: dict[What, str] = {
    "port": "the MIDI port {name} is back",
    "host": "the host is heard again",
    "musician": "you are heard again",
    "clock": "the clock port is back",
    "listener": "a listener checks again what arrives",
}


@dataclass(frozen=True)
class Notice:
    """Something was lost, or is back.

    Attributes:
        what: Of a playing.
        is_back: Whether it is there again.
        name: What others see, where it has a name.
        why: Why it was lost.
    """

    what: What
    is_back: bool
    name: str = ""
    why: str = ""

    @property
    def sentence(self) -> str:
        """For a person."""
        words = (_BACK if self.is_back else _LOST)[self.what]
        return words.format(name=self.name, why=self.why or "its process ended")

    @property
    def line(self) -> Line:
        """For a window."""
        if self.is_back:
            return {"back": {"what": self.what, "name": self.name}}
        return {"lost": {"what": self.what, "name": self.name, "why": self.why}}


class Losses:
    """Sees what is open, and remembers.

    Attributes:
        lost: How often each was lost.
        back: How often each came back.
    """

    def __init__(self) -> None:
        self.lost: Counter[What] = Counter()
        self.back: Counter[What] = Counter()
        self._open: dict[What, bool] = {}

    @property
    def missing(self) -> list[What]:
        """What is lost now."""
        return [what for what, is_open in self._open.items() if not is_open]

    def see(self, what: What, is_open: bool, name: str = "", why: str = "") -> Notice | None:
        """Look at one of them; what was never open can't be lost.

        Returns:
            What there is to say, if it is news.
        """
        before = self._open.get(what)
        if before is None and not is_open:
            return None
        self._open[what] = is_open
        if before in (None, is_open):
            return None
        (self.back if is_open else self.lost)[what] += 1
        return Notice(what, is_open, name, why)

    def told(self) -> dict[str, dict[str, int]]:
        """The counts, by what was lost."""
        return {what: {"lost": n, "back": self.back[what]} for what, n in self.lost.items()}
