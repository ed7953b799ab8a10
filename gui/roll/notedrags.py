"""Drags that change notes: move, resize, draw, erase."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QPainter

from gui.roll import edits
from gui.roll.drags import Spot, StillDrag, way_between
from gui.roll.notelayer import NoteLayer
from gui.roll.overlays import paint_left_behind, paint_moved
from gui.roll.places import IntArray, Places
from gui.roll.scene import SceneState
from model.roll import NoteArray

HIGHEST_PITCH = 127


class _ChosenDrag(StillDrag):
    """A drag of the chosen notes."""

    def __init__(self, scene: SceneState, spot: Spot) -> None:
        super().__init__(scene, spot)
        self.layer = scene.layer
        chosen = scene.chosen_indices()
        locked = [scene.locked(part) for part in range(len(scene.document.piece.voices))]
        self.indices: IntArray = chosen[~np.array(locked)[self.layer.notes.part[chosen]]]
        self.keys = self.layer.keys(self.indices)
        self.notes = self.layer.take(self.indices)

    def result(self) -> NoteArray:
        """The notes as they would be."""
        return self.notes

    @property
    def changes(self) -> bool:
        """Whether they would be any different."""
        return False

    def paint(self, painter: QPainter, places: Places) -> None:
        """The notes where they would be."""
        if self.changes:
            paint_left_behind(painter, self.scene, places, self.layer, self.indices)
            paint_moved(painter, self.scene, places, NoteLayer(self.result()))


class MoveDrag(_ChosenDrag):
    """Notes taken along; the one that was taken in hand snaps, the others keep their distance.

    Args:
        scene: The scene.
        spot: Where it began.
        held: Index of the note that was taken in hand.
        copies: Whether the notes stay and copies are moved.
    """

    def __init__(self, scene: SceneState, spot: Spot, held: int, copies: bool = False) -> None:
        super().__init__(scene, spot)
        self.copies = copies
        self._onset = int(scene.layer.notes.onset_steps[held])
        self._pitch = int(scene.layer.notes.pitch[held])

    @property
    def shift(self) -> tuple[int, int]:
        """Steps to the right and semitones up, so that no note leaves the roll."""
        if not self.moved or not len(self.notes):
            return 0, 0
        exact = self._onset + self.spot.step - self.begin.step
        steps = edits.snapped(self.scene, exact, free=self.spot.free) - self._onset
        semitones = self.spot.pitch - self.begin.pitch
        steps = max(steps, -int(self.notes.onset_steps.min()))
        low, high = int(self.notes.pitch.min()), int(self.notes.pitch.max())
        return steps, min(max(semitones, -low), HIGHEST_PITCH - high)

    @property
    def held_pitch(self) -> int:
        """Where the note in hand would be."""
        return self._pitch + self.shift[1]

    @property
    def changes(self) -> bool:
        """Whether anything moves."""
        return self.shift != (0, 0)

    def result(self) -> NoteArray:
        """The notes where they would be."""
        steps, semitones = self.shift
        n = self.notes
        return NoteArray(
            n.onset_steps + steps, n.part, n.pitch + semitones, n.duration_steps, n.velocity
        )

    def paint(self, painter: QPainter, places: Places) -> None:
        """Copies leave the notes where they are."""
        if self.changes and self.copies:
            paint_moved(painter, self.scene, places, NoteLayer(self.result()))
        else:
            super().paint(painter, places)

    def finish(self) -> None:
        """Move them, as one step."""
        if not self.changes:
            return
        edits.move(self.scene, self.keys, *self.shift, copy=self.copies)


class ResizeDrag(_ChosenDrag):
    """Notes made longer or shorter at their end; the one in hand snaps."""

    def __init__(self, scene: SceneState, spot: Spot, held: int) -> None:
        super().__init__(scene, spot)
        self._end = int(scene.layer.ends[held])
        self.scrolls = (True, False)

    @property
    def by(self) -> int:
        """Steps longer."""
        if not self.moved:
            return 0
        exact = self._end + self.spot.step - self.begin.step
        return edits.snapped(self.scene, exact, free=self.spot.free, nearest=True) - self._end

    @property
    def changes(self) -> bool:
        """Whether any length changes."""
        return self.by != 0 and len(self.notes) > 0

    def result(self) -> NoteArray:
        """The notes as long as they would be, a step at least."""
        n = self.notes
        duration = np.maximum(n.duration_steps + self.by, 1)
        return NoteArray(n.onset_steps, n.part, n.pitch, duration, n.velocity)

    def finish(self) -> None:
        """Resize them, as one step."""
        if self.changes:
            edits.resize(self.scene, self.keys, self.by)


class DrawDrag(StillDrag):
    """A new note, as long as it is drawn."""

    def __init__(self, scene: SceneState, spot: Spot, part: int) -> None:
        super().__init__(scene, spot)
        self.part = part
        self.pitch = spot.pitch
        self._onset = edits.snapped(scene, spot.step, free=spot.free)
        self.scrolls = (True, False)

    @property
    def length(self) -> int:
        """Steps; one unit of the grid at least."""
        unit = edits.unit(self.scene, free=self.spot.free)
        if not self.moved:
            return unit
        end = edits.snapped(self.scene, self.spot.step, free=self.spot.free) + unit
        return max(end - self._onset, unit)

    def result(self) -> NoteArray:
        """The note."""
        row = (self._onset, self.part, self.pitch, self.length, edits.DRAWN_VELOCITY)
        return NoteArray(*(np.array([value], dtype=np.int64) for value in row))

    def paint(self, painter: QPainter, places: Places) -> None:
        """The note as it would be."""
        paint_moved(painter, self.scene, places, NoteLayer(self.result()))

    def finish(self) -> None:
        """Put it there."""
        edits.add(self.scene, self.part, self.pitch, self._onset, self.length)


class EraseDrag(StillDrag):
    """An eraser: every note that it goes over is taken away at the end."""

    def __init__(self, scene: SceneState, spot: Spot) -> None:
        super().__init__(scene, spot)
        self.layer = scene.layer
        self._hit: set[int] = set()
        self.move(spot)

    def move(self, spot: Spot) -> None:
        """Go over the notes between the last place and this one."""
        across, down = way_between(self.scene, self.spot, spot)
        count = max(int(max(abs(across), abs(down)) / 3), 1)
        for index in range(count + 1):
            share = index / count
            step = self.spot.step + (spot.step - self.spot.step) * share
            pitch = round(self.spot.pitch + (spot.pitch - self.spot.pitch) * share)
            found = self.layer.at(step, pitch)
            if found is not None and not self.scene.locked(int(self.layer.notes.part[found])):
                self._hit.add(found)
        self.spot = spot

    @property
    def indices(self) -> IntArray:
        """The notes that are gone."""
        return np.array(sorted(self._hit), dtype=np.int64)

    def paint(self, painter: QPainter, places: Places) -> None:
        """They are nearly gone already."""
        paint_left_behind(painter, self.scene, places, self.layer, self.indices)

    def finish(self) -> None:
        """Take them away, as one step."""
        if self._hit:
            edits.erase(self.scene, self.layer.keys(self.indices))
