"""Patches that are being made, coarse to fine, and the notes that are there already."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from gui.roll.notelayer import NoteLayer, note_boxes, paint_notes, shades_of
from gui.roll.overlays import (
    CHIP_HEIGHT,
    area_rect,
    chip_place,
    faded,
    outline,
    paint_chip,
    paint_frame,
)
from gui.roll.places import IntArray, Places
from gui.roll.rectangles import Boxes, boxes_of, fill_boxes
from gui.roll.scene import SceneState
from gui.roll.seams import PatchArea
from model.notes import extract
from model.roll import NoteArray

_FIELDS = attrgetter("start_step", "stop_step", "low_pitch", "high_pitch", "level", "filled")


class PendingLayer:
    """What `scene.pending` holds, as arrays; read again after each `forget`."""

    def __init__(self, scene: SceneState) -> None:
        self._scene = scene
        self._patches: IntArray | None = None
        self._notes: NoteLayer | None = None

    def forget(self) -> None:
        """Something was made since."""
        self._patches = self._notes = None

    def rect(self, places: Places) -> QRectF | None:
        """All that is painted, in logical pixels of the widget; None if nothing is made."""
        region = self._scene.pending.region
        if region is None:
            return None
        rect = area_rect(places, region)
        return rect.adjusted(-2, -CHIP_HEIGHT - 6, 320, 2)

    def paint(self, painter: QPainter, places: Places, stop_text: str) -> None:
        """Paint it over the notes."""
        scene, pending = self._scene, self._scene.pending
        region = pending.region
        if region is None:
            return
        colours, rect = scene.colours, area_rect(places, region)
        painter.fillRect(rect, faded(colours.background, 0.78))
        painter.fillRect(rect, faded(colours.pending, 0.10))
        painter.save()
        painter.setClipRect(rect)
        painter.scale(1 / places.scale, 1 / places.scale)
        self._paint_patches(painter, places)
        self._paint_notes(painter, places)
        painter.restore()
        paint_frame(painter, rect, colours.pending)
        text = f"{pending.text} · {pending.share:.0%}   {stop_text}"
        paint_chip(painter, scene, chip_place(rect), text, colours.pending, pending.share)

    def _paint_patches(self, painter: QPainter, places: Places) -> None:
        if self._patches is None:
            self._patches = patch_array(self._scene.pending.patches)
        start, stop, low, high, level, filled = self._patches.T
        boxes = patch_boxes(places, start, stop, low, high)
        colour = self._scene.colours.pending
        edge = max(round(places.scale), 1)
        for depth in range(int(level.max(initial=-1)) + 1):
            here = level == depth
            known, coming = boxes[here & (filled == 1)], boxes[here & (filled == 0)]
            fill_boxes(painter, known, faded(colour, 0.07 + 0.09 * depth))
            small = coming + np.array([edge, edge, -edge, -edge], dtype=np.int32)
            fill_boxes(painter, coming, faded(colour, 0.10 * min(depth, 1)))
            fill_boxes(painter, outline(small, edge), faded(colour, 0.12 + 0.3 * min(depth, 1)))

    def _paint_notes(self, painter: QPainter, places: Places) -> None:
        layer = self.notes
        if not len(layer):
            return
        shades = shades_of(self._scene.colours.pending, self._scene.colours)
        groups = layer.notes.velocity * len(shades) // 128
        boxes = note_boxes(layer.notes, places, places.left)
        paint_notes(painter, boxes, groups, shades, max(round(places.scale), 1))

    @property
    def notes(self) -> NoteLayer:
        """The notes made so far, at their places in the piece."""
        if self._notes is None:
            self._notes = NoteLayer(self._read_notes())
        return self._notes

    def _read_notes(self) -> NoteArray:
        pending = self._scene.pending
        if pending.cells is None or not pending.cells.size:
            return NoteArray.from_notes([])
        notes = extract(pending.cells, self._scene.document.piece.roll.grid)
        onset = notes.onset_steps + pending.start_step
        return NoteArray(onset, notes.part, notes.pitch, notes.duration_steps, notes.velocity)


def patch_array(patches: Sequence[PatchArea]) -> IntArray:
    """int64[N, 6]: first step, step behind, lowest, highest pitch, level, whether it is filled."""
    return np.array(list(map(_FIELDS, patches)), dtype=np.int64).reshape(-1, 6)


def patch_boxes(
    places: Places, start: IntArray, stop: IntArray, low: IntArray, high: IntArray
) -> Boxes:
    """Boxes of patches in device pixels of the widget."""
    shown = -np.asarray(places.pitches)
    first = np.searchsorted(shown, -high, side="left")
    last = np.searchsorted(shown, -low, side="right")
    left, right = places.columns(start) - places.left, places.columns(stop) - places.left
    top, bottom = places.lines(first) - places.top, places.lines(last) - places.top
    return boxes_of(left, top, right, bottom)
