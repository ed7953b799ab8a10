"""Gaps in a piece, against the plainest way to keep them: one flag for each step."""

from hypothesis import given
from hypothesis import strategies as st

from bridge.playing.bargaps import BarGaps

LENGTH = 40
moves = st.lists(
    st.tuples(st.booleans(), st.integers(0, LENGTH), st.integers(0, LENGTH)), max_size=20
)


@given(moves, st.integers(0, LENGTH - 1), st.integers(1, 8))
def test_gaps_are_the_steps_that_were_added_and_not_taken(
    made: list[tuple[bool, int, int]], start: int, bar: int
) -> None:
    gaps, missing = BarGaps(), [False] * LENGTH
    for adds, low, high in made:
        (gaps.add if adds else gaps.take)(low, high)
        for step in range(low, high):
            missing[step] = adds
    found = gaps.first(start, LENGTH, bar)
    expected = next((step for step in range(start, LENGTH) if missing[step]), None)
    assert (found is None) == (expected is None)
    if found is not None and expected is not None:
        line, steps = found
        assert line <= expected < line + steps <= LENGTH
        assert steps <= bar
        assert all(missing[line : line + steps])


def test_the_bar_that_holds_a_step_is_found() -> None:
    gaps = BarGaps()
    gaps.add(16, 64)
    assert gaps.first(40.5, 60, 16) == (32, 16)
    gaps.take(32, 48)
    assert gaps.first(32, 60, 16) == (48, 16)
    assert gaps.first(32, 48, 16) is None
