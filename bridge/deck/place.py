"""Where a piece lies in a host's song, and where in it something may start."""

import math

from bridge.choices import StartOn
from bridge.deck.plan import HostLine, Line
from bridge.deck.tape import Tape
from bridge.sync.hosttime import HostTime

_NEAR_BEATS = 1e-6


class Place:
    """The place of a tape's piece in the song of a host.

    Args:
        tape: What plays.

    Attributes:
        host: The host as it was last told; None for our own clock.
        origin: The host's beat on which step 0 lies, passes of a loop not counted.
    """

    def __init__(self, tape: Tape) -> None:
        self.host: HostTime | None = None
        self.origin = 0.0
        self._tape = tape

    def rest(self) -> float:
        """The step of a host that stands still."""
        beat = 0.0 if self.host is None else self.host.beat
        return max(0.0, (beat - self.origin) * self._tape.piece.steps_per_beat)

    def on(self, host: HostTime, origin: float) -> HostLine:
        """The host's line with step 0 on its beat `origin`."""
        return self._tape.pace.on_host(host, origin, self._tape.piece)

    def beat_at(self, at: float) -> float:
        """The host's beat that sounds at second `at`."""
        host = self.host
        return 0.0 if host is None else host.beat_at(at - self._tape.pace.nudge_s)

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
        return self.on(self.host, self.origin)

    def placed(self, at: float) -> Line:
        """The host's line with the piece where it lies; behind a loop's end, its passes go on."""
        tape, host = self._tape, self.host
        if host is None:
            return tape.pace.line(at, 0.0, tape.piece)
        per, beat = tape.piece.steps_per_beat, self.beat_at(at)
        if 0.0 <= beat < self.origin:
            self.origin = 0.0
        origin, loop = self.origin, tape.loop
        step = (beat - origin) * per
        if loop is not None and step >= loop[1]:
            passes = (step - loop[0]) // (loop[1] - loop[0])
            origin += passes * (loop[1] - loop[0]) / per
        return self.on(host, origin)


def next_on(start_on: StartOn, beat: float, bar_beats: float) -> float:
    """The first beat at `beat` or later on which something may start."""
    every = {"beat": 1.0, "bar": bar_beats, "four bars": 4.0 * bar_beats}.get(start_on, 0.0)
    return math.ceil(beat / every - _NEAR_BEATS) * every if every else beat
