"""What may be dropped onto the window: a piece of ours, or a MIDI file."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData

from gui.shell.piecefiles import ENDING, MIDI_ENDINGS


def droppable_path(mime: QMimeData) -> Path | None:
    """The file in `mime` that the window can open; None where there is none, or more than one."""
    urls = mime.urls()
    if len(urls) != 1 or not urls[0].isLocalFile():
        return None
    path = Path(urls[0].toLocalFile())
    return path if path.suffix.lower() in (ENDING, *MIDI_ENDINGS) else None
