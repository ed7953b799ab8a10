"""Which drag a press begins, by tool, place and keys held; and the mouse's shape before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QMouseEvent, QPainter

from gui.roll import edits
from gui.roll.autoscroll import AutoScroll, kept_inside
from gui.roll.drags import BandDrag, Drag, OutDrag, PanDrag, Spot
from gui.roll.notedrags import DrawDrag, EraseDrag, MoveDrag, ResizeDrag
from gui.roll.places import Places
from gui.roll.regionhandles import Grip, RegionDrag, edge_under, handle_under
from gui.roll.scene import SceneState
from gui.roll.telling import grid_text, note_text
from gui.state.selection import Mode

if TYPE_CHECKING:
    from gui.roll.canvas import RollCanvas

EDGE_WIDTH = 7.0  # logical pixels at a note's end that resize it
AUDITION_VELOCITY = 90

_SHIFT = Qt.KeyboardModifier.ShiftModifier
_ALT = Qt.KeyboardModifier.AltModifier
_CONTROL = Qt.KeyboardModifier.ControlModifier
_NOTHING = Qt.KeyboardModifier.NoModifier


class Hands:
    """The mouse on the canvas."""

    def __init__(self, scene: SceneState, canvas: RollCanvas) -> None:
        self._scene = scene
        self._canvas = canvas
        self._sounding: tuple[int, int] | None = None
        self._mouse = (QPointF(), _NOTHING)
        self.scrolling = AutoScroll(scene, self.go_on, canvas)
        """Scrolls while a drag is held outside the canvas."""
        self.drag: Drag | None = None
        """What the mouse is doing; None between release and press."""

    def press(self, event: QMouseEvent, places: Places) -> None:
        """Begin what a press does here."""
        if self.drag is not None:
            return
        spot = self._look(event, places)
        button = event.button()
        if button == Qt.MouseButton.MiddleButton:
            self.drag = PanDrag(self._scene, spot)
            self._canvas.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif button == Qt.MouseButton.RightButton:
            self.drag = EraseDrag(self._scene, spot)
        elif button == Qt.MouseButton.LeftButton:
            self.drag = self._begin(spot, event.modifiers(), places)
        self._canvas.update()

    def move(self, event: QMouseEvent, places: Places) -> None:
        """Go on with the drag, or show what a press would do."""
        spot = self._look(event, places)
        if self.drag is None:
            self._hover(spot, event.modifiers(), places)
            return
        self.scrolling.hold(event.position(), self.drag.scrolls)
        self._drag_to(spot)

    def go_on(self) -> None:
        """The paper has moved below the mouse: the drag goes on where it is now."""
        if self.drag is not None and any(self.drag.scrolls):
            self._drag_to(self._spot(self._canvas.places()))

    def _drag_to(self, spot: Spot) -> None:
        if self.drag is None:
            return
        self.drag.move(spot)
        if isinstance(self.drag, OutDrag) and self.drag.moved:
            self.drag = None
            self._canvas.drag_out_requested.emit()
            return
        if isinstance(self.drag, MoveDrag):
            self._let_sound(self.drag)
        if isinstance(self.drag, (BandDrag, RegionDrag)) and self.drag.moved:
            self._canvas.hovered.emit(grid_text(self._scene, free=spot.free))
        self._canvas.update()

    def release(self, event: QMouseEvent, places: Places) -> None:
        """Do what was shown."""
        if self.drag is None:
            return
        spot = self._look(event, places)
        drag, self.drag = self.drag, None
        self.scrolling.let_go()
        self._hush()
        drag.move(spot)
        drag.finish()
        self._hover(spot, event.modifiers(), places)
        self._canvas.update()

    def cancel(self) -> bool:
        """Let go of the drag and leave everything as it was; False if there is none."""
        if self.drag is None:
            return False
        self._hush()
        self.scrolling.let_go()
        self.drag.cancel()
        self.drag = None
        self._canvas.update()
        return True

    def paint(self, painter: QPainter, places: Places) -> None:
        """Show what would happen."""
        if self.drag is not None:
            self.drag.paint(painter, places)

    def _look(self, event: QMouseEvent, places: Places) -> Spot:
        """Where the mouse is now, with the keys that are held."""
        self._mouse = (QPointF(event.position()), event.modifiers())
        return self._spot(places)

    def _spot(self, places: Places) -> Spot:
        """Where it was last, on the paper as it lies; a drag ends at the edge of what is seen."""
        point, held = self._mouse
        if self.drag is not None and any(self.drag.scrolls):
            point = kept_inside(point, self._canvas)
        free = bool(held & _ALT) or not self._scene.view.snap
        row = places.row_at(point.y())
        return Spot(point, places.step_at(point.x()), places.pitch_at(point.y()), row, free)

    def _begin(self, spot: Spot, held: Qt.KeyboardModifier, places: Places) -> Drag:
        """The drag of the left button."""
        scene, tool = self._scene, self._scene.view.tool
        if held & _CONTROL and held & _SHIFT:
            return OutDrag(scene, spot)
        if tool == "erase":
            return EraseDrag(scene, spot)
        index = scene.layer.at(spot.step, spot.pitch)
        region, grip = scene.selection.region, self._grip(spot, held, places, index is not None)
        if region is not None and grip is not None:
            return RegionDrag(scene, spot, grip, region)
        if index is not None and not (held & _ALT and tool == "select"):
            return self._take(index, spot, held, places)
        if tool == "draw":
            part = scene.free_part()
            if part is not None:
                drag = DrawDrag(scene, spot, part)
                self._sound(part, drag.pitch, edits.DRAWN_VELOCITY)
                return drag
        removes = held & (_ALT | _CONTROL)  # many desktops move the window with Alt
        mode: Mode = "add" if held & _SHIFT else "remove" if removes else "replace"
        return BandDrag(scene, spot, mode)

    def _grip(
        self, spot: Spot, held: Qt.KeyboardModifier, places: Places, on_note: bool
    ) -> Grip | None:
        """What of the region's frame a press takes; notes lie over it, its handles over both."""
        if held & (_SHIFT | _CONTROL | _ALT):
            return None
        grip = handle_under(self._scene, places, spot.point)
        return edge_under(self._scene, places, spot.point) if grip is None and not on_note else grip

    def _take(self, index: int, spot: Spot, held: Qt.KeyboardModifier, places: Places) -> Drag:
        """Take a note in hand: choose it, then move or resize what is chosen."""
        scene = self._scene
        key = scene.layer.key(index)
        scene.part = key[0]  # what is drawn next goes where one works
        if held & _SHIFT:
            mode: Mode = "remove" if key in scene.selection.notes else "add"
            scene.selection.select({key}, mode)
        elif key not in scene.selection.notes:
            scene.selection.select({key})
        self._sound(key[0], key[1], int(scene.layer.notes.velocity[index]))
        if self._at_end(index, spot, places):
            return ResizeDrag(scene, spot, index)
        return MoveDrag(scene, spot, index, copies=bool(held & _CONTROL))

    def _at_end(self, index: int, spot: Spot, places: Places) -> bool:
        """Whether the mouse is at a note's end; short notes keep half of them for moving."""
        layer = self._scene.layer
        left = places.x(int(layer.notes.onset_steps[index]))
        right = places.x(int(layer.ends[index]))
        return spot.point.x() > right - min(EDGE_WIDTH, (right - left) / 2)

    def _hover(self, spot: Spot, held: Qt.KeyboardModifier, places: Places) -> None:
        """The mouse's shape, and a few words on what lies under it."""
        index = self._scene.layer.at(spot.step, spot.pitch)
        grip = self._grip(spot, held, places, index is not None)
        shape = self._shape(index, spot, held, places) if grip is None else grip.shape
        if self._canvas.cursor().shape() != shape:
            self._canvas.setCursor(shape)
        self._canvas.hovered.emit(note_text(self._scene, spot.step, spot.pitch))

    def _shape(
        self, index: int | None, spot: Spot, held: Qt.KeyboardModifier, places: Places
    ) -> Qt.CursorShape:
        """The mouse over a note, or over none."""
        scene, shapes = self._scene, Qt.CursorShape
        tool = scene.view.tool
        if tool == "erase":
            return shapes.CrossCursor if index is None else shapes.PointingHandCursor
        if index is None:
            return shapes.ArrowCursor if tool == "select" else shapes.CrossCursor
        if scene.locked(int(scene.layer.notes.part[index])):
            return shapes.ForbiddenCursor
        if self._at_end(index, spot, places):
            return shapes.SizeHorCursor
        return shapes.DragCopyCursor if held & _CONTROL else shapes.SizeAllCursor

    # --- What is heard while notes are in hand --------------------------------------------------

    def _let_sound(self, drag: MoveDrag) -> None:
        """The note in hand sounds anew at each pitch that it comes to."""
        if self._sounding is not None and drag.held_pitch != self._sounding[1]:
            self._sound(self._sounding[0], drag.held_pitch, AUDITION_VELOCITY)

    def _sound(self, part: int, pitch: int, velocity: int) -> None:
        self._hush()
        self._sounding = (part, pitch)
        self._canvas.audition.emit(part, pitch, velocity, True)

    def _hush(self) -> None:
        if self._sounding is not None:
            self._canvas.audition.emit(*self._sounding, 0, False)
            self._sounding = None
