"""What may be dropped onto the window: a piece of ours, a MIDI file, or a folder to learn from."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QDropEvent

from gui.shell.piecefiles import ENDING, MIDI_ENDINGS


def droppable_path(mime: QMimeData) -> Path | None:
    """The file in `mime` that the window can open; None where there is none, or more than one."""
    path = _only_path(mime)
    return path if path is not None and path.suffix.lower() in (ENDING, *MIDI_ENDINGS) else None


def folder_in(mime: QMimeData) -> Path | None:
    """The one folder that is dragged; None for anything else."""
    path = _only_path(mime)
    return path if path is not None and path.is_dir() else None


def several_tunes(mime: QMimeData) -> bool:
    """Whether two MIDI files or more are dragged at once."""
    paths = [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
    return len([path for path in paths if path.suffix.lower() in MIDI_ENDINGS]) > 1


def take_a_copy(event: QDropEvent) -> None:
    """Accept what is dragged, as a copy: were it a move, the sender might delete what it sent."""
    event.setDropAction(Qt.DropAction.CopyAction)
    event.accept()


def _only_path(mime: QMimeData) -> Path | None:
    urls = mime.urls()
    return Path(urls[0].toLocalFile()) if len(urls) == 1 and urls[0].isLocalFile() else None
