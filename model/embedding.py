"""Cells, surroundings and conditions as numbers that a transformer can read.

Shapes: `M` nodes, `m` children, `h` x `w` cells a child, `D` width of the level.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from model.conditions import KEYS, MAX_PLACE_STEPS, METRES
from model.config import ModelConfig
from model.copyplaces import CopyPlaces
from model.roll import FIRST_ONSET, SILENT

CELL_FEATURES = 3
"""What a known cell says: it sounds, it is an onset, its velocity (0..1)."""


class CellFeatures(nn.Module):
    """Codes to `CELL_FEATURES` numbers each; a fixed table, nothing learned."""

    table: Tensor

    def __init__(self, velocity_bins: int) -> None:
        super().__init__()
        codes = torch.arange(FIRST_ONSET + velocity_bins)
        onset = codes >= FIRST_ONSET
        velocity = (codes - FIRST_ONSET + 1) / velocity_bins * onset
        table = torch.stack([codes != SILENT, onset, velocity], 1).float()
        self.register_buffer("table", table, persistent=False)

    def forward(self, codes: Tensor) -> Tensor:
        """Codes of any shape [...] -> float [..., 3]."""
        return nn.functional.embedding(codes.long(), self.table)

    def raw(self, codes: Tensor) -> Tensor:
        """The first two features only, [..., 2]: what copy heads carry."""
        return self.forward(codes)[..., :2]


class CopyMap(CopyPlaces):
    """Cells that a level's copy heads fetched, for nodes somewhere inside them; tensors."""

    def crop(self, height: int, width: int, margin: int) -> Tensor:
        """Cells of each node, `margin` pitches to both sides, [M, C, height + 2 margin, width]."""
        if len(self.source) == 1:  # live playing: a view, not a look-up
            which, top, left = (
                int(self.source),
                int(self.row) + self.margin - margin,
                int(self.column),
            )
            found: Tensor = self.values[
                which : which + 1, :, top : top + height + 2 * margin, left : left + width
            ]
            return found
        first = self.row + self.margin - margin
        rows = first[:, None] + torch.arange(height + 2 * margin, device=first.device)
        columns = self.column[:, None] + torch.arange(width, device=first.device)
        found = self.values[self.source[:, None, None], :, rows[:, :, None], columns[:, None]]
        return found.permute(0, 3, 1, 2)


@dataclass(frozen=True)
class Condition:
    """What a level receives from above, for M nodes.

    hidden: [M, D of the level above] (level 0: of the roll's conditions). copies: a map for each
    coarser level that has copy heads.
    """

    hidden: Tensor
    copies: tuple[CopyMap, ...] = ()


@dataclass(frozen=True)
class RollConditions:
    """Condition ids of B rolls, each int64 [B]; 0 = not told (see `model.conditions`).

    shift is the transposition in semitones, -max_shift..max_shift; 0 when sampling.
    """

    style: Tensor
    key: Tensor
    density: Tensor
    shift: Tensor


class ConditionEmbedding(nn.Module):
    """Conditions of the whole roll [B, D] and of places in it [B, m, D], added up."""

    def __init__(self, config: ModelConfig, dim: int) -> None:
        super().__init__()
        self.max_shift = config.max_shift
        self.style = nn.Embedding(len(config.styles) + 1, dim)
        self.key = nn.Embedding(KEYS + 1, dim)
        self.density = nn.Embedding(len(config.density_edges) + 2, dim)
        self.shift = nn.Embedding(2 * config.max_shift + 1, dim)
        self.metre = nn.Embedding(len(METRES) + 1, dim)
        self.place = nn.Embedding(MAX_PLACE_STEPS + 1, dim)
        for embedding in self.children():
            nn.init.normal_(embedding.weight, std=0.02)  # type: ignore[arg-type]

    def forward(self, told: RollConditions) -> Tensor:
        """[B, D]."""
        return (  # type: ignore[no-any-return]
            self.style(told.style)
            + self.key(told.key)
            + self.density(told.density)
            + self.shift(told.shift + self.max_shift)
        )

    def places(self, metre: Tensor, place: Tensor) -> Tensor:
        """Ids [B, m] each -> [B, m, D]."""
        return self.metre(metre) + self.place(place)  # type: ignore[no-any-return]
