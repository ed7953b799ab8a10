"""The chosen region's edges and corners: what lies under the mouse, how they look, their drag."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from gui.roll import regions
from gui.roll.drags import Spot, StillDrag
from gui.roll.overlays import area_rect
from gui.roll.places import Places
from gui.roll.scene import SceneState
from gui.state.selection import Region
from model.roll import PITCHES

SIZE = 7.0  # logical pixels: side of a handle's square
REACH = 6.0  # so near to its middle the mouse takes it
EDGE_REACH = 4.0  # so near to an edge between handles
LEAST_SIDE = 36.0  # a shorter side has no handle in its middle


@dataclass(frozen=True)
class Grip:
    """Which edges are held.

    Attributes:
        across: -1 the start, 1 the end, 0 neither.
        up: -1 the lowest pitch, 1 the highest, 0 neither.
    """

    across: int
    up: int

    @property
    def shape(self) -> Qt.CursorShape:
        """The mouse over it."""
        if not self.up:
            return Qt.CursorShape.SizeHorCursor
        if not self.across:
            return Qt.CursorShape.SizeVerCursor
        rising = self.across == self.up
        return Qt.CursorShape.SizeBDiagCursor if rising else Qt.CursorShape.SizeFDiagCursor


def handles(scene: SceneState, places: Places) -> dict[Grip, QPointF]:
    """Where the handles of the chosen region lie: corners, and the middles of what is in sight."""
    region = scene.selection.region
    if region is None or scene.pending.region is not None or scene.view.tool != "select":
        return {}
    rect, size = area_rect(places, region), scene.canvas_size
    seen = rect.intersected(QRectF(0.0, 0.0, *size))
    x = {-1: rect.left(), 0: seen.center().x(), 1: rect.right()}
    y = {-1: rect.bottom(), 0: seen.center().y(), 1: rect.top()}
    grips = [Grip(across, up) for across in (-1, 1) for up in (-1, 1)]
    if seen.height() >= LEAST_SIDE:
        grips += [Grip(-1, 0), Grip(1, 0)]
    if seen.width() >= LEAST_SIDE:
        grips += [Grip(0, -1), Grip(0, 1)]
    return {grip: QPointF(x[grip.across], y[grip.up]) for grip in grips}


def handle_under(scene: SceneState, places: Places, point: QPointF) -> Grip | None:
    """The handle nearest to a point, if it is near enough."""
    found = {
        grip: max(abs(place.x() - point.x()), abs(place.y() - point.y()))
        for grip, place in handles(scene, places).items()
    }
    nearest = min(found, key=lambda grip: found[grip], default=None)
    return nearest if nearest is not None and found[nearest] <= REACH else None


def edge_under(scene: SceneState, places: Places, point: QPointF) -> Grip | None:
    """The edge of the region that passes under a point."""
    region = scene.selection.region
    if region is None or scene.pending.region is not None or scene.view.tool != "select":
        return None
    rect = area_rect(places, region)
    inside_x = rect.left() <= point.x() <= rect.right()
    inside_y = rect.top() <= point.y() <= rect.bottom()
    for grip, away, beside in (
        (Grip(-1, 0), point.x() - rect.left(), inside_y),
        (Grip(1, 0), point.x() - rect.right(), inside_y),
        (Grip(0, 1), point.y() - rect.top(), inside_x),
        (Grip(0, -1), point.y() - rect.bottom(), inside_x),
    ):
        if beside and abs(away) <= EDGE_REACH:
            return grip
    return None


def paint_handles(painter: QPainter, scene: SceneState, places: Places) -> None:
    """Little squares."""
    painter.setPen(QPen(scene.colours.background, 1.0))
    painter.setBrush(scene.colours.selection)
    half = SIZE / 2
    for place in handles(scene, places).values():
        left, top = round(place.x() - half) + 0.5, round(place.y() - half) + 0.5
        painter.drawRect(QRectF(left, top, SIZE - 1, SIZE - 1))


class RegionDrag(StillDrag):
    """Edges of the region taken along; they keep to the model's patches, with Alt to nothing."""

    def __init__(self, scene: SceneState, spot: Spot, grip: Grip, region: Region) -> None:
        super().__init__(scene, spot)
        self.grip = grip
        self._region, self._notes = region, scene.selection.notes
        self.scrolls = (grip.across != 0, grip.up != 0)

    def move(self, spot: Spot) -> None:
        """Show the region as it would be."""
        self.spot = spot
        self.scene.selection.set_region(self.reshaped() if self.moved else self._region)

    def finish(self) -> None:
        """Choose the notes that begin in it now."""
        region = self.scene.selection.region
        if region is not None and region != self._region:
            regions.choose(self.scene, region)

    def cancel(self) -> None:
        """As it was."""
        self.scene.selection.set_region(self._region)
        self.scene.selection.select(self._notes)

    def reshaped(self) -> Region:
        """The region with the edges in hand where the mouse has taken them."""
        start, stop = self._time()
        low, high = self._pitch()
        return replace(
            self._region, start_step=start, stop_step=stop, low_pitch=low, high_pitch=high
        )

    def _time(self) -> tuple[int, int]:
        """First step, and the step behind the last."""
        start, stop = self._region.start_step, self._region.stop_step
        grid, end = regions.region_grid(self.scene, free=self.spot.free)[0], self.scene.steps
        by = self.spot.step - self.begin.step
        if self.grip.across < 0:
            return min(max(_nearest(start + by, grid), 0), (stop - 1) // grid * grid), stop
        if self.grip.across > 0:
            furthest = max(end, stop)
            wanted = max(_nearest(stop + by, grid), (start // grid + 1) * grid)
            return start, min(wanted, furthest)
        return start, stop

    def _pitch(self) -> tuple[int, int]:
        """Lowest and highest pitch."""
        low, high = self._region.low_pitch, self._region.high_pitch
        grid, scene = regions.region_grid(self.scene, free=self.spot.free)[1], self.scene
        by = scene.pitch_of_row(self.spot.row) - scene.pitch_of_row(self.begin.row)
        if self.grip.up < 0:
            return min(max(_nearest(low + by, grid), 0), high // grid * grid), high
        if self.grip.up > 0:
            top = max(_nearest(high + 1 + by, grid), (low // grid + 1) * grid)
            return low, min(top, PITCHES) - 1
        return low, high


def _nearest(exact: float, grid: int) -> int:
    return int(np.floor(exact / grid + 0.5)) * grid
