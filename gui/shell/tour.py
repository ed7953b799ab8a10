"""The tour on the first start: a light on one thing at a time, and a card beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from gui.shell.theme import colours

CARD_WIDTH = 320
GAP = 14


@dataclass(frozen=True)
class Step:
    """One thing to know."""

    target: Callable[[], QWidget]
    """What to point at."""
    title: str
    text: str


class Tour(QWidget):
    """Covers the window while it lasts. Enter goes on, Esc skips the rest."""

    finished = Signal()
    """Seen or skipped; it deletes itself."""

    def __init__(self, steps: Sequence[Step], window: QWidget) -> None:
        super().__init__(window)
        self._steps = list(steps)
        self._place = 0
        self._card = _Card(self)
        self._card.onward.clicked.connect(self.go_on)
        self._card.skip.clicked.connect(self.end)
        window.installEventFilter(self)
        self.setGeometry(window.rect())
        self._show_step()
        self.show()
        self.raise_()
        self._card.onward.setFocus()

    @property
    def place(self) -> int:
        """The step that is shown, from 0."""
        return self._place

    def go_on(self) -> None:
        """Show the next step, or end after the last."""
        if self._place + 1 == len(self._steps):
            self.end()
            return
        self._place += 1
        self._show_step()

    def end(self) -> None:
        """Close, whatever has been seen."""
        if self.isHidden():
            return
        self._window().removeEventFilter(self)
        self.hide()
        self.finished.emit()
        self.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Grow and shrink with the window."""
        if event.type() == QEvent.Type.Resize and watched is self.parent():
            self.setGeometry(self._window().rect())
            self._show_step()
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Enter goes on, Esc skips the rest."""
        if event.key() == Qt.Key.Key_Escape:
            self.end()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Right):
            self.go_on()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Take every key before the window's shortcuts do: they wait until the tour is over."""
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Shade everything but what the step is about."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shade = QPainterPath()
        shade.addRect(QRectF(self.rect()))
        light = QPainterPath()
        light.addRoundedRect(QRectF(self._light()), 10, 10)
        painter.fillPath(shade.subtracted(light), QColor(0, 0, 0, 150))
        painter.setPen(QPen(colours().accent, 2))
        painter.drawPath(light)

    def _window(self) -> QWidget:
        window = self.parent()
        if not isinstance(window, QWidget):
            raise TypeError("a tour lies on a window")
        return window

    def _light(self) -> QRect:
        """Where the target is, in our own pixels, with a little room."""
        target = self._steps[self._place].target()
        corner = target.mapTo(self._window(), QPoint(0, 0))
        return QRect(corner, target.size()).adjusted(-5, -5, 5, 5).intersected(self.rect())

    def _show_step(self) -> None:
        step = self._steps[self._place]
        last = self._place + 1 == len(self._steps)
        self._card.present(step, self._place + 1, len(self._steps), last=last)
        self._card.move(self._card_corner())
        self.update()

    def _card_corner(self) -> QPoint:
        """Right of the light where there is room, else left of it, else inside; always whole."""
        light, size = self._light(), self._card.sizeHint()
        left = light.right() + GAP
        if left + CARD_WIDTH > self.width():
            left = light.left() - GAP - CARD_WIDTH
        if left < GAP:
            left = light.center().x() - CARD_WIDTH // 2
        top = min(max(light.top(), GAP), self.height() - size.height() - GAP)
        return QPoint(min(max(left, GAP), self.width() - CARD_WIDTH - GAP), max(top, GAP))


class _Card(QFrame):
    """Title, text, and two buttons."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.setObjectName("tourCard")
        self.setFixedWidth(CARD_WIDTH)
        self._title = QLabel(self)
        self._title.setProperty("role", "heading")
        self._text = QLabel(self)
        self._text.setWordWrap(True)
        self._count = QLabel(self)
        self._count.setProperty("role", "dim")
        self.skip = QPushButton(self.tr("Skip"), self)
        self.onward = QPushButton(self)
        self.onward.setProperty("role", "primary")
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(10)
        column.addWidget(self._title)
        column.addWidget(self._text)
        row = QHBoxLayout()
        row.addWidget(self._count, 1)
        row.addWidget(self.skip)
        row.addWidget(self.onward)
        column.addLayout(row)

    def present(self, step: Step, number: int, count: int, *, last: bool) -> None:
        self._title.setText(step.title)
        self._text.setText(step.text)
        self._count.setText(self.tr("{0} of {1}").format(number, count))
        self.onward.setText(self.tr("Start") if last else self.tr("Next"))
        self.skip.setHidden(last)
        self.setAccessibleName(f"{step.title}. {step.text}")
        self.adjustSize()
