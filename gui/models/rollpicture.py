"""A small picture of a roll: its notes as bars, over the pitches that it uses."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.shell.theme import colours, theme
from model.roll import Roll

MARGIN = 6


class RollPicture(QWidget):
    """Paints a roll's notes; the louder, the stronger.

    Args:
        parent: The widget that it lies in.
        tint: Which part's colour the first part has.
    """

    def __init__(self, parent: QWidget | None = None, tint: int = 0) -> None:
        super().__init__(parent)
        self._roll: Roll | None = None
        self._share, self._tint = 0.0, tint
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self.update)

    def show_roll(self, roll: Roll | None, share: float = 0.0) -> None:
        """Show a roll, or how much of it is made (0..1)."""
        self._roll, self._share = roll, share
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Low and wide."""
        return QSize(240, 64)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """The ground, then notes or progress."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = colours()
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(chosen.bar_line)
        painter.setBrush(chosen.black_row)
        painter.drawRoundedRect(area, 6, 6)
        inner = area.adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        if self._roll is not None and self._roll.steps:
            self._paint_notes(painter, inner, self._roll)
        elif self._share > 0:
            bar = QRectF(inner.left(), inner.center().y() - 2, inner.width() * self._share, 4)
            painter.fillRect(bar, chosen.pending)

    def _paint_notes(self, painter: QPainter, area: QRectF, roll: Roll) -> None:
        notes = roll.note_array()
        if not len(notes):
            return
        low, high = int(notes.pitch.min()) - 1, int(notes.pitch.max()) + 1
        wide, tall = area.width() / roll.steps, area.height() / (high - low + 1)
        left = area.left() + notes.onset_steps * wide
        top = area.top() + (high - notes.pitch) * tall
        width = np.maximum(notes.duration_steps * wide - 0.6, 1.0)
        boxes = zip(
            left.tolist(), top.tolist(), width.tolist(), notes.part.tolist(),
            notes.velocity.tolist(), strict=True,
        )  # fmt: skip
        for x, y, length, part, velocity in boxes:
            painter.setOpacity(0.45 + 0.55 * velocity / 127)
            painter.fillRect(
                QRectF(x, y, length, max(tall - 0.4, 1.0)), colours().part(part + self._tint)
            )
