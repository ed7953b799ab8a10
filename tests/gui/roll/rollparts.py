"""A roll panel on a small piece, and mouse and wheel as Qt tells of them."""

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

from gui.roll.panel import RollPanel
from gui.state.document import Document
from gui.state.piece import Piece
from gui.state.selection import SelectionState
from gui.state.view import ViewState
from model.roll import Note, Part, Roll
from tests.gui.fakes import FakePending, FakePlayhead

LEVELS = ((128, 1), (16, 1), (1, 1))
NO_KEY = Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier
CONTROL = Qt.KeyboardModifier.ControlModifier

NOTES = (Note(0, 0, 60, 4, 90), Note(8, 0, 64, 4, 50), Note(16, 1, 67, 8, 120))


class Rig:
    """A panel on a piece of 16 bars with three notes in two parts."""

    def __init__(self, notes: tuple[Note, ...] = NOTES) -> None:
        roll = Roll.from_notes(notes, 256, parts=(Part("Left"), Part("Right")))
        self.document = Document(Piece.of_roll(roll))
        self.selection = SelectionState(self.document)
        self.view = ViewState()
        self.playhead = FakePlayhead()
        self.pending = FakePending()
        self.panel = RollPanel(
            self.document, self.selection, self.view, self.playhead, self.pending
        )
        self.panel.resize(1000, 640)
        self.panel.show()
        QApplication.processEvents()
        self.view.set_px_per_step(16.0)
        self.view.set_px_per_pitch(12.0)
        self.view.set_top_pitch(80.0)
        self.view.set_first_step(0.0)

    @property
    def notes(self) -> list[Note]:
        return self.document.piece.roll.notes()

    def point(self, step: float, pitch: int) -> QPointF:
        """Where a place in time lies on the canvas, in the middle of a pitch's row."""
        places = self.panel.canvas.places()
        row = places.row_near(pitch)
        return QPointF(places.x(step), (places.y(row) + places.y(row + 1)) / 2)

    def drag(
        self,
        begin: QPointF,
        end: QPointF,
        held: Qt.KeyboardModifier = NO_KEY,
        button: Qt.MouseButton = Qt.MouseButton.LeftButton,
        widget: QWidget | None = None,
        let_go: bool = True,
    ) -> None:
        """Press, move in three steps, release."""
        target = widget or self.panel.canvas
        mouse(target, "press", begin, held, button)
        for share in (0.3, 0.7, 1.0):
            mouse(target, "move", begin + (end - begin) * share, held, button)
        if let_go:
            mouse(target, "release", end, held, button)

    def click(self, where: QPointF, held: Qt.KeyboardModifier = NO_KEY) -> None:
        mouse(self.panel.canvas, "press", where, held)
        mouse(self.panel.canvas, "release", where, held)

    def hover(self, where: QPointF) -> Qt.CursorShape:
        mouse(self.panel.canvas, "move", where, NO_KEY, Qt.MouseButton.NoButton)
        return self.panel.canvas.cursor().shape()

    def close(self) -> None:
        self.panel.close()
        self.panel.deleteLater()


def mouse(
    widget: QWidget,
    what: str,
    where: QPointF,
    held: Qt.KeyboardModifier = NO_KEY,
    button: Qt.MouseButton = Qt.MouseButton.LeftButton,
) -> None:
    kind = {
        "press": QMouseEvent.Type.MouseButtonPress,
        "move": QMouseEvent.Type.MouseMove,
        "release": QMouseEvent.Type.MouseButtonRelease,
        "double": QMouseEvent.Type.MouseButtonDblClick,
    }[what]
    down = Qt.MouseButton.NoButton if what == "release" else button
    cause = Qt.MouseButton.NoButton if what == "move" else button
    where_global = QPointF(widget.mapToGlobal(where.toPoint()))
    QApplication.sendEvent(widget, QMouseEvent(kind, where, where_global, cause, down, held))


def turn_wheel(
    widget: QWidget, where: QPointF, delta: QPoint, held: Qt.KeyboardModifier = NO_KEY
) -> None:
    event = QWheelEvent(
        where,
        QPointF(widget.mapToGlobal(where.toPoint())),
        QPoint(),
        delta,
        Qt.MouseButton.NoButton,
        held,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)
