"""The roll without a mouse: a cursor cell, and what the keys do to it and to the chosen notes."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from gui.roll import edits
from gui.roll.navigation import show_pitch, show_step
from gui.roll.places import Places
from gui.roll.regions import region_around
from gui.roll.scene import SceneState

_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_ALT = Qt.KeyboardModifier.AltModifier
_CONTROL = Qt.KeyboardModifier.ControlModifier


class CursorKeys:
    """The cursor cell.

    Arrows move the cursor by one unit of the grid or a semitone (with Ctrl by a bar or an octave);
    with Shift they stretch a region from where it was. With Alt they move the chosen notes; Alt and
    Shift together make them longer or shorter, or louder or softer. Enter draws a note, or chooses
    the one under the cursor; Delete erases what is chosen, else the note under the cursor.
    """

    def __init__(self, scene: SceneState) -> None:
        self._scene = scene
        self.shown = False
        """Whether it is in use: keys bring it, the mouse takes it away."""
        self.step = 0
        self.pitch = 60
        self._anchor: tuple[int, int] | None = None

    @property
    def cell(self) -> tuple[int, int, int]:
        """Step, pitch and width in steps."""
        return self.step, self.pitch, self._unit

    @property
    def _unit(self) -> int:
        return edits.unit(self._scene, free=not self._scene.view.snap)

    def show(self, places: Places, width: float, height: float) -> None:
        """Bring it into sight."""
        self.shown = True
        first, last = places.step_at(0), places.step_at(width)
        if not first <= self.step <= last:
            self.step = edits.snapped(self._scene, (first + last) / 2, free=False)
        if not 0 <= places.y_of_pitch(self.pitch) <= height - places.px_per_row:
            self.pitch = places.pitch_at(height / 2)

    def press(self, event: QKeyEvent) -> bool:
        """Do what a key asks; False if it isn't one of ours."""
        way = _ARROWS.get(Qt.Key(event.key()))
        if way is not None:
            self._arrow(way, event.modifiers())
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._enter(bool(event.modifiers() & _SHIFT))
        else:
            return False
        self.shown = True
        self._bring_into_sight()
        return True

    def _arrow(self, way: tuple[int, int], held: Qt.KeyboardModifier) -> None:
        dx, dy = way
        if held & _ALT:
            self._change_chosen(dx, dy, reshape=bool(held & _SHIFT), far=bool(held & _CONTROL))
            return
        far = bool(held & _CONTROL)
        before = (self.step, self.pitch)
        stride = self._scene.lines.bar_steps if far else self._unit
        self.step = min(max(self.step + dx * stride, 0), max(self._scene.steps - 1, 0))
        self.pitch = self._pitch_beside(dy * (12 if far else 1))
        if held & _SHIFT:
            self._stretch(before)
        else:
            self._anchor = None

    def _pitch_beside(self, by: int) -> int:
        """The pitch so many rows away, hidden ones left out."""
        pitches = self._scene.pitches
        row = self._scene.places().row_near(self.pitch)
        return pitches[min(max(row - by, 0), len(pitches) - 1)]

    def _stretch(self, before: tuple[int, int]) -> None:
        """A region from where Shift was first held to the cursor, and the notes in it."""
        scene = self._scene
        if self._anchor is None:
            self._anchor = before
        start, stop = sorted((self._anchor[0], self.step))
        low, high = sorted((self._anchor[1], self.pitch))
        stop += self._unit
        region = region_around(scene, start, stop, low, high, free=not scene.view.snap)
        scene.selection.set_region(region)
        inside = scene.layer.inside(start, stop, low, high)
        scene.selection.select(scene.layer.keys(inside))

    def _change_chosen(self, dx: int, dy: int, *, reshape: bool, far: bool) -> None:
        keys = edits.free_keys(self._scene)
        if not keys:
            return
        if reshape and dx:
            edits.resize(self._scene, keys, dx * self._unit)
        elif reshape:
            edits.change_velocity(self._scene, keys, dy * 8)
        elif edits.can_move(self._scene, keys, dx * self._unit, dy * (12 if far else 1)):
            edits.move(self._scene, keys, dx * self._unit, dy * (12 if far else 1))

    def _enter(self, add: bool) -> None:
        scene = self._scene
        found = scene.layer.at(self.step, self.pitch)
        if found is not None:
            scene.selection.select({scene.layer.key(found)}, "add" if add else "replace")
            return
        part = scene.free_part()
        if part is not None:
            edits.add(scene, part, self.pitch, self.step, self._unit)

    def erase_here(self) -> None:
        """Take the note under the cursor away."""
        scene = self._scene
        found = scene.layer.at(self.step, self.pitch) if self.shown else None
        if found is not None and not scene.locked(scene.layer.key(found)[0]):
            edits.erase(scene, frozenset({scene.layer.key(found)}))

    def _bring_into_sight(self) -> None:
        width, height = self._scene.canvas_size
        show_step(self._scene, self.step, width)
        show_pitch(self._scene, self._scene.places(), self.pitch, height)
