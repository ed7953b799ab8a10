"""The piece kept against a crash, and what a crash has left.

Each window keeps its piece in a file of its own and holds a second one beside it; when the window
ends well, both go. A file whose second one nobody holds was left by a crash.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from gui.state.document import Document
from gui.state.errors import ProjectError
from gui.state.heldfile import HeldFile
from gui.state.piece import Piece
from gui.state.projectfile import load_project, save_project
from gui.state.variation import Takes

ENDING, HELD = ".autosave", ".held"
INTERVAL_MS = 30_000
SOON_MS = 1_500
"""After a change; further changes within this time come along."""

Extras = Callable[[], dict[str, Any]]


@dataclass(frozen=True, eq=False)
class Recovered:
    """What a window has left that didn't end well.

    Attributes:
        file: The autosave.
        piece: The piece, or None where even that is damaged.
        path: The project file that it belongs to, if it had one.
        extra: What was kept with it.
        takes: Its variations, if there were any.
        saved_at: When it was last kept.
        problem: What is wrong with a damaged one, or with its variations, in one sentence.
    """

    file: Path
    piece: Piece | None
    path: Path | None
    extra: dict[str, Any]
    saved_at: datetime
    problem: str = ""
    takes: Takes | None = None

    def discard(self) -> None:
        """Take it away; the user doesn't want it, or it is kept elsewhere."""
        discard_file(self.file)


def discard_file(file: Path) -> None:
    """Take an autosave away that nobody holds any more."""
    file.unlink(missing_ok=True)
    file.with_suffix(HELD).unlink(missing_ok=True)


def recover(folder: Path) -> list[Recovered]:
    """What crashes have left in a folder, the newest first. Takes nothing away."""
    found = [_recovered(file) for file in Path(folder).glob(f"*{ENDING}") if _left(file)]
    return sorted(found, key=lambda one: one.saved_at, reverse=True)


class Autosave(QObject):
    """Keeps the document's piece in a folder while it has changes that no project file holds.

    Writing happens in a thread of its own: a slow disk never holds the window up.

    Args:
        document: What to keep.
        folder: Where; made if it isn't there.
        extras: What else to keep with it.
        takes: Its variations, to be kept with it.
        parent: Qt's.
    """

    kept = Signal()
    """What there is now lies on the disk."""

    failed = Signal(str)
    """It can't be kept, and why, in one sentence; said once until it works again."""

    _written = Signal(int, str)

    def __init__(
        self,
        document: Document,
        folder: Path,
        extras: Extras = dict,
        parent: QObject | None = None,
        *,
        takes: Callable[[], Takes | None] = lambda: None,
    ) -> None:
        super().__init__(parent)
        self._document, self._folder, self._extras = document, Path(folder), extras
        self._takes = takes
        self._name = uuid.uuid4().hex
        self._held = HeldFile(self.file.with_suffix(HELD))
        self._writer: ThreadPoolExecutor | None = None
        self._writing: Future[None] = Future()
        self._writing.set_result(None)
        self._change, self._there = 0, 0
        self._failing, self._closed, self._enabled = False, False, True
        self._soon = self._timer(SOON_MS, single=True)
        self._regular = self._timer(INTERVAL_MS, single=False)
        self._written.connect(self._on_written)
        for signal in (document.changed, document.voices_changed, document.loop_changed):
            signal.connect(self.touch)
        document.replaced.connect(self.touch)
        document.dirty_changed.connect(self._on_dirty)
        self._regular.start()

    @property
    def file(self) -> Path:
        """Where the piece is kept."""
        return self._folder / f"{self._name}{ENDING}"

    @property
    def enabled(self) -> bool:
        """Whether it keeps anything."""
        return self._enabled

    def set_enabled(self, on: bool) -> None:
        """Keep the piece from now on, or stop and take away what was kept."""
        self._enabled = on
        if on:
            self._regular.start()
            self.touch()
        else:
            self._stop()
            self._clear()

    def save_now(self) -> None:
        """Keep it now and wait until it is on the disk; `failed` says if that went wrong."""
        self._wait()
        self._save()
        self._wait()

    def adopt(self, recovered: Recovered) -> None:
        """Open what a crash has left; it is taken away only when this window keeps it.

        Raises:
            ProjectError: If it is damaged, or can't be kept here; then it still lies where it was.
        """
        if recovered.piece is None:
            raise ProjectError(recovered.problem)
        path = None if recovered.problem else recovered.path  # its file may hold what this has lost
        self._document.replace(recovered.piece, path, dirty=True)
        told = {**self._told(), "extra": recovered.extra}
        self._run(self._write, recovered.piece, told, recovered.takes)
        self._writing.result()
        recovered.discard()

    def close(self, *, keep: bool = False) -> None:
        """The window ends. May be called again.

        Args:
            keep: Whether unsaved changes stay where the next start finds them, as when the
                session ends and nobody could be asked; else the user doesn't want them.
        """
        if self._closed:
            return
        self._stop()
        if keep:
            self.save_now()
            self._run(self._held.release)
        else:
            self._clear()
        self._closed = True
        if self._writer is not None:
            self._writer.shutdown()

    # --- Inside, in the window's thread ----------------------------------------------------------

    def _timer(self, interval_ms: int, *, single: bool) -> QTimer:
        timer = QTimer(self)
        timer.setInterval(interval_ms)
        timer.setSingleShot(single)
        timer.timeout.connect(self._save)
        return timer

    def _stop(self) -> None:
        self._soon.stop()
        self._regular.stop()

    def touch(self) -> None:
        """Something that is to be kept has changed; it is written a moment later."""
        self._change += 1
        if self._enabled and not self._closed and not self._soon.isActive():
            self._soon.start()

    def _on_dirty(self, dirty: bool) -> None:
        if not (dirty or self._closed):
            self._clear()

    def _save(self) -> None:
        """Hand what there is now to the writing thread, unless it has it or is busy."""
        if not self._enabled or self._closed or not self._document.dirty:
            return
        if not self._writing.done():
            self._soon.start()
        elif self._there != self._change:
            piece, told, takes = self._document.piece, self._told(), self._takes()
            self._run(self._write_and_tell, self._change, piece, told, takes)

    def _told(self) -> dict[str, Any]:
        path = self._document.path
        return {"path": None if path is None else str(path), "extra": self._extras()}

    def _on_written(self, change: int, problem: str) -> None:
        if not problem:
            self._there, self._failing = change, False
            self.kept.emit()
        elif not self._failing:
            self._failing = True
            self.failed.emit(problem)

    def _clear(self) -> None:
        """Take away what is kept, behind what is being written; nothing waits for it."""
        self._change += 1  # what is written now no longer counts as kept
        if self._writer is not None:
            self._run(self._remove)

    def _run(self, work: Callable[..., None], *arguments: object) -> None:
        if self._writer is None:
            self._writer = ThreadPoolExecutor(1, thread_name_prefix="autosave")
        self._writing = self._writer.submit(work, *arguments)

    def _wait(self) -> None:
        self._writing.exception()

    # --- Inside, in the writing thread -----------------------------------------------------------

    def _write_and_tell(
        self, change: int, piece: Piece, told: dict[str, Any], takes: Takes | None
    ) -> None:
        try:
            self._write(piece, told, takes)
        except ProjectError as err:
            self._written.emit(-1, str(err))
        else:
            self._written.emit(change, "")

    def _write(self, piece: Piece, told: dict[str, Any], takes: Takes | None) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as err:
            raise ProjectError(
                f"Can't keep the piece in {self._folder}: {err.strerror or err}. Save it yourself."
            ) from err
        self._held.take()
        save_project(self.file, piece, told, takes)

    def _remove(self) -> None:
        self.file.unlink(missing_ok=True)
        self._held.release(remove=True)


def _left(file: Path) -> bool:
    """Whether nobody holds an autosave any more."""
    held = HeldFile(file.with_suffix(HELD))
    free = held.take()
    held.release()
    return free


def _recovered(file: Path) -> Recovered:
    saved_at = datetime.fromtimestamp(file.stat().st_mtime).astimezone()
    try:
        project = load_project(file)
    except ProjectError as err:
        return Recovered(file, None, None, {}, saved_at, str(err))
    path, extra = project.extra.get("path"), project.extra.get("extra")
    return Recovered(
        file,
        project.piece,
        Path(path) if isinstance(path, str) else None,
        extra if isinstance(extra, dict) else {},
        saved_at,
        project.problem,
        project.takes,
    )
