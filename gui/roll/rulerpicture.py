"""How the ruler looks: the loop's strip, where the region is, bar numbers and beats."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QCoreApplication, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFont, QPainter, QPainterPath

from gui.roll.backdrop import thinning
from gui.roll.overlays import faded
from gui.roll.places import Places
from gui.roll.scene import SceneState
from gui.shell.theme import ink_on, mixed

HEIGHT = 38
LOOP_HEIGHT = 15
"""The loop's strip at the top; below it are the numbers."""
LEAST_NUMBER_WIDTH = 34.0


def paint_loop_strip(
    painter: QPainter,
    scene: SceneState,
    places: Places,
    width: int,
    loop: tuple[int, int] | None,
) -> None:
    """The strip, and the loop on it as a band."""
    colours = scene.colours
    painter.fillRect(0, 0, width, LOOP_HEIGHT, mixed(colours.panel, colours.black_row, 0.5))
    if loop is None:
        return
    left, right = places.x(loop[0]), places.x(loop[1])
    rect = QRectF(left, 0, right - left, LOOP_HEIGHT)
    band = mixed(colours.accent, colours.panel, 0.25)
    shape = QPainterPath()
    shape.addRoundedRect(rect, 3, 3)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillPath(shape, band)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.fillRect(QRectF(left, LOOP_HEIGHT, right - left, HEIGHT), faded(colours.accent, 0.09))
    painter.setFont(_font(painter, 10))
    painter.setPen(ink_on(band))
    inside = rect.intersected(QRectF(0, 0, width, LOOP_HEIGHT)).adjusted(6, 0, -2, 0)
    if inside.width() > 30:
        place = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(inside, place, QCoreApplication.translate("RollRuler", "loop"))


def paint_region_band(painter: QPainter, scene: SceneState, places: Places) -> None:
    """Where the chosen region is, below the numbers."""
    region = scene.selection.region
    if region is not None:
        left, right = places.x(region.start_step), places.x(region.stop_step)
        rect = QRectF(left, LOOP_HEIGHT, right - left, HEIGHT - LOOP_HEIGHT)
        painter.fillRect(rect, faded(scene.colours.selection, 0.18))


def paint_numbers(painter: QPainter, scene: SceneState, places: Places, area: QRect) -> None:
    """Bar lines with their numbers, and beats between them where there is room."""
    lines, colours = scene.lines, scene.colours
    every = thinning(places.px_per_step * lines.bar_steps, LEAST_NUMBER_WIDTH)
    first = int(np.searchsorted(lines.bars, places.step_at(area.left() - 40)))
    last = int(np.searchsorted(lines.bars, places.step_at(area.right() + 4), side="right"))
    painter.setFont(_font(painter, 12))
    for index in range(first - first % every, last, every):
        step = int(lines.bars[index])
        x = places.x(step)
        painter.fillRect(QRectF(x, HEIGHT - 15, 1, 15), colours.bar_line)
        painter.setPen(colours.dim if step < lines.steps else colours.bar_line)
        painter.drawText(QPointF(x + 5, HEIGHT - 8), str(index + 1))
    _paint_beats(painter, scene, places, area)


def _paint_beats(painter: QPainter, scene: SceneState, places: Places, area: QRect) -> None:
    lines = scene.lines
    if places.px_per_step * lines.beat_steps < 14:
        return
    first, last = places.step_at(area.left()), places.step_at(area.right() + 1)
    beats = lines.beats[np.searchsorted(lines.beats, first) : np.searchsorted(lines.beats, last)]
    for step in beats.tolist():
        x = places.x(step)
        painter.fillRect(QRectF(x, HEIGHT - 5, 1, 4), scene.colours.bar_line)


def _font(painter: QPainter, size: int) -> QFont:
    font = QFont(painter.font())
    font.setPixelSize(size)
    return font
