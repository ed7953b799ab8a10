"""How notes are put into a roll and taken out of it, touching only the rows that they lie in.

Shapes: `N` notes, `R` rows (part x 128 + pitch), `S` steps.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gui.state.noteids import begun_before, notes_of_rows, row_of, rows_with, whole_notes
from model.grid import Grid, IntArray
from model.notes import paint
from model.roll import HELD, PITCHES, SILENT, Cells, NoteArray, Roll

NOTHING = NoteArray(*np.zeros((5, 0), np.int64))


def put(roll: Roll, notes: NoteArray = NOTHING, *, without: NoteArray | None = None) -> Roll:
    """The roll without some of its notes and with others on top.

    What is put down wins: a note of the roll that begins under it goes, one that sounds into it
    ends there. Among themselves the new notes follow the rules of `Roll.from_notes`.

    Raises:
        RollError: If a new note doesn't begin inside the roll.
    """
    without = without or NOTHING
    if not (len(notes) or len(without)):
        return roll
    notes.check(len(roll.parts), roll.steps)
    rows = rows_with(roll, notes, without)
    touched = np.concatenate([notes.onset_steps, without.onset_steps])
    ends = touched + np.concatenate([notes.duration_steps, without.duration_steps])
    last = min(int(ends.max()), roll.steps)
    start, stop = whole_notes(roll, rows, int(touched.min()), last)
    top = _painted(notes, rows, start, stop, roll.grid)
    below = _left_of(notes_of_rows(roll, rows, start, stop), without, roll.steps)
    below = _shortened(below, rows, start, top)
    cells = roll.cells.copy()
    flat = cells.reshape(-1, roll.steps)
    fresh = np.where(top != SILENT, top, _painted(below, rows, start, stop, roll.grid))
    fresh[begun_before(flat[rows, start:stop])] = HELD  # ends before anything that is touched
    flat[rows, start:stop] = fresh
    return replace(roll, cells=cells)


def _left_of(notes: NoteArray, gone: NoteArray, steps: int) -> NoteArray:
    keys = row_of(notes) * steps + notes.onset_steps
    return notes.only(~np.isin(keys, row_of(gone) * steps + gone.onset_steps))


def _shortened(notes: NoteArray, rows: IntArray, start: int, top: Cells) -> NoteArray:
    """The notes, each up to the first cell of its own that something lies on; none covered whole.

    Args:
        notes: Notes of the rows.
        rows: int64[R], rising.
        start: Step where `top` begins.
        top: uint8[R, T], what lies on them.
    """
    covered = np.append(np.flatnonzero(top), np.iinfo(np.int64).max)
    begin = np.searchsorted(rows, row_of(notes)) * top.shape[1] + notes.onset_steps - start
    end = np.minimum(begin + notes.duration_steps, covered[np.searchsorted(covered, begin)])
    short = replace(notes, duration_steps=end - begin)
    return short.only(end > begin)


def _painted(notes: NoteArray, rows: IntArray, start: int, stop: int, grid: Grid) -> Cells:
    """uint8[R, stop - start]: the notes in rows of their own, in the order of `rows`."""
    if not len(notes):
        return np.zeros((len(rows), stop - start), np.uint8)
    place = np.searchsorted(rows, row_of(notes))
    packed = replace(
        notes,
        onset_steps=notes.onset_steps - start,
        part=place // PITCHES,
        pitch=place % PITCHES,
    )
    cells = paint(packed, -(-len(rows) // PITCHES), stop - start, grid)
    return cells.reshape(-1, stop - start)[: len(rows)]
