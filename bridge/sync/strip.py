"""The narrowest strip around points: the right line where errors are spread evenly.

A clock tick that is stamped with its frame is off by half a frame at most, one that is stamped with
its period by half a period, anything in between equally likely. For such errors the middle of the
narrowest strip that holds all points finds slope and position several times as well as least
squares do (its error falls with the number of points, theirs with its square root).
"""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

Point = tuple[int, float]
"""(index, value); indexes rise strictly."""

_HALVINGS = 40
_SAME = 1e-9


class Strip(NamedTuple):
    """All points lie between `middle + slope * index` minus and plus half the width."""

    slope: float
    middle: float
    width: float

    def at(self, index: float) -> float:
        """The value in its middle at an index."""
        return self.middle + self.slope * index


class Hull:
    """The points that can touch a strip: the upper and the lower convex hull of a row of points."""

    def __init__(self, points: Sequence[Point]) -> None:
        self._upper = _chain(points, 1.0)
        self._lower = _chain(points, -1.0)

    def at_slope(self, slope: float) -> Strip:
        """The narrowest strip of a given slope."""
        high = max(value - slope * index for index, value in self._upper)
        low = min(value - slope * index for index, value in self._lower)
        return Strip(slope, (high + low) / 2, high - low)

    def narrowest(self) -> Strip:
        """The narrowest strip of all. At least two points are needed."""
        # The width over the slope is convex and bends only at slopes of the hulls' edges.
        slopes = _apart(sorted(_slopes(self._upper) + _slopes(self._lower)))
        low, high = 0, len(slopes) - 1
        while low < high:
            middle = (low + high) // 2
            if self.at_slope(slopes[middle]).width <= self.at_slope(slopes[middle + 1]).width:
                high = middle
            else:
                low = middle + 1
        return self.at_slope(slopes[low])

    def slopes_within(self, width: float, best: Strip) -> tuple[float, float]:
        """The least and the greatest slope whose strip is no wider than `width`.

        Args:
            width: At least that of `best`.
            best: The narrowest strip.
        """
        reach = max(width, 1e-9)  # a slope further off than this over one index is too wide
        return (
            self._edge(best.slope, best.slope - reach, width),
            self._edge(best.slope, best.slope + reach, width),
        )

    def _edge(self, inside: float, outside: float, width: float) -> float:
        for _ in range(_HALVINGS):
            middle = (inside + outside) / 2
            if self.at_slope(middle).width <= width:
                inside = middle
            else:
                outside = middle
        return inside


def longest_suffix(points: Sequence[Point], width: float, least: int) -> int:
    """How many of the last points fit in a strip of `width`; `least` if even those don't."""
    # The strip only widens with more points, so halving finds the greatest number.
    lengths = range(least, len(points) + 1)
    too_many = bisect_left(
        lengths, True, key=lambda n: Hull(points[len(points) - n :]).narrowest().width > width
    )
    return lengths[max(0, too_many - 1)]


def _chain(points: Sequence[Point], sign: float) -> list[Point]:
    """The convex hull above (sign 1) or below (-1) the points, from left to right."""
    chain: list[Point] = []
    for index, value in points:
        while len(chain) > 1:
            (i, a), (j, b) = chain[-2], chain[-1]
            if sign * ((b - a) * (index - i) - (value - a) * (j - i)) > 0:
                break
            chain.pop()
        chain.append((index, value))
    return chain


def _apart(rising: list[float]) -> list[float]:
    """The values without those that differ by rounding only, which would look like a bottom."""
    kept = rising[:1]
    for value in rising[1:]:
        if value - kept[-1] > _SAME:
            kept.append(value)
    return kept


def _slopes(chain: list[Point]) -> list[float]:
    return [(b - a) / (j - i) for (i, a), (j, b) in pairwise(chain)]
