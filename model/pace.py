"""How much time the sampler may take: a share of the rounds of MAR levels, changed while it runs.

An AR level has no rounds: it takes what it takes, and only a level that begins after a change
knows of it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from model.config import ModelConfig
from model.settings import SamplingError


@dataclass
class Pace:
    """The share of its rounds that a MAR level takes, 0 to 1. Set from any thread.

    Attributes:
        share: Of the rounds; at least one round is always taken.
        shortened: Whether any level took fewer rounds since this was last taken.
    """

    share: float = 1.0
    shortened: bool = False

    def set(self, share: float) -> None:
        """Change it; whatever begins from now on keeps to it.

        Raises:
            SamplingError: the share is not from 0 to 1.
        """
        if not 0 <= share <= 1:
            raise SamplingError(f"asked for a share of {share} of the rounds; ask for 0 to 1")
        self.share = share

    def taken(self, own: int) -> int:
        """How many of `own` rounds are taken, at least one; halves go up."""
        return max(1, math.floor(own * self.share + 0.5))

    def rounds(self, own: int) -> int:
        """The same, for a level that begins now."""
        taken = self.taken(own)
        self.shortened = self.shortened or taken < own
        return taken

    def take_shortened(self) -> bool:
        """Whether any level took fewer rounds since this was last asked."""
        shortened, self.shortened = self.shortened, False
        return shortened

    def shortens(self, config: ModelConfig, asked: int | None = None) -> bool:
        """Whether any level of a model takes fewer rounds than it would.

        Args:
            config: of the model.
            asked: rounds asked for in its place (`SamplingSettings.rounds`).
        """
        own = [asked or level.rounds for level in config.levels if level.kind == "mar"]
        return any(self.taken(rounds) < rounds for rounds in own)
