"""Which children a MAR level knows: cosine schedule in sampling, random mask in training."""

from __future__ import annotations

from functools import lru_cache
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.config import LevelConfig


def cosine_rounds(unknown: int, rounds: int) -> list[int]:
    """How many children each round of sampling reveals; they add up to `unknown`.

    The share still masked after round r of R is cos(pi / 2 * r / R) (Chang et al. 2022, MaskGIT,
    arXiv 2202.04200). Every round reveals at least one, and the last one exactly one: only a
    child that is alone in its round can be kept from completing what a flag above ruled out.
    """
    if unknown <= 1 or rounds == 1:
        return [1] * min(unknown, 1) if unknown <= 1 else [unknown - 1, 1]
    left, counts = unknown - 1, []
    for index in range(1, rounds):
        target = int(np.floor((unknown - 1) * np.cos(np.pi / 2 * index / (rounds - 1)) + 1e-9))
        count = min(max(left - target, 1), left)
        if count:
            counts.append(count)
            left -= count
    return [*counts, 1]


def round_ranks(
    scores: NDArray[np.floating[Any]], known: NDArray[np.bool_], rounds: int
) -> NDArray[np.int64]:
    """Round in which each child is revealed, 0 for those known already, [M, N].

    Args:
        scores: [M, N] random numbers; children are revealed in their rising order.
        known: [M, N].
        rounds: rounds of the schedule (each node may need fewer, see `cosine_rounds`).
    """
    order = np.argsort(np.where(known, -1.0, scores), axis=1, kind="stable")
    ranks = np.zeros(scores.shape, np.int64)
    plans = [_plan(int(count), rounds, known.shape[1]) for count in (~known).sum(1)]
    np.put_along_axis(ranks, order, np.reshape(plans, known.shape), axis=1)
    return ranks


@lru_cache(maxsize=1024)
def _plan(unknown: int, rounds: int, children: int) -> NDArray[np.int64]:
    """Rounds of a node's children in the order of their being revealed, known ones first, [N]."""
    counts = cosine_rounds(unknown, rounds)
    plan = np.repeat(np.arange(1, len(counts) + 1), counts)
    return np.concatenate([np.zeros(children - unknown, np.int64), plan])


def masked_counts(
    uniforms: NDArray[np.float64], children: NDArray[np.int64], level: LevelConfig
) -> NDArray[np.int64]:
    """How many children are masked in training, at least one, [M].

    The ratio is drawn from a normal truncated to `mask_low`..1 (Li et al. 2024, arXiv 2406.11838).

    Args:
        uniforms: [M] in 0..1.
        children: [M], children that can be masked.
        level: gives mean, standard deviation and lower end.
    """
    normal = NormalDist(level.mask_mean, level.mask_std)
    low, high = normal.cdf(level.mask_low), normal.cdf(1.0)
    inside = np.clip(low + uniforms * (high - low), 1e-12, 1 - 1e-12)
    drawn = np.array([normal.inv_cdf(share) for share in inside])
    ratio = np.clip(drawn, level.mask_low, 1.0)  # far from the mean the distribution is flat
    counts = np.ceil(ratio * children).astype(np.int64)
    clipped: NDArray[np.int64] = np.clip(counts, 1, np.maximum(children, 1))
    return clipped
