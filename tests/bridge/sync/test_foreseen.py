"""A host's loop, learned from its jumps, and its line across the seam."""

import pytest

from bridge.sync.foreseen import ForeseenLoop
from bridge.sync.hosttime import HostLoop, HostTime


def test_one_jump_from_beat_to_beat_is_a_loop() -> None:
    foreseen = ForeseenLoop()
    foreseen.jumped(20.0, 4.0)
    assert foreseen.loop == HostLoop(4.0, 20.0)


def test_a_jump_from_between_the_beats_is_believed_when_it_comes_again() -> None:
    foreseen = ForeseenLoop()
    foreseen.jumped(20.02, 4.0, 0.02)
    assert foreseen.loop is None
    foreseen.jumped(20.05, 4.0, 0.02)
    assert foreseen.loop == HostLoop(4.0, 20.05, 0.02)


def test_two_jumps_from_different_places_are_no_loop() -> None:
    foreseen = ForeseenLoop()
    foreseen.jumped(20.3, 4.0)
    foreseen.jumped(18.3, 4.0)
    assert foreseen.loop is None


def test_a_loop_that_is_left_is_no_longer_expected() -> None:
    foreseen = ForeseenLoop()
    foreseen.jumped(20.0, 4.0)
    foreseen.is_at(19.99)
    assert foreseen.loop is not None
    foreseen.is_at(20.0)
    assert foreseen.loop is None


@pytest.mark.parametrize(("before", "after", "stays"), [(9.3, 5.0, True), (9.3, 24.0, False)])
def test_a_jump_by_hand_leaves_the_loop_only_behind_its_end(
    before: float, after: float, stays: bool
) -> None:
    foreseen = ForeseenLoop()
    foreseen.jumped(20.0, 4.0)
    foreseen.jumped(before, after)
    assert (foreseen.loop is not None) == stays


def test_a_jump_from_behind_the_end_tells_that_the_loop_was_left() -> None:
    foreseen = ForeseenLoop()
    foreseen.jumped(20.0, 4.0)
    foreseen.jumped(20.3, 5.0)
    assert foreseen.loop is None


def test_an_expectation_follows_the_points_of_the_loop() -> None:
    foreseen = ForeseenLoop()
    foreseen.jumped(20.0, 4.0)
    foreseen.jumped(12.0, 8.0)
    assert foreseen.loop == HostLoop(8.0, 12.0)


def test_a_jump_by_hand_just_before_the_end_moves_no_loop_that_lies_on_beats() -> None:
    foreseen = ForeseenLoop()
    foreseen.jumped(20.0, 4.0)
    foreseen.jumped(19.95, 4.0)
    assert foreseen.loop == HostLoop(4.0, 20.0)


@pytest.mark.parametrize(
    ("before", "after", "silent"), [(20.0, 5.0, 1.0), (19.96, 4.0, 0.04), (20.0, 4.0, 0.0)]
)
def test_a_host_that_is_silent_on_its_way_back_is_understood(
    before: float, after: float, silent: float
) -> None:
    foreseen = ForeseenLoop()
    foreseen.resumed(before, after, silent)
    assert foreseen.loop == HostLoop(4.0, 20.0)


def test_a_short_pause_and_a_locate_by_hand_are_no_loop() -> None:
    foreseen = ForeseenLoop()
    foreseen.resumed(19.7, 19.7, 0.5)
    foreseen.resumed(19.7, 4.0, 0.5)
    assert foreseen.loop is None


def test_jumps_ahead_and_loops_under_a_beat_are_not_expected() -> None:
    foreseen = ForeseenLoop()
    foreseen.jumped(8.0, 12.0)
    foreseen.jumped(8.0, 7.5)
    foreseen.jumped(8.0, 7.5)
    assert foreseen.loop is None


def test_the_line_goes_on_behind_the_seam_pass_by_pass() -> None:
    host = HostTime(True, 100.0, 7.0, 120.0, "locked", 3, HostLoop(4.0, 8.0))
    assert host.foreseen(100.4) is host
    assert host.foreseen(100.5).beat_at(100.5) == 4.0
    assert host.foreseen(102.75).beat_at(102.75) == 4.5  # the second seam was at 102.5
    assert host.nearest(100.5, 8.0) is host
    assert host.nearest(100.5, 4.1).beat_at(100.5) == 4.0


def test_a_host_that_stands_at_the_seam_is_waited_for() -> None:
    host = HostTime(True, 100.0, 7.0, 120.0, "locked", 3, HostLoop(4.0, 8.0, pause_s=0.1))
    assert host.foreseen(100.5).time_of(4.0) == pytest.approx(100.6)
    assert host.foreseen(102.65).time_of(4.0) == pytest.approx(102.7)
