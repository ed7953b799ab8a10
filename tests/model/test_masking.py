"""Masks: the cosine schedule of sampling, the random masks of training."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.config import LevelConfig
from model.masking import cosine_rounds, masked_counts, round_ranks

counts = st.integers(0, 300)
rounds = st.integers(1, 20)


@given(counts, rounds)
def test_rounds_reveal_everything_and_the_last_one_exactly_one(unknown: int, most: int) -> None:
    found = cosine_rounds(unknown, most)
    assert sum(found) == unknown
    assert all(count >= 1 for count in found)
    if unknown:
        assert found[-1] == 1
    assert len(found) <= max(most, 2)


@given(st.integers(100, 400), st.integers(3, 12))
def test_what_is_still_masked_follows_the_cosine(unknown: int, most: int) -> None:
    """Within the rounding to whole children, and the one that is kept for the last round."""
    left = unknown - np.cumsum(cosine_rounds(unknown, most))
    share = np.cos(np.pi / 2 * np.arange(1, most) / (most - 1))
    np.testing.assert_allclose(left[: most - 1], share * unknown, atol=2)


def test_few_are_revealed_first_and_many_later() -> None:
    found = cosine_rounds(129, 9)
    assert found[:-1] == sorted(found[:-1])


def test_the_schedule_of_sixteen_children_in_four_rounds() -> None:
    assert cosine_rounds(16, 4) == [3, 5, 7, 1]


@given(st.integers(1, 4), st.integers(1, 20), rounds, st.integers(0, 99))
def test_ranks_give_each_unknown_child_its_round(
    nodes: int, size: int, most: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    scores, known = rng.random((nodes, size)), rng.random((nodes, size)) < 0.3
    ranks = round_ranks(scores, known, most)
    assert ((ranks == 0) == known).all()
    for node in range(nodes):
        unknown = int((~known[node]).sum())
        found = np.bincount(ranks[node, ~known[node]], minlength=1)[1:]
        assert found.tolist() == cosine_rounds(unknown, most)
        by_score = ranks[node][~known[node]][np.argsort(scores[node][~known[node]])]
        assert (np.diff(by_score) >= 0).all()


@given(
    st.integers(1, 64),
    st.floats(0, 1.5),
    st.floats(0.05, 1),
    st.floats(0, 0.9),
    st.integers(0, 99),
)
def test_masked_counts_lie_between_the_lower_end_and_all(
    children: int, mean: float, std: float, low: float, seed: int
) -> None:
    level = LevelConfig("mar", mask_mean=mean, mask_std=std, mask_low=low)
    uniforms = np.random.default_rng(seed).random(50)
    found = masked_counts(uniforms, np.full(50, children), level)
    assert found.min() >= max(1, np.floor(low * children))
    assert found.max() <= children


def test_a_node_without_children_to_mask_masks_at_most_a_nominal_one() -> None:
    assert masked_counts(np.array([0.5]), np.array([0]), LevelConfig("mar")).tolist() == [1]


@pytest.mark.parametrize(("mean", "std", "expected"), [(1.0, 0.25, 0.80), (0.5, 0.1, 0.5)])
def test_mask_ratios_have_the_mean_of_their_truncated_normal(
    mean: float, std: float, expected: float
) -> None:
    """Cut at its mean, a normal's other half has the mean m - s sqrt(2 / pi)."""
    level = LevelConfig("mar", mask_mean=mean, mask_std=std)
    uniforms = (np.arange(2000) + 0.5) / 2000
    found = masked_counts(uniforms, np.full(2000, 1000), level)
    assert found.mean() / 1000 == pytest.approx(expected, abs=0.003)
    assert (np.diff(found) >= 0).all()
