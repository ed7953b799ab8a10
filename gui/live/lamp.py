"""A lamp: a small round light beside words, never without them."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.shell.theme import colours, theme

BLINK_MS = 140
_SIZE = 14


class Lamp(QWidget):
    """Dark, or lit in one of the theme's colours.

    Args:
        parent: Qt's.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._colour = ""
        self._flash = QTimer(self)
        self._flash.setSingleShot(True)
        self._flash.setInterval(BLINK_MS)
        self._flash.timeout.connect(self.update)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self.update)

    @property
    def is_bright(self) -> bool:
        """Whether it flashes just now."""
        return self._flash.isActive()

    @property
    def colour(self) -> str:
        """The theme's colour that it shines in; empty: it is dark."""
        return self._colour

    def shine(self, colour: str, words: str) -> None:
        """Light up.

        Args:
            colour: Name of a colour of the theme, such as `good`; empty: dark.
            words: What that means, for who doesn't see it.
        """
        self.setAccessibleName(words)
        self.setToolTip(words)
        if colour != self._colour:
            self._colour = colour
            self.update()

    def blink(self) -> None:
        """Flash once."""
        self._flash.start()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As high as a line of words."""
        return QSize(_SIZE, _SIZE)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """A ring where it is dark, a disc where it shines, a halo while it flashes."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = min(self.width(), self.height())
        disc = QRectF(0, 0, side - 6, side - 6)
        disc.moveCenter(QRectF(self.rect()).center())
        name = "accent" if self.is_bright else self._colour
        if not name:
            painter.setPen(QPen(colours().dim, 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
        else:
            light: QColor = getattr(colours(), name)
            halo = QColor(light)
            halo.setAlpha(150 if self.is_bright else 60)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(halo)
            painter.drawEllipse(disc.adjusted(-2.5, -2.5, 2.5, 2.5))
            painter.setBrush(light)
        painter.drawEllipse(disc)
        painter.end()
