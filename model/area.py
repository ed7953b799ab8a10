"""The part of the canvas that the sampler is filling, with what stands around it.

Shapes: `M` nodes, `H` x `W` their cells, `up`, `left`, `right` margins in cells, `N` children of
`h` x `w` cells in scan order.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from model.engine import Codes, Ints, Known
from model.legality import FLAG_HELD
from model.roll import HELD, SILENT
from model.scanorder import ScanOrder

_Cell = TypeVar("_Cell", np.uint8, np.bool_)


@dataclass
class Area:
    """M nodes of one shape, each with a margin; filled in place.

    codes: uint8 [M, H + 2 up, left + W + right], 0 where unknown (or a guess while a level runs).
    known: bool, same shape. padding: bool [M, W], columns beyond the end of the roll.
    roll, row, column: int64 [M], which roll, and where the node begins in the canvas.
    """

    codes: Codes
    known: Known
    padding: Known
    roll: Ints
    row: Ints
    column: Ints
    up: int
    left: int
    right: int

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width of the nodes in cells."""
        return (
            self.codes.shape[1] - 2 * self.up,
            self.codes.shape[2] - self.left - self.right,
        )

    def inside(self, cells: NDArray[_Cell]) -> NDArray[_Cell]:
        """The nodes themselves without their margin, [M, H, W]; a view of `codes` or `known`."""
        height, width = self.shape
        return cells[:, self.up : self.up + height, self.left : self.left + width]

    def one(self, node: int) -> Area:
        """One node; a view, so that filling it fills this area."""
        own = slice(node, node + 1)
        return replace(
            self,
            codes=self.codes[own],
            known=self.known[own],
            padding=self.padding[own],
            roll=self.roll[own],
            row=self.row[own],
            column=self.column[own],
        )

    def part(
        self,
        nodes: Ints,
        rows: Ints,
        columns: Ints,
        size: tuple[int, int],
        margin: tuple[int, int, int],
    ) -> Area:
        """Children as areas of their own (copies).

        Args:
            nodes: int64 [K], whose child.
            rows, columns: int64 [K], where the child begins inside its node.
            size: shape of the children.
            margin: `up`, `left`, `right` of the new area, at most this one's.
        """
        up, left, right = margin
        row = rows[:, None] + (self.up - up) + np.arange(size[0] + 2 * up)
        column = columns[:, None] + (self.left - left) + np.arange(left + size[1] + right)
        index = (nodes[:, None, None], row[:, :, None], column[:, None])
        steps = columns[:, None] + np.arange(size[1])
        return Area(
            self.codes[index],
            self.known[index],
            self.padding[nodes[:, None], steps],
            self.roll[nodes],
            self.row[nodes] + rows,
            self.column[nodes] + columns,
            up,
            left,
            right,
        )


class Layout:
    """Where the children of a node stand, and what stands beside them, as flat indices.

    Index arrays are made once for a shape; `take` then is one look-up for all nodes.
    """

    def __init__(self, order: ScanOrder, child: tuple[int, int], area: Area) -> None:
        self.order, self.child = order, child
        self.row, self.column = order.row * child[0], order.column * child[1]
        rows = (self.row + area.up)[:, None, None] + np.arange(child[0])[:, None]
        columns = (self.column + area.left)[:, None, None] + np.arange(child[1])
        self.own = self._flat(rows, columns, area)[0]  # [N, h, w]
        up = np.array([0, 0, -child[0], child[0]])[:, None, None]
        right = np.array([-child[1], child[1], 0, 0])[:, None, None]
        self.beside, self.outside = self._flat(rows[:, None] + up, columns[:, None] + right, area)
        self.neighbours = order.neighbours()  # [N, 4]
        self.inner = self.neighbours >= 0
        self.scan = np.arange(1, len(order) + 1)  # AR ranks [N]
        self.before = self.scan[None] < self.scan[:, None]  # [N, N]

    @staticmethod
    def _flat(rows: Ints, columns: Ints, area: Area) -> tuple[Ints, Known]:
        """Flat indices into an area, and which of them would lie outside it (they point to 0)."""
        height, width = area.codes.shape[1:]
        outside = (rows < 0) | (rows >= height) | (columns < 0) | (columns >= width)
        return np.where(outside, 0, rows * width + columns), outside

    @classmethod
    def of(cls, order: ScanOrder, child: tuple[int, int], area: Area) -> Layout:
        """The layout of an area, made anew only for new shapes."""
        return _layout(order, child, area.codes.shape[1:], area.up, area.left)

    @staticmethod
    def take(cells: NDArray[_Cell], index: Ints) -> NDArray[_Cell]:
        """[M, rows, steps] at flat indices [...] -> [M, ...]."""
        return cells.reshape(len(cells), -1).take(index, axis=1)


@lru_cache(maxsize=64)
def _layout(
    order: ScanOrder, child: tuple[int, int], shape: tuple[int, int], up: int, left: int
) -> Layout:
    blank = np.zeros((1, *shape), np.uint8)
    none = np.zeros(1, np.int64)
    return Layout(
        order, child, Area(blank, blank > 0, blank[:, 0] > 0, none, none, none, up, left, 0)
    )


def guess(area: Area, layout: Layout, columns: Ints) -> None:
    """Write into unknown cells what goes on if nothing happens: held notes on, else silence.

    Args:
        area: codes are changed in place, `known` is not.
        layout: of the children.
        columns: columns of children to guess, rising from one that follows decided ones.
    """
    rows = slice(area.up, area.up + area.shape[0])
    width = layout.child[1]
    for column in np.unique(columns):
        at = area.left + int(column) * width
        before = area.codes[:, rows, at - 1]
        if column == 0:
            before = before * area.known[:, rows, at - 1]
        going_on = (before != SILENT)[:, :, None] & ~area.padding[:, None, at - area.left :][
            :, :, :width
        ]
        free = ~area.known[:, rows, at : at + width]
        pattern = going_on.astype(np.uint8) * np.uint8(HELD)
        np.copyto(area.codes[:, rows, at : at + width], pattern, where=free)


def scan_state(area: Area, layout: Layout) -> tuple[Known, Ints, Known]:
    """For an AR level: given children [M, N], ranks [M, N], and who may know whom [M, N, N].

    A given child (all its cells are known) has rank 0, others their place in the scan order.
    """
    if area.inside(area.known).any():
        given = given_children(area, layout)
    else:
        given = np.zeros((len(area.codes), len(layout.order)), bool)
    if not given.any():
        shape = (len(given), *layout.scan.shape)
        return (
            given,
            np.broadcast_to(layout.scan, shape),
            np.broadcast_to(layout.before, (len(given), *layout.before.shape)),
        )
    ranks = np.where(given, 0, layout.scan)
    return given, ranks, ranks[:, None] < ranks[:, :, None]


def given_children(area: Area, layout: Layout) -> Known:
    """Children of which all cells are known, [M, N]."""
    return np.asarray(layout.take(area.known, layout.own).all((-2, -1)))


def next_open(given: Known, at: int) -> int:
    """The next child that any node still has to decide, or the number of children."""
    open_ = ~given[:, at:].all(0)
    return at + int(open_.argmax()) if open_.any() else given.shape[1]


def mark(known: Known, layout: Layout, child: int) -> None:
    """Make a child of all nodes known; `known` is the area's without its margin."""
    row, column = layout.row[child], layout.column[child]
    known[:, row : row + layout.child[0], column : column + layout.child[1]] = True


def mark_some(known: Known, layout: Layout, nodes: Ints, children: Ints) -> None:
    """Make one child of each of some nodes known; `known` is the area's with its margin."""
    known.reshape(len(known), -1)[nodes[:, None, None], layout.own[children]] = True


def flatten(area: Area, layout: Layout, nodes: Ints, children: Ints, flag: int) -> None:
    """Write silence, or what sounds at the left held on, into children that aren't known."""
    flat = area.codes.reshape(len(area.codes), -1)
    own = layout.own[children]
    values = np.zeros(own.shape, np.uint8)
    if flag == FLAG_HELD:
        going_on = flat[nodes[:, None], own[:, :, 0] - 1] != 0
        steps = layout.column[children][:, None] + np.arange(layout.child[1])
        valid = ~area.padding[nodes[:, None], steps]
        values = (going_on[:, :, None] & valid[:, None]).astype(np.uint8) * np.uint8(HELD)
    known = area.known.reshape(len(area.known), -1)[nodes[:, None, None], own]
    kept = flat[nodes[:, None, None], own]
    flat[nodes[:, None, None], own] = np.where(known, kept, values)
