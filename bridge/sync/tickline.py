"""The line along which a clock's ticks fall, from stamps that are never quite right.

It rests on the longest run of latest ticks that lie in a strip as wide as the jitter of the stamps.
A tick outside the strip is put aside; if the next ones are back inside it was a stray, if they stay
outside the tempo has changed, ticks were lost, or the clock was moved, and the run begins anew.
"""

from collections import deque
from dataclasses import replace

from bridge.sync.jitter import (
    Fit,
    clump_period,
    fit_even,
    fit_peaked,
    fit_whole_frames,
)
from bridge.sync.strip import Hull, Point, longest_suffix

MOST_TICKS = 192
"""Eight beats: more would only follow the drift between two machines' clocks later."""

_LEARNING = 24
_OFTEN = 48
_EXACT_WIDTH = 1.3
_FEWEST = 6
_SAME_TEMPO = 0.002
_FLOOR_S = 0.0003
_FEW_EXACT, _FEW_CLUMPED, _FEW = 2, 3, 5
_FEW_GUESSED = 8
_STRAYS, _STRAY_SPAN, _CLUMP_SPAN = 4, 48, 12
_LEAST_PERIOD, _NEAR_PERIOD = 64, 0.01
_USUAL_RATES = (44100, 48000)
_PAUSE_TICKS = 12
_SURE_S = 0.001
_PAUSE_S = 0.3
_SHORTEST_S, _LONGEST_S = 0.005, 0.125
"""A tick at 500 and at 20 quarter notes a minute."""


class TickLine:
    """Fed with the stamp of each tick; knows when each tick is due. Ticks are numbered from 0.

    Args:
        rate: Stamps are exact to one part in so many of a second; 0 where they are moments of
            arrival, whose jitter is learned.
    """

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._width = _EXACT_WIDTH / rate if rate else 0.0
        self._points: list[Point] = []
        self._aside: list[Point] = []
        self._strays: deque[Point] = deque(maxlen=_STRAYS)
        self._recent: deque[Point] = deque(maxlen=_OFTEN)
        self._even = rate > 0
        """Whether stamps err evenly: they are exact, or come in clumps."""
        self._guess: Fit | None = None
        self._before: Fit | None = None
        self.fit: Fit | None = None
        self.next = 0
        self.last_at = 0.0
        self._free = -1
        """The tick before which the host jumped last: none were lost there."""

    @property
    def is_locked(self) -> bool:
        """Whether the line is as right as can be asked for."""
        fit, count = self.fit, len(self._points)
        if fit is None or self._aside:
            return False
        if self._is_fine:
            return count >= (6 if fit.is_round else 12) and self._is_sure(fit)
        enough = _LEARNING if fit.is_round else 4 * _LEARNING
        return count >= enough and fit.doubt < _SURE_S and self._is_sure(fit)

    @property
    def count(self) -> int:
        """How many ticks the line rests on."""
        return len(self._points)

    def is_paused(self, now: float) -> bool:
        """Whether no tick has come for so long that none is late or lost: the clock rests."""
        slope = self.fit.slope if self.fit is not None else _LONGEST_S
        return self.next > 0 and now - self.last_at > max(_PAUSE_S, _PAUSE_TICKS * slope)

    def feed(self, at: float) -> None:
        """The next tick was stamped with second `at`."""
        if self.is_paused(at):
            self.restart()
        self.last_at = at
        point = (self.next, at)
        self.next += 1
        self._recent.append(point)
        if self._is_off(point):
            self._aside.append(point)
            self._judge()
        else:
            self._forgive()
            self._points.append(point)
            del self._points[:-MOST_TICKS]
            self._refit(at_once=len(self._points) <= _OFTEN)

    def may_move(self) -> None:
        """The host jumps: its next tick may come at any distance from the last one."""
        self._recent.clear()
        self._free = self.next

    def restart(self) -> None:
        """The clock rests or begins anew: of the line only the tempo is kept, as a guess."""
        self._points.clear()
        self._aside.clear()
        self._recent.clear()
        self._guess, self._before = self.fit, None

    @property
    def _is_fine(self) -> bool:
        """Whether stamps are so exact that a handful of ticks tell everything."""
        return self._rate > 0 and self._width < _FLOOR_S

    @property
    def _is_clumped(self) -> bool:
        """Whether stamps are known to come in clumps of a period."""
        return self._even and not self._is_fine and self._width > 0

    def _is_sure(self, fit: Fit) -> bool:
        """Whether the tempo can not be that of the periods in which stamps come in clumps.

        Clumps may look like a perfect clock for a while: a tick in each period of 1024 frames is
        117.19 quarter notes a minute. Round tempos are none of periods.
        """
        if fit.is_round:
            return True
        rates = (self._rate,) if self._rate else _USUAL_RATES
        parts = [fit.slope * rate / _LEAST_PERIOD for rate in rates]
        return all(abs(part - round(part)) > _NEAR_PERIOD for part in parts)

    def _is_off(self, point: Point) -> bool:
        if self.fit is None or not self._width or len(self._points) < _FEW_EXACT:
            return False
        half = 0.75 if self._is_fine or not self._even else 0.52
        reach = self._width * (half + 2.0 / len(self._points)) + self.fit.doubt
        return abs(point[1] - self.fit.time_of(point[0])) > reach

    def _forgive(self) -> None:
        """Back inside the strip: what was put aside was astray, unless that happens too often."""
        if not self._aside:
            return
        self._strays.extend(self._aside)
        self._aside.clear()
        span = _CLUMP_SPAN if self._is_clumped else _STRAY_SPAN
        many = _FEW_CLUMPED if self._is_clumped else _STRAYS
        often = [point for point in self._strays if point[0] > self.next - span]
        if len(often) < many:
            return
        self._strays.clear()
        if self._is_clumped:  # nothing lies that far outside: the tempo is another one
            self._turn(sorted(self._points + often))
        else:
            self._width = max(1.5 * self._width, _FLOOR_S)

    def _judge(self) -> None:
        """So many in a row outside the strip: what has happened?"""
        few = _FEW_EXACT if self._is_fine else _FEW_CLUMPED if self._is_clumped else _FEW
        if len(self._aside) < few or self.fit is None:
            return
        everything = self._points + self._aside
        if self._comes_in_clumps(everything, self.fit):
            return
        if self._were_lost(self.fit) or self._was_moved(self.fit):
            return
        self._turn(everything)

    def _turn(self, everything: list[Point]) -> None:
        """The tempo has changed: the line rests on as many of the latest ticks as fit together."""
        self._before, self._aside, self._points = self.fit, [], everything
        self._keep(longest_suffix(everything, self._widest, _FEW_EXACT))
        self._refit()

    def _comes_in_clumps(self, everything: list[Point], fit: Fit) -> bool:
        """Whether the latest ticks show that stamps come in clumps, which was not known."""
        period = clump_period(self._recent, 4 if self._is_sure(fit) else 2)
        if period is None or period < self._width:
            return False
        self._even, self._width = True, period + _FLOOR_S
        self._points, self._aside = everything[-MOST_TICKS:], []
        self._refit()
        return True

    @property
    def _widest(self) -> float:
        """How wide a strip of ticks at one tempo can be."""
        if self._is_fine:
            return 1.15 * self._width
        return max((1.02 if self._even else 1.15) * self._width, _FLOOR_S)

    def _keep(self, count: int) -> None:
        """Forget all but the last points: the others were at another tempo."""
        self._points = self._points[-count:]
        first = self._points[0][0]
        self._recent = deque((point for point in self._recent if point[0] >= first), _OFTEN)

    def _without_before(self, fit: Fit) -> Fit:
        """After a change of tempo: the line without the ticks before it, as far as they show.

        The change was where the line from before crosses the one since.
        """
        old = self._before
        if old is None or abs(old.slope - fit.slope) < _SAME_TEMPO * fit.slope:
            return fit
        crossing = (fit.middle - old.middle) / (old.slope - fit.slope)
        count = sum(index > crossing for index, _ in self._points)
        if not _FEWEST <= count < len(self._points):
            return fit
        self._keep(count)
        return fit_even(self._points, self._width)

    def _were_lost(self, fit: Fit) -> bool:
        """Whether the ticks go on as before, a few numbers later."""
        if self._aside[0][0] == self._free:
            return False
        errors = [at - fit.time_of(index) for index, at in self._aside]
        lost = round(min(errors) / fit.slope)
        near = max(2.0 * self._width, 0.02 * fit.slope)
        if (
            lost < 1
            or 2 * near > fit.slope
            or any(abs(e - lost * fit.slope) > near for e in errors)
        ):
            return False
        self._points += [(index + lost, at) for index, at in self._aside]
        self._recent.clear()
        self.next += lost
        self._aside = []
        self._refit()
        return True

    def _was_moved(self, fit: Fit) -> bool:
        """Whether the ticks go on as before, all of them earlier or later."""
        errors = [at - fit.time_of(index) for index, at in self._aside]
        spread = max(errors) - min(errors)
        if spread > 1.5 * self._width or not self._is_fine or len(self._points) < 6:
            return False
        if not self._is_sure(fit):
            return False
        shift = (max(errors) + min(errors)) / 2
        if abs(shift) < 8 * spread and abs(shift) < 8 * self._width:
            return False
        self._points = [(index, at + shift) for index, at in self._points] + self._aside
        self._aside = []
        self._refit()
        return True

    def _refit(self, *, at_once: bool = True) -> None:
        count = len(self._points)
        if count < 2:
            self._anchor()
        if count < 2 or not (at_once or self.next % 4 == 0):
            return
        if not self._rate and (count <= _LEARNING or self.next % _OFTEN == 0):
            self._learn()
        if self._rate and not self._is_fine and self.next % _LEARNING == 0:
            self._trust_again()
        fit = self._guessed() or self._fitted()
        if _SHORTEST_S < fit.slope < _LONGEST_S:  # two ticks of one clump tell no tempo
            self.fit = fit

    def _trust_again(self) -> None:
        """Stamps that were taken for clumps and are exact all the same."""
        exact = _EXACT_WIDTH / self._rate
        if len(self._recent) < _OFTEN or self.fit is None or not self._is_sure(self.fit):
            return
        if Hull(list(self._recent)).narrowest().width <= exact:
            self._width = exact

    def _anchor(self) -> None:
        """The first tick after a rest: where the line is, at the tempo from before."""
        if self.fit is not None:
            index, at = self._points[0]
            middle = at - self.fit.slope * index
            self.fit = replace(self.fit, middle=middle, doubt=self.fit.slope)

    def _fitted(self) -> Fit:
        if not self._even and len(self._points) >= 6:
            return fit_peaked(self._points)[0]
        fit = fit_even(self._points, self._width)
        if self._width and fit.width > self._widest and len(self._points) > _FEWEST:
            self._keep(longest_suffix(self._points, self._widest, _FEWEST))
            fit = fit_even(self._points, self._width)
        fit = self._without_before(fit)
        if self._is_fine and len(self._points) >= _LEARNING:
            return fit_whole_frames(self._points, fit, self._rate, self._width)
        return fit

    def _guessed(self) -> Fit | None:
        """After a rest: the line at the tempo from before, while the first ticks allow it."""
        if self._guess is None or len(self._points) >= _FEW_GUESSED:
            return None
        strip = Hull(self._points).at_slope(self._guess.slope)
        if strip.width > max(self._width, _FLOOR_S if not self._is_fine else 0.0):
            self._guess = None
            return None
        return replace(
            self._guess, middle=strip.middle, width=strip.width, doubt=self._guess.slope / 4
        )

    def _learn(self) -> None:
        """How stamps err here; known after a beat, and looked at again every two."""
        recent = list(self._recent)
        if len(recent) < 8:
            return
        period = clump_period(recent)
        if period is not None:
            self._even, self._width = True, period + _FLOOR_S
            return
        fit, kept = fit_peaked(recent)
        if self._even and (2 * fit.width > self._width or not self._is_sure(fit)):
            return  # clumps that just don't show
        self._even = False
        if len(recent) >= _LEARNING:
            self._width = max(1.2 * fit.width, _FLOOR_S)
        if len(self._points) <= _LEARNING:
            self._points = kept
