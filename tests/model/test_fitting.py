"""Pieces of several parts and other grids, fitted to a model and back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from model.conditions import Conditions
from model.config import ModelConfig
from model.fitting import Chosen, Fitting
from model.remaking import Remaker
from model.roll import (
    FIRST_ONSET,
    HELD,
    PITCHES,
    SILENT,
    Cells,
    Grid,
    MetreChange,
    Note,
    Part,
    Roll,
)
from model.settings import SamplingError, SamplingSettings
from tests.model.configs import config_of, level
from tests.model.fakeengine import FakeEngine
from tests.model.pieces import is_canonical, random_codes


def config(parts: int = 1) -> ModelConfig:
    return config_of(
        level("ar", (PITCHES, 2)), level("ar", (16, 2)), level("ar", (1, 1)),
        pitches=PITCHES, parts=parts, velocity_bins=32,
    )  # fmt: skip


def piece(parts: int, steps: int, per_beat: int = 4, bins: int = 32, seed: int = 0) -> Roll:
    rng, nothing = np.random.default_rng(seed), np.zeros((parts, PITCHES), bool)
    cells = random_codes(rng, (parts, PITCHES, steps), bins, nothing)
    cells[:, ::3] = SILENT
    return Roll(cells, Grid(per_beat, bins), (Part(),) * parts)


def remade(roll: Roll, chosen: Chosen, model: ModelConfig, seed: int = 1) -> Cells:
    fitting = Fitting(model, roll, chosen)
    passage = fitting.passage(Conditions())
    engine = FakeEngine(model, flags=(1.0, 0.0, 0.5), kinds=(3.0, 1.0, 0.0))
    remaker = Remaker(engine, passage, SamplingSettings(seed=seed))
    for _ in remaker.patches():
        pass
    return fitting.cells(passage, remaker.codes)


@settings(max_examples=30, deadline=None)
@given(
    parts=st.integers(1, 3),
    models=st.booleans(),
    per_beat=st.sampled_from([4, 8, 12]),
    bins=st.sampled_from([8, 32, 127]),
    data=st.data(),
)
def test_nothing_outside_changes_whatever_the_parts_and_the_grid(
    parts: int, models: bool, per_beat: int, bins: int, data: st.DataObject
) -> None:
    roll = piece(parts, 48, per_beat, bins, data.draw(st.integers(0, 99)))
    start = data.draw(st.integers(0, 40))
    low = data.draw(st.integers(0, 126))
    chosen = Chosen(
        start,
        data.draw(st.integers(start + 6, 48)),
        low,
        data.draw(st.integers(low, 127)),
        tuple(data.draw(st.sets(st.integers(0, parts - 1), min_size=1))),
    )
    model = config(parts if models else 1)
    assume(Fitting(model, roll, chosen).passage(Conditions()).free.any())
    cells = remade(roll, chosen, model)
    inside = np.zeros(cells.shape, bool)
    inside[list(chosen.parts), low : chosen.high + 1, start : chosen.stop] = True
    np.testing.assert_array_equal(cells[~inside], roll.cells[~inside])
    assert is_canonical(cells)
    assert cells.max() < FIRST_ONSET + bins


def test_one_part_is_made_and_what_the_others_play_is_known_and_stays() -> None:
    notes = [Note(8, 1, 60, 8, 80), Note(4, 0, 72, 8, 80)]
    roll = Roll.from_notes(notes, 32, parts=(Part("Melody"), Part("Bass")))
    fitting = Fitting(config(), roll, Chosen(0, 32, parts=(0,)))
    passage = fitting.passage(Conditions())
    assert not passage.free[60, 8:16].any()
    assert passage.free.sum() == PITCHES * 32 - 8
    assert passage.codes[60, 8] >= FIRST_ONSET
    cells = remade(roll, Chosen(0, 32, parts=(0,)), config())
    np.testing.assert_array_equal(cells[1], roll.cells[1])
    assert (cells[0] != roll.cells[0]).any()
    assert (cells[0, 60, 8:16] == SILENT).all()


def test_of_several_chosen_parts_the_first_that_is_no_drum_gets_what_is_made() -> None:
    parts = (Part("Drums", is_drum=True), Part("Piano"), Part("Bass"))
    roll = Roll.from_notes([Note(0, 2, 40, 4, 80)], 16, parts=parts)
    fitting = Fitting(config(), roll, Chosen(0, 16, parts=(0, 1, 2)))
    assert fitting.target == 1
    cells = remade(roll, Chosen(0, 16, parts=(1, 2)), config())
    assert not cells[2].any()
    assert cells[1].any()


def test_drums_are_not_heard_as_tones() -> None:
    parts = (Part("Drums", is_drum=True), Part("Piano"))
    roll = Roll.from_notes([Note(0, 0, 40, 4, 80)], 16, parts=parts)
    passage = Fitting(config(), roll, Chosen(8, 16, parts=(1,))).passage(Conditions())
    assert not passage.codes.any()


def test_a_finer_grid_is_heard_on_the_model_s_and_written_back_on_its_own() -> None:
    notes = [Note(0, 0, 60, 24, 80), Note(25, 0, 64, 1, 80)]
    roll = Roll.from_notes(notes, 96, Grid(12, 127))
    fitting = Fitting(config(), roll, Chosen(49, 95))
    assert (fitting.factor, fitting.chosen.start, fitting.chosen.stop) == (3, 51, 93)
    passage = fitting.passage(Conditions())
    assert passage.codes.shape == (PITCHES, 32)
    assert passage.codes[60, 0] >= FIRST_ONSET
    assert (passage.codes[60, 1:8] == HELD).all()
    assert passage.codes[64, 8] >= FIRST_ONSET
    codes = np.zeros((PITCHES, 32), np.uint8)
    codes[70, 20:22] = FIRST_ONSET + 31, HELD
    cells = fitting.cells(passage, codes)
    assert cells[0, 70, 60] == FIRST_ONSET + roll.grid.bin_of(126)
    assert (cells[0, 70, 61:66] == HELD).all()
    assert cells[0, 70, 66] == SILENT


def test_places_in_the_bar_are_the_piece_s_own() -> None:
    metres = (MetreChange(0, 3, 4), MetreChange(24, 4, 4))
    roll = Roll.from_notes([], 56, Grid(), metres=metres)
    passage = Fitting(config(), roll, Chosen(0, 56)).passage(Conditions())
    assert passage.place[[0, 11, 12, 24, 39, 40]].tolist() == [1, 12, 1, 1, 16, 1]
    assert passage.metre[[0, 23, 24]].tolist() == [2, 2, 1]


@pytest.mark.parametrize(
    ("roll", "chosen", "parts", "message"),
    [
        (piece(2, 16), Chosen(0, 16), 3, "the model makes 3 parts and the piece has 2"),
        (piece(1, 16, 6), Chosen(0, 16), 1, "6 steps a beat and the model 4"),
        (piece(1, 16), Chosen(16, 20), 1, "nothing that can be made"),
        (piece(1, 16), Chosen(0, 16, parts=()), 1, "nothing that can be made"),
    ],
)
def test_what_does_not_fit_is_refused(roll: Roll, chosen: Chosen, parts: int, message: str) -> None:
    with pytest.raises(SamplingError, match=message):
        Fitting(config(parts), roll, chosen)
