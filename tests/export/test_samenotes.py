"""When two engines make other notes: near-ties are told from mistakes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from export.beside import BesideEngine, Differences, LeaningEngine
from export.errors import GraphCellsError, GraphValuesError
from export.paritycases import Case
from export.samenotes import Agreement, Made, check_notes, make_beside
from model.engine import Codes, Engine, Floats, Known, Question, RollIds, State
from model.sampler import Request, SamplingSettings
from tests.model.configs import MIXES, TIME_FIRST
from tests.model.fakeengine import FakeEngine
from tests.model.generators import engine_of
from tests.model.pieces import sampled

CONFIG = MIXES["ar,ar,ar"]
PIECES = [
    Case("one roll", Request(24), SamplingSettings(seed=1)),
    Case("three rolls", Request(16, count=3), SamplingSettings(seed=2)),
    Case("guided", Request(16), SamplingSettings(seed=3, guidance=1.5)),
    Case("cold", Request(16), SamplingSettings(seed=4, temperature=0)),
]

LONG = [
    replace(case, request=replace(case.request, steps=steps))
    for case, steps in zip(PIECES[:3], (96, 40, 64), strict=True)
]
"""Long enough for some choice to hang on very little."""


class ShiftedEngine(FakeEngine):
    """A fake whose velocities and flags are off by a little, the later value gaining."""

    def __init__(self, by: float, flags: float = 0.0) -> None:
        super().__init__(CONFIG)
        self.said = self.said + np.float32(flags) * np.arange(3, dtype=np.float32)
        self.by = by

    def cells(self, state: None, codes: Codes, known: Known | None) -> tuple[Floats, Floats]:
        kinds, velocities = super().cells(state, codes, known)
        ramp = np.arange(velocities.shape[-1], dtype=np.float32)
        return kinds, velocities + np.float32(self.by) * ramp


class ForgetfulEngine(FakeEngine):
    """A fake that says something else from some question on, however often it is asked."""

    def __init__(self, after: int) -> None:
        super().__init__(CONFIG)
        self.after = after

    def flags(self, state: State, question: Question, start: int) -> Floats:
        logits = super().flags(state, question, start)
        return logits * (np.float32(1) if len(self.asked) < self.after else np.float32(-9))


@pytest.fixture
def any_probability(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let equal notes have any probability: what turns a fake would be far off for a graph."""
    monkeypatch.setattr("export.samenotes.LOG_PROB_TOLERANCE", 1.0)


def made_by(engine: Engine, case: Case) -> Made:
    return make_beside(engine, engine, case, Differences())


def least_shift(case: Case) -> float:
    """The smallest shift of velocities, about, that changes the notes of a case."""
    plain = sampled(FakeEngine(CONFIG), case.request, case.settings)
    low, high = 0.0, 0.1
    for _ in range(16):
        middle = (low + high) / 2
        made = sampled(ShiftedEngine(middle), case.request, case.settings)
        low, high = (middle, high) if np.array_equal(made, plain) else (low, middle)
    return high


@pytest.mark.usefixtures("any_probability")
@pytest.mark.parametrize("case", LONG, ids=lambda case: case.name)
def test_a_choice_that_turns_by_a_hair_is_a_near_tie(case: Case) -> None:
    shift = least_shift(case)
    engine, reference, found = ShiftedEngine(shift), FakeEngine(CONFIG), Agreement()
    check_notes(engine, reference, made_by(reference, case), 2 * shift, found)
    assert found.near_ties == 1
    assert found.patches > 0


@pytest.mark.usefixtures("any_probability")
@pytest.mark.parametrize("case", LONG, ids=lambda case: case.name)
def test_the_same_difference_is_a_mistake_where_logits_agree_better(case: Case) -> None:
    shift = least_shift(case)
    engine, reference = ShiftedEngine(shift), FakeEngine(CONFIG)
    with pytest.raises(GraphCellsError, match=f"other notes than fake .*{case.name}, roll"):
        check_notes(engine, reference, made_by(reference, case), shift / 4, Agreement())


@pytest.mark.parametrize("case", PIECES, ids=lambda case: case.name)
def test_the_same_engine_makes_the_same_notes(case: Case) -> None:
    reference, found = engine_of(CONFIG), Agreement()
    check_notes(reference, reference, made_by(reference, case), 1e-9, found)
    assert found.near_ties == 0
    assert found.log_prob_error == 0


def test_an_engine_that_goes_wrong_later_is_caught_where_it_does() -> None:
    reference = FakeEngine(CONFIG)
    with pytest.raises(GraphCellsError, match=r"roll 1, step [1-9]"):
        check_notes(
            ForgetfulEngine(30), reference, made_by(reference, PIECES[0]), 1e-4, Agreement()
        )


def test_equal_notes_with_another_probability_are_refused() -> None:
    class Unsure(FakeEngine):
        def flags(self, state: State, question: Question, start: int) -> Floats:
            logits = super().flags(state, question, start)
            logits[..., :] = (0, 1, 2)
            return logits

    class Sure(Unsure):
        def flags(self, state: State, question: Question, start: int) -> Floats:
            return super().flags(state, question, start) * np.float32(0.5)

    case = Case("cold", Request(8), SamplingSettings(temperature=0))
    reference = Unsure(CONFIG)
    with pytest.raises(GraphValuesError, match=r"the log-probability .* instead of"):
        check_notes(Sure(CONFIG), reference, made_by(reference, case), 1e-4, Agreement())


@pytest.mark.parametrize("mix", MIXES)
def test_the_engine_beside_another_changes_nothing_and_sees_no_difference_in_itself(
    mix: str,
) -> None:
    engine, found = engine_of(MIXES[mix]), Differences()
    request, settings = Request(16, count=2), SamplingSettings(seed=1, guidance=1.5)
    beside = BesideEngine(engine, engine_of(MIXES[mix]), found)
    np.testing.assert_array_equal(
        sampled(beside, request, settings), sampled(engine, request, settings)
    )
    assert found.count > 0
    assert found.largest("logits") == found.largest("hidden") == 0


def test_numbers_that_are_not_finite_or_missing_are_infinitely_far_apart() -> None:
    class Lost(FakeEngine):
        def __init__(self, said: Floats) -> None:
            super().__init__(CONFIG)
            self.lost = said

        def flags(self, state: State, question: Question, start: int) -> Floats:
            return self.lost

    content = np.zeros((1, 2, 16, 1), np.uint8)
    around, ids = np.zeros((1, 2, 4, 16, 1), np.uint8), np.zeros((1, 2), np.int64)
    question = Question(content, None, around, around > 0, ids, ids[0], ids, ids)
    for said in (np.full((1, 2, 3), np.nan, np.float32), np.zeros((1, 1, 3), np.float32)):
        found = Differences()
        beside = BesideEngine(FakeEngine(CONFIG), Lost(said), found)
        beside.flags(
            beside.begin(0, beside.root(RollIds(*ids[:, :1].repeat(3, 0))), 2), question, 0
        )
        assert found.largest("logits") == np.inf


@pytest.mark.parametrize("mix", TIME_FIRST)
def test_leaning_changes_nothing_before_its_question(mix: str) -> None:
    engine = engine_of(MIXES[mix])
    request, settings = Request(32), SamplingSettings(seed=1)
    case = Case("one roll", request, settings)
    made = made_by(engine, case)
    index = len(made.patches) // 2
    question = made.questions[index]
    leant = sampled(LeaningEngine(engine, 3.0, question), request, settings)
    plain = sampled(engine, request, settings)
    first = made.questions.index(question)
    begin = made.patches[first].start_step
    np.testing.assert_array_equal(leant[:, :, :begin], plain[:, :, :begin])
    assert (leant != plain).any()
