from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from gui.state.errors import StateError
from gui.state.selection import Region
from gui.state.view import PX_PER_PITCH, PX_PER_STEP, ViewState


@pytest.fixture
def view(qtbot: QtBot) -> ViewState:
    return ViewState()


CHANGES: list[tuple[str, Any]] = [
    ("first_step", 12.5),
    ("px_per_step", 3.0),
    ("top_pitch", 70.0),
    ("px_per_pitch", 20.0),
    ("tool", "draw"),
    ("snap", False),
    ("snap_steps", 4),
    ("follow", False),
    ("ghost", False),
    ("scale", 9),
    ("fold", True),
    ("levels", 5),
]


@pytest.mark.parametrize(("name", "value"), CHANGES)
def test_each_setting_is_told_when_it_changes(
    name: str, value: object, view: ViewState, qtbot: QtBot
) -> None:
    setter = getattr(view, f"set_{name}")
    with qtbot.waitSignal(view.changed):
        setter(value)
    assert getattr(view, name) == value
    with qtbot.assertNotEmitted(view.changed):
        setter(value)


def test_following_pauses_and_the_switch_ends_the_pause_first(
    view: ViewState, qtbot: QtBot
) -> None:
    states = []
    view.changed.connect(lambda: states.append((view.follow, view.follow_paused)))
    view.pause_follow(True)
    for _ in range(3):
        view.toggle_follow()
    assert states == [(True, True), (True, False), (False, False), (True, False)]
    view.set_follow(False)
    with qtbot.assertNotEmitted(view.changed):
        view.pause_follow(True)


@pytest.mark.parametrize("factor", [0.5, 1.3, 4.0])
def test_zooming_keeps_what_is_under_the_mouse(factor: float, view: ViewState) -> None:
    view.set_first_step(100.0)
    before = (130.0 - view.first_step) * view.px_per_step
    above = (view.top_pitch - 60.0) * view.px_per_pitch
    view.zoom_at(130.0, factor)
    view.zoom_pitch_at(60.0, factor)
    assert (130.0 - view.first_step) * view.px_per_step == pytest.approx(before)
    assert (view.top_pitch - 60.0) * view.px_per_pitch == pytest.approx(above)


def test_zoom_and_scroll_have_ends(view: ViewState) -> None:
    for _ in range(100):
        view.zoom_at(10.0, 3.0)
        view.zoom_pitch_at(60.0, 3.0)
    assert (view.px_per_step, view.px_per_pitch) == (PX_PER_STEP[1], PX_PER_PITCH[1])
    for _ in range(100):
        view.zoom_at(10.0, 0.3)
        view.zoom_pitch_at(60.0, 0.3)
    assert (view.px_per_step, view.px_per_pitch) == (PX_PER_STEP[0], PX_PER_PITCH[0])
    view.set_first_step(-5.0)
    view.set_top_pitch(500.0)
    assert (view.first_step, view.top_pitch) == (0.0, 128.0)


def test_a_region_zoomed_to_lies_inside_the_window(view: ViewState, qtbot: QtBot) -> None:
    view.set_viewport(800, 400)
    with qtbot.waitSignals([view.changed]):
        view.zoom_to(Region(64, 96, 48, 71))
    left = (64 - view.first_step) * view.px_per_step
    right = (96 - view.first_step) * view.px_per_step
    top = (view.top_pitch - 72) * view.px_per_pitch
    bottom = (view.top_pitch - 48) * view.px_per_pitch
    assert 0 < left < 60
    assert 740 < right < 800
    assert 0 < top < bottom < 400


def test_detail_stays_within_the_levels(view: ViewState) -> None:
    view.set_levels(5)
    assert view.detail == 5
    view.set_detail(9)
    assert view.detail == 5
    view.set_detail(0)
    assert view.detail == 1


def test_a_tool_that_there_is_not_is_refused(view: ViewState) -> None:
    wrong: Any = "hammer"
    with pytest.raises(StateError, match="'hammer'"):
        view.set_tool(wrong)
    assert view.tool == "select"
