"""The window ends: what it asks, what it keeps, and what comes back."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
)

from gui.making.job import Result
from gui.shell import states
from gui.shell.states import WindowState
from gui.shell.window import MainWindow
from gui.state.made import Made
from gui.state.piece import Piece
from model.roll import Note, Roll
from tests.gui.shell.answers import Answers
from tests.gui.shell.music import some_music

ROOT = Path(__file__).resolve().parents[3]


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
