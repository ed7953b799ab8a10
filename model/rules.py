"""The rules of `model.legality` as the sampler needs them: what may be drawn for the nodes at hand.

Shapes: `M` nodes, `N` children (or cells) a node in scan order, `m` of them asked about, `h` x `w`
cells a child, `H` rows of a node.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from model.area import Area, Layout
from model.engine import Codes, Floats, Ints, Known, Question
from model.legality import FLAG_HELD, FLAG_SILENT, cell_rules, excluded, fits, flag_rules
from model.roll import HELD, SILENT
from model.scanorder import LEFT, RIGHT
from model.settings import log_softmax


@dataclass(frozen=True)
class NodeRules:
    """What the flags of a node's children may be.

    sounding: bool [M, N, h], rows that sound at the left of the node. may_held: bool [M], whether
    the node could have been flagged held. last: bool [M, N], all others known by then. known: bool
    [M, N, h, w], cells that were given; partly: bool [M, N], children of which some are.
    """

    sounding: Known
    may_held: Known
    last: Known
    known: Known
    partly: Known

    @classmethod
    def of(cls, area: Area, layout: Layout, ranks: Ints, *, flagged: bool) -> NodeRules:
        """Rules for an area; `flagged`: the nodes were flagged active by the level above."""
        may_held, sounding = sides(area)
        rows = layout.row[:, None] + np.arange(layout.child[0])
        last = alone(ranks) if flagged else np.zeros(ranks.shape, bool)
        known = layout.take(area.known, layout.own)
        steps = layout.column[:, None] + np.arange(layout.child[1])
        cells = known & ~area.padding[:, steps][:, :, None]
        partly = cells.any((-2, -1)) & ~known.all((-2, -1))
        return cls(sounding[:, rows], may_held, last, cells, partly)

    def log_probs(
        self, logits: Floats, question: Question, area: Area, layout: Layout, asked: Ints
    ) -> Floats:
        """Log-probabilities [M, m, 3] of the flags of children `asked` under the rules."""
        may_silent, may_held, sounding = flag_rules(
            question.around[:, :, LEFT, :, -1],
            question.around_known[:, :, LEFT, :, -1],
            question.around[:, :, RIGHT, :, 0],
            question.around_known[:, :, RIGHT, :, 0],
        )
        last = self.last[:, asked]
        if last.any():
            contents = layout.take(area.codes, layout.own)
            steps = layout.column[:, None] + np.arange(layout.child[1])
            silent, held = fits(contents, self.sounding, area.padding[:, steps])
            no_silent, no_held = excluded(
                silent, held, self.last, self.may_held, self.sounding.any(-1)
            )
            may_silent = may_silent & ~no_silent[:, asked]
            may_held = may_held & ~no_held[:, asked]
        if self.partly.any():
            known = self.known[:, asked]
            codes = layout.take(area.codes, layout.own[asked])
            may_silent = may_silent & ~(known & (codes != SILENT)).any((-2, -1))
            held = np.where(sounding, HELD, SILENT)[..., None]
            may_held = may_held & ~(known & (codes != held)).any((-2, -1))
        legal = np.stack([may_silent, may_held, np.ones_like(may_held)], -1)
        return log_softmax(np.where(legal, logits, np.float32(-np.inf)))

    def expected(self, question: Question) -> Ints:
        """The flags that the guess stands for, [M, m]."""
        left = question.around[:, :, LEFT, :, -1]
        return np.where((left != 0).any(-1), FLAG_HELD, FLAG_SILENT)


@dataclass(frozen=True)
class CellRules:
    """What the cells of a patch may be; as `NodeRules`, with cells for children.

    left, right: flat index of each cell's neighbour in the patch or -1, [N]; outer: what stands
    beside the patch there, (codes, known) [M, N].
    """

    visible: Known
    left: Ints
    right: Ints
    outer: tuple[tuple[Codes, Known], tuple[Codes, Known]]
    given: Codes
    sounding: Known
    may_held: Known
    padding: Known
    last: Known

    @classmethod
    def of(cls, area: Area, layout: Layout, ranks: Ints) -> CellRules:
        """Rules for the patches of an area."""
        may_held, sounding = sides(area)
        codes = area.codes * area.known
        outer = [
            (
                layout.take(codes, layout.beside[:, side, 0, 0]),
                layout.take(area.known, layout.beside[:, side, 0, 0]),
            )
            for side in (LEFT, RIGHT)
        ]
        return cls(
            ranks[:, None] < ranks[:, :, None],
            layout.neighbours[:, LEFT],
            layout.neighbours[:, RIGHT],
            (outer[0], outer[1]),
            codes,
            sounding[:, layout.row],
            may_held,
            area.padding[:, layout.column],
            alone(ranks),
        )

    def log_probs(self, logits: Floats, codes: Codes, visible: Known) -> Floats:
        """Log-probabilities of kinds [M, N, 3] given codes [M, N] as far as they are visible."""
        left, left_known = self._beside(self.left, self.outer[0], codes, visible)
        right, right_known = self._beside(self.right, self.outer[1], codes, visible)
        may_silent, may_held = cell_rules(left, left_known, right, right_known)
        silent, held = fits(
            codes[..., None, None], self.sounding[..., None], self.padding[..., None]
        )
        no_silent, no_held = excluded(silent, held, self.last, self.may_held, self.sounding)
        legal = np.stack([may_silent & ~no_silent, may_held & ~no_held, np.ones_like(may_held)], -1)
        return log_softmax(np.where(legal, logits, np.float32(-np.inf)))

    def _beside(
        self, index: Ints, outer: tuple[Codes, Known], codes: Codes, visible: Known
    ) -> tuple[Codes, Known]:
        cells = np.arange(len(index))
        if visible.shape[1] == 1:
            seen = visible[:, 0][:, index]
        else:
            seen = visible[:, cells, index]
        known = outer[1] | (seen & (index >= 0))
        return np.where(index >= 0, codes[:, index], outer[0]) * known, known


def sides(area: Area) -> tuple[Known, Known]:
    """Whether each node could be held [M], and which rows sound at its left [M, H]."""
    height, width = area.shape
    rows = slice(area.up, area.up + height)
    left, right = area.left - 1, area.left + width
    codes = area.codes * area.known
    _, may_held, sounding = flag_rules(
        codes[:, rows, left],
        area.known[:, rows, left],
        codes[:, rows, right],
        area.known[:, rows, right],
    )
    return may_held, sounding


def alone(ranks: Ints) -> Known:
    """Whether a child is the last one and alone in its round, [M, N]."""
    top = ranks.max(1, keepdims=True, initial=0)
    return (ranks == top) & (ranks > 0) & ((ranks == top).sum(1, keepdims=True) == 1)  # type: ignore[no-any-return]
