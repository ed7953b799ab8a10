"""Where steps and pitches lie on the screen, and which step and pitch lie under a point.

Everything is rounded once, to whole device pixels counted from step 0 and row 0, so that what is
painted into tiles, over them and beside them meets exactly. Rows count from the top; without
folding row 0 is pitch 127.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from model.roll import PITCHES

IntArray = npt.NDArray[np.int64]

HIDDEN = -1
"""Row of a pitch that folding hides."""


@dataclass(frozen=True)
class Places:
    """One view of the roll; made anew for each frame, never changed.

    Attributes:
        first_step: Step at the left edge.
        px_per_step: Width of a step in logical pixels.
        top_row: Row at the upper edge.
        px_per_row: Height of a row in logical pixels.
        pitches: Pitch of each row, from the top.
        scale: Device pixels to a logical one.
    """

    first_step: float
    px_per_step: float
    top_row: float
    px_per_row: float
    pitches: tuple[int, ...]
    scale: float = 1.0

    @cached_property
    def row_of(self) -> IntArray:
        """int64[128]: the row of each pitch, `HIDDEN` for those that folding hides."""
        rows = np.full(PITCHES, HIDDEN, dtype=np.int64)
        rows[list(self.pitches)] = np.arange(len(self.pitches))
        return rows

    @cached_property
    def left(self) -> int:
        """Device pixels from step 0 to the left edge."""
        return round(self.first_step * (self.px_per_step * self.scale))

    @cached_property
    def top(self) -> int:
        """Device pixels from row 0 to the upper edge."""
        return round(self.top_row * (self.px_per_row * self.scale))

    def columns(self, steps: npt.ArrayLike) -> IntArray:
        """Device pixels from step 0 to the left edge of each step, same shape."""
        exact = np.asarray(steps, dtype=np.float64) * (self.px_per_step * self.scale)
        return np.rint(exact).astype(np.int64)

    def lines(self, rows: npt.ArrayLike) -> IntArray:
        """Device pixels from row 0 to the upper edge of each row, same shape."""
        exact = np.asarray(rows, dtype=np.float64) * (self.px_per_row * self.scale)
        return np.rint(exact).astype(np.int64)

    def x(self, step: float) -> float:
        """Logical pixels from the left edge of the widget to a step."""
        return (round(step * (self.px_per_step * self.scale)) - self.left) / self.scale

    def y(self, row: float) -> float:
        """Logical pixels from the upper edge of the widget to a row."""
        return (round(row * (self.px_per_row * self.scale)) - self.top) / self.scale

    def y_of_pitch(self, pitch: int) -> float:
        """Upper edge of a pitch; a hidden one lies at the edge of the next shown below it."""
        return self.y(self.row_near(pitch))

    def row_near(self, pitch: float) -> int:
        """Row of the highest shown pitch that isn't above `pitch`; the row count if there is none.

        Pitches above 127 lie above row 0.
        """
        if pitch >= PITCHES:
            return PITCHES - 1 - int(pitch)
        return int(np.searchsorted(-np.asarray(self.pitches), -pitch, side="left"))

    def step_at(self, x: float) -> float:
        """Step under a logical x of the widget."""
        return (x + self.left / self.scale) / self.px_per_step

    def row_at(self, y: float) -> float:
        """Row, with its fraction, under a logical y of the widget."""
        return (y + self.top / self.scale) / self.px_per_row

    def pitch_at(self, y: float) -> int:
        """Pitch under a logical y; the nearest shown one beyond the last row."""
        row = int(np.floor(self.row_at(y)))
        return self.pitches[min(max(row, 0), len(self.pitches) - 1)]

    def steps_across(self, width: float) -> float:
        """How many steps fit into a width of logical pixels."""
        return width / self.px_per_step


def shown_pitches(used: npt.NDArray[np.bool_], fold: bool, wanted: frozenset[int]) -> IntArray:
    """int64[R]: the pitches that have a row, from the top.

    Args:
        used: bool[128], pitches that sound somewhere.
        fold: Whether rows where nothing sounds are left out.
        wanted: Pitch classes that keep their row between the lowest and the highest note even so
            (those of the scale); empty for none.
    """
    every = np.arange(PITCHES - 1, -1, -1)
    if not fold or not used.any():
        return every
    sounding = np.flatnonzero(used)
    inside = (every >= sounding[0]) & (every <= sounding[-1])
    in_scale = np.isin(every % 12, sorted(wanted))
    shown: IntArray = every[used[every] | (inside & in_scale)]
    return shown
