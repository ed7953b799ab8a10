"""How far the music has been from the host lately, drawn around a line that is the host."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.shell.theme import colours, theme

GOAL_MS = 1.0
"""The goal: nearer than this."""

_SCALES = (1.0, 5.0, 25.0)
_HEIGHT, _LEAST_WIDTH = 34, 90
_BAR = 3


class PhaseView(QWidget):
    """Bars up where we were later than the host, down where earlier; the newest is at the right.

    The stripe is a millisecond to either side; what is outside of it is in another colour. The
    scale is the smallest of a few that holds everything.

    Args:
        room: How many readings fit.
        parent: Qt's.
    """

    def __init__(self, room: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room = room
        self._readings: tuple[float, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(_LEAST_WIDTH)
        theme().changed.connect(self.update)

    @property
    def readings(self) -> tuple[float, ...]:
        """What is drawn, the oldest first."""
        return self._readings

    @property
    def scale_ms(self) -> float:
        """Milliseconds from the line to the edge."""
        most = max((abs(one) for one in self._readings), default=0.0)
        return next((scale for scale in _SCALES if most <= scale), _SCALES[-1])

    def show_readings(self, readings: Sequence[float], words: str) -> None:
        """Draw others.

        Args:
            readings: Milliseconds later than the host, the oldest first.
            words: The same for who doesn't see it.
        """
        self.setAccessibleName(words)
        kept = tuple(readings)[-self._room :]
        if kept != self._readings:
            self._readings = kept
            self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As wide as all readings, two lines high."""
        return QSize(self._room * _BAR, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """The stripe, the host's line, a bar for each reading."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours().background)
        painter.drawRoundedRect(frame, 4, 4)
        middle, reach = frame.center().y(), frame.height() / 2 - 2
        goal = QColor(colours().good)
        goal.setAlpha(34)
        half = reach * min(GOAL_MS / self.scale_ms, 1.0)
        painter.fillRect(QRectF(frame.left(), middle - half, frame.width(), 2 * half), goal)
        painter.setPen(QPen(colours().dim, 1))
        painter.drawLine(QPointF(frame.left(), middle), QPointF(frame.right(), middle))
        painter.setPen(Qt.PenStyle.NoPen)
        wide = frame.width() / self._room
        for place, reading in enumerate(reversed(self._readings)):
            self._bar(painter, frame.right() - (place + 1) * wide, wide, middle, reach, reading)
        painter.end()

    def _bar(
        self, painter: QPainter, left: float, wide: float, middle: float, reach: float, ms: float
    ) -> None:
        """One reading; one of nothing is seen, too."""
        high = min(abs(ms) / self.scale_ms, 1.0) * reach
        top = middle - max(high, 1.0) if ms >= 0 else middle
        near = abs(ms) <= GOAL_MS
        painter.setBrush(colours().good if near else colours().warn)
        painter.drawRect(QRectF(left, top, max(wide - 1.0, 1.0), max(high, 1.0) + (high < 1.0)))
