"""How to sample: what turns logits into choices, and where their chance comes from."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from model.errors import ModelError

Schedule = Literal["constant", "linear"]

COLDEST = 1e-6
"""Below this temperature the most probable value is taken."""


class SamplingError(ModelError):
    """Settings or a request that can't be sampled."""


@dataclass(frozen=True)
class SamplingSettings:
    """Controls of sampling; the defaults draw from the model as it is."""

    temperature: float = 1.0
    """Logits are divided by it; 0 takes the most probable value."""
    filter_threshold: float = 0.0
    """Values less probable than this are never drawn, 0..1 (but for the most probable one)."""
    top_p: float = 1.0
    """Only the most probable values that together reach this probability are drawn, 0..1."""
    guidance: float = 1.0
    """Classifier-free guidance scale: 1 = off, more = closer to the conditions."""
    guidance_schedule: Schedule = "constant"
    """``linear``: guidance grows from 1 to its scale while a node is filled."""
    seed: int = 0
    """Same seed, same notes; 0 or more."""
    rounds: int | None = None
    """MAR levels: rounds of sampling; None = as each level's config says."""

    def __post_init__(self) -> None:
        """Refuse values out of range.

        Raises:
            SamplingError: naming the setting and its range.
        """
        if not 0 <= self.temperature < math.inf:
            raise SamplingError(f"temperature must be 0 or more, got {self.temperature}")
        if not 0 <= self.filter_threshold < 1:
            raise SamplingError(f"filter threshold must lie in 0..1, got {self.filter_threshold}")
        if not 0 < self.top_p <= 1:
            raise SamplingError(f"top-p must lie above 0 and up to 1, got {self.top_p}")
        if not 0 <= self.guidance < math.inf:
            raise SamplingError(f"guidance must be 0 or more, got {self.guidance}")
        if self.guidance_schedule not in ("constant", "linear"):
            raise SamplingError(
                f"guidance schedule is constant or linear, got {self.guidance_schedule!r}"
            )
        if not 0 <= self.seed < 2**64:
            raise SamplingError(f"seed must be a whole number below 2**64, got {self.seed}")
        if self.rounds is not None and self.rounds < 1:
            raise SamplingError(f"rounds must be 1 or more, got {self.rounds}")

    @property
    def plain(self) -> bool:
        """Whether the model is drawn from as it is."""
        return self.temperature == 1 and self.filter_threshold == 0 and self.top_p == 1


def draw(
    logits: NDArray[np.float32], uniforms: NDArray[np.float32], settings: SamplingSettings
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Draw a value from each row, the same one for the same uniform.

    Args:
        logits: [M, N, F], -inf for what is impossible; overwritten.
        uniforms: [M, N], in 0..1 (1 excluded).
        settings: temperature, then filter threshold, then top-p.

    Returns:
        Indices [M, N] into the last axis, and their log-probabilities [M, N] as the model has
        them, before any of the settings.
    """
    logits -= logits.max(-1, keepdims=True)
    probs = np.exp(logits)
    totals = probs.cumsum(-1)
    if settings.plain:
        drawn = (uniforms[..., None] * totals[..., -1:] >= totals).sum(-1)
    elif settings.temperature < COLDEST:
        drawn = logits.argmax(-1)
    else:
        wanted = shaped(logits, settings).cumsum(-1)
        drawn = (uniforms[..., None] * wanted[..., -1:] >= wanted).sum(-1)
    nodes, rows, values = logits.shape
    drawn = np.minimum(drawn, values - 1)
    places = np.arange(0, nodes * rows * values, values).reshape(nodes, rows) + drawn
    return drawn, logits.reshape(-1)[places] - np.log(totals[..., -1])


def shaped(logits: NDArray[np.float32], settings: SamplingSettings) -> NDArray[np.float32]:
    """What is drawn from, up to a factor: temperature, filter threshold, then top-p, [..., F]."""
    hot = logits / np.float32(max(settings.temperature, COLDEST))
    probs = np.exp(hot - hot.max(-1, keepdims=True))
    probs /= probs.sum(-1, keepdims=True)
    if settings.filter_threshold > 0:
        kept = (probs >= settings.filter_threshold) | (probs == probs.max(-1, keepdims=True))
        probs = np.where(kept, probs, np.float32(0))
    return _nucleus(probs, settings.top_p) if settings.top_p < 1 else probs


def _nucleus(probs: NDArray[np.float32], top_p: float) -> NDArray[np.float32]:
    """Keep the most probable values that together reach `top_p` (Holtzman et al. 2020)."""
    order = np.argsort(-probs, axis=-1, kind="stable")
    ranked = np.take_along_axis(probs, order, -1)
    before = ranked.cumsum(-1) - ranked
    ranked = np.where(before < top_p * ranked.sum(-1, keepdims=True), ranked, np.float32(0))
    found = np.zeros_like(probs)
    np.put_along_axis(found, order, ranked, -1)
    return found
