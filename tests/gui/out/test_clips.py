from __future__ import annotations

import os
import time
from pathlib import Path

import mido
import pytest

from gui.out.clips import KEPT_DAYS, clips_folder, prune, safe_stem, write_clip
from model.errors import MidiFileError
from model.midifile import read_midi
from model.roll import Note, Part, Roll
from tests.gui.out.pieces import piece


def test_a_clip_has_notes_tempo_metre_and_track_names(tmp_path: Path) -> None:
    path = write_clip(piece().roll, "Song", tmp_path)
    kinds = {message.type for track in mido.MidiFile(path).tracks for message in track}
    assert {"set_tempo", "time_signature", "track_name"} <= kinds
    assert read_midi(path).notes() == piece().roll.notes()


def test_a_track_without_a_name_gets_one(tmp_path: Path) -> None:
    roll = Roll.from_notes([Note(0, 0, 60, 4, 90)], 16, parts=(Part(" "),))
    assert read_midi(write_clip(roll, "", tmp_path)).parts[0].name == "Fractalroll 1"


def test_each_clip_has_a_name_of_its_own(tmp_path: Path) -> None:
    paths = {write_clip(piece().roll, "Song", tmp_path) for _ in range(5)}
    assert len(paths) == 5
    assert all(path.name.startswith("Song-") for path in paths)


def test_clips_lie_in_the_cache_folder() -> None:
    path = write_clip(piece().roll)
    assert path.parent == clips_folder()


@pytest.mark.parametrize(
    ("name", "stem"),
    [("a/b:c", "a-b-c"), ("", "Fractalroll"), ("...", "Fractalroll"), ("月", "月")],
)
def test_names_lose_what_a_file_system_refuses(name: str, stem: str) -> None:
    assert safe_stem(name) == stem


def test_only_old_clips_are_pruned(tmp_path: Path) -> None:
    old, fresh = (write_clip(piece().roll, "Song", tmp_path) for _ in range(2))
    other = tmp_path / "mine.txt"
    other.write_text("stays")
    long_ago = time.time() - (KEPT_DAYS + 1) * 86_400
    os.utime(old, (long_ago, long_ago))
    os.utime(other, (long_ago, long_ago))
    assert prune(tmp_path) == 1
    assert not old.exists()
    assert fresh.exists()
    assert other.exists()


def test_pruning_where_nothing_is_does_nothing(tmp_path: Path) -> None:
    assert prune(tmp_path / "never") == 0


def test_a_folder_that_can_not_be_made_is_told(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(MidiFileError, match="make room there"):
        write_clip(piece().roll, "Song", blocked / "clips")
