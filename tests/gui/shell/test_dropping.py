"""What is dropped on the window, on whichever page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from pytestqt.qtbot import QtBot

from gui.shell.dropping import folder_in, several_tunes
from gui.shell.states import WindowState
from gui.shell.window import MainWindow
from tests.gui.shell.answers import Answers

Action = Qt.DropAction


@pytest.fixture
def window(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[MainWindow, list[str]]]:
    """The window, and which folders it wanted to be looked at."""
    for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    window = MainWindow(WindowState(), Answers())
    qtbot.addWidget(window)
    looked: list[str] = []
    monkeypatch.setattr(window.state.training, "scan", looked.append)
    yield window, looked
    window.end()


def mime(*paths: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def drop(window: MainWindow, data: QMimeData) -> Qt.DropAction:
    """Drop it as a file manager does that would rather move it; what it is told that happened."""
    offered = Action.CopyAction | Action.MoveAction
    nothing = Qt.KeyboardModifier.NoModifier
    event = QDropEvent(QPointF(9, 9), offered, data, Qt.MouseButton.LeftButton, nothing)
    event.setDropAction(Action.MoveAction)
    window.dropEvent(event)
    assert event.isAccepted()
    return event.dropAction()


@pytest.mark.parametrize("page", ["make", "train", "models", "live"])
def test_a_folder_is_looked_at_wherever_it_lands(
    window: tuple[MainWindow, list[str]], tmp_path: Path, page: str
) -> None:
    shown, looked = window
    shown.show_page(page)
    assert drop(shown, mime(tmp_path)) == Action.CopyAction, "else its sender may delete it"
    assert shown.panels.pages.name == "train"
    assert looked == [str(tmp_path)]


def test_while_a_training_runs_a_folder_is_to_wait(
    window: tuple[MainWindow, list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown, looked = window
    monkeypatch.setattr(type(shown.state.training), "is_training", property(lambda _: True))
    drop(shown, mime(tmp_path))
    assert looked == []
    assert "when it is done" in shown.notices.sentence


def test_of_several_midi_files_it_is_said_what_to_drop_instead(
    window: tuple[MainWindow, list[str]], tmp_path: Path
) -> None:
    shown, looked = window
    data = mime(tmp_path / "a.mid", tmp_path / "b.mid")
    assert several_tunes(data)
    drop(shown, data)
    assert looked == []
    assert "drop the folder" in shown.notices.sentence


def test_only_one_folder_is_a_folder_to_learn_from(tmp_path: Path) -> None:
    (tmp_path / "a.mid").write_bytes(b"")
    assert folder_in(mime(tmp_path)) == tmp_path
    assert folder_in(mime(tmp_path / "a.mid")) is None
    assert folder_in(mime(tmp_path, tmp_path)) is None
    assert folder_in(QMimeData()) is None
