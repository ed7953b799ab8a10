"""The cell level: a patch's cells, each silent, held or an onset with a velocity.

It looks at the canvas around the patch through a window whose weights are shared over pitch, and at
what the copy heads above fetched through the same window; then a small transformer over the cells
of the patch decides them, in order (AR) or by masking (MAR).

Shapes: `M` patches, `h` x `w` cells, `n` = h * w cells in scan order, `D` width, `V` velocities,
`a` pitches of margin.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from model.attention import Block, RelativeBias
from model.config import ModelConfig
from model.embedding import CELL_FEATURES, CellFeatures, Condition
from model.roll import FIRST_ONSET
from model.surroundings import level_order


class CellLevel(nn.Module):
    """Cells of a patch given the patch's condition, its surroundings and cells known already."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        own = config.levels[-1]
        self.config, self.own = config, own
        self.level = len(config.levels) - 1
        self.height, self.width = config.node_shape(self.level, 2)
        self.margin, self.before, self.after = config.window_pitches, *config.window_steps
        order = level_order(config, self.level, 2)
        self.register_buffer("row_of", torch.from_numpy(order.row.copy()), persistent=False)
        self.register_buffer("column_of", torch.from_numpy(order.column.copy()), persistent=False)
        offsets = torch.from_numpy(order.offsets(own.reach).copy())
        self.register_buffer("offsets", offsets, persistent=False)
        span = self.before + 1 + self.after
        copied = 2 * sum(outer.copy_heads for outer in config.levels)
        self.features = CellFeatures(config.velocity_bins)
        self.window = nn.Conv1d(
            (CELL_FEATURES + 1) * span + copied, config.window_channels, 2 * self.margin + 1
        )
        self.near = nn.Linear(config.window_channels, own.dim)
        self.told = nn.Linear(config.levels[-2].dim, own.dim)
        self.row = nn.Embedding(config.height, own.dim)
        self.column = nn.Embedding(self.width, own.dim)
        for embedding in (self.row, self.column):
            std = config.ar_position_std if own.kind == "ar" else 0.02
            nn.init.normal_(embedding.weight, std=std)
        self.value = nn.Embedding(FIRST_ONSET + config.velocity_bins, own.dim)
        nn.init.normal_(self.value.weight, std=0.5)
        self.unknown = nn.Parameter(torch.randn(own.dim) * 0.02)
        self.blocks = nn.ModuleList(
            Block(own.dim, own.heads, config.dropout) for _ in range(own.depth)
        )
        self.biases = nn.ModuleList(RelativeBias(own.heads, own.reach) for _ in range(own.depth))
        self.norm = nn.LayerNorm(own.dim)
        self.kinds = nn.Linear(own.dim, 3)
        self.velocities = nn.Linear(own.dim, config.velocity_bins)
        self.dropout = nn.Dropout(config.dropout)

    row_of: Tensor
    column_of: Tensor
    offsets: Tensor

    def look(self, condition: Condition, codes: Tensor, known: Tensor, row: Tensor) -> Tensor:
        """What is known before any cell of the patches is, [M, n, D].

        Args:
            condition: of the M patches.
            codes: [M, h + 2a, before + w + after], 0 where not known.
            known: bool, same shape; false inside the patch.
            row: int64 [M], canvas row of the patch's lowest cells.
        """
        seen = torch.cat([self.features(codes), known.unsqueeze(-1).float()], -1)
        span = self.before + 1 + self.after
        if self.width == 1:
            stacked = seen.permute(0, 3, 2, 1).flatten(1, 2).unsqueeze(1)
        else:
            windows = seen.permute(0, 3, 1, 2).unfold(3, span, 1)  # [M, 4, h + 2a, w, span]
            stacked = windows.permute(0, 3, 1, 4, 2).flatten(2, 3)  # [M, w, 4 span, h + 2a]
        if condition.copies:
            copied = [
                copies.crop(self.height, self.width, self.margin).permute(0, 3, 1, 2)
                for copies in condition.copies
            ]
            stacked = torch.cat([stacked, *copied], 2)
        near = F.gelu(self.window(stacked.flatten(0, 1)), approximate="tanh")  # [M w, G, h]
        if self.width == 1:
            near = near.transpose(1, 2)  # cells of a column are in order from low to high
        else:
            near = near.view(len(codes), self.width, self.config.window_channels, self.height)
            near = near[:, self.column_of, :, self.row_of].transpose(0, 1)  # [M, n, G]
        places = self.row(row[:, None] + self.row_of) + self.column(self.column_of)
        return self.near(near) + self.told(condition.hidden)[:, None] + places  # type: ignore[no-any-return]

    def forward(self, seen: Tensor, codes: Tensor, known: Tensor | None) -> Tensor:
        """Hidden states of the cells, [M, n, D].

        Args:
            seen: from `look`, [M, n, D].
            codes: [M, n] in scan order; AR: cells before each are used, MAR: cells that are known.
            known: bool [M, n] for MAR; None for AR.
        """
        x = self.dropout(seen + self.values(codes, known))
        for block, bias in zip(self.blocks, self.attention_biases(), strict=True):
            x = block(x, bias)
        return self.norm(x)  # type: ignore[no-any-return]

    def values(self, codes: Tensor, known: Tensor | None) -> Tensor:
        """What is known of the cells themselves, [M, n, D]; arguments as in `forward`."""
        if known is None:
            first = self.unknown.expand(len(codes), 1, -1)
            return torch.cat([first, self.value(codes[:, :-1].long())], 1)
        return torch.where(known.unsqueeze(-1), self.value(codes.long()), self.unknown)

    def attention_biases(self) -> list[Tensor]:
        """Bias [H, n, n] of each block; AR: -inf where a cell would look ahead."""
        biases = [bias(self.offsets) for bias in self.biases]
        if self.own.kind == "mar":
            return biases
        future = torch.ones_like(self.offsets, dtype=torch.bool).triu(1)
        return [bias.masked_fill(future, -torch.inf) for bias in biases]
