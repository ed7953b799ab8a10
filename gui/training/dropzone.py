"""Where a folder of music is dropped."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from gui.shell.dropping import folder_in, take_a_copy
from gui.shell.icons import icon
from gui.shell.theme import colours, mixed, theme
from gui.training.plan import CHORALES


class DropZone(QWidget):
    """A framed place to drop a folder on, with buttons for who doesn't drag.

    Attributes:
        chosen: A folder, or `CHORALES`.
        asked: The user wants to choose a folder in a dialog.
    """

    chosen = Signal(str)
    asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._over = False
        self.setAcceptDrops(True)
        self.setAccessibleName(self.tr("Drop a folder of MIDI files here"))
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 18, 16, 16)
        column.setSpacing(10)
        words = QLabel(self.tr("Drop a folder of MIDI files here"))
        words.setProperty("role", "title")
        words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(words)
        row = QHBoxLayout()
        self.folder_button = QPushButton(icon("open"), self.tr("Choose a folder…"))
        self.folder_button.setToolTip(self.tr("Everything below the folder is searched"))
        self.folder_button.clicked.connect(self.asked)
        self.chorales_button = QPushButton(self.tr("Bach's chorales"))
        self.chorales_button.setToolTip(
            self.tr("The built-in music: about 350 chorales that come with the package music21")
        )
        self.chorales_button.clicked.connect(lambda: self.chosen.emit(CHORALES))
        row.addStretch(1)
        row.addWidget(self.folder_button)
        row.addWidget(self.chorales_button)
        row.addStretch(1)
        column.addLayout(row)
        theme().changed.connect(self.update)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Light up for a folder."""
        if folder_in(event.mimeData()) is not None:
            take_a_copy(event)
            self._show_over(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: N802 - Qt's name
        """Go dark again."""
        self._show_over(False)

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """Take the folder."""
        self._show_over(False)
        folder = folder_in(event.mimeData())
        if folder is not None:
            take_a_copy(event)
            self.chosen.emit(str(folder))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """A dashed frame, brighter while something is held over it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = colours()
        edge = chosen.accent if self._over else chosen.bar_line
        ground = mixed(chosen.panel, chosen.accent, 0.16) if self._over else chosen.background
        painter.setPen(QPen(edge, 1.5, Qt.PenStyle.DashLine))
        painter.setBrush(ground)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 8, 8)

    def _show_over(self, over: bool) -> None:
        self._over = over
        self.update()
