"""Notes as text for the clipboard: JSON that another window of ours can read. No Qt here.

Copy, cut, paste and duplicate are put together from `gui.state.editing`; what lies between a copy
and a paste is written and read here.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping

import numpy as np

from gui.state.editing import notes_of
from gui.state.errors import StateError
from gui.state.noteids import NoteId
from model.grid import MAX_VELOCITY
from model.roll import PITCHES, STEPS_PER_BEAT_CHOICES, NoteArray, Roll

MIME_TYPE = "application/x-fractalroll-notes+json"
FORMAT = "fractalroll notes"
VERSION = 1
_COLUMNS = ("onset_steps", "part", "pitch", "duration_steps", "velocity")
_HIGHEST = {"onset_steps": 2**31, "part": 255, "pitch": PITCHES - 1, "velocity": MAX_VELOCITY}
_LOWEST = {"duration_steps": 1, "velocity": 1}


def copied(roll: Roll, ids: Collection[NoteId]) -> str:
    """The named notes as text; locked ones can be copied, too."""
    return to_text(notes_of(roll, ids), roll.grid.steps_per_beat)


def to_text(notes: NoteArray, steps_per_beat: int) -> str:
    """Notes as JSON, with the grid that their steps are counted on."""
    columns = {name: getattr(notes, name).tolist() for name in _COLUMNS}
    kept = {"format": FORMAT, "version": VERSION, "steps_per_beat": steps_per_beat}
    return json.dumps({**kept, **columns})


def from_text(text: str, steps_per_beat: int) -> NoteArray:
    """Notes that `to_text` wrote, on a grid of so many steps a beat.

    Onsets and ends go to the nearest step, ties to the later; a note keeps at least one step.

    Raises:
        StateError: If the text is something else.
    """
    try:
        columns, counted = _read(json.loads(text))
    except (ValueError, TypeError, KeyError, RecursionError) as err:
        raise StateError(
            f"Can't paste: the clipboard holds no notes ({err}). Copy notes in Fractalroll first."
        ) from err
    notes = NoteArray(*columns)
    if counted == steps_per_beat:
        return notes
    ends = notes.onset_steps + notes.duration_steps
    onset, end = (
        (2 * at * steps_per_beat + counted) // (2 * counted) for at in (notes.onset_steps, ends)
    )
    return NoteArray(onset, notes.part, notes.pitch, np.maximum(end - onset, 1), notes.velocity)


def _read(told: object) -> tuple[list[np.ndarray[tuple[int], np.dtype[np.int64]]], int]:
    """Five int64[N] and the steps a beat; any of the errors that `from_text` names."""
    if not isinstance(told, Mapping) or told.get("format") != FORMAT:
        raise ValueError("it is something else")
    if told["version"] != VERSION or told["steps_per_beat"] not in STEPS_PER_BEAT_CHOICES:
        raise ValueError("another version wrote it")
    columns = []
    for name in _COLUMNS:
        values = told[name]
        if not isinstance(values, list) or not all(type(value) is int for value in values):
            raise ValueError(f"{name} are no whole numbers")
        if any(not _LOWEST.get(name, 0) <= value <= _HIGHEST.get(name, 2**31) for value in values):
            raise ValueError(f"{name} are out of range")
        columns.append(np.array(values, np.int64))
    if len({len(column) for column in columns}) != 1:
        raise ValueError("its columns are not equally long")
    return columns, int(told["steps_per_beat"])
