"""How long a training takes, made up of parts that were timed; needs no torch.

A training opens (it loads libraries and music), makes updates, validates, makes bars to listen to,
and closes: more bars, a look at what it has by heart, a bundle with its graphs.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

SAMPLE_BARS = 4
"""Bars made at a validation."""
LAST_BARS = 32
"""Bars made at the end, to judge what was learnt by heart."""
LONGEST_SAMPLE_S = 20.0
"""A sample that takes longer is left as far as it came."""
SAMPLES_SHARE = 0.12
"""Share of the training's time that samples may take."""
SPEEDS = (0.9, 1.15)
"""Beside other programs, then or now, updates take so many times what was measured."""
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
        sample_s: Making `SAMPLE_BARS` bars.
        verdict_s: Finding out what they have by heart.
        opening_s: From the start of the program to the first update.
    """

    update_s: float
    validation_s: float
    sample_s: float = 0.0
    verdict_s: float = 0.0
    opening_s: float = 0.0

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Cost:
        """Out of what a measurement tells.

        Raises:
            KeyError, TypeError, ValueError: it tells something else.
        """
        return cls(**{field.name: float(told[field.name]) for field in fields(cls)})

    def to_json(self) -> dict[str, float]:
        """The same as plain values."""
        return asdict(self)

    @property
    def look_s(self) -> float:
        """A validation with its sample and verdict."""
        return self.validation_s + self.sample_s + self.verdict_s

    def under_way_s(self, steps: int, validation_interval: int) -> float:
        """From the first update to the last validation."""
        validations = math.ceil(steps / max(1, validation_interval))
        work_s = steps * self.update_s + validations * self.validation_s
        sample_s = self.sample_s + self.verdict_s
        samples_s = min(validations * sample_s, SAMPLES_SHARE * work_s + sample_s)
        return work_s + samples_s

    def span(self, steps: int, validation_interval: int, limit_s: float | None = None) -> Span:
        """How long a training takes from its start until its model can be played.

        Args:
            steps: Updates of the weights.
            validation_interval: Updates between two validations.
            limit_s: Seconds after which it is told to finish; None has no limit.
        """
        low_s, high_s = (share * self.under_way_s(steps, validation_interval) for share in SPEEDS)
        if limit_s is not None:
            low_s, high_s = min(low_s, limit_s), min(high_s, limit_s + self.look_s)
        last_s = min(LAST_BARS / SAMPLE_BARS * self.sample_s, LONGEST_SAMPLE_S)
        ends_s = self.opening_s + last_s + self.verdict_s
        least, most = (share * self.opening_s for share in GRAPHS)
        return Span(low_s + ends_s + least, high_s + ends_s + most)
