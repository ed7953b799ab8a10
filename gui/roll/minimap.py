"""The whole piece in a strip: a picture of all notes, and a window on what the canvas shows."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.roll.navigation import NOTCH, ZOOM_A_NOTCH
from gui.roll.notelayer import SHADES
from gui.roll.overlays import faded
from gui.roll.scene import SceneState
from gui.shell.theme import mixed

HEIGHT = 46
MARGIN = 3
EDGE = 5.0


class RollMinimap(QWidget):
    """All of the piece; drag the window to go there, its sides to zoom."""

    def __init__(self, scene: SceneState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scene = scene
        self._picture: QImage | None = None
        self._held: tuple[str, float] | None = None
        self._drawn_step = scene.playhead.step
        self.setMouseTracking(True)
        self.setFixedHeight(HEIGHT)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(self.tr("Overview of the piece"))
        self.setAccessibleDescription(self.tr("Arrow keys scroll, plus and minus zoom."))
        self.setToolTip(self.tr("Drag to go there; drag the sides or turn the wheel to zoom."))
        scene.view.changed.connect(self.update)
        scene.document.loop_changed.connect(self.update)
        scene.notes_changed.connect(self._forget)
        scene.all_changed.connect(self._forget)
        scene.playhead.changed.connect(self._on_playhead)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As wide as there is room."""
        return QSize(600, HEIGHT)

    def _forget(self) -> None:
        self._picture = None
        self.update()

    def _on_playhead(self) -> None:
        step = self._scene.playhead.step
        before, x = self._x(self._drawn_step), self._x(step)
        if abs(x - before) >= 0.5:
            self._drawn_step = step
            for at in (before, x):
                self.update(QRect(math.floor(at) - 1, 0, 4, HEIGHT))

    def _x(self, step: float) -> float:
        return MARGIN + (self.width() - 2 * MARGIN) * step / max(self._scene.steps, 1)

    def _step(self, x: float) -> float:
        return (x - MARGIN) / max(self.width() - 2 * MARGIN, 1) * max(self._scene.steps, 1)

    # --- Painting -------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """The picture, the window, the playhead."""
        painter, colours = QPainter(self), self._scene.colours
        painter.fillRect(event.rect(), mixed(colours.background, colours.black_row, 0.6))
        if self._picture is None:
            self._picture = self._draw()
        painter.drawImage(QPointF(MARGIN, MARGIN), self._picture)
        loop = self._scene.document.piece.loop
        if loop is not None:
            left, right = self._x(loop[0]), self._x(loop[1])
            painter.fillRect(QRectF(left, 0, right - left, 3), colours.accent)
        self._paint_window(painter)
        painter.fillRect(QRectF(self._x(self._drawn_step), 0, 1.5, HEIGHT), colours.playhead)
        if self.hasFocus():
            painter.setPen(colours.accent)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def _paint_window(self, painter: QPainter) -> None:
        colours, rect = self._scene.colours, self.window_rect()
        painter.fillRect(rect, faded(colours.selection, 0.10))
        painter.setPen(QPen(faded(colours.selection, 0.75), 1.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(rect.adjusted(0.5, 0.5, -0.5, -0.5))

    def window_rect(self) -> QRectF:
        """The part that the canvas shows, in logical pixels."""
        view = self._scene.view
        across = self._scene.canvas_size[0] / view.px_per_step
        left = max(self._x(view.first_step), 0.0)
        right = min(self._x(view.first_step + across), float(self.width()))
        return QRectF(left, 0, max(right - left, 6.0), HEIGHT)

    def _draw(self) -> QImage:
        """All notes in pixels of the screen: one that is too short still gets one of them."""
        scale = self.devicePixelRatioF()
        width = max(round((self.width() - 2 * MARGIN) * scale), 1)
        height = max(round((HEIGHT - 2 * MARGIN) * scale), 1)
        pixels = note_pixels(self._scene, width, height, max(round(2 * scale), 1))
        image = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_ARGB32).copy()
        image.setDevicePixelRatio(scale)
        return image

    # --- Mouse and keys -------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Take the window or one of its sides, or bring the window here."""
        if event.button() not in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            return
        x, rect = event.position().x(), self.window_rect()
        part = self._part_under(x)
        if part is None:
            across = self._step(rect.right()) - self._step(rect.left())
            self._go(self._step(x) - across / 2)
            part = "middle"
        self._held = (part, self._step(x) - self._scene.view.first_step)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Drag the window or one of its sides."""
        x = event.position().x()
        if self._held is None:
            part = self._part_under(x)
            shapes = Qt.CursorShape
            side = part in ("left", "right")
            shape = shapes.SizeHorCursor if side else shapes.PointingHandCursor
            self.setCursor(shapes.OpenHandCursor if part == "middle" else shape)
            return
        part, grip = self._held
        view = self._scene.view
        across = self._scene.canvas_size[0] / view.px_per_step
        if part == "middle":
            self._go(self._step(x) - grip)
        elif part == "right":
            wanted = max(self._step(x) - view.first_step, 2.0)
            view.zoom_at(view.first_step, across / wanted)
        else:
            end = view.first_step + across
            view.zoom_at(end, across / max(end - self._step(x), 2.0))
        self._scene.keep_inside()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Let go."""
        self._held = None

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """Zoom at the mouse."""
        turned = event.angleDelta().y() or event.angleDelta().x()
        step = self._step(event.position().x())
        self._scene.view.zoom_at(step, ZOOM_A_NOTCH ** max(min(turned / NOTCH, 3.0), -3.0))
        self._scene.keep_inside()
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Arrows scroll, plus and minus zoom."""
        view, keys = self._scene.view, Qt.Key
        across = self._scene.canvas_size[0] / view.px_per_step
        if event.key() in (keys.Key_Left, keys.Key_Right):
            self._go(view.first_step + across / (4 if event.key() == keys.Key_Right else -4))
        elif event.key() in (keys.Key_Plus, keys.Key_Equal, keys.Key_Minus):
            factor = 1 / ZOOM_A_NOTCH if event.key() == keys.Key_Minus else ZOOM_A_NOTCH
            view.zoom_at(view.first_step + across / 2, factor)
            self._scene.keep_inside()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """The picture is drawn anew at the new width."""
        self._picture = None

    def _part_under(self, x: float) -> str | None:
        rect = self.window_rect()
        if abs(x - rect.left()) <= EDGE and rect.width() > 4 * EDGE:
            return "left"
        if abs(x - rect.right()) <= EDGE and rect.width() > 4 * EDGE:
            return "right"
        return "middle" if rect.left() <= x <= rect.right() else None

    def _go(self, step: float) -> None:
        self._scene.view.set_first_step(step)
        self._scene.keep_inside()


def note_pixels(
    scene: SceneState, width: int, height: int, thick: int = 2
) -> npt.NDArray[np.uint32]:
    """uint32[height, width]: all notes as premultiplied colours on nothing."""
    pixels = np.zeros((height, width), dtype=np.uint32)
    layer = scene.layer
    if not len(layer):
        return pixels
    notes = layer.notes
    low, high = int(notes.pitch.min()), int(notes.pitch.max())
    spread = max(high - low, 24)
    middle = (low + high) / 2
    top = middle + spread / 2
    y = np.clip(((top - notes.pitch) / spread * (height - thick)), 0, height - thick).astype(
        np.int64
    )
    x = notes.onset_steps * width // max(scene.steps, 1)
    end = np.maximum(layer.ends * width // max(scene.steps, 1), x + 1)
    length = np.minimum(end, width) - np.minimum(x, width - 1)
    colours = [s.body.rgba() for s in scene.shades()[SHADES - 2 :: SHADES]]
    ink = np.array(colours, dtype=np.uint32)[np.minimum(notes.part, len(colours) - 1)]
    flat = np.repeat(y * width + np.minimum(x, width - 1) - np.cumsum(length) + length, length)
    flat += np.arange(int(length.sum()))
    pixels.reshape(-1)[flat] = np.repeat(ink, length)
    for row in range(1, thick):
        pixels.reshape(-1)[np.minimum(flat + row * width, pixels.size - 1)] = np.repeat(ink, length)
    return pixels
