"""Dragging a MIDI file out of the window, into a DAW or a folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl, Signal
from PySide6.QtGui import QDrag, QKeyEvent, QMouseEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QApplication, QToolButton, QWidget

from model.errors import ModelError

Run = Callable[[QDrag], Qt.DropAction]
"""Carries a drag out until it is dropped or given up, and says what the receiver did."""


def run_drag(drag: QDrag) -> Qt.DropAction:
    """Carry a drag out. Only copying is offered: who gets the file must never move it away."""
    return drag.exec(Qt.DropAction.CopyAction)


def file_mime(path: Path) -> QMimeData:
    """A file as drags and the clipboard carry it."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    return mime


def start_drag(
    widget: QWidget, path: Path, pixmap: QPixmap | None = None, run: Run = run_drag
) -> bool:
    """Drag a file out of a widget, from inside its mouseMoveEvent.

    Blocks in an event loop of its own until the button is let go or Esc is pressed.

    Args:
        widget: Where the button was pressed.
        path: The file; it must be there already, and stay.
        pixmap: What is shown at the pointer.
        run: Carries the drag out; tests give another.

    Returns:
        whether somebody took the file.
    """
    drag = QDrag(widget)
    drag.setMimeData(file_mime(path))
    if pixmap is not None and not pixmap.isNull():
        drag.setPixmap(pixmap)
        drag.setHotSpot(QPoint(-12, -12))
    return run(drag) == Qt.DropAction.CopyAction


def far_enough(pressed: QPoint, now: QPoint) -> bool:
    """Whether the mouse went so far since it was pressed that it drags, and did not just shake."""
    return (now - pressed).manhattanLength() >= QApplication.startDragDistance()


class DragHandle(QToolButton):
    """A button that is pulled into a DAW: it has its file written when the pull begins.

    Enter, Space or a plain click ask for its keyboard twin instead.

    Args:
        write: Writes what is dragged and returns its path; None: there is nothing to drag.
        parent: The widget that it lies in.
        run: Carries a drag out; tests give another.

    Attributes:
        dropped: Somebody took the file at this path; playing of the same clip should stop.
        save_requested: It was clicked instead of pulled.
        failed: The file could not be written, in one sentence.
    """

    dropped = Signal(str)
    save_requested = Signal()
    failed = Signal(str)

    def __init__(
        self, write: Callable[[], Path | None], parent: QWidget | None = None, run: Run = run_drag
    ) -> None:
        super().__init__(parent)
        self._write, self._run = write, run
        self._pressed: QPoint | None = None
        self._is_part = self._short = False
        self.setObjectName("dragHandle")
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.show_part(False)

    def show_part(self, is_part: bool) -> None:
        """Say whether the piece is pulled, or only what of it is selected."""
        self._is_part = is_part
        self.setText(self._words()[is_part])
        piece, part = self.tr("Drag as a MIDI file"), self.tr("Drag the selection as a MIDI file")
        self.setAccessibleName(part if is_part else piece)
        piece = self.tr("Pull this into a track of your DAW, or click to save a MIDI file (Ctrl+E)")
        part = self.tr("Only what is selected goes; Esc on the roll selects nothing")
        self.setToolTip(f"{piece}\n{part}" if is_part else piece)

    def set_short(self, short: bool) -> None:
        """Say it in fewer words, where there is little room."""
        if short != self._short:
            self._short = short
            self.setText(self._words()[self._is_part])
            self._keep_wide()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """As wide as its longest words from the start, so that nothing beside it ever moves."""
        super().resizeEvent(event)
        self._keep_wide()

    def _keep_wide(self) -> None:
        widths = [self.fontMetrics().horizontalAdvance(text) for text in self._words()]
        now = self.fontMetrics().horizontalAdvance(self.text())
        self.setMinimumWidth(self.sizeHint().width() - now + max(widths))

    def _words(self) -> tuple[str, str]:
        """For the piece, and for what is selected."""
        if self._short:
            return self.tr("Drag MIDI"), self.tr("Drag part")
        return self.tr("Drag MIDI to DAW"), self.tr("Drag selection to DAW")

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Remember where a pull may begin."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = event.position().toPoint()
            self.setDown(True)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Begin to drag once the mouse has gone far enough."""
        held = event.buttons() & Qt.MouseButton.LeftButton
        if self._pressed is None or not held:
            return
        if not far_enough(self._pressed, event.position().toPoint()):
            return
        self._pressed = None
        self.setDown(False)
        self._drag()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """A click that never became a pull saves."""
        clicked = self._pressed is not None and self.rect().contains(event.position().toPoint())
        self._pressed = None
        self.setDown(False)
        if clicked and event.button() == Qt.MouseButton.LeftButton:
            self.save_requested.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Enter and Space save, so that nobody needs a mouse."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.save_requested.emit()
            return
        super().keyPressEvent(event)

    def _drag(self) -> None:
        try:
            path = self._write()
        except ModelError as err:
            self.failed.emit(str(err))
            return
        if path is None:
            self.failed.emit(self.tr("There is nothing to drag yet: make some music first (G)."))
            return
        picture = self.grab()
        if start_drag(self, path, picture, self._run):
            self.dropped.emit(str(path))
