"""The bars that we played, as the other half of what both have played together."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from bridge.errors import SourceError
from bridge.source import Bar, CutBar, join_bars
from model.roll import Roll


class SharedBars:
    """Our bars by their number.

    Args:
        bar_steps: How long each of them is.
    """

    def __init__(self, bar_steps: int) -> None:
        self._bar_steps = bar_steps
        self._bars: dict[int, Bar] = {}

    def set(self, number: int, bar: Bar, like: Roll) -> None:
        """Bar `number` is this one, and no longer what was said of it before.

        Args:
            number: Which bar.
            bar: What is played in it.
            like: An empty bar.

        Raises:
            SourceError: It isn't as long as that, or has other parts or another grid.
        """
        own, empty = bar.roll, like
        if own.grid != empty.grid or own.cells.shape != empty.cells.shape:
            raise SourceError(
                f"tried to play together with a bar of {own.steps} steps and {len(own.parts)} "
                f"parts, where bars have {empty.steps} and {len(empty.parts)}; play in one metre"
            )
        self._bars[number] = CutBar(replace(own, metres=empty.metres), frozenset(bar.tied))

    def sounds_in(self, number: int) -> bool:
        """Whether we play anything in a bar."""
        bar = self._bars.get(number)
        return bar is not None and bool(np.any(bar.roll.cells))

    def roll(self, start: int, stop: int, like: Roll) -> Roll:
        """Bars [start, stop) in a row, empty where we rested.

        Args:
            start, stop: Numbers.
            like: An empty bar.
        """
        if start >= stop:
            return like.slice_steps(0, 0)
        return join_bars([self._bars.get(number, CutBar(like)) for number in range(start, stop)])

    def forget_before(self, number: int) -> None:
        """Forget older bars."""
        self._bars = {own: bar for own, bar in self._bars.items() if own >= number}

    def forget_from(self, number: int) -> None:
        """Forget what was planned for this bar and later ones."""
        self._bars = {own: bar for own, bar in self._bars.items() if own < number}
