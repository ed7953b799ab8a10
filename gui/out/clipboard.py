"""Notes on the system's clipboard: our own form for ourselves, a MIDI file for everybody else."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication

from gui.out.dragging import file_mime
from gui.state.clipboard import MIME_TYPE, from_text
from gui.state.errors import StateError
from model.errors import ModelError
from model.grid import Grid
from model.roll import NoteArray

MIDI_MIME = "audio/midi"
MIDI_ENDINGS = (".mid", ".midi")


def put(text: str, path: Path | None = None) -> None:
    """Put notes on the clipboard.

    Args:
        text: The notes in our own form (`gui.state.clipboard`).
        path: The same as a MIDI file, for programs that paste files; it must stay there.
    """
    QGuiApplication.clipboard().setMimeData(mime_of(text, path))


def take(steps_per_beat: int) -> NoteArray | None:
    """Notes from the clipboard; None if there is no music in it that can be read.

    Args:
        steps_per_beat: Of the grid that they are wanted on.
    """
    return notes_of(QGuiApplication.clipboard().mimeData(), steps_per_beat)


def mime_of(text: str, path: Path | None = None) -> QMimeData:
    """Notes as the clipboard carries them: our form, and the MIDI file if there is one."""
    mime = file_mime(path) if path is not None else QMimeData()
    mime.setData(MIME_TYPE, text.encode())
    if path is not None:
        try:
            mime.setData(MIDI_MIME, path.read_bytes())
        except OSError:  # who needs the bytes can still read the file later
            return mime
    return mime


def notes_of(mime: QMimeData | None, steps_per_beat: int) -> NoteArray | None:
    """Notes that were copied or dropped, ours or a MIDI file's; None if none can be read."""
    if mime is None:
        return None
    if mime.hasFormat(MIME_TYPE):
        try:
            return from_text(bytes(mime.data(MIME_TYPE).data()).decode(), steps_per_beat)
        except (StateError, UnicodeDecodeError):
            return None
    from model.midifile import read_midi  # only now: the window opens without its libraries

    for path in midi_files(mime):
        try:
            return read_midi(path, Grid(steps_per_beat)).note_array()
        except ModelError:
            continue
    return None


def midi_files(mime: QMimeData) -> list[Path]:
    """MIDI files among the files that are carried."""
    paths = [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
    return [path for path in paths if path.suffix.lower() in MIDI_ENDINGS]
