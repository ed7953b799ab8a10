"""Compare two models by ear: choose both and a seed, see what they make, switch between them."""

from __future__ import annotations

import random
from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui.models.comparing import BARS, SIDES, CompareState
from gui.models.entry import ModelEntry
from gui.models.rollpicture import RollPicture
from gui.shell.icons import icon

LARGEST_SEED = 999_999


class ComparePanel(QFrame):
    """Two models, one seed, two pictures, two buttons to hear them.

    Args:
        state: Does the work.
        parent: The widget that it lies in.
    """

    def __init__(self, state: CompareState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._entries: tuple[ModelEntry, ...] = ()
        self.setProperty("role", "card")
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(9)
        title = QLabel(self.tr("Compare by ear"))
        title.setProperty("role", "title")
        column.addWidget(title)
        grid = QGridLayout()
        grid.setColumnStretch(1, 1)
        self._boxes: list[QComboBox] = []
        self._pictures: list[RollPicture] = []
        self._plays: list[QToolButton] = []
        for side, letter in enumerate(SIDES):
            self._make_side(grid, side, letter)
        column.addLayout(grid)
        column.addLayout(self._make_start())
        self._error = QLabel()
        self._error.setProperty("role", "error")
        self._error.setWordWrap(True)
        self._error.hide()
        column.addWidget(self._error)
        state.changed.connect(self._follow)
        state.failed.connect(self._fail)
        self._follow()

    def show_entries(self, entries: Sequence[ModelEntry]) -> None:
        """Offer these models; what was chosen stays so."""
        self._entries = tuple(entry for entry in entries if not entry.fault)
        for side, box in enumerate(self._boxes):
            kept = box.currentText()
            box.clear()
            box.addItems([entry.name for entry in self._entries])
            found = box.findText(kept)
            box.setCurrentIndex(found if found >= 0 else min(side, box.count() - 1))
        self._follow()

    def start(self) -> None:
        """Let both models make the same bars, or stop it."""
        if self._state.busy:
            self._state.cancel()
            return
        a, b = (self._chosen(side) for side in (0, 1))
        if a is not None and b is not None:
            self._error.hide()
            self._state.start(a, b, self._seed.value())

    def _make_side(self, grid: QGridLayout, side: int, letter: str) -> None:
        label = QLabel(letter)
        label.setProperty("role", "title")
        box = QComboBox()
        box.setAccessibleName(self.tr("Model {letter}").format(letter=letter))
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(8)
        play = QToolButton()
        play.setIcon(icon("play"))
        play.setCheckable(True)
        play.setAccessibleName(self.tr("Hear {letter}").format(letter=letter))
        play.setToolTip(
            self.tr("Hear what {letter} makes; changes over at once").format(letter=letter)
        )
        play.clicked.connect(lambda: self._state.play(side))
        picture = RollPicture(tint=side)
        picture.setAccessibleName(self.tr("What {letter} made").format(letter=letter))
        grid.addWidget(label, 2 * side, 0)
        grid.addWidget(box, 2 * side, 1)
        grid.addWidget(play, 2 * side, 2)
        grid.addWidget(picture, 2 * side + 1, 0, 1, 3)
        self._boxes.append(box)
        self._plays.append(play)
        self._pictures.append(picture)

    def _make_start(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self._seed = QSpinBox()
        self._seed.setRange(0, LARGEST_SEED)
        self._seed.setValue(1)
        self._seed.setPrefix(self.tr("seed "))
        self._seed.setAccessibleName(self.tr("Seed for both"))
        dice = QToolButton()
        dice.setIcon(icon("dice"))
        dice.setAccessibleName(self.tr("Another seed"))
        dice.setToolTip(self.tr("Another seed"))
        dice.clicked.connect(self._throw)
        self._start = QPushButton(icon("compare"), self.tr("Compare"))
        self._start.setAccessibleName(self.tr("Compare both models"))
        self._start.setToolTip(
            self.tr("Let both make {bars} bars out of one seed").format(bars=BARS)
        )
        self._start.clicked.connect(self.start)
        row.addWidget(self._seed, 1)
        row.addWidget(dice)
        row.addWidget(self._start)
        return row

    def _throw(self) -> None:
        self._seed.setValue(random.randint(0, LARGEST_SEED))

    def _chosen(self, side: int) -> ModelEntry | None:
        index = self._boxes[side].currentIndex()
        return self._entries[index] if 0 <= index < len(self._entries) else None

    def _follow(self) -> None:
        busy = self._state.busy
        self._start.setEnabled(bool(self._entries))
        self._start.setText(self.tr("Stop") if busy else self.tr("Compare"))
        self._start.setIcon(icon("stop" if busy else "compare"))
        shares = self._state.shares
        for side, roll in enumerate(self._state.rolls):
            self._pictures[side].show_roll(roll, shares[side] if busy else 0.0)
            self._plays[side].setEnabled(roll is not None)
            self._plays[side].setChecked(self._state.playing == side)

    def _fail(self, sentence: str, details: str) -> None:
        self._error.setText(sentence)
        self._error.setToolTip(details)
        self._error.show()
        self._error.setTextFormat(Qt.TextFormat.PlainText)
