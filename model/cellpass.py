"""The cell level over all active patches at once: the likelihood of every cell in them.

Shapes: `M` patches, `n` cells a patch in scan order, `Q` rows: a patch, or for MAR a patch in one
of its rounds; `B` rolls.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from model.canvas import Canvas, Nodes
from model.celllevel import CellLevel
from model.embedding import Condition
from model.legality import KIND_ONSET, cell_rules, excluded, fits, flag_rules
from model.levelpass import Rounds
from model.losses import LevelStats, entropy, log_probabilities
from model.roll import FIRST_ONSET
from model.scanorder import LEFT, RIGHT, ScanOrder
from model.surroundings import level_order


@dataclass(frozen=True)
class CellsPassed:
    """Nats [B] of kinds and of velocities, and signs of health."""

    nats: Tensor
    velocity_nats: Tensor
    velocity_entropy: Tensor
    notes: int
    stats: LevelStats


@dataclass(frozen=True)
class Leaves:
    """Active patches with all that stands around them.

    order: of the cells. codes, known: the window [M, h + 2a, before + w + after], 0 where unknown.
    inside: codes [M, n]. padding: bool [M, n]. beside: for left and right of each cell, codes
    and known outside the patch [M, n]. sounding: bool [M, n], whether the cell's row sounds at the
    left of the patch. may_held: bool [M], whether the patch could have been flagged held.
    """

    order: ScanOrder
    codes: Tensor
    known: Tensor
    inside: Tensor
    padding: Tensor
    beside: dict[int, tuple[Tensor, Tensor]]
    sounding: Tensor
    may_held: Tensor

    @classmethod
    def of(cls, level: CellLevel, canvas: Canvas, nodes: Nodes) -> Leaves:
        """Gather it."""
        up, before, after = level.margin, level.before, level.after
        codes, known = canvas.crop(nodes, level.level, up, before, after)
        row, column = level.row_of, level.column_of
        inside = codes[:, up + row, before + column]
        rows = slice(up, up + level.height)
        codes = codes * known
        _, may_held, sounding = flag_rules(
            codes[:, rows, before - 1],
            known[:, rows, before - 1],
            codes[:, rows, -after],
            known[:, rows, -after],
        )
        beside = {}
        for direction, step in ((LEFT, -1), (RIGHT, 1)):
            place = (slice(None), up + row, before + column + step)
            beside[direction] = (codes[place], known[place])
        return cls(
            level_order(level.config, level.level, 2),
            codes,
            known,
            inside,
            canvas.padding(nodes, nodes.column[:, None] + column),
            beside,
            sounding[:, row],
            may_held,
        )

    def neighbour(self, direction: int, rounds: Rounds) -> tuple[Tensor, Tensor]:
        """Codes (0 where unknown) and known [Q, n] beside each cell, as it may see them."""
        index = torch.from_numpy(self.order.neighbours()[:, direction]).to(self.inside.device)
        inside = index.clamp(min=0)
        cell = torch.arange(len(self.order), device=index.device)
        visible = rounds.visible.expand(-1, len(self.order), -1)[:, cell, inside] & (index >= 0)
        codes, known = self.beside[direction]
        codes = torch.where(index >= 0, self.inside[:, inside], codes)[rounds.node]
        known = known[rounds.node] | visible
        return codes * known, known


def pass_cells(
    level: CellLevel,
    canvas: Canvas,
    nodes: Nodes,
    condition: Condition,
    leaves: Leaves,
    ranks: Tensor,
    weight: Tensor,
) -> CellsPassed:
    """Score all cells of active patches.

    Args:
        level: the cell level's network.
        canvas, nodes, condition, leaves: the patches.
        ranks: int64 [M, n], 0 for cells that are known (padding, MAR: not masked).
        weight: float [M], weight of the cells' loss.
    """
    rounds = Rounds.of(ranks, level.own.kind)
    seen = level.look(condition, leaves.codes, leaves.known, nodes.row)
    codes = leaves.inside[rounds.node]
    if level.own.kind == "mar":
        visible = rounds.visible[:, 0]
        hidden = level(seen[rounds.node], codes * visible, visible)
    else:
        hidden = level(seen, codes, None)
    legal = _legal_kinds(leaves, rounds)
    log_probs = log_probabilities(level.kinds(hidden).masked_fill(~legal, -torch.inf))
    kinds = codes.long().clamp(max=KIND_ONSET)
    picked = log_probs.gather(2, kinds[..., None])[..., 0].masked_fill(~rounds.target, 0.0)
    row_weight = weight[rounds.node]
    batch = nodes.batch[rounds.node]
    empty = picked.new_zeros(canvas.rolls)
    nats = empty.index_add(0, batch, -picked.sum(1) * row_weight)
    row, cell = ((kinds == KIND_ONSET) & rounds.target).nonzero().unbind(1)
    velocity = log_probabilities(level.velocities(hidden[row, cell]))
    velocity_bins = codes[row, cell].long() - FIRST_ONSET
    velocity_losses = -velocity.gather(1, velocity_bins[:, None])[:, 0] * row_weight[row]
    velocity_nats = empty.index_add(0, batch[row], velocity_losses)
    stats = LevelStats(
        name=f"level{level.level}",
        kind=f"cell-{level.own.kind}",
        nats=(nats + velocity_nats).detach().sum(),
        sequence_length=len(leaves.order),
        patches=int(rounds.target.sum()),
        padding=float(leaves.padding.float().mean()) if len(nodes) else 0.0,
        masked_fraction=float(rounds.target.float().mean()) if len(nodes) else 0.0,
        entropy=entropy(log_probs[rounds.target]),
    )
    return CellsPassed(nats, velocity_nats, entropy(velocity), len(row), stats)


def _legal_kinds(leaves: Leaves, rounds: Rounds) -> Tensor:
    """Which kinds each cell may be, bool [Q, n, 3]."""
    left, left_known = leaves.neighbour(LEFT, rounds)
    right, right_known = leaves.neighbour(RIGHT, rounds)
    may_silent, may_held = cell_rules(left, left_known, right, right_known)
    sounding = leaves.sounding
    fit_silent, fit_held = fits(
        leaves.inside[..., None, None], sounding[..., None], leaves.padding[..., None]
    )
    no_silent, no_held = excluded(
        fit_silent[rounds.node],
        fit_held[rounds.node],
        rounds.last,
        leaves.may_held[rounds.node],
        sounding[rounds.node],
    )
    onset = torch.ones_like(may_held)
    return torch.stack([may_silent & ~no_silent, may_held & ~no_held, onset], -1)
