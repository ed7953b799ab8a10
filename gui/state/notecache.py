"""The notes of the roll that is open, kept up to date row by row instead of found anew."""

from __future__ import annotations

import numpy as np

from gui.state.noteids import notes_of_rows, row_of
from model.grid import IntArray
from model.roll import PITCHES, NoteArray, Roll

MOST_ROWS = 48
"""With more rows than this to look at again, finding all notes anew is about as quick."""


class NoteCache:
    """Notes of one roll after another; asked often, computed once."""

    def __init__(self) -> None:
        self._notes: NoteArray | None = None
        self._stale: IntArray | None = None

    def forget(self) -> None:
        """Nothing of what is known holds any more."""
        self._notes = self._stale = None

    def touch(self, rows: IntArray | None) -> None:
        """Some rows have changed; None for all."""
        if rows is None:
            self.forget()
        elif self._stale is None:
            self._stale = rows
        else:
            self._stale = np.union1d(self._stale, rows)

    def notes(self, roll: Roll) -> NoteArray:
        """Notes of the roll, sorted by onset, part and pitch."""
        stale = self._stale
        if self._notes is None or (stale is not None and len(stale) > MOST_ROWS):
            self._notes = roll.note_array()
        elif stale is not None:
            self._notes = _with_rows(self._notes, roll, stale)
        self._stale = None
        return self._notes


def _with_rows(notes: NoteArray, roll: Roll, rows: IntArray) -> NoteArray:
    """The notes, with those of some rows as the roll has them now."""
    kinds = len(roll.parts) * PITCHES
    old = np.zeros(kinds, bool)
    old[rows] = True
    kept = notes.only(~old[row_of(notes)])
    fresh = notes_of_rows(roll, rows)
    places = np.searchsorted(_order(kept, kinds), _order(fresh, kinds))
    columns = ("onset_steps", "part", "pitch", "duration_steps", "velocity")
    return NoteArray(*(np.insert(getattr(kept, c), places, getattr(fresh, c)) for c in columns))


def _order(notes: NoteArray, kinds: int) -> IntArray:
    """int64[N] that rises as the notes are sorted."""
    keys: IntArray = notes.onset_steps * kinds + row_of(notes)
    return keys
