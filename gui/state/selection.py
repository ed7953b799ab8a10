"""What is selected: notes, and a region of time and pitch."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, Signal

from gui.state.noteids import NoteId, still_there
from gui.state.region import Region
from model.roll import Roll

if TYPE_CHECKING:
    from gui.state.document import Document

__all__ = ["Mode", "NoteId", "Region", "SelectionState"]

Mode = Literal["replace", "add", "remove"]


class SelectionState(QObject):
    """Selected notes, and the region that is to be made again; both may be there at once.

    Args:
        document: Notes that it loses are selected no more; None to be told by `keep_only`.
        parent: Qt's.
    """

    changed = Signal()
    """Notes or region are other than before."""

    def __init__(self, document: Document | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._notes: frozenset[NoteId] = frozenset()
        self._region: Region | None = None
        if document is not None:
            self._document = document
            document.changed.connect(self._on_changed)
            document.replaced.connect(self.clear)

    @property
    def notes(self) -> frozenset[NoteId]:
        """Part, pitch and onset step of each selected note."""
        return self._notes

    @property
    def region(self) -> Region | None:
        """The selected rectangle."""
        return self._region

    def select(self, notes: Iterable[NoteId], mode: Mode = "replace") -> None:
        """Select these notes, or add them to the selected ones, or take them out."""
        given = frozenset(notes)
        if mode == "add":
            given = self._notes | given
        elif mode == "remove":
            given = self._notes - given
        self._set(given, self._region)

    def set_region(self, region: Region | None) -> None:
        """Select a rectangle; notes stay as they are."""
        self._set(self._notes, region)

    def clear(self) -> None:
        """Select nothing."""
        self._set(frozenset(), None)

    def drop_notes(self, region: Region) -> None:
        """Notes that begin in a region are selected no more; the selected region stays."""
        kept = {
            (part, pitch, onset)
            for part, pitch, onset in self._notes
            if not region.has_onset(part, pitch, onset)
        }
        self._set(frozenset(kept), self._region)

    def keep_only(self, roll: Roll) -> None:
        """Forget notes that the roll doesn't have, and a region that begins behind its end."""
        region = self._region
        if region is not None and region.start_step >= roll.steps:
            region = None
        self._set(still_there(roll, self._notes), region)

    def _set(self, notes: frozenset[NoteId], region: Region | None) -> None:
        if (notes, region) != (self._notes, self._region):
            self._notes, self._region = notes, region
            self.changed.emit()

    def _on_changed(self, first: int, last: int) -> None:
        self.keep_only(self._document.piece.roll)
