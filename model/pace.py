"""How much time the sampler may take: a share of the rounds of MAR levels, changed while it runs.

An AR level has no rounds: it takes what it takes, and only a level that begins after a change
knows of it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from model.config import ModelConfig
from model.settings import SamplingError

_FEWEST = 2
"""`model.masking.cosine_rounds` reveals the last child in a round of its own."""


@dataclass
class Pace:
    """The share of its rounds that a MAR level takes, 0 to 1. Set from any thread.

    Attributes:
        share: Of the rounds; two are always taken where there are two.
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

    def rounds(self, own: int, children: int) -> int:
        """How many rounds a node takes that begins now, at least two; halves go up.

        Args:
            own: rounds of its level, with all the time in the world.
            children: how many there are; each round reveals one at least.
        """
        taken = self._taken(own, children)
        self.shortened = self.shortened or taken < min(own, children)
        return taken

    def _taken(self, own: int, children: int) -> int:
        if self.share == 1:
            return own
        most = min(own, children)
        return max(min(most, _FEWEST), math.floor(most * self.share + 0.5))

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
        for index, level in enumerate(config.levels):
            tall, wide = config.node_shape(index, config.context_steps)
            children = tall * wide // (level.patch[0] * level.patch[1])
            own = asked or level.rounds
            if level.kind == "mar" and self._taken(own, children) < min(own, children):
                return True
        return False
