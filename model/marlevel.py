"""The MAR level: many children at once, from masked to known in a few rounds.

Sources: Li et al. 2024, Autoregressive Image Generation without Vector Quantization (arXiv
2406.11838), for masking; Chang et al. 2022, MaskGIT (arXiv 2202.04200), for the cosine schedule.
Shapes as in `model.patchlevel`.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from model.config import ModelConfig
from model.embedding import Condition
from model.patchlevel import Asked, PatchLevel, Told


class MARLevel(PatchLevel):
    """Full attention; children that are not known yet are a learned mask."""

    def __init__(self, config: ModelConfig, level: int) -> None:
        super().__init__(config, level)
        self.mask = nn.Parameter(torch.randn(self.own.dim) * 0.02)

    def forward(self, condition: Condition, asked: Asked, offsets: Tensor) -> Told:
        """All children of Q nodes; `asked.known` says which contents may be seen."""
        known = asked.known
        if known is None:
            raise ValueError("a MAR level must be told which children are known")
        contents = self.contents(asked.content)
        contents = torch.where(known.unsqueeze(-1), contents, self.mask)
        x = self.embed(condition, asked) + contents
        hidden = self.transform(x, [bias(offsets) for bias in self.biases])
        copies = None
        if self.copy is not None:
            unknown = ~known[:, None, None]  # [Q, 1, 1, N]
            bias = self.copy.bias(offsets)[None].masked_fill(unknown, -torch.inf)
            copies = self.copies(hidden, self.copy.keys(hidden), self.raw(asked.content), bias)
        return Told(hidden, self.flags(hidden), copies)
