"""Copying chosen notes: as they are for ourselves, as a MIDI file for everybody else."""

from __future__ import annotations

from collections.abc import Collection

from gui.out.clipboard import put
from gui.out.clips import write_clip
from gui.out.picking import picked
from gui.state.clipboard import copied
from gui.state.noteids import NoteId
from gui.state.piece import Piece
from model.errors import ModelError


def put_on_clipboard(piece: Piece, ids: Collection[NoteId]) -> bool:
    """Copy the named notes; False if there are none."""
    if not ids:
        return False
    try:
        path = write_clip(picked(piece, ids))
    except (ModelError, OSError):  # without a file it can still be pasted here
        path = None
    put(copied(piece.roll, ids), path)
    return True
