"""What was played lately, for a source that is to go on from it otherwise."""

from __future__ import annotations

from collections import deque
from dataclasses import replace

import numpy as np

from bridge.duet.wish import Wish
from bridge.source import Bar, join_bars
from model.roll import SILENT

_KEPT = 32
"""Bars; twice as many as a wish with a musician holds."""


class Lately:
    """The bars that were committed last."""

    def __init__(self) -> None:
        self._bars: deque[Bar] = deque(maxlen=_KEPT)
        self._count = 0

    def take(self, bar: Bar | None) -> None:
        """This one was committed; None: one of silence that nobody wrote."""
        self._count += 1
        if bar is None:
            self._bars.clear()
        else:
            self._bars.append(bar)

    def wish(self) -> Wish | None:
        """That the music goes on from there; None where there is nothing to go on from."""
        if not self._bars:
            return None
        ours = join_bars(list(self._bars))
        nobody = replace(ours, cells=np.full_like(ours.cells, SILENT))
        return Wish(self._count, None, nobody, ours)
