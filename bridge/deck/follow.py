"""Following a host: its starts, stops, jumps and tempo become orders to a tape.

The host's beats are the piece's beats: beat 0 of its song is step 0, unless an order to play has
put the piece elsewhere. A host that jumps to before the piece puts it back there.
"""

import math
from dataclasses import dataclass, replace

from bridge.choices import StartOn
from bridge.deck.cue import Cue
from bridge.deck.place import Place
from bridge.deck.plan import HostLine, Line
from bridge.deck.seam import home_at
from bridge.deck.tape import Tape
from bridge.sync.hosttime import HostLoop, HostTime

_TOLERANCE_S = 5e-6
_COARSE_S = 5e-4
_CALM_S = 0.05
_JUMP_BEATS = 0.5
_SAME_PLACE_BEATS = 1 / 16
_UNHEARD_S = 0.4
"""So long ago a host may have changed its tempo without our having heard of it."""


@dataclass(frozen=True)
class FollowSettings:
    """How far ahead a host is followed. Seconds.

    Attributes:
        margin_s: Music changes this long after a host was heard.
        host_s: From a host's start to the first note that can still be struck.
        start_s: From an order to play to where it is looked for a beat or a bar to begin on.
        look_ahead_s: How far ahead music is handed over.
    """

    margin_s: float
    host_s: float
    start_s: float
    look_ahead_s: float


@dataclass(frozen=True)
class _Launch:
    """The host's beat on which music begins, with which step; None: with what lies there."""

    beat: float
    step: float | None


class Following:
    """A tape in time with a host.

    Args:
        tape: What plays.
        settings: How far ahead.

    Attributes:
        place: Where the piece lies in the host's song.
        armed: Whether a host that rolls makes the music start.
        start_on: Where what starts begins.
    """

    def __init__(self, tape: Tape, settings: FollowSettings) -> None:
        self.place = Place(tape)
        self.armed = True
        self.start_on: StartOn = "now"
        self._tape = tape
        self._settings = settings
        self._launch: _Launch | None = None  # until the music has begun
        self._jump = 0
        self._loop: HostLoop | None = None  # as what was planned has it
        self._seen = False  # the host stood still before it rolled
        self._calm_at = -math.inf

    @property
    def rolls(self) -> bool:
        """Whether there is a host, and it plays."""
        return self.host is not None and self.host.rolling

    @property
    def is_heard(self) -> bool:
        """Whether the host plays and it is known where it is."""
        return self.rolls and self._tape.pace.host is not None

    @property
    def host(self) -> HostTime | None:
        """The host as it was last told; None for our own clock."""
        return self.place.host

    # --- The host --------------------------------------------------------------------------------

    def take(self, host: HostTime, now: float) -> None:
        """The host's line as it is now; it rolls, or it stands and nothing plays.

        With a `jump` below 0 nothing was heard of it yet: whether it stood still isn't known.
        """
        before, self.place.host = self.host, host
        if not host.rolling:
            self._launch = None
            self._tape.pace = replace(self._tape.pace, host=None)
            if host.jump >= 0:
                self.armed, self._seen = True, True
            return
        if host.lock == "none" or host.bpm <= 0.0:
            return  # not to be trusted: what plays goes on as it was
        tape = self._tape
        tape.pace = replace(tape.pace, host=host)
        if not tape.playing:
            if self.armed:
                self._start(now)
        elif before is None:
            self._join(now)
        elif self._launch is not None and now + self._settings.margin_s < tape.plan.begins_at:
            self._wait(self._launch, host, now)
        else:
            self._launch = None
            self._adjust(host, now)
        self._jump, self._loop = host.jump, host.loop

    def leave(self, now: float) -> None:
        """No host any more: what plays goes on by our own clock."""
        self.place, self._launch = Place(self._tape, self.place.bar_beats), None
        self.armed, self._seen = True, False
        tape = self._tape
        tape.pace = replace(tape.pace, host=None)
        if tape.playing:
            tape.replan(now + self._settings.margin_s)

    def renudge(self, nudge_s: float, now: float) -> None:
        """Everything sounds this much later than the host."""
        self._tape.pace = replace(self._tape.pace, nudge_s=nudge_s)
        if self._tape.playing and self.rolls:
            self._tape.replan(now + self._settings.margin_s)

    def _start(self, now: float) -> None:
        """The host has started, or rolled already when we came."""
        self.armed = False
        if self._seen or self.start_on == "now":
            at = self.place.reached(now + self._settings.host_s)
            self._tape.begin(at, self.place.placed(at))
        else:
            self._begin_on(self._boundary(now), None, now)

    def start_again(self) -> None:
        """Begin anew in the host's place when it is told next: the port is another one."""
        self.armed, self._seen, self._launch = True, True, None

    def seek_host(self, now: float) -> None:
        """Go where the host is, whatever was planned."""
        self._tape.cued.hurry(now)
        at = self.place.reached(now + self._settings.margin_s)
        self._tape.replan(at, self.place.placed)

    def disarm(self) -> None:
        """The music was stopped by hand: it waits for an order, or for the host's next start."""
        self.armed, self._launch = False, None

    def _join(self, now: float) -> None:
        """What plays already goes on in step with the host's beats, or with its bars."""
        tape = self._tape
        bars = self.start_on in ("bar", "four bars")
        step = tape.plan.step_at(now + self._settings.margin_s)
        tape.replan(
            now + self._settings.margin_s, lambda at: self.place.in_phase(at, step, bars=bars)
        )

    def _wait(self, launch: _Launch, host: HostTime, now: float) -> None:
        """The music is to begin on a beat that is still ahead, unless the host jumped."""
        at = self._time_of(launch.beat, host, now)
        if host.jump != self._jump or at < now + self._settings.margin_s:
            self._begin_on(self._boundary(now), launch.step, now)
        elif abs(at - self._tape.plan.begins_at) > _TOLERANCE_S:
            self._begin_on(launch.beat, launch.step, now)

    def _adjust(self, host: HostTime, now: float) -> None:
        """Another line than before: a jump, or a correction if it is worth one."""
        tape, soon = self._tape, self.place.reached(now + self._settings.margin_s)
        at = max(soon, tape.changed_at)
        if not isinstance(tape.plan.in_force(at).line, HostLine):
            self._join(now)
            return
        jumped = host.jump != self._jump
        beats = self._beats_off(host, at, jumped=jumped)
        other = jumped and _is_other(host.loop, self._loop)
        if other or beats > (_SAME_PLACE_BEATS if jumped else _JUMP_BEATS):
            self.seek_host(now)
            return
        if jumped:
            self.place.origin = home_at(host.beat_at(at), self.place.origin)
        off = max(self._off(at), self._off(now + self._settings.look_ahead_s))
        if host.loop != self._loop or (
            off > _TOLERANCE_S and (off > _COARSE_S or now >= self._calm_at)
        ):
            self._calm_at = now + _CALM_S
            tape.replan(soon)

    def _beats_off(self, host: HostTime, at: float, *, jumped: bool) -> float:
        """By how many beats what is planned for second `at` is elsewhere than the host.

        Where its tempo is another now than was planned, what that may have done since it was heard
        of last is no jump. After a jump: elsewhere than where one that was foreseen leads.
        """
        tape = self._tape
        planned = tape.plan.in_force(at)
        if not isinstance(planned.line, HostLine):
            return math.inf
        lines: list[Line] = [tape.pace.go_on(planned, at, tape.piece)]
        if jumped:
            lines = [*self.place.lines(host, planned.line.origin, at)]
        shifts = [line.step_at(at) - planned.line.step_at(at) for line in lines]
        beats = [shift / tape.piece.steps_per_beat for shift in shifts]
        since = at - (planned.at if jumped else host.at + tape.pace.nudge_s)
        drift = since * (host.bpm - planned.line.host.bpm) / 60.0 if since < _UNHEARD_S else 0.0
        least, most = (0.0, drift) if drift > 0.0 else (drift, 0.0)
        return min(max(least - shift, shift - most, 0.0) for shift in beats)

    def _off(self, at: float) -> float:
        """By how many seconds what is planned for second `at` is elsewhere than the host."""
        planned = self._tape.plan.in_force(at)
        step = planned.line.step_at(at)
        new = self._tape.pace.go_on(planned, at, self._tape.piece)
        return abs(new.time_of(step) - planned.line.time_of(step))

    # --- Orders ----------------------------------------------------------------------------------

    def play(self, step: float, now: float) -> None:
        """Begin with `step` where the host comes to a beat or bar next. The host rolls."""
        tape = self._tape
        self.armed = False
        if tape.playing and now + self._settings.margin_s >= tape.plan.begins_at:
            self._launch = None
            if self.start_on != "now":
                self.cue(Cue(0.0, to=step), now)
                return
            tape.cued.hurry(now)
            tape.replan(now + self._settings.margin_s, lambda at: self.place.in_phase(at, step))
        elif self.start_on == "now":
            at = now + self._settings.start_s
            tape.begin(at, self.place.in_phase(at, step))
        else:
            self._begin_on(self._boundary(now), step, now)

    def seek(self, step: float, now: float) -> None:
        """Put the piece where `step` sounds now, in step with the host's beats. The host rolls."""
        tape = self._tape
        tape.cued.hurry(now)
        self._launch = None
        tape.replan(now + self._settings.margin_s, lambda at: self.place.in_phase(at, step))

    def cue(self, cue: Cue, now: float) -> None:
        """Let this happen on the next beat, bar or four bars, by the host or by the piece."""
        tape, at = self._tape, now + self._settings.margin_s
        per = tape.piece.steps_per_beat
        line = tape.plan.in_force(at).line
        origin = line.origin if isinstance(line, HostLine) else 0.0
        here = tape.plan.step_at(at) / per + origin
        beat = self.place.bars().following(self.start_on, here)
        cue.step = (beat - origin) * per
        loop = None if self.host is None else self.host.loop
        if loop is not None and isinstance(line, HostLine) and beat >= loop.stop:
            cue.step, beat = (loop.stop - origin) * per, loop.start
        if cue.to is not None and isinstance(line, HostLine):
            self.place.put(cue.to, beat)
        if tape.loop is not None and tape.plan.step_at(at) < tape.loop[1]:
            cue.step = min(cue.step, float(tape.loop[1]))
        tape.cued.wait_for(cue, now)
        tape.replan(at)

    def _boundary(self, now: float) -> float:
        """The next beat of the host's on which something may start, if only that of its loop."""
        here = self.place.beat_at(now + self._settings.start_s)
        loop = None if self.host is None else self.host.loop
        beat = self.place.bars().following(self.start_on, here)
        return beat if loop is None or beat < loop.stop else loop.start

    def _time_of(self, beat: float, host: HostTime, since: float) -> float:
        """When a beat sounds next, not before second `since` if its loop brings the host back."""
        nudge_s, loop = self._tape.pace.nudge_s, host.loop
        at = host.time_of(beat) + nudge_s
        if loop is None or at >= since or not loop.start <= beat < loop.stop:
            return at
        line = host.foreseen(since - nudge_s)
        if line.time_of(beat) + nudge_s < since:
            line = line.later(1)
        return line.time_of(beat) + nudge_s

    def _begin_on(self, beat: float, step: float | None, now: float) -> None:
        """Begin on a beat of the host, with `step` or what lies there."""
        tape, host = self._tape, self.host
        if host is None:
            return
        if step is not None:
            self.place.put(step, beat)
        self._launch = _Launch(beat, step)
        at = self._time_of(beat, host, now + self._settings.host_s)
        placed = self.place.placed if step is None else self.place.at_origin
        tape.begin(at, placed(at))


def _is_other(loop: HostLoop | None, before: HostLoop | None) -> bool:
    """Whether a host that jumped went elsewhere than to the beginning of the loop before."""
    if loop is None or before is None:
        return loop is not before
    return abs(loop.start - before.start) > _SAME_PLACE_BEATS
