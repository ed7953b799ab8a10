"""How long a training takes, made up of parts that were timed; needs no torch.

A training opens (it loads libraries and music), makes updates, validates, makes bars to listen to,
and closes: more bars, a look at what it has by heart, a bundle with its graphs.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

SAMPLE_BARS = 4
"""Bars made at a validation."""
LAST_BARS = 32
"""Bars made at the end, to judge what was learnt by heart."""
LONGEST_SAMPLE_S = 20.0
"""A sample that takes longer is left as far as it came."""
SAMPLES_SHARE = 0.12
"""Share of the training's time that samples may take."""
SLOWER = 1.15
"""Beside other programs an update takes up to so many times what was measured."""
GRAPHS = (1.0, 4.0)
"""Writing graphs and checking them takes so many times what opening took, at least and at most."""


@dataclass(frozen=True)
class Span:
    """At least and at most so many seconds."""

    low_s: float
    high_s: float


@dataclass(frozen=True)
class Cost:
    """Parts of a training, in seconds.

    Attributes:
        update_s: One update of the weights.
        validation_s: One whole validation.
        sample_s: `SAMPLE_BARS` bars and what they have by heart.
        opening_s: From the start of the program to the first update.
    """

    update_s: float
    validation_s: float
    sample_s: float = 0.0
    opening_s: float = 0.0

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Cost:
        """Out of what a measurement tells.

        Raises:
            KeyError, TypeError, ValueError: it tells something else.
        """
        names = ("update_s", "validation_s", "sample_s", "opening_s")
        return cls(*(float(told[name]) for name in names))

    def to_json(self) -> dict[str, float]:
        """The same as plain values."""
        return asdict(self)

    def under_way_s(self, steps: int, validation_interval: int) -> float:
        """From the first update to the last validation."""
        validations = math.ceil(steps / max(1, validation_interval))
        work_s = steps * self.update_s + validations * self.validation_s
        samples_s = min(validations * self.sample_s, SAMPLES_SHARE * work_s + self.sample_s)
        return work_s + samples_s

    def span(self, steps: int, validation_interval: int, limit_s: float | None = None) -> Span:
        """How long a training takes from its start until its model can be played.

        Args:
            steps: Updates of the weights.
            validation_interval: Updates between two validations.
            limit_s: Seconds after which it is told to finish; None has no limit.
        """
        low_s = self.under_way_s(steps, validation_interval)
        high_s = SLOWER * low_s
        if limit_s is not None:
            last_s = limit_s + self.validation_s + self.sample_s
            low_s, high_s = min(low_s, last_s), min(high_s, last_s)
        ends_s = self.opening_s + min(LAST_BARS / SAMPLE_BARS * self.sample_s, LONGEST_SAMPLE_S)
        least, most = (share * self.opening_s for share in GRAPHS)
        return Span(low_s + ends_s + least, high_s + ends_s + most)
