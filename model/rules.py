"""The rules of `model.legality` as the sampler needs them: what may be drawn for the nodes at hand.

Shapes: `M` nodes, `N` children (or cells) a node in scan order, `m` of them asked about, `h` x `w`
cells a child, `H` rows of a node.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from model.area import Area, Layout
from model.engine import Codes, Floats, Ints, Known, Question
from model.legality import (
    FLAG_HELD,
    FLAG_SILENT,
    KIND_HELD,
    KIND_SILENT,
    cell_rules,
    excluded,
    fits,
    flag_rules,
)
from model.roll import HELD, SILENT
from model.scanorder import LEFT, RIGHT

IMPOSSIBLE = np.float32(-np.inf)


@dataclass
class NodeRules:
    """What the flags of a node's children may be.

    sounding: bool [M, N, h], rows that sound at the left of the node. may_held: bool [M], whether
    the node could have been flagged held. last: bool [M, N], all others known by then. known: bool
    [M, N, h, w], cells that were given. padding: bool [M, N, w]. partly: whether any child is
    known in part. free: bool [M], nodes of which a child is active: nothing is excluded any more.
    stacked: the children stand on top of each other, so nothing beside them changes; what follows
    from their sides is then kept in `beside`.
    """

    sounding: Known
    may_held: Known
    last: Known
    known: Known
    padding: Known
    partly: bool
    free: Known
    stacked: bool
    beside: tuple[Known, Known, Ints] | None = None

    @classmethod
    def of(cls, area: Area, layout: Layout, ranks: Ints, *, flagged: bool) -> NodeRules:
        """Rules for an area; `flagged`: the nodes were flagged active by the level above."""
        may_held, sounding = sides(area)
        rows = layout.row[:, None] + np.arange(layout.child[0])
        last = alone(ranks) if flagged else np.zeros(ranks.shape, bool)
        known = layout.take(area.known, layout.own)
        padding = area.padding[:, layout.column[:, None] + np.arange(layout.child[1])]
        partly = False
        if known.any():
            known = known & ~padding[:, :, None]
            partly = bool((known.any((-2, -1)) & ~known.all((-2, -1))).any())
        free = np.full(len(ranks), not flagged)
        stacked = layout.order.columns == 1
        return cls(sounding[:, rows], may_held, last, known, padding, partly, free, stacked)

    def apply(
        self, logits: Floats, question: Question, area: Area, layout: Layout, asked: Ints
    ) -> Floats:
        """Logits [M, m, 3] of the flags of children `asked`, -inf where the rules forbid."""
        may_silent, may_held, _ = self._by_sides(question, asked)
        if not self.free.all():
            contents = layout.take(area.codes, layout.own)
            silent, held = fits(contents, self.sounding, self.padding)
            no_silent, no_held = excluded(
                silent, held, self.last, self.may_held, self.sounding.any(-1)
            )
            may_silent = may_silent & ~no_silent[:, asked]
            may_held = may_held & ~no_held[:, asked]
        if self.partly:
            known, codes = self.known[:, asked], layout.take(area.codes, layout.own[asked])
            may_silent = may_silent & ~(known & (codes != SILENT)).any((-2, -1))
            left = question.around[:, :, LEFT, :, -1]
            held_on = np.where(left != SILENT, HELD, SILENT)[..., None]
            may_held = may_held & ~(known & (codes != held_on)).any((-2, -1))
        return logits + _added(may_silent, may_held)

    def expected(self, question: Question, asked: Ints) -> Ints:
        """The flags that the guess stands for, [M, m]: held where something sounds, else silent."""
        return self._by_sides(question, asked)[2]

    def _by_sides(self, question: Question, asked: Ints) -> tuple[Known, Known, Ints]:
        """By what stands at the sides: may be silent, may be held, and what is expected [M, m]."""
        if self.beside is not None:
            silent, held, flags = self.beside
            own = slice(asked[0], asked[-1] + 1)
            return silent[:, own], held[:, own], flags[:, own]
        around, around_known = question.around, question.around_known
        left, right = around[:, :, LEFT, :, -1], around[:, :, RIGHT, :, 0]
        left_known, right_known = around_known[:, :, LEFT, :, -1], around_known[:, :, RIGHT, :, 0]
        may_silent, may_held, sounding = _flag_rules(left, left_known, right, right_known)
        found = may_silent, may_held, np.where(sounding.any(-1), FLAG_HELD, FLAG_SILENT)
        if self.stacked and len(asked) == self.last.shape[1]:
            self.beside = found
        return found


@dataclass(frozen=True)
class CellRules:
    """What the cells of a patch may be; as `NodeRules`, with cells for children.

    left, right: index of each cell's neighbour in the patch or -1, [N].
    outer: what stands beside the patch there, (codes, known) [M, N], left and right. pattern:
    codes [M, N] of the patch if it were held. given: logits to add [M, N, 3] if no neighbour of a
    cell is in the patch, else None.
    """

    left: Ints
    right: Ints
    outer: tuple[tuple[Codes, Known], tuple[Codes, Known]]
    pattern: Codes
    sounding: Known
    may_held: Known
    padding: Known
    last: Known
    given: Floats | None

    @classmethod
    def of(cls, area: Area, layout: Layout, ranks: Ints) -> CellRules:
        """Rules for the patches of an area."""
        may_held, sounding = sides(area)
        codes = area.codes * area.known
        outer = [
            (layout.take(codes, beside), layout.take(area.known, beside))
            for beside in (layout.beside[:, LEFT, 0, 0], layout.beside[:, RIGHT, 0, 0])
        ]
        left, right = layout.neighbours[:, LEFT], layout.neighbours[:, RIGHT]
        given = None
        if left.max() < 0 and right.max() < 0:
            given = _added(*cell_rules(*outer[0], *outer[1]))
        sounding = sounding[:, layout.row]
        return cls(
            left,
            right,
            (outer[0], outer[1]),
            sounding.astype(np.uint8) * np.uint8(HELD),
            sounding,
            may_held,
            area.padding[:, layout.column],
            alone(ranks),
            given,
        )

    def apply(self, logits: Floats, codes: Codes, visible: Known) -> Floats:
        """Logits of kinds [M, N, 3] given codes [M, N] as far as `visible` [M, N or 1, N]."""
        if self.given is not None:
            ruled: Floats = logits + self.given
        else:
            left = self._beside(self.left, self.outer[0], codes, visible)
            right = self._beside(self.right, self.outer[1], codes, visible)
            ruled = logits + _added(*cell_rules(*left, *right))
        silent = (codes == SILENT) | self.padding
        held = (codes == self.pattern) | self.padding
        if max(silent.sum(1).max(), held.sum(1).max()) >= codes.shape[1] - 1:
            no_silent, no_held = excluded(silent, held, self.last, self.may_held, self.sounding)
            ruled[..., KIND_SILENT][no_silent] = IMPOSSIBLE
            ruled[..., KIND_HELD][no_held] = IMPOSSIBLE
        return ruled

    def _beside(
        self, index: Ints, outer: tuple[Codes, Known], codes: Codes, visible: Known
    ) -> tuple[Codes, Known]:
        """What stands beside each cell, codes (0 where unknown) and known [M, N]."""
        one_for_all = visible.shape[1] == 1
        cells = np.zeros_like(index) if one_for_all else np.arange(len(index))
        known = outer[1] | (visible[:, cells, index] & (index >= 0))
        return np.where(index >= 0, codes[:, index], outer[0]) * known, known


def _added(may_silent: Known, may_held: Known) -> Floats:
    """Zeros, and -inf for the kinds that may not be, [M, N, 3]."""
    added = np.zeros((*may_silent.shape, 3), np.float32)
    added[..., KIND_SILENT][~may_silent] = IMPOSSIBLE
    added[..., KIND_HELD][~may_held] = IMPOSSIBLE
    return added


def _flag_rules(
    left: Codes, left_known: Known, right: Codes, right_known: Known
) -> tuple[Known, Known, Known]:
    """As `flag_rules`, shorter where nothing on the right is known, as in music made in time."""
    if right_known.any():
        may_silent, may_held, sounding = flag_rules(left, left_known, right, right_known)
        return may_silent, may_held, sounding
    sounding = left_known & (left != SILENT)
    may_held = left_known.all(-1) & sounding.any(-1)
    return np.ones(may_held.shape, bool), may_held, sounding


def sides(area: Area) -> tuple[Known, Known]:
    """Whether each node could be held [M], and which rows sound at its left [M, H]."""
    height, width = area.shape
    rows = slice(area.up, area.up + height)
    left, right = area.left - 1, area.left + width
    left_known, right_known = area.known[:, rows, left], area.known[:, rows, right]
    _, may_held, sounding = _flag_rules(
        area.codes[:, rows, left] * left_known,
        left_known,
        area.codes[:, rows, right] * right_known,
        right_known,
    )
    return may_held, sounding


def alone(ranks: Ints) -> Known:
    """Whether a child is the last one and alone in its round, [M, N]."""
    top = ranks.max(1, keepdims=True, initial=0)
    return (ranks == top) & (ranks > 0) & ((ranks == top).sum(1, keepdims=True) == 1)  # type: ignore[no-any-return]
