"""Patches made whole: what the engine is asked, in which order, and when it isn't."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from model.area import Area
from model.conditions import Conditions, metre_id, place_ids
from model.config import ModelConfig
from model.engine import Codes, Floats, PatchEngine, Question, WholePatch
from model.filler import WHOLE_ROLLS
from model.noise import Noise
from model.roll import FIRST_ONSET, SILENT
from model.sampler import Request, Sampler, SamplingSettings, Trace
from model.wholepatches import first_whole
from tests.model.configs import MIXES, PITCHES, config_of, level
from tests.model.fakeengine import FakeEngine
from tests.model.pieces import random_codes, sampled

NARROW = replace(MIXES["ar,ar,ar"], window_steps=(4, 1))
WIDE = config_of(level("ar", (16, 2)), level("ar", (4, 2)), level("ar", (1, 1)))


class WholeEngine(FakeEngine):
    """Makes whole patches of two onsets that tell which patch it is, and remembers every call."""

    def __init__(self, config: ModelConfig, able: bool = True) -> None:
        super().__init__(config)
        self.able = able
        self.begun: list[int] = []
        self.told: list[tuple[int, Question]] = []
        self.patches: list[WholePatch] = []
        self.states: list[object] = []

    def composes(self) -> bool:
        return self.able

    def begin(self, level: int, told: None, children: int) -> int:
        self.begun.append(level)
        return super().begin(level, told, children)

    def flags(self, state: int, question: Question, start: int) -> Floats:
        self.told.append((start, question))
        return super().flags(state, question, start)

    def patch(self, state: object, asked: WholePatch, settings: SamplingSettings) -> Codes:
        kept = replace(asked, window=asked.window.copy(), window_known=asked.window_known.copy())
        self.patches.append(kept)
        self.states.append(state)
        return made(self.config, asked.child)


def made(config: ModelConfig, child: int) -> Codes:
    codes = np.zeros((config.height, config.levels[0].patch[1]), np.uint8)
    codes[child % config.height, 0] = FIRST_ONSET + child % config.velocity_bins
    codes[(child + 5) % config.height, -1] = FIRST_ONSET
    return codes


def music(config: ModelConfig, first: int, last: int) -> Codes:
    """Patches `first` .. `last` as the engine makes them, [P, T]."""
    return np.concatenate([made(config, child) for child in range(first, last)], axis=1)


def prompt_of(config: ModelConfig, steps: int) -> Codes:
    silent = np.zeros((1, config.height), bool)
    shape = (1, config.height, steps)
    codes: Codes = random_codes(np.random.default_rng(2), shape, config.velocity_bins, silent)[0]
    return codes


@pytest.mark.parametrize("config", [NARROW, WIDE])
def test_patches_are_asked_for_one_by_one_and_nothing_else_is(config: ModelConfig) -> None:
    engine = WholeEngine(config)
    whole: PatchEngine = engine
    patches = 16 // config.levels[0].patch[1]
    codes = sampled(whole, Request(16))
    np.testing.assert_array_equal(codes[0], music(config, 0, patches))
    assert [asked.child for asked in engine.patches] == list(range(patches))
    assert engine.begun == [0], "all patches of a stretch share one state"
    assert engine.told == []


def test_who_traces_gets_log_probabilities_and_so_goes_level_by_level() -> None:
    engine, trace = WholeEngine(NARROW), Trace()
    sampled(engine, Request(16), trace=trace)
    assert engine.patches == []
    assert trace.log_probs[0] < 0


def test_a_patch_made_whole_tells_no_log_probability() -> None:
    patches = list(Sampler(WholeEngine(NARROW)).generate(Request(16)))
    assert {patch.log_prob for patch in patches} == {None}


@pytest.mark.parametrize("config", [NARROW, WIDE])
def test_the_window_holds_the_steps_just_before_a_patch(config: ModelConfig) -> None:
    engine = WholeEngine(config)
    codes = sampled(engine, Request(16))[0]
    before, width = config.margins[1], config.levels[0].patch[1]
    behind = np.pad(codes, ((0, 0), (before, 0)))
    for asked in engine.patches:
        first = asked.child * width
        np.testing.assert_array_equal(asked.window, behind[:, first : first + before])
        known = np.arange(first - before, first) >= -1  # nothing sounds into the first step
        np.testing.assert_array_equal(
            asked.window_known, np.broadcast_to(known, asked.window.shape)
        )


@pytest.mark.parametrize("config", [NARROW, WIDE])
def test_a_patch_is_handed_the_uniforms_of_its_own_places(config: ModelConfig) -> None:
    engine = WholeEngine(config)
    sampled(engine, Request(16), SamplingSettings(seed=9))
    noise = Noise.draw(config, 9, 1, 0, 16)
    width = config.levels[0].patch[1]
    for asked in engine.patches:
        wanted: list[float] = []
        for flags, own in zip(noise.flags[:-1], config.levels[:-1], strict=True):
            columns = width // own.patch[1]
            first = asked.child * columns
            wanted += flags[0, :, first : first + columns].reshape(-1).tolist()
        for row in range(config.height):
            for step in range(asked.child * width, (asked.child + 1) * width):
                wanted += [noise.kinds[0, row, step], noise.velocities[0, row, step]]
        assert asked.uniforms.dtype == np.float32
        np.testing.assert_array_equal(asked.uniforms, np.array(wanted, np.float32))


def test_a_few_rolls_take_turns_each_with_its_own_state_noise_and_conditions() -> None:
    engine = WholeEngine(NARROW)
    prompt = prompt_of(NARROW, 3)
    codes = sampled(engine, Request(4, Conditions(metre=(4, 4)), prompt, count=3))
    for roll in codes:
        np.testing.assert_array_equal(roll, music(NARROW, 3, 7))
    assert [asked.child for asked in engine.patches] == [3, 3, 3, 4, 4, 4, 5, 5, 5, 6, 6, 6]
    assert engine.begun == [0, 0, 0]
    assert [question.content.shape[:2] for _, question in engine.told] == [(1, 3)] * 3
    noise = Noise.draw(NARROW, 0, 3, 0, 7)
    for number, asked in enumerate(engine.patches):
        roll, step = number % 3, 3 + number // 3
        assert asked.uniforms[0] == noise.flags[0][roll, 0, step]
        assert asked.uniforms[-1] == noise.velocities[roll, -1, step]


def test_a_patch_is_told_its_metre_and_place_in_the_bar() -> None:
    engine = WholeEngine(WIDE)
    sampled(engine, Request(24, Conditions(metre=(3, 4))))
    assert {asked.metre for asked in engine.patches} == {metre_id(3, 4)}
    places = place_ids(np.arange(0, 24, 2) % 12)
    assert [asked.place for asked in engine.patches] == places.tolist()


@pytest.mark.parametrize("config", [NARROW, WIDE])
def test_a_prompt_is_told_at_once_before_the_first_patch(config: ModelConfig) -> None:
    engine = WholeEngine(config)
    width, before = config.levels[0].patch[1], config.margins[1]
    prompt = prompt_of(config, 8)
    codes = sampled(engine, Request(8, prompt=prompt))[0]
    given = 8 // width
    np.testing.assert_array_equal(codes, music(config, given, 2 * given))
    ((start, question),) = engine.told
    assert start == 0
    assert question.content.shape[:2] == (1, given)
    np.testing.assert_array_equal(question.content[0, 1], prompt[:, :width])
    assert engine.patches[0].child == given
    np.testing.assert_array_equal(engine.patches[0].window, prompt[:, 8 - before :])
    assert engine.patches[0].window_known.all()


def test_a_few_rolls_take_turns_each_with_its_own_state_and_chance() -> None:
    engine = WholeEngine(NARROW)
    codes = sampled(engine, Request(4, count=3), SamplingSettings(seed=9))
    for roll in codes:
        np.testing.assert_array_equal(roll, music(NARROW, 0, 4))
    assert [asked.child for asked in engine.patches] == [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3]
    assert engine.begun == [0, 0, 0]
    kinds = Noise.draw(NARROW, 9, 3, 0, 4).kinds
    for index, asked in enumerate(engine.patches):
        step, roll = divmod(index, 3)
        cells = asked.uniforms[-2 * NARROW.height :].reshape(NARROW.height, 2)
        np.testing.assert_array_equal(cells[:, 0], kinds[roll, :, step])


def test_beyond_the_context_each_stretch_begins_with_the_end_of_the_last() -> None:
    config = replace(NARROW, context_steps=16)
    engine = WholeEngine(config)
    codes = sampled(engine, Request(32))[0]
    children = [asked.child for asked in engine.patches]
    assert children == [*range(16), *range(8, 16), *range(8, 16)]
    assert engine.begun == [0, 0, 0]
    assert [question.content.shape[1] for _, question in engine.told] == [8, 8]
    np.testing.assert_array_equal(engine.patches[16].window, codes[:, 12:16])


def refusing() -> dict[str, tuple[ModelConfig, Request, SamplingSettings]]:
    plain = SamplingSettings()
    return {
        "many rolls": (NARROW, Request(8, count=WHOLE_ROLLS + 1), plain),
        "padding at the end": (WIDE, Request(7), plain),
        "a prompt that ends inside a patch": (WIDE, Request(9, prompt=prompt_of(WIDE, 3)), plain),
        "guidance": (NARROW, Request(8), SamplingSettings(guidance=2.0)),
    }


@pytest.mark.parametrize("why", refusing())
def test_level_by_level_it_goes_with(why: str) -> None:
    config, request, settings = refusing()[why]
    engine = WholeEngine(config)
    codes = sampled(engine, request, settings)
    assert engine.patches == []
    assert engine.told
    np.testing.assert_array_equal(codes, sampled(FakeEngine(config), request, settings))


def test_an_engine_that_does_not_compose_is_asked_level_by_level() -> None:
    engine = WholeEngine(NARROW, able=False)
    codes = sampled(engine, Request(8))
    assert engine.patches == []
    np.testing.assert_array_equal(codes, sampled(FakeEngine(NARROW), Request(8)))


def area_of(given: int, right: int = 1) -> Area:
    """One roll of eight steps, the first `given` of them known."""
    known = np.zeros((1, PITCHES, 2 + 8 + right), bool)
    known[0, :, 1 : 2 + given] = True
    none = np.zeros(1, np.int64)
    codes = np.full(known.shape, SILENT, np.uint8)
    return Area(codes, known, np.zeros((1, 8), bool), none, none, none, 0, 2, right)


def test_whole_patches_begin_behind_what_is_given() -> None:
    assert first_whole(area_of(0), 2) == 0
    assert first_whole(area_of(4), 2) == 2
    assert first_whole(area_of(8), 2) == 4


def test_whole_patches_want_nothing_known_further_right() -> None:
    for step in (5, 8):  # inside the roll, and just behind it
        area = area_of(4)
        area.known[0, 3, 2 + step] = True
        assert first_whole(area, 2) is None


def test_whole_patches_want_whole_columns_given() -> None:
    area = area_of(4)
    area.known[0, 3, 2 + 3] = False
    assert first_whole(area, 2) is None
    assert first_whole(area_of(3), 2) is None


def test_the_sampler_knows_a_patch_engine_by_its_methods() -> None:
    assert isinstance(WholeEngine(NARROW), PatchEngine)
    assert not isinstance(FakeEngine(NARROW), PatchEngine)
