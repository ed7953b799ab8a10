"""Following MIDI clock: 24 ticks a quarter note, start, stop, continue and song position."""

from bridge.sync.hosttime import HostTime

TICKS_PER_BEAT = 24


class ClockFollower:
    """Where the host is that sends this clock. Fed in order of time; asked at any time.

    Args:
        rate: Ticks per second of exact stamps (frames on JACK); 0 where stamps are moments of
            arrival, with the jitter of whoever delivers them.
        name: How the source is called.
    """

    def __init__(self, rate: int = 0, name: str = "MIDI clock") -> None:
        self.name = name
        self._rate = rate
        self._rolling = self._starting = False
        self._next = 0
        self._jump = 0
        self._stamp: float | None = None
        self._beat = 0.0
        self._tick_s = 60.0 / 120.0 / TICKS_PER_BEAT
        self._heard = False

    def feed(self, at: float, message: bytes) -> None:
        """One message that arrived at second `at`; what is no clock or transport is passed over."""
        status = message[0]
        if status == 0xF8:
            self._tick(at)
        elif status in (0xFA, 0xFB):
            self._next = 0 if status == 0xFA else self._next
            self._rolling, self._heard = True, True
            self._jump += 1
        elif status == 0xFC:
            self._rolling = False
        elif status == 0xF2:
            self._next = 6 * (message[1] + (message[2] << 7))

    def _tick(self, at: float) -> None:
        if self._stamp is not None and at > self._stamp:
            self._tick_s = at - self._stamp
        self._stamp, self._heard = at, True
        if self._rolling:
            self._beat = self._next / TICKS_PER_BEAT
            self._next += 1

    def host(self, now: float) -> HostTime | None:
        """See `Follower`."""
        if not self._heard:
            return None
        at = now if self._stamp is None else self._stamp
        bpm = 60.0 / (self._tick_s * TICKS_PER_BEAT)
        return HostTime(self._rolling, at, self._beat, bpm, "locking", self._jump)

    def close(self) -> None:
        """See `Follower`; whoever feeds it closes its port."""
