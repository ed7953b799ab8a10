"""The numbers behind a painted curve: smoothing it, round marks beside it, places between two."""

from __future__ import annotations

import math

import numpy as np

_SMOOTH = 0.9
"""How much of the last value the strong line of a long noisy curve keeps; a short one's, less."""


def smooth(values: np.ndarray) -> np.ndarray:
    """A running mean that forgets, and that begins without a debt to zero."""
    found = np.empty_like(values)
    kept = min(_SMOOTH, max(0.0, 1 - 8 / max(1, len(values))))
    total = weight = 0.0
    for k, value in enumerate(values.tolist()):
        total = kept * total + (1 - kept) * value
        weight = kept * weight + (1 - kept)
        found[k] = total / weight
    return found


def ticks(low: float, high: float, about: int) -> list[float]:
    """Round numbers within a range, about so many."""
    wide = max(high - low, 1e-9) / about
    power = 10.0 ** math.floor(math.log10(wide))
    step = next(power * k for k in (1, 2, 5, 10) if power * k >= wide)
    first = math.ceil(low / step)
    return [round(k * step, 10) for k in range(first, math.floor(high / step) + 1)]


def between(value: object, low: float, high: float, start: float, stop: float) -> float:
    """Where a value (or an array of them) lies between two places."""
    share = (np.asarray(value) - low) / max(high - low, 1e-12)
    return start + share * (stop - start)  # type: ignore[return-value]
