from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gui.out.clipboard import take
from gui.out.out import OutState
from gui.state.document import Document
from gui.state.piece import Piece
from gui.state.selection import Region, SelectionState
from model.midifile import read_midi
from tests.gui.out.pieces import Receiver, piece


class Answers:
    """Stands for the person who is asked where to save."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.proposed: list[Path] = []
        self.titles: list[str] = []

    def choose(self, title: str, text: str, answers: object) -> int:
        return 0

    def open_path(self, title: str, kinds: str, folder: Path) -> Path | None:
        return self.path

    def save_path(self, title: str, kinds: str, proposed: Path) -> Path | None:
        self.proposed.append(proposed)
        self.titles.append(title)
        return self.path


class Stage:
    """A document, its selection and what goes out of them; what was said."""

    def __init__(self, clips: Path) -> None:
        self.receiver = Receiver()
        self.document = Document(piece())
        self.selection = SelectionState(self.document)
        self.out = OutState(self.document, self.selection, clips, run=self.receiver)
        self.said: list[str] = []
        self.failed: list[str] = []
        self.out.said.connect(self.said.append)
        self.out.failed.connect(self.failed.append)


@pytest.fixture
def stage(qapp: object, tmp_path: Path) -> Stage:
    return Stage(tmp_path / "clips")


def test_what_is_saved_is_what_is_heard(stage: Stage, tmp_path: Path) -> None:
    assert stage.out.save_midi(tmp_path / "a")
    saved = read_midi(tmp_path / "a.mid")
    assert [part.name for part in saved.parts] == ["Melody", "Bass"]
    assert stage.said == [f"Saved {tmp_path / 'a.mid'}."]


def test_a_selected_region_is_saved_instead_of_the_piece(stage: Stage, tmp_path: Path) -> None:
    stage.selection.set_region(Region(0, 8, 60, 127))
    stage.out.save_midi(tmp_path / "a.mid")
    assert [note.pitch for note in read_midi(tmp_path / "a.mid").notes()] == [60, 61]


def test_a_disk_that_refuses_is_told(stage: Stage, tmp_path: Path) -> None:
    assert not stage.out.save_midi(tmp_path / "nowhere" / "a.mid")
    (told,) = stage.failed
    assert "choose a folder that exists" in told


def test_the_picture_is_a_png(stage: Stage, tmp_path: Path) -> None:
    assert stage.out.save_picture(tmp_path / "a")
    with Image.open(tmp_path / "a.png") as image:
        assert image.format == "PNG"
        assert image.width > 400


def test_it_asks_where_to_save_and_proposes_the_pieces_name(stage: Stage, tmp_path: Path) -> None:
    stage.document.saved(tmp_path / "My song.fractalroll")
    answers = Answers(tmp_path / "b.mid")
    assert stage.out.ask_and_save_midi(answers, tmp_path)
    assert answers.proposed == [tmp_path / "My-song.mid"]
    assert (tmp_path / "b.mid").is_file()


def test_a_name_that_is_taken_is_not_proposed(stage: Stage, tmp_path: Path) -> None:
    answers = Answers(None)
    for ending, ask in (
        (".mid", stage.out.ask_and_save_midi),
        (".png", stage.out.ask_and_save_picture),
    ):
        for name in (f"waltz-7{ending}", f"waltz-7-2{ending}"):
            (tmp_path / name).write_bytes(b"")
        ask(answers, tmp_path, "waltz 7")
    assert answers.proposed == [tmp_path / "waltz-7-3.mid", tmp_path / "waltz-7-3.png"]


def test_who_saves_a_selection_is_told_that_the_rest_is_left_out(
    stage: Stage, tmp_path: Path
) -> None:
    answers = Answers(tmp_path / "a.mid")
    stage.out.ask_and_save_midi(answers, tmp_path)
    stage.selection.set_region(Region(0, 8, 60, 127))
    stage.out.ask_and_save_midi(answers, tmp_path)
    assert answers.titles == ["Save MIDI", "Save MIDI: only what is selected"]
    whole, part = stage.said
    assert whole == f"Saved {tmp_path / 'a.mid'}."
    assert part == f"Saved {tmp_path / 'a.mid'}: only what is selected."


def test_giving_up_the_question_saves_nothing(stage: Stage, tmp_path: Path) -> None:
    assert not stage.out.ask_and_save_midi(Answers(None), tmp_path)
    assert not stage.out.ask_and_save_picture(Answers(None), tmp_path)
    assert stage.failed == []


def test_a_drag_leaves_the_file_where_it_is(qtbot: QtBot, stage: Stage) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    with qtbot.waitSignal(stage.out.dropped) as dropped:
        assert stage.out.drag(widget)
    assert [str(path) for path in stage.receiver.paths] == dropped.args
    assert stage.receiver.paths[0].is_file()


def test_a_variation_is_dragged_under_its_own_name(qtbot: QtBot, stage: Stage) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    variation = piece().roll.slice_steps(0, 16)
    stage.out.drag(widget, variation, "Variation 3")
    (path,) = stage.receiver.paths
    assert path.name.startswith("Variation-3-")
    assert read_midi(path).steps == 16


def test_an_empty_piece_is_neither_dragged_nor_copied(qtbot: QtBot, stage: Stage) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    stage.document.replace(Piece.empty())
    assert not stage.out.drag(widget)
    assert not stage.out.copy()
    assert stage.out.write_clip() is None
    assert len(stage.failed) == 2
    assert stage.receiver.paths == []


def test_copied_notes_come_back_as_they_were(stage: Stage) -> None:
    assert stage.out.copy()
    notes = take(4)
    assert notes is not None
    assert notes.to_notes() == stage.document.piece.roll.notes()
    assert stage.said == ["12 notes copied."]


def test_only_the_selected_notes_are_copied(stage: Stage) -> None:
    stage.selection.select({(0, 61, 4)})
    stage.out.copy()
    notes = take(4)
    assert notes is not None
    assert notes.pitch.tolist() == [61]


def test_only_the_region_is_copied(stage: Stage) -> None:
    stage.selection.set_region(Region(0, 8, 0, 50))
    stage.out.copy()
    notes = take(4)
    assert notes is not None
    assert notes.pitch.tolist() == [36]
