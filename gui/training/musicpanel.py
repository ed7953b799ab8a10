"""The music to learn from: the drop zone, what was found, what was refused and why."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QLabel,
    QProgressBar,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gui.shell.icons import icon
from gui.training.dropzone import DropZone
from gui.training.facts import Findings
from gui.training.missingpanel import MissingPanel
from gui.training.music import MusicState
from gui.training.plan import CHORALES
from gui.training.words import findings_text, split_text

_ROW = 24
_MOST_ROWS = 6


class MusicPanel(QFrame):
    """Shows what a `MusicState` knows.

    Attributes:
        chosen: A folder, or the built-in corpus.
        asked: The user wants to choose a folder in a dialog.
    """

    chosen = Signal(str)
    asked = Signal()

    def __init__(self, music: MusicState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._music = music
        self._shown: Findings | None = None
        self.setProperty("role", "card")
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(8)
        title = QLabel(self.tr("1  Music to learn from"))
        title.setProperty("role", "heading")
        self.zone = DropZone()
        self.zone.chosen.connect(self.chosen)
        self.zone.asked.connect(self.asked)
        self.missing = MissingPanel(
            self.tr(
                "Bach's chorales come with the package music21, which is not installed yet. Type"
                " this line into a terminal; it downloads it."
            ),
            "chorales",
        )
        self.missing.look_again.connect(lambda: self.chosen.emit(CHORALES))
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(self.tr("Files looked at"))
        self._source = _wrapped("title")
        self._found = _wrapped("")
        self._split = _wrapped("dim")
        self.refused = QPushButton()
        self.refused.setProperty("role", "quiet")
        self.refused.setCheckable(True)
        self.refused.hide()
        self.refused.setAccessibleName(self.tr("Files that were passed over"))
        self.refused.setToolTip(self.tr("Show each file that was passed over, and why"))
        self.table = self._make_table()
        self.refused.toggled.connect(self.table.setVisible)
        for widget in (
            title,
            self.zone,
            self.missing,
            self._source,
            self._bar,
            self._found,
            self._split,
        ):
            column.addWidget(widget)
        column.addWidget(self.refused, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.table)
        music.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show what is known now."""
        music, found = self._music, self._music.findings
        self._source.setText(_name_of(music.source, self.tr("Bach's chorales")))
        self._source.setToolTip(music.source)
        self._source.setVisible(bool(music.source))
        self.missing.setVisible(music.lacks_chorales)
        done, total = music.reading
        self._bar.setVisible(music.is_scanning)
        self._bar.setRange(0, total)
        self._bar.setValue(done)
        reading = self.tr("Reading {0} of {1} files …").format(done, total)
        waiting = self.tr("Looking for music …")
        if music.is_scanning:
            self._found.setText(reading if total else waiting)
        else:
            self._found.setText("" if found is None else findings_text(found))
        self._found.setVisible(music.is_scanning or found is not None)
        self._split.setText("" if found is None else split_text(found))
        self._split.setVisible(found is not None)
        if found is not self._shown:
            self._shown = found
            self._show_refusals(found)

    def _make_table(self) -> QTableWidget:
        table = QTableWidget(0, 2)
        table.setHorizontalHeaderLabels([self.tr("File"), self.tr("Why it was passed over")])
        table.setAccessibleName(self.tr("Files that were passed over"))
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(_ROW)
        table.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setShowGrid(False)
        table.setColumnWidth(0, 120)
        table.hide()
        return table

    def _show_refusals(self, found: Findings | None) -> None:
        passed = [] if found is None else found.refusals
        several = 0 if found is None else found.duplicates
        words = []
        if found is not None and found.refused:
            words.append(self.tr("{0} passed over").format(found.refused))
        if several:
            words.append(self.tr("{0} twice the same").format(several))
        self.refused.setText(" · ".join(words))
        self.refused.setIcon(icon("info"))
        self.refused.setVisible(bool(words))
        self.refused.setEnabled(bool(passed))
        self.refused.setChecked(False)
        self.table.setRowCount(len(passed))
        for row, (path, why) in enumerate(passed):
            for column, (text, tip) in enumerate(((Path(path).name, path), (why, why))):
                item = QTableWidgetItem(text)
                item.setToolTip(tip)
                self.table.setItem(row, column, item)
        rows = min(max(len(passed), 1), _MOST_ROWS)
        head = self.table.horizontalHeader().sizeHint().height()
        self.table.setFixedHeight(rows * _ROW + head + 2 * self.table.frameWidth() + 4)


def _wrapped(role: str) -> QLabel:
    label = QLabel()
    label.setWordWrap(True)
    label.setProperty("role", role)
    return label


def _name_of(source: str, chorales: str) -> str:
    return chorales if source == CHORALES else Path(source).name if source else ""
