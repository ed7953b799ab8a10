"""Following the playhead waits while the user looks elsewhere, and the button shows it."""

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from gui.state.selection import Region
from tests.gui.roll.rollparts import CONTROL, SHIFT, Rig, mouse, turn_wheel


def paused(rig: Rig) -> bool:
    return rig.view.follow_paused


def scrolled_away(rig: Rig) -> float:
    """The music plays in sight; the user scrolls on. Returns where the view is."""
    rig.playhead.put(10.0)
    rig.playhead.put(11.0)
    for _ in range(8):
        turn_wheel(rig.panel.canvas, QPointF(300, 100), QPoint(0, -360), SHIFT)
    assert rig.view.first_step > 100
    return rig.view.first_step


def test_scrolling_by_hand_pauses_following(rig: Rig) -> None:
    place = scrolled_away(rig)
    assert rig.view.follow
    assert paused(rig)
    for step in range(12, 40):
        rig.playhead.put(float(step))
    assert rig.view.first_step == place


def test_it_goes_on_when_the_playhead_comes_into_sight(rig: Rig) -> None:
    place = scrolled_away(rig)
    rig.playhead.put(place - 1)
    assert paused(rig)
    rig.playhead.put(place + 1)
    assert not paused(rig)
    across = rig.panel.canvas.width() / rig.view.px_per_step
    rig.playhead.put(place + across - 1)
    assert rig.view.first_step > place


def test_it_goes_on_when_the_user_scrolls_back_to_the_playhead(rig: Rig) -> None:
    scrolled_away(rig)
    rig.playhead.put(20.0)
    for _ in range(30):
        turn_wheel(rig.panel.canvas, QPointF(300, 100), QPoint(0, 360), SHIFT)
    rig.playhead.put(21.0)
    assert not paused(rig)


def test_a_look_a_little_back_is_left_alone_until_it_is_asked_for(rig: Rig) -> None:
    rig.playhead.put(100.0)
    rig.playhead.put(101.0)
    turn_wheel(rig.panel.canvas, QPointF(300, 100), QPoint(0, 120), SHIFT)
    place = rig.view.first_step
    rig.playhead.put(102.0)
    assert (rig.view.first_step, paused(rig)) == (place, True)
    QTest.keyClick(rig.panel.canvas, Qt.Key.Key_F)
    rig.playhead.put(103.0)
    assert rig.view.first_step > place


def test_f_ends_the_pause_first_and_then_following(rig: Rig) -> None:
    place = scrolled_away(rig)
    QTest.keyClick(rig.panel.canvas, Qt.Key.Key_F)
    assert (rig.view.follow, paused(rig)) == (True, False)
    rig.playhead.put(12.0)
    assert rig.view.first_step < place
    QTest.keyClick(rig.panel.canvas, Qt.Key.Key_F)
    assert not rig.view.follow


def test_a_seek_ends_the_pause(rig: Rig) -> None:
    scrolled_away(rig)
    where = QPointF(300, 25)
    mouse(rig.panel.ruler, "press", where)
    mouse(rig.panel.ruler, "release", where)
    assert not paused(rig)
    scrolled_away(rig)
    QTest.keyClick(rig.panel.canvas, Qt.Key.Key_Home)
    assert not paused(rig)
    assert rig.view.first_step == 0


def test_stopping_ends_the_pause(rig: Rig) -> None:
    scrolled_away(rig)
    rig.playhead.put(30.0, playing=False)
    assert not paused(rig)


def test_other_ways_to_scroll_pause_it_too(rig: Rig) -> None:
    rig.playhead.put(10.0)
    rig.playhead.put(11.0)
    rig.drag(QPointF(500, 200), QPointF(440, 200), button=Qt.MouseButton.MiddleButton)
    assert paused(rig)
    rig.panel.follow_again()
    minimap = rig.panel.minimap
    middle = minimap.window_rect().center()
    rig.drag(middle, middle + QPointF(200, 0), widget=minimap)
    assert paused(rig)
    rig.panel.follow_again()
    rig.playhead.put(12.0)
    rig.selection.set_region(Region(160, 176, 60, 70))
    QTest.keyClick(rig.panel.canvas, Qt.Key.Key_Z)
    assert paused(rig)


def test_neither_pitch_nor_zoom_nor_following_itself_pauses_it(rig: Rig) -> None:
    rig.playhead.put(10.0)
    rig.playhead.put(11.0)
    turn_wheel(rig.panel.canvas, QPointF(300, 100), QPoint(0, -120))
    turn_wheel(rig.panel.canvas, QPointF(300, 100), QPoint(0, 120), CONTROL)
    rig.playhead.put(150.0)
    rig.playhead.put(151.0)
    rig.panel.resize(900, 600)
    rig.panel.show_everything()
    assert rig.view.first_step >= 0
    assert not paused(rig)


def test_while_nothing_plays_or_nothing_follows_there_is_nothing_to_pause(rig: Rig) -> None:
    turn_wheel(rig.panel.canvas, QPointF(300, 100), QPoint(0, -120), SHIFT)
    assert not paused(rig)
    rig.view.set_follow(False)
    rig.playhead.put(10.0)
    turn_wheel(rig.panel.canvas, QPointF(300, 100), QPoint(0, -120), SHIFT)
    assert not paused(rig)


def test_the_paper_does_not_run_away_under_a_drag(rig: Rig) -> None:
    rig.playhead.put(10.0)
    rig.drag(rig.point(5, 70), rig.point(20, 68), let_go=False)
    rig.playhead.put(120.0)
    assert rig.view.first_step == 0
    mouse(rig.panel.canvas, "release", rig.point(20, 68))
    rig.playhead.put(121.0)
    assert rig.view.first_step > 0


def test_the_button_shows_the_pause_and_ends_it(rig: Rig) -> None:
    button = rig.panel.toolbar.follow
    before = button.grab().toImage()
    scrolled_away(rig)
    assert button.isChecked()
    assert button.property("paused") is True
    assert button.accessibleName() == "Follow, paused"
    assert "F " in button.toolTip()
    assert button.grab().toImage() != before
    button.click()
    assert (rig.view.follow, paused(rig)) == (True, False)
    assert button.isChecked()
    assert button.accessibleName() == "Follow"
    button.click()
    assert not rig.view.follow
    assert not button.isChecked()
