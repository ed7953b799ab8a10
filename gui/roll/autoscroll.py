"""The view scrolls by itself while a drag is held beyond the edge of what is in sight."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QPointF, QTimer
from PySide6.QtWidgets import QWidget

from gui.roll.navigation import scroll
from gui.roll.scene import SceneState

FRAME_MS = 16
LEAST_SPEED = 2.0  # logical pixels a frame, right behind the edge
GAIN = 0.12  # so many more for each pixel further away
MOST_SPEED = 48.0


class AutoScroll(QObject):
    """Scrolls under a mouse that is held outside a widget; its timer runs only meanwhile.

    Args:
        scene: Whose view is scrolled.
        go_on: Called after each scroll, so that what is dragged comes along.
        widget: What the mouse is outside of.
    """

    def __init__(self, scene: SceneState, go_on: Callable[[], None], widget: QWidget) -> None:
        super().__init__(widget)
        self._scene, self._go_on, self._widget = scene, go_on, widget
        self._timer = QTimer(self)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self.turn)
        self.speed = (0.0, 0.0)
        """Logical pixels a frame, to the right and down."""

    @property
    def running(self) -> bool:
        """Whether it scrolls."""
        return self._timer.isActive()

    def hold(self, point: QPointF, ways: tuple[bool, bool]) -> None:
        """The mouse of a drag is there: scroll if that is outside.

        Args:
            point: Logical pixels of the widget.
            ways: Whether the drag goes on in time, and in pitch.
        """
        across = speed_beyond(point.x(), self._widget.width()) if ways[0] else 0.0
        down = speed_beyond(point.y(), self._widget.height()) if ways[1] else 0.0
        self.speed = (across, down)
        if self.speed == (0.0, 0.0):
            self._timer.stop()
        elif not self.running:
            self._timer.start()

    def let_go(self) -> None:
        """The drag is over."""
        self.speed = (0.0, 0.0)
        self._timer.stop()

    def turn(self) -> None:
        """One frame."""
        if not self._widget.isVisible():
            self.let_go()
            return
        scroll(self._scene, self._scene.places(), *self.speed)
        self._go_on()


def speed_beyond(at: float, size: float) -> float:
    """Pixels a frame for a mouse at `at` beside a widget from 0 to `size`; below 0 is back."""
    if 0 <= at < size:
        return 0.0
    away = at - size if at >= size else at
    speed = min(LEAST_SPEED + GAIN * abs(away), MOST_SPEED)
    return speed if away >= 0 else -speed


def kept_inside(point: QPointF, widget: QWidget) -> QPointF:
    """The point of a widget that is nearest to a mouse that may be outside."""
    x = min(max(point.x(), 0.0), float(widget.width()))
    return QPointF(x, min(max(point.y(), 0.0), max(widget.height() - 1.0, 0.0)))
