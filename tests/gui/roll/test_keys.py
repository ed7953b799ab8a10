"""The roll without a mouse, and its accessible names."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QSlider, QWidget
from pytestqt.qtbot import QtBot

from gui.state.selection import Region
from tests.gui.roll.rollparts import ALT, CONTROL, LEVELS, SHIFT, Rig

KEY = Qt.Key


def press(rig: Rig, qtbot: QtBot, *keys: Qt.Key, held: Qt.KeyboardModifier | None = None) -> None:
    for key in keys:
        QTest.keyClick(rig.panel.canvas, key, held or Qt.KeyboardModifier.NoModifier)


def test_a_note_is_drawn_moved_stretched_and_erased_with_keys_alone(rig: Rig, qtbot: QtBot) -> None:
    rig.panel.canvas.setFocus()
    press(rig, qtbot, KEY.Key_Right, KEY.Key_Right, KEY.Key_Up, KEY.Key_Return)
    assert (0, 61, 2) in rig.selection.notes
    press(rig, qtbot, KEY.Key_Right, KEY.Key_Up, held=ALT)
    assert rig.selection.notes == {(0, 62, 3)}
    press(rig, qtbot, KEY.Key_Right, held=ALT | SHIFT)
    moved = next(n for n in rig.notes if n.pitch == 62)
    assert (moved.onset_steps, moved.duration_steps) == (3, 2)
    press(rig, qtbot, KEY.Key_Up, held=ALT | SHIFT)
    assert next(n for n in rig.notes if n.pitch == 62).velocity > moved.velocity
    press(rig, qtbot, KEY.Key_Delete)
    assert all(n.pitch != 62 for n in rig.notes)


def test_control_moves_the_cursor_by_a_bar_and_an_octave(rig: Rig, qtbot: QtBot) -> None:
    press(rig, qtbot, KEY.Key_Right, KEY.Key_Up, held=CONTROL)
    assert rig.panel.canvas.cursor_keys.cell[:2] == (16, 72)


def test_shift_with_arrows_stretches_a_region_and_chooses_its_notes(rig: Rig, qtbot: QtBot) -> None:
    rig.panel.set_levels(LEVELS)
    for _ in range(10):
        press(rig, qtbot, KEY.Key_Right, held=SHIFT)
    press(rig, qtbot, *[KEY.Key_Up] * 5, held=SHIFT)
    assert rig.selection.region == Region(0, 11, 48, 79)
    assert rig.selection.notes == {(0, 60, 0), (0, 64, 8)}


def test_the_cursor_says_where_it_is_and_what_lies_there(rig: Rig, qtbot: QtBot) -> None:
    press(rig, qtbot, KEY.Key_Right)
    assert rig.panel.canvas.accessibleDescription().startswith("C4, bar 1, beat 1: note of Left")
    press(rig, qtbot, KEY.Key_Down)
    assert rig.panel.canvas.accessibleDescription() == "B3, bar 1, beat 1"


def test_the_cursor_stays_in_sight(rig: Rig, qtbot: QtBot) -> None:
    for _ in range(9):
        press(rig, qtbot, KEY.Key_Right, held=CONTROL)
    places, step = rig.panel.canvas.places(), rig.panel.canvas.cursor_keys.step
    assert 0 <= places.x(step) < rig.panel.canvas.width()


@pytest.mark.parametrize(
    ("key", "tool"), [(KEY.Key_1, "select"), (KEY.Key_2, "draw"), (KEY.Key_3, "erase")]
)
def test_digits_choose_the_tool(rig: Rig, qtbot: QtBot, key: Qt.Key, tool: str) -> None:
    press(rig, qtbot, KEY.Key_3 if key != KEY.Key_3 else KEY.Key_1, key)
    assert rig.view.tool == tool
    assert rig.panel.toolbar.tool_buttons[tool].isChecked()


def test_letters_switch_follow_snap_and_loop(rig: Rig, qtbot: QtBot) -> None:
    before = (rig.view.follow, rig.view.snap)
    press(rig, qtbot, KEY.Key_F, KEY.Key_S, KEY.Key_L)
    assert (rig.view.follow, rig.view.snap) == (not before[0], not before[1])
    assert rig.document.piece.loop == (0, 256)
    press(rig, qtbot, KEY.Key_L)
    assert rig.document.piece.loop is None


def test_brackets_walk_through_the_levels(rig: Rig, qtbot: QtBot) -> None:
    rig.panel.set_levels(LEVELS)
    press(rig, qtbot, KEY.Key_BracketLeft, KEY.Key_BracketLeft, KEY.Key_BracketLeft)
    assert rig.view.detail == 1
    assert rig.panel.toolbar.level.text() == "level 1 of 3"
    press(rig, qtbot, KEY.Key_BracketRight)
    assert rig.panel.toolbar.detail.value() == 2


def test_z_zooms_to_the_region_and_without_one_to_everything(rig: Rig, qtbot: QtBot) -> None:
    rig.selection.set_region(Region(64, 96, 48, 71))
    press(rig, qtbot, KEY.Key_Z)
    places = rig.panel.canvas.places()
    assert 0 < places.x(64) < places.x(96) < rig.panel.canvas.width()
    rig.selection.clear()
    press(rig, qtbot, KEY.Key_Z)
    assert rig.view.first_step == 0


def test_copy_paste_and_duplicate_choose_what_they_made(rig: Rig, qtbot: QtBot) -> None:
    rig.selection.select({(0, 64, 8)})
    press(rig, qtbot, KEY.Key_C, held=CONTROL)
    rig.playhead.put(64.0, playing=False)
    press(rig, qtbot, KEY.Key_V, held=CONTROL)
    assert rig.selection.notes == {(0, 64, 64)}
    press(rig, qtbot, KEY.Key_D, held=CONTROL)
    assert rig.selection.notes == {(0, 64, 68)}
    press(rig, qtbot, KEY.Key_X, held=CONTROL)
    assert {n.onset_steps for n in rig.notes if n.pitch == 64} == {8, 64}


def test_all_notes_but_those_of_locked_parts_are_chosen(rig: Rig, qtbot: QtBot) -> None:
    rig.document.set_voice(1, locked=True)
    press(rig, qtbot, KEY.Key_A, held=CONTROL)
    assert rig.selection.notes == {(0, 60, 0), (0, 64, 8)}


def test_keys_on_the_ruler_seek_by_bars(rig: Rig, qtbot: QtBot) -> None:
    rig.playhead.put(20.0, playing=False)
    with qtbot.waitSignal(rig.panel.seek_requested) as told:
        QTest.keyClick(rig.panel.ruler, KEY.Key_Right)
    assert told.args == [32.0]


def test_a_key_of_the_piano_sounds_while_enter_is_held(rig: Rig, qtbot: QtBot) -> None:
    heard: list[tuple[int, bool]] = []
    rig.panel.audition.connect(lambda part, pitch, velocity, on: heard.append((pitch, on)))
    QTest.keyClick(rig.panel.keyboard, KEY.Key_Up)
    QTest.keyPress(rig.panel.keyboard, KEY.Key_Return)
    assert heard == [(61, True)]
    QTest.keyRelease(rig.panel.keyboard, KEY.Key_Return)
    assert heard == [(61, True), (61, False)]


def test_everything_that_takes_the_keyboard_has_a_name(rig: Rig) -> None:
    kinds = (QAbstractButton, QComboBox, QSlider)
    panel = rig.panel
    own = [panel.canvas, panel.ruler, panel.keyboard, panel.minimap, panel.velocity]
    widgets: list[QWidget] = [*own, *(w for kind in kinds for w in panel.findChildren(kind))]
    assert [w for w in widgets if not (w.accessibleName() or getattr(w, "text", str)())] == []
    reachable = [panel.canvas, panel.ruler, panel.keyboard, panel.minimap]
    assert all(w.focusPolicy() & Qt.FocusPolicy.TabFocus for w in reachable)
