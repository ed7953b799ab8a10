"""One count of beats through jumps and loops."""

from bridge.duet.flow import Flow


def test_without_a_jump_it_is_the_song_s_own() -> None:
    flow = Flow(4.0)
    assert [flow.move(beat, 0) for beat in (0.0, 3.5, 9.0)] == [
        (0.0, False),
        (3.5, False),
        (9.0, False),
    ]
    assert flow.song_bar(2) == flow.flow_bar(2) == 2


def test_it_begins_wherever_the_song_does_and_never_below_nothing() -> None:
    assert Flow(4.0).move(400.0, 7) == (400.0, False)
    flow = Flow(4.0)
    assert flow.move(-2.0, 0) == (2.0, False)
    assert flow.song_bar(1) == 0


def test_a_loop_goes_on_without_a_gap() -> None:
    flow = Flow(4.0)
    flow.move(31.875, 0)
    assert flow.move(16.0625, 1) == (32.0625, True)
    assert flow.song_bar(8) == 4
    assert flow.flow_bar(4) == 8
    assert flow.of(17.0) == 33.0


def test_a_jump_keeps_the_place_in_the_bar_and_leaves_less_than_a_bar() -> None:
    for beat in (0.0, 1.0, 2.5, 3.75, 101.25):
        flow = Flow(4.0)
        before, _ = flow.move(50.0, 0)
        after, jumped = flow.move(beat, 1)
        assert jumped
        assert before - 0.25 <= after < before + 4.0
        assert (after - beat) % 4.0 == 0.0


def test_a_jump_far_ahead_leaves_no_emptiness_behind() -> None:
    flow = Flow(3.0)
    flow.move(10.0, 0)
    after, _ = flow.move(1000.0, 1)
    assert after == 10.0
    assert flow.song_bar(4) == 334


def test_a_small_step_back_is_no_jump() -> None:
    flow = Flow(4.0)
    flow.move(10.0, 3)
    assert flow.move(9.99, 3) == (9.99, False)
