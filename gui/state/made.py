"""What made a stretch of music: enough to make the same notes again."""

from __future__ import annotations

from dataclasses import dataclass

from gui.state.region import Region


@dataclass(frozen=True)
class Made:
    """Where notes come from.

    Attributes:
        model: Name of the bundle.
        model_hash: Of its weights.
        seed: Of the noise.
        temperature: Logits were divided by it.
        guidance: How far conditions pulled, 1 is off.
        region: What was made again, or None for all.
        level: The coarsest level that was made again; None for all of them.
        style: The style that was wished for, or None for any.
    """

    model: str
    model_hash: str
    seed: int
    temperature: float
    guidance: float
    region: Region | None
    level: int | None
    style: str | None = None
