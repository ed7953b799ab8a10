"""Where a host's music is: a line through beats and seconds, and who reports it.

Seconds are those of the clock of the port on which we play; beats are quarter notes from the start
of the host's song.
"""

from dataclasses import dataclass, replace
from typing import Literal, Protocol

Lock = Literal["none", "locking", "locked"]


@dataclass(frozen=True)
class HostTime:
    """The host's line, as far as it is known.

    Attributes:
        rolling: Whether the host plays.
        at: A second on our port's clock.
        beat: The host's position then.
        bpm: Quarter notes a minute from then on.
        lock: Whether tempo and position can be trusted.
        jump: Counts starts, locates and loops: another number means that the position jumped.
    """

    rolling: bool
    at: float
    beat: float
    bpm: float
    lock: Lock
    jump: int

    def beat_at(self, at: float) -> float:
        """The position at second `at`; it stands still where the host does."""
        return self.beat + (at - self.at) * self.bpm / 60.0 if self.rolling else self.beat

    def time_of(self, beat: float) -> float:
        """When `beat` sounds at this tempo."""
        return self.at + (beat - self.beat) * 60.0 / self.bpm


def standing(host: HostTime, now: float) -> HostTime:
    """A host that can't be heard any more: it stands still where it last was."""
    return replace(host, rolling=False, at=now, beat=host.beat_at(now), lock="none")


class Follower(Protocol):
    """Listens to one host."""

    name: str

    def host(self, now: float) -> HostTime | None:
        """The host's line as it is known at second `now`; None while nothing was heard."""
        ...

    def close(self) -> None:
        """Listen no more. May be called again."""
        ...
