"""Bach's chorales out of music21, and what is said where it is missing."""

import importlib
from pathlib import Path
from types import ModuleType

import pytest

from model import corpora
from model.cache import build_cache
from model.corpora import CorpusError, chorales, roll_of_score
from model.midifile import read_midi
from model.roll import Grid, MetreChange, Roll


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The first three chorales; the first of them is BWV 269."""
    return chorales(tmp_path_factory.mktemp("chorales"), limit=3, workers=0, progress=False)


@pytest.fixture(scope="module")
def first(written: list[Path]) -> Roll:
    return read_midi(written[0], Grid(4, 127))


def test_a_chorale_has_four_named_voices(first: Roll) -> None:
    assert [part.name for part in first.parts] == ["Soprano", "Alto", "Tenor", "Bass"]


def test_the_melody_is_the_one_in_the_score(first: Roll) -> None:
    soprano = [note for note in first.notes() if note.part == 0][:6]
    assert [note.pitch for note in soprano] == [67, 67, 74, 71, 69, 67]
    assert [note.duration_steps for note in soprano] == [4, 8, 4, 6, 2, 4]


def test_an_upbeat_stands_before_the_first_full_bar(first: Roll) -> None:
    assert first.metres == (MetreChange(0, 3, 4),)
    assert first.notes()[0].onset_steps == 8
    assert first.bar_starts()[:2].tolist() == [0, 12]


def test_files_that_are_there_are_kept(
    written: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(corpora, "write_chorale", None)  # would fail if it were called
    again = chorales(written[0].parent, limit=3, workers=0, progress=False)
    assert again == written


def test_every_chorale_that_is_written_is_told_of(tmp_path: Path) -> None:
    heard: list[tuple[int, int]] = []

    def hear(done: int, total: int) -> None:
        heard.append((done, total))

    for _ in range(2):  # the second time nothing is missing
        chorales(tmp_path, limit=2, workers=0, progress=False, told=hear)
    assert heard == [(1, 2), (2, 2)]


def test_chorales_go_the_way_of_all_music(written: list[Path], tmp_path: Path) -> None:
    cache = build_cache(written[0].parent, tmp_path, workers=0, progress=False)
    assert len(cache.songs) == 3
    assert cache.refused == ()


def test_workers_write_the_same_files(
    written: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(corpora, "CHORALES_WORTH_A_POOL", 1)
    others = chorales(tmp_path, limit=3, workers=1, progress=False)
    assert [path.read_bytes() for path in others] == [path.read_bytes() for path in written]


def test_ties_are_joined_and_grace_notes_left_out() -> None:
    stream = importlib.import_module("music21.stream")
    note = importlib.import_module("music21.note")
    tie = importlib.import_module("music21.tie")
    part = stream.Part()
    held, rest_of_it = note.Note("C4", quarterLength=1), note.Note("C4", quarterLength=1)
    held.tie, rest_of_it.tie = tie.Tie("start"), tie.Tie("stop")
    for element in (held, rest_of_it, note.Note("D4").getGrace(), note.Note("E4")):
        part.append(element)
    roll = roll_of_score(stream.Score([part]))
    assert [(n.onset_steps, n.pitch, n.duration_steps) for n in roll.notes()] == [
        (0, 60, 48),
        (48, 64, 24),
    ]


def test_a_missing_music21_is_named_with_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(name: str) -> ModuleType:
        raise ModuleNotFoundError(f"No module named {name!r}")

    monkeypatch.setattr(importlib, "import_module", missing)
    with pytest.raises(CorpusError, match=r'pip install "fractalroll\[chorales\]"'):
        chorales(tmp_path)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CorpusError, match="can be written to"):
        chorales(tmp_path / "file" / "below", limit=1, progress=False)
