"""What the mouse does on the canvas."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from pytestqt.qtbot import QtBot

from model.roll import Note
from tests.gui.roll.rollparts import ALT, CONTROL, LEVELS, NOTES, SHIFT, Rig, mouse, turn_wheel


def test_zoom_keeps_the_step_under_the_mouse(rig: Rig) -> None:
    rig.view.set_first_step(20.0)
    where = QPointF(333, 100)
    before = rig.panel.canvas.places().step_at(333)
    turn_wheel(rig.panel.canvas, where, QPoint(0, 240), CONTROL)
    assert rig.view.px_per_step > 16
    assert rig.panel.canvas.places().step_at(333) == pytest.approx(before, abs=0.1)


def test_zoom_takes_whichever_axis_of_the_wheel_moved(rig: Rig) -> None:
    turn_wheel(rig.panel.canvas, QPointF(300, 100), QPoint(120, 0), CONTROL)
    assert rig.view.px_per_step > 16


def test_one_wild_turn_of_the_wheel_zooms_no_further_than_three_notches(rig: Rig) -> None:
    turn_wheel(rig.panel.canvas, QPointF(300, 100), QPoint(0, 120_000), CONTROL)
    assert rig.view.px_per_step == pytest.approx(16 * 1.18**3)


def test_zoom_of_pitch_keeps_the_pitch_under_the_mouse(rig: Rig) -> None:
    before = rig.panel.canvas.places().row_at(200)
    turn_wheel(rig.panel.canvas, QPointF(300, 200), QPoint(0, 120), CONTROL | SHIFT)
    assert rig.view.px_per_pitch > 12
    assert rig.panel.canvas.places().row_at(200) == pytest.approx(before, abs=0.15)


def test_wheel_scrolls_and_shift_turns_it_sideways(rig: Rig) -> None:
    top = rig.view.top_pitch
    turn_wheel(rig.panel.canvas, QPointF(300, 200), QPoint(0, -120))
    assert rig.view.top_pitch < top
    turn_wheel(rig.panel.canvas, QPointF(300, 200), QPoint(0, -120), SHIFT)
    assert rig.view.first_step > 0


def test_the_middle_button_pulls_the_paper_along(rig: Rig) -> None:
    rig.view.set_first_step(50.0)
    rig.drag(QPointF(500, 200), QPointF(340, 260), button=Qt.MouseButton.MiddleButton)
    assert rig.view.first_step == pytest.approx(60.0)
    assert rig.view.top_pitch == pytest.approx(85.0)


def test_a_band_chooses_the_notes_it_touches_and_a_region_of_whole_patches(rig: Rig) -> None:
    rig.panel.set_levels(LEVELS)
    rig.view.set_snap_steps(4)
    rig.drag(rig.point(5, 66), rig.point(11, 63))
    assert rig.selection.notes == {(0, 64, 8)}
    region = rig.selection.region
    assert region is not None
    assert (region.start_step, region.stop_step) == (4, 12)
    assert (region.low_pitch, region.high_pitch) == (48, 79)


@pytest.mark.parametrize("removing", [ALT, CONTROL])
def test_shift_adds_to_the_chosen_notes_and_alt_or_control_removes(
    rig: Rig, removing: Qt.KeyboardModifier
) -> None:
    rig.drag(rig.point(5, 66), rig.point(11, 63))
    rig.drag(rig.point(14, 69), rig.point(25, 66), SHIFT)
    assert rig.selection.notes == {(0, 64, 8), (1, 67, 16)}
    rig.drag(rig.point(5, 66), rig.point(11, 63), removing)
    assert rig.selection.notes == {(1, 67, 16)}


def test_a_band_says_how_it_is_let_go_of_the_patches(rig: Rig) -> None:
    said: list[str] = []
    rig.panel.hovered.connect(said.append)
    rig.panel.set_levels(LEVELS)
    rig.drag(rig.point(5, 66), rig.point(11, 63), let_go=False)
    assert "hold Alt now" in said[-1]
    mouse(rig.panel.canvas, "move", rig.point(12, 63), ALT)
    assert said[-1] == ""
    mouse(rig.panel.canvas, "release", rig.point(12, 63), ALT)


def test_a_click_on_nothing_chooses_nothing(rig: Rig) -> None:
    rig.drag(rig.point(5, 66), rig.point(11, 63))
    rig.click(rig.point(40, 70))
    assert rig.selection.notes == frozenset()
    assert rig.selection.region is None


def test_a_dragged_note_snaps_and_is_one_step_to_undo(rig: Rig) -> None:
    rig.view.set_snap_steps(4)
    rig.drag(rig.point(9, 64), rig.point(14.4, 66))
    assert Note(12, 0, 66, 4, 50) in near(rig.notes)
    assert rig.selection.notes == {(0, 66, 12)}
    assert rig.document.undo_stack.count() == 1
    rig.document.undo_stack.undo()
    assert Note(8, 0, 64, 4, 50) in near(rig.notes)


def test_alt_turns_the_grid_off_for_a_move(rig: Rig) -> None:
    rig.view.set_snap_steps(4)
    mouse(rig.panel.canvas, "press", rig.point(9, 64))
    mouse(rig.panel.canvas, "move", rig.point(10.5, 64), ALT)
    mouse(rig.panel.canvas, "release", rig.point(10.5, 64), ALT)
    assert Note(9, 0, 64, 4, 50) in near(rig.notes)


def test_control_drags_a_copy(rig: Rig) -> None:
    rig.drag(rig.point(9, 64), rig.point(41, 64), CONTROL)
    assert {n.onset_steps for n in rig.notes if n.pitch == 64} == {8, 40}


def test_the_end_of_a_note_resizes_it(rig: Rig) -> None:
    assert rig.hover(rig.point(11.8, 64)) == Qt.CursorShape.SizeHorCursor
    rig.drag(rig.point(11.8, 64), rig.point(15.8, 64))
    assert Note(8, 0, 64, 8, 50) in near(rig.notes)


def test_the_mouse_shows_what_a_press_would_do(rig: Rig) -> None:
    assert rig.hover(rig.point(9, 64)) == Qt.CursorShape.SizeAllCursor
    assert rig.hover(rig.point(40, 64)) == Qt.CursorShape.ArrowCursor
    rig.view.set_tool("draw")
    assert rig.hover(rig.point(40, 64)) == Qt.CursorShape.CrossCursor
    rig.document.set_voice(0, locked=True)
    assert rig.hover(rig.point(9, 64)) == Qt.CursorShape.ForbiddenCursor


def test_drawing_makes_a_note_as_long_as_it_is_drawn(rig: Rig, qtbot: QtBot) -> None:
    rig.view.set_tool("draw")
    rig.view.set_snap_steps(2)
    with qtbot.waitSignal(rig.panel.audition) as heard:
        rig.drag(rig.point(33, 70), rig.point(38.5, 70))
    assert heard.args == [0, 70, 90, True]
    drawn = next(n for n in rig.notes if n.pitch == 70)
    assert (drawn.onset_steps, drawn.duration_steps) == (32, 8)


def test_what_is_drawn_goes_to_a_part_that_is_not_locked(rig: Rig) -> None:
    rig.document.set_voice(0, locked=True)
    rig.view.set_tool("draw")
    rig.click(rig.point(33, 70))
    assert next(n for n in rig.notes if n.pitch == 70).part == 1


def test_what_is_drawn_goes_to_the_part_that_was_touched_last(rig: Rig) -> None:
    rig.click(rig.point(18, 67))
    rig.view.set_tool("draw")
    rig.click(rig.point(33, 70))
    assert next(n for n in rig.notes if n.pitch == 70).part == 1


def test_erasing_takes_every_note_on_the_way_as_one_step(rig: Rig) -> None:
    rig.view.set_tool("erase")
    rig.drag(rig.point(1, 60), rig.point(10, 64))
    rig.drag(rig.point(9, 64), rig.point(9.3, 64))
    assert len(rig.notes) == 1
    assert rig.document.undo_stack.count() <= 2


def test_locked_parts_are_neither_moved_nor_erased(rig: Rig) -> None:
    rig.document.set_voice(0, locked=True)
    rig.drag(rig.point(9, 64), rig.point(30, 70))
    rig.drag(rig.point(9, 64), rig.point(9, 64), button=Qt.MouseButton.RightButton)
    assert near(rig.notes) == near(list(NOTES))


def test_escape_lets_go_of_a_drag_and_changes_nothing(rig: Rig, qtbot: QtBot) -> None:
    rig.drag(rig.point(9, 64), rig.point(30, 70), let_go=False)
    assert rig.panel.canvas.drag is not None
    assert rig.panel.cancel()
    assert near(rig.notes) == near(list(NOTES))
    assert not rig.panel.cancel()


def test_chosen_notes_are_pulled_out_with_control_and_shift(rig: Rig, qtbot: QtBot) -> None:
    with qtbot.waitSignal(rig.panel.drag_out_requested):
        rig.drag(rig.point(9, 64), rig.point(20, 64), CONTROL | SHIFT)
    assert near(rig.notes) == near(list(NOTES))


def test_a_note_in_hand_is_heard_at_every_pitch_and_ends(rig: Rig) -> None:
    heard: list[tuple[int, int, int, bool]] = []
    rig.panel.audition.connect(lambda *told: heard.append(told))
    rig.drag(rig.point(9, 64), rig.point(9, 67))
    on = [told[1] for told in heard if told[3]]
    off = [told[1] for told in heard if not told[3]]
    assert on[0] == 64
    assert on[-1] == 67
    assert sorted(on) == sorted(off)


def near(notes: list[Note]) -> list[Note]:
    """Notes with the velocities that NOTES have where a bin's centre is near."""
    wanted = (50, 90, 120)
    return [
        Note(
            n.onset_steps,
            n.part,
            n.pitch,
            n.duration_steps,
            min(wanted, key=lambda v: abs(v - n.velocity)),
        )
        for n in notes
    ]
