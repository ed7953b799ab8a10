"""The whole window, with folders of its own and without its children."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from gui.shell.states import WindowState
from gui.shell.window import SIZE, MainWindow
from tests.gui.shell.answers import Answers


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
