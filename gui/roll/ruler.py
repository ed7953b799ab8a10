"""The ruler: bar numbers, the loop as a band, the playhead's handle. Click seeks, drag loops."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFont,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.roll import edits
from gui.roll.backdrop import thinning
from gui.roll.navigation import wheel
from gui.roll.overlays import faded, paint_playhead_handle
from gui.roll.places import Places
from gui.roll.scene import SceneState
from gui.shell.theme import ink_on, mixed

HEIGHT = 38
LOOP_HEIGHT = 13
EDGE = 6.0  # logical pixels at the loop's ends that move them
LEAST_NUMBER_WIDTH = 34.0


class RollRuler(QWidget):
    """Time above the notes."""

    seek_requested = Signal(float)
    """A click: play from that step."""

    def __init__(self, scene: SceneState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scene = scene
        self._press: QPointF | None = None
        self._anchor = 0
        self._proposed: tuple[int, int] | None = None
        self._drawn_step = scene.playhead.step
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(self.tr("Ruler"))
        self.setAccessibleDescription(
            self.tr("Bars. Arrow keys move the playhead by a bar; Delete takes the loop away.")
        )
        self.setToolTip(self.tr("Click: play from here. Drag: loop. Double click: no loop."))
        scene.view.changed.connect(self.update)
        scene.document.loop_changed.connect(self.update)
        scene.notes_changed.connect(self.update)
        scene.all_changed.connect(self.update)
        scene.playhead.changed.connect(self._on_playhead)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As wide as there is room."""
        return QSize(600, HEIGHT)

    @property
    def loop(self) -> tuple[int, int] | None:
        """The loop as it is shown: while it is drawn up, the one that it would become."""
        return self._proposed or self._scene.document.piece.loop

    def _places(self) -> Places:
        return self._scene.places(self.devicePixelRatioF())

    def _on_playhead(self) -> None:
        step, places = self._scene.playhead.step, self._places()
        for at in (self._drawn_step, step):
            self.update(QRect(math.floor(places.x(at)) - 9, 0, 19, HEIGHT))
        self._drawn_step = step

    # --- Painting -------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Loop, numbers, playhead."""
        painter, places, colours = QPainter(self), self._places(), self._scene.colours
        painter.fillRect(event.rect(), colours.panel)
        self._paint_loop(painter, places)
        self._paint_numbers(painter, places, event.rect())
        painter.fillRect(0, HEIGHT - 1, self.width(), 1, colours.bar_line)
        paint_playhead_handle(painter, self._scene, places.x(self._drawn_step), HEIGHT)
        if self.hasFocus():
            painter.setPen(colours.accent)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def _paint_loop(self, painter: QPainter, places: Places) -> None:
        colours = self._scene.colours
        painter.fillRect(
            0, 0, self.width(), LOOP_HEIGHT, mixed(colours.panel, colours.black_row, 0.5)
        )
        if self.loop is None:
            return
        left, right = places.x(self.loop[0]), places.x(self.loop[1])
        rect = QRectF(left, 0, right - left, LOOP_HEIGHT)
        band = mixed(colours.accent, colours.panel, 0.25)
        shape = QPainterPath()
        shape.addRoundedRect(rect, 3, 3)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillPath(shape, band)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.fillRect(
            QRectF(left, LOOP_HEIGHT, right - left, HEIGHT), faded(colours.accent, 0.09)
        )
        painter.setFont(_font(painter, 10))
        painter.setPen(ink_on(band))
        inside = rect.intersected(QRectF(0, 0, self.width(), LOOP_HEIGHT)).adjusted(6, 0, -2, 0)
        if inside.width() > 30:
            place = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
            painter.drawText(inside, place, self.tr("loop"))

    def _paint_numbers(self, painter: QPainter, places: Places, area: QRect) -> None:
        lines, colours = self._scene.lines, self._scene.colours
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
        self._paint_beats(painter, places, area)

    def _paint_beats(self, painter: QPainter, places: Places, area: QRect) -> None:
        lines = self._scene.lines
        if places.px_per_step * lines.beat_steps < 14:
            return
        first, last = places.step_at(area.left()), places.step_at(area.right() + 1)
        beats = lines.beats[
            np.searchsorted(lines.beats, first) : np.searchsorted(lines.beats, last)
        ]
        for step in beats.tolist():
            x = places.x(step)
            painter.fillRect(QRectF(x, HEIGHT - 5, 1, 4), self._scene.colours.bar_line)

    # --- Mouse and keys -------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Begin a click or a loop; near an end of the loop, take that end."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        self._press = event.position()
        loop = self._scene.document.piece.loop
        end = self._end_under(event.position().x())
        if loop is not None and end is not None:
            self._anchor = loop[1 - end]
        else:
            self._anchor = self._snapped(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the loop up, or show that an end can be taken."""
        if self._press is None:
            over = self._end_under(event.position().x()) is not None
            shape = Qt.CursorShape.SizeHorCursor if over else Qt.CursorShape.PointingHandCursor
            self.setCursor(shape)
            return
        if abs(event.position().x() - self._press.x()) > 4 or self._proposed:
            start, stop = sorted((self._anchor, self._snapped(event)))
            self._proposed = (start, stop) if stop > start else None
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Set the loop, or seek."""
        if self._press is None:
            return
        proposed, self._proposed, press = self._proposed, None, self._press
        self._press = None
        if proposed is not None:
            self._scene.document.set_loop(proposed)
        elif abs(event.position().x() - press.x()) <= 4:
            self.seek_requested.emit(max(self._places().step_at(event.position().x()), 0.0))
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """No loop any more."""
        self._scene.document.set_loop(None)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """As on the notes."""
        wheel(self._scene, self._places(), event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Arrows go from bar to bar, Delete takes the loop away, Escape lets go of a drag."""
        key = event.key()
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.seek_requested.emit(self._bar_beside(1 if key == Qt.Key.Key_Right else -1))
        elif key == Qt.Key.Key_Delete:
            self._scene.document.set_loop(None)
        elif key == Qt.Key.Key_Escape and self._press is not None:
            self._press = self._proposed = None
            self.update()
        else:
            super().keyPressEvent(event)

    def _bar_beside(self, way: int) -> float:
        bars, now = self._scene.lines.bars, self._scene.playhead.step
        if way > 0:
            index = int(np.searchsorted(bars, now, side="right"))
        else:
            index = int(np.searchsorted(bars, now, side="left")) - 1
        return float(bars[min(max(index, 0), len(bars) - 1)])

    def _end_under(self, x: float) -> int | None:
        """Which end of the loop lies under x: 0 its start, 1 its stop."""
        loop = self._scene.document.piece.loop
        if loop is None:
            return None
        near = [abs(self._places().x(step) - x) for step in loop]
        end = int(np.argmin(near))
        return end if near[end] <= EDGE else None

    def _snapped(self, event: QMouseEvent) -> int:
        """The bar line near the mouse; with Alt the step."""
        step = self._places().step_at(event.position().x())
        if event.modifiers() & Qt.KeyboardModifier.AltModifier or not self._scene.view.snap:
            return max(round(step), 0)
        return edits.nearest_bar(self._scene, step)


def _font(painter: QPainter, size: int) -> QFont:
    font = QFont(painter.font())
    font.setPixelSize(size)
    return font
