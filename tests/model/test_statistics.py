"""Figures of rolls whose figures are known."""

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.errors import RollError
from model.roll import Grid, Note, Part, Roll
from model.statistics import LENGTH_LABELS, compare, describe, pieces
from tests.model.rolls import rolls

C_MAJOR = (60, 62, 64, 65, 67, 69, 71)


def quarters(*pitches: int) -> Roll:
    """A run of quarter notes."""
    return Roll.from_notes(
        [Note(4 * k, 0, p, 4, 80) for k, p in enumerate(pitches)], 4 * len(pitches)
    )


def test_a_major_scale_in_quarters() -> None:
    found = describe([quarters(*C_MAJOR)])
    assert found.rolls == 1
    assert found.beats == 7.0
    assert found.notes == 7
    assert found.note_density.mean == 1.0
    assert found.pitch_class_entropy.mean == pytest.approx(math.log2(7))
    assert found.scale_consistency.mean == 1.0
    assert found.polyphony.mean == 1.0
    assert found.silence.mean == 0.0
    assert found.note_beats.mean == 1.0
    assert found.note_lengths == (0, 0, 1, 0, 0, 0)


def test_the_chromatic_scale_fits_seven_of_twelve() -> None:
    found = describe([quarters(*range(60, 72))])
    assert found.pitch_class_entropy.mean == pytest.approx(math.log2(12))
    assert found.scale_consistency.mean == pytest.approx(7 / 12)


def test_one_repeated_pitch_has_no_entropy() -> None:
    assert describe([quarters(60, 60, 72, 48)]).pitch_class_entropy.mean == 0.0


def test_polyphony_counts_only_where_something_sounds() -> None:
    notes = [Note(0, 0, pitch, 4, 80) for pitch in (60, 64, 67)] + [Note(4, 0, 60, 4, 80)]
    found = describe([Roll.from_notes(notes, 16)])
    assert found.polyphony.mean == 2.0
    assert found.silence.mean == 0.5


def test_note_lengths_are_sorted_into_beats_on_any_grid() -> None:
    for per_beat in (4, 8, 12, 24):
        lengths = (per_beat // 4, per_beat // 2, per_beat, 2 * per_beat, 4 * per_beat, 5 * per_beat)
        notes = [Note(0, 0, 60 + k, length, 80) for k, length in enumerate(lengths)]
        found = describe([Roll.from_notes(notes, 5 * per_beat, Grid(per_beat))])
        assert found.note_lengths == pytest.approx((1 / 6,) * 6)


def test_figures_are_means_over_rolls_and_not_over_notes() -> None:
    found = describe([quarters(*C_MAJOR), quarters(60)])
    assert found.pitch_class_entropy.mean == pytest.approx(math.log2(7) / 2)
    assert found.pitch_class_entropy.deviation == pytest.approx(math.log2(7) / 2)


def test_silent_rolls_count_for_silence_but_not_for_pitch() -> None:
    found = describe([Roll.from_notes([], 16), quarters(*C_MAJOR)])
    assert found.silence.mean == 0.5
    assert found.scale_consistency.mean == 1.0


def test_nothing_at_all_has_figures_too() -> None:
    for nothing in ([], [Roll.from_notes([], 0)], [Roll.from_notes([], 8)]):
        found = describe(nothing)
        assert found.notes == 0
        assert found.polyphony.mean == 0.0
        assert sum(found.note_lengths) == 0.0
        json.dumps(found.to_json(), allow_nan=False)


def test_drums_are_left_out() -> None:
    parts = (Part("Kit", is_drum=True), Part("Piano"))
    notes = [Note(0, 0, 36, 1, 80), Note(0, 1, 60, 1, 80)]
    assert describe([Roll.from_notes(notes, 4, parts=parts)]).notes == 1


@given(st.lists(rolls(), max_size=3))
def test_figures_stay_in_their_ranges(some: list[Roll]) -> None:
    found = describe(some)
    assert 0 <= found.silence.mean <= 1
    assert 0 <= found.scale_consistency.mean <= 1
    assert 0 <= found.pitch_class_entropy.mean <= math.log2(12) + 1e-9
    assert found.polyphony.mean >= (1.0 if found.notes else 0.0)
    assert sum(found.note_lengths) == pytest.approx(1.0 if found.notes else 0.0)


@given(rolls(most_parts=1), st.integers(-5, 5))
def test_transposing_changes_no_figure(roll: Roll, shift: int) -> None:
    cells = roll.cells.copy()
    cells[:, [0, 127]] = 0  # what would leave the keyboard
    one, other = (
        describe([Roll(moved, roll.grid)]) for moved in (cells, np.roll(cells, shift, axis=1))
    )
    assert one.pitch_class_entropy.mean == pytest.approx(other.pitch_class_entropy.mean)
    assert one.scale_consistency.mean == pytest.approx(other.scale_consistency.mean)
    assert one.note_lengths == other.note_lengths


def test_pieces_are_cut_at_bar_lines_and_a_rest_is_left_out() -> None:
    roll = quarters(*[60] * 21)  # five bars and a beat
    assert [piece.steps for piece in pieces(roll, 2)] == [32, 32]
    assert [piece.steps for piece in pieces(roll, 1)] == [16] * 5
    with pytest.raises(RollError, match="1 or more"):
        pieces(roll, 0)


def test_the_table_has_a_column_for_each_set_and_lines_up() -> None:
    found = describe([quarters(*C_MAJOR)])
    table = compare({"generated": found, "real": found}).splitlines()
    assert table[0].split("|")[2:4] == [" " * 5 + "generated ", " " * 10 + "real "]
    assert len({len(line) for line in table}) == 1
    assert len(table) == 11 + len(LENGTH_LABELS)
    assert any("notes a beat" in line and "1.000 ± 0.000" in line for line in table)
