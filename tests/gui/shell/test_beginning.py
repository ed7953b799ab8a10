"""How the window begins: the model that loads, the file that opens, the tour."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gui.shell.tour import Tour
from gui.shell.window import MainWindow
from gui.state.piece import Piece
from gui.state.projects import save_project
from model.bundleinfo import user_folder
from model.midifile import write_midi
from tests.gui.shell.music import some_music


def test_the_model_that_was_loaded_last_is_loaded_at_the_next_start(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    state = window.state
    bundled = state.models.entries[0].path
    shutil.copytree(bundled, user_folder() / "mine")
    state.models.refresh()
    state.making.loaded.emit(str(user_folder() / "mine"))
    assert state.settings.get("model") == "mine"
    monkeypatch.setattr(state.making, "load", asked.append)
    monkeypatch.setattr(state.making, "start", lambda: asked.append("bundled"))
    window.begin()
    assert asked == [str(user_folder() / "mine")]
    state.making.loaded.emit(str(bundled))
    assert state.settings.get("model") == "default"


@pytest.mark.parametrize("harm", ["gone", "broken"])
def test_in_place_of_a_last_model_that_is_gone_or_broken_the_bundled_one_loads(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, harm: str
) -> None:
    asked: list[str] = []
    state = window.state
    state.settings.set("model", "mine")
    if harm == "broken":
        (user_folder() / "mine").mkdir(parents=True)
        (user_folder() / "mine" / "config.json").write_text("{")
        state.models.refresh()
    monkeypatch.setattr(state.making, "start", lambda: asked.append("bundled"))
    window.begin()
    assert asked == ["bundled"]
    assert "mine is gone or damaged; the bundled one" in window.notices.sentence


def test_the_tour_is_shown_once(window: MainWindow, qtbot: QtBot) -> None:
    tour = window.show_tour()
    with qtbot.waitSignal(tour.finished):
        QTest.keyClick(tour, Qt.Key.Key_Escape)
    assert window.state.settings.get("tour_seen") is True
    assert isinstance(tour, Tour)


def test_a_midi_file_that_is_opened_is_shown_whole(window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "song.mid"
    write_midi(some_music(), path)
    window.files.open(path)
    view = window.state.view
    assert view.first_step == 0
    assert view.px_per_step * 128 <= window.roll.canvas.width() + 1


@pytest.mark.parametrize("ending", ["mid", "fractalroll"])
def test_it_begins_with_the_file_that_was_named(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, ending: str
) -> None:
    path = tmp_path / f"song.{ending}"
    if ending == "mid":
        write_midi(some_music(), path)
    else:
        save_project(path, Piece.of_roll(some_music()))
    monkeypatch.setattr(window.state.making, "start", lambda: None)
    window.begin(path)
    assert [int(pitch) for pitch in window.state.document.notes().pitch] == list(range(60, 68))
    assert window.notices.sentence == ""


@pytest.mark.parametrize("name", ["broken.mid", "broken.fractalroll", "gone.mid", "gone"])
def test_a_file_that_can_not_be_opened_is_a_sentence_over_an_empty_piece(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    if name.startswith("broken"):
        (tmp_path / name).write_text("nothing of the kind")
    monkeypatch.setattr(window.state.making, "start", lambda: None)
    window.begin(tmp_path / name)
    assert name in window.notices.sentence
    assert window.notices.is_error
    assert not len(window.state.document.notes())
