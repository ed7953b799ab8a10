"""The piano roll in the window: its keys behind menus, its tool bar where there is little room."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.shell.states import WindowState
from gui.shell.window import LEAST_SIZE, SIZE, MainWindow
from gui.state.piece import Piece
from gui.state.selection import Region
from model.roll import Note, Roll
from tests.gui.roll.rollparts import CONTROL, LEVELS, mouse
from tests.gui.shell.answers import Answers


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MainWindow]:
    for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    window = MainWindow(WindowState(), Answers())
    window.resize(SIZE)
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.show()
    roll = Roll.from_notes([Note(k * 4, 0, 60 + k, 4, 90) for k in range(8)], steps=128)
    window.state.document.replace(Piece.of_roll(roll))
    yield window
    window.end()


def test_escape_lets_go_of_a_drag_and_what_was_chosen_stays(window: MainWindow) -> None:
    selection, canvas = window.state.selection, window.roll.canvas
    selection.select({(0, 60, 0)})
    mouse(canvas, "press", QPointF(40, 300))
    mouse(canvas, "move", QPointF(200, 200))
    drawn = selection.region
    assert drawn is not None
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert canvas.drag is None
    assert selection.notes == {(0, 60, 0)}
    assert selection.region is None
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert not selection.notes


def test_keys_choose_bars_and_make_the_region_longer_and_shorter(window: MainWindow) -> None:
    selection = window.state.selection
    QTest.keyClick(window, Qt.Key.Key_B)
    assert selection.region == Region(0, 16)
    QTest.keyClick(window, Qt.Key.Key_BracketRight, CONTROL)
    assert selection.region == Region(0, 32)
    QTest.keyClick(window, Qt.Key.Key_BracketLeft, CONTROL)
    assert selection.region == Region(0, 16)


def test_the_key_and_the_button_to_the_start_end_a_pause_of_following(window: MainWindow) -> None:
    view = window.state.view
    ends: list[Callable[[], object]] = [
        lambda: QTest.keyClick(window, Qt.Key.Key_F),
        lambda: QTest.keyClick(window, Qt.Key.Key_Home),
        lambda: window.panels.transport.to_start.click(),
    ]
    pauses = []
    for end in ends:
        view.set_follow(True)
        view.pause_follow(True)
        before = view.follow_paused
        end()
        pauses.append((before, view.follow_paused, view.follow))
    assert pauses == [(True, False, True)] * 3


def test_menus_tick_what_is_on_however_it_was_switched(window: MainWindow) -> None:
    actions, state = window.actions_, window.state

    def ticked() -> list[bool]:
        return [actions[name].isChecked() for name in ("follow", "snap", "loop")]

    assert ticked() == [state.view.follow, state.view.snap, False] == [True, True, False]
    state.view.set_snap(False)
    window.roll.toolbar.follow.click()
    state.document.set_loop((0, 16))
    assert ticked() == [False, False, True]
    QTest.keyClick(window, Qt.Key.Key_F)
    state.view.pause_follow(True)
    QTest.keyClick(window, Qt.Key.Key_F)
    QTest.keyClick(window, Qt.Key.Key_L)
    assert ticked() == [True, False, False]


@pytest.mark.parametrize("size", [LEAST_SIZE, QSize(1100, 700), SIZE])
def test_the_tools_of_the_roll_are_whole_in_the_smallest_window(
    window: MainWindow, size: QSize
) -> None:
    window.roll.set_levels(LEVELS)
    window.resize(size)
    for _ in range(10):
        QApplication.processEvents()
    assert window.size() == size
    bar = window.roll.toolbar
    for control in (*bar.tool_buttons.values(), bar.grid, bar.follow, bar.detail, bar.level):
        place = QRect(control.mapTo(bar, QPoint(0, 0)), control.size())
        assert bar.rect().contains(place)
        assert control.visibleRegion().boundingRect().size() == control.size()
    assert bar.grid.width() >= bar.grid.sizeHint().width()
