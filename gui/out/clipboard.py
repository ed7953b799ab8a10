"""Notes on the clipboard: our own form for ourselves, a MIDI file for everybody else."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication

from gui.out.dragging import file_mime
from model.errors import ModelError, RollError
from model.grid import Grid
from model.midifile import read_midi
from model.notes import NoteArray
from model.roll import MetreChange, Part, Roll, TempoChange

NOTES_MIME = "application/x-fractalroll-notes"
"""Our own form: JSON, exact to the step, with parts."""
MIDI_MIME = "audio/midi"
FORMAT = 1
MIDI_ENDINGS = (".mid", ".midi")


def put(roll: Roll, path: Path | None = None) -> None:
    """Put a roll on the clipboard.

    Args:
        roll: What to copy.
        path: The same as a MIDI file, for programs that paste files; it must stay there.
    """
    QGuiApplication.clipboard().setMimeData(mime_of(roll, path))


def take(grid: Grid | None = None) -> Roll | None:
    """What the clipboard holds as a roll; None if it holds no music.

    Args:
        grid: For MIDI files, which have none; None: the standard one.
    """
    mime = QGuiApplication.clipboard().mimeData()
    return roll_of(mime, grid) if mime is not None else None


def mime_of(roll: Roll, path: Path | None = None) -> QMimeData:
    """A roll as the clipboard and drags carry it: our form, and the MIDI file if there is one."""
    mime = file_mime(path) if path is not None else QMimeData()
    mime.setData(NOTES_MIME, to_json(roll).encode())
    if path is not None:
        try:
            mime.setData(MIDI_MIME, path.read_bytes())
        except OSError:  # who needs the bytes can still read the file later
            return mime
    return mime


def roll_of(mime: QMimeData, grid: Grid | None = None) -> Roll | None:
    """The roll that was copied or dropped; None if there is no music in it that can be read."""
    if mime.hasFormat(NOTES_MIME):
        try:
            return from_json(bytes(mime.data(NOTES_MIME).data()).decode())
        except (ModelError, UnicodeDecodeError):
            return None
    for url in mime.urls():
        path = Path(url.toLocalFile())
        if path.suffix.lower() in MIDI_ENDINGS:
            try:
                return read_midi(path, grid or Grid())
            except ModelError:
                continue
    return None


def to_json(roll: Roll) -> str:
    """A roll in our form."""
    notes = roll.note_array()
    columns = (
        notes.onset_steps, notes.part, notes.pitch, notes.duration_steps, notes.velocity,
    )  # fmt: skip
    return json.dumps(
        {
            "version": FORMAT,
            "grid": asdict(roll.grid),
            "steps": roll.steps,
            "parts": [asdict(part) for part in roll.parts],
            "metres": [asdict(metre) for metre in roll.metres],
            "tempos": [asdict(tempo) for tempo in roll.tempos],
            "notes": np.stack(columns, axis=1).tolist(),
        }
    )


def from_json(text: str) -> Roll:
    """What `to_json` wrote.

    Raises:
        RollError: it is no such text, or of a later version.
    """
    try:
        data: dict[str, Any] = json.loads(text)
        if data["version"] != FORMAT:
            raise RollError(f"Copied notes have format {data['version']}, not {FORMAT}.")
        columns = np.array(data["notes"], dtype=np.int64).reshape(-1, 5).T
        return Roll.from_notes(
            NoteArray(*columns),
            int(data["steps"]),
            Grid(**data["grid"]),
            [Part(**part) for part in data["parts"]],
            [MetreChange(**metre) for metre in data["metres"]],
            [TempoChange(**tempo) for tempo in data["tempos"]],
        )
    except (ValueError, KeyError, TypeError, AttributeError) as err:
        raise RollError(f"Copied notes can't be read ({err}): copy them again.") from err
