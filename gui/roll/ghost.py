"""The ghost: an earlier or other version of the music that shows through behind the notes."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from gui.roll.notelayer import NoteLayer
from model.roll import NoteArray, Roll


class GhostState(QObject):
    """Which notes show through, if any."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._layer: NoteLayer | None = None

    @property
    def layer(self) -> NoteLayer | None:
        """The ghost's notes, at their places in the piece."""
        return self._layer

    def show(self, roll: Roll, start_step: int = 0) -> None:
        """Let `roll` show through, its first step at `start_step` of the piece."""
        notes = roll.note_array()
        moved = NoteArray(
            notes.onset_steps + start_step,
            notes.part,
            notes.pitch,
            notes.duration_steps,
            notes.velocity,
        )
        self._layer = NoteLayer(moved)
        self.changed.emit()

    def clear(self) -> None:
        """No ghost."""
        self._layer = None
        self.changed.emit()
