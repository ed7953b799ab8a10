"""The icons: small drawings of our own in SVG, painted in the theme's colours as they are now.

An icon follows the theme by itself, so nobody has to set it again, and is drawn at the size that it
is shown at, so it is sharp on every screen.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from gui.shell.theme import colours, ink_on

FOLDER = Path(__file__).resolve().parent.parent / "icons"
"""One SVG file each, 24 by 24, drawn in `currentColor`."""


def icon(name: str, tint: str = "text") -> QIcon:
    """The icon `name` (a file in `FOLDER`, without its ending).

    Args:
        name: See `icon_names`.
        tint: The colour's name in the theme, or "on_accent" for what lies on the big button.

    Raises:
        ValueError: There is no such icon.
    """
    if not (FOLDER / f"{name}.svg").is_file():
        known = ", ".join(icon_names())
        raise ValueError(f"there is no icon {name!r}; there are {known}")
    return QIcon(_TintedEngine(name, tint))


def icon_names() -> list[str]:
    """Every icon there is, by name."""
    return sorted(path.stem for path in FOLDER.glob("*.svg"))


def paint_icon(painter: QPainter, name: str, area: QRectF, colour: QColor) -> None:
    """Paint the icon `name` into `area` (logical pixels) in `colour`."""
    _renderer(name, colour.name()).render(painter, area)


class _TintedEngine(QIconEngine):
    """Paints one drawing in whatever colours the theme has when it is asked."""

    def __init__(self, name: str, tint: str) -> None:
        super().__init__()
        self._name = name
        self._tint = tint

    def clone(self) -> QIconEngine:
        return _TintedEngine(self._name, self._tint)

    def paint(self, painter: QPainter, area: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        painter.save()
        if mode == QIcon.Mode.Disabled:
            painter.setOpacity(0.35)
        side = min(area.width(), area.height())
        square = QRectF(0, 0, side, side)
        square.moveCenter(QRectF(area).center())
        paint_icon(painter, self._name, square, self._colour(state))
        painter.restore()

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        picture = QPixmap(size)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        self.paint(painter, QRect(0, 0, size.width(), size.height()), mode, state)
        painter.end()
        return picture

    def scaledPixmap(  # noqa: N802 - Qt's name
        self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float
    ) -> QPixmap:
        picture = self.pixmap(size * scale, mode, state)
        picture.setDevicePixelRatio(scale)
        return picture

    def _colour(self, state: QIcon.State) -> QColor:
        chosen = colours()
        if self._tint == "on_accent":
            return ink_on(chosen.accent)
        if state == QIcon.State.On and self._tint == "text":
            return chosen.accent
        colour = getattr(chosen, self._tint)
        return QColor(colour)


@lru_cache(maxsize=256)
def _renderer(name: str, colour: str) -> QSvgRenderer:
    drawing = (FOLDER / f"{name}.svg").read_text(encoding="utf-8")
    return QSvgRenderer(QByteArray(drawing.replace("currentColor", colour).encode()))
