"""What lies around a child and is already known: left, right, below and above it.

Works on NumPy arrays and torch tensors alike. Shapes: `M` nodes, `N` children of a node in scan
order, `h` x `w` cells a child, `R` = (rows + 2) * (columns + 2) places of the ring grid: the node's
children with one more child all round.
"""

from __future__ import annotations

from typing import Any

from model.config import ModelConfig
from model.scanorder import ABOVE, BELOW, LEFT, RIGHT, ScanOrder

Array = Any

DIRECTIONS = (LEFT, RIGHT, BELOW, ABOVE)


def ring(crop: Array, height: int, width: int) -> Array:
    """Cut a node with a margin of one child into children: [M, H + 2h, W + 2w] -> [M, R, h, w]."""
    nodes, rows, steps = crop.shape
    grid = crop.reshape(nodes, rows // height, height, steps // width, width)
    places = (rows // height) * (steps // width)
    return grid.swapaxes(2, 3).reshape(nodes, places, height, width)


def children(crop: Array, height: int, width: int, places: Array) -> Array:
    """Cut a node into its children in scan order: [M, H, W] -> [M, N, h, w]."""
    return ring(crop, height, width)[:, places]


def looks(config: ModelConfig, level: int, order: ScanOrder) -> tuple[int, ...]:
    """Directions in which `level` can ever meet something known that it isn't told anyway.

    A direction is left out where no scan order of this or a coarser level puts the neighbour
    first, and where the neighbour always is the child just before, which an AR level embeds.
    Level 0 is as wide as the roll, so `order` stands for any of its widths (at least 2 columns).
    """
    outer = [d for d in DIRECTIONS if any(_can_know(config, m, d) for m in range(level))]
    if config.levels[level].kind == "mar":
        return tuple(d for d in DIRECTIONS if d in outer or (order.neighbours()[:, d] >= 0).any())
    inner = order.neighbours()
    found = list(outer)
    for direction in DIRECTIONS:
        child = (inner[:, direction] >= 0).nonzero()[0]
        earlier = child[inner[child, direction] < child]
        told_anyway = (inner[earlier, direction] == earlier - 1).all()
        if direction not in found and len(earlier) and not told_anyway:
            found.append(direction)
    return tuple(sorted(found))


def _can_know(config: ModelConfig, level: int, direction: int) -> bool:
    """Whether a level can know the child next to another one before that one is predicted."""
    order = level_order(config, level, 2 * config.levels[0].patch[1])
    neighbours = order.neighbours()[:, direction]
    if config.levels[level].kind == "mar":
        return bool((neighbours >= 0).any())
    return bool(((neighbours >= 0) & (neighbours < range(len(order)))).any())


def level_order(config: ModelConfig, level: int, steps: int) -> ScanOrder:
    """Scan order of a level's children; `steps` is the canvas' padded width (level 0 only)."""
    rows, width = config.node_shape(level, steps)
    child = config.levels[level].patch
    return ScanOrder.of(rows // child[0], width // child[1], config.levels[level].order)
