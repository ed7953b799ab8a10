"""Where a host's music is: a line through beats and seconds, and who reports it.

Seconds are those of the clock of the port on which we play; beats are quarter notes from the start
of the host's song.
"""

import math
from dataclasses import dataclass, replace
from typing import Literal, Protocol

Lock = Literal["none", "locking", "locked"]


@dataclass(frozen=True)
class HostLoop:
    """A loop of the host's: on beat `stop` it jumps back to beat `start`.

    Attributes:
        start: Where it goes on.
        stop: Where it jumps, later than `start`.
        pause_s: How long it stands on `start` first, as JACK's transport does.
    """

    start: float
    stop: float
    pause_s: float = 0.0


@dataclass(frozen=True)
class HostBars:
    """The bars of a host that tells them.

    Attributes:
        first: The beat on which bar 1 would begin if the metre had always been the same.
        beats: Quarter notes in a bar.
    """

    first: float
    beats: float


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
        loop: The loop at whose end the host is expected to jump back; only told until it has come
            past that end without a jump.
        bars: Where its bars are, if it tells.
    """

    rolling: bool
    at: float
    beat: float
    bpm: float
    lock: Lock
    jump: int
    loop: HostLoop | None = None
    bars: HostBars | None = None

    def beat_at(self, at: float) -> float:
        """The position at second `at`; it stands still where the host does."""
        return self.beat + (at - self.at) * self.bpm / 60.0 if self.rolling else self.beat

    def time_of(self, beat: float) -> float:
        """When `beat` sounds at this tempo."""
        return self.at + (beat - self.beat) * 60.0 / self.bpm

    def later(self, passes: int) -> "HostTime":
        """The line after so many more jumps at the end of its loop; before them if negative."""
        return replace(self, beat=self.beat - passes * self._pass_beats()) if passes else self

    def foreseen(self, at: float) -> "HostTime":
        """The line that holds at second `at` if the host jumps at the end of its loop."""
        loop = self.loop
        if loop is None or not self.rolling or self.beat_at(at) < loop.stop:
            return self
        return self.later(1 + math.floor((self.beat_at(at) - loop.stop) / self._pass_beats()))

    def nearest(self, at: float, beat: float) -> "HostTime":
        """The line of the pass on which the host is nearest to `beat` at second `at`.

        That may be the pass before this one: what sounds later than the host isn't there yet.
        """
        if self.loop is None or not self.rolling:
            return self
        return self.later(max(-1, round((self.beat_at(at) - beat) / self._pass_beats())))

    def _pass_beats(self) -> float:
        loop = self.loop
        return 0.0 if loop is None else loop.stop - loop.start + loop.pause_s * self.bpm / 60.0


def standing(host: HostTime, now: float) -> HostTime:
    """A host that can't be heard any more: it stands still where it last was."""
    return replace(host, rolling=False, at=now, beat=host.beat_at(now), lock="none", loop=None)


class Follower(Protocol):
    """Listens to one host."""

    name: str

    def host(self, now: float) -> HostTime | None:
        """The host's line as it is known at second `now`; None while nothing was heard."""
        ...

    def close(self) -> None:
        """Listen no more. May be called again."""
        ...
