"""Guidance: away from what the model would do untold, by scale and schedule."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest

from model.conditions import Conditions
from model.config import ModelConfig
from model.engine import Codes, Floats, Ints, Known, Question, RollIds
from model.guidance import GuidedEngine
from model.sampler import Request, SamplingSettings
from model.settings import Schedule
from tests.model.configs import MIXES, config_of, level
from tests.model.generators import engine_of
from tests.model.pieces import sampled

STYLES = ("bach", "pop")


@dataclass
class StyleEngine:
    """Says 1 where a style was told and 0.25 where not, and more where metre or place were."""

    config: ModelConfig
    name: str = "style"

    def root(self, ids: RollIds) -> Floats:
        return np.where((ids.style + ids.key + ids.density) > 0, np.float32(1), np.float32(0.25))

    def begin(self, level: int, told: Floats, children: int) -> Floats:
        return told

    def flags(self, state: Floats, question: Question, start: int) -> Floats:
        said = np.tile(state[:, None, None], (1, question.content.shape[1], 3))
        if question.metre is not None and question.place is not None:
            said += (7 * (question.metre > 0) + 3 * (question.place > 0))[..., None]
        return said.astype(np.float32)

    def below(self, state: Floats, node: Ints, child: Ints) -> Floats:
        return state[node]

    def look(self, told: Floats, codes: Codes, known: Known, row: Ints) -> Floats:
        assert len(told) == len(codes) == len(known) == len(row)
        return told

    def cells(self, state: Floats, codes: Codes, known: Known | None) -> tuple[Floats, Floats]:
        said = np.tile(state[:, None, None], (1, codes.shape[1], 1))
        return np.tile(said, (1, 1, 3)), np.tile(said, (1, 1, 2))


CONFIG = config_of(level("ar", (16, 2)), level("mar", (4, 2)), level("ar", (1, 1)), styles=STYLES)
TOLD = RollIds(np.array([2, 0, 0]), np.array([0, 3, 0]), np.array([0, 0, 1]))


def question(rolls: int, children: int, *, known: int | None = None) -> Question:
    """About so many children; for MAR, of which `known` are."""
    shape = (rolls, children)
    around = np.zeros((*shape, 4, 16, 2), np.uint8)
    return Question(
        content=around[:, :, 0],
        known=None if known is None else np.tile(np.arange(children) < known, (rolls, 1)),
        around=around,
        around_known=around > 0,
        row=np.zeros(shape, np.int64),
        column=np.arange(children),
        metre=np.ones(shape, np.int64),
        place=np.ones(shape, np.int64),
    )


def guided(scale: float, schedule: Schedule) -> GuidedEngine:
    return GuidedEngine(StyleEngine(CONFIG), scale, schedule)


@pytest.mark.parametrize("scale", [0.0, 0.5, 1.0, 3.0])
def test_logits_are_pushed_away_from_the_untold_ones(scale: float) -> None:
    engine = guided(scale, "constant")
    state = engine.begin(0, engine.root(TOLD), 8)
    found = engine.flags(state, question(3, 8), 0)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, np.full((3, 8, 3), 0.25 + scale * (11 - 0.25)), rtol=1e-6)


def test_linear_guidance_grows_along_an_ar_level_until_it_has_its_scale() -> None:
    engine = guided(5.0, "linear")
    state = engine.begin(0, engine.root(TOLD), 8)
    first = engine.flags(state, question(3, 3), 0)
    rest = engine.flags(state, question(3, 5), 3)
    found = (np.concatenate([first, rest], 1) - 0.25) / (11 - 0.25)
    expected = 1 + 4 * np.arange(1, 9) / 8
    np.testing.assert_allclose(found, np.tile(expected[:, None], (3, 1, 3)), rtol=1e-5)


def test_linear_guidance_of_a_mar_level_grows_with_what_is_known() -> None:
    engine = guided(5.0, "linear")
    state = engine.begin(0, engine.root(TOLD), 8)
    for known in (0, 2, 8):
        found = engine.flags(state, question(3, 8, known=known), 0)
        scale = (found - 0.25) / (11 - 0.25)
        np.testing.assert_allclose(scale, np.full_like(scale, 1 + 4 * known / 8), rtol=1e-5)


def test_both_conditions_go_down_to_the_cells() -> None:
    engine = guided(2.0, "constant")
    state = engine.begin(0, engine.root(TOLD), 8)
    engine.flags(state, question(3, 8), 0)
    below = engine.below(state, np.array([2, 0]), np.array([1, 5]))
    window = np.zeros((2, 10, 4), np.uint8)
    cells = engine.look(below, window, window > 0, np.zeros(2, np.int64))
    for known in (None, np.zeros((2, 8), bool)):
        kinds, velocities = engine.cells(cells, np.zeros((2, 8), np.uint8), known)
        np.testing.assert_allclose(kinds, np.full((2, 8, 3), 0.25 + 2 * 0.75), rtol=1e-6)
        np.testing.assert_allclose(velocities, np.full((2, 8, 2), 0.25 + 2 * 0.75), rtol=1e-6)


MIX_NAMES = ["ar,ar,ar", "mar,mar,mar,mar", "ar,ar,mar,mar", "ar,ar,ar,ar by rows"]
ASKED = Conditions(style="pop", key=9, density=1.0)


@pytest.mark.parametrize("schedule", ["constant", "linear"])
@pytest.mark.parametrize("mix", MIX_NAMES)
def test_guidance_of_one_is_no_guidance(mix: str, schedule: Schedule) -> None:
    engine = engine_of(replace(MIXES[mix], styles=STYLES))
    request = Request(16, ASKED, count=2)
    settings = SamplingSettings(seed=3, guidance=1.0, guidance_schedule=schedule)
    plain = sampled(engine, request, SamplingSettings(seed=3))
    np.testing.assert_array_equal(sampled(engine, request, settings), plain)
    twice = GuidedEngine(engine, 1.0, schedule)
    np.testing.assert_array_equal(sampled(twice, request, SamplingSettings(seed=3)), plain)


@pytest.mark.parametrize("mix", MIX_NAMES)
def test_guidance_changes_the_music_and_its_schedule_does_too(mix: str) -> None:
    engine = engine_of(replace(MIXES[mix], styles=STYLES))
    request = Request(32, ASKED, count=2)
    plain = SamplingSettings()
    constant = SamplingSettings(guidance=4.0)
    linear = SamplingSettings(guidance=4.0, guidance_schedule="linear")
    made = [sampled(engine, request, settings) for settings in (plain, constant, linear)]
    assert (made[0] != made[1]).any()
    assert (made[0] != made[2]).any()
    assert (made[1] != made[2]).any()


@pytest.mark.parametrize("mix", MIX_NAMES)
def test_guidance_of_nothing_asked_is_no_guidance(mix: str) -> None:
    """Told and untold are then the same."""
    engine = engine_of(MIXES[mix])
    request = Request(16, Conditions(metre=None), count=2)
    plain = sampled(engine, request)
    np.testing.assert_array_equal(sampled(engine, request, SamplingSettings(guidance=7.0)), plain)
