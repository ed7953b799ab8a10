"""The piano at the left: a key for each row, played with the mouse or the keyboard."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.roll.backdrop import BLACK_KEYS
from gui.roll.navigation import wheel
from gui.roll.overlays import faded
from gui.roll.places import Places
from gui.roll.scene import SceneState
from gui.roll.telling import pitch_name
from gui.shell.theme import mixed

WIDTH = 54
BLACK_SHARE = 0.6
SOFT, LOUD = 40, 120  # velocity at the back and at the front of a key
_WHITE_IN_DARK, _WHITE_IN_LIGHT = QColor("#d9dce3"), QColor("#fdfdfe")
_BLACK_IN_DARK, _BLACK_IN_LIGHT = QColor("#23262c"), QColor("#3a3f47")


class RollKeyboard(QWidget):
    """Piano keys; those that sound light up in their part's colour."""

    audition = Signal(int, int, int, bool)
    """A key was pressed or let go: part, pitch, velocity, on."""

    def __init__(self, scene: SceneState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scene = scene
        self._held: tuple[int, int] | None = None
        self._hovered: int | None = None
        self._lit: dict[int, int] = {}
        self._seen: tuple[object, ...] = ()
        self.cursor_pitch = 60
        """The key that the keyboard's arrows have come to."""
        self.setFixedWidth(WIDTH)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(self.tr("Piano keys"))
        self.setToolTip(self.tr("Press a key to hear it; further right is louder."))
        scene.view.changed.connect(self._on_view)
        scene.all_changed.connect(self.update)
        scene.playhead.changed.connect(self._on_playhead)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As high as there is room."""
        return QSize(WIDTH, 400)

    def _places(self) -> Places:
        return self._scene.places(self.devicePixelRatioF())

    def _on_view(self) -> None:
        """Time may have moved: that is no matter here."""
        view = self._scene.view
        seen = (view.top_pitch, view.px_per_pitch, view.fold, view.scale)
        if seen != self._seen:
            self._seen = seen
            self.update()

    def _on_playhead(self) -> None:
        """Light up what sounds now."""
        playhead, layer = self._scene.playhead, self._scene.layer
        lit: dict[int, int] = {}
        if playhead.playing and len(layer):
            step = playhead.step
            now = layer.between(step, step + 0.01)
            pitches, parts = layer.notes.pitch[now].tolist(), layer.notes.part[now].tolist()
            audible = self._scene.audible()
            lit = {p: k for p, k in zip(pitches, parts, strict=True) if audible[k]}
        if lit != self._lit:
            self._lit = lit
            self.update()

    # --- Painting -------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """White keys, black keys over them, names of the Cs."""
        painter, places, colours = QPainter(self), self._places(), self._scene.colours
        painter.fillRect(event.rect(), colours.black_row)
        rows = range(
            max(int(places.top_row), 0),
            min(int(places.row_at(self.height())) + 1, len(places.pitches)),
        )
        folded = self._scene.view.fold
        for row in rows:
            self._paint_key(painter, places, row, folded)
        for row in rows:
            if not folded and places.pitches[row] % 12 in BLACK_KEYS:
                self._paint_black(painter, places, row)
        for row in rows:
            self._paint_name(painter, places, row, folded)
        painter.fillRect(WIDTH - 1, 0, 1, self.height(), colours.bar_line)
        painter.end()

    def _colour_of(self, pitch: int, black: bool) -> QColor:
        colours = self._scene.colours
        if black:
            ground = _BLACK_IN_DARK if colours.dark else _BLACK_IN_LIGHT
        else:
            ground = _WHITE_IN_DARK if colours.dark else _WHITE_IN_LIGHT
        if self._held is not None and self._held[1] == pitch:
            return mixed(ground, colours.accent, 0.85)
        if pitch in self._lit:
            voice = self._scene.document.piece.voices[self._lit[pitch]]
            return mixed(ground, colours.part(voice.colour), 0.85)
        if pitch == self._hovered or (self.hasFocus() and pitch == self.cursor_pitch):
            return mixed(ground, colours.accent, 0.35)
        return ground

    def _paint_key(self, painter: QPainter, places: Places, row: int, folded: bool) -> None:
        """A row of its own when folded, else a white key that reaches behind the black ones."""
        pitch = places.pitches[row]
        tone = pitch % 12
        top, bottom = places.y(row), places.y(row + 1)
        colours = self._scene.colours
        if folded:
            colour = self._colour_of(pitch, tone in BLACK_KEYS)
            painter.fillRect(QRectF(0, top, WIDTH, bottom - top - 1), colour)
            return
        if tone in BLACK_KEYS:
            return
        half = (bottom - top) / 2
        upper = top - (half if (tone + 1) % 12 in BLACK_KEYS and pitch < 127 else 0)
        lower = bottom + (half if (tone - 1) % 12 in BLACK_KEYS and pitch > 0 else 0)
        painter.fillRect(QRectF(0, upper, WIDTH, lower - upper), self._colour_of(pitch, False))
        seam = mixed(_WHITE_IN_DARK, colours.black_row, 0.45) if colours.dark else colours.bar_line
        painter.fillRect(QRectF(0, round(lower) - 1, WIDTH, 1), seam)

    def _paint_black(self, painter: QPainter, places: Places, row: int) -> None:
        pitch = places.pitches[row]
        top, height = places.y(row), places.y(row + 1) - places.y(row)
        width, colour = WIDTH * BLACK_SHARE, self._colour_of(pitch, True)
        painter.fillRect(QRectF(0, top, width, height), self._scene.colours.black_row)
        inner = QRectF(0, top + 0.5, width - 1.5, height - 1)
        painter.fillRect(inner, colour)
        shine = QRectF(width - 6, top + 1, 3, max(height - 3, 1))
        painter.fillRect(shine, faded(QColor("#ffffff"), 0.10))

    def _paint_name(self, painter: QPainter, places: Places, row: int, folded: bool) -> None:
        pitch = places.pitches[row]
        if pitch % 12 and not (folded and places.px_per_row >= 11):
            return
        font = QFont(painter.font())
        font.setPixelSize(int(min(max(places.px_per_row, 9), 11)))
        painter.setFont(font)
        dark_key = folded and pitch % 12 in BLACK_KEYS
        if places.y(row + 1) < 12:
            return  # half of it would be cut off
        painter.setPen(QColor("#c9ced6") if dark_key else QColor("#4a505a"))
        area = QRectF(0, places.y(row + 1) - 14, WIDTH - 5, 13)
        place = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom
        painter.drawText(area, place, pitch_name(pitch, self._scene.view.scale))

    # --- Mouse and keys -------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Sound the key."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._play(self._places().pitch_at(event.position().y()), event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Glide over the keys while the button is held."""
        pitch = self._places().pitch_at(event.position().y())
        if self._held is not None and pitch != self._held[1]:
            self._play(pitch, event.position())
        if pitch != self._hovered:
            self._hovered = pitch
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Let it go."""
        self._let_go()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Nothing is under the mouse."""
        self._hovered = None
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """As on the notes."""
        wheel(self._scene, self._places(), event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Up and down go from key to key, Enter sounds one."""
        key = event.key()
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            step = 1 if key == Qt.Key.Key_Up else -1
            self.cursor_pitch = int(np.clip(self.cursor_pitch + step, 0, 127))
            self.setAccessibleDescription(pitch_name(self.cursor_pitch))
            self.update()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
            self._play(self.cursor_pitch, QPointF(WIDTH * 0.6, 0))
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Let the key go."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
            self._let_go()
        else:
            super().keyReleaseEvent(event)

    def _play(self, pitch: int, where: QPointF) -> None:
        self._let_go()
        part = self._scene.free_part() or 0
        share = min(max(where.x() / WIDTH, 0.0), 1.0)
        self._held = (part, pitch)
        self.audition.emit(part, pitch, round(SOFT + (LOUD - SOFT) * share), True)
        self.update()

    def _let_go(self) -> None:
        if self._held is not None:
            self.audition.emit(*self._held, 0, False)
            self._held = None
            self.update()
