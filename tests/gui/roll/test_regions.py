"""The chosen region: reshaped at its edges, whole bars on the ruler, keys."""

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gui.roll.overlays import area_rect
from gui.roll.regionhandles import Grip, handles
from gui.state.piece import Piece
from gui.state.selection import Region
from model.roll import Note, Roll
from tests.gui.roll.rollparts import ALT, CONTROL, LEVELS, SHIFT, Rig, mouse

WHERE = Region(16, 48, 64, 79)
SHAPES = Qt.CursorShape


def chosen(rig: Rig, region: Region = WHERE) -> Region:
    rig.panel.set_levels(LEVELS)
    rig.view.set_snap_steps(4)
    rig.selection.set_region(region)
    return region


def grip(rig: Rig, across: int, up: int) -> QPointF:
    return handles(rig.panel.scene, rig.panel.canvas.places())[Grip(across, up)]


def by(rig: Rig, steps: float, pitches: float) -> QPointF:
    """So many steps to the right and semitones up, as a way on the screen."""
    return QPointF(steps * rig.view.px_per_step, -pitches * rig.view.px_per_pitch)


def found(rig: Rig) -> Region:
    region = rig.selection.region
    assert region is not None
    return region


# --- Handles ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("across", "up", "shape"),
    [
        (-1, 0, SHAPES.SizeHorCursor),
        (1, 0, SHAPES.SizeHorCursor),
        (0, 1, SHAPES.SizeVerCursor),
        (0, -1, SHAPES.SizeVerCursor),
        (-1, 1, SHAPES.SizeFDiagCursor),
        (1, -1, SHAPES.SizeFDiagCursor),
        (1, 1, SHAPES.SizeBDiagCursor),
        (-1, -1, SHAPES.SizeBDiagCursor),
    ],
)
def test_the_mouse_tells_which_way_an_edge_or_a_corner_goes(
    rig: Rig, across: int, up: int, shape: Qt.CursorShape
) -> None:
    chosen(rig)
    assert rig.hover(grip(rig, across, up)) == shape


@pytest.mark.parametrize(
    ("across", "up", "steps", "pitches", "expected"),
    [
        (-1, 0, 4.6, 9, Region(20, 48, 64, 79)),
        (1, 0, -9, 9, Region(16, 40, 64, 79)),
        (0, 1, 9, 12, Region(16, 48, 64, 95)),
        (0, -1, 9, -10, Region(16, 48, 48, 79)),
        (-1, -1, -5, -10, Region(12, 48, 48, 79)),
        (1, 1, 8, 12, Region(16, 56, 64, 95)),
        (1, 0, -300, 0, Region(16, 20, 64, 79)),
        (0, -1, 0, 90, Region(16, 48, 64, 79)),
    ],
)
def test_what_is_dragged_goes_along_by_whole_patches_and_the_rest_stays(
    rig: Rig, across: int, up: int, steps: float, pitches: float, expected: Region
) -> None:
    rig.view.set_top_pitch(90.0)
    chosen(rig)
    begin = grip(rig, across, up)
    rig.drag(begin, begin + by(rig, steps, pitches))
    assert found(rig) == expected


def test_alt_frees_the_edges_to_single_steps_and_semitones(rig: Rig) -> None:
    chosen(rig)
    begin = grip(rig, 1, -1)
    end = begin + by(rig, 3, -5)
    mouse(rig.panel.canvas, "press", begin)
    for where in (begin + by(rig, 1, -2), end):
        mouse(rig.panel.canvas, "move", where, ALT)
    mouse(rig.panel.canvas, "release", end, ALT)
    assert found(rig) == Region(16, 51, 59, 79)


def test_without_snap_the_edges_are_free_as_well(rig: Rig) -> None:
    chosen(rig)
    rig.view.set_snap(False)
    begin = grip(rig, -1, 1)
    rig.drag(begin, begin + by(rig, -3, -1))
    assert found(rig) == Region(13, 48, 64, 78)


def test_a_band_with_alt_makes_a_region_of_single_steps_and_semitones(rig: Rig) -> None:
    rig.panel.set_levels(LEVELS)
    rig.view.set_snap_steps(4)
    mouse(rig.panel.canvas, "press", rig.point(5, 66))
    mouse(rig.panel.canvas, "move", rig.point(11, 63), ALT)
    mouse(rig.panel.canvas, "release", rig.point(11, 63), ALT)
    assert found(rig) == Region(5, 11, 63, 66)


def test_the_notes_that_begin_in_the_new_shape_are_chosen(rig: Rig) -> None:
    chosen(rig)
    begin = grip(rig, -1, 0)
    rig.drag(begin, begin - by(rig, 8, 0))
    assert found(rig).start_step == 8
    assert rig.selection.notes == {(0, 64, 8), (1, 67, 16)}


def test_escape_lets_the_region_be_what_it_was(rig: Rig) -> None:
    region = chosen(rig)
    rig.selection.select({(0, 60, 0)})
    begin = grip(rig, 1, 1)
    rig.drag(begin, begin + by(rig, 16, 0), let_go=False)
    assert found(rig) != region
    assert rig.panel.cancel()
    assert found(rig) == region
    assert rig.selection.notes == {(0, 60, 0)}


def test_a_click_on_a_handle_changes_nothing(rig: Rig) -> None:
    region = chosen(rig, Region(17, 47, 65, 78))
    rig.click(grip(rig, 1, 0))
    assert found(rig) == region


def test_a_note_on_the_frame_is_taken_and_so_is_the_frame_beside_it(rig: Rig) -> None:
    chosen(rig, Region(10, 48, 52, 79))
    edge = area_rect(rig.panel.canvas.places(), found(rig)).left()
    note, nothing = rig.point(10, 64).y(), rig.point(10, 75).y()
    assert rig.hover(QPointF(edge, note)) == SHAPES.SizeAllCursor
    assert rig.hover(QPointF(edge, nothing)) == SHAPES.SizeHorCursor


def test_the_inside_begins_another_region_and_other_tools_know_no_handles(rig: Rig) -> None:
    chosen(rig)
    assert rig.hover(rig.point(40, 70)) == SHAPES.ArrowCursor
    corner = grip(rig, 1, 1)
    rig.view.set_tool("draw")
    assert handles(rig.panel.scene, rig.panel.canvas.places()) == {}
    assert rig.hover(corner) == SHAPES.CrossCursor


def test_handles_of_a_region_higher_than_the_canvas_are_in_the_middle_of_what_is_seen(
    rig: Rig,
) -> None:
    chosen(rig, Region(16, 48))
    middle = rig.panel.canvas.height() / 2
    assert grip(rig, -1, 0).y() == pytest.approx(middle, abs=1)
    begin = grip(rig, -1, 0)
    rig.drag(begin, begin + by(rig, 8, 0))
    assert found(rig) == Region(24, 48)


def test_a_handle_held_outside_scrolls_only_the_way_it_goes(rig: Rig) -> None:
    chosen(rig)
    canvas, top = rig.panel.canvas, rig.view.top_pitch
    rig.drag(grip(rig, 1, 0), QPointF(canvas.width() + 90.0, canvas.height() + 90.0), let_go=False)
    for _ in range(60):
        canvas.hands.scrolling.turn()
    assert found(rig).stop_step > 90
    assert rig.view.top_pitch == top
    assert rig.panel.cancel()


# --- Whole bars ---------------------------------------------------------------------------------


def bar(rig: Rig, number: int, y: float = 25) -> QPointF:
    """The middle of a bar on the ruler."""
    return QPointF(rig.panel.canvas.places().x(16 * number - 8), y)


def test_a_drag_over_numbers_chooses_exactly_these_bars(rig: Rig) -> None:
    rig.view.set_px_per_step(4.0)
    rig.drag(bar(rig, 6), bar(rig, 8), widget=rig.panel.ruler)
    assert found(rig) == Region(80, 128)
    rig.drag(bar(rig, 2), bar(rig, 1), widget=rig.panel.ruler)
    assert found(rig) == Region(0, 32)
    assert rig.selection.notes == {(0, 60, 0), (0, 64, 8), (1, 67, 16)}
    assert rig.document.piece.loop is None


def test_shift_and_a_click_goes_on_to_there_without_seeking(rig: Rig, qtbot: QtBot) -> None:
    rig.view.set_px_per_step(4.0)
    ruler = rig.panel.ruler
    with qtbot.assertNotEmitted(rig.panel.seek_requested):
        for number, expected in (
            (6, Region(80, 96)),
            (8, Region(80, 128)),
            (7, Region(80, 112)),
            (2, Region(16, 112)),
        ):
            mouse(ruler, "press", bar(rig, number), SHIFT)
            mouse(ruler, "release", bar(rig, number), SHIFT)
            assert found(rig) == expected


def test_a_double_click_on_a_number_chooses_its_bar(rig: Rig) -> None:
    mouse(rig.panel.ruler, "double", bar(rig, 2))
    assert found(rig) == Region(16, 32)
    assert rig.selection.notes == {(1, 67, 16)}


def test_bars_of_an_uneven_piece_end_where_it_does(rig: Rig) -> None:
    rig.document.replace(Piece.of_roll(Roll.from_notes([Note(0, 0, 60, 4, 90)], 40)))
    rig.view.set_px_per_step(4.0)
    rig.drag(bar(rig, 2), bar(rig, 9), widget=rig.panel.ruler)
    assert found(rig) == Region(16, 40)


def test_escape_on_the_ruler_gives_back_what_was_chosen(rig: Rig) -> None:
    rig.view.set_px_per_step(4.0)
    rig.selection.set_region(WHERE)
    rig.selection.select({(0, 60, 0)})
    rig.drag(bar(rig, 6), bar(rig, 8), widget=rig.panel.ruler, let_go=False)
    assert found(rig) == Region(80, 128)
    assert rig.panel.cancel()
    assert found(rig) == WHERE
    assert rig.selection.notes == {(0, 60, 0)}
    mouse(rig.panel.ruler, "release", bar(rig, 8))
    assert found(rig) == WHERE


# --- Keys ---------------------------------------------------------------------------------------


def test_b_makes_whole_bars_of_what_is_chosen_or_takes_the_bar_at_the_playhead(rig: Rig) -> None:
    canvas = rig.panel.canvas
    rig.playhead.put(40.0, playing=False)
    QTest.keyClick(canvas, Qt.Key.Key_B)
    assert found(rig) == Region(32, 48)
    rig.selection.set_region(Region(20, 70, 60, 65))
    QTest.keyClick(canvas, Qt.Key.Key_B)
    assert found(rig) == Region(16, 80)
    rig.selection.clear()
    rig.selection.select({(1, 67, 16)})
    QTest.keyClick(canvas, Qt.Key.Key_B)
    assert found(rig) == Region(16, 32)


def test_control_and_brackets_let_the_region_end_a_bar_later_or_earlier(rig: Rig) -> None:
    canvas = rig.panel.canvas
    rig.selection.set_region(Region(16, 40, 60, 71))
    ends = []
    for key in [Qt.Key.Key_BracketRight] * 2 + [Qt.Key.Key_BracketLeft] * 4:
        QTest.keyClick(canvas, key, CONTROL)
        ends.append(found(rig).stop_step)
    assert ends == [48, 64, 48, 32, 32, 32]
    assert found(rig) == Region(16, 32, 60, 71)


def test_the_last_bar_is_the_end(rig: Rig) -> None:
    rig.selection.set_region(Region(230, 250))
    for _ in range(3):
        QTest.keyClick(rig.panel.canvas, Qt.Key.Key_BracketRight, CONTROL)
    assert found(rig) == Region(230, 256)
