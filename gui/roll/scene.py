"""What all views of the roll share: the piece as it is to be painted, and what follows from it.

A state without widgets. It asks the document only when something changed and keeps what it got.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Signal

from gui.roll.backdrop import Lines, lines_of
from gui.roll.ghost import GhostState
from gui.roll.notelayer import SHADES, NoteLayer, Shade, shades_of
from gui.roll.places import IntArray, Places, shown_pitches
from gui.roll.scales import scale_of
from gui.shell.theme import Colours, colours, theme

if TYPE_CHECKING:
    from gui.roll.seams import Pending
    from gui.state.document import Document
    from gui.state.playhead import Playhead
    from gui.state.selection import SelectionState
    from gui.state.view import ViewState

STEPS_BEHIND_END = 2048
"""The grid goes on that far behind the end of the piece."""


class SceneState(QObject):
    """The piece, the view and what is chosen, as the roll's widgets need them."""

    notes_changed = Signal(int, int)
    """Notes between two steps look different now."""
    all_changed = Signal()
    """Everything may look different now: another piece, other colours, other voices."""

    def __init__(
        self,
        document: Document,
        selection: SelectionState,
        view: ViewState,
        playhead: Playhead,
        pending: Pending,
        ghost: GhostState,
    ) -> None:
        super().__init__()
        self.document = document
        self.selection = selection
        self.view = view
        self.playhead = playhead
        self.pending = pending
        self.ghost = ghost
        self.levels: tuple[tuple[int, int], ...] = ()
        """(pitches, steps) of each level's patches, coarse to fine; of the model that is loaded."""
        self.part = 0
        """The part that new notes are drawn into."""
        self.canvas_size = (900.0, 480.0)
        """Width and height of the canvas in logical pixels."""
        self._chosen: tuple[object, NoteLayer, npt.NDArray[np.bool_]] | None = None
        self._layer: NoteLayer | None = None
        self._lines: Lines | None = None
        self._pitches: dict[tuple[bool, frozenset[int]], tuple[int, ...]] = {}
        self._shades: tuple[Shade, ...] | None = None
        document.changed.connect(self._on_changed)
        document.voices_changed.connect(self._on_voices)
        document.replaced.connect(self._on_replaced)
        theme().changed.connect(self._on_voices)

    @property
    def colours(self) -> Colours:
        """The theme's colours."""
        return colours()

    @property
    def layer(self) -> NoteLayer:
        """The notes of the piece as it is now."""
        if self._layer is None:
            self._layer = NoteLayer(self.document.notes())
        return self._layer

    @property
    def lines(self) -> Lines:
        """Bars and beats of the piece."""
        if self._lines is None:
            self._lines = lines_of(self.document.piece.roll, STEPS_BEHIND_END)
        return self._lines

    @property
    def steps(self) -> int:
        """Length of the piece."""
        return self.document.piece.roll.steps

    @property
    def scale(self) -> tuple[frozenset[int], int | None]:
        """Pitch classes to light up and the one that is home; empty and None without a scale."""
        return scale_of(self.view.scale)

    @property
    def pitches(self) -> tuple[int, ...]:
        """The pitches that have a row, from the top."""
        wanted = self.scale[0]
        key = (self.view.fold, wanted)
        if key not in self._pitches:
            shown = shown_pitches(self.layer.used, self.view.fold, wanted)
            self._pitches[key] = tuple(shown.tolist())
        return self._pitches[key]

    def places(self, scale: float = 1.0) -> Places:
        """Where things lie now, with `scale` device pixels to a logical one."""
        view, pitches = self.view, self.pitches
        top = float(view.top_pitch)
        if view.fold:
            below = np.asarray(pitches)
            top_row = float(np.interp(-top, -(below + 1.0), np.arange(len(below))))
        else:
            top_row = 128.0 - top
        return Places(view.first_step, view.px_per_step, top_row, view.px_per_pitch, pitches, scale)

    def shades(self) -> tuple[Shade, ...]:
        """Shades of all parts, `SHADES` for each; parts that can't be heard are pale."""
        if self._shades is None:
            piece, now = self.document.piece, self.colours
            found: list[Shade] = []
            for voice, audible in zip(piece.voices, piece.audible(), strict=True):
                found += shades_of(now.part(voice.colour), now, audible)
            self._shades = tuple(found)
        return self._shades

    def groups(self, layer: NoteLayer, indices: IntArray) -> IntArray:
        """int64[M]: which of `shades` each note has."""
        loudness = layer.notes.velocity[indices] * SHADES // 128
        parts = np.minimum(layer.notes.part[indices], len(self.document.piece.voices) - 1)
        groups: IntArray = parts * SHADES + loudness
        return groups

    def audible(self) -> tuple[bool, ...]:
        """Which parts are heard."""
        return self.document.piece.audible()

    def chosen_mask(self) -> npt.NDArray[np.bool_]:
        """bool[N]: which notes of the layer are chosen."""
        keys, layer = self.selection.notes, self.layer
        if self._chosen is None or self._chosen[0] is not keys or self._chosen[1] is not layer:
            mask = np.zeros(len(layer), dtype=np.bool_)
            mask[layer.indices(keys)] = True
            self._chosen = (keys, layer, mask)
        return self._chosen[2]

    def chosen_indices(self) -> IntArray:
        """Indices of the chosen notes."""
        return np.flatnonzero(self.chosen_mask())

    def chosen_between(self, start: float, stop: float) -> IntArray:
        """Those that sound in [start, stop)."""
        if not self.selection.notes:
            return np.zeros(0, dtype=np.int64)
        near = self.layer.between(start, stop)
        found: IntArray = near[self.chosen_mask()[near]]
        return found

    # --- The view, kept where there is something to see -----------------------------------------

    def set_canvas_size(self, width: float, height: float) -> None:
        """Say how large the canvas is."""
        self.canvas_size = (float(width), float(height))
        self.view.set_viewport(width, height)
        self.keep_inside()

    def pitch_of_row(self, row: float) -> float:
        """The pitch line at a row with its fraction, as `ViewState.top_pitch` counts: 128 - row."""
        if not self.view.fold:
            return 128.0 - row
        pitches = np.asarray(self.pitches) + 1.0
        return float(np.interp(row, np.arange(len(pitches)), pitches))

    def set_top_row(self, row: float) -> None:
        """Scroll so that a row is at the upper edge."""
        rows = self.canvas_size[1] / self.view.px_per_pitch
        row = min(max(row, 0.0), max(len(self.pitches) - rows, 0.0))
        self.view.set_top_pitch(self.pitch_of_row(row))

    def keep_inside(self) -> None:
        """Scroll back to where there are steps and pitches, if it went beyond."""
        view = self.view
        across = self.canvas_size[0] / view.px_per_step
        furthest = max(self.steps + across * 0.5 - across, 0.0)
        first = min(max(view.first_step, 0.0), furthest)
        if first != view.first_step:
            view.set_first_step(first)
        self.set_top_row(self.places().top_row)

    def locked(self, part: int) -> bool:
        """Whether a part is held against changes."""
        return self.document.piece.voices[part].locked

    def free_part(self) -> int | None:
        """The part that a new note goes to: the chosen one, else the first that isn't locked."""
        voices = self.document.piece.voices
        if self.part < len(voices) and not voices[self.part].locked:
            return self.part
        return next((index for index, voice in enumerate(voices) if not voice.locked), None)

    def set_levels(self, shapes: Sequence[tuple[int, int]]) -> None:
        """Say how the loaded model cuts the roll up: (pitches, steps) from coarse to fine."""
        self.levels = tuple((int(height), int(width)) for height, width in shapes)
        self.view.set_levels(len(self.levels))
        self.all_changed.emit()

    @property
    def patch_grid(self) -> tuple[int, int]:
        """(pitches, steps) that a region snaps to: the coarsest patches that don't span all."""
        for height, width in self.levels:
            if height < 128:
                return height, max(width, self.levels[0][1])
        return (12, 1) if not self.levels else (128, self.levels[-1][1])

    def _on_changed(self, first: int, last: int) -> None:
        self._layer = None
        self._pitches.clear()
        if self._lines is not None and self._lines.steps != self.steps:
            self._lines = None
        if self.view.fold:
            self.all_changed.emit()
        else:
            self.notes_changed.emit(first, last)

    def _on_replaced(self) -> None:
        self._layer = self._lines = self._shades = None
        self._pitches.clear()
        self.part = 0
        self.all_changed.emit()

    def _on_voices(self) -> None:
        self._shades = None
        self.all_changed.emit()
