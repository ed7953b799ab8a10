"""Time units of the bridge: seconds, a port's ticks, and JACK's wrapping frame counter.

A port counts time in *ticks* of its own clock: audio frames on JACK, nanoseconds elsewhere. Outside
a port, time is seconds on that same clock. Ticks are integers that never wrap.
"""

NANOSECONDS = 1_000_000_000
"""Ticks per second of the ports that follow the system's clock."""

_WRAP = 1 << 32


def ticks_of(seconds: float, rate: int) -> int:
    """Ticks at `rate` per second, rounded to the nearest tick (halves to even)."""
    return round(seconds * rate)


def seconds_of(ticks: int, rate: int) -> float:
    """Seconds of a tick count; exact to a tick for more than a century of audio frames."""
    return ticks / rate


def unwrap(frame: int, near: int) -> int:
    """The frame count that `frame` (JACK's 32 bits, 24.8 h at 48 kHz) stands for.

    Args:
        frame: Frame counter as JACK gives it, 0 .. 2**32 - 1.
        near: An unwrapped count at most 12 hours away.

    Returns:
        The count congruent to `frame` modulo 2**32 that lies nearest to `near`, never negative.
    """
    count = near + (frame - near + _WRAP // 2) % _WRAP - _WRAP // 2
    return count if count >= 0 else count + _WRAP
