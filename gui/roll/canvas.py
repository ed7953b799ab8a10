"""The canvas: the widget that shows the notes and takes the mouse and the keys."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.roll.cursorkeys import CursorKeys
from gui.roll.drags import Drag
from gui.roll.hands import Hands
from gui.roll.navigation import show_everything, wheel
from gui.roll.overlays import (
    paint_chosen,
    paint_cursor,
    paint_loop,
    paint_playhead,
    paint_region,
)
from gui.roll.pendinglayer import PendingLayer
from gui.roll.places import Places
from gui.roll.regionhandles import paint_handles
from gui.roll.scene import SceneState
from gui.roll.stillpicture import StillPicture
from gui.roll.telling import note_text, region_text


class RollCanvas(QWidget):
    """Notes over time and pitch."""

    audition = Signal(int, int, int, bool)
    """A note that was drawn or taken in hand, to be heard: part, pitch, velocity, on."""
    drag_out_requested = Signal()
    """The chosen notes are pulled out of the window (Ctrl+Shift and drag)."""
    hovered = Signal(str)
    """What lies under the mouse, in words."""

    def __init__(self, scene: SceneState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.scene = scene
        self.still = StillPicture(scene)
        self.pending_layer = PendingLayer(scene)
        self.hands = Hands(scene, self)
        self.cursor_keys = CursorKeys(scene)
        self._drawn_step = scene.playhead.step  # only `_on_playhead` moves it: it repaints both
        self._pending_rect: QRectF | None = None
        self._was_shown = False
        self.frames = 0
        """How many times it was painted."""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(200, 120)
        self.setAccessibleName(self.tr("Piano roll"))
        self._connect()

    def _connect(self) -> None:
        scene = self.scene
        scene.view.changed.connect(self.update)
        scene.selection.changed.connect(self.update)
        scene.document.loop_changed.connect(self.update)
        scene.playhead.changed.connect(self._on_playhead)
        scene.pending.changed.connect(self.refresh_pending)
        scene.notes_changed.connect(self._on_notes)
        scene.all_changed.connect(self._on_all)
        scene.ghost.changed.connect(self._on_all)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """A comfortable size."""
        return QSize(900, 480)

    def places(self) -> Places:
        """Where things lie now."""
        return self.scene.places(self.devicePixelRatioF())

    # --- What changed ---------------------------------------------------------------------------

    def _on_notes(self, first: int, last: int) -> None:
        self.still.forget_steps(first, last)
        self.update()

    def _on_all(self) -> None:
        self.still.forget_all()
        self.update()

    def _on_playhead(self) -> None:
        step = self.scene.playhead.step
        places = self.places()
        for at in (self._drawn_step, step):
            self.update(QRect(math.floor(places.x(at)) - 4, 0, 10, self.height()))
        self._drawn_step = step

    def refresh_pending(self) -> None:
        """What is being made is other than before."""
        self.pending_layer.forget()
        rect = self.pending_layer.rect(self.places())
        for some in (rect, self._pending_rect):
            if some is not None:
                self.update(some.toAlignedRect())
        self._pending_rect = rect

    # --- Painting -------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Tiles, and over them what moves."""
        self.frames += 1
        painter = QPainter(self)
        scene, places, height = self.scene, self.places(), self.height()
        self.still.paint(painter, places, event.rect(), height)
        paint_loop(painter, scene, places, height)
        self._paint_choice(painter, places, event.rect())
        self.pending_layer.paint(painter, places, self.tr("Esc stops"))
        self.hands.paint(painter, places)
        if self.hasFocus() and self.cursor_keys.shown:
            step, pitch, width = self.cursor_keys.cell
            paint_cursor(painter, scene, places, step, pitch, width)
        paint_playhead(painter, scene, places, self._drawn_step, height)
        painter.end()

    def _paint_choice(self, painter: QPainter, places: Places, area: QRect) -> None:
        scene = self.scene
        start, stop = places.step_at(area.left() - 4), places.step_at(area.right() + 4)
        paint_chosen(painter, scene, places, scene.layer, scene.chosen_between(start, stop))
        region = scene.selection.region
        if region is not None and scene.pending.region is None:
            paint_region(painter, scene, places, region, region_text(scene, region))
            paint_handles(painter, scene, places)

    # --- Mouse and keys -------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Begin what the tool does."""
        self.cursor_keys.shown = False
        self.hands.press(event, self.places())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Go on with it, or show what a press would do here."""
        self.hands.move(event, self.places())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Do it."""
        self.hands.release(event, self.places())

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """The mouse has left: nothing is under it."""
        self.setToolTip("")
        super().leaveEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """Scroll, or zoom at the mouse with Ctrl."""
        wheel(self.scene, self.places(), event)
        self.hands.go_on()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Move the cursor or the chosen notes; see `CursorKeys`."""
        if event.key() == Qt.Key.Key_Escape and self.hands.cancel():
            event.accept()
        elif self.cursor_keys.press(event):
            event.accept()
            self.update()
            self.tell(note_text(self.scene, self.cursor_keys.step, self.cursor_keys.pitch))
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Show the cursor when the keyboard brought the focus here."""
        by_key = event.reason() in (
            Qt.FocusReason.TabFocusReason,
            Qt.FocusReason.BacktabFocusReason,
            Qt.FocusReason.ShortcutFocusReason,
        )
        if by_key:
            self.cursor_keys.show(self.places(), self.width(), self.height())
        self.update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Hide the cursor."""
        self.update()
        super().focusOutEvent(event)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """The first time there is a size to fit the piece into."""
        super().showEvent(event)
        if not self._was_shown:
            self._was_shown = True
            self.scene.set_canvas_size(self.width(), self.height())
            show_everything(self.scene)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Tell the view how much it shows."""
        self.scene.set_canvas_size(self.width(), self.height())
        super().resizeEvent(event)

    def tell(self, text: str) -> None:
        """Let a screen reader say where the cursor is and what lies there."""
        self.setAccessibleDescription(text)
        if QAccessible.isActive():
            changed = QAccessibleEvent(self, QAccessible.Event.DescriptionChanged)
            QAccessible.updateAccessibility(changed)

    @property
    def drag(self) -> Drag | None:
        """What the mouse is doing."""
        return self.hands.drag

    def spot(self, step: float, pitch: int) -> QPointF:
        """The middle of a cell in logical pixels; for tests and for the tour."""
        places = self.places()
        row = places.row_near(pitch)
        x = (places.x(math.floor(step)) + places.x(math.floor(step) + 1)) / 2
        return QPointF(x, (places.y(row) + places.y(row + 1)) / 2)
