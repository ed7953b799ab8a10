"""The voices: one row for each part with its colour, name, mute, solo and lock."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui.shell.icons import icon
from gui.shell.theme import colours, theme
from gui.state.document import Document
from gui.state.piece import COLOURS, Voice


class Swatch(QToolButton):
    """A patch of a voice's colour; pressing it takes the next one.

    Args:
        document: Whose voice.
        index: Which one.
    """

    def __init__(self, document: Document, index: int) -> None:
        super().__init__()
        self._document, self._index = document, index
        self._colour, self._audible = 0, True
        self.setFixedSize(QSize(20, 20))
        self.setProperty("role", "quiet")
        self.setToolTip(self.tr("Another colour"))
        self.setAccessibleName(self.tr("Colour of voice {0}").format(index + 1))
        self.clicked.connect(self._next)
        theme().changed.connect(self.update)

    def show_colour(self, colour: int, audible: bool) -> None:
        """Show a part colour of the theme; faint for a voice that is not heard."""
        self._colour, self._audible = colour, audible
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """The patch, and a frame where the keyboard is."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(colours().text if self.hasFocus() else Qt.PenStyle.NoPen)
        painter.setOpacity(1.0 if self._audible else 0.35)
        painter.setBrush(colours().part(self._colour))
        painter.drawRoundedRect(self.rect().adjusted(4, 4, -4, -4), 3, 3)
        painter.end()

    def _next(self) -> None:
        self._document.set_voice(self._index, colour=(self._colour + 1) % COLOURS)


class VoiceRow(QWidget):
    """One voice.

    Args:
        document: Whose.
        index: Which one.
    """

    def __init__(self, document: Document, index: int) -> None:
        super().__init__()
        self._document, self._index = document, index
        self.swatch = Swatch(document, index)
        self.name = QLineEdit()
        self.name.setAccessibleName(self.tr("Name of voice {0}").format(index + 1))
        self.name.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.name.setMinimumWidth(60)
        self.name.editingFinished.connect(self._rename)
        self.mute = self._switch(self.tr("M"), self.tr("Mute"), "muted")
        self.solo = self._switch(self.tr("S"), self.tr("Solo"), "solo")
        self.lock = self._switch("", self.tr("Lock: edits and generation leave it alone"), "locked")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for widget in (self.swatch, self.name, self.mute, self.solo, self.lock):
            row.addWidget(widget)

    def show_voice(self, voice: Voice, audible: bool) -> None:
        """Show a voice as it is; the colour of one that is not heard is faint."""
        self.swatch.show_colour(voice.colour, audible)
        if not self.name.hasFocus():
            self.name.setText(voice.name)
        self.mute.setChecked(voice.muted)
        self.solo.setChecked(voice.solo)
        self.lock.setChecked(voice.locked)
        self.lock.setIcon(icon("lock" if voice.locked else "unlock"))

    def _switch(self, letter: str, words: str, field: str) -> QToolButton:
        button = QToolButton()
        button.setText(letter)
        button.setCheckable(True)
        button.setFixedWidth(30)
        button.setToolTip(words)
        button.setAccessibleName(
            self.tr("{0}, voice {1}").format(words.partition(":")[0], self._index + 1)
        )
        button.clicked.connect(lambda on: self._document.set_voice(self._index, **{field: on}))
        return button

    def _rename(self) -> None:
        name = self.name.text().strip()
        if name:
            self._document.set_voice(self._index, name=name)
        else:
            self.name.setText(self._document.piece.voices[self._index].name)


class VoicesPanel(QFrame):
    """All voices of the document.

    Args:
        document: Whose voices.
        parent: Qt's.
    """

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self.rows: list[VoiceRow] = []
        self.setProperty("role", "card")
        self.setAccessibleName(self.tr("Voices"))
        title = QLabel(self.tr("Voices"))
        title.setProperty("role", "title")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(10, 8, 10, 10)
        self._column.setSpacing(4)
        self._column.addWidget(title)
        document.voices_changed.connect(self._show)
        document.replaced.connect(self._show)
        document.changed.connect(self._parts_may_differ)
        self._show()

    def _parts_may_differ(self) -> None:
        if len(self.rows) != len(self._document.piece.voices):
            self._show()

    def _show(self) -> None:
        piece = self._document.piece
        while len(self.rows) > len(piece.voices):
            row = self.rows.pop()
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        while len(self.rows) < len(piece.voices):
            row = VoiceRow(self._document, len(self.rows))
            self.rows.append(row)
            self._column.addWidget(row)
        for row, voice, audible in zip(self.rows, piece.voices, piece.audible(), strict=True):
            row.show_voice(voice, audible)
