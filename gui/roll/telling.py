"""The roll in words, for labels and screen readers: what lies where, what a region is."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QCoreApplication

from gui.roll.scene import SceneState
from gui.roll.seams import Area

_SHARPS = ("C", "C♯", "D", "D♯", "E", "F", "F♯", "G", "G♯", "A", "A♯", "B")
_FLATS = ("C", "D♭", "D", "E♭", "E", "F", "G♭", "G", "A♭", "A", "B♭", "B")
_MIXED = ("C", "C♯", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B")
_FLAT_KEYS = frozenset({5, 10, 3, 8, 1, 14, 19, 12, 17, 22, 15})
"""Keys (as `model.keys` counts them) that are written with flats."""


def _tr(text: str) -> str:
    return QCoreApplication.translate("RollTelling", text)


def pitch_name(pitch: int, key: int | None = None) -> str:
    """A pitch as musicians write it, in a key if one is known; 60 is C4."""
    names = _MIXED if key is None else _FLATS if key in _FLAT_KEYS else _SHARPS
    return f"{names[pitch % 12]}{pitch // 12 - 1}"


def bar_and_beat(scene: SceneState, step: float) -> tuple[int, int]:
    """Number of the bar and of the beat in it, both from 1."""
    lines = scene.lines
    bar = max(int(np.searchsorted(lines.bars, step, side="right")), 1)
    begin = int(lines.bars[bar - 1]) if len(lines.bars) else 0
    return bar, 1 + int(max(step - begin, 0) // lines.beat_steps)


def region_text(scene: SceneState, area: Area) -> str:
    """Such as "bars 9-10, G3-G5"."""
    first = bar_and_beat(scene, area.start_step)[0]
    last = bar_and_beat(scene, area.stop_step - 1)[0]
    bars = (
        _tr("bar {0}").format(first) if first == last else _tr("bars {0}–{1}").format(first, last)
    )
    if area.low_pitch <= 0 and area.high_pitch >= 127:
        return bars
    key = scene.view.scale
    return f"{bars} · {pitch_name(area.low_pitch, key)}–{pitch_name(area.high_pitch, key)}"


def grid_text(scene: SceneState, *, free: bool) -> str:
    """What a region keeps to while it is drawn up, and what lets it go; empty where nothing does.

    Alt is to be held now and not before: with Alt before the press many desktops move the window.
    """
    if free or scene.patch_grid == (1, 1):
        return ""
    return _tr("The region keeps to the model's patches; hold Alt now for single notes and steps.")


def note_text(scene: SceneState, step: float, pitch: int) -> str:
    """Where the cursor is and which note lies there."""
    bar, beat = bar_and_beat(scene, step)
    place = _tr("{0}, bar {1}, beat {2}").format(pitch_name(pitch, scene.view.scale), bar, beat)
    index = scene.layer.at(step, pitch)
    if index is None:
        return place
    notes = scene.layer.notes
    voice = scene.document.piece.voices[int(notes.part[index])].name
    velocity = int(notes.velocity[index])
    return _tr("{0}: note of {1}, velocity {2}").format(place, voice, velocity)
