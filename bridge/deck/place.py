"""Where a piece lies in a host's song, and where in it something may start."""

import math
from dataclasses import replace

from bridge.choices import StartOn
from bridge.deck.plan import HostLine, Line
from bridge.deck.seam import home_at, origin_at
from bridge.deck.tape import Tape
from bridge.sync.hosttime import HostTime

_NEAR_BEATS = 1e-6
_NEAR_SEAM_S = 0.01


class Place:
    """The place of a tape's piece in the song of a host.

    Args:
        tape: What plays.

    Attributes:
        host: The host as it was last told; None for our own clock.
    """

    def __init__(self, tape: Tape) -> None:
        self.host: HostTime | None = None
        self._tape = tape
        self.origin = 0.0

    @property
    def origin(self) -> float:
        """The host's beat on which step 0 lies, passes of a loop not counted."""
        return self._tape.pace.origin

    @origin.setter
    def origin(self, beat: float) -> None:
        self._tape.pace = replace(self._tape.pace, origin=beat)

    def rest(self) -> float:
        """The step of a host that stands still."""
        beat = 0.0 if self.host is None else self.host.beat
        return max(0.0, (beat - self.origin) * self._tape.piece.steps_per_beat)

    def on(self, host: HostTime, origin: float, at: float) -> HostLine:
        """The line that a host is going to have at second `at`, step 0 on its beat `origin`."""
        then = host.foreseen(at - self._tape.pace.nudge_s)
        return self._tape.pace.on_host(then, origin, self._tape.piece)

    def at_origin(self, at: float) -> Line:
        """The host's line with the piece where it was put."""
        if self.host is None:
            return self._tape.pace.line(at, 0.0, self._tape.piece)
        return self.on(self.host, self.origin, at)

    def lines(self, host: HostTime, origin: float, at: float) -> list[HostLine]:
        """As `on`, both of them where the host jumps at about second `at`."""
        return [self.on(host, origin, near) for near in (at - _NEAR_SEAM_S, at + _NEAR_SEAM_S)]

    def beat_at(self, at: float) -> float:
        """The host's beat that sounds at second `at`."""
        if self.host is None:
            return 0.0
        at -= self._tape.pace.nudge_s
        return self.host.foreseen(at).beat_at(at)

    def put(self, step: float, beat: float) -> None:
        """Let `step` lie on a beat of the host."""
        self.origin = beat - step / self._tape.piece.steps_per_beat

    def in_phase(self, at: float, step: float, per: float) -> Line:
        """About `step` sounds at `at`: with beats on beats (`per` 1), or bars on bars."""
        tape = self._tape
        beat = self.beat_at(at) - step / tape.piece.steps_per_beat
        self.origin = round(beat / per) * per
        if self.host is None:
            return tape.pace.line(at, step, tape.piece)
        return self.on(self.host, self.origin, at)

    def placed(self, at: float) -> Line:
        """The host's line with the piece where it lies; behind a loop's end, its passes go on."""
        tape, host = self._tape, self.host
        if host is None:
            return tape.pace.line(at, 0.0, tape.piece)
        per, beat = tape.piece.steps_per_beat, self.beat_at(at)
        self.origin = home_at(beat, self.origin)
        return self.on(host, origin_at(beat, self.origin, per, tape.loop), at)


def next_on(start_on: StartOn, beat: float, bar_beats: float) -> float:
    """The first beat at `beat` or later on which something may start."""
    every = {"beat": 1.0, "bar": bar_beats, "four bars": 4.0 * bar_beats}.get(start_on, 0.0)
    return math.ceil(beat / every - _NEAR_BEATS) * every if every else beat
