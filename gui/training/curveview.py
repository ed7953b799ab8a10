"""The curves of a training, painted: the whole model's or each level's; zoomed with the wheel."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.shell.theme import colours, theme
from gui.training.curveshape import between, smooth, ticks
from gui.training.facts import Curves

LEFT, RIGHT, TOP, BOTTOM = 52.0, 14.0, 30.0, 24.0
"""Pixels around the curves, for the numbers."""
_ZOOM = 1.25
"""What one notch of the wheel or one key press zooms by."""
_KEYS = (
    Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus, Qt.Key.Key_Left, Qt.Key.Key_Right,
    Qt.Key.Key_Home,
)  # fmt: skip
_TYPED = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
"""What it may take to type them."""


class CurveView(QWidget):
    """Curves over updates.

    The wheel zooms at the cursor, a drag moves, a double click or Home shows everything; + and -
    zoom, the arrows move.

    Args:
        curves: Where they come from; `refresh` after it has changed.
    """

    def __init__(self, curves: Curves, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._curves = curves
        self._names: tuple[str, ...] = ("train", "valid")
        self._span: tuple[float, float] | None = None
        self._dragged: float | None = None
        self._pointer: float | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(150)
        self.setAccessibleName(self.tr("Training curves"))
        self.setToolTip(
            self.tr(
                "Wheel, + and -: zoom. Drag and arrow keys: move. Double click and Home:"
                " everything."
            )
        )
        theme().changed.connect(self.update)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Wide rather than high."""
        return QSize(640, 240)

    def show_names(self, names: tuple[str, ...]) -> None:
        """Show these curves."""
        self._names = names
        self.refresh()

    def refresh(self) -> None:
        """Paint again, in words as well."""
        self.setAccessibleDescription(self._description())
        self.update()

    def _description(self) -> str:
        """The last values of the whole model and of each level, and what is in sight."""
        names = self._curves.names()
        if not names:
            return ""
        last = max(float(self._curves.series(name)[0][-1]) for name in names)
        values = (f"{self._title(name)} {self._curves.last(name):.3f}" for name in names)
        told = self.tr("After update {0}: {1}.").format(f"{last:,.0f}", ", ".join(values))
        if self._span is not None:
            low, high = (f"{step:,.0f}" for step in self._span)
            told += " " + self.tr("Updates {0} to {1} are shown.").format(low, high)
        return told

    @property
    def span(self) -> tuple[float, float]:
        """First and last update shown."""
        whole = self._whole()
        return whole if self._span is None else self._span

    def zoom_at(self, step: float, factor: float) -> None:
        """Show `factor` times less, with `step` where it is; as far as there is anything."""
        low, high = self.span
        first, last = self._whole()
        wide = min(max((high - low) / factor, 2.0), last - first)
        place = (step - low) / max(high - low, 1e-9)
        self._show_span(step - place * wide, wide)

    def show_all(self) -> None:
        """Show everything, and what is to come."""
        self._span = None
        self.refresh()

    def move_by(self, steps: float) -> None:
        """Show later updates, or earlier ones."""
        low, high = self.span
        self._show_span(low + steps, high - low)

    def step_at(self, x: float) -> float:
        """The update at a place in pixels."""
        low, high = self.span
        return low + (x - LEFT) / max(1.0, self._area().width()) * (high - low)

    # --- Mouse and keys --------------------------------------------------------------------------

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """Zoom at the cursor."""
        turned = event.angleDelta().y() or event.angleDelta().x()
        if turned:
            notches = max(-3.0, min(3.0, turned / 120))
            self.zoom_at(self.step_at(event.position().x()), _ZOOM**notches)
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Begin to move."""
        self._dragged = event.position().x()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Move, or read the values under the cursor."""
        x = event.position().x()
        if self._dragged is not None:
            self.move_by(self.step_at(self._dragged) - self.step_at(x))
            self._dragged = x
        self._pointer = x if self._area().contains(event.position()) else None
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """End moving."""
        self._dragged = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Show everything."""
        self.show_all()

    def leaveEvent(self, event: object) -> None:  # noqa: N802 - Qt's name
        """No values to read any more."""
        self._pointer = None
        self.update()

    def event(self, event: QEvent) -> bool:
        """Keep our keys from the window's commands, which have some of them, too."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            plain = event.modifiers() & ~_TYPED == Qt.KeyboardModifier.NoModifier
            if plain and event.key() in _KEYS:
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Zoom and move without a mouse."""
        low, high = self.span
        keys = Qt.Key
        if event.key() in (keys.Key_Plus, keys.Key_Equal):
            self.zoom_at((low + high) / 2, _ZOOM)
        elif event.key() == keys.Key_Minus:
            self.zoom_at((low + high) / 2, 1 / _ZOOM)
        elif event.key() in (keys.Key_Left, keys.Key_Right):
            self.move_by((high - low) * (0.15 if event.key() == keys.Key_Right else -0.15))
        elif event.key() == keys.Key_Home:
            self.show_all()
        else:
            super().keyPressEvent(event)

    # --- Painting --------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Ground, grid, curves, names with their last values; a frame for the keys' focus."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.hasFocus():
            painter.setPen(QPen(colours().accent, 1))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        shown = self._shown()
        if not shown:
            painter.setPen(colours().dim)
            words = self.tr("The curves appear here as the model learns.")
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, words)
            return
        low, high = self._heights(shown)
        self._paint_grid(painter, low, high)
        painter.setClipRect(self._area())
        for name in shown:
            self._paint_curve(painter, name, low, high)
        painter.setClipping(False)
        self._paint_legend(painter, shown)

    def _paint_grid(self, painter: QPainter, low: float, high: float) -> None:
        area, chosen = self._area(), colours()
        font = QFont(self.font())
        font.setPointSizeF(max(7.0, font.pointSizeF() - 1.5))
        painter.setFont(font)
        for value in ticks(low, high, max(2, int(area.height() / 44))):
            y = between(value, low, high, area.bottom(), area.top())
            painter.setPen(QPen(chosen.grid, 1))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(chosen.dim)
            box = QRectF(0, y - 8, LEFT - 8, 16)
            flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(box, flags, f"{value:g}")
        first, last = self.span
        for value in ticks(first, last, max(2, int(area.width() / 110))):
            x = between(value, first, last, area.left(), area.right())
            painter.setPen(QPen(chosen.grid, 1))
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
            painter.setPen(chosen.dim)
            box = QRectF(x - 40, area.bottom() + 5, 80, 16)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, f"{value:g}")

    def _paint_curve(self, painter: QPainter, name: str, low: float, high: float) -> None:
        steps, values = self._curves.series(name)
        colour = self._colour(name)
        if name == "valid":
            self._paint_line(painter, steps, values, QPen(colour, 2.2), (low, high))
            painter.setBrush(colour)
            painter.setPen(Qt.PenStyle.NoPen)
            for x, y in self._points(steps, values, low, high):
                painter.drawEllipse(QPointF(x, y), 3.0, 3.0)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            return
        faint = QColor(colour)
        faint.setAlphaF(0.32)
        self._paint_line(painter, steps, values, QPen(faint, 1), (low, high))
        self._paint_line(painter, steps, smooth(values), QPen(colour, 2), (low, high))

    def _paint_line(
        self, painter: QPainter, steps: object, values: object, pen: QPen,
        heights: tuple[float, float],
    ) -> None:  # fmt: skip
        painter.setPen(pen)
        points = self._points(np.asarray(steps), np.asarray(values), *heights)
        painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in points]))

    def _points(
        self, steps: np.ndarray, values: np.ndarray, low: float, high: float
    ) -> list[tuple[float, float]]:
        area, (first, last) = self._area(), self.span
        x = between(steps, first, last, area.left(), area.right())
        y = between(values, low, high, area.bottom(), area.top())
        return list(zip(np.asarray(x).tolist(), np.asarray(y).tolist(), strict=True))

    def _paint_legend(self, painter: QPainter, shown: list[str]) -> None:
        """Names with the value under the cursor, else the last."""
        x = LEFT
        painter.setFont(self.font())
        for name in shown:
            text = f"{self._title(name)}  {self._value(name):.3f}"
            painter.setPen(self._colour(name))
            painter.drawText(QPointF(x, 18), text)
            x += painter.fontMetrics().horizontalAdvance(text) + 22
        painter.setPen(colours().dim)
        right = self.tr("nats a step, less is better")
        wide = painter.fontMetrics().horizontalAdvance(right)
        if x + wide < self.width() - RIGHT:
            painter.drawText(QPointF(self.width() - RIGHT - wide, 18), right)
        if self._pointer is not None:
            area = self._area()
            painter.setPen(QPen(colours().bar_line, 1, Qt.PenStyle.DashLine))
            painter.drawLine(
                QPointF(self._pointer, area.top()), QPointF(self._pointer, area.bottom())
            )

    def _value(self, name: str) -> float:
        steps, values = self._curves.series(name)
        if self._pointer is None:
            return float(values[-1])
        return float(np.interp(self.step_at(self._pointer), steps, values))

    # --- What lies where -------------------------------------------------------------------------

    def _area(self) -> QRectF:
        return QRectF(
            LEFT, TOP, max(1.0, self.width() - LEFT - RIGHT),
            max(1.0, self.height() - TOP - BOTTOM),
        )  # fmt: skip

    def _shown(self) -> list[str]:
        return [name for name in self._names if len(self._curves.series(name)[0])]

    def _whole(self) -> tuple[float, float]:
        ends = [self._curves.series(name)[0] for name in self._shown()]
        return 0.0, max([2.0, *(float(steps[-1]) for steps in ends)])

    def _show_span(self, low: float, wide: float) -> None:
        first, last = self._whole()
        low = min(max(low, first), last - wide)
        whole = wide >= last - first
        self._span = None if whole else (low, low + wide)
        self.refresh()

    def _heights(self, shown: list[str]) -> tuple[float, float]:
        """Least and greatest value in what is shown, with some air.

        Where everything is shown, the first updates, far above the rest, don't count.
        """
        first, last = self.span
        found: list[float] = []
        for name in shown:
            steps, values = self._curves.series(name)
            if name != "valid":
                values = np.concatenate([values, smooth(values)])
                steps = np.concatenate([steps, steps])
            skip = last * 0.03 if self._span is None and len(steps) > 60 else first
            inside = values[(steps >= skip) & (steps <= last)]
            found += (inside if len(inside) else values).tolist()
        low, high = min(found), max(found)
        air = max((high - low) * 0.08, 1e-3)
        return low - air, high + air

    def _colour(self, name: str) -> QColor:
        chosen = colours()
        if name.startswith("level"):
            return chosen.part(int(name[5:]) + 2)
        return chosen.accent if name == "train" else chosen.warn

    def _title(self, name: str) -> str:
        if name.startswith("level"):
            return self.tr("level {0}").format(int(name[5:]) + 1)
        return self.tr("training") if name == "train" else self.tr("music kept aside")
