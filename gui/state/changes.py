"""The difference between two rolls: only the cells that differ, so that undo costs little memory.

Shapes: `R` rows that differ (part x 128 + pitch), `S` steps.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Protocol, Self

import numpy as np

from model.grid import IntArray
from model.roll import PITCHES, Cells, MetreChange, Part, Roll, TempoChange

Frame = tuple[tuple[Part, ...], tuple[MetreChange, ...], tuple[TempoChange, ...]]

PACKED_BYTES = 1 << 18
"""Larger blocks are compressed."""


class Change(Protocol):
    """A way from one roll to another, and back."""

    @property
    def span(self) -> tuple[int, int]:
        """First step that differs and the step behind the last; of the longer roll."""
        ...

    @property
    def rows(self) -> IntArray | None:
        """Rows that differ, rising; None where rows of both can't be compared."""
        ...

    def forward(self, roll: Roll) -> Roll:
        """The later roll, from the earlier one."""
        ...

    def backward(self, roll: Roll) -> Roll:
        """The earlier roll, from the later one."""
        ...


@dataclass(frozen=True, eq=False)
class _Block:
    """Cells uint8[R, T] at rest; large ones compressed, for there may be hundreds of steps.

    Attributes:
        shape: Rows and steps.
        data: The cells, row after row.
        packed: Whether `data` is compressed.
    """

    shape: tuple[int, int]
    data: bytes
    packed: bool

    @classmethod
    def of(cls, cells: Cells) -> Self:
        """These cells."""
        rows, steps = cells.shape
        packed = cells.nbytes > PACKED_BYTES
        data = cells.tobytes()
        return cls((rows, steps), zlib.compress(data, 1) if packed else data, packed)

    def cells(self) -> Cells:
        """uint8[R, T], read only."""
        data = zlib.decompress(self.data) if self.packed else self.data
        return np.frombuffer(data, np.uint8).reshape(self.shape)


@dataclass(frozen=True, eq=False)
class _Side:
    """What one of the two rolls has of its own.

    Attributes:
        block: Cells of the rows that differ, from the first step that does.
        steps: Length of the whole roll.
        frame: Its parts, metres and tempos.
    """

    block: _Block
    steps: int
    frame: Frame


@dataclass(frozen=True, eq=False)
class SliceChange:
    """Two rolls of one grid and as many parts: the block of cells that differs, from both.

    Attributes:
        start: First step of the block.
        rows: Its rows.
        before: Of the earlier roll.
        after: Of the later roll.
    """

    start: int
    rows: IntArray
    before: _Side
    after: _Side

    @property
    def span(self) -> tuple[int, int]:
        """Steps that differ; all of them where metre, tempo or a part's name does."""
        before, after = self.before, self.after
        if before.frame != after.frame:
            return 0, max(before.steps, after.steps)
        return self.start, self.start + max(before.block.shape[1], after.block.shape[1])

    def forward(self, roll: Roll) -> Roll:
        """The later roll."""
        return self._with(roll, self.after)

    def backward(self, roll: Roll) -> Roll:
        """The earlier roll."""
        return self._with(roll, self.before)

    def taken_out_of(self, roll: Roll) -> Roll | None:
        """A roll that came to be later, without this change: rows that hold it as it was made.

        Rows in which anything of it was changed since stay as they are.

        Returns:
            None where it changed more than cells, or the roll is another one altogether.
        """
        before, after = self.before, self.after
        stop = self.start + after.block.shape[1]
        kinds = len(roll.parts) * PITCHES
        cells_only = before.steps == after.steps and before.frame == after.frame
        if not cells_only or stop > roll.steps or (len(self.rows) and self.rows[-1] >= kinds):
            return None
        cells = roll.cells.copy()
        flat = cells.reshape(kinds, roll.steps)
        there = flat[self.rows, self.start : stop]
        holds = (there == after.block.cells()).all(axis=1, keepdims=True)
        flat[self.rows, self.start : stop] = np.where(holds, before.block.cells(), there)
        return Roll(cells, roll.grid, *_frame(roll))

    def _with(self, roll: Roll, side: _Side) -> Roll:
        kinds = len(roll.parts) * PITCHES
        if side.steps == roll.steps:
            cells = roll.cells.copy().reshape(kinds, side.steps)
        else:
            cells = np.zeros((kinds, side.steps), np.uint8)
            common = min(roll.steps, side.steps)
            cells[:, :common] = roll.cells.reshape(kinds, roll.steps)[:, :common]
        cells[self.rows, self.start : self.start + side.block.shape[1]] = side.block.cells()
        shaped = cells.reshape(*roll.cells.shape[:2], side.steps)
        return Roll(shaped, roll.grid, *side.frame)


@dataclass(frozen=True, eq=False)
class WholeChange:
    """Two rolls on other grids or with another number of parts: both are kept whole."""

    before: Roll
    after: Roll
    rows: None = None

    @property
    def span(self) -> tuple[int, int]:
        """All steps."""
        return 0, max(self.before.steps, self.after.steps)

    def forward(self, roll: Roll) -> Roll:
        """The later roll."""
        return self.after

    def backward(self, roll: Roll) -> Roll:
        """The earlier roll."""
        return self.before


def between(before: Roll, after: Roll) -> Change | None:
    """What makes `after` out of `before`; None where they are the same."""
    if before.grid != after.grid or len(before.parts) != len(after.parts):
        return WholeChange(before, after)
    kinds = len(before.parts) * PITCHES  # said outright: a roll may have no step
    old = before.cells.reshape(kinds, before.steps)
    new = after.cells.reshape(kinds, after.steps)
    common = min(before.steps, after.steps)
    differs = old[:, :common] != new[:, :common]
    rows = differs.any(axis=1)
    columns = np.flatnonzero(differs[rows].any(axis=0))
    longer = before.steps != after.steps
    if not (longer or len(columns) or _frame(before) != _frame(after)):
        return None
    start = int(columns[0]) if len(columns) else common * longer
    last = int(columns[-1]) + 1 if len(columns) else 0
    rows |= old[:, common:].any(axis=1) | new[:, common:].any(axis=1)
    chosen = np.flatnonzero(rows)
    stop_before, stop_after = (before.steps, after.steps) if longer else (last, last)
    return SliceChange(
        start,
        chosen,
        _side(before, old[chosen, start:stop_before]),
        _side(after, new[chosen, start:stop_after]),
    )


def _frame(roll: Roll) -> Frame:
    return roll.parts, roll.metres, roll.tempos


def _side(roll: Roll, cells: Cells) -> _Side:
    return _Side(_Block.of(cells), roll.steps, _frame(roll))
