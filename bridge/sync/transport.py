"""Following JACK's transport: to the frame, also where a timebase master tells beats in ticks."""

import threading
from dataclasses import replace

from bridge.inputs.jacktransport import TransportReport
from bridge.sync.foreseen import ForeseenLoop
from bridge.sync.hosttime import HostBars, HostTime, Lock

_USUAL_BPM = 120.0
_JUMP_S = 0.00001
_SURE_FRAMES = 1.5
_NEAR_S = 0.05
_LONGEST_PAUSE_S = 0.15
_PASSED_S = 0.025
"""If there was a jump, so long after it it has been told: a period, and a little more."""


class TransportFollower:
    """Where the transport is. Fed with reports in order of time, in one thread, asked in another.

    A timebase master tells bar, beat and tick, rounded down to a tick (of 1,920 a beat, as a rule,
    12 frames); the offset between its beats and the transport's frames is found from many reports,
    each of which leaves less room for it. Without a master the transport has no tempo and beats are
    counted at `bpm` from its frame 0.

    Args:
        rate: Frames per second.
        bpm: Quarter notes a minute where nobody tells a tempo.
        name: How the source is called.
    """

    def __init__(self, rate: int, bpm: float = _USUAL_BPM, name: str = "JACK transport") -> None:
        self.name = name
        self._frame_s = 1.0 / rate
        self._bpm = bpm
        self._lock = threading.Lock()
        self._last: TransportReport | None = None
        self._jump = 0
        self._least, self._most = 0.0, 0.0
        """Between which beats lies what must be added to seconds of the song times tempo."""
        self._told: HostTime | None = None
        self._foreseen = ForeseenLoop()
        self._seam: tuple[float, float, float] | None = None
        """When it jumped while it rolled, from which beat to which, until it rolls again."""

    def feed(self, report: TransportReport) -> None:
        """Take one report."""
        with self._lock:
            self._take(report)

    def host(self, now: float) -> HostTime | None:
        """See `Follower`."""
        with self._lock:
            last = self._last
            if last is None:
                return None
            fresh = self._line_at(last, now)
            if self._told is None or not self._is_same(self._told, fresh):
                self._told = fresh
            return self._told

    @property
    def tempo_is_ours(self) -> bool:
        """Whether the transport runs without a timebase master, so that nobody tells a tempo."""
        with self._lock:
            return self._last is not None and not self._last.bpm

    def propose(self, bpm: float) -> None:
        """Count beats at this tempo where nobody tells one; from the song's start, as before."""
        with self._lock:
            if bpm == self._bpm:
                return
            self._bpm = bpm
            if self._last is not None and not self._last.bpm:
                self._jump += 1
                self._foreseen, self._seam = ForeseenLoop(), None

    def close(self) -> None:
        """See `Follower`; whoever feeds it closes its port."""

    def _take(self, report: TransportReport) -> None:
        last, before = self._last, None if self._last is None else self._line(self._last)
        started = last is not None and report.rolling and not last.rolling
        if last is None or started or self._has_jumped(last, report):
            self._jump += 1
        if last is None or report.bpm != last.bpm or self._has_jumped(last, report):
            self._narrow(report, anew=True)
        else:
            self._narrow(report, anew=False)
        self._last = report
        self._learn(before, report)

    def _learn(self, before: HostTime | None, report: TransportReport) -> None:
        """What the report tells of a loop; on its way back the transport stands for a while."""
        line = self._line(report)
        if before is not None and before.rolling and (report.rolling or report.starting):
            from_beat = before.beat_at(report.at)
            if abs(line.beat - from_beat) * 60.0 / line.bpm > _JUMP_S:
                self._seam = (report.at, from_beat, line.beat)
        if report.rolling and self._seam is not None:
            at, from_beat, to_beat = self._seam
            moved = to_beat + (report.at - at) * line.bpm / 60.0
            pause_s = (moved - line.beat) * 60.0 / line.bpm
            self._foreseen.jumped(from_beat, to_beat, pause_s if pause_s > _JUMP_S else 0.0)
            self._seam = None
        elif not report.starting:
            self._seam = None

    def _line_at(self, last: TransportReport, now: float) -> HostTime:
        """The line with the loop that is foreseen. Where that lets it stand, it is about to go."""
        line, loop = self._line(last), self._foreseen.loop
        if self._seam is not None and loop is not None:
            at, from_beat, to_beat = self._seam
            near = _NEAR_S * line.bpm / 60.0
            as_foreseen = max(abs(from_beat - loop.stop), abs(to_beat - loop.start)) < near
            if as_foreseen and now < at + _LONGEST_PAUSE_S:
                begins = max(at + loop.pause_s, last.at)
                line = replace(line, rolling=True, at=begins, beat=to_beat)
        if not line.rolling:
            return line
        self._foreseen.is_at(line.beat_at(now - _PASSED_S))
        return replace(line, loop=self._foreseen.loop)

    def _narrow(self, report: TransportReport, *, anew: bool) -> None:
        if report.beat is None:
            self._least = self._most = 0.0
            return
        offset = report.beat - report.song_s * self._tempo(report) / 60.0
        least, most = offset, offset + report.grain
        if not anew:
            least, most = max(least, self._least), min(most, self._most)
        if anew or least > most:  # the master counts in another way than we think: trust the latest
            least, most = offset, offset + report.grain
        self._least, self._most = least, most

    def _offset(self, report: TransportReport) -> float:
        if self._least - report.grain <= 0.0 <= self._most + report.grain:
            return 0.0  # one tempo from the start of the song
        return (self._least + self._most) / 2

    def _line(self, report: TransportReport) -> HostTime:
        bpm = self._tempo(report)
        beat = report.song_s * bpm / 60.0 + self._offset(report)
        room_s = (self._most - self._least) / 2 * 60.0 / bpm if self._offset(report) else 0.0
        lock: Lock = "locked" if room_s <= _SURE_FRAMES * self._frame_s else "locking"
        bars = None if report.bars is None else HostBars(*report.bars)
        return HostTime(report.rolling, report.at, beat, bpm, lock, self._jump, bars=bars)

    def _tempo(self, report: TransportReport) -> float:
        return report.bpm or self._bpm

    @staticmethod
    def _has_jumped(last: TransportReport, report: TransportReport) -> bool:
        moved = report.at - last.at if last.rolling else 0.0
        return abs(report.song_s - last.song_s - moved) > _JUMP_S

    def _is_same(self, told: HostTime, fresh: HostTime) -> bool:
        """Whether what was told last is still right, to a quarter of a frame."""
        if any(
            getattr(told, name) != getattr(fresh, name)
            for name in ("rolling", "lock", "jump", "bpm", "loop", "bars")
        ):
            return False
        off_s = abs(told.beat_at(fresh.at) - fresh.beat) * 60.0 / fresh.bpm
        return off_s < self._frame_s / 4
