"""Small controls of the making panel: a card with a title, a slider with words and its figure."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui.shell.icons import icon


class Card(QFrame):
    """A group of controls under a title, one row a wish."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.setAccessibleName(title)
        self.title = QLabel(title)
        self.title.setProperty("role", "title")
        self.title.setWordWrap(True)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(10, 8, 10, 10)
        self.column.setSpacing(7)
        self.column.addWidget(self.title)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(1, 1)
        self.column.addLayout(self._grid)

    def add_row(self, name: str, control: QWidget, tip: str = "") -> QLabel:
        """A named control; the name is its buddy, for who can't see it."""
        label = QLabel(name)
        label.setProperty("role", "dim")
        label.setBuddy(control)
        label.setToolTip(tip)
        control.setAccessibleName(name)
        if tip:
            control.setToolTip(tip)
            control.setAccessibleDescription(tip)
        row = self._grid.rowCount()
        self._grid.addWidget(label, row, 0)
        self._grid.addWidget(control, row, 1)
        return label


class FigureSlider(QWidget):
    """A slider whose place is a figure, shown beside it; its left end may stand for None.

    Args:
        low, high: The figure's range.
        step: Between two places.
        told: The figure in words.
        none: What the left end is called where it stands for None.
    """

    moved = Signal(object)
    """The user chose this figure (or None)."""

    def __init__(
        self,
        low: float,
        high: float,
        step: float,
        told: Callable[[float], str],
        none: str | None = None,
    ) -> None:
        super().__init__()
        self._low, self._step, self._told, self._none = low, step, told, none
        self._shift = 0 if none is None else 1
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, round((high - low) / step) + self._shift)
        self.slider.setPageStep(max(self.slider.maximum() // 8, 1))
        self.setFocusProxy(self.slider)
        self.figure = QLabel()
        self.figure.setMinimumWidth(self.figure.fontMetrics().horizontalAdvance("00.00"))
        self.figure.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.slider, 1)
        row.addWidget(self.figure)
        self.slider.valueChanged.connect(self._on_value)
        self._show()

    @property
    def value(self) -> float | None:
        """The figure."""
        place = self.slider.value()
        if place < self._shift:
            return None
        return round(self._low + (place - self._shift) * self._step, 6)

    def set_value(self, value: float | None) -> None:
        """Show a figure without telling anybody; the nearest place is taken."""
        place = 0
        if value is not None:
            place = round((value - self._low) / self._step) + self._shift
        self.slider.blockSignals(True)
        self.slider.setValue(place)
        self.slider.blockSignals(False)
        self._show()

    def setToolTip(self, text: str) -> None:  # noqa: N802 - Qt's name
        """On the slider, too."""
        super().setToolTip(text)
        self.slider.setToolTip(text)

    def setAccessibleName(self, name: str) -> None:  # noqa: N802 - Qt's name
        """On the slider, which has the focus."""
        super().setAccessibleName(name)
        self.slider.setAccessibleName(name)

    def _on_value(self) -> None:
        self._show()
        self.moved.emit(self.value)

    def _show(self) -> None:
        value = self.value
        self.figure.setText((self._none or "") if value is None else self._told(value))


def choice(entries: list[tuple[str, object]]) -> QComboBox:
    """A choice among named values."""
    box = QComboBox()
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(6)
    fill(box, entries)
    return box


def fill(box: QComboBox, entries: list[tuple[str, object]]) -> None:
    """Other entries, telling nobody."""
    box.blockSignals(True)
    box.clear()
    for name, value in entries:
        box.addItem(name, value)
    box.blockSignals(False)


def show_choice(box: QComboBox, value: object) -> None:
    """Show the entry of a value, telling nobody; the first one where there is none."""
    box.blockSignals(True)
    places = (k for k in range(box.count()) if box.itemData(k) == value)
    box.setCurrentIndex(next(places, 0))
    box.blockSignals(False)


def tool(name: str, meaning: str, *, checkable: bool = False) -> QToolButton:
    """A small button with an icon."""
    button = QToolButton()
    button.setIcon(icon(name))
    button.setCheckable(checkable)
    button.setToolTip(meaning)
    button.setAccessibleName(meaning)
    button.setProperty("role", "quiet")
    return button


def button(text: str, tip: str) -> QPushButton:
    """A button with words."""
    made = QPushButton(text)
    made.setToolTip(tip)
    made.setAccessibleDescription(tip)
    return made
