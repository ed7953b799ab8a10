"""Pieces as files: new, open, save, and the question before one is lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from gui.out.clips import safe_stem
from gui.state.errors import StateError
from gui.state.piece import Piece
from gui.state.projects import Project, load_project, save_project
from model.errors import ModelError
from model.midifile import read_midi

if TYPE_CHECKING:
    from gui.out.out import OutState
    from gui.shell.asking import Asking
    from gui.state.document import Document
    from gui.state.recent import RecentFiles
    from gui.state.variation import Takes

ENDING = ".fractalroll"
MIDI_ENDINGS = (".mid", ".midi", ".smf")

Extras = Callable[[], dict[str, Any]]
"""What is kept in a project besides the piece: how the window stood."""


class PieceFiles(QObject):
    """What the File menu does with the document.

    Args:
        document: The document.
        recent: Files that were open before.
        out: What writes MIDI files and pictures.
        asking: How the user is asked.
        extras: What else to keep in a project.
        takes: The variations, to be kept in it, too.
        parent: Qt's owner.

    Attributes:
        failed: Something could not be done, in one sentence.
        said: Something was done, in one sentence.
        opened: A piece was opened: a `Project`, with what was kept besides it.
    """

    failed = Signal(str)
    said = Signal(str)
    opened = Signal(object)

    def __init__(
        self,
        document: Document,
        recent: RecentFiles,
        out: OutState,
        asking: Asking,
        extras: Extras = dict,
        parent: QObject | None = None,
        *,
        takes: Callable[[], Takes | None] = lambda: None,
    ) -> None:
        super().__init__(parent)
        self._document, self._recent = document, recent
        self._out, self._asking, self._extras, self._takes = out, asking, extras, takes
        self._given = ""  # the name of the MIDI file that the piece was
        document.replaced.connect(self._forget_name)

    def new(self) -> None:
        """Begin with an empty piece."""
        if self.may_leave():
            self._document.replace(Piece.empty())

    def open(self, path: Path | None = None) -> None:
        """Open a project or a MIDI file; asks which, if none is given."""
        if not self.may_leave():
            return
        path = path or self._asking.open_path(self.tr("Open"), self._readable(), self._folder())
        if path is not None:
            self.load(path)

    def load(self, path: Path) -> bool:
        """Open `path` without any question; a MIDI file becomes a new piece of its own.

        Returns:
            Whether it could be opened; `failed` says why not.
        """
        is_midi = path.suffix.lower() in MIDI_ENDINGS
        try:
            project = Project(Piece.of_roll(read_midi(path))) if is_midi else load_project(path)
        except (ModelError, StateError) as err:
            self._recent.forget(path)
            self.failed.emit(str(err))
            return False
        damaged = bool(project.problem)
        place = None if is_midi or damaged else path
        self._document.replace(project.piece, place, dirty=damaged)
        self._given = path.stem
        self._recent.add(path)
        self.opened.emit(project)
        if damaged:
            self.failed.emit(project.problem)
        return True

    def save(self) -> bool:
        """Save where it was opened or saved before; else ask where. Returns whether it is saved."""
        if self._document.path is None:
            return self.save_as()
        return self._save_to(self._document.path)

    def save_as(self) -> bool:
        """Ask where to save. Returns whether it is saved."""
        folder = self._folder()
        proposed = folder / f"{free_stem(folder, self._stem(), self._document.path)}{ENDING}"
        kinds = self.tr("Fractalroll pieces (*{0})").format(ENDING)
        path = self._asking.save_path(self.tr("Save as"), kinds, proposed)
        return path is not None and self._save_to(_ended(path, ENDING))

    def save_midi(self) -> None:
        """Ask where to write the selection, or what is heard, as a MIDI file."""
        self._out.ask_and_save_midi(self._asking, self._folder(), self._stem())

    def save_picture(self) -> None:
        """Ask where to write the picture of the selection, or of what is heard."""
        self._out.ask_and_save_picture(self._asking, self._folder(), self._stem())

    def may_leave(self) -> bool:
        """Whether the piece may be given up: it is saved, or the user doesn't want it."""
        if not self._document.dirty:
            return True
        answers = [self.tr("Save"), self.tr("Don't save"), self.tr("Cancel")]
        text = self.tr("The piece has changes that are not saved.")
        answer = self._asking.choose(self.tr("Save the piece?"), text, answers)
        return self.save() if answer == 0 else answer == 1

    def _save_to(self, path: Path) -> bool:
        try:
            save_project(path, self._document.piece, self._extras(), self._takes())
        except (ModelError, StateError) as err:
            self.failed.emit(str(err))
            return False
        self._document.saved(path)
        self._recent.add(path)
        self.said.emit(self.tr("Saved as {0}.").format(path))
        return True

    def _readable(self) -> str:
        midi = " ".join(f"*{ending}" for ending in MIDI_ENDINGS)
        return self.tr("Pieces and MIDI files (*{0} {1})").format(ENDING, midi)

    def _folder(self) -> Path:
        """Where the file dialog begins: beside the piece, else where the last one lies."""
        path = self._document.path or next(iter(self._recent.existing()), None)
        return path.parent if path is not None else Path.home()

    def _forget_name(self) -> None:
        self._given = ""

    def _stem(self) -> str:
        """What the piece could be called: as before, as its MIDI file, or after what made it."""
        if self._document.path is not None:
            return self._document.path.stem
        takes = self._takes()
        current = None if takes is None else takes.at(takes.current)
        made = None if current is None else current.made
        if self._given or made is None:
            return self._given or self.tr("Untitled")
        return safe_stem(f"{made.style or made.model} {made.seed}".strip())


def free_stem(folder: Path, stem: str, own: Path | None = None) -> str:
    """A name that no piece in a folder has yet: with a number behind it where it is taken.

    Args:
        folder: Where the piece will lie.
        stem: What it could be called.
        own: Where it lies already; that name is its own.
    """
    number, name = 1, stem
    while (path := folder / f"{name}{ENDING}").exists() and path != own:
        number += 1
        name = f"{stem} {number}"
    return name


def _ended(path: Path, ending: str) -> Path:
    return path if path.suffix else path.with_suffix(ending)
