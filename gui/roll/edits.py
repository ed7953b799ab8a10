"""What the roll's tools do to the document: each call is one step that can be undone."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from PySide6.QtCore import QCoreApplication

from gui.roll.scene import SceneState
from gui.state import editing
from gui.state.noteids import NoteId, ids_of
from model.roll import NoteArray

Keys = frozenset[NoteId]
"""Notes as (part, pitch, onset step)."""

DRAWN_VELOCITY = 90


def _tr(text: str) -> str:
    return QCoreApplication.translate("RollEdits", text)


# --- The grid ------------------------------------------------------------------------------------


def unit(scene: SceneState, *, free: bool) -> int:
    """Steps between two lines of the grid that edits keep to."""
    return 1 if free else max(scene.view.snap_steps, 1)


def snapped(scene: SceneState, step: float, *, free: bool, nearest: bool = False) -> int:
    """A step on the grid: the line at or before `step`, or the nearest one.

    Lines are counted from the bar line, so that a grid coarser than a bar's rest stays in place.
    """
    grid = unit(scene, free=free)
    bars = scene.lines.bars
    at = max(int(np.searchsorted(bars, step, side="right")) - 1, 0)
    begin = int(bars[at]) if len(bars) and bars[at] <= step else 0
    lines = (step - begin) / grid
    return max(begin + grid * (round(lines) if nearest else int(np.floor(lines + 1e-6))), 0)


def nearest_bar(scene: SceneState, step: float) -> int:
    """The bar line nearest to a step; behind the last of the piece its end."""
    bars = scene.lines.bars
    return int(bars[int(np.argmin(np.abs(bars - step)))]) if len(bars) else 0


# --- Steps that can be undone --------------------------------------------------------------------


def free_keys(scene: SceneState) -> Keys:
    """The chosen notes whose parts aren't locked."""
    return frozenset(key for key in scene.selection.notes if not scene.locked(key[0]))


def add(scene: SceneState, part: int, pitch: int, onset: int, duration: int) -> None:
    """Draw a note and choose it; the piece grows by whole bars where it must."""
    piece = scene.document.piece
    roll = editing.extended_to_bar(piece.roll, onset + duration)
    roll = editing.add_note(roll, part, pitch, onset, duration, DRAWN_VELOCITY, piece.locked())
    scene.document.edit(_tr("Draw note"), roll)
    scene.selection.select({(part, pitch, onset)})


def erase(scene: SceneState, keys: Keys) -> None:
    """Take notes away."""
    piece = scene.document.piece
    roll = editing.erase_notes(piece.roll, keys, piece.locked())
    scene.document.edit(_tr("Erase notes"), roll)


def can_move(scene: SceneState, keys: Keys, dsteps: int, dpitch: int) -> bool:
    """Whether notes can go that far and stay in the roll."""
    notes = editing.notes_of(scene.document.piece.roll, keys)
    wanted = (dsteps, dpitch)
    return editing.kept_inside(scene.document.piece.roll, notes, *wanted) == wanted


def move(scene: SceneState, keys: Keys, dsteps: int, dpitch: int, *, copy: bool = False) -> None:
    """Move notes, or copies of them; they stay chosen."""
    piece = scene.document.piece
    roll, locked = piece.roll, piece.locked()
    notes = editing.notes_of(roll, keys, locked)
    if len(notes):
        longest = int(notes.onset_steps.max()) + dsteps + 1
        roll = editing.extended_to_bar(roll, longest)
    dsteps, dpitch = editing.kept_inside(roll, notes, dsteps, dpitch)
    roll = editing.move_notes(roll, keys, dsteps, dpitch, locked, copy=copy)
    text = _tr("Copy notes") if copy else _tr("Move notes")
    if scene.document.edit(text, roll):
        scene.selection.select(editing.moved_ids(ids_of(notes), dsteps, dpitch))


def resize(scene: SceneState, keys: Keys, dsteps: int) -> None:
    """Make notes longer or shorter at their end."""
    piece = scene.document.piece
    roll = editing.resize_notes(piece.roll, keys, dsteps, piece.locked())
    scene.document.edit(_tr("Resize notes"), roll)


def change_velocity(scene: SceneState, keys: Keys, by: int) -> None:
    """Make notes louder or softer."""
    piece = scene.document.piece
    roll = editing.change_velocity(piece.roll, keys, by, piece.locked())
    scene.document.edit(_tr("Change velocities"), roll, merge="velocity")


def set_velocities(scene: SceneState, changes: Mapping[int, int]) -> None:
    """Give notes of the layer, by index, the velocities of a stroke over the lane."""
    piece = scene.document.piece
    named = {scene.layer.key(index): velocity for index, velocity in changes.items()}
    roll = editing.set_velocities(piece.roll, named, piece.locked())
    scene.document.edit(_tr("Change velocities"), roll)


def paste(scene: SceneState, notes: NoteArray, at: int) -> None:
    """Put notes down from step `at` on and choose them."""
    piece = scene.document.piece
    roll = editing.paste(piece.roll, notes, at, 0, piece.locked())
    there = editing.pasted_notes(roll, notes, at, 0, piece.locked())
    if scene.document.edit(_tr("Paste notes"), roll):
        scene.selection.select(ids_of(there))


def duplicate(scene: SceneState) -> None:
    """Put the chosen notes once more right behind themselves, and choose those."""
    piece, keys = scene.document.piece, scene.selection.notes
    notes = editing.notes_of(piece.roll, keys, piece.locked())
    if not len(notes):
        return
    grid = unit(scene, free=not scene.view.snap)
    roll = editing.duplicate(piece.roll, keys, piece.locked(), grid_steps=grid)
    if scene.document.edit(_tr("Duplicate notes"), roll):
        offset = editing.duplicate_offset(notes, grid)
        scene.selection.select(editing.moved_ids(ids_of(notes), offset, 0))


def select_all(scene: SceneState) -> None:
    """Choose every note of every part that isn't locked."""
    layer = scene.layer
    locked = np.isin(layer.notes.part, list(scene.document.piece.locked()))
    scene.selection.select(layer.keys(np.flatnonzero(~locked)))


def toggle_loop(scene: SceneState) -> None:
    """Loop the region, the last loop or the whole piece; or no more."""
    scene.document.toggle_loop(scene.selection.region)
