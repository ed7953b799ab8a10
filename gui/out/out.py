"""What leaves the window, and how: dragged, saved, copied, or as a picture."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from gui.out import clipboard
from gui.out.clips import free_path, safe_stem, write_clip
from gui.out.dragging import Run, run_drag, start_drag
from gui.out.picking import has_notes, heard, picked
from gui.state.clipboard import copied
from gui.state.noteids import NoteId, ids_of
from model.errors import ModelError
from model.roll import Roll

if TYPE_CHECKING:
    from gui.shell.asking import Asking
    from gui.state.document import Document
    from gui.state.selection import SelectionState

MIDI_KINDS = "MIDI (*.mid)"
PICTURE_KINDS = "PNG (*.png)"


class OutState(QObject):
    """Writes what is asked for. Nothing is ever raised: `failed` says what went wrong.

    Args:
        document: The open piece.
        selection: What of it is selected; that goes out instead of the whole piece.
        clips: Folder of clips; None: in the user's cache.
        parent: Qt's.
        run: Carries drags out; tests give another.

    Attributes:
        said: What was done, in one sentence.
        failed: What could not be done, in one sentence.
        dropped: Somebody took a clip; our own playing of the same should stop.
    """

    said = Signal(str)
    failed = Signal(str)
    dropped = Signal(str)

    def __init__(
        self,
        document: Document,
        selection: SelectionState | None = None,
        clips: Path | None = None,
        parent: QObject | None = None,
        run: Run = run_drag,
    ) -> None:
        super().__init__(parent)
        self._document, self._selection = document, selection
        self._clips, self._run = clips, run

    @property
    def title(self) -> str:
        """What the piece is called: its file's name, or the program's."""
        path = self._document.path
        return path.stem if path is not None else "Fractalroll"

    @property
    def is_part(self) -> bool:
        """Whether only what is selected would go out now, and not the piece."""
        selection = self._selection
        return selection is not None and bool(selection.notes or selection.region)

    def picked(self) -> Roll:
        """What would go out now: the selection, else what is heard."""
        piece, selection = self._document.piece, self._selection
        if selection is None:
            return heard(piece)
        return picked(piece, selection.notes, selection.region)

    def write_clip(self) -> Path | None:
        """The MIDI file of what would go out now, under a fresh name; for drag handles.

        Returns:
            its path; None if there is no note in it.

        Raises:
            MidiFileError: it can't be written.
        """
        roll = self.picked()
        return write_clip(roll, self.title, self._clips) if has_notes(roll) else None

    def drag(self, widget: QWidget, roll: Roll | None = None, name: str = "") -> bool:
        """Drag a clip out of a widget, from inside its mouseMoveEvent.

        Args:
            widget: Where the button was pressed.
            roll: What to drag, a variation for instance; None: what `picked` gives.
            name: What the clip is called; empty: as the piece.

        Returns:
            whether somebody took it.
        """
        roll = self.picked() if roll is None else roll
        if not has_notes(roll):
            self.failed.emit(self._nothing())
            return False
        try:
            path = write_clip(roll, name or self.title, self._clips)
        except ModelError as err:
            self.failed.emit(str(err))
            return False
        taken = start_drag(widget, path, run=self._run)
        if taken:
            self.dropped.emit(str(path))
        return taken

    def save_midi(self, path: Path) -> bool:
        """Save what would go out now as a MIDI file; an ending is added where none is.

        Returns:
            whether it is there.
        """
        from model.midifile import write_midi  # only now: the window opens without its libraries

        path = _ending(path, (".mid", ".midi"))
        return self._write(lambda: write_midi(self.picked(), path), path)

    def save_picture(self, path: Path) -> bool:
        """Save what would go out now as a PNG picture; an ending is added where none is.

        Returns:
            whether it is there.
        """
        from model.picture import draw_roll

        path = _ending(path, (".png",))
        return self._write(lambda: draw_roll(self.picked(), path, self.title), path)

    def ask_and_save_midi(self, asking: Asking, folder: Path, name: str = "") -> bool:
        """Ask where to, then save a MIDI file (Ctrl+E).

        Args:
            asking: Who is asked.
            folder: Where the question begins.
            name: What the file could be called; empty: as the piece.

        Returns:
            whether it is there.
        """
        proposed = free_path(folder, safe_stem(name or self.title), ".mid")
        part = self.tr("Save MIDI: only what is selected")
        title = part if self.is_part else self.tr("Save MIDI")
        path = asking.save_path(title, MIDI_KINDS, proposed)
        return path is not None and self.save_midi(path)

    def ask_and_save_picture(self, asking: Asking, folder: Path, name: str = "") -> bool:
        """Ask where to, then save a picture; arguments and answer as of a MIDI file."""
        proposed = free_path(folder, safe_stem(name or self.title), ".png")
        part = self.tr("Save a picture: only what is selected")
        title = part if self.is_part else self.tr("Save a picture")
        path = asking.save_path(title, PICTURE_KINDS, proposed)
        return path is not None and self.save_picture(path)

    def copy(self) -> bool:
        """Put the selection, else all notes, on the clipboard; a MIDI file with it for others.

        Returns:
            whether there was anything to copy.
        """
        ids = self._chosen_ids()
        if not ids:
            self.failed.emit(self._nothing())
            return False
        piece = self._document.piece
        try:
            path: Path | None = write_clip(picked(piece, ids), self.title, self._clips)
        except ModelError:
            path = None  # our own form needs no disk
        clipboard.put(copied(piece.roll, ids), path)
        self.said.emit(self.tr("{count} notes copied.").format(count=len(ids)))
        return True

    def _chosen_ids(self) -> Collection[NoteId]:
        """Names of the notes that are selected, or lie in the region; of all where none is."""
        notes, selection = self._document.notes(), self._selection
        if selection is not None and selection.notes:
            return selection.notes
        if selection is not None and selection.region is not None:
            return selection.region.of_notes(notes)
        return frozenset(ids_of(notes))

    def _write(self, write: Callable[[], None], path: Path) -> bool:
        try:
            write()
        except ModelError as err:
            self.failed.emit(str(err))
            return False
        part = self.tr("Saved {path}: only what is selected.")
        text = part if self.is_part else self.tr("Saved {path}.")
        self.said.emit(text.format(path=path))
        return True

    def _nothing(self) -> str:
        return self.tr("There is no note to take out yet: make some music first (G).")


def _ending(path: Path, endings: tuple[str, ...]) -> Path:
    """A path with one of these endings; the first is added where none of them is there."""
    return path if path.suffix.lower() in endings else path.with_name(path.name + endings[0])
