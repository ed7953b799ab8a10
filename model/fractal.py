"""The generator: levels in a row, each going down where the one above says that something happens.

`forward` is the training objective, `score` the likelihood. Both walk the same recursion over whole
batches; only the ranks of MAR levels differ (a random mask, or the rounds of a plan). Source: Li et
al. 2025, Fractal Generative Models (arXiv 2502.17437); sparse descent and its exactness are ours.

Shapes: `B` rolls, `P` canvas rows, `T` steps, `M` nodes of a level, `N` children of a node.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from model.arlevel import ARLevel
from model.batch import Batch
from model.canvas import Canvas, Nodes
from model.celllevel import CellLevel
from model.cellpass import Leaves, pass_cells
from model.config import ModelConfig
from model.embedding import Condition
from model.levelpass import Setting, pass_patches
from model.losses import Losses
from model.marlevel import MARLevel
from model.masking import masked_counts
from model.patchlevel import PatchLevel
from model.surroundings import level_order

Plan = Mapping[int, Tensor]
"""For each MAR level the round that reveals each child, int64 [B, rows, columns] over the whole
canvas in children of that level; 0 where it was known or never reached."""

Ranker = Callable[[int, Nodes, Tensor], tuple[Tensor, Tensor]]
"""(level, nodes, padding bool [M, N]) -> ranks int64 [M, N], weight factor float [M]."""


class Fractal(nn.Module):
    """All levels of a generator."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.config = config
        kinds = {"ar": ARLevel, "mar": MARLevel}
        self.patch_levels = nn.ModuleList(
            kinds[level.kind](config, index) for index, level in enumerate(config.levels[:-1])
        )
        self.cell_level = CellLevel(config)

    def level(self, index: int) -> PatchLevel:
        """A patch level's network."""
        found = self.patch_levels[index]
        if not isinstance(found, PatchLevel):
            raise TypeError(f"level {index} is no patch level")
        return found

    def root_condition(self, batch: Batch) -> Condition:
        """What level 0 receives: the conditions of the whole rolls."""
        embedding = self.level(0).conditions
        if embedding is None:
            raise TypeError("level 0 has no condition embedding")
        return Condition(embedding(batch.conditions()))

    def forward(self, batch: Batch, rng: torch.Generator) -> Losses:
        """The training objective of a batch.

        Args:
            batch: B windows, already transposed by their shifts.
            rng: CPU generator for masks and for withheld conditions.
        """
        batch = batch.forgetful(self.config.condition_dropout, rng)
        losses, _ = self._walk(batch, _training_ranker(self.config, rng))
        return losses

    @torch.no_grad()
    def score(self, batch: Batch, plan: Plan | None = None) -> Tensor:
        """Negative log-likelihood of each roll in nats, [B], velocities included.

        Exact where all levels are AR. With MAR levels it is exact given the order in which `plan`
        reveals the children; its mean over random plans is an upper bound of the nats.

        Raises:
            ValueError: the config has MAR levels and there is no plan.
        """
        return self.measure(batch, plan)[1]

    @torch.no_grad()
    def measure(self, batch: Batch, plan: Plan | None = None) -> tuple[Losses, Tensor]:
        """`score`, and beside it what each level adds.

        Raises:
            ValueError: the config has MAR levels and there is no plan.
        """
        return self._walk(batch, _scoring_ranker(self.config, plan))

    def _walk(self, batch: Batch, ranker: Ranker) -> tuple[Losses, Tensor]:
        """Go down level by level; the losses, and nats [B] with velocities at weight 1."""
        config = self.config
        steps = config.padded_steps(batch.codes.shape[2])
        extra = steps - batch.codes.shape[2]
        codes = F.pad(batch.codes, (0, extra))
        places = (F.pad(batch.metre, (0, extra)), F.pad(batch.place, (0, extra)))
        canvas = Canvas(codes, batch.carry, batch.valid_steps, config)
        nodes, condition = canvas.root(), self.root_condition(batch)
        frames = int(batch.valid_steps.sum())
        total, stats = torch.zeros(canvas.rolls, device=codes.device), []
        for index in range(len(config.levels) - 1):
            level = self.level(index)
            setting = Setting.of(canvas, nodes, index)
            ranks, factor = ranker(index, nodes, setting.padding.all(2))
            weight = nodes.weight * factor
            row = torch.from_numpy(setting.order.row * level.height).to(codes.device)
            column = torch.from_numpy(setting.order.column * level.width).to(codes.device)
            passed = pass_patches(
                level,
                canvas,
                nodes,
                condition,
                setting,
                ranks,
                places if index == 0 else None,
                weight,
            )
            canvas.add_ranks(nodes, row, column, ranks, index)
            total = total + passed.nats
            stats.append(passed.stats)
            nodes, condition = passed.nodes, passed.condition
        leaves = Leaves.of(self.cell_level, canvas, nodes)
        ranks, factor = ranker(len(config.levels) - 1, nodes, leaves.padding)
        weight = nodes.weight * factor
        cells = pass_cells(self.cell_level, canvas, nodes, condition, leaves, ranks, weight)
        stats.append(cells.stats)
        for entry in stats:
            entry.nats = entry.nats / frames
        objective = (
            total + cells.nats + config.velocity_weight * cells.velocity_nats
        ).sum() / frames
        losses = Losses(
            objective,
            stats,
            cells.velocity_nats.detach().sum() / frames,
            cells.velocity_entropy,
            cells.notes,
            frames,
        )
        return losses, total + cells.nats + cells.velocity_nats


def _scan_ranks(padding: Tensor) -> tuple[Tensor, Tensor]:
    """AR: child after child, padding known from the start."""
    places = torch.arange(1, padding.shape[1] + 1, device=padding.device)
    return places * ~padding, torch.ones(len(padding), device=padding.device)


def _training_ranker(config: ModelConfig, rng: torch.Generator) -> Ranker:
    """AR levels in order; MAR levels with a random mask, the loss weighted up to all children."""

    def ranks(level: int, nodes: Nodes, padding: Tensor) -> tuple[Tensor, Tensor]:
        if config.levels[level].kind == "ar":
            return _scan_ranks(padding)
        count, size = padding.shape
        scores = torch.rand(count, size + 1, generator=rng, dtype=torch.float64).numpy()
        blank = padding.cpu().numpy()
        children = (~blank).sum(1)
        masked = masked_counts(scores[:, -1], children, config.levels[level])
        order = np.argsort(np.argsort(np.where(blank, 2.0, scores[:, :-1]), axis=1), axis=1)
        found = torch.from_numpy((order < masked[:, None]) & ~blank).long().to(padding.device)
        factor = torch.from_numpy(children / np.maximum(masked, 1)).float().to(padding.device)
        return found, factor

    return ranks


def _scoring_ranker(config: ModelConfig, plan: Plan | None) -> Ranker:
    """AR levels in order; MAR levels in the rounds of a plan."""
    missing = [i for i, level in enumerate(config.levels) if level.kind == "mar"]
    missing = [i for i in missing if plan is None or i not in plan]
    if missing:
        raise ValueError(f"levels {missing} are MAR: their likelihood needs a plan of rounds")

    def ranks(level: int, nodes: Nodes, padding: Tensor) -> tuple[Tensor, Tensor]:
        if config.levels[level].kind == "ar" or plan is None:
            return _scan_ranks(padding)
        height, width = config.levels[level].patch
        rounds = plan[level]
        order = level_order(config, level, rounds.shape[2] * width)
        row = (nodes.row // height)[:, None] + torch.from_numpy(order.row.copy())
        column = (nodes.column // width)[:, None] + torch.from_numpy(order.column.copy())
        found = rounds[nodes.batch[:, None], row, column].masked_fill(padding, 0)
        return found, torch.ones(len(nodes))

    return ranks
