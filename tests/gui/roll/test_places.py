"""Where steps and pitches lie."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui.roll.places import HIDDEN, Places, shown_pitches

EVERY = tuple(range(127, -1, -1))


@given(
    first=st.floats(0, 1e5),
    per_step=st.floats(0.05, 200),
    scale=st.sampled_from([1.0, 1.25, 2.0]),
    x=st.floats(0, 3000),
)
def test_the_step_under_a_place_lies_at_that_place(
    first: float, per_step: float, scale: float, x: float
) -> None:
    places = Places(first, per_step, 0, 12, EVERY, scale)
    assert places.x(places.step_at(x)) == pytest.approx(x, abs=1 / scale)


def test_widget_and_tiles_put_a_step_on_the_same_device_pixel() -> None:
    places = Places(3.3, 7.7, 10.4, 9.1, EVERY, 1.25)
    steps = np.arange(200)
    told = [places.x(step) * places.scale for step in steps.tolist()]
    assert (places.columns(steps) - places.left).tolist() == pytest.approx(told)


def test_each_pitch_lies_under_its_own_row() -> None:
    places = Places(0, 8, 40.25, 11, EVERY)
    for pitch in range(30, 80):
        middle = (places.y(127 - pitch) + places.y(128 - pitch)) / 2
        assert places.pitch_at(middle) == pitch


def test_beyond_the_rows_lies_the_nearest_pitch() -> None:
    places = Places(0, 8, 0, 10, (70, 65, 60))
    assert places.pitch_at(-50) == 70
    assert places.pitch_at(5000) == 60


def test_folding_keeps_pitches_that_sound_and_those_of_the_scale_between_them() -> None:
    used = np.zeros(128, bool)
    used[[60, 66, 72]] = True
    assert shown_pitches(used, True, frozenset()).tolist() == [72, 66, 60]
    assert shown_pitches(used, True, frozenset({2})).tolist() == [72, 66, 62, 60]
    assert len(shown_pitches(used, False, frozenset())) == 128
    assert len(shown_pitches(np.zeros(128, bool), True, frozenset())) == 128


def test_hidden_pitches_have_no_row() -> None:
    places = Places(0, 8, 0, 10, (70, 65, 60))
    assert places.row_of[[70, 65, 60]].tolist() == [0, 1, 2]
    assert places.row_of[61] == HIDDEN
    assert places.row_near(66) == 1
