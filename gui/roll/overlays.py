"""What is painted over the notes each frame: selection, region, loop, cursor, playhead."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF

from gui.roll.notelayer import NoteLayer, note_boxes, paint_notes
from gui.roll.places import IntArray, Places
from gui.roll.rectangles import Boxes, boxes_of, fill_boxes
from gui.roll.scene import SceneState
from gui.roll.seams import Area
from gui.shell.theme import mixed

CHIP_HEIGHT = 18.0
_NO_PEN = QPen(Qt.PenStyle.NoPen)


def faded(colour: QColor, share: float) -> QColor:
    """The colour, `share` (0..1) of it seen."""
    found = QColor(colour)
    found.setAlphaF(share)
    return found


def fill_device(painter: QPainter, places: Places, boxes: Boxes, colour: QColor) -> None:
    """Fill boxes given in device pixels of the widget."""
    painter.save()
    painter.scale(1 / places.scale, 1 / places.scale)
    fill_boxes(painter, boxes, colour)
    painter.restore()


def area_rect(places: Places, area: Area) -> QRectF:
    """An area of steps and pitches in logical pixels of the widget."""
    left, right = places.x(area.start_step), places.x(area.stop_step)
    top = places.y(places.row_near(area.high_pitch))
    bottom = places.y(places.row_near(area.low_pitch - 1))
    return QRectF(left, top, right - left, bottom - top)


def outline(boxes: Boxes, edge: int) -> Boxes:
    """The four sides of each box as boxes of their own, `edge` pixels wide, just outside."""
    left, top, right, bottom = boxes.T
    shown = (right >= left) & (bottom >= top)
    left, top, right, bottom = left[shown], top[shown], right[shown], bottom[shown]
    out = (left - edge, top - edge, right + edge + 1, bottom + edge + 1)
    return np.concatenate(
        [
            boxes_of(out[0], out[1], out[2], top),
            boxes_of(out[0], bottom + 1, out[2], out[3]),
            boxes_of(out[0], top, left, bottom + 1),
            boxes_of(right + 1, top, out[2], bottom + 1),
        ]
    )


def paint_chosen(
    painter: QPainter, scene: SceneState, places: Places, layer: NoteLayer, indices: IntArray
) -> None:
    """Notes that are chosen: bright, with an outline."""
    if not len(indices):
        return
    boxes = note_boxes(layer.take(indices), places, places.left)
    colours, edge = scene.colours, max(round(places.scale), 1)
    fill_device(painter, places, boxes, faded(colours.selection, 0.42 if colours.dark else 0.22))
    fill_device(painter, places, outline(boxes, edge), colours.selection)


def paint_moved(painter: QPainter, scene: SceneState, places: Places, layer: NoteLayer) -> None:
    """Notes as they would be after a drag, each in its colour with an outline."""
    if not len(layer):
        return
    boxes = note_boxes(layer.notes, places, places.left)
    groups = scene.groups(layer, np.arange(len(layer)))
    painter.save()
    painter.scale(1 / places.scale, 1 / places.scale)
    edge = max(round(places.scale), 1)
    paint_notes(painter, boxes, groups, scene.shades(), edge)
    fill_boxes(painter, outline(boxes, edge), scene.colours.selection)
    painter.restore()


def paint_left_behind(
    painter: QPainter, scene: SceneState, places: Places, layer: NoteLayer, indices: IntArray
) -> None:
    """Notes that a drag takes away from where they are: nearly gone."""
    if len(indices):
        boxes = note_boxes(layer.take(indices), places, places.left)
        fill_device(painter, places, boxes, faded(scene.colours.background, 0.72))


def paint_region(
    painter: QPainter, scene: SceneState, places: Places, area: Area, label: str
) -> None:
    """The chosen region: a dashed frame, a breath of colour, what it is as a chip above it."""
    rect, colour = area_rect(places, area), scene.colours.selection
    painter.fillRect(rect, faded(colour, 0.07 if scene.colours.dark else 0.05))
    paint_frame(painter, rect, faded(colour, 0.85))
    paint_chip(painter, scene, chip_place(rect), label, faded(colour, 0.9))


def paint_frame(painter: QPainter, rect: QRectF, colour: QColor) -> None:
    """A dashed frame, a pixel inside."""
    pen = QPen(colour, 1.0, Qt.PenStyle.CustomDashLine)
    pen.setDashPattern([5.0, 3.0])
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(rect.adjusted(0.5, 0.5, -0.5, -0.5))


def chip_place(rect: QRectF) -> QPointF:
    """Where a chip begins: above the area where there is room, else at its top inside."""
    top = rect.top() - CHIP_HEIGHT - 3
    return QPointF(max(rect.left(), 4.0), top if top >= 2 else max(rect.top(), 0.0) + 3)


def chip_font(painter: QPainter) -> QFont:
    """Small text on the roll."""
    font = QFont(painter.font())
    font.setPixelSize(11)
    return font


def paint_chip(
    painter: QPainter,
    scene: SceneState,
    place: QPointF,
    text: str,
    colour: QColor,
    share: float | None = None,
) -> QRectF:
    """A rounded label; with `share` the left part of it is filled that far.

    Returns:
        Where it lies.
    """
    font = chip_font(painter)
    width = QFontMetricsF(font).horizontalAdvance(text) + 16
    rect = QRectF(place.x(), place.y(), width, CHIP_HEIGHT)
    shape = QPainterPath()
    shape.addRoundedRect(rect, 4, 4)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    ground = mixed(scene.colours.background, colour, 0.22)
    painter.fillPath(shape, faded(ground, 0.94))
    if share is not None:
        painter.setClipPath(shape, Qt.ClipOperation.IntersectClip)
        done = QRectF(rect.left(), rect.top(), width * min(max(share, 0.0), 1.0), CHIP_HEIGHT)
        painter.fillRect(done, faded(colour, 0.5))
    painter.setFont(font)
    painter.setPen(scene.colours.text)
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()
    return rect


def paint_band(painter: QPainter, scene: SceneState, rect: QRectF, removing: bool) -> None:
    """The rubber band as it is drawn up."""
    colour = scene.colours.bad if removing else scene.colours.accent
    painter.setPen(QPen(colour, 1.0))
    painter.setBrush(faded(colour, 0.13))
    painter.drawRect(rect.adjusted(0.5, 0.5, -0.5, -0.5))


def paint_loop(painter: QPainter, scene: SceneState, places: Places, height: float) -> None:
    """The edges of the loop over the whole height."""
    loop = scene.document.piece.loop
    if loop is None:
        return
    for step in loop:
        x = places.x(step)
        painter.fillRect(QRectF(x, 0, 1, height), faded(scene.colours.accent, 0.55))


def paint_cursor(
    painter: QPainter, scene: SceneState, places: Places, step: float, pitch: int, width: float
) -> None:
    """The cell that the keyboard works on."""
    row = places.row_near(pitch)
    left, right = places.x(step), places.x(step + width)
    rect = QRectF(left, places.y(row), max(right - left, 3.0), places.y(row + 1) - places.y(row))
    painter.fillRect(rect, faded(scene.colours.accent, 0.35))
    painter.setPen(QPen(scene.colours.accent, 1.0))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(rect.adjusted(0.5, 0.5, -0.5, -0.5))


def paint_playhead(
    painter: QPainter, scene: SceneState, places: Places, step: float, height: float
) -> None:
    """The line where the music is, with a soft glow."""
    x = places.x(step)
    colour = scene.colours.playhead
    painter.fillRect(QRectF(x - 3, 0, 7, height), faded(colour, 0.10))
    painter.fillRect(QRectF(x - 1, 0, 3, height), faded(colour, 0.22))
    painter.fillRect(QRectF(x, 0, 1.5, height), colour)


def paint_playhead_handle(painter: QPainter, scene: SceneState, x: float, bottom: float) -> None:
    """The triangle on the ruler that the playhead hangs from."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(_NO_PEN)
    painter.setBrush(scene.colours.playhead)
    middle = x + 0.75
    points = [QPointF(middle - 6.5, bottom - 9), QPointF(middle + 6.5, bottom - 9)]
    painter.drawPolygon(QPolygonF([*points, QPointF(middle, bottom)]))
    painter.restore()
