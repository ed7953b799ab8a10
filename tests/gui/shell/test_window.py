"""The window with its real panels and states, without its children: nothing is begun."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QSlider,
    QWidget,
)
from pytestqt.qtbot import QtBot

from gui.live.transport import TransportBar
from gui.making.job import Result
from gui.shell import states
from gui.shell.states import WindowState
from gui.shell.tour import Tour
from gui.shell.window import FRAME, LEAST_SIZE, SIZE, MainWindow, fitting
from gui.state.made import Made
from gui.state.piece import Piece
from gui.state.projects import save_project
from gui.state.selection import Region
from model.bundleinfo import user_folder
from model.midifile import write_midi
from model.roll import Note, Roll
from tests.gui.shell.answers import Answers

ROOT = Path(__file__).resolve().parents[3]
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def answers() -> Answers:
    return Answers()


@pytest.fixture
def window(
    qtbot: QtBot, tmp_path: Path, answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> Iterator[MainWindow]:
    for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    window = MainWindow(WindowState(), answers)
    window.resize(SIZE)
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.show()
    yield window
    window.end()


def settle() -> None:
    """Let layouts that wait for one another find their places."""
    for _ in range(10):
        QApplication.processEvents()


def some_music() -> Roll:
    return Roll.from_notes([Note(k * 4, 0, 60 + k, 4, 90) for k in range(8)], steps=128)


def test_everything_that_can_be_pressed_or_chosen_has_a_name(window: MainWindow) -> None:
    for name in ("make", "train", "models", "live"):
        window.show_page(name)
    kinds = (QAbstractButton, QComboBox, QSlider)
    for control in (one for kind in kinds for one in window.findChildren(kind)):
        named = control.accessibleName() or getattr(control, "text", str)()
        path = " < ".join(_ancestors(control))
        assert named or control.objectName().startswith("qt_"), path


def _ancestors(widget: QWidget) -> list[str]:
    found = []
    parent: QWidget | None = widget
    while parent is not None:
        found.append(f"{type(parent).__name__} {parent.objectName()}".strip())
        parent = parent.parentWidget()
    return found


def test_keys_choose_pages_and_tools(window: MainWindow) -> None:
    for key, name in zip("4321", ("live", "models", "train", "make"), strict=True):
        QTest.keyClick(window, getattr(Qt.Key, f"Key_{key}"), Qt.KeyboardModifier.AltModifier)
        assert window.panels.pages.name == name
    QTest.keyClick(window, Qt.Key.Key_2)
    assert window.state.view.tool == "draw"
    QTest.keyClick(window, Qt.Key.Key_F)
    assert not window.state.view.follow
    assert window.state.settings.get("follow") is False


def test_a_letter_that_is_typed_is_no_command(window: MainWindow) -> None:
    name = window.panels.voices.findChild(QLineEdit)
    assert isinstance(name, QLineEdit)
    name.setFocus()
    name.clear()
    QTest.keyClicks(name, "grv 12")
    assert name.text() == "grv 12"
    assert not window.state.making.busy


def test_undo_and_redo_name_what_they_take_back(window: MainWindow) -> None:
    state = window.state
    assert not window.actions_["undo"].isEnabled()
    state.document.edit("Draw", some_music())
    assert window.actions_["undo"].text() == "Undo Draw"
    assert window.isWindowModified()
    QTest.keyClick(window, Qt.Key.Key_Z, CTRL)
    assert not len(state.document.notes())
    assert not window.isWindowModified()
    QTest.keyClick(window, Qt.Key.Key_Z, CTRL | Qt.KeyboardModifier.ShiftModifier)
    assert len(state.document.notes()) == 8
    state.document.undo_stack.undo()


def loop_of(state: WindowState) -> tuple[int, int] | None:
    return state.document.piece.loop


def test_l_loops_the_region_else_the_last_loop_else_the_piece(window: MainWindow) -> None:
    state = window.state
    state.selection.set_region(Region(16, 48))
    QTest.keyClick(window, Qt.Key.Key_L)
    assert loop_of(state) == (16, 48)
    QTest.keyClick(window, Qt.Key.Key_L)
    assert loop_of(state) is None
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert state.selection.region is None
    QTest.keyClick(window, Qt.Key.Key_L)
    assert loop_of(state) == (16, 48), "the last one"
    QTest.keyClick(window, Qt.Key.Key_L)
    state.document.replace(Piece.empty())
    QTest.keyClick(window, Qt.Key.Key_L)
    assert loop_of(state) == (0, state.document.piece.roll.steps)
    state.document.replace(Piece.empty())


def test_the_loop_button_does_what_l_does(window: MainWindow) -> None:
    state, transport = window.state, window.findChild(TransportBar)
    assert isinstance(transport, TransportBar)
    state.selection.set_region(Region(16, 48))
    transport.loop.click()
    assert loop_of(state) == (16, 48)
    transport.loop.click()
    assert loop_of(state) is None
    state.document.replace(Piece.empty())


def test_z_zooms_to_the_region_else_the_chosen_notes_else_everything(window: MainWindow) -> None:
    state = window.state
    state.document.replace(Piece.of_roll(some_music()))
    state.selection.select([(0, 60, 0), (0, 61, 4)])
    state.selection.set_region(Region(16, 48))
    widths = []
    for forget in (lambda: state.selection.set_region(None), state.selection.clear, list):
        QTest.keyClick(window, Qt.Key.Key_Z)
        widths.append(state.view.px_per_step)
        forget()
    notes, region, everything = widths[1], widths[0], widths[2]
    assert notes > region > everything
    assert state.view.first_step == 0


def test_home_and_end_lead_to_the_ends_of_the_piece(window: MainWindow) -> None:
    state = window.state
    state.view.set_px_per_step(40)
    QTest.keyClick(window, Qt.Key.Key_End)
    steps = state.document.piece.roll.steps
    assert state.playhead.step == steps
    assert state.view.first_step > 0
    QTest.keyClick(window, Qt.Key.Key_Home)
    assert state.playhead.step == 0
    assert state.view.first_step == 0


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (
            {"port": "built-in sound", "system": "sound", "detail": "Speakers"},
            "built-in sound: Speakers",
        ),
        (
            {"port": "b", "system": "sound", "silent": "no_device", "detail": "x"},
            "no sound device",
        ),
        ({"port": "Fractalroll:out", "system": "jack"}, "Fractalroll:out"),
    ],
)
def test_the_status_bar_says_where_notes_go(
    window: MainWindow, status: dict[str, str], words: str
) -> None:
    window.state.live.out.take({"status": status})
    assert words in [label.text() for label in window.status.findChildren(QLabel)]


def test_the_hint_says_what_can_be_done_now(window: MainWindow) -> None:
    assert "Generate" in window.status.hint
    window.state.document.replace(Piece.of_roll(some_music()))
    window.state.document.changed.emit(0, 128)
    assert "Drag over the roll" in window.status.hint
    window.state.selection.set_region(Region(0, 16))
    assert "R makes" in window.status.hint


def test_closing_asks_about_changes_and_stays_when_told_so(
    window: MainWindow, answers: Answers
) -> None:
    window.state.document.edit("Draw", some_music())
    answers.choices = [2]
    window.close()
    assert window.isVisible()
    answers.choices = [1]
    window.close()
    assert not window.isVisible()


def test_where_saving_breaks_the_window_stays_with_the_piece(
    window: MainWindow, answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> bool:
        raise RuntimeError("nobody thought of this")

    window.state.document.edit("Draw", some_music())
    monkeypatch.setattr(window.files, "save", broken)
    answers.choices = [0, 1]
    window.close()
    assert window.isVisible()
    assert "could not be saved" in window.notices.sentence
    assert "nobody thought of this" in window.notices.details
    window.close()
    assert not window.isVisible()


def test_a_restart_hands_the_piece_on_and_asks_only_where_a_training_runs(
    window: MainWindow, answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.state.document.edit("Draw", some_music())
    monkeypatch.setattr(window.state.training, "phase", "training")
    answers.choices = [1]
    window.restart()
    assert window.isVisible()
    monkeypatch.setattr(window.state.training, "phase", "idle")
    window.restart()
    assert not window.isVisible()
    assert answers.asked == ["Restart now?"]
    assert window.carried is not None
    assert window.carried.dirty
    assert window.carried.piece.roll.same_as(window.state.document.piece.roll)
    assert window.carried.kept.exists(), "a crash in between costs nothing"


def test_the_title_names_the_piece_and_its_changes(
    window: MainWindow, answers: Answers, tmp_path: Path
) -> None:
    assert window.windowTitle() == "Untitled[*]"
    window.state.document.edit("Draw", some_music())
    answers.paths = [tmp_path / "Evening.fractalroll"]
    QTest.keyClick(window, Qt.Key.Key_S, CTRL)
    assert window.windowTitle() == "Evening[*]"
    assert not window.isWindowModified()
    assert window.notices.sentence.startswith("Saved as")
    assert window.actions_.recent.isEnabled()


def test_an_error_of_any_part_is_a_sentence_in_the_window(window: MainWindow) -> None:
    for failed in (window.state.live.failed, window.state.making.failed):
        failed.emit("The port is gone; choose another.")
        assert window.notices.sentence == "The port is gone; choose another."
        assert window.notices.is_error
        window.notices.dismiss()


@pytest.mark.parametrize("page", ["make", "train", "models", "live"])
@pytest.mark.parametrize("size", [SIZE, LEAST_SIZE])
def test_a_notice_moves_nothing_and_covers_no_control(
    window: MainWindow, size: QSize, page: str
) -> None:
    window.show_page(page)
    window.resize(size)
    settle()
    places = {one: one.geometry() for one in window.findChildren(QAbstractButton)}
    window.notices.show_error("Every part is locked; unlock one that may change.")
    settle()
    notice = window.notices
    own = notice.findChildren(QAbstractButton)
    assert {one: one.geometry() for one in places if one not in own} == {
        one: place for one, place in places.items() if one not in own
    }
    assert window.rect().contains(notice.geometry())
    covered = [
        one.accessibleName() or one.text()
        for one in places
        if one not in own and one.isVisible() and not one.visibleRegion().isEmpty()
        if QRect(one.mapTo(window, QPoint()), one.size()).intersects(notice.geometry())
    ]
    assert covered == []


def test_escape_closes_the_notice_before_it_clears_the_selection(window: MainWindow) -> None:
    window.state.selection.set_region(Region(0, 16))
    window.notices.show_error("No.")
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert window.notices.sentence == ""
    assert window.state.selection.region is not None
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert window.state.selection.region is None


def test_the_close_button_of_a_notice_is_reached_with_tab(window: MainWindow) -> None:
    window.notices.show_error("No.", "line 1")
    for _ in range(200):
        window.focusNextChild()
        if window.notices.has_focus:
            break
    assert window.notices.has_focus
    window.notices.dismiss()
    assert not window.notices.has_focus


def test_a_trained_model_is_no_longer_offered_once_it_is_loaded(window: MainWindow) -> None:
    window.state.training.finished.emit("mine")
    assert window.notices.sentence == "mine is trained."
    window.state.making.loaded.emit("/models/other")
    assert window.notices.sentence == "mine is trained."
    window.state.making.loaded.emit("/models/mine")
    assert window.notices.sentence == ""


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


def test_question_mark_shows_the_help_and_takes_it_away(window: MainWindow) -> None:
    window.actions_["help"].trigger()
    assert window.help_sheet is not None
    assert window.help_sheet.isVisible()
    window.actions_["help"].trigger()
    assert not window.help_sheet.isVisible()


CRASH = """
import os, sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from gui.state.document import Document
from gui.state.projects import Autosave
from model.roll import Note, Roll

application = QCoreApplication([])
document = Document()
autosave = Autosave(document, Path(sys.argv[1]))
document.edit("Draw", Roll.from_notes([Note(k * 4, 0, 60 + k, 4, 90) for k in range(8)], steps=128))
autosave.save_now()
os._exit(1)
"""


def test_a_piece_that_a_crash_left_is_offered_and_comes_back(
    answers: Answers, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = window.state
    command = [sys.executable, "-c", CRASH, str(states.autosave_folder())]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == 1
    monkeypatch.setattr(state.making, "start", lambda: None)
    window.begin()
    assert "A piece is left" in window.notices.sentence
    bring_back = next(
        one for one in window.notices.findChildren(QAbstractButton) if one.text() == "Bring it back"
    )
    QTest.mouseClick(bring_back, Qt.MouseButton.LeftButton)
    assert np.array_equal(state.document.piece.roll.cells, some_music().cells)
    assert state.document.dirty
    answers.choices = [1]


def made_variation(window: MainWindow, pitch: int) -> None:
    """What a making does at its end."""
    state, made = window.state, Made("fake", "abc", pitch, 1.0, 1.0, None, None)
    before = state.document.piece.roll
    roll = Roll.from_notes([Note(0, 0, pitch, 4, 90)], 128, parts=before.parts)
    state.document.commit("Generate", roll, made)
    state.making.made.emit(Result(before, state.document.piece.roll, 0, 128, made))


def test_variations_and_the_seed_survive_closing_and_opening_again(
    window: MainWindow, answers: Answers, tmp_path: Path
) -> None:
    window.state.settings.set("play_when_made", False)
    for pitch in (60, 62, 64):
        made_variation(window, pitch)
    window.state.making.set(seed=4711)
    window.state.variations.choose(1)
    window.state.variations.star(0, True)
    assert window.state.document.dirty
    answers.paths = [tmp_path / "song.fractalroll"]
    assert window.files.save()
    window.state.variations.star(2, True)
    assert window.state.document.dirty, "a star is worth a question"
    window.files.save()
    window.close()

    other = MainWindow(WindowState(), answers)
    assert other.files.load(tmp_path / "song.fractalroll")
    variations = other.state.variations
    assert [one.starred for one in variations.variations] == [True, False, True]
    assert [one.made and one.made.seed for one in variations.variations] == [60, 62, 64]
    assert variations.current == 1
    assert other.state.making.settings.seed == 4711
    assert not other.state.document.dirty
    variations.choose(2)
    assert [int(pitch) for pitch in other.state.document.notes().pitch] == [64]
    other.files.load(tmp_path / "song.fractalroll")
    other.state.document.replace(Piece.empty())
    assert variations.variations == ()
    other.end()


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


def test_a_new_window_and_its_frame_fit_the_screen() -> None:
    assert fitting(QSize(2560, 1440)) == SIZE
    assert fitting(SIZE) == SIZE - FRAME
    assert fitting(QSize(640, 480)) == LEAST_SIZE
