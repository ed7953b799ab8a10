"""Locked parts: whatever an edit or a generation wants, they stay as they are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gui.state.errors import StateError
from gui.state.piece import Piece
from model.roll import Roll


def with_locked_kept(piece: Piece, roll: Roll) -> Roll:
    """The roll that is wanted, with the cells of the piece's locked parts.

    It is no shorter than what locked parts hold.

    Raises:
        StateError: If the wanted roll lacks a locked part or lies on another grid.
    """
    locked = sorted(piece.locked())
    old = piece.roll
    if not locked or _same(old, roll, locked):
        return roll
    if locked[-1] >= len(roll.parts) or roll.grid != old.grid:
        name = piece.voices[locked[-1]].name
        raise StateError(
            f"Can't change the grid or take away parts while {name} is locked: unlock it first."
        )
    steps = np.flatnonzero(old.cells[locked].any(axis=(0, 1)))
    length = max(roll.steps, int(steps[-1]) + 1 if len(steps) else 0)
    cells = np.zeros((*roll.cells.shape[:2], length), np.uint8)
    cells[..., : roll.steps] = roll.cells
    common = min(length, old.steps)
    cells[locked] = 0
    cells[locked, :, :common] = old.cells[locked, :, :common]
    return replace(roll, cells=cells)


def _same(old: Roll, roll: Roll, locked: list[int]) -> bool:
    """Whether the locked parts are the same in both."""
    if old.cells.shape[2] != roll.cells.shape[2] or old.grid != roll.grid:
        return False
    return locked[-1] < len(roll.parts) and all(
        np.array_equal(old.cells[k], roll.cells[k]) for k in locked
    )
