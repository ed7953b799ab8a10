"""A drag that leaves the canvas: the view scrolls by itself and the drag goes on."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.roll.autoscroll import LEAST_SPEED, MOST_SPEED, speed_beyond
from model.roll import Note
from tests.gui.roll.rollparts import LEVELS, SHIFT, Rig, mouse, turn_wheel


def beyond(rig: Rig, dx: float = 0.0, dy: float = 0.0) -> QPointF:
    """A point so far behind the right (or left) and lower (or upper) edge of the canvas."""
    canvas = rig.panel.canvas
    x = canvas.width() + dx if dx > 0 else dx if dx < 0 else canvas.width() / 2
    y = canvas.height() + dy if dy > 0 else dy if dy < 0 else canvas.height() / 2
    return QPointF(x, y)


def runs(rig: Rig) -> bool:
    return rig.panel.canvas.hands.scrolling.running or rig.panel.ruler.scrolling.running


def turn(rig: Rig, times: int = 10) -> None:
    """So many frames of scrolling, without waiting for the timer."""
    for _ in range(times):
        rig.panel.canvas.hands.scrolling.turn()


def test_the_further_outside_the_faster_and_inside_not_at_all() -> None:
    assert speed_beyond(0, 100) == speed_beyond(99, 100) == 0
    assert speed_beyond(100, 100) == LEAST_SPEED
    assert 0 < speed_beyond(110, 100) < speed_beyond(150, 100) < MOST_SPEED
    assert speed_beyond(9999, 100) == MOST_SPEED
    assert speed_beyond(-50, 100) == -speed_beyond(150, 100)


def test_a_band_held_outside_goes_on_by_itself_until_it_is_let_go(rig: Rig, qtbot: QtBot) -> None:
    rig.panel.set_levels(LEVELS)
    rig.view.set_snap_steps(4)
    width = rig.panel.canvas.width()
    outside = QPointF(width + 40.0, rig.point(0, 66).y())
    rig.drag(rig.point(5, 70), outside, let_go=False)
    first = rig.view.first_step
    qtbot.waitUntil(lambda: rig.view.first_step > first + 20)  # the timer, and no mouse, moves it
    region = rig.selection.region
    assert region is not None
    assert region.start_step == 4
    assert abs(region.stop_step - rig.panel.canvas.places().step_at(width)) <= 4
    mouse(rig.panel.canvas, "release", outside)
    assert not runs(rig)
    assert (0, 67, 16) not in rig.selection.notes
    assert (1, 67, 16) in rig.selection.notes


def test_it_scrolls_both_ways_and_up_and_down(rig: Rig) -> None:
    rig.view.set_first_step(100.0)
    top = rig.view.top_pitch
    rig.drag(rig.point(120, 70), beyond(rig, dx=-60), let_go=False)
    turn(rig)
    assert rig.view.first_step < 100
    assert rig.view.top_pitch == top
    mouse(rig.panel.canvas, "move", beyond(rig, dy=30))
    turn(rig)
    assert rig.view.top_pitch < top
    low = rig.view.top_pitch
    mouse(rig.panel.canvas, "move", beyond(rig, dy=-30))
    turn(rig)
    assert rig.view.top_pitch > low
    assert rig.panel.cancel()


def test_the_timer_runs_only_while_the_mouse_is_outside(rig: Rig) -> None:
    canvas = rig.panel.canvas
    rig.drag(rig.point(5, 70), beyond(rig, dx=10), let_go=False)
    assert runs(rig)
    mouse(canvas, "move", rig.point(20, 70))
    assert not runs(rig)
    mouse(canvas, "move", beyond(rig, dx=10))
    assert runs(rig)
    assert rig.panel.cancel()
    assert not runs(rig)


def test_it_ends_where_the_piece_does(rig: Rig) -> None:
    rig.drag(rig.point(5, 70), beyond(rig, dx=5000), let_go=False)
    turn(rig, 200)
    end = rig.view.first_step
    turn(rig)
    assert rig.view.first_step == end
    mouse(rig.panel.canvas, "release", beyond(rig, dx=5000))
    region = rig.selection.region
    assert region is not None
    assert region.stop_step == 256


def test_a_note_is_moved_to_where_nobody_saw_before(rig: Rig) -> None:
    places, width = rig.panel.canvas.places(), rig.panel.canvas.width()
    last = places.step_at(width)
    outside = QPointF(width + 100.0, rig.point(0, 64).y())
    rig.drag(rig.point(9, 64), outside, let_go=False)
    turn(rig, 60)
    edge = rig.panel.canvas.places().step_at(width)
    assert edge > last + 30
    mouse(rig.panel.canvas, "release", outside)
    onset = next(n.onset_steps for n in rig.notes if n.pitch == 64)
    assert onset == pytest.approx(edge - 1, abs=1)


def test_a_note_is_resized_and_another_drawn_beyond_the_edge_without_going_up(rig: Rig) -> None:
    outside, top = beyond(rig, dx=80, dy=80), rig.view.top_pitch
    rig.drag(rig.point(11.8, 64), outside, let_go=False)
    turn(rig, 40)
    mouse(rig.panel.canvas, "release", outside)
    resized = next(n for n in rig.notes if n.pitch == 64)
    assert resized.onset_steps + resized.duration_steps > 70
    rig.view.set_first_step(0.0)
    rig.view.set_tool("draw")
    rig.drag(rig.point(3, 70), outside, let_go=False)
    turn(rig, 40)
    mouse(rig.panel.canvas, "release", outside)
    drawn = next(n for n in rig.notes if n.pitch == 70)
    assert drawn.duration_steps > 60
    assert rig.view.top_pitch == top


def test_back_where_it_began_on_the_screen_is_not_back_on_the_paper(rig: Rig) -> None:
    begin = rig.point(5, 70)
    rig.drag(begin, beyond(rig, dx=60), let_go=False)
    turn(rig, 40)
    mouse(rig.panel.canvas, "move", begin)
    mouse(rig.panel.canvas, "release", begin)
    region = rig.selection.region
    assert region is not None
    assert region.start_step == 5
    assert region.stop_step > 15


def test_the_wheel_turns_under_a_drag_and_takes_it_along(rig: Rig) -> None:
    rig.drag(rig.point(5, 70), rig.point(20, 68), let_go=False)
    before = rig.selection.region
    turn_wheel(rig.panel.canvas, rig.point(20, 68), QPoint(0, -240), SHIFT)
    after = rig.selection.region
    assert before is not None
    assert after is not None
    assert after.stop_step > before.stop_step
    assert after.start_step == before.start_step
    assert rig.panel.cancel()


def test_the_paper_in_hand_does_not_run_away(rig: Rig) -> None:
    rig.drag(
        rig.point(20, 70), beyond(rig, dx=60), button=Qt.MouseButton.MiddleButton, let_go=False
    )
    assert not runs(rig)
    assert rig.panel.cancel()


def test_a_loop_is_drawn_up_beyond_the_edge_of_the_ruler(rig: Rig) -> None:
    ruler, places = rig.panel.ruler, rig.panel.canvas.places()
    outside = QPointF(ruler.width() + 120.0, 6)
    rig.drag(QPointF(places.x(16), 6), outside, widget=ruler, let_go=False)
    assert runs(rig)
    for _ in range(60):
        ruler.scrolling.turn()
    assert ruler.loop is not None
    assert ruler.loop[1] > 80
    mouse(ruler, "release", outside)
    assert not runs(rig)
    assert rig.document.piece.loop == ruler.loop


def test_a_page_that_is_left_stops_it(rig: Rig) -> None:
    rig.drag(rig.point(5, 70), beyond(rig, dx=10), let_go=False)
    rig.panel.hide()
    QApplication.processEvents()
    turn(rig, 1)
    assert not runs(rig)
    assert rig.panel.cancel()


def test_what_is_erased_beyond_the_edge_is_all_that_lay_between(rig: Rig) -> None:
    rig.document.edit(
        "more",
        rig.document.piece.roll.from_notes([Note(8 * k, 0, 66, 2, 90) for k in range(30)], 256),
    )
    rig.view.set_tool("erase")
    outside = QPointF(rig.panel.canvas.width() + 90.0, rig.point(0, 66).y())
    rig.drag(rig.point(1, 66), outside, let_go=False)
    turn(rig, 60)
    mouse(rig.panel.canvas, "release", outside)
    reached = rig.panel.canvas.places().step_at(rig.panel.canvas.width())
    assert reached > 90
    assert all(n.onset_steps >= reached - 1 for n in rig.notes)
