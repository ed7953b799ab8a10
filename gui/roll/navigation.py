"""Moving about: wheel, panning, following the playhead, going to a place."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Qt
from PySide6.QtGui import QWheelEvent

from gui.roll.places import Places
from gui.roll.scene import SceneState

NOTCH = 120.0  # eighths of a degree that one click of a wheel turns
MOST_NOTCHES = 3.0  # of one event; some touchpads send leaps
ZOOM_A_NOTCH = 1.18
SCROLL_A_NOTCH = 72.0  # logical pixels
LEAST_OPENING_STEP, MOST_OPENING_STEP = 4.0, 24.0  # logical pixels
LEAST_OPENING_ROW, MOST_OPENING_ROW = 7.0, 16.0
OUTSIDERS = 4.0
"""Percent of the notes at either end of the pitches that needn't be in sight."""
FOLLOW_PLACE = 0.35
"""Share of the width at which the followed playhead stands still."""


def wheel(scene: SceneState, places: Places, event: QWheelEvent) -> None:
    """Scroll up and down; Shift or a sideways wheel goes through time; Ctrl zooms at the mouse.

    Ctrl zooms time and Ctrl+Shift pitch. Some systems turn the wheel sideways when Shift is held,
    so the axis that moved is taken, whichever it is.
    """
    delta = event.angleDelta()
    modifiers = event.modifiers()
    turned = delta.y() or delta.x()
    notches = min(max(turned / NOTCH, -MOST_NOTCHES), MOST_NOTCHES)
    if not notches:
        return
    shift = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
    if modifiers & Qt.KeyboardModifier.ControlModifier:
        zoom(scene, places, event.position().x(), event.position().y(), notches, pitch=shift)
    elif shift or (delta.x() and not delta.y()):
        scroll(scene, places, -notches * SCROLL_A_NOTCH, 0)
    else:
        scroll(scene, places, 0, -notches * SCROLL_A_NOTCH)
    event.accept()


def zoom(
    scene: SceneState, places: Places, x: float, y: float, notches: float, *, pitch: bool
) -> None:
    """Zoom in (notches above 0) or out, so that what lies under (x, y) stays there."""
    factor = ZOOM_A_NOTCH**notches
    if pitch:
        zoom_pitch(scene, places, y, factor)
    else:
        scene.view.zoom_at(places.step_at(x), factor)
    scene.keep_inside()


def zoom_pitch(scene: SceneState, places: Places, y: float, factor: float) -> None:
    """Zoom rows at a height of the canvas."""
    if not scene.view.fold:
        scene.view.zoom_pitch_at(scene.pitch_of_row(places.row_at(y)), factor)
        return
    row, view = places.row_at(y), scene.view
    view.set_px_per_pitch(view.px_per_pitch * factor)
    scene.set_top_row(row - y / view.px_per_pitch)


def scroll(scene: SceneState, places: Places, dx: float, dy: float) -> None:
    """Move the view by logical pixels: to the right and down."""
    view = scene.view
    if dx:
        view.set_first_step(view.first_step + dx / places.px_per_step)
    if dy:
        scene.set_top_row(places.top_row + dy / places.px_per_row)
    scene.keep_inside()


def in_sight(scene: SceneState) -> bool:
    """Whether the canvas shows the step where the playhead is."""
    view = scene.view
    across = scene.canvas_size[0] / view.px_per_step
    return view.first_step <= scene.playhead.step <= view.first_step + across


def follow(scene: SceneState, width: float) -> None:
    """Bring the playhead into sight, then let the music run below it until its end is in sight."""
    view, playhead = scene.view, scene.playhead
    if not (view.follow and playhead.playing):
        return
    across, step = width / view.px_per_step, playhead.step
    wanted = min(step - FOLLOW_PLACE * across, scene.steps - across)
    outside = not view.first_step <= step <= view.first_step + across
    if outside or wanted > view.first_step:
        view.set_first_step(max(wanted, 0.0))


def show_step(scene: SceneState, step: float, width: float) -> None:
    """Scroll as little as needed to see a step."""
    view = scene.view
    across = width / view.px_per_step
    margin = min(across / 8, 8.0)
    if step < view.first_step + margin:
        view.set_first_step(max(step - margin, 0.0))
    elif step > view.first_step + across - margin:
        view.set_first_step(step - across + margin)


def show_pitch(scene: SceneState, places: Places, pitch: int, height: float) -> None:
    """Scroll as little as needed to see a pitch."""
    row, rows = places.row_near(pitch), height / places.px_per_row
    if row < places.top_row:
        scene.set_top_row(row)
    elif row + 1 > places.top_row + rows:
        scene.set_top_row(math.ceil(row + 1 - rows))


def show_everything(scene: SceneState) -> None:
    """Zoom to all bars, but not so far out that steps vanish; the notes in the middle."""
    width, height = scene.canvas_size
    view, layer = scene.view, scene.layer
    width_of_step = min(max(width / max(scene.steps, 1), LEAST_OPENING_STEP), MOST_OPENING_STEP)
    view.set_px_per_step(width_of_step)
    view.set_first_step(0.0)
    notes = layer.notes.pitch
    low, high = usual_pitches(notes)
    rows = max(high - low + 7, 30)
    view.set_px_per_pitch(min(max(height / rows, LEAST_OPENING_ROW), MOST_OPENING_ROW))
    middle = (low + high) / 2 + 0.5
    view.set_top_pitch(middle + height / view.px_per_pitch / 2)
    scene.keep_inside()


def usual_pitches(pitches: npt.NDArray[np.int64]) -> tuple[int, int]:
    """Lowest and highest pitch to show; a few notes far away from all others don't count."""
    if not len(pitches):
        return 48, 84
    low, high = np.percentile(pitches, (OUTSIDERS, 100 - OUTSIDERS))
    lowest, highest = max(int(pitches.min()), low - 8), min(int(pitches.max()), high + 8)
    return int(lowest), int(highest)
