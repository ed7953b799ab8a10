from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QUrl
from pytestqt.qtbot import QtBot

from gui.out.out import OutState
from gui.shell.dropping import droppable_path
from gui.shell.piecefiles import PieceFiles
from gui.state.document import Document
from gui.state.made import Made
from gui.state.recent import RecentFiles
from gui.state.variation import Takes, Variation
from model.midifile import read_midi, write_midi
from model.roll import Note, Roll
from tests.gui.shell.answers import Answers

SAVE, DONT_SAVE, CANCEL = 0, 1, 2


@pytest.fixture
def document(qtbot: QtBot) -> Document:
    return Document()


@pytest.fixture
def answers() -> Answers:
    return Answers()


@pytest.fixture
def recent(tmp_path: Path) -> RecentFiles:
    return RecentFiles(tmp_path / "recent.json")


@pytest.fixture
def files(document: Document, recent: RecentFiles, answers: Answers) -> PieceFiles:
    return PieceFiles(document, recent, OutState(document), answers)


def with_a_note(document: Document, pitch: int = 60) -> None:
    document.edit("Add", Roll.from_notes([Note(0, 0, pitch, 4, 90)], steps=128))


def pitches(document: Document) -> list[int]:
    return [int(pitch) for pitch in document.notes().pitch]


def test_a_saved_piece_is_opened_as_it_was(
    files: PieceFiles, document: Document, recent: RecentFiles, answers: Answers, tmp_path: Path
) -> None:
    with_a_note(document)
    answers.paths = [tmp_path / "song"]
    assert files.save()
    saved = tmp_path / "song.fractalroll"
    assert document.path == saved
    assert not document.dirty
    files.new()
    assert pitches(document) == []
    files.open(saved)
    assert pitches(document) == [60]
    assert recent.files == (saved,)


def test_saving_again_asks_nothing(
    files: PieceFiles, document: Document, answers: Answers, tmp_path: Path
) -> None:
    answers.paths = [tmp_path / "song.fractalroll"]
    with_a_note(document)
    files.save()
    with_a_note(document, 64)
    assert files.save()
    assert answers.asked == ["Save as"]


def test_changes_are_not_lost_without_a_question(
    files: PieceFiles, document: Document, answers: Answers
) -> None:
    with_a_note(document)
    answers.choices = [CANCEL]
    files.new()
    assert pitches(document) == [60]
    answers.choices = [DONT_SAVE]
    files.new()
    assert pitches(document) == []


def test_saving_may_be_given_up_in_the_middle(
    files: PieceFiles, document: Document, answers: Answers
) -> None:
    with_a_note(document)
    answers.choices, answers.paths = [SAVE], [None]
    assert not files.may_leave()
    assert document.dirty


def test_a_midi_file_becomes_a_piece_that_has_no_file_yet(
    files: PieceFiles, document: Document, tmp_path: Path
) -> None:
    path = tmp_path / "a.mid"
    write_midi(Roll.from_notes([Note(0, 0, 72, 4, 90)], steps=16), path)
    files.open(path)
    assert pitches(document) == [72]
    assert document.path is None


def test_a_file_that_is_none_is_said_in_a_sentence_and_nothing_is_lost(
    files: PieceFiles, document: Document, recent: RecentFiles, qtbot: QtBot, tmp_path: Path
) -> None:
    with_a_note(document)
    path = tmp_path / "broken.fractalroll"
    path.write_text("{")
    recent.add(path)
    with qtbot.waitSignal(files.failed) as failed:
        assert not files.load(path)
    assert str(path) in failed.args[0]
    assert pitches(document) == [60]
    assert recent.files == ()


def some_takes(style: str | None) -> Takes:
    roll = Roll.from_notes([Note(0, 0, 60, 4, 90)], 16)
    made = Made("standard", "abc", 4711, 1.0, 1.0, None, None, style)
    return Takes(Variation(0, roll, 0, 16), (Variation(1, roll, 0, 16, made),), 0, 1)


def test_a_second_piece_does_not_ask_to_replace_the_first(
    files: PieceFiles, document: Document, answers: Answers, tmp_path: Path
) -> None:
    answers.paths = [tmp_path / "Untitled.fractalroll", None, None]
    with_a_note(document)
    files.save()
    assert answers.proposed[-1].name == "Untitled.fractalroll"
    files.new()
    with_a_note(document)
    files.save()
    assert answers.proposed[-1] == tmp_path / "Untitled 2.fractalroll"


@pytest.mark.parametrize(("style", "name"), [("waltz", "waltz-4711"), (None, "standard-4711")])
def test_the_proposed_name_says_what_made_the_piece(
    document: Document, recent: RecentFiles, answers: Answers, style: str | None, name: str
) -> None:
    takes = some_takes(style)
    files = PieceFiles(document, recent, OutState(document), answers, takes=lambda: takes)
    answers.paths = [None]
    files.save_as()
    assert answers.proposed[-1].stem == name


def test_a_midi_file_gives_its_name_and_a_saved_piece_keeps_its_own(
    files: PieceFiles, document: Document, answers: Answers, tmp_path: Path
) -> None:
    write_midi(Roll.from_notes([Note(0, 0, 72, 4, 90)], steps=16), tmp_path / "tune.mid")
    files.load(tmp_path / "tune.mid")
    answers.paths = [tmp_path / "tune.fractalroll", None]
    files.save_as()
    files.save_as()
    assert [path.name for path in answers.proposed] == ["tune.fractalroll"] * 2


def test_variations_are_saved_with_the_piece_and_told_when_it_is_opened(
    document: Document, recent: RecentFiles, answers: Answers, qtbot: QtBot, tmp_path: Path
) -> None:
    takes = some_takes("waltz")
    files = PieceFiles(document, recent, OutState(document), answers, takes=lambda: takes)
    answers.paths = [tmp_path / "a.fractalroll"]
    files.save()
    with qtbot.waitSignal(files.opened) as told:
        files.load(tmp_path / "a.fractalroll")
    assert told.args[0].takes.variations[0].made == takes.variations[0].made


def test_a_piece_with_damaged_variations_opens_as_a_new_one(
    document: Document, recent: RecentFiles, answers: Answers, qtbot: QtBot, tmp_path: Path
) -> None:
    takes, path = some_takes(None), tmp_path / "a.fractalroll"
    files = PieceFiles(document, recent, OutState(document), answers, takes=lambda: takes)
    with_a_note(document)
    answers.paths = [path]
    files.save()
    path.write_text(path.read_text().replace('"starred": false', '"starred": 0'))
    with qtbot.waitSignal(files.failed) as failed:
        assert files.load(path)
    assert "variations" in failed.args[0]
    assert pitches(document) == [60]
    assert (document.path, document.dirty) == (None, True)


def test_what_is_heard_is_saved_as_midi_and_as_a_picture(
    files: PieceFiles, document: Document, answers: Answers, tmp_path: Path
) -> None:
    with_a_note(document, 65)
    answers.paths = [tmp_path / "out", tmp_path / "out"]
    files.save_midi()
    files.save_picture()
    assert [note.pitch for note in read_midi(tmp_path / "out.mid").notes()] == [65]
    assert (tmp_path / "out.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("names", "taken"),
    [
        (["a.mid"], True),
        (["a.FRACTALROLL"], True),
        (["a.wav"], False),
        (["a.mid", "b.mid"], False),
        ([], False),
    ],
)
def test_one_piece_or_midi_file_may_be_dropped(names: list[str], taken: bool) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(f"/music/{name}") for name in names])
    assert (droppable_path(mime) is not None) is taken
