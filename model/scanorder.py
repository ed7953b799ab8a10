"""The order in which a level fills its patches, as an object that can be inverted and checked."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from model.errors import ModelError

Axis = Literal["row", "column"]

LEFT, RIGHT, BELOW, ABOVE = range(4)
"""Directions to a neighbour: earlier, later, lower in pitch, higher in pitch."""

_OFFSETS = ((0, -1), (0, 1), (-1, 0), (1, 0))


class ScanOrderError(ModelError):
    """A scan order that does not visit every place once."""


@dataclass(frozen=True, eq=False)
class ScanOrder:
    """A way through a grid of children.

    rows, columns: the grid; row 0 is the lowest pitch, column 0 the earliest.
    places: int [N], place (row * columns + column) of the i-th child visited.
    """

    rows: int
    columns: int
    places: NDArray[np.int64]

    def __post_init__(self) -> None:
        """Check that every place is visited exactly once.

        Raises:
            ScanOrderError: it is not.
        """
        if not np.array_equal(np.sort(self.places), np.arange(self.rows * self.columns)):
            raise ScanOrderError(
                f"a scan order of {self.rows} x {self.columns} must visit each of its "
                f"{self.rows * self.columns} places once"
            )

    def __len__(self) -> int:
        """Number of children."""
        return len(self.places)

    @classmethod
    def of(cls, rows: int, columns: int, axis: Axis) -> ScanOrder:
        """Row-major (``row``: pitch by pitch) or column-major (``column``: time first)."""
        return _standard(rows, columns, axis)

    @property
    def row(self) -> NDArray[np.int64]:
        """Row of the i-th child, [N]."""
        return self.places // self.columns

    @property
    def column(self) -> NDArray[np.int64]:
        """Column of the i-th child, [N]."""
        return self.places % self.columns

    def inverse(self) -> NDArray[np.int64]:
        """When each place is visited, [N]; ``inverse()[places] == arange(N)``."""
        inverse = np.empty_like(self.places)
        inverse[self.places] = np.arange(len(self.places))
        return inverse

    def neighbours(self) -> NDArray[np.int64]:
        """Index in scan order of each child's neighbours, [N, 4]; -1 where none is inside."""
        inverse = self.inverse()
        found = np.full((len(self), 4), -1, np.int64)
        for direction, (up, right) in enumerate(_OFFSETS):
            row, column = self.row + up, self.column + right
            inside = (row >= 0) & (row < self.rows) & (column >= 0) & (column < self.columns)
            found[inside, direction] = inverse[row[inside] * self.columns + column[inside]]
        return found

    def ring_places(self) -> NDArray[np.int64]:
        """Place of each child's neighbours in the grid with a ring of one child around, [N, 4]."""
        wide = self.columns + 2
        own = (self.row + 1) * wide + self.column + 1
        return np.stack([own + up * wide + right for up, right in _OFFSETS], axis=1)

    def offsets(self, reach: tuple[int, int]) -> NDArray[np.int64]:
        """Index of the relative offset of child j as seen from child i, clipped at `reach`, [N, N].

        Indices run over ``(2 * reach[0] + 1) * (2 * reach[1] + 1)`` offsets.
        """
        up = np.clip(self.row[None] - self.row[:, None], -reach[0], reach[0]) + reach[0]
        right = np.clip(self.column[None] - self.column[:, None], -reach[1], reach[1]) + reach[1]
        return np.asarray(up * (2 * reach[1] + 1) + right, np.int64)


@lru_cache(maxsize=256)
def _standard(rows: int, columns: int, axis: Axis) -> ScanOrder:
    grid = np.arange(rows * columns).reshape(rows, columns)
    return ScanOrder(rows, columns, (grid if axis == "row" else grid.T).reshape(-1).copy())
