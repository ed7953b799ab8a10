"""What kind of error the stamps of a clock have, and the line that fits best through that kind.

Errors that are spread evenly (stamps rounded to a frame or to a period) want the middle of the
narrowest strip; errors with a peak and a tail (stamps taken when a busy process woke up) want least
squares without the tail.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from bridge.sync.strip import Hull, Point, Strip

TICKS_PER_BEAT = 24

_TAIL = 2.5
_ROUNDS = 3
_APART_S = 0.0004
_LEAST_PERIOD_S = 0.001
_TURNS = 4
_MOST_TEMPOS = 60
_ROUND_BPM = (1.0, 0.5)


@dataclass(frozen=True)
class Fit:
    """A line through ticks.

    Attributes:
        slope: Seconds a tick.
        middle: Second of tick 0.
        width: How wide the errors are spread, in seconds.
        doubt: How far off the line may be at its last tick, in seconds.
        is_round: Whether the tempo is a whole or a half number that the ticks allow.
        meant_bpm: The tempo that the host means, where its ticks run a little fast.
    """

    slope: float
    middle: float
    width: float
    doubt: float
    is_round: bool
    meant_bpm: float | None = None

    def time_of(self, index: float) -> float:
        """When tick `index` is due."""
        return self.middle + self.slope * index


def fit_even(points: Sequence[Point], width: float) -> Fit:
    """The line for errors that are spread evenly over `width` seconds at most.

    Of the tempos that the ticks allow, the roundest is taken: hosts are set to 120, not to 119.87,
    and few ticks with large errors allow both. The points decide as soon as they can.
    """
    hull = Hull(points)
    best = hull.narrowest()
    width = max(width, best.width * 1.02)
    slow, fast = _bpm_range(hull.slopes_within(width, best))
    rounded = _roundest(hull, slow, fast)
    chosen = min(rounded, key=lambda strip: strip.width) if rounded else best
    last = points[-1][0]
    if rounded:
        ends = [strip.at(last) for strip in rounded]
    else:  # halfway to the extremes: they are as unlikely as the corners of what is possible
        bounds = (bpm_of(best.slope) / 2 + bpm / 2 for bpm in (slow, fast))
        ends = [hull.at_slope(60.0 / TICKS_PER_BEAT / bpm).at(last) for bpm in bounds]
    doubt = (width - chosen.width) / 2 + max(ends) - min(ends)
    return Fit(chosen.slope, chosen.middle, chosen.width, doubt, bool(rounded))


def fit_whole_frames(points: Sequence[Point], fit: Fit, rate: int, width: float) -> Fit:
    """The line of a host that lets a quarter note last a whole number of frames, if it is one.

    Ardour before 9.0 cuts off the fraction of a frame, so its clock runs fast by up to a frame a
    quarter note: 137 as 137.0059. Its bars lie where the tempo that it means puts them.
    """
    if fit.is_round:
        return fit
    frames = round(fit.slope * TICKS_PER_BEAT * rate)
    meant = float(math.floor(60.0 * rate / frames))
    exact = 60.0 * rate / meant
    if math.floor(exact) != frames or exact - frames < 0.02:
        return fit
    strip = Hull(points).at_slope(frames / (TICKS_PER_BEAT * rate))
    if strip.width > width:
        return fit
    doubt = (width - strip.width) / 2
    return Fit(strip.slope, strip.middle, strip.width, doubt, True, meant)


def fit_peaked(points: Sequence[Point]) -> tuple[Fit, list[Point]]:
    """The line for errors with a peak, and the points that are no strays."""
    kept = list(points)
    slope, middle, deviation = _least_squares(kept)
    for _ in range(_ROUNDS):
        errors = [value - middle - slope * index for index, value in points]
        centre = median(errors)
        spread = 1.4826 * median(abs(error - centre) for error in errors)
        reach = max(_TAIL * spread, 1e-5)
        pairs = zip(points, errors, strict=True)
        kept = [point for point, error in pairs if abs(error - centre) <= reach]
        slope, middle, deviation = _least_squares(kept)
    errors = [value - middle - slope * index for index, value in kept]
    doubt = 4.0 * deviation / math.sqrt(len(kept))  # two standard errors at the end of a line
    fit = Fit(slope, middle, max(errors) - min(errors), doubt, False)
    return _with_round_tempo(fit, kept, deviation), kept


def clump_period(points: Sequence[Point], turns: int = _TURNS) -> float | None:
    """The period in which stamps come in clumps, in seconds; None if they come in none.

    Then the distances of neighbouring stamps are two neighbouring multiples of the period, in
    turns; after a change of tempo they are one and then the other.

    Args:
        points: Stamped ticks.
        turns: How often distances must change from one to the other to be taken for it.
    """
    distances = [b - a for (i, a), (j, b) in pairwise(points) if j == i + 1]
    limit = _gap_between_two(sorted(distances))
    if limit is None:
        return None
    lows = [distance for distance in distances if distance < limit]
    highs = [distance for distance in distances if distance > limit]
    low, high = median(lows), median(highs)
    period = high - low
    if max(max(lows) - min(lows), max(highs) - min(highs)) > period / 3:
        return None
    multiple = low / period
    is_multiple = abs(multiple - round(multiple)) * period < _APART_S
    turned = sum((a < limit) != (b < limit) for a, b in pairwise(distances))
    often = turned >= (turns if round(multiple) else 1)  # two ticks at once are no tempo
    return period if is_multiple and often and period > _LEAST_PERIOD_S else None


def _gap_between_two(rising: Sequence[float]) -> float | None:
    """A value between the two groups that the values form; None if they form more or fewer."""
    gaps = [(a + b) / 2 for a, b in pairwise(rising) if b - a > _APART_S]
    return gaps[0] if len(gaps) == 1 else None


def bpm_of(slope: float) -> float:
    """Quarter notes a minute at so many seconds a tick."""
    return 60.0 / (TICKS_PER_BEAT * slope)


def _bpm_range(slopes: tuple[float, float]) -> tuple[float, float]:
    least, greatest = slopes
    return bpm_of(greatest), bpm_of(max(least, 1e-6))


def _roundest(hull: Hull, slow: float, fast: float) -> list[Strip]:
    """The strips of the whole tempos between two; if there are none, of those with a half."""
    for unit in _ROUND_BPM:
        first, last = math.ceil(slow / unit), math.floor(fast / unit)
        if first <= last:
            last = min(last, first + _MOST_TEMPOS)
            tempos = [k * unit for k in range(max(first, 1), last + 1)]
            return [hull.at_slope(60.0 / TICKS_PER_BEAT / bpm) for bpm in tempos]
    return []


def _with_round_tempo(fit: Fit, points: Sequence[Point], deviation: float) -> Fit:
    """The same line at the roundest tempo within two standard errors of its slope."""
    count = len(points)
    if count < 4:
        return fit
    indexes = [index for index, _ in points]
    mean = sum(indexes) / count
    around = sum((index - mean) ** 2 for index in indexes)
    error = 2.0 * deviation / math.sqrt(around) if around else 0.0
    slow, fast = _bpm_range((fit.slope - error, fit.slope + error))
    for unit in _ROUND_BPM:
        bpm = round(bpm_of(fit.slope) / unit) * unit
        if slow <= bpm <= fast:
            slope = 60.0 / TICKS_PER_BEAT / bpm
            middle = sum(value for _, value in points) / count - slope * mean
            doubt = 2.0 * deviation / math.sqrt(count)
            return Fit(slope, middle, fit.width, doubt, True)
    return fit


def _least_squares(points: Sequence[Point]) -> tuple[float, float, float]:
    """(slope, value at index 0, standard deviation around the line)."""
    count = len(points)
    origin, base = points[0]
    mean_x = sum(index - origin for index, _ in points) / count
    mean_y = sum(value - base for _, value in points) / count
    xx = sum((index - origin - mean_x) ** 2 for index, _ in points)
    xy = sum((index - origin - mean_x) * (value - base - mean_y) for index, value in points)
    slope = xy / xx if xx else 0.0
    middle = base + mean_y - slope * (mean_x + origin)
    squares = sum((value - middle - slope * index) ** 2 for index, value in points)
    return slope, middle, math.sqrt(squares / count)
