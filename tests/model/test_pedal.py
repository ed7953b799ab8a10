"""The sustain pedal, against a reference that asks each tick whether the pedal is down."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from model.grid import IntArray
from model.pedal import sustained_ends

LAST_TICK = 40


def ends(*ticks: int) -> IntArray:
    return np.array(ticks, dtype=np.int64)


def sustained_slowly(end: int, events: list[tuple[int, int]], last: int) -> int:
    """Follow the pedal from the tick before the note's end until it is up."""
    down_before = [value >= 64 for time, value in events if time < end]
    if not (down_before and down_before[-1]):
        return end
    lifts = [time for time, value in events if time >= end and value < 64]
    return min(lifts, default=last)


@given(
    st.lists(st.integers(0, LAST_TICK), min_size=1, max_size=8),
    st.dictionaries(st.integers(0, LAST_TICK), st.sampled_from((0, 63, 64, 127)), max_size=8),
)
def test_a_note_let_go_under_the_pedal_sounds_until_the_lift(
    note_ends: list[int], pedal: dict[int, int]
) -> None:
    events = sorted(pedal.items())
    found = sustained_ends(
        ends(*note_ends), ends(*(t for t, _ in events)), ends(*(v for _, v in events))
    )
    last = max(max(note_ends), events[-1][0]) if events else 0
    assert found.tolist() == [sustained_slowly(end, events, last) for end in note_ends]


def test_a_pedal_pressed_as_the_note_ends_does_not_catch_it() -> None:
    assert sustained_ends(ends(10), ends(10, 30), ends(127, 0)).tolist() == [10]


def test_half_a_pedal_below_64_is_up() -> None:
    assert sustained_ends(ends(10), ends(0, 30), ends(63, 0)).tolist() == [10]
