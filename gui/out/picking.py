"""What of a piece goes out: the selected notes, else the selected region, else all that is heard.

No Qt here.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np

from gui.state.noteids import NoteId, is_among
from gui.state.piece import Piece
from gui.state.selection import Region
from model.roll import Roll


def picked(piece: Piece, notes: Collection[NoteId] = (), region: Region | None = None) -> Roll:
    """What goes out of a piece, under the names and programs of its voices.

    Selected notes go as they are, from the bar line before the first to the one behind the last,
    so that they keep their place in the bar. A region goes from its first to its last step.

    Args:
        piece: The piece.
        notes: Names of the selected notes.
        region: The selected rectangle; its parts go even if they are muted.
    """
    if notes:
        return _of_notes(piece, notes)
    if region is not None:
        return _of_region(piece, region)
    return heard(piece)


def heard(piece: Piece) -> Roll:
    """A piece without the voices that are not heard.

    A piece with everything muted is given whole: a silent file helps nobody.
    """
    return _parts_of(piece, piece.roll, _audible(piece))


def has_notes(roll: Roll) -> bool:
    """Whether there is anything to hear."""
    return bool(roll.onsets().any())


def _of_notes(piece: Piece, ids: Collection[NoteId]) -> Roll:
    roll = piece.roll
    every = roll.note_array()
    notes = every.only(is_among(every, ids))
    if not len(notes):
        return heard(piece)
    ends = notes.onset_steps + notes.duration_steps
    start, stop = _whole_bars(roll, int(notes.onset_steps.min()), int(ends.max()))
    only = Roll.from_notes(notes, roll.steps, roll.grid, roll.parts, roll.metres, roll.tempos)
    parts = sorted({int(part) for part in notes.part})
    return _parts_of(piece, only.slice_steps(start, stop), parts)


def _of_region(piece: Piece, region: Region) -> Roll:
    start, stop = (min(step, piece.roll.steps) for step in (region.start_step, region.stop_step))
    taken = piece.roll.slice_steps(start, stop)
    cells = np.zeros_like(taken.cells)
    rows = slice(region.low_pitch, region.high_pitch + 1)
    cells[:, rows] = taken.cells[:, rows]
    every = range(len(piece.voices))
    parts = _audible(piece) if region.parts is None else [k for k in every if region.has_part(k)]
    return _parts_of(piece, replace(taken, cells=cells), parts)


def _whole_bars(roll: Roll, first: int, end: int) -> tuple[int, int]:
    """The steps of the bars that hold [first, end)."""
    lines = roll.bar_starts()
    before, behind = lines[lines <= first], lines[lines >= end]
    return (
        int(before[-1]) if len(before) else 0,
        int(behind[0]) if len(behind) else roll.steps,
    )


def _audible(piece: Piece) -> list[int]:
    """Indices of the voices that are heard; of all of them where none is."""
    found = [k for k, audible in enumerate(piece.audible()) if audible]
    return found or list(range(len(piece.voices)))


def _parts_of(piece: Piece, roll: Roll, chosen: Sequence[int]) -> Roll:
    """Some parts of a roll, named after the piece's voices."""
    parts = [
        replace(roll.parts[k], name=piece.voices[k].name, program=piece.voices[k].program)
        for k in chosen
    ]
    return replace(roll, cells=roll.cells[list(chosen)], parts=tuple(parts))
