"""What stands still on the canvas: backdrop, ghost, notes or the picture of a level, in tiles."""

from __future__ import annotations

import math
from typing import Protocol

import numpy as np
from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QImage, QPainter

from gui.roll.backdrop import paint_backdrop
from gui.roll.notelayer import NoteLayer, note_boxes, paint_notes
from gui.roll.overlays import faded, outline
from gui.roll.pendinglayer import patch_boxes
from gui.roll.places import IntArray, Places
from gui.roll.rectangles import fill_boxes
from gui.roll.scene import SceneState
from gui.roll.telling import pitch_name
from gui.roll.tiles import TILE_WIDTH, Tiles
from gui.shell.theme import mixed

NAME_HEIGHT = 13  # logical pixels; lower notes carry no name
NAME_WIDTH = 30


class LevelPicture(Protocol):
    """The music as one level of the model sees it."""

    def patches(self, level: int, start: int, stop: int) -> IntArray:
        """int64[N, 6]: patches that aren't silent in steps [start, stop).

        Columns: first step, step behind, lowest pitch, highest pitch, part, 1 held or 2 active.
        """


class StillPicture:
    """Paints and keeps the canvas's tiles."""

    def __init__(self, scene: SceneState) -> None:
        self._scene = scene
        self._places = scene.places()
        self._version = 0
        self._key: tuple[object, ...] | None = None
        self._tiles = Tiles(self._paint_tile)
        self.level_picture: LevelPicture | None = None
        """Where the pictures of coarser levels come from; without it notes are always shown."""

    @property
    def painted(self) -> int:
        """How many tiles have been painted so far."""
        return self._tiles.painted

    def forget_all(self) -> None:
        """Everything may look different now."""
        self._version += 1

    def forget_steps(self, first: int, last: int) -> None:
        """Notes between two steps have changed."""
        places = self._places
        left, right = places.columns([first - 1, last + 1]).tolist()
        self._tiles.forget(left - 2, right + 2)

    def paint(self, painter: QPainter, places: Places, area: QRect, height: int) -> None:
        """Show the tiles that `area` (logical pixels of the widget) touches."""
        self._places = places
        view = self._scene.view
        key = (
            self._version,
            places.px_per_step,
            places.px_per_row,
            places.top,
            places.scale,
            view.fold,
            view.scale,
            self._level,
            view.ghost,
        )
        if key != self._key:
            self._key = key
            self._paint_directly(painter, places, area, height)
            return
        self._tiles.hold(key, round(height * places.scale))
        first = (places.left + int(area.left() * places.scale)) // TILE_WIDTH
        last = (places.left + int((area.right() + 1) * places.scale)) // TILE_WIDTH
        for index in range(first, last + 1):
            image = self._tiles.image(index)
            image.setDevicePixelRatio(places.scale)
            painter.drawImage(QPointF((index * TILE_WIDTH - places.left) / places.scale, 0), image)

    def _paint_directly(self, painter: QPainter, places: Places, area: QRect, height: int) -> None:
        """What a zoom shows for one frame isn't worth keeping."""
        left = math.floor(area.left() * places.scale)
        right = math.ceil((area.right() + 1) * places.scale)
        painter.save()
        painter.scale(1 / places.scale, 1 / places.scale)
        painter.translate(left, 0)
        size = (right - left, round(height * places.scale))
        self._paint_strip(painter, places.left + left, *size)
        painter.restore()

    @property
    def _level(self) -> int | None:
        """The level to show instead of notes; None for the notes themselves."""
        levels = len(self._scene.levels)
        detail = self._scene.view.detail
        if self.level_picture is None or detail >= levels or levels < 2:
            return None
        return max(detail, 1) - 1

    def _paint_tile(self, image: QImage, left: int) -> None:
        painter = QPainter(image)
        self._paint_strip(painter, left, image.width(), image.height())
        painter.end()

    def _paint_strip(self, painter: QPainter, left: int, width: int, height: int) -> None:
        """Everything between two places in time, `left` device pixels from step 0 at x = 0."""
        scene, places = self._scene, self._places
        scale, tonic = scene.scale
        size = (width, height)
        paint_backdrop(painter, places, scene.lines, scene.colours, scale, tonic, left, *size)
        wide = places.px_per_step * places.scale
        start, stop = left / wide, (left + width) / wide
        if scene.view.ghost and scene.ghost.layer is not None:
            self._paint_ghost(painter, scene.ghost.layer, left, start, stop)
        level = self._level
        if level is None:
            self._paint_notes(painter, left, start, stop)
        else:
            self._paint_level(painter, level, left, start, stop)

    def _paint_notes(self, painter: QPainter, left: int, start: float, stop: float) -> None:
        scene, places, layer = self._scene, self._places, self._scene.layer
        found = layer.between(start - 1, stop + 1)
        if not len(found):
            return
        notes = layer.take(found)
        boxes = note_boxes(notes, places, left, max(round(places.scale), 1))
        edge = max(round(places.scale), 1)
        paint_notes(painter, boxes, scene.groups(layer, found), scene.shades(), edge)
        if places.px_per_row >= NAME_HEIGHT:
            self._paint_names(painter, boxes, notes.pitch)

    def _paint_names(
        self,
        painter: QPainter,
        boxes: np.ndarray[tuple[int, ...], np.dtype[np.int32]],
        pitch: IntArray,
    ) -> None:
        """Names on notes that are large enough."""
        scale, key = self._places.scale, self._scene.view.scale
        wide = np.flatnonzero(boxes[:, 2] - boxes[:, 0] >= NAME_WIDTH * scale)
        font = painter.font()
        font.setPixelSize(round(min(self._places.px_per_row - 3, 11) * scale))
        painter.setFont(font)
        painter.setPen(
            faded(self._scene.colours.black_row, 0.8)
            if self._scene.colours.dark
            else faded(self._scene.colours.panel, 0.95)
        )
        for index in wide.tolist():
            left, top, _, bottom = boxes[index].tolist()
            base = bottom - round((bottom - top - 8 * scale) / 2)
            painter.drawText(left + round(5 * scale), base, pitch_name(int(pitch[index]), key))

    def _paint_ghost(
        self, painter: QPainter, layer: NoteLayer, left: int, start: float, stop: float
    ) -> None:
        scene, places = self._scene, self._places
        found = layer.between(start - 1, stop + 1)
        if not len(found):
            return
        edge = max(round(places.scale), 1)
        boxes = note_boxes(layer.take(found), places, left, edge)
        colours = scene.colours
        fill_boxes(painter, boxes, mixed(colours.background, colours.text, 0.10))
        small = boxes + np.array([edge, edge, -edge, -edge], dtype=np.int32)
        fill_boxes(painter, outline(small, edge), mixed(colours.background, colours.text, 0.28))

    def _paint_level(
        self, painter: QPainter, level: int, left: int, start: float, stop: float
    ) -> None:
        """Patches of a level: active ones full, held ones faint, in their part's colour."""
        if self.level_picture is None:
            return
        scene, places = self._scene, self._places
        span = max(int(start) - 1, 0), min(int(stop) + 2, scene.steps)
        if span[0] >= span[1]:
            return
        rows = self.level_picture.patches(level, *span)
        first, behind, low, high, part, kind = rows.T
        boxes = patch_boxes(places, first, behind, low, high)
        boxes[:, [0, 2]] += places.left - left
        edge = max(round(places.scale), 1)
        for voice in np.unique(part).tolist():
            colour = scene.colours.part(scene.document.piece.voices[voice].colour)
            for flag, strength in ((1, 0.2), (2, 0.55)):
                some = boxes[(part == voice) & (kind == flag)]
                fill_boxes(painter, some, faded(colour, strength))
                if places.px_per_step >= 4:
                    inner = some + np.array([edge, edge, -edge, -edge], dtype=np.int32)
                    fill_boxes(painter, outline(inner, edge), faded(colour, strength * 0.6))
