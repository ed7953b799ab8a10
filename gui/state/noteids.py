"""Which note is meant: part, pitch and onset step name one note of a roll.

Shapes: `N` notes, `R` rows (a row is one pitch of one part, part x 128 + pitch), `S` steps.
"""

from __future__ import annotations

from collections.abc import Collection
from itertools import chain

import numpy as np
import numpy.typing as npt

from model.grid import IntArray
from model.notes import extract
from model.roll import FIRST_ONSET, HELD, PITCHES, SILENT, Cells, NoteArray, Roll

NoteId = tuple[int, int, int]
"""Part, pitch, onset step."""


def ids_of(notes: NoteArray) -> list[NoteId]:
    """The names of notes, in the order of the arrays."""
    columns = (notes.part.tolist(), notes.pitch.tolist(), notes.onset_steps.tolist())
    return list(zip(*columns, strict=True))


def id_array(ids: Collection[NoteId]) -> IntArray:
    """int64[N, 3]: part, pitch, onset."""
    flat = np.fromiter(chain.from_iterable(ids), np.int64, 3 * len(ids))
    return flat.reshape(-1, 3)


def row_of(notes: NoteArray) -> IntArray:
    """int64[N]: the row that each note lies in."""
    rows: IntArray = notes.part * PITCHES + notes.pitch
    return rows


def rows_with(roll: Roll, *notes: NoteArray) -> IntArray:
    """int64[R], rising: the rows that any of these notes lie in."""
    there = np.zeros(len(roll.parts) * PITCHES, bool)
    for some in notes:
        there[row_of(some)] = True
    return np.flatnonzero(there)


def notes_of_rows(roll: Roll, rows: IntArray, start: int = 0, stop: int | None = None) -> NoteArray:
    """The notes of rows int64[R] (rising) that begin in [start, stop), up to `stop` at most.

    They are sorted by onset, part and pitch. None for `stop` is the roll's end.
    """
    cells = rows_of(roll)[rows, start:stop]
    cells[begun_before(cells)] = SILENT
    found = extract(cells[None], roll.grid)
    part, pitch = np.divmod(rows[found.pitch], PITCHES)
    return NoteArray(found.onset_steps + start, part, pitch, found.duration_steps, found.velocity)


def begun_before(cells: Cells) -> npt.NDArray[np.bool_]:
    """bool[R, T]: cells of notes that have begun before the first step of uint8[R, T]."""
    before = np.zeros(cells.shape, bool)
    if not cells.shape[1]:
        return before
    rows = np.flatnonzero(cells[:, 0] == HELD)
    before[rows] = np.logical_and.accumulate(cells[rows] == HELD, axis=1)
    return before


def rows_of(roll: Roll) -> Cells:
    """uint8[K x 128, S]: the cells, row after row."""
    return roll.cells.reshape(len(roll.parts) * PITCHES, roll.steps)


def whole_notes(roll: Roll, rows: IntArray, start: int, stop: int) -> tuple[int, int]:
    """A stretch that holds whole every note of the rows that sounds in [start, stop)."""
    cells = rows_of(roll)
    if 0 < start < roll.steps:
        across = rows[cells[rows, start] == HELD]
        start -= _longest_run(cells[:, :start][:, ::-1], across, begins=True)
    if stop < roll.steps:
        across = rows[cells[rows, stop] == HELD]
        stop += _longest_run(cells[:, stop:], across, begins=False)
    return start, stop


def _longest_run(cells: Cells, rows: IntArray, *, begins: bool) -> int:
    """The most steps that a note of the rows goes on from step 0; with `begins` up to its onset."""
    longest, reach = 0, 64
    while len(rows):
        near = cells[rows, :reach] != HELD
        ended = near.any(axis=1) if reach < cells.shape[1] else np.ones(len(rows), bool)
        found = np.where(near.any(axis=1), near.argmax(axis=1) + begins, near.shape[1])
        longest = max(longest, int(found[ended].max(initial=0)))
        rows, reach = rows[~ended], 4 * reach
    return longest


def is_among(notes: NoteArray, ids: Collection[NoteId]) -> npt.NDArray[np.bool_]:
    """bool[N]: which of the notes are meant."""
    return is_in(notes, id_array(ids))


def is_in(notes: NoteArray, names: IntArray) -> npt.NDArray[np.bool_]:
    """bool[N]: which of the notes are named in int64[M, 3]."""
    if not len(names):
        return np.zeros(len(notes), bool)
    part, pitch, onset = names.T
    length = max(int(onset.max()), int(notes.onset_steps.max(initial=0))) + 1
    keys = row_of(notes) * length + notes.onset_steps
    return np.isin(keys, (part * PITCHES + pitch) * length + onset)


def still_there(roll: Roll, ids: frozenset[NoteId]) -> frozenset[NoteId]:
    """Those of the named notes that the roll has."""
    if not ids:
        return ids
    order = list(ids)
    part, pitch, onset = id_array(order).T
    inside = (part >= 0) & (part < len(roll.parts)) & (pitch >= 0) & (pitch < PITCHES)
    inside &= (onset >= 0) & (onset < roll.steps)
    inside[inside] = roll.cells[part[inside], pitch[inside], onset[inside]] >= FIRST_ONSET
    if inside.all():
        return ids
    return frozenset(one for one, there in zip(order, inside.tolist(), strict=True) if there)
