"""A batch of rolls as the parallel pass sees it: every cell there, and a rule for who knows whom.

Each level gives each child a rank within its node: AR its place in the scan order, MAR the round
that reveals it, 0 for what is known from the start. A cell is known to a node if, at the coarsest
level at which their patches differ, its patch has the lower rank. This is what the sampler's canvas
would hold at that moment, without running it.

Shapes: `B` rolls, `H` rows, `T` steps (padded to whole children of level 0), `M` nodes.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from model.config import ModelConfig
from model.roll import HELD, SILENT


@dataclass(frozen=True)
class Nodes:
    """Patches to go down into: which roll, where its first cell is, and the weight of its loss."""

    batch: Tensor
    row: Tensor
    column: Tensor
    weight: Tensor

    def __len__(self) -> int:
        return len(self.batch)

    def take(self, index: Tensor) -> Nodes:
        """Some of the nodes, in the order of `index`."""
        return Nodes(self.batch[index], self.row[index], self.column[index], self.weight[index])


class Canvas:
    """Rolls with a margin, and the ranks of the levels passed so far."""

    def __init__(
        self, codes: Tensor, carry: Tensor, valid_steps: Tensor, config: ModelConfig
    ) -> None:
        """Lay the rolls out.

        Args:
            codes: uint8 [B, H, T], T already padded.
            carry: bool [B, H], rows that sound just before the first step.
            valid_steps: int64 [B]; steps from there on are padding.
            config: gives the margins that its levels look across.
        """
        self.config = config
        self.rolls, self.height, self.steps = codes.shape
        self.valid_steps = valid_steps
        self.up, self.left, self.right = config.margins
        late = torch.arange(self.steps, device=codes.device) >= valid_steps[:, None]
        self.codes = self._pad(codes.masked_fill(late[:, None], SILENT))
        self.codes[:, self.up : self.up + self.height, self.left - 1] = carry * HELD
        self.given = self._pad(late[:, None].expand(-1, self.height, -1))
        self.given[:, self.up : self.up + self.height, self.left - 1] = True
        self.ranks: list[Tensor] = []

    def _pad(self, cells: Tensor) -> Tensor:
        return F.pad(cells, (self.left, self.right, self.up, self.up))

    def root(self) -> Nodes:
        """The rolls themselves."""
        zeros = torch.zeros(self.rolls, dtype=torch.long, device=self.codes.device)
        return Nodes(torch.arange(self.rolls, device=zeros.device), zeros, zeros, zeros + 1.0)

    def shape(self, level: int) -> tuple[int, int]:
        """Shape of a level's nodes in cells."""
        return self.config.node_shape(level, self.steps)

    def root_crop(self, height: int, width: int) -> tuple[Tensor, Tensor]:
        """All rolls with a margin of `height` rows and `width` steps; arguments as in `crop`."""
        rows = slice(self.up, self.up + self.height)
        columns = slice(self.left - 1, self.left + self.steps)
        pad = (width - 1, width, height, height)
        return F.pad(self.codes[:, rows, columns], pad), F.pad(self.given[:, rows, columns], pad)

    def crop(
        self, nodes: Nodes, level: int, up: int, before: int, after: int
    ) -> tuple[Tensor, Tensor]:
        """Cells of nodes of `level` with a margin, and which are known before the node is begun.

        Inside the node only padding counts as known. Codes are not blanked where unknown.

        Args:
            nodes: M nodes of `level` (1 or finer).
            level: the level that will cut the nodes up.
            up: rows of margin below and above.
            before, after: steps of margin.

        Returns:
            codes [M, h + 2 up, before + w + after], known (bool, same shape).
        """
        height, width = self.shape(level)
        device = self.codes.device
        rows = nodes.row[:, None] + torch.arange(-up, height + up, device=device)
        columns = nodes.column[:, None] + torch.arange(-before, width + after, device=device)
        index = (
            nodes.batch[:, None, None],
            rows[:, :, None] + self.up,
            columns[:, None] + self.left,
        )
        known = self.given[index]
        for outer, ranks in enumerate(self.ranks[:level]):
            tall, wide = self.shape(outer)
            same_rows = rows.div(tall, rounding_mode="floor") == nodes.row[:, None] // tall
            same_columns = columns.div(wide, rounding_mode="floor") == nodes.column[:, None] // wide
            same = same_rows[:, :, None] & same_columns[:, None]
            own = ranks[nodes.batch, nodes.row + self.up, nodes.column + self.left]
            known = known | (same & (ranks[index] < own[:, None, None]))
        return self.codes[index], known

    def padding(self, nodes: Nodes, columns: Tensor) -> Tensor:
        """Whether steps are beyond a roll's end; `columns` int64 [M, ...] counted in the canvas."""
        ends = self.valid_steps[nodes.batch]
        return columns >= ends.view(-1, *[1] * (columns.dim() - 1))

    def add_ranks(
        self, nodes: Nodes, row: Tensor, column: Tensor, ranks: Tensor, level: int
    ) -> None:
        """Write down the ranks [M, N] of children that begin at `row`, `column` [N] of nodes."""
        height, width = self.config.levels[level].patch
        device = self.codes.device
        own = torch.zeros(self.codes.shape, dtype=torch.int32, device=device)
        rows = nodes.row[:, None] + row + self.up
        columns = nodes.column[:, None] + column + self.left
        tall, wide = torch.arange(height, device=device), torch.arange(width, device=device)
        own[
            nodes.batch[:, None, None, None],
            (rows[..., None] + tall)[..., :, None],
            (columns[..., None] + wide)[..., None, :],
        ] = ranks.to(torch.int32)[..., None, None]
        self.ranks.append(own)
