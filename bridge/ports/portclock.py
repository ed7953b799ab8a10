"""Clocks of ports read smoothly, and set side by side."""

import time
from collections.abc import Callable

_DRIFT_S = 0.001


class SmoothClock:
    """The port's clock between its ticks: JACK's stands still for a whole period.

    Args:
        clock: Seconds, running evenly.
    """

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self._ahead: float | None = None
        self._seen = 0.0

    def now(self, port_now: float) -> float:
        """The port's time, from the moments at which it was least behind."""
        ahead = port_now - self._clock()
        if self._ahead is None or ahead > self._ahead or ahead < self._ahead - 0.5:
            self._ahead = ahead
        else:  # follow a clock that runs slower, by half a millisecond a second
            moment = self._clock()
            self._ahead -= 0.0005 * max(0.0, min(moment - self._seen, 1.0))
        self._seen = self._clock()
        return self._clock() + self._ahead

    def forget(self) -> None:
        """Another port, another clock."""
        self._ahead = None


class ClockShift:
    """What must be added to one port's times to have another's; steady but for real drift.

    Args:
        clock: Seconds, running evenly.
    """

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._here, self._there = SmoothClock(clock), SmoothClock(clock)
        self._shift: float | None = None

    def between(self, here: float, there: float) -> float:
        """Seconds to add to a time of the first clock, both of which were just read."""
        shift = self._there.now(there) - self._here.now(here)
        if self._shift is None or abs(shift - self._shift) > _DRIFT_S:
            self._shift = shift
        return self._shift
