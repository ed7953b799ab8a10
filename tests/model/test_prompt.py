"""Going on from a prompt: it stays as it is, it is heard, and what follows fits to it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from model.conditions import Conditions
from model.config import ModelConfig
from model.engine import Codes, Engine, Floats, Ints, Known, Question, RollIds
from model.roll import FIRST_ONSET, HELD, SILENT
from model.sampler import Request, SamplingError, SamplingSettings
from model.surroundings import level_order
from tests.model.configs import MIXES, TIME_FIRST
from tests.model.fakeengine import FakeEngine
from tests.model.generators import engine_of
from tests.model.pieces import is_canonical, random_codes, sampled

PROMPT_STEPS = 11
STEPS = 13


def prompt_of(rows: int, seed: int = 0, steps: int = PROMPT_STEPS) -> Codes:
    nothing = np.zeros((1, rows), bool)
    codes: Codes = random_codes(np.random.default_rng(seed), (1, rows, steps), 3, nothing)[0]
    return codes


@dataclass
class Watched:
    """Nodes of a level, and what was known of them when the engine was asked about them last."""

    level: int
    inner: Any
    content: Codes | None = None
    known: Known | None = None

    def look_again(self, content: Codes, known: Known) -> None:
        """What was known is still known, and has not changed; more is known than before."""
        if self.known is not None and self.content is not None:
            assert known[self.known].all()
            assert known.sum() > self.known.sum()
            np.testing.assert_array_equal(content[self.known], self.content[self.known])
        assert not content[~known].any()
        self.content, self.known = content.copy(), known.copy()


@dataclass
class Witness:
    """An engine that watches what MAR levels are shown round after round."""

    engine: Engine
    watched: list[Watched] = field(default_factory=list)
    first_round: Known | None = None

    def __post_init__(self) -> None:
        self.config, self.name = self.engine.config, self.engine.name

    def root(self, ids: RollIds) -> Any:
        return self.engine.root(ids)

    def begin(self, level: int, told: Any, children: int) -> Watched:
        self.watched.append(Watched(level, self.engine.begin(level, told, children)))
        return self.watched[-1]

    def flags(self, state: Watched, question: Question, start: int) -> Floats:
        if question.known is not None:
            if state.level == 0 and state.known is None:
                self.first_round = question.known.copy()
            state.look_again(question.content, question.known)
        return self.engine.flags(state.inner, question, start)

    def below(self, state: Watched, node: Ints, child: Ints) -> Any:
        return self.engine.below(state.inner, node, child)

    def look(self, told: Any, codes: Codes, known: Known, row: Ints) -> Watched:
        last = len(self.config.levels) - 1
        self.watched.append(Watched(last, self.engine.look(told, codes, known, row)))
        return self.watched[-1]

    def cells(self, state: Watched, codes: Codes, known: Known | None) -> tuple[Floats, Floats]:
        if known is not None:
            state.look_again(codes, known)
        return self.engine.cells(state.inner, codes, known)


@pytest.mark.parametrize("prompted", [0, 8, PROMPT_STEPS])
@pytest.mark.parametrize("mix", [name for name in MIXES if not MIXES[name].exact])
def test_mar_never_changes_what_is_known(mix: str, prompted: int) -> None:
    config = MIXES[mix]
    witness = Witness(FakeEngine(config, flags=(0.0, 0.0, 2.0)))
    prompt = prompt_of(config.height, steps=prompted)
    sampled(witness, Request(STEPS, prompt=prompt, count=2), SamplingSettings(seed=1))
    seen = {nodes.level for nodes in witness.watched if nodes.known is not None}
    assert seen == {level for level, own in enumerate(config.levels) if own.kind == "mar"}


@pytest.mark.parametrize("prompted", [0, 8, PROMPT_STEPS])
@pytest.mark.parametrize("mix", [name for name in MIXES if MIXES[name].levels[0].kind == "mar"])
def test_mar_shows_prompt_and_music_as_they_come_out(mix: str, prompted: int) -> None:
    """In the last round of level 0 all patches but one are there: the prompt's and what is made."""
    config = MIXES[mix]
    witness = Witness(FakeEngine(config))
    prompt = prompt_of(config.height, steps=prompted)
    made = sampled(witness, Request(STEPS, prompt=prompt, count=2), SamplingSettings(seed=1))
    whole = np.concatenate([np.repeat(prompt[None], 2, 0), made], 2)
    height, width = config.levels[0].patch
    padded = config.padded_steps(whole.shape[2])
    whole = np.pad(whole, ((0, 0), (0, 0), (0, padded - whole.shape[2])))
    order = level_order(config, 0, padded)
    patches = [
        whole[:, row * height : (row + 1) * height, column * width : (column + 1) * width]
        for row, column in zip(order.row, order.column, strict=True)
    ]
    shown = witness.watched[0]
    assert shown.known is not None
    assert shown.content is not None
    assert ((~shown.known).sum(1) == 1).all()
    np.testing.assert_array_equal(shown.content[shown.known], np.stack(patches, 1)[shown.known])
    in_prompt = np.broadcast_to((order.column + 1) * width <= prompted, (2, len(order)))
    np.testing.assert_array_equal(witness.first_round, in_prompt)


class Hearing(FakeEngine):
    """A fake that remembers what it was shown of each patch of level 0, once it was finished."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__(config, flags=(0.0, 0.0, 9.0))  # a surprise everywhere
        self.heard: dict[int, Codes] = {}

    def flags(self, state: int, question: Question, start: int) -> Floats:
        if state == 0 and start:
            self.heard[start - 1] = question.content[:, 0].copy()
        return super().flags(state, question, start)


def test_a_patch_that_the_prompt_began_keeps_its_beginning_and_is_heard_as_a_whole() -> None:
    """Patches of four steps; the prompt of eleven ends inside the third."""
    engine = Hearing(MIXES["ar,ar,ar,ar"])
    prompt = prompt_of(16)
    made = sampled(engine, Request(STEPS, prompt=prompt, count=2), SamplingSettings(seed=1))
    whole = np.concatenate([np.repeat(prompt[None], 2, 0), made], 2)
    for patch in (2, 3, 4):
        np.testing.assert_array_equal(engine.heard[patch], whole[:, :, 4 * patch : 4 * (patch + 1)])


@pytest.mark.parametrize("prompted", [1, 8, PROMPT_STEPS])
@pytest.mark.parametrize("mix", MIXES)
def test_cells_around_the_prompt_s_end_fit_to_it(mix: str, prompted: int) -> None:
    """Where a prompt ends inside a patch, the rest of the patch goes on from it."""
    config = MIXES[mix]
    prompt = prompt_of(config.height, steps=prompted)
    for kinds in ((0.0, 4.0, 0.0), (0.0, 0.0, 4.0)):
        engine = FakeEngine(config, kinds=kinds)
        made = sampled(engine, Request(STEPS, prompt=prompt, count=4), SamplingSettings(seed=2))
        whole = np.concatenate([np.repeat(prompt[None], 4, 0), made], 2)
        silent_before = prompt[:, -1] == SILENT
        assert not (made[:, silent_before, 0] == HELD).any()
        assert is_canonical(whole) or not config.exact


@pytest.mark.parametrize("mix", [name for name in TIME_FIRST if MIXES[name].exact])
def test_a_model_goes_on_from_its_own_music_as_it_did(mix: str) -> None:
    engine = engine_of(MIXES[mix])
    settings = SamplingSettings(seed=6)
    whole = sampled(engine, Request(24, count=2), settings)
    request = Request(16, prompt=whole[1, :, :8], prompt_places=np.arange(8), count=2)
    np.testing.assert_array_equal(sampled(engine, request, settings)[1], whole[1, :, 8:])


@pytest.mark.parametrize("mix", MIXES)
def test_what_is_made_depends_on_the_prompt(mix: str) -> None:
    engine = engine_of(MIXES[mix])
    made = [
        sampled(engine, Request(16, prompt=prompt_of(16, seed)), SamplingSettings(seed=1))
        for seed in range(2)
    ]
    assert (made[0] != made[1]).any()


def test_a_prompt_longer_than_the_context_is_heard_as_far_as_that_reaches() -> None:
    config = replace(MIXES["ar,ar,ar"], context_steps=16)
    engine = engine_of(config)
    prompt, other = prompt_of(16, 0, 40), prompt_of(16, 1, 40)
    other[:, 30:] = prompt[:, 30:]
    made = [
        sampled(engine, Request(16, Conditions(), one, count=4), SamplingSettings(seed=4))
        for one in (prompt, other)
    ]
    np.testing.assert_array_equal(made[0], made[1])
    other[:, 38] = FIRST_ONSET
    changed = sampled(engine, Request(16, Conditions(), other, count=4), SamplingSettings(seed=4))
    assert (made[0] != changed).any()


def test_an_empty_prompt_is_no_prompt() -> None:
    engine = FakeEngine(MIXES["ar,ar,ar"])
    empty = np.zeros((16, 0), np.uint8)
    made = [sampled(engine, Request(20, prompt=prompt)) for prompt in (None, empty)]
    np.testing.assert_array_equal(made[0], made[1])


def test_prompts_may_be_of_any_whole_type_and_are_left_alone() -> None:
    prompt: NDArray[np.int64] = prompt_of(16).astype(np.int64)
    kept = prompt.copy()
    sampled(FakeEngine(MIXES["mar,mar"]), Request(20, prompt=prompt))  # type: ignore[arg-type]
    np.testing.assert_array_equal(prompt, kept)


@pytest.mark.parametrize("shape", [(12, 8), (1, 16, 8), (16,)])
def test_a_prompt_of_another_shape_is_refused(shape: tuple[int, ...]) -> None:
    request = Request(8, prompt=np.zeros(shape, np.uint8))
    with pytest.raises(SamplingError, match="the model wants 16 rows x steps"):
        sampled(FakeEngine(MIXES["ar,ar"]), request)


def test_a_prompt_with_more_velocities_than_the_model_s_is_refused() -> None:
    prompt = np.full((16, 8), FIRST_ONSET + 3, np.uint8)
    with pytest.raises(SamplingError, match="grid of 3 velocity bins"):
        sampled(FakeEngine(MIXES["ar,ar"]), Request(8, prompt=prompt))


def test_a_prompt_needs_a_place_for_each_of_its_steps() -> None:
    request = Request(8, prompt=np.zeros((16, 8), np.uint8), prompt_places=np.arange(7))
    with pytest.raises(SamplingError, match="8 steps, but 7 places in the bar"):
        sampled(FakeEngine(MIXES["ar,ar"]), request)
