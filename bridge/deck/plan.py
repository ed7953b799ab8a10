"""When each step sounds: a row of stretches in which steps and the port's clock run side by side.

A new stretch begins wherever the music jumps (start, seek, loop) or changes its speed. Times are
seconds on the port's clock, steps have fractions.
"""

import math
from dataclasses import dataclass
from typing import Protocol

from bridge.deck.piece import DeckPiece
from bridge.sync.hosttime import HostTime

_HISTORY = 64
_APART_S = 0.001
_SAME_S = 1e-6
_TRIES = 8


class Line(Protocol):
    """Steps and seconds side by side, without an end on either side."""

    @property
    def steps_per_beat(self) -> int:
        """Steps in a quarter note."""
        ...

    def time_of(self, step: float) -> float:
        """When `step` sounds."""
        ...

    def step_at(self, at: float) -> float:
        """Which step sounds at second `at`."""
        ...

    def bpm_at(self, step: float) -> float:
        """Quarter notes a minute at `step`."""
        ...


@dataclass(frozen=True)
class OwnLine:
    """The piece's own tempo, `factor` times as fast, with `step` at second `at`."""

    at: float
    step: float
    factor: float
    piece: DeckPiece

    @property
    def steps_per_beat(self) -> int:
        """See `Line`."""
        return self.piece.steps_per_beat

    def time_of(self, step: float) -> float:
        """See `Line`."""
        written = self.piece.seconds_at(step) - self.piece.seconds_at(self.step)
        return self.at + written / self.factor

    def step_at(self, at: float) -> float:
        """See `Line`; at its own second exactly its own step."""
        if at == self.at:
            return self.step
        begun = self.piece.seconds_at(self.step)
        return self.piece.step_at(begun + (at - self.at) * self.factor)

    def bpm_at(self, step: float) -> float:
        """See `Line`."""
        return self.piece.bpm_at(step) * self.factor


@dataclass(frozen=True)
class HostLine:
    """A host's line as it told it.

    Attributes:
        host: Where the host is; it rolls.
        origin: The host's beat on which step 0 lies.
        steps_per_beat: Steps in a quarter note.
        nudge_s: How much later than the host everything sounds.
    """

    host: HostTime
    origin: float
    steps_per_beat: int
    nudge_s: float = 0.0

    def time_of(self, step: float) -> float:
        """See `Line`."""
        return self.host.time_of(self.origin + step / self.steps_per_beat) + self.nudge_s

    def step_at(self, at: float) -> float:
        """See `Line`."""
        return (self.host.beat_at(at - self.nudge_s) - self.origin) * self.steps_per_beat

    def bpm_at(self, step: float) -> float:
        """See `Line`."""
        return self.host.bpm


@dataclass(frozen=True)
class Pace:
    """Who sets the speed: we ourselves, or a host.

    Attributes:
        factor: How many times faster than written, by our own clock.
        host: A host that rolls, or None for our own clock.
        nudge_s: How much later than the host everything sounds.
        origin: The host's beat on which step 0 lies, passes of a loop of our own not counted.
    """

    factor: float = 1.0
    host: HostTime | None = None
    nudge_s: float = 0.0
    origin: float = 0.0

    def line(self, at: float, step: float, piece: DeckPiece) -> Line:
        """A line on which `step` sounds at second `at`."""
        if self.host is None:
            return OwnLine(at, step, self.factor, piece)
        host = self.host.foreseen(at - self.nudge_s)
        beat = host.beat_at(at - self.nudge_s)
        return self.on_host(host, beat - step / piece.steps_per_beat, piece)

    def on_host(self, host: HostTime, origin: float, piece: DeckPiece) -> HostLine:
        """The host's line with step 0 on its beat `origin`."""
        return HostLine(host, origin, piece.steps_per_beat, self.nudge_s)

    def go_on(self, before: "Stretch", at: float, piece: DeckPiece) -> Line:
        """The line that goes on where a stretch is at second `at`, at the pace of now.

        A host's beats stay where they are in the piece, whatever happened to its tempo.
        """
        old = before.line
        if self.host is not None and isinstance(old, HostLine):
            host = self.host.nearest(at - self.nudge_s, old.host.beat_at(at - old.nudge_s))
            return self.on_host(host, old.origin, piece)
        return self.line(at, before.step_at(at), piece)


@dataclass(frozen=True)
class Stretch:
    """A line in force from second `at` on.

    Attributes:
        at: When it begins.
        step: The first step that sounds on it.
        line: Steps and seconds.
        since: Onsets from here up to `step` have not sounded: those of notes that are held at
            `step` are made up for. `-inf` after a jump, `step` itself where nothing was left out.
    """

    at: float
    step: float
    line: Line
    since: float

    def time_of(self, step: float) -> float:
        """When `step` sounds."""
        return self.line.time_of(step)

    def step_at(self, at: float) -> float:
        """Which step sounds at second `at`; at its beginning exactly its first one.

        Where a host fell behind what was played already, the music waits for it on that step.
        """
        return self.step if at <= self.at else max(self.step, self.line.step_at(at))


class Plan:
    """The stretches of one playing, the last of them open."""

    def __init__(self) -> None:
        self._stretches: list[Stretch] = []

    def __bool__(self) -> bool:
        return bool(self._stretches)

    @property
    def last(self) -> Stretch:
        """The stretch that goes on for ever."""
        return self._stretches[-1]

    @property
    def begins_at(self) -> float:
        """When the first stretch that is still remembered begins; infinity if there is none."""
        return self._stretches[0].at if self._stretches else math.inf

    def clear(self) -> None:
        """Nothing is planned."""
        self._stretches = []

    def begin(self, at: float, step: float, line: Line, since: float = -math.inf) -> Stretch:
        """A new stretch from second `at` on; what was planned from there on is forgotten."""
        new = Stretch(at, step, line, since)
        before = [one for one in self._stretches if one.at < at][-_HISTORY:]
        self._stretches = [*before, new]  # at once: see `sounding_at`
        return new

    def between(self, start: float, stop: float) -> list[Stretch]:
        """The stretches that begin at second `start` or later and before `stop`."""
        return [one for one in self._stretches if start <= one.at < stop]

    def in_force(self, at: float) -> Stretch:
        """The stretch of second `at`; before the first one, that one."""
        return _in_force(self._stretches, at)

    def sounding_at(self, at: float) -> Stretch | None:
        """As `in_force`, None where nothing is planned; may be asked from any thread."""
        stretches = self._stretches
        return _in_force(stretches, at) if stretches else None

    def step_at(self, at: float) -> float:
        """The step that sounds at second `at`; before the beginning, the first step."""
        return self.in_force(at).step_at(at)

    def between_onsets(self, at: float) -> float:
        """A second at `at` or a little later on which no note begins.

        Notes begin on whole steps; what is at least a millisecond away from them is on the same
        side of each of them for everybody, however times are rounded. The very beginning of a
        stretch is such a second as well: what begins there belongs to the stretch.
        """
        at = max(at, self._stretches[0].at)
        begins = [one.at for one in self._stretches if abs(one.at - at) < _SAME_S]
        if begins:
            return begins[0]
        for _ in range(_TRIES):
            stretch = self.in_force(at)
            if at == stretch.at:
                return at
            nearest = stretch.time_of(round(stretch.step_at(at)))
            if abs(at - nearest) < _APART_S:
                at = nearest + 1.5 * _APART_S
            elif at - stretch.at < _APART_S:
                at = stretch.at + 1.5 * _APART_S
            else:
                return at
        return at


def _in_force(stretches: list[Stretch], at: float) -> Stretch:
    found = stretches[0]
    for stretch in stretches[1:]:
        if stretch.at > at:
            break
        found = stretch
    return found
