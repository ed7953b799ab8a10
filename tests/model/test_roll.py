"""The roll: what it refuses, and that cutting, joining and merging keep the music."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.errors import RollError
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
    TempoChange,
)
from tests.model.rolls import clashing_notes, grids, rolls


def roll_of(*notes: Note, steps: int = 32, parts: int = 1) -> Roll:
    """A roll with the finest velocities."""
    return Roll.from_notes(notes, steps, Grid(4, 127), [Part()] * parts)


@given(rolls())
def test_notes_to_roll_to_notes_is_the_identity_on_the_grid(roll: Roll) -> None:
    again = Roll.from_notes(
        roll.notes(), roll.steps, roll.grid, roll.parts, roll.metres, roll.tempos
    )
    assert again.same_as(roll)
    assert again.notes() == roll.notes()


def test_repeated_notes_without_a_gap_stay_apart() -> None:
    notes = [Note(0, 0, 60, 4, 80), Note(4, 0, 60, 4, 80), Note(8, 0, 60, 1, 90)]
    assert roll_of(*notes).notes() == notes


def test_a_later_onset_of_the_pitch_cuts_the_note_before() -> None:
    roll = roll_of(Note(0, 0, 60, 8, 80), Note(2, 0, 60, 2, 70))
    assert roll.notes() == [Note(0, 0, 60, 2, 80), Note(2, 0, 60, 2, 70)]


def test_notes_that_begin_together_are_one_loudest_and_longest() -> None:
    roll = roll_of(Note(0, 0, 60, 8, 50), Note(0, 0, 60, 2, 70))
    assert roll.notes() == [Note(0, 0, 60, 8, 70)]


def test_a_note_past_the_end_is_cut_there() -> None:
    assert roll_of(Note(30, 0, 60, 8, 50)).notes() == [Note(30, 0, 60, 2, 50)]


def test_a_merged_note_sounds_on_below_the_onset_of_another_part() -> None:
    roll = roll_of(Note(0, 0, 60, 8, 80), Note(2, 1, 60, 2, 70), parts=2)
    assert roll.merged().notes() == [Note(0, 0, 60, 2, 80), Note(2, 0, 60, 6, 70)]


def test_of_two_onsets_in_one_merged_cell_the_louder_stays() -> None:
    roll = roll_of(Note(0, 0, 60, 1, 80), Note(0, 1, 60, 2, 70), parts=2)
    assert roll.merged().notes() == [Note(0, 0, 60, 2, 80)]


def test_drums_are_left_out_of_merging_unless_asked_for() -> None:
    parts = (Part("Kit", is_drum=True), Part("Piano", 3))
    notes = [Note(0, 0, 36, 1, 80), Note(0, 1, 60, 1, 80)]
    roll = Roll.from_notes(notes, 4, Grid(4, 127), parts)
    assert [note.pitch for note in roll.merged().notes()] == [60]
    assert roll.merged().parts == (parts[1],)
    assert [note.pitch for note in roll.merged(drums=True).notes()] == [36, 60]


def test_merging_drums_alone_leaves_silence() -> None:
    roll = Roll.from_notes([Note(0, 0, 36, 1, 80)], 4, parts=[Part("Kit", is_drum=True)])
    assert roll.merged().notes() == []
    assert roll.merged().steps == 4


@given(rolls())
def test_merging_keeps_what_sounds_and_where_it_begins(roll: Roll) -> None:
    merged = roll.merged()
    assert (merged.sounding()[0] == roll.sounding().any(axis=0)).all()
    assert (merged.onsets()[0] == roll.onsets().any(axis=0)).all()


@given(rolls(), st.data())
def test_a_slice_sounds_as_the_stretch_it_was_cut_from(roll: Roll, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, roll.steps))
    stop = data.draw(st.integers(start, roll.steps))
    cut = roll.slice_steps(start, stop)
    assert (cut.sounding() == roll.sounding()[..., start:stop]).all()
    assert (cut.cells[..., 1:] == roll.cells[..., start + 1 : stop]).all()
    assert np.allclose(np.diff(cut.step_seconds()), np.diff(roll.step_seconds())[start:stop])


@given(rolls(), st.data())
def test_a_note_cut_at_the_left_begins_at_the_cut_with_its_velocity(
    roll: Roll, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, roll.steps - 1))
    cut = {(n.part, n.pitch): n for n in roll.slice_steps(start, roll.steps).notes()[::-1]}
    for note in roll.notes():
        if note.onset_steps < start < note.onset_steps + note.duration_steps:
            left = note.onset_steps + note.duration_steps - start
            expected = Note(0, note.part, note.pitch, left, note.velocity)
            assert cut[note.part, note.pitch] == expected


@given(rolls(), st.data())
def test_cutting_and_joining_only_strikes_held_notes_anew(roll: Roll, data: st.DataObject) -> None:
    seam = data.draw(st.integers(0, roll.steps))
    joined = roll.slice_steps(0, seam).joined(roll.slice_steps(seam, roll.steps))
    assert (joined.sounding() == roll.sounding()).all()
    elsewhere = np.arange(roll.steps) != seam
    assert (joined.cells[..., elsewhere] == roll.cells[..., elsewhere]).all()
    assert np.allclose(joined.step_seconds(), roll.step_seconds())


@given(rolls(least_steps=1), rolls(least_steps=1))
def test_joining_keeps_the_bar_lines_of_both(one: Roll, other: Roll) -> None:
    silence = np.zeros((1, PITCHES, other.steps), dtype=np.uint8)
    one, other = one.merged(), Roll(silence, one.grid, metres=other.metres)
    if any(4 * m.numerator * one.grid.steps_per_beat % m.denominator for m in other.metres):
        return
    lines = set(one.joined(other).bar_starts().tolist())
    assert set(one.bar_starts().tolist()) <= lines
    assert {one.steps + line for line in other.bar_starts().tolist()} <= lines


def test_a_metre_that_goes_on_across_the_seam_is_not_told_again() -> None:
    roll = roll_of(steps=32)
    assert roll.slice_steps(0, 10).joined(roll.slice_steps(10, 32)).metres == roll.metres


def test_joining_different_grids_is_refused() -> None:
    with pytest.raises(RollError, match="one grid"):
        Roll.from_notes([], 4, Grid(4)).joined(Roll.from_notes([], 4, Grid(8)))


def test_slicing_beyond_the_end_is_refused() -> None:
    with pytest.raises(RollError, match="stop <= 32"):
        roll_of().slice_steps(0, 33)


def test_a_roll_that_begins_inside_a_bar_knows_its_places() -> None:
    roll = Roll.from_notes([], 20, metres=[MetreChange(-12, 4, 4)])
    assert roll.bar_starts().tolist() == [4]
    assert roll.steps_in_bar()[:5].tolist() == [12, 13, 14, 15, 0]


def test_tempo_changes_move_the_clock() -> None:
    roll = Roll.from_notes([], 8, tempos=[TempoChange(0, 60.0), TempoChange(4, 120.0)])
    assert roll.step_seconds().tolist() == [0, 0.25, 0.5, 0.75, 1, 1.125, 1.25, 1.375, 1.5]


def test_tempo_changes_that_change_nothing_are_dropped() -> None:
    tempos = [TempoChange(step, bpm) for step, bpm in ((0, 90.0), (2, 90.0), (4, 60.0), (6, 60.0))]
    assert Roll.from_notes([], 8, tempos=tempos).tempos == (tempos[0], tempos[2])


def test_cells_cannot_be_changed_afterwards() -> None:
    roll = roll_of(Note(0, 0, 60, 1, 80))
    with pytest.raises(ValueError, match="read-only"):
        roll.cells[0, 0, 0] = FIRST_ONSET


def silent_cells(steps: int = 4) -> Cells:
    return np.zeros((1, PITCHES, steps), dtype=np.uint8)


def test_held_after_silence_is_refused() -> None:
    cells = silent_cells()
    cells[0, 60, 2] = HELD
    with pytest.raises(RollError, match="held"):
        Roll(cells)


def test_held_in_the_first_column_is_refused() -> None:
    cells = silent_cells()
    cells[0, 60, 0] = HELD
    with pytest.raises(RollError, match="held"):
        Roll(cells)


def test_a_velocity_bin_that_the_grid_lacks_is_refused() -> None:
    cells = silent_cells()
    cells[0, 60, 0] = FIRST_ONSET + 32
    with pytest.raises(RollError, match="greatest is 33"):
        Roll(cells)


def test_cells_of_another_shape_or_type_are_refused() -> None:
    with pytest.raises(RollError, match="needs uint8"):
        Roll(silent_cells().astype(np.int64))
    with pytest.raises(RollError, match="2 part"):
        Roll(silent_cells(), parts=(Part(), Part()))


def test_a_roll_without_a_first_metre_or_tempo_is_refused() -> None:
    with pytest.raises(RollError, match="metre from its first step"):
        Roll(silent_cells(), metres=(MetreChange(1, 4, 4),))
    with pytest.raises(RollError, match="rising order"):
        Roll(silent_cells(), tempos=(TempoChange(0, 60.0), TempoChange(0, 70.0)))


@given(clashing_notes(1, 16), grids)
def test_rolls_differ_when_a_cell_differs(notes: list[Note], grid: Grid) -> None:
    roll = Roll.from_notes(notes, 16, grid)
    changed = roll.cells.copy()
    changed[0, 30, 3] = FIRST_ONSET
    assert not roll.same_as(Roll(changed, grid))
    assert roll.same_as(Roll(roll.cells.copy(), grid))
    assert (roll.cells != SILENT).sum() == roll.sounding().sum()


def test_an_empty_roll_has_no_notes_and_no_time() -> None:
    roll = Roll.from_notes([], 0, Grid(4, 127))
    assert roll.notes() == []
    assert roll.step_seconds().tolist() == [0.0]
    after = roll_of(Note(0, 0, 60, 1, 80))
    assert roll.joined(after).same_as(after)
    assert after.joined(roll).same_as(after)
