"""A level that tells patches what to become: one body, filled in order (AR) or by masking (MAR).

Shapes: `Q` nodes, `N` children a node, `m` of them asked about, `h` x `w` cells a child, `D` width,
`F` = 3 numbers a flag: silent, held, active (see `model.legality`).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

from model.attention import Block, CopyHeads, RelativeBias
from model.config import ModelConfig
from model.embedding import (
    CELL_FEATURES,
    CellFeatures,
    Condition,
    ConditionEmbedding,
    CopyMap,
)
from model.scanorder import ScanOrder
from model.surroundings import level_order, looks


@dataclass(frozen=True)
class Asked:
    """What a level is asked about m children of each of Q nodes.

    content: codes [Q, m, h, w]; AR: of the child before each, MAR: of the child itself.
    known: bool [Q, m], MAR: whether the child's content is known; AR: not used (None).
    around, around_known: codes and bool [Q, m, 4, h, w] of the neighbours, 0 where unknown.
    row: int64 [Q, m], place of the child in the canvas, in children from the lowest pitch.
    column: int64 [m], its place in the node.
    metre, place: int64 [Q, m] condition ids, level 0 only.
    """

    content: Tensor
    known: Tensor | None
    around: Tensor
    around_known: Tensor
    row: Tensor
    column: Tensor
    metre: Tensor | None = None
    place: Tensor | None = None


@dataclass(frozen=True)
class Told:
    """What a level says of m children of each of Q nodes.

    hidden: [Q, m, D]. flags: logits [Q, m, 3]. copies: [Q, m, C, h, w] or None without copy heads.
    """

    hidden: Tensor
    flags: Tensor
    copies: Tensor | None


class PatchLevel(nn.Module):
    """What AR and MAR levels share: reading the question, the transformer, flags, copy heads."""

    def __init__(self, config: ModelConfig, level: int) -> None:
        super().__init__()
        own = config.levels[level]
        self.config, self.level, self.own = config, level, own
        self.height, self.width = own.patch
        rows = config.height // self.height
        cells = self.height * self.width
        self.looks = looks(config, level, level_order(config, level, 2 * self.width))
        self.features = CellFeatures(config.velocity_bins)
        self.content = nn.Linear(CELL_FEATURES * cells, own.dim)
        self.row = nn.Embedding(rows, own.dim)
        # level 0 is as wide as the roll: its children have no places of their own in time
        columns = config.node_shape(level, self.width)[1] // self.width
        self.column = nn.Embedding(columns, own.dim) if level else None
        for embedding in (self.row, self.column):
            if embedding is not None:
                std = config.ar_position_std if own.kind == "ar" else 0.02
                nn.init.normal_(embedding.weight, std=std)
        copied = 2 * sum(outer.copy_heads for outer in config.levels[:level]) * cells
        seen = len(self.looks) * (CELL_FEATURES + 1) * cells
        self.around = nn.Linear(seen + copied, own.dim) if seen + copied else None
        self.conditions = ConditionEmbedding(config, own.dim) if level == 0 else None
        self.told = nn.Linear(config.levels[max(level - 1, 0)].dim, own.dim) if level else None
        self.blocks = nn.ModuleList(
            Block(own.dim, own.heads, config.dropout) for _ in range(own.depth)
        )
        self.biases = nn.ModuleList(RelativeBias(own.heads, own.reach) for _ in range(own.depth))
        self.norm = nn.LayerNorm(own.dim)
        self.flags = nn.Linear(own.dim, 3)
        self.copy = CopyHeads(own.dim, own.copy_heads, own.reach) if own.copy_heads else None
        self.dropout = nn.Dropout(config.dropout)

    def order(self, steps: int) -> ScanOrder:
        """Scan order of the children; `steps` matters at level 0 only."""
        return level_order(self.config, self.level, steps)

    def embed(self, condition: Condition, asked: Asked) -> Tensor:
        """Everything that is known about the children but their own content, [Q, m, D]."""
        x = self.row(asked.row)
        if self.conditions is not None:
            x = x + condition.hidden[:, None]
            if asked.metre is not None and asked.place is not None:
                x = x + self.conditions.places(asked.metre, asked.place)
        if self.told is not None and self.column is not None:
            x = x + self.told(condition.hidden)[:, None] + self.column(asked.column)
        if self.around is not None:
            x = x + self.around(self._surroundings(condition, asked))
        return x  # type: ignore[no-any-return]

    def _surroundings(self, condition: Condition, asked: Asked) -> Tensor:
        """Neighbours that can be known and copied cells, flat: [Q, m, ...]."""
        flat = []
        if self.looks:
            look = list(self.looks)
            codes, known = asked.around[:, :, look], asked.around_known[:, :, look]
            seen = torch.cat([self.features(codes), known.unsqueeze(-1).float()], -1)
            flat.append(seen.flatten(2))
        flat += [self._copied(copies, asked).flatten(2) for copies in condition.copies]
        return torch.cat(flat, -1) if len(flat) > 1 else flat[0]

    def _copied(self, copies: CopyMap, asked: Asked) -> Tensor:
        """Copied cells of the children [Q, m, C, h, w]."""
        node_height, node_width = self.config.node_shape(self.level, 0)
        area = copies.crop(node_height, node_width, 0)
        nodes, channels = area.shape[:2]
        rows, columns = node_height // self.height, node_width // self.width
        grid = area.view(nodes, channels, rows, self.height, columns, self.width)
        grid = grid.permute(0, 2, 4, 1, 3, 5).flatten(1, 2)
        place = (
            asked.row % rows * columns + asked.column
        )  # nodes begin at multiples of their height
        return grid[torch.arange(nodes, device=place.device)[:, None], place]

    def contents(self, codes: Tensor) -> Tensor:
        """Embedded contents of patches, [Q, m, h, w] -> [Q, m, D]."""
        return self.content(self.features(codes).flatten(2))  # type: ignore[no-any-return]

    def transform(self, x: Tensor, biases: list[Tensor]) -> Tensor:
        """Run the blocks, [Q, m, D] -> [Q, m, D]; `biases` holds one [H, m, m] for each block."""
        x = self.dropout(x)
        for block, bias in zip(self.blocks, biases, strict=True):
            if self.config.gradient_checkpointing and self.training:
                x = checkpoint(block, x, bias, use_reentrant=False)
            else:
                x = block(x, bias)
        return self.norm(x)  # type: ignore[no-any-return]

    def copies(self, hidden: Tensor, keys: Tensor, raw: Tensor, bias: Tensor) -> Tensor:
        """Copy heads' findings as channels of cells, [Q, m, C, h, w]."""
        if self.copy is None:
            raise TypeError(f"level {self.level} has no copy heads")
        found: Tensor = self.copy(hidden, keys, raw, bias)  # [Q, m, Hc, 2 h w]
        channels = 2 * self.own.copy_heads
        return found.reshape(*found.shape[:2], channels, self.height, self.width)

    def raw(self, codes: Tensor) -> Tensor:
        """Raw cells for the copy heads, [Q, m, h, w] -> [Q, m, 2 h w] (feature first)."""
        return self.features.raw(codes).movedim(-1, 2).flatten(2)
