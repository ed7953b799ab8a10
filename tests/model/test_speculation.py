"""Guessing ahead is exact: the fast sampler makes what a sampler without guesses makes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from model.sampler import Request, SamplingSettings, Trace
from tests.model.configs import EXACT, MIXES, config_of, level
from tests.model.fakeengine import FakeEngine
from tests.model.generators import engine_of
from tests.model.onebyone import OneByOne, by_chance, greedily
from tests.model.pieces import sampled

COUNT = 3


@pytest.mark.parametrize("steps", [16, 11])
@pytest.mark.parametrize("mix", EXACT)
def test_guessing_ahead_changes_no_note(mix: str, steps: int) -> None:
    engine = engine_of(MIXES[mix])
    for seed in range(2):
        trace = Trace()
        codes = sampled(engine, Request(steps, count=COUNT), SamplingSettings(seed=seed), trace)
        for roll in range(COUNT):
            slow = OneByOne(engine, seed, roll, steps, by_chance)
            np.testing.assert_array_equal(codes[roll], slow.make())
            assert trace.log_probs[roll] == pytest.approx(slow.log_prob, abs=1e-3)


@pytest.mark.parametrize("mix", EXACT)
def test_temperature_zero_takes_the_most_probable_value_of_every_choice(mix: str) -> None:
    engine = engine_of(MIXES[mix])
    slow = OneByOne(engine, 0, 0, 16, greedily).make()
    for temperature in (0.0, 1e-4):
        settings = SamplingSettings(temperature=temperature, seed=5)
        np.testing.assert_array_equal(sampled(engine, Request(16), settings)[0], slow)


def test_guessing_ahead_is_exact_for_parts_and_narrow_windows() -> None:
    config = config_of(
        level("ar", (8, 2), copy_heads=1),
        level("ar", (2, 2), "row"),
        level("ar", (1, 1)),
        pitches=8,
        parts=2,
        window_pitches=1,
        window_steps=(1, 2),
    )
    engine = engine_of(config)
    codes = sampled(engine, Request(13, count=COUNT), SamplingSettings(seed=2))
    for roll in range(COUNT):
        slow = OneByOne(engine, 2, roll, 13, by_chance)
        np.testing.assert_array_equal(codes[roll], slow.make())


def test_guessing_ahead_asks_little_about_silence() -> None:
    """A model that is nearly always silent is asked at most once a column, and never below."""
    config = replace(MIXES["ar,ar,ar"], context_steps=128)
    engine = FakeEngine(config, flags=(50.0, 0.0, 0.0))
    codes = sampled(engine, Request(32, count=2))
    assert not codes.any()
    assert set(engine.asked) == {0}
    assert len(engine.asked) <= 32
