"""Cells that copy heads fetched, cut to what each node below may see (`model.embedding.CopyMap`).

NumPy only. Shapes: `S` maps, `C` channels, `M` nodes, `N` children of `h` x `w` cells.
"""

from __future__ import annotations

import numpy as np

from model.copyplaces import CopyPlaces
from model.engine import Floats, Ints


class CopyMap(CopyPlaces):
    """Cells that a level's copy heads fetched, for nodes somewhere inside them; NumPy arrays."""

    @classmethod
    def of(cls, copies: Floats, margin: int) -> CopyMap:
        """A map for each node itself, from copies [M, C, h, w]."""
        zeros = np.zeros(len(copies), np.int64)
        padded = np.pad(copies, ((0, 0), (0, 0), (margin, margin), (0, 0)))
        return cls(padded, np.arange(len(copies)), zeros, zeros, margin)

    def crop(self, height: int, width: int, margin: int) -> Floats:
        """Cells of each node, `margin` pitches to both sides, [M, C, height + 2 margin, width]."""
        first = self.row + self.margin - margin
        rows = first[:, None] + np.arange(height + 2 * margin)
        columns = self.column[:, None] + np.arange(width)
        found = self.values[self.source[:, None, None], :, rows[:, :, None], columns[:, None]]
        return np.ascontiguousarray(found.transpose(0, 3, 1, 2))


def children(area: Floats, height: int, width: int, places: Ints) -> Floats:
    """Cut nodes [M, C, H, W] into children in scan order, [M, N, C, h, w]."""
    nodes, channels, tall, wide = area.shape
    grid = area.reshape(nodes, channels, tall // height, height, wide // width, width)
    grid = grid.transpose(0, 2, 4, 1, 3, 5)
    return np.ascontiguousarray(grid.reshape(nodes, -1, channels, height, width)[:, places])
