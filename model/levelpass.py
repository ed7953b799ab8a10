"""One level over all its nodes at once: the likelihood of what is there, and where to go down.

The same code trains (MAR: a random mask) and scores (MAR: the rounds of a plan). Shapes: `M` nodes,
`N` children a node, `Q` rows: a node, or for MAR a node in one of its rounds; `h` x `w` a child.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor
from torch.nn import functional as F

from model.arlevel import ARLevel
from model.canvas import Canvas, Nodes
from model.embedding import Condition, CopyMap
from model.legality import (
    FLAG_ACTIVE,
    FLAG_HELD,
    FLAG_SILENT,
    excluded,
    fits,
    flag_rules,
)
from model.losses import LevelStats, entropy, log_probabilities
from model.marlevel import MARLevel
from model.patchlevel import Asked, PatchLevel, Told
from model.scanorder import LEFT, RIGHT, ScanOrder
from model.surroundings import level_order, ring


@dataclass(frozen=True)
class Rounds:
    """Rows of a pass: which node each stands for and which children it predicts.

    node: int64 [Q]. target: bool [Q, N]. visible: bool [Q, N, N] or [Q, 1, N]: whether the child
    that predicts (axis 1) may know the other one (axis 2). last: bool [Q, N], all others known.
    """

    node: Tensor
    target: Tensor
    visible: Tensor
    last: Tensor

    @classmethod
    def of(cls, ranks: Tensor, kind: str) -> Rounds:
        """Rows for ranks [M, N]: one a node for AR, one a node and round for MAR."""
        top = ranks.amax(1, keepdim=True)
        last = (ranks == top) & (ranks > 0) & ((ranks == top).sum(1, keepdim=True) == 1)
        everything = torch.arange(len(ranks), device=ranks.device)
        if kind == "ar":
            return cls(everything, ranks > 0, ranks[:, None] < ranks[:, :, None], last)
        rounds = torch.arange(1, int(top.max()) + 1 if len(ranks) else 1, device=ranks.device)
        pairs = (ranks[:, None] == rounds[:, None]).any(2).nonzero()  # [Q, 2]: node, round - 1
        node, own = pairs[:, 0], rounds[pairs[:, 1]][:, None]
        target = ranks[node] == own
        return cls(node, target, (ranks[node] < own)[:, None], last[node] & target)


@dataclass(frozen=True)
class Passed:
    """What a patch level leaves for the next one.

    nats: float [B] of each roll's flags, weighted. nodes, condition: active children. stats: with
    `nats` summed; the caller makes it a mean.
    """

    nats: Tensor
    nodes: Nodes
    condition: Condition
    stats: LevelStats


@dataclass(frozen=True)
class Setting:
    """Nodes of a patch level with all that stands around them, before any rank is known.

    order: of the children. ring_codes, ring_known: [M, R, h, w] (`surroundings.ring`).
    inside: codes [M, N, h, w]. padding: bool [M, N, w]. sounding: bool [M, N, h], rows that sound
    at the left of the node; may_held: bool [M], whether the node could have been flagged held.
    flagged: whether the nodes were flagged active (all but the root): neither silent nor held.
    """

    order: ScanOrder
    ring_codes: Tensor
    ring_known: Tensor
    inside: Tensor
    padding: Tensor
    sounding: Tensor
    may_held: Tensor
    flagged: bool

    @classmethod
    def of(cls, canvas: Canvas, nodes: Nodes, level: int) -> Setting:
        """Gather it for nodes of `level`."""
        config = canvas.config
        height, width = config.levels[level].patch
        order = level_order(config, level, canvas.steps)
        if level == 0:
            codes, known = canvas.root_crop(height, width)
        else:
            codes, known = canvas.crop(nodes, level, height, width, width)
        device = codes.device
        own = torch.from_numpy((order.row + 1) * (order.columns + 2) + order.column + 1).to(device)
        row = torch.from_numpy(order.row.copy()).to(device)
        column = torch.from_numpy(order.column.copy()).to(device)
        ring_codes = ring(codes, height, width)
        steps = column[:, None] * width + torch.arange(width, device=device)
        beside = codes[:, height:-height] * known[:, height:-height]
        there = known[:, height:-height]
        _, may_held, sounding = flag_rules(
            beside[:, :, width - 1],
            there[:, :, width - 1],
            beside[:, :, -width],
            there[:, :, -width],
        )
        rows = row[:, None] * height + torch.arange(height, device=device)
        return cls(
            order,
            ring_codes,
            ring(known, height, width),
            ring_codes[:, own],
            canvas.padding(nodes, nodes.column[:, None, None] + steps),
            sounding[:, rows],
            may_held,
            level > 0,
        )

    def beside(self, rounds: Rounds) -> tuple[Tensor, Tensor]:
        """Neighbours as each child may see them: codes (0 where unknown), known [Q, N, 4, h, w]."""
        device = self.ring_codes.device
        places = torch.from_numpy(self.order.ring_places()).to(device)
        neighbours = torch.from_numpy(self.order.neighbours()).to(device)
        child = torch.arange(len(self.order), device=device)[:, None]
        visible = rounds.visible.expand(-1, len(self.order), -1)
        seen = visible[:, child, neighbours.clamp(min=0)] & (neighbours >= 0)
        known = self.ring_known[rounds.node][:, places] | seen[..., None, None]
        return self.ring_codes[rounds.node][:, places] * known, known


def pass_patches(
    level: PatchLevel,
    canvas: Canvas,
    nodes: Nodes,
    condition: Condition,
    setting: Setting,
    ranks: Tensor,
    places: tuple[Tensor, Tensor] | None,
    weight: Tensor,
) -> Passed:
    """Score the flags of all children and find the active ones.

    Args:
        level: the level's network.
        canvas, nodes, condition, setting: its nodes.
        ranks: int64 [M, N], 0 for children that are known (padding, MAR: not masked).
        places: metre and place ids [B, T] (level 0 only).
        weight: float [M], weight of the children's loss.
    """
    order = setting.order
    rounds = Rounds.of(ranks, level.own.kind)
    around, around_known = setting.beside(rounds)
    height, width = level.height, level.width
    device = ranks.device
    row = torch.from_numpy(order.row.copy()).to(device)
    column = torch.from_numpy(order.column.copy()).to(device)
    own = setting.inside[rounds.node]
    metre, place = (None, None) if places is None else (ids[:, column * width] for ids in places)
    asked = Asked(
        content=own,
        known=rounds.visible[:, 0] if level.own.kind == "mar" else None,
        around=around,
        around_known=around_known,
        row=(nodes.row[rounds.node] // height)[:, None] + row,
        column=column,
        metre=None if metre is None else metre[rounds.node],
        place=None if place is None else place[rounds.node],
    )
    rows = condition
    if level.own.kind == "mar":
        zero = torch.zeros_like(rounds.node)
        rows = Condition(
            condition.hidden[rounds.node],
            tuple(copies.take(rounds.node, zero, zero) for copies in condition.copies),
        )
    told = _tell(level, rows, asked, own, order)
    log_probs, flags = _flag_log_probs(told.flags, setting, rounds, around, around_known)
    picked = log_probs.gather(2, flags[..., None])[..., 0]
    row_weight = weight[rounds.node][:, None]
    losses = -(picked.masked_fill(~rounds.target, 0.0) * row_weight).sum(1)
    batch = nodes.batch[rounds.node]
    nats = losses.new_zeros(canvas.rolls).index_add(0, batch, losses)
    chosen = ((flags == FLAG_ACTIVE) & rounds.target).nonzero()
    q, child = chosen[:, 0], chosen[:, 1]
    node = rounds.node[q]
    next_nodes = Nodes(
        nodes.batch[node],
        nodes.row[node] + row[child] * height,
        nodes.column[node] + column[child] * width,
        weight[node],
    )
    stats = LevelStats(
        name=f"level{level.level}",
        kind=level.own.kind,
        nats=nats.detach().sum(),
        sequence_length=len(order),
        patches=int(rounds.target.sum()),
        padding=float(setting.padding.all(2).float().mean()),
        masked_fraction=float(rounds.target.float().mean()),
        entropy=entropy(log_probs[rounds.target]),
    )
    below = _condition_below(level, condition, told, node, q, child, row, column)
    return Passed(nats, next_nodes, below, stats)


def _tell(
    level: PatchLevel, condition: Condition, asked: Asked, own: Tensor, order: ScanOrder
) -> Told:
    """Run the level's network over all children."""
    offsets = torch.from_numpy(order.offsets(level.own.reach).copy()).to(own.device)
    if isinstance(level, ARLevel):
        first = asked.around[:, :1, LEFT]
        before = torch.cat([first, own[:, :-1]], 1)
        return level(condition, replace(asked, content=before), own, offsets)  # type: ignore[no-any-return]
    if isinstance(level, MARLevel):
        return level(condition, asked, offsets)  # type: ignore[no-any-return]
    raise TypeError(f"a patch level is AR or MAR, got {type(level).__name__}")


def _flag_log_probs(
    logits: Tensor, setting: Setting, rounds: Rounds, around: Tensor, around_known: Tensor
) -> tuple[Tensor, Tensor]:
    """Log-probabilities of the flags [Q, N, 3] under the rules, and the true flags [Q, N]."""
    may_silent, may_held, sounding = flag_rules(
        around[:, :, LEFT, :, -1],
        around_known[:, :, LEFT, :, -1],
        around[:, :, RIGHT, :, 0],
        around_known[:, :, RIGHT, :, 0],
    )
    fit_silent, fit_held = fits(setting.inside, setting.sounding, setting.padding)
    no_silent, no_held = excluded(
        fit_silent[rounds.node],
        fit_held[rounds.node],
        rounds.last & setting.flagged,
        setting.may_held[rounds.node],
        setting.sounding.any(-1)[rounds.node],
    )
    legal = torch.stack(
        [may_silent & ~no_silent, may_held & ~no_held, torch.ones_like(may_held)], -1
    )
    silent, held = fits(setting.inside[rounds.node], sounding, setting.padding[rounds.node])
    flags = torch.full_like(silent, FLAG_ACTIVE, dtype=torch.long)
    flags = flags.masked_fill(held & may_held, FLAG_HELD).masked_fill(silent, FLAG_SILENT)
    return log_probabilities(logits.masked_fill(~legal, -torch.inf)), flags


def _condition_below(
    level: PatchLevel,
    condition: Condition,
    told: Told,
    node: Tensor,
    q: Tensor,
    child: Tensor,
    row: Tensor,
    column: Tensor,
) -> Condition:
    """What the active children receive."""
    down, right = row[child] * level.height, column[child] * level.width
    copies = [outer.take(node, down, right) for outer in condition.copies]
    if told.copies is not None:
        copies.append(new_copy_map(told.copies[q, child], level.config.window_pitches))
    return Condition(told.hidden[q, child], tuple(copies))


def new_copy_map(values: Tensor, margin: int) -> CopyMap:
    """A map for each node itself, from copies [M, C, h, w]."""
    nodes = torch.arange(len(values), device=values.device)
    zero = torch.zeros_like(nodes)
    return CopyMap(F.pad(values, (0, 0, margin, margin)), nodes, zero, zero, margin)
