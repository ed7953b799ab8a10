"""What can be asked of the sampler, what it tells the engine, and the rolls that come back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from model.conditions import Conditions
from model.roll import SILENT
from model.sampler import Request, Sampler, SamplingError, bar_steps, make_rolls
from tests.model.configs import MIXES, config_of, level
from tests.model.fakeengine import FakeEngine, ListeningEngine
from tests.model.pieces import BAR, sampled

FULL = config_of(level("ar", (128, 1)), level("ar", (16, 1)), level("ar", (1, 1)), pitches=128)


def test_made_rolls_are_rolls_in_their_metre_and_tempo() -> None:
    request = Request(24, Conditions(metre=(3, 4)), count=2)
    rolls = make_rolls(Sampler(FakeEngine(FULL)), request, bpm=90.0, program=5)
    assert len(rolls) == 2
    for roll in rolls:
        assert roll.steps == 24
        assert roll.grid.velocity_bins == FULL.velocity_bins
        assert list(roll.bar_starts()) == [0, 12]
        assert roll.tempos[0].bpm == 90
        assert roll.parts[0].program == 5
        assert roll.notes()
    assert not rolls[0].same_as(rolls[1])


def test_a_whole_roll_needs_an_end() -> None:
    with pytest.raises(SamplingError, match="number of steps"):
        make_rolls(Sampler(FakeEngine(FULL)), Request(None))


@pytest.mark.parametrize(("steps", "count"), [(0, 1), (-4, 1), (8, 0)])
def test_nothing_can_not_be_made(steps: int, count: int) -> None:
    with pytest.raises(SamplingError, match="at least 1"):
        Request(steps, count=count)


def test_a_style_that_the_model_lacks_is_refused_with_those_it_has() -> None:
    engine = FakeEngine(replace(FULL, styles=("bach", "pop")))
    with pytest.raises(SamplingError, match=r"'jazz'.*bach, pop"):
        next(Sampler(engine).generate(Request(4, Conditions(style="jazz"))))
    assert sampled(engine, Request(4, Conditions(style="pop"))).shape == (1, 128, 4)


@pytest.mark.parametrize(
    ("metre", "per_beat", "steps"), [((4, 4), 4, 16), ((3, 4), 6, 18), ((6, 8), 4, 12)]
)
def test_a_bar_has_as_many_steps_as_its_metre_says(
    metre: tuple[int, int], per_beat: int, steps: int
) -> None:
    assert bar_steps(metre, per_beat) == steps


@pytest.mark.parametrize("metre", [(3, 32), (999, 4)])
def test_a_metre_that_does_not_fit_the_grid_is_refused(metre: tuple[int, int]) -> None:
    with pytest.raises(SamplingError, match="choose another metre"):
        bar_steps(metre, 4)


@pytest.mark.parametrize(
    ("metre", "expected"),
    [
        ((4, 4), [(1, place % 16 + 1) for place in range(20)]),
        ((3, 4), [(2, place % 12 + 1) for place in range(20)]),
        ((13, 8), [(0, place % 26 + 1) for place in range(20)]),
        (None, [(0, 0)] * 20),
    ],
)
def test_the_engine_is_told_metre_and_place(
    metre: tuple[int, int] | None, expected: list[tuple[int, int]]
) -> None:
    engine = ListeningEngine(MIXES["ar,ar,ar"])
    sampled(engine, Request(20, Conditions(metre=metre)))
    assert [engine.told[step] for step in range(20)] == expected


def test_a_piece_counts_on_from_the_place_where_its_prompt_ends() -> None:
    engine = ListeningEngine(MIXES["ar,ar,ar"])
    prompt = np.full((16, 6), SILENT, np.uint8)
    places = np.array([14, 15, 0, 1, 2, 3])
    sampled(engine, Request(20, prompt=prompt, prompt_places=places))
    assert [engine.told[6 + step][1] for step in range(20)] == [
        (4 + step) % BAR + 1 for step in range(20)
    ]


def test_a_piece_begins_a_bar_of_its_own_after_a_prompt_without_places() -> None:
    engine = ListeningEngine(MIXES["ar,ar,ar"])
    sampled(engine, Request(20, prompt=np.zeros((16, 6), np.uint8)))
    assert [engine.told[6 + step][1] for step in range(20)] == [
        step % BAR + 1 for step in range(20)
    ]
