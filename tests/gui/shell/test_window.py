"""The window with its real panels and states, without its children: nothing is begun."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QLabel,
    QSlider,
    QWidget,
)

from gui.shell.window import FRAME, LEAST_SIZE, SIZE, MainWindow, fitting
from gui.state.piece import Piece
from gui.state.selection import Region
from tests.gui.shell.answers import Answers
from tests.gui.shell.music import some_music

CTRL = Qt.KeyboardModifier.ControlModifier


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


def test_question_mark_shows_the_help_and_takes_it_away(window: MainWindow) -> None:
    window.actions_["help"].trigger()
    assert window.help_sheet is not None
    assert window.help_sheet.isVisible()
    window.actions_["help"].trigger()
    assert not window.help_sheet.isVisible()


def test_a_new_window_and_its_frame_fit_the_screen() -> None:
    assert fitting(QSize(2560, 1440)) == SIZE
    assert fitting(SIZE) == SIZE - FRAME
    assert fitting(QSize(640, 480)) == LEAST_SIZE
