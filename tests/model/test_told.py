"""Cells that are told of the music to come come out as told; a pace takes fewer rounds."""

from __future__ import annotations

import numpy as np
import pytest

from model.engine import Codes, Known
from model.pace import Pace
from model.roll import FIRST_ONSET, HELD, SILENT
from model.sampler import Request, Sampler, SamplingError, SamplingSettings
from tests.model.configs import MIXES
from tests.model.fakeengine import FakeEngine
from tests.model.generators import engine_of
from tests.model.pieces import is_canonical, random_codes, sampled

STEPS = 13
PROMPT = 6


def told_of(seed: int, steps: int) -> tuple[Codes, Codes, Known]:
    """A prompt, and the steps after it of which a few rows are known: legal music together."""
    rng = np.random.default_rng(seed)
    whole = random_codes(rng, (1, 16, PROMPT + steps), 3, np.zeros((1, 16), bool))[0]
    known = np.zeros((16, steps), bool)
    known[rng.choice(16, 5, replace=False)] = True
    return whole[:, :PROMPT], whole[:, PROMPT:], known


@pytest.mark.parametrize("steps", [3, STEPS, 20])
@pytest.mark.parametrize("mix", MIXES)
def test_what_is_told_comes_out_as_it_is(mix: str, steps: int) -> None:
    config = MIXES[mix]
    for seed in range(3):
        prompt, told, known = told_of(seed, steps)
        request = Request(STEPS, prompt=prompt, told=told, told_known=known, count=2)
        made = sampled(FakeEngine(config), request, SamplingSettings(seed=seed))
        shared = min(steps, STEPS)
        kept = known[:, :shared]
        for one in made:
            np.testing.assert_array_equal(one[:, :shared][kept], told[:, :shared][kept])
        whole = np.concatenate([np.repeat(prompt[None], 2, 0), made], 2)
        assert is_canonical(whole) or not config.exact


@pytest.mark.parametrize("mix", MIXES)
def test_what_is_made_depends_on_what_is_told(mix: str) -> None:
    engine = engine_of(MIXES[mix])
    known = np.zeros((16, 8), bool)
    known[4:6] = True
    made = []
    for cell in (SILENT, FIRST_ONSET + 2):
        told = np.full((16, 8), cell, np.uint8)
        request = Request(16, told=told, told_known=known, count=4)
        made.append(sampled(engine, request, SamplingSettings(seed=1)))
    assert (np.delete(made[0], (4, 5), 1) != np.delete(made[1], (4, 5), 1)).any()


@pytest.mark.parametrize("mix", [name for name in MIXES if MIXES[name].exact])
def test_being_told_of_nothing_changes_nothing(mix: str) -> None:
    engine = engine_of(MIXES[mix])
    nothing = np.zeros((16, 8), np.uint8)
    made = [
        sampled(engine, request, SamplingSettings(seed=3))
        for request in (Request(16), Request(16, told=nothing, told_known=nothing > 0))
    ]
    np.testing.assert_array_equal(made[0], made[1])


def test_a_held_key_goes_on_from_the_prompt() -> None:
    prompt = np.zeros((16, 4), np.uint8)
    prompt[7, 2:] = FIRST_ONSET, HELD
    told = np.zeros((16, 8), np.uint8)
    told[7] = HELD
    request = Request(16, prompt=prompt, told=told, told_known=told > 0)
    made = sampled(engine_of(MIXES["ar,ar,ar"]), request)[0]
    assert (made[7, :8] == HELD).all()


def test_what_is_told_must_have_the_model_s_rows_and_a_mask_of_its_shape() -> None:
    cells = np.zeros((12, 8), np.uint8)
    with pytest.raises(SamplingError, match="both must have"):
        Request(8, told=cells)
    with pytest.raises(SamplingError, match="told of 12 rows"):
        sampled(FakeEngine(MIXES["ar,ar"]), Request(8, told=cells, told_known=cells > 0))


@pytest.mark.parametrize("mix", MIXES)
def test_what_is_wanted_soon_is_made_before_the_rest(mix: str) -> None:
    prompt, told, known = told_of(1, 8)
    request = Request(40, prompt=prompt, told=told, told_known=known, soon=9)
    engine = FakeEngine(MIXES[mix])
    ends = [
        patch.start_step + patch.codes.shape[1]
        for patch in Sampler(engine).generate(request, SamplingSettings(seed=1))
    ]
    later = next(index for index, end in enumerate(ends) if end > 9)
    assert max(ends[:later]) == 9
    assert min(ends[later:]) > 9
    made = sampled(engine, request, SamplingSettings(seed=1))
    np.testing.assert_array_equal(made[0][:, :8][known], told[known])


# --- Pace ----------------------------------------------------------------------------------------


class Counting(FakeEngine):
    """Counts how often MAR levels are asked about, which is once a round."""

    rounds = 0

    def flags(self, state, question, start):  # type: ignore[no-untyped-def]
        self.rounds += question.known is not None
        return super().flags(state, question, start)

    def cells(self, state, codes, known):  # type: ignore[no-untyped-def]
        self.rounds += known is not None
        return super().cells(state, codes, known)


@pytest.mark.parametrize("mix", [name for name in MIXES if not MIXES[name].exact])
def test_a_smaller_share_takes_fewer_rounds(mix: str) -> None:
    counts = []
    for share in (1.0, 0.5, 0.0):
        engine = Counting(MIXES[mix], flags=(0.0, 0.0, 4.0))
        pace = Pace(share)
        for _ in Sampler(engine).generate(Request(32), SamplingSettings(rounds=8), pace=pace):
            pass
        counts.append(engine.rounds)
        assert pace.take_shortened() == (share < 1)
        assert not pace.take_shortened()
    assert counts[0] > counts[1] >= counts[2] > 0


def test_a_pace_changes_what_begins_after_it() -> None:
    engine = Counting(MIXES["ar,mar,ar by rows"], flags=(0.0, 0.0, 4.0))
    pace = Pace()
    made = Sampler(engine).generate(Request(32), SamplingSettings(rounds=8), pace=pace)
    rounds = []
    for index, _ in enumerate(made):
        rounds.append(engine.rounds)
        engine.rounds = 0
        if index == 3:
            pace.set(0.25)
    assert min(rounds[1:4]) > max(rounds[5:])


def test_shares_of_rounds() -> None:
    pace = Pace()
    assert pace.rounds(8, 4) == 8
    pace.set(0.5)
    assert [pace.rounds(own, 16) for own in (1, 3, 8)] == [1, 2, 4]
    assert pace.rounds(8, 4) == 2
    pace.set(0.0)
    assert [pace.rounds(own, 16) for own in (1, 2, 8)] == [1, 2, 2]
    with pytest.raises(SamplingError, match="ask for 0 to 1"):
        pace.set(1.5)


@pytest.mark.parametrize("mix", MIXES)
def test_it_is_told_beforehand_whether_a_model_can_be_hurried(mix: str) -> None:
    config = MIXES[mix]
    assert not Pace().shortens(config)
    assert Pace(0.3).shortens(config) != config.exact
    assert not Pace(0.3).shortens(config, asked=2)
