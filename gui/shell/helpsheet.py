"""The help sheet: what the window is for in a few sentences, and every key."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from gui.shell.keys import (
    COMMANDS,
    CONTEXT,
    GROUPS,
    QT_TRANSLATE_NOOP,
    VARIATIONS,
    Command,
    command,
)

COLUMNS = 3
VARIATION = QT_TRANSLATE_NOOP("Commands", "Variation, on its bar while it plays")


class HelpSheet(QDialog):
    """Lies over the window until Esc or `?` closes it; the music plays on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Fractalroll: help"))
        self.setAccessibleName(self.windowTitle())
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(12)
        column.addWidget(self._introduction())
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidget(self._keys())
        column.addWidget(area, 1)
        for keys in command("help").keys:  # those of the window rest while the sheet is in front
            QShortcut(QKeySequence(keys), self, self.close)
        self.resize(940, 640)

    def _introduction(self) -> QLabel:
        lines = (
            self.tr("<b>G</b> makes music; it appears coarse to fine and plays at once."),
            self.tr(
                "Drag over the roll to choose a region, then <b>R</b> makes just that again. "
                "Everything can be undone."
            ),
            self.tr(
                "Drag over the bar numbers to choose whole bars, over the strip above them to "
                "loop. A region's edges and corners can be dragged."
            ),
            self.tr(
                "In your DAW, choose <b>Fractalroll</b> as the MIDI input of a track, or drag the "
                "clip there with the button at the top right. Without a DAW you hear the built-in "
                "sound."
            ),
            self.tr(
                "<b>Ctrl</b> and the wheel zoom in time, with <b>Shift</b> in pitch; the middle "
                "button pans; <b>Alt</b>, held once a drag has begun, switches the grid off."
            ),
        )
        label = QLabel("".join(f"<p style='margin:3px 0'>{line}</p>" for line in lines))
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.RichText)
        return label

    def _keys(self) -> QWidget:
        sheet = QWidget()
        row = QHBoxLayout(sheet)
        row.setContentsMargins(0, 0, 8, 0)
        row.setSpacing(24)
        columns = [QVBoxLayout() for _ in range(COLUMNS)]
        lengths = [0] * COLUMNS
        for group in GROUPS:
            rows = _rows_of(group)
            shortest = lengths.index(min(lengths))
            columns[shortest].addWidget(_table(group, rows))
            lengths[shortest] += len(rows) + 2
        for one in columns:
            one.addStretch(1)
            row.addLayout(one, 1)
        return sheet


def _rows_of(group: str) -> list[tuple[str, str]]:
    """Keys and words of the group's commands, with one line for all variations."""
    rows = [
        (_shown(one), one.words())
        for one in COMMANDS
        if one.group == group and one.keys and not one.name.startswith("variation_")
    ]
    if any(one.group == group and one.name.startswith("variation_") for one in COMMANDS):
        rows.append((f"Ctrl+1 … {VARIATIONS}", _words(VARIATION)))
    return rows


def _shown(one: Command) -> str:
    """The keys as this system writes them."""
    native = QKeySequence.SequenceFormat.NativeText
    return "   ".join(QKeySequence(keys).toString(native) for keys in one.keys)


def _table(group: str, rows: list[tuple[str, str]]) -> QWidget:
    table = QWidget()
    grid = QGridLayout(table)
    grid.setContentsMargins(0, 0, 0, 12)
    grid.setVerticalSpacing(4)
    grid.setHorizontalSpacing(12)
    title = QLabel(_words(group).replace("&", ""))
    title.setProperty("role", "title")
    grid.addWidget(title, 0, 0, 1, 2)
    for place, (keys, text) in enumerate(rows, start=1):
        words = QLabel(text)
        words.setWordWrap(True)
        cap = QLabel(keys)
        cap.setProperty("role", "keycap")
        grid.addWidget(cap, place, 0, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        grid.addWidget(words, place, 1)
    grid.setColumnStretch(1, 1)
    return table


def _words(text: str) -> str:
    return QCoreApplication.translate(CONTEXT, text)
