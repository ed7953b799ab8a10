"""The ruler: a strip for the loop above bar numbers. Click seeks, drag loops or chooses bars."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.roll import regions
from gui.roll.autoscroll import AutoScroll, kept_inside
from gui.roll.drags import SHAKE
from gui.roll.navigation import wheel
from gui.roll.overlays import paint_playhead_handle
from gui.roll.places import Places
from gui.roll.rulerdrags import BarsDrag, LoopDrag, RulerDrag
from gui.roll.rulerpicture import (
    HEIGHT,
    LOOP_HEIGHT,
    paint_loop_strip,
    paint_numbers,
    paint_region_band,
)
from gui.roll.scene import SceneState

EDGE = 6.0  # logical pixels at the loop's ends that move them

_SHIFT = Qt.KeyboardModifier.ShiftModifier
_ALT = Qt.KeyboardModifier.AltModifier


class RollRuler(QWidget):
    """Time above the notes."""

    seek_requested = Signal(float)
    """A click: play from that step."""

    def __init__(self, scene: SceneState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scene = scene
        self._press: QPointF | None = None
        self._mouse = (0.0, False)
        self._drag: RulerDrag | None = None
        self._moved = False
        self.scrolling = AutoScroll(scene, self._go_on, self)
        """Scrolls while a drag is held outside the ruler."""
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
        self.setToolTip(
            self.tr(
                "Click: play from here. Drag over the numbers: choose whole bars; Shift and click "
                "goes on to there. Drag over the strip above: loop; double click: no loop."
            )
        )
        scene.view.changed.connect(self.update)
        scene.selection.changed.connect(self.update)
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
        proposed = self._drag.proposed if isinstance(self._drag, LoopDrag) else None
        return proposed or self._scene.document.piece.loop

    @property
    def dragging(self) -> bool:
        """Whether the mouse holds something here."""
        return self._press is not None

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
        paint_loop_strip(painter, self._scene, places, self.width(), self.loop)
        paint_region_band(painter, self._scene, places)
        paint_numbers(painter, self._scene, places, event.rect())
        painter.fillRect(0, HEIGHT - 1, self.width(), 1, colours.bar_line)
        paint_playhead_handle(painter, self._scene, places.x(self._drawn_step), HEIGHT)
        if self.hasFocus():
            painter.setPen(colours.accent)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    # --- Mouse and keys -------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Begin a click, a loop on the strip, or bars on their numbers; Shift goes on with bars."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        self._press, self._moved = event.position(), False
        step, free = self._look(event)
        extends = bool(event.modifiers() & _SHIFT)
        if event.position().y() >= LOOP_HEIGHT or extends:
            self._drag = BarsDrag(self._scene, step, extends)
            self._moved = extends
            self._go_on()
            return
        loop, end = self._scene.document.piece.loop, self._end_under(event.position())
        anchor = loop[1 - end] if loop is not None and end is not None else None
        self._drag = LoopDrag(self._scene, step, free, anchor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Go on, or show that an end of the loop can be taken."""
        if self._press is None:
            over = self._end_under(event.position()) is not None
            shape = Qt.CursorShape.SizeHorCursor if over else Qt.CursorShape.PointingHandCursor
            self.setCursor(shape)
            return
        self._look(event)
        self._moved = self._moved or abs(event.position().x() - self._press.x()) > SHAKE
        self.scrolling.hold(event.position(), (True, False))
        self._go_on()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Set the loop, choose the bars, or seek."""
        if self._press is None or self._drag is None:
            return
        self._look(event)
        self._go_on()
        drag, moved = self._drag, self._moved
        self._let_go()
        if moved:
            drag.finish()
        else:
            self.seek_requested.emit(max(self._places().step_at(event.position().x()), 0.0))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """On the strip no loop any more; on a number its bar."""
        if event.position().y() < LOOP_HEIGHT:
            self._scene.document.set_loop(None)
        else:
            step = self._look(event)[0]
            regions.choose(self._scene, regions.bars_around(self._scene, step, step))

    def cancel(self) -> bool:
        """Let go of what the mouse holds and leave all as it was; False if it holds nothing."""
        if self._press is None or self._drag is None:
            return False
        drag, moved = self._drag, self._moved
        self._let_go()
        if moved:
            drag.cancel()
        return True

    def _let_go(self) -> None:
        self._press = self._drag = None
        self.scrolling.let_go()
        self.update()

    def _look(self, event: QMouseEvent) -> tuple[float, bool]:
        """The step under the mouse, and whether the grid is off."""
        free = bool(event.modifiers() & _ALT) or not self._scene.view.snap
        self._mouse = (kept_inside(event.position(), self).x(), free)
        return self._places().step_at(self._mouse[0]), free

    def _go_on(self) -> None:
        """The mouse is elsewhere, or the bars have moved below it."""
        if self._drag is not None and self._moved:
            x, free = self._mouse
            self._drag.move(self._places().step_at(x), free)
            self.update()

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
        elif not (key == Qt.Key.Key_Escape and self.cancel()):
            super().keyPressEvent(event)

    def _bar_beside(self, way: int) -> float:
        bars, now = self._scene.lines.bars, self._scene.playhead.step
        if way > 0:
            index = int(np.searchsorted(bars, now, side="right"))
        else:
            index = int(np.searchsorted(bars, now, side="left")) - 1
        return float(bars[min(max(index, 0), len(bars) - 1)])

    def _end_under(self, point: QPointF) -> int | None:
        """Which end of the loop lies under the mouse: 0 its start, 1 its stop."""
        loop = self._scene.document.piece.loop
        if loop is None or point.y() >= LOOP_HEIGHT:
            return None
        near = [abs(self._places().x(step) - point.x()) for step in loop]
        end = int(np.argmin(near))
        return end if near[end] <= EDGE else None
