"""Notes to cells and back, against a reference that goes note by note and cell by cell."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.errors import RollError
from model.notes import (
    FIRST_ONSET,
    HELD,
    PITCHES,
    SILENT,
    Cells,
    Note,
    NoteArray,
    extract,
    is_canonical,
    paint,
    paint_merged,
)
from model.roll import Grid
from tests.model.rolls import clashing_notes, grids

STEPS, PARTS = 24, 2


def painted_slowly(notes: list[Note], grid: Grid) -> Cells:
    """The rules of docs/rolls.md, one note after the other."""
    joined: dict[tuple[int, int, int], list[int]] = {}
    for note in notes:
        place = (note.part, note.pitch, note.onset_steps)
        longest, loudest = joined.get(place, [0, 0])
        joined[place] = [max(longest, note.duration_steps), max(loudest, note.velocity)]
    cells = np.zeros((PARTS, PITCHES, STEPS), dtype=np.uint8)
    for (part, pitch, onset), (duration, velocity) in sorted(joined.items()):
        row = cells[part, pitch]
        row[onset:] = SILENT  # a later onset ends what sounded
        row[onset : onset + duration] = HELD
        row[onset] = FIRST_ONSET + grid.bin_of(velocity)
    return cells


@given(clashing_notes(PARTS, STEPS), grids)
def test_painting_follows_the_rules_for_overlaps(notes: list[Note], grid: Grid) -> None:
    painted = paint(NoteArray.from_notes(notes), PARTS, STEPS, grid)
    assert (painted == painted_slowly(notes, grid)).all()
    assert is_canonical(painted)


@given(clashing_notes(PARTS, STEPS), grids)
def test_painting_merged_is_the_greatest_code_of_all_parts(notes: list[Note], grid: Grid) -> None:
    array = NoteArray.from_notes(notes)
    merged = paint_merged(array, PARTS, STEPS, grid)
    assert (merged == paint(array, PARTS, STEPS, grid).max(axis=0).T).all()


@given(clashing_notes(PARTS, STEPS), grids)
def test_extracting_and_painting_again_changes_nothing(notes: list[Note], grid: Grid) -> None:
    cells = paint(NoteArray.from_notes(notes), PARTS, STEPS, grid)
    found = extract(cells, grid)
    assert (paint(found, PARTS, STEPS, grid) == cells).all()
    assert found.to_notes() == sorted(found.to_notes())


@given(st.data(), grids)
def test_notes_that_do_not_overlap_come_back_as_they_were(data: st.DataObject, grid: Grid) -> None:
    notes = []
    for pitch in (60, 61):
        step = 0
        while step < STEPS:  # repeated notes, with and without a gap between them
            step += data.draw(st.integers(0, 5))
            duration = data.draw(st.integers(1, 6))
            if step + duration <= STEPS:
                velocity = grid.velocity_of(data.draw(st.integers(0, grid.velocity_bins - 1)))
                notes.append(Note(step, 0, pitch, duration, velocity))
            step += duration
    cells = paint(NoteArray.from_notes(notes), 1, STEPS, grid)
    assert extract(cells, grid).to_notes() == sorted(notes)


@pytest.mark.parametrize(
    ("note", "name"),
    [
        (Note(STEPS, 0, 60, 1, 80), "onset_steps"),
        (Note(-1, 0, 60, 1, 80), "onset_steps"),
        (Note(0, PARTS, 60, 1, 80), "part"),
        (Note(0, 0, PITCHES, 1, 80), "pitch"),
        (Note(0, 0, 60, 0, 80), "duration_steps"),
        (Note(0, 0, 60, 1, 0), "velocity"),
        (Note(0, 0, 60, 1, 128), "velocity"),
    ],
)
def test_a_note_outside_the_roll_is_named(note: Note, name: str) -> None:
    fine = Note(0, 0, 60, 1, 80)
    with pytest.raises(RollError, match=rf"Note 1 .*{name}"):
        paint(NoteArray.from_notes([fine, note]), PARTS, STEPS, Grid())
