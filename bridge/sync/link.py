"""Following Ableton Link: programs on one network that share tempo and beat without a master."""

import os
import threading
from collections import deque
from statistics import median

from bridge.inputs.inputport import OnEvents
from bridge.ports.childport import START_TIMEOUT_S
from bridge.ports.systems import MidiSystem, frames_on
from bridge.processes.childprocess import ChildProcess
from bridge.processes.wire import Line, encode
from bridge.sync.hosttime import HostTime, Lock, standing
from bridge.units import seconds_of

_READINGS = 31
_FEW = 5
_SAME_BPM = 0.001
_MOVED_BEATS = 0.02
_STEADY_S = 0.0002


class LinkLine:
    """The session's line, from readings of its beat that are off by a process's delays.

    Programs in a session share its beats up to whole bars only: Link may count some of them more or
    less from one reading to the next, at a change of tempo for instance. Here they count on. Safe
    to feed in one thread and to ask in another.

    Args:
        quantum: How many beats a bar has.
        start_stop: Whether the session's start and stop are followed. Many programs leave that
            switched off in themselves and never say that they play; without it the beat always
            rolls.
    """

    def __init__(self, quantum: float = 4.0, *, start_stop: bool = False) -> None:
        self._quantum, self._start_stop = quantum, start_stop
        self._last: tuple[float, float] | None = None
        """Second and beat of the last reading."""
        self._bars_off = 0.0
        self._lock = threading.Lock()
        self._offsets: deque[float] = deque(maxlen=_READINGS)
        """Beat minus seconds times tempo, of the latest readings at one tempo."""
        self._origin = 0.0
        self._bpm = 0.0
        self._at = 0.0
        self._playing = False
        self._jump = 0
        self._strays = 0
        self._told: HostTime | None = None
        self.peers = 0

    def feed(self, at: float, beat: float, bpm: float, playing: bool, peers: int) -> None:
        """At second `at` the session was at `beat`, at a tempo, with so many others in it."""
        with self._lock:
            beat = self._counted_on(at, beat)
            if self.peers == 0 and peers:
                self._offsets.clear()  # alone it had a time of its own
                self._jump += 1
            if abs(bpm - self._bpm) > _SAME_BPM:
                self._begin(at, bpm)
            if playing and not self._playing:
                self._jump += self._start_stop
            self._at, self._playing, self.peers = at, playing, peers
            self._read(beat - (at - self._origin) * self._bpm / 60.0)

    def host(self, now: float) -> HostTime | None:
        """See `Follower`."""
        with self._lock:
            if not self._offsets:
                return None
            fresh = self._fresh()
            if self._told is None or not self._is_same(self._told, fresh):
                self._told = fresh
            return self._told

    def _counted_on(self, at: float, beat: float) -> float:
        """The beat by the bars that were counted so far; `_bpm` is the tempo since then."""
        if self._last is not None:
            last_at, last = self._last
            expected = last + (at - last_at) * self._bpm / 60.0
            bars = round((expected - beat - self._bars_off) / self._quantum)
            self._bars_off += bars * self._quantum
        self._last = at, beat + self._bars_off
        return beat + self._bars_off

    def _begin(self, at: float, bpm: float) -> None:
        self._bpm, self._origin = bpm, at
        self._offsets.clear()
        self._strays = 0

    def _read(self, offset: float) -> None:
        if len(self._offsets) >= _FEW and abs(offset - median(self._offsets)) > _MOVED_BEATS:
            self._strays += 1
            if self._strays < _FEW:
                return  # a reading that was held up; a session that moved stays moved
            self._offsets.clear()
            self._jump += 1
        self._strays = 0
        self._offsets.append(offset)

    def _fresh(self) -> HostTime:
        lock: Lock = "locked" if len(self._offsets) >= _FEW else "locking"
        if not self.peers:
            lock = "none"
        beat = median(self._offsets) + (self._at - self._origin) * self._bpm / 60.0
        rolling = self.peers > 0 and (self._playing or not self._start_stop)
        return HostTime(rolling, self._at, beat, self._bpm, lock, self._jump)

    @staticmethod
    def _is_same(told: HostTime, fresh: HostTime) -> bool:
        """Whether what was told last is still right, to a fifth of a millisecond."""
        if (told.rolling, told.bpm, told.lock, told.jump) != (
            fresh.rolling,
            fresh.bpm,
            fresh.lock,
            fresh.jump,
        ):
            return False
        off_s = abs(told.beat_at(fresh.at) - fresh.beat) * 60.0 / fresh.bpm
        return off_s < _STEADY_S or not fresh.rolling


class LinkFollower:
    """A `Follower` of the Link session on this network, which is joined by a process of its own.

    Args:
        system: The system on whose clock times are told.
        bpm: The tempo to propose if nobody else is there.
        quantum: How many beats the programs line up at; their bars.
        start_stop: As in `LinkLine`.
        near: A recent time of JACK's clock, in frames, which wrap every 24.8 hours; by default that
            of the port that was opened there last.

    Raises:
        PortError: If the extra `link` is not installed, or the system has no clock.
    """

    def __init__(
        self,
        system: MidiSystem,
        *,
        bpm: float = 120.0,
        quantum: float = 4.0,
        start_stop: bool = False,
        near: int = 0,
    ) -> None:
        self.name, self.clock = "Ableton Link", system.clock
        self._line = LinkLine(quantum, start_stop=start_stop)
        spec = {
            "exact": system.is_exact,
            "bpm": bpm,
            "quantum": quantum,
            "near": near or frames_on(system),
            "parent": os.getpid(),
        }
        self._known = threading.Event()
        self._stood: HostTime | None = None
        self._child = ChildProcess("bridge.sync.linkchild", spec, system.environment, self._take)
        try:
            self._rate = int(self._child.wait_ready(START_TIMEOUT_S)["rate"])
        except BaseException:  # Ctrl-C included
            self._child.close()
            raise
        self._known.set()

    @property
    def peers(self) -> int:
        """How many other programs are in the session."""
        return self._line.peers

    @property
    def detail(self) -> str:
        """`alone`, or nothing; see `bridge.deck.talk`."""
        return "" if self.peers else "alone"

    def pass_on(self, on_events: OnEvents | None) -> None:
        """Nothing arrives with it that others could want."""

    def host(self, now: float) -> HostTime | None:
        """See `Follower`; once its process is gone, a host that stands still."""
        host = self._line.host(now)
        if host is None or self.is_alive():
            return host
        self._stood = self._stood or standing(host, now)
        return self._stood

    def is_alive(self) -> bool:
        """Whether its process still takes part."""
        return self._child.is_alive()

    def propose(self, bpm: float) -> None:
        """Set the tempo of the whole session."""
        self._child.say(encode({"bpm": bpm}))

    def play(self, playing: bool) -> None:
        """Start or stop whoever follows the session's start and stop."""
        self._child.say(encode({"playing": playing}))

    def close(self) -> None:
        """Leave the session. May be called again."""
        self._child.close()

    def _take(self, line: Line) -> None:
        self._known.wait(START_TIMEOUT_S)
        if "link" in line:
            tick, beat, bpm, playing, peers = line["link"]
            at = seconds_of(tick, self._rate)
            self._line.feed(at, float(beat), float(bpm), bool(playing), int(peers))
