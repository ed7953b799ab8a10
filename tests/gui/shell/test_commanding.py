"""What commands do that reach over several parts of the window."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.out.clipboard import take
from gui.shell.states import WindowState
from gui.shell.window import SIZE, MainWindow
from gui.state.piece import Piece
from gui.state.selection import Region
from model.roll import Note, Part, Roll
from tests.gui.shell.answers import Answers

NOTES = [Note(4 * k, 0, 60 + k, 4, 90) for k in range(4)]


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MainWindow]:
    for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    window = MainWindow(WindowState(), Answers())
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.show()
    yield window
    window.end()


@pytest.mark.parametrize("page", ["make", "train", "models", "live"])
def test_g_makes_music_on_every_page_and_shows_it(
    window: MainWindow, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    monkeypatch.setattr(window.state.making, "generate", lambda: made.append("made"))
    window.show_page(page)
    QTest.keyClick(window, Qt.Key.Key_G)
    assert made == ["made"]
    assert window.panels.pages.name == "make"


def test_control_c_copies_the_region_else_everything_and_says_so(window: MainWindow) -> None:
    roll = Roll.from_notes(NOTES, 32, parts=(Part("any"),))
    window.state.document.replace(Piece.of_roll(roll))
    steps_per_beat = roll.grid.steps_per_beat
    QTest.keyClick(window, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    kept = take(steps_per_beat)
    assert kept is not None
    assert len(kept) == 4
    window.state.selection.set_region(Region(0, 8))
    QTest.keyClick(window, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    kept = take(steps_per_beat)
    assert kept is not None
    assert len(kept) == 2
    assert "copied" in window.notices.sentence


@pytest.mark.parametrize("key", [Qt.Key.Key_Question, Qt.Key.Key_F1])
def test_the_help_sheet_goes_with_the_key_that_is_pressed_in_it(
    window: MainWindow, qtbot: QtBot, key: Qt.Key
) -> None:
    window.show_help()
    sheet = window.help_sheet
    assert sheet is not None
    with qtbot.waitActive(sheet):
        sheet.activateWindow()
    QTest.keyClick(sheet, key)
    assert not sheet.isVisible()


def test_nothing_moves_when_something_is_selected(window: MainWindow, qtbot: QtBot) -> None:
    handle = window.panels.handle
    window.resize(SIZE)
    qtbot.waitUntil(lambda: window.width() == SIZE.width())
    for _ in range(10):  # layouts that wait for one another
        QApplication.processEvents()
    assert handle.width() == handle.minimumWidth()
    before = handle.geometry()
    window.state.selection.set_region(Region(0, 8))
    assert handle.text() == "Drag selection to DAW"
    assert handle.sizeHint().width() <= handle.width()
    QApplication.processEvents()
    assert handle.geometry() == before
