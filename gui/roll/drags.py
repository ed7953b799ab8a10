"""What the mouse does between press and release, one class for each thing it can do.

A drag keeps what it would do and shows it; only `finish` changes the document, so that letting go
of it (Escape) leaves everything as it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from gui.roll import edits
from gui.roll.overlays import paint_band
from gui.roll.places import Places
from gui.roll.regions import region_around
from gui.roll.scene import SceneState
from gui.state.selection import Mode, Region

SHAKE = 4.0  # logical pixels that a hand moves without meaning to


@dataclass(frozen=True)
class Spot:
    """Where the mouse is.

    Attributes:
        point: In logical pixels of the canvas.
        step: Step under it, with its fraction.
        pitch: Pitch under it.
        row: Row under it, with its fraction.
        free: Whether the grid is off (Alt is held, or snapping is switched off).
    """

    point: QPointF
    step: float
    pitch: int
    row: float
    free: bool


class Drag(Protocol):
    """Something the mouse does."""

    @property
    def scrolls(self) -> tuple[bool, bool]:
        """Whether the view scrolls under it where it leaves the canvas: in time, in pitch."""

    def move(self, spot: Spot) -> None:
        """The mouse is elsewhere."""

    def paint(self, painter: QPainter, places: Places) -> None:
        """Show what would happen."""

    def finish(self) -> None:
        """Do it."""

    def cancel(self) -> None:
        """Leave everything as it was."""


class StillDrag:
    """A drag that shows nothing and changes nothing; the others begin here."""

    def __init__(self, scene: SceneState, spot: Spot) -> None:
        self.scene = scene
        self.begin = self.spot = spot
        self.scrolls = (True, True)

    def move(self, spot: Spot) -> None:
        """Remember where the mouse is."""
        self.spot = spot

    def paint(self, painter: QPainter, places: Places) -> None:
        """Nothing to show."""

    def finish(self) -> None:
        """Nothing to do."""

    def cancel(self) -> None:
        """Nothing to take back."""

    @property
    def moved(self) -> bool:
        """Whether the mouse went further on the paper than a hand shakes."""
        across, down = way_between(self.scene, self.begin, self.spot)
        return abs(across) + abs(down) > SHAKE


def way_between(scene: SceneState, begin: Spot, end: Spot) -> tuple[float, float]:
    """Logical pixels to the right and down on the paper, however it was scrolled meanwhile."""
    view = scene.view
    across = (end.step - begin.step) * view.px_per_step
    return across, (end.row - begin.row) * view.px_per_pitch


class BandDrag(StillDrag):
    """The rubber band: chooses notes, and as a region the patches that it touches."""

    def __init__(self, scene: SceneState, spot: Spot, mode: Mode) -> None:
        super().__init__(scene, spot)
        self.mode = mode
        self._before = (scene.selection.notes, scene.selection.region)

    def move(self, spot: Spot) -> None:
        """Show the region as it grows."""
        self.spot = spot
        if self.mode == "replace" and self.moved:
            self.scene.selection.set_region(self._region())

    def paint(self, painter: QPainter, places: Places) -> None:
        """The band itself."""
        if self.moved:
            ends = (self.begin, self.spot)
            one, other = (QPointF(places.x(end.step), places.y(end.row)) for end in ends)
            rect = QRectF(one, other).normalized()
            paint_band(painter, self.scene, rect, self.mode == "remove")

    def finish(self) -> None:
        """Choose the notes in the band; a mere click on nothing chooses nothing."""
        selection = self.scene.selection
        if not self.moved:
            if self.mode == "replace":
                selection.clear()
            return
        selection.select(self.inside(), self.mode)

    def cancel(self) -> None:
        """What was chosen before is chosen again."""
        notes, region = self._before
        self.scene.selection.select(notes)
        self.scene.selection.set_region(region)

    def inside(self) -> edits.Keys:
        """The notes that the band touches."""
        start, stop = sorted((self.begin.step, self.spot.step))
        low, high = sorted((self.begin.pitch, self.spot.pitch))
        layer = self.scene.layer
        return layer.keys(layer.inside(start, stop, low, high))

    def _region(self) -> Region:
        start, stop = sorted((self.begin.step, self.spot.step))
        low, high = sorted((self.begin.pitch, self.spot.pitch))
        return region_around(self.scene, start, stop, low, high, free=self.spot.free)


class PanDrag(StillDrag):
    """The paper pulled along with the mouse."""

    def __init__(self, scene: SceneState, spot: Spot) -> None:
        super().__init__(scene, spot)
        self.scrolls = (False, False)
        self._from = (scene.view.first_step, scene.places().top_row)

    def move(self, spot: Spot) -> None:
        """Pull it."""
        self.spot = spot
        way, view = spot.point - self.begin.point, self.scene.view
        view.set_first_step(self._from[0] - way.x() / view.px_per_step)
        self.scene.set_top_row(self._from[1] - way.y() / view.px_per_pitch)
        self.scene.keep_inside()

    def cancel(self) -> None:
        """Back to where it was."""
        self.scene.view.set_first_step(self._from[0])
        self.scene.set_top_row(self._from[1])


class OutDrag(StillDrag):
    """The chosen notes pulled out of the window; whoever holds the canvas starts Qt's own drag."""

    def __init__(self, scene: SceneState, spot: Spot) -> None:
        super().__init__(scene, spot)
        self.scrolls = (False, False)
