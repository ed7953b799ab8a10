"""Ways to find a clock's line that were tried beside the one that is used, and how stamps err.

Each way is fed with stamps and tells the second of its latest tick and its tempo. They are the
ones that one meets: a smoothed interval, a filter of second order (a phase-locked loop, as in
Fons Adriaensen, "Using a DLL to filter time", 2005), least squares, and the narrowest strip alone.
"""

import math
import random
from collections import deque
from collections.abc import Callable
from typing import Protocol

from bridge.sync.strip import Hull
from bridge.sync.tickline import TickLine

TICKS = 24
_WINDOW = 96
_START_S = 60.0 / 120.0 / TICKS


class Way(Protocol):
    """Follows ticks."""

    def feed(self, at: float) -> None:
        """The next tick was stamped so."""
        ...

    def line(self) -> tuple[float, float] | None:
        """(second of the latest tick, seconds a tick), or None so far."""
        ...


class Ours:
    """`bridge.sync.tickline`."""

    def __init__(self, rate: int) -> None:
        self.ticks = TickLine(rate)

    def feed(self, at: float) -> None:
        """See `Way`."""
        self.ticks.feed(at)

    def line(self) -> tuple[float, float] | None:
        """See `Way`."""
        fit = self.ticks.fit
        return None if fit is None else (fit.time_of(self.ticks.next - 1), fit.slope)


class Smoothed:
    """The latest stamp as it is, and the mean of the latest 24 intervals."""

    def __init__(self, rate: int) -> None:
        self._stamps: deque[float] = deque(maxlen=TICKS + 1)

    def feed(self, at: float) -> None:
        """See `Way`."""
        self._stamps.append(at)

    def line(self) -> tuple[float, float] | None:
        """See `Way`."""
        if len(self._stamps) < 2:
            return None
        first, last = self._stamps[0], self._stamps[-1]
        return last, max((last - first) / (len(self._stamps) - 1), 1e-4)


class Loop:
    """A delay-locked loop of second order, 1 Hz wide after a faster beginning."""

    def __init__(self, rate: int) -> None:
        self._period = _START_S
        self._due = 0.0
        self._at = 0.0
        self._count = 0

    def feed(self, at: float) -> None:
        """See `Way`."""
        self._count += 1
        if self._count == 1:
            self._at, self._due = at, at + self._period
            return
        width = 4.0 if self._count < 2 * TICKS else 1.0
        omega = min(2 * math.pi * width * self._period, 0.5)
        error = at - self._due
        self._at = self._due
        self._due += math.sqrt(2) * omega * error + self._period
        self._period = max(self._period + omega * omega * error, 1e-4)

    def line(self) -> tuple[float, float] | None:
        """See `Way`."""
        return (self._at, self._period) if self._count > 1 else None


class Squares:
    """Least squares over the latest four beats."""

    def __init__(self, rate: int) -> None:
        self._points: deque[tuple[int, float]] = deque(maxlen=_WINDOW)
        self._next = 0

    def feed(self, at: float) -> None:
        """See `Way`."""
        self._points.append((self._next, at))
        self._next += 1

    def line(self) -> tuple[float, float] | None:
        """See `Way`."""
        count, last = len(self._points), self._next - 1
        if count < 2:
            return None
        x = [index - last for index, _ in self._points]
        y = [at - self._points[-1][1] for _, at in self._points]
        mean_x, mean_y = sum(x) / count, sum(y) / count
        over = sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True))
        slope = max(over / sum((a - mean_x) ** 2 for a in x), 1e-4)
        return self._points[-1][1] + mean_y - slope * mean_x, slope


class BareStrip(Squares):
    """The narrowest strip over the latest four beats, knowing nothing of tempos or strays."""

    def line(self) -> tuple[float, float] | None:
        """See `Way`."""
        if len(self._points) < 2:
            return None
        strip = Hull(list(self._points)).narrowest()
        return strip.at(self._next - 1), max(strip.slope, 1e-4)


WAYS: dict[str, Callable[[int], Way]] = {
    "ours": Ours,
    "strip": BareStrip,
    "squares": Squares,
    "loop": Loop,
    "smoothed": Smoothed,
}

Stamp = Callable[[float], float]


def exact(rate: int) -> Stamp:
    """Rounded to a frame, as JACK has them."""
    return lambda at: round(at * rate) / rate


def clumped(rate: int, period: int, rng: random.Random) -> Stamp:
    """Stamped with the period in which they arrive, as RtMidi has them from JACK.

    The process callback is 0.1 ms late as a rule; measured with Ardour at 1024: residuals of 5.3 /
    10.1 to 10.3 / 10.5 to 11.3 ms (median, p95, p99), those of an even spread over a period.
    """
    length, phase = period / rate, rng.random()

    def stamp(at: float) -> float:
        return (math.floor(at / length + phase) - phase) * length + rng.expovariate(1 / 0.0001)

    return stamp


def noisy(rng: random.Random) -> Stamp:
    """Stamped when a process woke up: half a millisecond late, one in fifty ten more."""

    def stamp(at: float) -> float:
        stray = rng.expovariate(1 / 0.01) if rng.random() < 0.02 else 0.0
        return at + rng.expovariate(1 / 0.0005) + stray

    return stamp
