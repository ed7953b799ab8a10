"""One seed, one piece of music: whatever else is made beside it, and however long it goes on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from model.noise import Noise
from model.sampler import Request, SamplingError, SamplingSettings
from tests.model.configs import MIXES, TIME_FIRST
from tests.model.fakeengine import FakeEngine
from tests.model.generators import engine_of
from tests.model.pieces import sampled


@pytest.mark.parametrize("mix", MIXES)
def test_the_same_seed_makes_the_same_roll_and_another_seed_another(mix: str) -> None:
    engine = engine_of(MIXES[mix])
    first, again, other = (
        sampled(engine, Request(20), SamplingSettings(seed=seed)) for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


@pytest.mark.parametrize("mix", MIXES)
def test_a_roll_does_not_depend_on_how_many_are_made_with_it(mix: str) -> None:
    engine = engine_of(MIXES[mix])
    several = sampled(engine, Request(20, count=3), SamplingSettings(seed=1))
    alone = sampled(engine, Request(20), SamplingSettings(seed=1))
    np.testing.assert_array_equal(several[0], alone[0])
    assert (several[0] != several[1]).any()
    assert (several[1] != several[2]).any()


@pytest.mark.parametrize("mix", TIME_FIRST)
def test_time_first_music_begins_the_same_however_long_it_gets(mix: str) -> None:
    """As long as it ends with a whole patch of level 0."""
    engine = engine_of(MIXES[mix])
    long = sampled(engine, Request(32), SamplingSettings(seed=1))
    for steps in (8, 16, 24):
        short = sampled(engine, Request(steps), SamplingSettings(seed=1))
        np.testing.assert_array_equal(short, long[:, :, :steps])


def test_music_beyond_the_context_begins_the_same_however_long_it_gets() -> None:
    engine = FakeEngine(replace(MIXES["ar,ar,ar"], context_steps=16))
    long = sampled(engine, Request(80), SamplingSettings(seed=1))
    for steps in (9, 16, 17, 50):
        short = sampled(engine, Request(steps), SamplingSettings(seed=1))
        np.testing.assert_array_equal(short, long[:, :, :steps])


def test_later_stretches_bring_new_music() -> None:
    engine = FakeEngine(replace(MIXES["ar,ar,ar"], context_steps=16))
    made = sampled(engine, Request(128), SamplingSettings(seed=1))[0]
    bars = [made[:, start : start + 16].tobytes() for start in range(0, 128, 16)]
    assert len(set(bars)) == len(bars)


@pytest.mark.parametrize("mix", MIXES)
def test_any_stretch_of_the_noise_is_the_same_as_in_one_piece(mix: str) -> None:
    config = MIXES[mix]
    whole = Noise.draw(config, 5, 3, 0, 48)
    part = Noise.draw(config, 5, 2, 16, 24)
    np.testing.assert_array_equal(part.kinds, whole.kinds[:2, :, 16:40])
    np.testing.assert_array_equal(part.velocities, whole.velocities[:2, :, 16:40])
    for level, own in enumerate(config.levels):
        first, last = 16 // own.patch[1], 40 // own.patch[1]
        np.testing.assert_array_equal(part.flags[level], whole.flags[level][:2, :, first:last])
        np.testing.assert_array_equal(part.order[level], whole.order[level][:2, :, first:last])


def test_no_choice_shares_its_uniform_with_another() -> None:
    noise = Noise.draw(MIXES["ar,ar,mar,mar"], 5, 2, 0, 32)
    every = [*noise.flags, *noise.order, noise.velocities]  # kinds are the last level's flags
    numbers = np.concatenate([part.reshape(-1) for part in every])
    assert len(np.unique(numbers)) == len(numbers)
    assert 0 <= numbers.min() < 0.01
    assert 0.99 < numbers.max() < 1
    assert abs(numbers.mean() - 0.5) < 0.02


@pytest.mark.parametrize("seed", [-1, 2**64])
def test_a_seed_out_of_range_is_refused(seed: int) -> None:
    with pytest.raises(SamplingError, match="seed must be"):
        SamplingSettings(seed=seed)


def test_seeds_may_be_large() -> None:
    settings = SamplingSettings(seed=2**64 - 1)
    assert sampled(FakeEngine(MIXES["ar,ar"]), Request(4), settings).shape == (1, 16, 4)
