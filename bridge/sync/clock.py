"""Following MIDI clock: 24 ticks a quarter note, start, stop, continue and song position."""

import threading
from dataclasses import replace

from bridge.sync.foreseen import SEAM_BEATS, ForeseenLoop
from bridge.sync.hosttime import HostTime, Lock
from bridge.sync.jitter import TICKS_PER_BEAT, Fit, bpm_of
from bridge.sync.songposition import SongPosition
from bridge.sync.tickline import TickLine

_CLOCK, _START, _CONTINUE, _STOP, _POSITION = 0xF8, 0xFA, 0xFB, 0xFC, 0xF2
_KNOWN = (_CLOCK, _START, _CONTINUE, _STOP, _POSITION)
_USUAL_BPM = 120.0
_AHEAD_S = 0.5
_STEADY_FRAMES, _STEADY_S = 0.5, 0.0001
_TOGETHER_S = 0.0005
_SAME_PLACE = 6
_PASSING_BEATS, _PASSING_S = 1.0, 0.15
"""A stop that is over sooner may be a loop's."""


class ClockFollower:
    """Where the host is that sends this clock. Fed in order of time; asked at any time.

    Safe to feed in one thread and to ask in another. The line that it tells stays the same while it
    is right to half a frame (exact stamps) or a tenth of a millisecond.

    Args:
        rate: Ticks per second of exact stamps (frames on JACK); 0 where stamps are moments of
            arrival, with the jitter of whoever delivers them.
        name: How the source is called.
    """

    def __init__(self, rate: int = 0, name: str = "MIDI clock") -> None:
        self.name = name
        self._lock = threading.Lock()
        self._steady_s = _STEADY_FRAMES / rate if rate else _STEADY_S
        self._line = TickLine(rate)
        self._position = SongPosition()
        self._foreseen = ForeseenLoop()
        self._heard = self._rolling = False
        self._jump = 0
        self._base = 0
        """The song's tick at the line's tick 0, while ticks are counted."""
        self._counting = False
        self._next = 0
        """The song's tick that comes next, while none are counted."""
        self._started_at = 0.0
        self._stopped_beat = 0.0
        self._stopped: tuple[float, HostTime] | None = None
        """When it stopped, and on which line it was."""
        self._fast = 0.0
        """By how many ticks the clock has run away from the bars that the host means."""
        self._was_fast = False
        self._told: HostTime | None = None

    @property
    def position_is_sixfold(self) -> bool:
        """Whether this host sends song positions that are six times too large."""
        return self._position.is_sixfold

    def feed(self, at: float, message: bytes) -> None:
        """One message that arrived at second `at`; what is no clock or transport is passed over."""
        if message[0] in _KNOWN:
            with self._lock:
                self._feed(at, message)
                self._heard = True

    def _feed(self, at: float, message: bytes) -> None:
        status = message[0]
        if status == _CLOCK:
            self._tick(at)
        elif status in (_START, _CONTINUE):
            before = self._on_beat() if self._counting else None
            self._next = 0 if status == _START else self._song_next()
            self._go_on(at, before, self._next / TICKS_PER_BEAT)
            self._rolling, self._counting = True, False
            self._started_at = at
            self._jump_now()
        elif status == _STOP:
            self._stop(at)
        else:
            self._locate(message[1] + (message[2] << 7))

    def host(self, now: float) -> HostTime | None:
        """See `Follower`."""
        with self._lock:
            if not self._heard:
                return None
            fresh = self._fresh(now)
            told = self._told
            if told is None or not self._is_same(told, fresh, now):
                self._told = told = fresh
            return told

    def close(self) -> None:
        """See `Follower`; whoever feeds it closes its port."""

    # --- What arrives ----------------------------------------------------------------------------

    def _tick(self, at: float) -> None:
        line = self._line
        if self._rolling and self._counting and line.is_paused(at):
            self._jump += 1  # ticks were missing for a while; it goes on where it was
        index = line.next
        line.feed(at)
        if not self._rolling:
            return
        if not self._counting:
            self._base, self._counting = self._next - index, True
            self._fast, self._was_fast = 0.0, False
            if at - self._started_at < _TOGETHER_S:
                self._position.suspect()
        elif line.fit is not None:
            self._run_fast(line.fit)
        self._foreseen.is_at(self._on_beat() - 1 / TICKS_PER_BEAT)

    def _go_on(self, at: float, before: float | None, after: float) -> None:
        """It starts or continues: is that a jump of a loop's?"""
        if before is not None:
            self._foreseen.jumped(before, after)
        elif self._stopped is not None and self._is_passing(at):
            stopped_at, line = self._stopped
            silent_beats = (at - stopped_at) * line.bpm / 60.0
            self._foreseen.resumed(line.beat_at(stopped_at), after, silent_beats)

    def _is_passing(self, now: float) -> bool:
        """Whether it stopped so lately that it may be on its way back in a loop."""
        if self._stopped is None or self._counting:
            return False
        at, line = self._stopped
        return now < at + _PASSING_BEATS * 60.0 / line.bpm + _PASSING_S

    def _stop(self, at: float) -> None:
        if self._rolling:
            here = self._fresh(at)
            self._stopped = (at, here) if self._counting and here.rolling else None
            self._next = self._song_next()
            self._stopped_beat = min(here.beat_at(at), self._next / TICKS_PER_BEAT)
        self._rolling = self._counting = False

    def _locate(self, value: int) -> None:
        here = self._song_next()
        there = self._position.ticks(value, here)
        if self._rolling and self._counting and abs(there - here) <= _SAME_PLACE:
            return  # it only says where it is
        before, self._next = self._on_beat(), there
        self._stopped_beat = there / TICKS_PER_BEAT
        if self._rolling:
            if self._counting:
                self._foreseen.jumped(before, there / TICKS_PER_BEAT)
            self._counting = False
            self._jump_now()

    def _jump_now(self) -> None:
        self._jump += 1
        self._line.may_move()

    def _song_next(self) -> int:
        return self._base + self._line.next if self._counting else self._next

    def _on_beat(self) -> float:
        """The beat of the host's bars on which the next tick falls; hosts loop on ticks."""
        fast = self._fast if self._counting else 0.0
        return round(self._song_next() - fast) / TICKS_PER_BEAT

    def _run_fast(self, fit: Fit) -> None:
        """Add up by how much a clock of whole frames has run away from the host's bars."""
        if fit.meant_bpm is None:
            self._was_fast = False
            return
        played = self._base + self._line.next
        new = 1 if self._was_fast else min(self._line.count, played)
        self._fast += new * (1.0 - fit.meant_bpm / bpm_of(fit.slope))
        self._was_fast = True

    # --- What it means ---------------------------------------------------------------------------

    def _fresh(self, now: float) -> HostTime:
        """The line as it is known now; at the end of a loop, on which it is expected to go on."""
        if self._stopped is not None and self._is_passing(now):
            at, before = self._stopped
            loop = before.loop
            if loop is not None and abs(before.beat_at(at) - loop.stop) < SEAM_BEATS:
                return replace(before, jump=self._jump)
        line, fit = self._line, self._line.fit
        if fit is None:
            beat = (self._song_next() - self._counting) / TICKS_PER_BEAT
            return HostTime(False, now, beat, _USUAL_BPM, "none", self._jump)
        bpm = fit.meant_bpm or bpm_of(fit.slope)
        if not self._rolling:
            return HostTime(False, now, self._stopped_beat, bpm, self._trust(), self._jump)
        index = line.next - 1 if self._counting else line.next
        tick = self._base + index if self._counting else self._next
        beat = (tick - self._fast) / TICKS_PER_BEAT if self._counting else tick / TICKS_PER_BEAT
        if line.is_paused(now):
            return HostTime(False, now, beat, bpm, "none", self._jump)
        loop = self._foreseen.loop
        return HostTime(True, fit.time_of(index), beat, bpm, self._trust(), self._jump, loop)

    def _trust(self) -> Lock:
        return "locked" if self._line.is_locked else "locking"

    def _is_same(self, told: HostTime, fresh: HostTime, now: float) -> bool:
        """Whether what was told last is still right."""
        if (told.rolling, told.lock, told.jump) != (fresh.rolling, fresh.lock, fresh.jump):
            return False
        if told.loop != fresh.loop:
            return False
        if not fresh.rolling:
            return (told.beat, told.bpm) == (fresh.beat, fresh.bpm)
        off = (told.beat_at(at) - fresh.beat_at(at) for at in (now, now + _AHEAD_S))
        return all(abs(beats) * 60.0 / fresh.bpm <= self._steady_s for beats in off)
