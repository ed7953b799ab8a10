"""Where nodes stand in cells that copy heads fetched; written once for NumPy arrays and tensors.

Shapes: `S` maps, `C` channels, `M` nodes, `H` x `W` cells a map.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

Array = Any
"""A NumPy array or a torch tensor."""


@dataclass(frozen=True)
class CopyPlaces:
    """Copied cells, and for each of M nodes its place in them.

    values: float [S, C, H + 2 * margin, W], zero in the margin. source: int64 [M], which map. row,
    column: int64 [M], where the node begins in it (cells, margin not counted).
    """

    values: Array
    source: Array
    row: Array
    column: Array
    margin: int

    def take(self, nodes: Array, row: Array, column: Array) -> Self:
        """The places of children of `nodes` that begin `row`, `column` cells inside them."""
        return type(self)(
            self.values,
            self.source[nodes],
            self.row[nodes] + row,
            self.column[nodes] + column,
            self.margin,
        )
