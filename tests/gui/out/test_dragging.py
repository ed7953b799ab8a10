from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gui.out.dragging import DragHandle, far_enough
from model.errors import MidiFileError
from tests.gui.out.pieces import Receiver

NO_KEYS = Qt.KeyboardModifier.NoModifier


def pull(handle: DragHandle, by: int) -> None:
    """Press a handle and move the mouse with the button held."""
    start = QPoint(5, 5)
    QTest.mousePress(handle, Qt.MouseButton.LeftButton, NO_KEYS, start)
    QTest.mouseMove(handle, start + QPoint(by, 0))


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


@pytest.fixture
def handle(qtbot: QtBot, receiver: Receiver, tmp_path: Path) -> DragHandle:
    handle = DragHandle(lambda: tmp_path / "a.mid", run=receiver)
    qtbot.addWidget(handle)
    handle.resize(200, 40)
    handle.show()
    return handle


def test_a_pull_offers_the_file_and_tells_who_took_it(
    qtbot: QtBot, handle: DragHandle, receiver: Receiver, tmp_path: Path
) -> None:
    with qtbot.waitSignal(handle.dropped) as taken:
        pull(handle, 40)
    assert receiver.paths == [tmp_path / "a.mid"]
    assert taken.args == [str(tmp_path / "a.mid")]
    assert not handle.isDown()


def test_a_pull_that_nobody_takes_is_no_drop(
    qtbot: QtBot, handle: DragHandle, receiver: Receiver
) -> None:
    receiver.takes = False
    with qtbot.assertNotEmitted(handle.dropped):
        pull(handle, 40)
    assert len(receiver.paths) == 1


def test_a_shaking_hand_drags_nothing_and_saves(
    qtbot: QtBot, handle: DragHandle, receiver: Receiver
) -> None:
    with qtbot.waitSignal(handle.save_requested):
        pull(handle, 1)
        QTest.mouseRelease(handle, Qt.MouseButton.LeftButton, NO_KEYS, QPoint(6, 5))
    assert receiver.paths == []


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
def test_keys_save(qtbot: QtBot, handle: DragHandle, key: Qt.Key) -> None:
    with qtbot.waitSignal(handle.save_requested):
        QTest.keyClick(handle, key)


def test_nothing_to_drag_is_told(qtbot: QtBot, receiver: Receiver) -> None:
    handle = DragHandle(lambda: None, run=receiver)
    qtbot.addWidget(handle)
    handle.show()
    with qtbot.waitSignal(handle.failed) as told:
        pull(handle, 40)
    assert "nothing to drag" in told.args[0]
    assert receiver.paths == []


def test_a_file_that_can_not_be_written_is_told(qtbot: QtBot, receiver: Receiver) -> None:
    def refuse() -> Path:
        raise MidiFileError("the disk is full: make room")

    handle = DragHandle(refuse, run=receiver)
    qtbot.addWidget(handle)
    handle.show()
    with qtbot.waitSignal(handle.failed) as told:
        pull(handle, 40)
    assert told.args == ["the disk is full: make room"]


def test_the_handle_can_be_reached_and_has_a_name(handle: DragHandle) -> None:
    assert handle.focusPolicy() != Qt.FocusPolicy.NoFocus
    assert handle.accessibleName()
    assert "Ctrl+E" in handle.toolTip()


def test_far_enough_follows_the_systems_distance(qtbot: QtBot) -> None:
    assert not far_enough(QPoint(0, 0), QPoint(1, 1))
    assert far_enough(QPoint(0, 0), QPoint(30, 30))


def test_the_handle_says_when_only_the_selection_goes(handle: DragHandle) -> None:
    handle.show_part(True)
    assert handle.text() == "Drag selection to DAW"
    assert "Only what is selected" in handle.toolTip()
    handle.show_part(False)
    assert handle.text() == "Drag MIDI to DAW"
    assert "selected" not in handle.toolTip()
