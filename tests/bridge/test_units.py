from hypothesis import given
from hypothesis import strategies as st

from bridge.units import seconds_of, ticks_of, unwrap

HALF_DAY = 12 * 3600 * 48_000


@given(st.integers(0, 1 << 45), st.sampled_from([44_100, 48_000, 96_000]))
def test_a_frame_survives_the_way_through_seconds(frame: int, rate: int) -> None:
    assert ticks_of(seconds_of(frame, rate), rate) == frame


@given(st.integers(0, 1 << 45), st.integers(-HALF_DAY, HALF_DAY))
def test_a_wrapped_frame_is_found_again_near_a_known_one(frame: int, away: int) -> None:
    near = max(0, frame + away)
    assert unwrap(frame % (1 << 32), near) == frame


def test_the_first_frame_of_a_server_that_ran_for_a_day_is_not_negative() -> None:
    assert unwrap((1 << 32) - 5, 0) == (1 << 32) - 5
