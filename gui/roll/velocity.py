"""The velocity lane: a stem for each note; drag over them to make notes louder or softer."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.roll import edits
from gui.roll.navigation import wheel
from gui.roll.notelayer import SHADES
from gui.roll.overlays import chip_font, fill_device, paint_chip, paint_playhead
from gui.roll.places import IntArray, Places
from gui.roll.rectangles import boxes_of
from gui.roll.scene import SceneState
from gui.shell.theme import mixed

HEIGHT = 92
LEAST_HEIGHT, MOST_HEIGHT = 48, 320
TOP_MARGIN = 8
MOST_STEMS = 2000
REACH = 6.0  # logical pixels around the mouse in which stems are taken


class VelocityLane(QWidget):
    """How loud each note is."""

    def __init__(self, scene: SceneState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scene = scene
        self._last: QPointF | None = None
        self._changes: dict[int, int] = {}
        self._sizing: float | None = None
        self._drawn_step = scene.playhead.step
        self.setMouseTracking(True)
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(self.tr("Velocities"))
        self.setAccessibleDescription(
            self.tr("With the keyboard: Alt+Shift with arrow up or down on the chosen notes.")
        )
        self.setToolTip(self.tr("Drag over the stems to change how loud notes are."))
        for signal in (scene.view.changed, scene.selection.changed, scene.all_changed):
            signal.connect(self.update)
        scene.notes_changed.connect(self.update)
        scene.playhead.changed.connect(self._on_playhead)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As wide as there is room."""
        return QSize(600, self.height())

    def _places(self) -> Places:
        return self._scene.places(self.devicePixelRatioF())

    def _on_playhead(self) -> None:
        step, places = self._scene.playhead.step, self._places()
        for at in (self._drawn_step, step):
            self.update(QRect(math.floor(places.x(at)) - 4, 0, 10, self.height()))
        self._drawn_step = step

    # --- Painting -------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Lines, stems, playhead."""
        painter, places, colours = QPainter(self), self._places(), self._scene.colours
        area = event.rect()
        painter.fillRect(area, mixed(colours.background, colours.black_row, 0.5))
        for share in (0.25, 0.5, 0.75, 1.0):
            painter.fillRect(
                area.left(), round(float(self._y(127 * share))), area.width(), 1, colours.grid
            )
        self._paint_bars(painter, places, area)
        self._paint_stems(painter, places, area)
        painter.fillRect(area.left(), 0, area.width(), 1, colours.bar_line)
        paint_playhead(painter, self._scene, places, self._drawn_step, self.height())
        if self._changes and self._last is not None:
            text = str(next(reversed(self._changes.values())))
            place = QPointF(self._last.x() + 10, max(self._last.y() - 20, 2))
            painter.setFont(chip_font(painter))
            paint_chip(painter, self._scene, place, text, colours.accent)
        painter.end()

    def _paint_bars(self, painter: QPainter, places: Places, area: QRect) -> None:
        bars = self._scene.lines.bars
        first, last = places.step_at(area.left()), places.step_at(area.right() + 1)
        some = bars[np.searchsorted(bars, first - 1) : np.searchsorted(bars, last)]
        if len(some) > area.width() / 10:
            return
        x = places.columns(some) - places.left
        boxes = boxes_of(x, 0, x + max(round(places.scale), 1), round(self.height() * places.scale))
        fill_device(painter, places, boxes, self._scene.colours.grid)

    def _paint_stems(self, painter: QPainter, places: Places, area: QRect) -> None:
        scene, layer, scale = self._scene, self._scene.layer, places.scale
        reach = 4 / places.px_per_step
        start = places.step_at(area.left()) - reach
        stop = places.step_at(area.right() + 1) + reach
        lo, hi = np.searchsorted(layer.notes.onset_steps, (start, stop)).tolist()
        found = np.arange(lo, hi)
        if len(found) > MOST_STEMS:
            found = self._loudest(found, places)
        if not len(found):
            return
        velocity = self._velocities(layer.notes.velocity, found)
        x = places.columns(layer.notes.onset_steps[found]) - places.left
        y = np.rint(self._y(velocity) * scale).astype(np.int64)
        bottom, edge = round(self.height() * scale), max(round(scale), 1)
        stems = boxes_of(x, y, x + 2 * edge, bottom)
        heads = boxes_of(x, y - edge, x + 5 * edge, y + 3 * edge)
        parts, chosen = layer.notes.part[found], scene.chosen_mask()[found]
        shades, any_chosen = scene.shades(), bool(chosen.any())
        for part in np.unique(parts).tolist():
            colour = shades[part * SHADES + SHADES - 2].body
            for some, strong in (
                ((parts == part) & ~chosen, not any_chosen),
                (
                    (parts == part) & chosen,
                    True,
                ),
            ):
                stem = mixed(scene.colours.background, colour, 0.62 if strong else 0.35)
                fill_device(painter, places, stems[some], stem)
                fill_device(painter, places, heads[some], colour if strong else stem)
        fill_device(painter, places, heads[chosen], QColor(scene.colours.selection))

    def _loudest(self, found: IntArray, places: Places) -> IntArray:
        """Of the notes of a part in one column of pixels the loudest, for the others lie below."""
        notes = self._scene.layer.notes
        order = found[np.argsort(notes.velocity[found].astype(np.uint8), kind="stable")]
        x = places.columns(notes.onset_steps[order])
        parts = len(self._scene.document.piece.voices)
        key = (x - int(x.min())) * parts + notes.part[order]
        top = np.full(int(key.max()) + 1, -1, dtype=np.int64)
        top[key] = order  # of several the last one stays
        return np.sort(top[top >= 0])

    def _velocities(self, velocity: IntArray, found: IntArray) -> IntArray:
        """Velocities of some notes, with the changes that are being made."""
        shown = velocity[found].copy()
        if self._changes and len(found):
            keys = np.array(list(self._changes), dtype=np.int64)
            values = np.array(list(self._changes.values()), dtype=np.int64)
            place = np.minimum(np.searchsorted(found, keys), len(found) - 1)
            shown[place[found[place] == keys]] = values[found[place] == keys]
        return shown

    def _y(self, velocity: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Height of velocities in logical pixels, same shape."""
        room = self.height() - TOP_MARGIN
        return self.height() - room * np.asarray(velocity, dtype=np.float64) / 127.0

    # --- Mouse ----------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Take stems in hand, or the lane's upper edge to make it higher."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if event.position().y() < 5:
            self._sizing = event.globalPosition().y() + self.height()
            return
        self._last = event.position()
        self._draw_to(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Stems under the mouse go where it is."""
        if self._sizing is not None:
            height = self._sizing - event.globalPosition().y()
            self.setFixedHeight(int(min(max(height, LEAST_HEIGHT), MOST_HEIGHT)))
        elif self._last is not None:
            self._draw_to(event.position())
        else:
            edge = event.position().y() < 5
            shape = Qt.CursorShape.SizeVerCursor if edge else Qt.CursorShape.PointingHandCursor
            self.setCursor(shape)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Make it so, as one step."""
        self._sizing = self._last = None
        changes, self._changes = self._changes, {}
        if changes:
            edits.set_velocities(self._scene, changes)
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """As on the notes."""
        wheel(self._scene, self._places(), event)

    def cancel(self) -> None:
        """Let go without a change."""
        self._last, self._changes = None, {}
        self.update()

    def _draw_to(self, point: QPointF) -> None:
        """Every stem between the last place and this one gets the height of the line between."""
        scene, places = self._scene, self._places()
        last = self._last or point
        left, right = sorted((last.x(), point.x()))
        layer = scene.layer
        start, stop = places.step_at(left - REACH), places.step_at(right + REACH)
        lo, hi = np.searchsorted(layer.notes.onset_steps, (start, stop)).tolist()
        found = np.arange(lo, hi)
        mask = scene.chosen_mask()
        if mask.any():
            found = found[mask[found]]
        locked = np.array([voice.locked for voice in scene.document.piece.voices])
        found = found[~locked[layer.notes.part[found]]]
        room = self.height() - TOP_MARGIN
        for index in found.tolist():
            share = 1.0
            if right - left > 1:
                x = places.x(int(layer.notes.onset_steps[index]))
                share = min(max((x - last.x()) / (point.x() - last.x()), 0.0), 1.0)
            y = last.y() + (point.y() - last.y()) * share
            velocity = round(127 * (self.height() - y) / room)
            self._changes[index] = min(max(velocity, 1), 127)
        self._last = point
        self.update()
