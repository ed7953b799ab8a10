"""What keys do in the window: pages, tools, undo, the loop, zooming, the ends of the piece."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QLineEdit,
)

from gui.live.transport import TransportBar
from gui.shell.states import WindowState
from gui.shell.window import MainWindow
from gui.state.piece import Piece
from gui.state.selection import Region
from tests.gui.shell.music import some_music

CTRL = Qt.KeyboardModifier.ControlModifier


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
