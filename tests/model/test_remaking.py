"""Making a region anew: all else stays as it is, notes across its border stay legal."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.conditions import metre_id, place_ids
from model.config import ModelConfig
from model.engine import Codes, Known
from model.keeping import flags_of, hears_only_the_past
from model.remaking import Passage, Remaker, mended
from model.roll import FIRST_ONSET, HELD, SILENT
from model.sampler import Request, SamplingError, SamplingSettings
from tests.model.configs import MIXES, TIME_FIRST, configs
from tests.model.fakeengine import FakeEngine
from tests.model.generators import engine_of
from tests.model.pieces import BAR, is_canonical, random_codes, sampled

logits = st.tuples(*[st.floats(-4, 4, width=32)] * 3)


def music(config: ModelConfig, steps: int, seed: int = 0) -> Codes:
    rng, nothing = np.random.default_rng(seed), np.zeros((1, config.height), bool)
    codes: Codes = random_codes(rng, (1, config.height, steps), config.velocity_bins, nothing)[0]
    return codes


def passage_of(codes: Codes, free: Known, **changes: Any) -> Passage:
    steps = codes.shape[1]
    place = place_ids(np.arange(steps) % BAR)
    return Passage(codes, free, np.full(steps, metre_id(4, 4)), place, **changes)


def region(codes: Codes, start: int, stop: int, low: int = 0, high: int | None = None) -> Known:
    free = np.zeros(codes.shape, bool)
    free[low : codes.shape[0] if high is None else high, start:stop] = True
    return free


def remade(engine: Any, passage: Passage, seed: int = 1) -> Codes:
    remaker = Remaker(engine, passage, SamplingSettings(seed=seed))
    for _ in remaker.patches():
        pass
    return remaker.codes


@settings(max_examples=60)
@given(
    config=configs(),
    flags=logits,
    kinds=logits,
    steps=st.integers(1, 60),
    seed=st.integers(0, 2**32),
    keep=st.integers(0, 4),
    data=st.data(),
)
def test_whatever_an_engine_says_nothing_outside_changes_and_all_is_legal(
    config: ModelConfig,
    flags: tuple[float, float, float],
    kinds: tuple[float, float, float],
    steps: int,
    seed: int,
    keep: int,
    data: st.DataObject,
) -> None:
    codes = music(config, steps, seed)
    start = data.draw(st.integers(0, steps - 1))
    low = data.draw(st.integers(0, config.height - 1))
    free = region(
        codes,
        start,
        data.draw(st.integers(start + 1, steps)),
        low,
        data.draw(st.integers(low + 1, config.height)),
    )
    keep = min(keep, len(config.levels) - 1)
    engine = FakeEngine(config, flags, kinds)
    made = remade(engine, passage_of(codes, free, keep_levels=keep), seed)
    np.testing.assert_array_equal(made[~free], codes[~free])
    assert is_canonical(made[None])
    assert made.max() < FIRST_ONSET + config.velocity_bins


@pytest.mark.parametrize("mix", [name for name in MIXES if MIXES[name].exact])
def test_exact_models_need_no_mending(mix: str) -> None:
    """The rules alone see to notes that cross the border; nothing is put right afterwards."""
    config = MIXES[mix]
    codes = music(config, 40, 3)
    free = region(codes, 9, 22, 2, 13)
    remaker = Remaker(engine_of(config), passage_of(codes, free), SamplingSettings(seed=2))
    whole = np.where(free, np.uint8(SILENT), codes)
    for patch in remaker.patches():
        tall, wide = patch.codes.shape
        rows = slice(patch.low_pitch, patch.low_pitch + tall)
        whole[rows, patch.start_step : patch.start_step + wide] = patch.codes
    assert is_canonical(whole[None])
    np.testing.assert_array_equal(whole, remaker.codes)
    assert (whole[free] != codes[free]).any()


@pytest.mark.parametrize("mix", MIXES)
def test_the_same_seed_gives_the_same_notes_and_another_seed_others(mix: str) -> None:
    engine = engine_of(MIXES[mix])
    codes = music(engine.config, 40)
    passage = passage_of(codes, region(codes, 8, 24))
    first, again, other = (remade(engine, passage, seed) for seed in (5, 5, 6))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


@pytest.mark.parametrize("mix", TIME_FIRST)
def test_making_everything_is_generating(mix: str) -> None:
    """Stretches, noise and rules are those of the sampler, beyond the context, too."""
    config = replace(MIXES[mix], context_steps=16)
    engine = engine_of(config)
    made = sampled(engine, Request(40), SamplingSettings(seed=3))[0]
    silence = np.zeros_like(made)
    passage = passage_of(silence, np.ones(silence.shape, bool))
    again = remade(engine, passage, 3)
    np.testing.assert_array_equal(again, mended(made, passage.free, silence))


@pytest.mark.parametrize("mix", [name for name in MIXES if hears_only_the_past(MIXES[name])])
def test_a_model_makes_a_stretch_of_its_own_music_as_it_did(mix: str) -> None:
    """Known music on both sides, the same noise: the same notes."""
    engine = engine_of(MIXES[mix])
    made = sampled(engine, Request(48), SamplingSettings(seed=6))[0]
    free = region(made, 16, 32)
    again = remade(engine, passage_of(made, free), 6)
    first_apart = np.flatnonzero((again != made).any(0))
    assert not len(first_apart) or first_apart[0] >= 32 - engine.config.levels[0].patch[1]


def test_which_mixes_hear_only_the_past() -> None:
    deaf = {name for name in MIXES if hears_only_the_past(MIXES[name])}
    assert deaf == {"ar,ar", "ar,ar,ar", "ar,mar,ar by rows", "ar,ar,ar,ar"}


@pytest.mark.parametrize("mix", [name for name in MIXES if MIXES[name].levels[0].kind == "mar"])
def test_what_follows_is_heard_where_a_model_can_hear_it(mix: str) -> None:
    engine = engine_of(MIXES[mix])
    codes = music(engine.config, 40)
    free = region(codes, 8, 24)
    other = codes.copy()
    other[:, 24:] = music(engine.config, 16, 9)
    other[:, 24][codes[:, 24] == HELD] = HELD
    other = np.where((other == HELD) & (codes != HELD), np.uint8(FIRST_ONSET), other)
    made = [remade(engine, passage_of(one, free), 4)[:, 8:24] for one in (codes, other)]
    assert made[0].shape == made[1].shape
    assert (made[0] != made[1]).any()


@pytest.mark.parametrize("levels", [1, 2])
@pytest.mark.parametrize("mix", ["ar,ar,ar", "ar,ar,ar,ar", "mar,mar,mar,mar", "ar,ar,mar,mar"])
def test_kept_levels_say_what_they_said(mix: str, levels: int) -> None:
    """Silent patches stay silent and active ones active; cells in them are new."""
    engine = engine_of(MIXES[mix])
    config = engine.config
    codes = music(config, 32, 7)
    made = remade(engine, passage_of(codes, region(codes, 0, 32), keep_levels=levels), 1)
    nothing = codes[:, :0]
    for own in config.levels[:levels]:
        was, now = (flags_of(one, nothing, 32, own.patch) for one in (codes, made))
        assert ((was == 0) == (now == 0)).mean() > 0.9
    assert (made != codes).any()


def test_a_kept_note_that_began_in_the_region_begins_at_its_border() -> None:
    before = np.array([[5, 1, 1, 1, 1, 0]], np.uint8)
    free = np.array([[True, True, True, False, False, False]])
    made = np.array([[0, 0, 0, 1, 1, 0]], np.uint8)
    np.testing.assert_array_equal(mended(made, free, before), [[0, 0, 5, 1, 1, 0]])
    made[0, 2] = HELD
    np.testing.assert_array_equal(mended(made, free, before), [[0, 0, 5, 1, 1, 0]])
    made[0, 1:3] = 4, HELD
    np.testing.assert_array_equal(mended(made, free, before), made)


def test_orphans_inside_the_region_fall_silent() -> None:
    before = np.zeros((1, 5), np.uint8)
    made = np.array([[1, 0, 1, 3, 1]], np.uint8)
    free = np.ones((1, 5), bool)
    np.testing.assert_array_equal(mended(made, free, before), [[0, 0, 0, 3, 1]])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"free": np.zeros((16, 8), bool)}, "nothing of the music may change"),
        ({"codes": np.zeros((12, 8), np.uint8)}, "the model makes 16"),
        ({"codes": np.full((16, 8), 9, np.uint8)}, "grid of 3 velocity bins"),
        ({"keep_levels": 2}, "can't keep 2 levels of 2"),
    ],
)
def test_what_a_model_can_not_make_is_refused(changes: dict[str, Any], message: str) -> None:
    silence = np.zeros((16, 8), np.uint8)
    passage = replace(passage_of(silence, np.ones((16, 8), bool)), **changes)
    with pytest.raises(SamplingError, match=message):
        Remaker(FakeEngine(MIXES["ar,ar"]), passage, SamplingSettings())
