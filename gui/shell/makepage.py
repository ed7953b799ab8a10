"""The page where music is made: what to make and voices, the roll, and the variations."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QSplitter, QVBoxLayout, QWidget

LEFT_WIDTH = 286
RIGHT_WIDTH = 208


class MakePage(QSplitter):
    """Three columns; the roll takes what the others leave.

    Args:
        making: What to make.
        voices: The parts.
        roll: The piano roll.
        variations: What was made before.
    """

    def __init__(
        self, making: QWidget, voices: QWidget, roll: QWidget, variations: QWidget
    ) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setChildrenCollapsible(False)
        self.setHandleWidth(5)
        self.addWidget(_column(making, voices))
        self.addWidget(roll)
        self.addWidget(_column(variations))
        self.setStretchFactor(0, 0)
        self.setStretchFactor(1, 1)
        self.setStretchFactor(2, 0)
        self.setSizes([LEFT_WIDTH, 900, RIGHT_WIDTH])


def scrolled(widget: QWidget) -> QScrollArea:
    """A widget that may be higher than its place."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(widget)
    return area


def _column(*widgets: QWidget) -> QScrollArea:
    """Widgets one below the other, scrolled when they are higher than the window."""
    inside = QWidget()
    column = QVBoxLayout(inside)
    column.setContentsMargins(8, 4, 4, 8)
    column.setSpacing(8)
    for widget in widgets:
        column.addWidget(widget)
    column.addStretch(1)
    area = scrolled(inside)
    area.setMinimumWidth(inside.minimumSizeHint().width() + 12)
    return area
