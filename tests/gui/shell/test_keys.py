from collections import Counter

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from gui.shell.helpsheet import HelpSheet
from gui.shell.icons import icon_names
from gui.shell.keys import COMMANDS, GROUPS, command


def test_no_key_is_given_twice_and_every_key_is_one() -> None:
    keys = Counter(key for one in COMMANDS for key in one.keys)
    assert [key for key, count in keys.items() if count > 1] == []
    assert all(not QKeySequence(key).isEmpty() for key in keys)


def test_every_command_has_its_own_name_words_and_a_menu() -> None:
    assert len({one.name for one in COMMANDS}) == len(COMMANDS)
    assert all(one.text and one.group in GROUPS for one in COMMANDS)
    assert {one.icon for one in COMMANDS} <= {"", *icon_names()}


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("play", "Space"),
        ("generate", "G"),
        ("regenerate", "R"),
        ("vary", "V"),
        ("escape", "Esc"),
        ("loop", "L"),
        ("follow", "F"),
        ("snap", "S"),
        ("select_bars", "B"),
        ("region_longer", "Ctrl+]"),
        ("region_shorter", "Ctrl+["),
        ("coarser", "["),
        ("finer", "]"),
        ("tool_select", "1"),
        ("tool_draw", "2"),
        ("tool_erase", "3"),
        ("variation_9", "Ctrl+9"),
        ("zoom_selection", "Z"),
        ("home", "Home"),
        ("end", "End"),
        ("undo", "Ctrl+Z"),
        ("redo", "Ctrl+Shift+Z"),
        ("save_midi", "Ctrl+E"),
        ("help", "?"),
    ],
)
def test_the_keys_are_those_that_the_habits_want(name: str, key: str) -> None:
    assert command(name).keys[0] == key


def test_the_help_sheet_shows_every_key(qtbot: QtBot) -> None:
    sheet = HelpSheet()
    qtbot.addWidget(sheet)
    shown = " ".join(label.text() for label in sheet.findChildren(QLabel))
    for one in COMMANDS:
        if one.keys and not one.name.startswith("variation_"):
            assert one.words() in shown
            assert (
                QKeySequence(one.keys[0]).toString(QKeySequence.SequenceFormat.NativeText) in shown
            )
    assert "Ctrl+1 … 9" in shown
