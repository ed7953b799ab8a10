"""The notes of one revision, ready to be looked up by time and painted by colour.

Shapes: `N` notes. A note's shade is its part's colour at one of `SHADES` strengths, so that the
notes of a picture are filled with a few calls however many they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QColor, QPainter

from gui.roll.places import HIDDEN, IntArray, Places
from gui.roll.rectangles import Boxes, boxes_of, fill_boxes
from gui.shell.theme import Colours, mixed
from model.roll import NoteArray

SHADES = 6
LEAST_DRESSED = 5  # device pixels; smaller notes are plain boxes
_NO_BOX = np.array([0, 0, -1, -1], dtype=np.int32)
MOST_DRESSED = 4000  # notes in one picture; beyond it nobody sees an edge


@dataclass(frozen=True)
class Shade:
    """The colours of one note: its body, its beginning and its upper and lower edge."""

    body: QColor
    onset: QColor
    top: QColor
    bottom: QColor


class NoteLayer:
    """Notes sorted by onset, part and pitch, with what finds those of a stretch quickly."""

    def __init__(self, notes: NoteArray) -> None:
        self.notes = notes
        self.ends = notes.onset_steps + notes.duration_steps
        self._latest = np.maximum.accumulate(self.ends) if len(notes) else self.ends
        self.used = np.bincount(notes.pitch, minlength=128)[:128] > 0
        self._codes = _codes(notes.part, notes.pitch, notes.onset_steps)

    def __len__(self) -> int:
        return len(self.notes)

    def take(self, indices: IntArray) -> NoteArray:
        """Some of the notes, in the order of the indices."""
        notes = self.notes
        return NoteArray(
            notes.onset_steps[indices],
            notes.part[indices],
            notes.pitch[indices],
            notes.duration_steps[indices],
            notes.velocity[indices],
        )

    def between(self, start: float, stop: float) -> IntArray:
        """int64[M]: indices of the notes that sound anywhere in [start, stop), rising."""
        first = int(np.searchsorted(self._latest, start, side="right"))
        last = int(np.searchsorted(self.notes.onset_steps, stop, side="left"))
        found: IntArray = first + np.flatnonzero(self.ends[first:last] > start)
        return found

    def at(self, step: float, pitch: int) -> int | None:
        """Index of the note under a point; of several the one of the last part, which is on top."""
        near = self.between(np.floor(step), np.floor(step) + 1)
        hit = near[(self.notes.pitch[near] == pitch) & (self.notes.onset_steps[near] <= step)]
        hit = hit[self.ends[hit] > step]
        return int(hit[np.argmax(self.notes.part[hit])]) if len(hit) else None

    def inside(self, start: float, stop: float, low: int, high: int) -> IntArray:
        """Indices of notes that sound in [start, stop) on pitches low..high."""
        near = self.between(start, stop)
        pitch = self.notes.pitch[near]
        return near[(pitch >= low) & (pitch <= high)]

    def key(self, index: int) -> tuple[int, int, int]:
        """What a selection knows a note by: part, pitch, onset."""
        notes = self.notes
        return int(notes.part[index]), int(notes.pitch[index]), int(notes.onset_steps[index])

    def keys(self, indices: IntArray) -> frozenset[tuple[int, int, int]]:
        """The same of several notes."""
        columns = (self.notes.part, self.notes.pitch, self.notes.onset_steps)
        return frozenset(zip(*(c[indices].tolist() for c in columns), strict=True))

    def indices(self, keys: frozenset[tuple[int, int, int]]) -> IntArray:
        """Indices of the notes that a selection names, rising; unknown ones are left out."""
        if not keys or not len(self):
            return np.zeros(0, np.int64)
        part, pitch, onset = np.array(list(keys), dtype=np.int64).T
        wanted = np.sort(_codes(part, pitch, onset))
        places = np.minimum(np.searchsorted(self._codes, wanted), len(self) - 1)
        found: IntArray = places[self._codes[places] == wanted]
        return found


def _codes(part: IntArray, pitch: IntArray, onset: IntArray) -> IntArray:
    """One number for each note that rises with onset, then part, then pitch."""
    codes: IntArray = (onset << 24) | (part << 7) | pitch
    return codes


def shades_of(colour: QColor, colours: Colours, audible: bool = True) -> tuple[Shade, ...]:
    """`SHADES` shades of one colour, from the softest to the loudest note."""
    if not audible:
        colour = mixed(colour, colours.background, 0.72)
    light = QColor("#ffffff")
    found = []
    for index in range(SHADES):
        weight = index / (SHADES - 1)
        soft = mixed(colour, colours.background, 0.42 * (1 - weight))
        body = mixed(soft, light, 0.10 * weight if colours.dark else 0.0)
        found.append(
            Shade(
                body=body,
                onset=mixed(body, light, 0.55 if colours.dark else 0.5),
                top=mixed(body, light, 0.22 if colours.dark else 0.28),
                bottom=mixed(body, QColor("#000000"), 0.30 if colours.dark else 0.18),
            )
        )
    return tuple(found)


def note_boxes(notes: NoteArray, places: Places, left: int, gap: int = 1) -> Boxes:
    """Boxes of notes in device pixels, `left` of them from step 0 being 0; hidden ones have no row.

    A note leaves `gap` pixels to the next one and to the row below, where there is room.
    """
    ends = notes.onset_steps + notes.duration_steps
    x, end = places.columns(notes.onset_steps) - left, places.columns(ends) - left
    rows = places.row_of[notes.pitch]
    y, bottom = places.lines(rows) - places.top, places.lines(rows + 1) - places.top
    end = np.maximum(np.where(end - x > 3 * gap, end - gap, end), x + 1)
    bottom = np.maximum(np.where(bottom - y > 3 * gap, bottom - gap, bottom), y + 1)
    boxes = boxes_of(x, y, end, bottom)
    boxes[rows == HIDDEN] = _NO_BOX
    return boxes


def paint_notes(
    painter: QPainter,
    boxes: Boxes,
    groups: npt.NDArray[np.int64],
    shades: Sequence[Shade],
    edge: int = 1,
) -> None:
    """Fill notes, each in the shade of its group; later groups lie on top.

    Args:
        painter: In device pixels.
        boxes: Of `N` notes.
        groups: int64[N], index into `shades`.
        shades: One for each group.
        edge: Device pixels to a fine line.
    """
    if not len(boxes):
        return
    order = np.argsort(groups.astype(np.uint8 if len(shades) < 256 else np.int64), kind="stable")
    boxes = boxes[order]
    bounds = np.searchsorted(groups[order], np.arange(len(shades) + 1))
    used = np.flatnonzero(np.diff(bounds)).tolist()
    if len(boxes) > MOST_DRESSED:
        for index in used:
            fill_boxes(painter, boxes[bounds[index] : bounds[index + 1]], shades[index].body)
        return
    layers = _dressed(boxes, edge)
    for index in used:
        some, shade = slice(bounds[index], bounds[index + 1]), shades[index]
        colours = (shade.body, shade.body, shade.top, shade.bottom, shade.onset)
        for layer, colour in zip(layers, colours, strict=True):
            fill_boxes(painter, layer[some], colour)


def _dressed(boxes: Boxes, edge: int) -> tuple[Boxes, Boxes, Boxes, Boxes, Boxes]:
    """What a note is filled with: two boxes that leave its corners free, edges, the beginning.

    Small notes are one plain box; the rest of theirs has no size.
    """
    least = LEAST_DRESSED * edge - 1
    large = ((boxes[:, 2] - boxes[:, 0] >= least) & (boxes[:, 3] - boxes[:, 1] >= least))[:, None]
    wide = np.where(large, boxes + np.array([0, edge, 0, -edge], dtype=np.int32), boxes)
    high = np.where(large, boxes + np.array([edge, 0, -edge, 0], dtype=np.int32), _NO_BOX)
    upper, lower = high.copy(), high.copy()
    upper[:, 3] = upper[:, 1] + edge - 1
    lower[:, 1] = lower[:, 3] - edge + 1
    onset = np.where(large, wide, _NO_BOX)
    onset[:, 2] = onset[:, 0] + 2 * edge - 1
    none = ~large[:, 0]
    upper[none] = lower[none] = onset[none] = _NO_BOX
    return wide, high, upper, lower, onset
