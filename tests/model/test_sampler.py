"""The sampler over engines of a few lines: every cell once, in order, legal, without torch."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.config import ModelConfig
from model.roll import FIRST_ONSET, HELD
from model.sampler import (
    Request,
    Sampler,
    SamplingSettings,
    Trace,
    without_orphans,
)
from tests.model.configs import MIXES, TIME_FIRST, config_of, configs, level
from tests.model.fakeengine import FakeEngine, ScriptedEngine
from tests.model.pieces import is_canonical, random_codes, sampled

ROOT = Path(__file__).resolve().parents[2]

logits = st.tuples(*[st.floats(-4, 4, width=32)] * 3)


@settings(max_examples=40)
@given(
    config=configs(),
    flags=logits,
    kinds=logits,
    steps=st.integers(1, 40),
    prompted=st.integers(0, 20),
    seed=st.integers(0, 2**63),
    data=st.data(),
)
def test_whatever_an_engine_says_every_cell_comes_once_and_is_legal(
    config: ModelConfig,
    flags: tuple[float, float, float],
    kinds: tuple[float, float, float],
    steps: int,
    prompted: int,
    seed: int,
    data: st.DataObject,
) -> None:
    rng = np.random.default_rng(data.draw(st.integers(0, 99)))
    nothing = np.zeros((1, config.height), bool)
    shape = (1, config.height, prompted)
    prompt = random_codes(rng, shape, config.velocity_bins, nothing)[0]
    trace = Trace()
    codes = sampled(
        FakeEngine(config, flags, kinds),
        Request(steps, prompt=prompt, count=2),
        SamplingSettings(seed=seed),
        trace,
    )
    assert codes.max(initial=0) < FIRST_ONSET + config.velocity_bins
    assert np.isfinite(trace.log_probs).all()
    assert (trace.log_probs <= 0).all()
    whole = np.concatenate([np.repeat(prompt[None], 2, 0), codes], 2)
    if config.exact:
        assert is_canonical(whole)
    for roll in whole:
        assert is_canonical(without_orphans(roll))


@settings(max_examples=40)
@given(config=configs(), steps=st.integers(1, 24), seed=st.integers(0, 2**32))
def test_every_roll_can_be_said(config: ModelConfig, steps: int, seed: int) -> None:
    """An engine that insists on a roll gets it, whatever the levels and the orders."""
    rng = np.random.default_rng(seed)
    nothing = np.zeros((2, config.height), bool)
    script = random_codes(rng, (2, config.height, steps), config.velocity_bins, nothing)
    config = replace(config, context_steps=64)
    trace = Trace()
    engine = ScriptedEngine(config, script)
    made = sampled(engine, Request(steps, count=2), SamplingSettings(seed=seed), trace)
    np.testing.assert_array_equal(made, script)
    np.testing.assert_allclose(trace.log_probs, 0, atol=1e-3)


@pytest.mark.parametrize("mix", MIXES)
def test_a_piece_longer_than_the_context_has_no_seams(mix: str) -> None:
    config = replace(MIXES[mix], context_steps=16)
    engine = FakeEngine(config, kinds=(0.0, 3.0, 0.0))
    codes = sampled(engine, Request(70, count=2), SamplingSettings(seed=3))
    assert (codes == HELD).any()
    assert is_canonical(codes) or not config.exact
    assert all(is_canonical(without_orphans(one)) for one in codes)


@pytest.mark.parametrize("mix", TIME_FIRST)
def test_patches_come_in_time_order_so_that_bars_are_finished_one_after_another(mix: str) -> None:
    request = Request(80, count=2)
    starts = [patch.start_step for patch in Sampler(FakeEngine(MIXES[mix])).generate(request)]
    assert starts == sorted(starts)
    width = MIXES[mix].levels[0].patch[1]
    assert starts == [step for step in range(0, 80, width) for _ in range(2)]


@pytest.mark.parametrize("mix", MIXES)
def test_each_stretch_is_complete_before_the_next_begins(mix: str) -> None:
    """Hence music is ready to be played within a context, whatever the order of its patches."""
    config = replace(MIXES[mix], context_steps=16)
    patches = list(Sampler(FakeEngine(config)).generate(Request(64)))
    missing = np.full(64, config.height)
    for number, patch in enumerate(patches):
        missing[patch.start_step : patch.start_step + patch.codes.shape[1]] -= len(patch.codes)
        made = max(later.start_step for later in patches[: number + 1])
        assert not missing[: max(made - 16, 0)].any()
    assert not missing.any()


def test_music_is_made_only_as_far_as_it_is_asked_for() -> None:
    config = replace(MIXES["ar,ar,ar"], context_steps=64)
    engine = FakeEngine(config)
    patches = Sampler(engine).generate(Request(64))
    list(islice(patches, 4))
    assert engine.asked.count(0) <= 8
    patches.close()  # type: ignore[attr-defined]
    assert next(patches, None) is None


@pytest.mark.parametrize("mix", MIXES)
def test_endless_music_goes_on_until_it_is_stopped(mix: str) -> None:
    config = replace(MIXES[mix], context_steps=16)
    steps = 0
    patches = Sampler(FakeEngine(config)).generate(Request(None))
    for patch in patches:
        steps += patch.codes.size
        if patch.start_step >= 100:
            break
    patches.close()  # type: ignore[attr-defined]
    assert steps >= 90 * config.height


def test_endless_music_begins_like_music_with_an_end() -> None:
    config = replace(MIXES["ar,ar,ar"], context_steps=16)
    codes = sampled(FakeEngine(config), Request(60))[0]
    patches = islice(Sampler(FakeEngine(config)).generate(Request(None)), 60)
    np.testing.assert_array_equal(np.concatenate([patch.codes for patch in patches], 1), codes)


def test_a_patch_of_music_costs_its_log_probability() -> None:
    """Two equally probable kinds of silence, and one of music, that all have their price."""
    config = config_of(level("ar", (16, 1)), level("ar", (1, 1)), velocity_bins=1)
    engine = FakeEngine(config, flags=(0.0, 0.0, 0.0), kinds=(0.0, 0.0, 0.0))
    patches = list(Sampler(engine).generate(Request(1, count=50)))
    for patch in patches:  # nothing sounds before, so nothing can be held
        active = patch.codes.any()
        expected = np.log(1 / 2)
        if active:  # each cell is silent or an onset; the last one must be if no other is
            expected += np.log(1 / 2) * (15 if not patch.codes[:15].any() else 16)
        assert patch.log_prob == pytest.approx(expected, abs=1e-5)
    assert len({patch.codes.any() for patch in patches}) == 2


def test_orphans_fall_silent_and_nothing_else_does() -> None:
    codes = np.array([[1, 1, 0, 2, 1, 1], [0, 1, 3, 1, 0, 1], [2, 1, 1, 1, 1, 0]], np.uint8)
    expected = [[0, 0, 0, 2, 1, 1], [0, 0, 3, 1, 0, 0], [2, 1, 1, 1, 1, 0]]
    np.testing.assert_array_equal(without_orphans(codes), expected)
    silence = np.zeros((3, 0), np.uint8)
    np.testing.assert_array_equal(without_orphans(silence), silence)


def test_the_sampler_needs_no_torch() -> None:
    code = (
        "import sys\n"
        "from model.sampler import Request, SamplingSettings\n"
        "from tests.model.configs import MIXES\n"
        "from tests.model.fakeengine import FakeEngine\n"
        "from tests.model.pieces import sampled\n"
        "for config in MIXES.values():\n"
        "    made = sampled(FakeEngine(config), Request(20), SamplingSettings(guidance=2.0))\n"
        "    assert made.any()\n"
        "print(sorted({'torch', 'lightning', 'onnxruntime'} & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert done.stdout.strip() == "[]", done.stderr
