"""Where a piece lies in a host's song, and where in it something may start."""

from dataclasses import replace

from bridge.deck.barlines import BarLines
from bridge.deck.plan import HostLine, Line
from bridge.deck.seam import home_at, origin_at
from bridge.deck.tape import Tape
from bridge.sync.hosttime import HostTime

_NEAR_SEAM_S = 0.01


class Place:
    """The place of a tape's piece in the song of a host.

    Args:
        tape: What plays.

    Attributes:
        host: The host as it was last told; None for our own clock.
        bar_beats: Quarter notes in a bar of a piece whose metres are not known.
    """

    def __init__(self, tape: Tape, bar_beats: float = 4.0) -> None:
        self.host: HostTime | None = None
        self.bar_beats = bar_beats
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

    def reached(self, at: float) -> float:
        """Second `at`, or the later one at which we come to where the host is told from.

        What it did there doesn't hold for what lies before, if we sound later than the host. What
        has been handed over can't be changed behind its end, though.
        """
        if self.host is None:
            return at
        tape = self._tape
        there = self.host.at + tape.pace.nudge_s
        return max(at, min(there, tape.handed) if tape.playing else there)

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
        """As `on`, both of them where the host jumps at about second `at`.

        What sounds later than the host may still be in the pass before its jump.
        """
        found = [self.on(host, origin, near) for near in (at - _NEAR_SEAM_S, at + _NEAR_SEAM_S)]
        if host.loop is not None and at - self._tape.pace.nudge_s < host.at + _NEAR_SEAM_S:
            found.append(self._tape.pace.on_host(host.later(-1), origin, self._tape.piece))
        return found

    def beat_at(self, at: float) -> float:
        """The host's beat that sounds at second `at`."""
        if self.host is None:
            return 0.0
        at -= self._tape.pace.nudge_s
        return self.host.foreseen(at).beat_at(at)

    def put(self, step: float, beat: float) -> None:
        """Let `step` lie on a beat of the host."""
        self.origin = beat - step / self._tape.piece.steps_per_beat

    def in_phase(self, at: float, step: float, *, bars: bool = False) -> Line:
        """About `step` sounds at `at`: with beats on beats, or bars on bars."""
        tape = self._tape
        beat = step / tape.piece.steps_per_beat
        line = self.piece_bars().before(beat) if bars else 0.0
        due = self.beat_at(at) - beat + line
        self.origin = (self.bars().nearest(due) if bars else float(round(due))) - line
        if self.host is None:
            return tape.pace.line(at, step, tape.piece)
        return self.on(self.host, self.origin, at)

    def bars(self) -> BarLines:
        """The bars in which things start: the host's if it tells them, else the piece's.

        Those of the piece lie at the host's beat 0.
        """
        told = None if self.host is None else self.host.bars
        return self.piece_bars() if told is None else BarLines([(told.first, told.beats)])

    def piece_bars(self) -> BarLines:
        """The bars of the piece, in beats from its step 0."""
        piece = self._tape.piece
        if not piece.metres:
            return BarLines([(0.0, self.bar_beats)])
        return BarLines([(step / piece.steps_per_beat, beats) for step, beats in piece.metres])

    def placed(self, at: float) -> Line:
        """The host's line with the piece where it lies; behind a loop's end, its passes go on."""
        tape, host = self._tape, self.host
        if host is None:
            return tape.pace.line(at, 0.0, tape.piece)
        per, beat = tape.piece.steps_per_beat, self.beat_at(at)
        self.origin = home_at(beat, self.origin)
        return self.on(host, origin_at(beat, self.origin, per, tape.loop), at)
