from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QUrl

from gui.out.clipboard import MIDI_MIME, mime_of, notes_of
from gui.out.clips import write_clip
from gui.state.clipboard import MIME_TYPE, to_text
from tests.gui.out.pieces import piece

ROLL = piece().roll
TEXT = to_text(ROLL.note_array(), 4)


def test_other_programs_get_the_midi_file(tmp_path: Path) -> None:
    path = write_clip(ROLL, "Song", tmp_path)
    mime = mime_of(TEXT, path)
    assert [url.toLocalFile() for url in mime.urls()] == [str(path)]
    assert bytes(mime.data(MIDI_MIME).data()) == path.read_bytes()


def test_a_midi_file_from_elsewhere_can_be_pasted(tmp_path: Path) -> None:
    mime = QMimeData()
    path = write_clip(ROLL, "Song", tmp_path)
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path / "a.txt")), QUrl.fromLocalFile(str(path))])
    notes = notes_of(mime, 4)
    assert notes is not None
    assert notes.to_notes() == ROLL.notes()


def test_our_own_form_is_exact_without_a_file() -> None:
    notes = notes_of(mime_of(TEXT), 4)
    assert notes is not None
    assert notes.to_notes() == ROLL.notes()


@pytest.mark.parametrize("text", [b"", b"{}", b"[1]", b"\xff", b'{"version": 9}'])
def test_what_is_no_music_is_left_alone(text: bytes) -> None:
    mime = QMimeData()
    mime.setData(MIME_TYPE, text)
    assert notes_of(mime, 4) is None


def test_a_broken_midi_file_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "a.mid").write_bytes(b"no music")
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path / "a.mid"))])
    assert notes_of(mime, 4) is None
    assert notes_of(None, 4) is None
