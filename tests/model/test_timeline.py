"""Bar lines, places in the bar and seconds, against exact fractions."""

from fractions import Fraction
from math import floor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.conditions import metre_id
from model.errors import RollError
from model.grid import STEPS_PER_BEAT_CHOICES
from model.timeline import (
    MetreChange,
    TempoChange,
    metre_ids,
    metres_between,
    places_in_bar,
    step_seconds,
    tempos_between,
)
from tests.model.rolls import metre_changes, tempo_changes

STEPS = 100
beats = st.sampled_from(STEPS_PER_BEAT_CHOICES)


def places_slowly(metres: list[MetreChange], steps_per_beat: int) -> list[int]:
    """Write down every bar line, then count from the last one."""
    lines: set[int] = set()
    for k, metre in enumerate(metres):
        stop = metres[k + 1].step if k + 1 < len(metres) else STEPS
        length = Fraction(4 * metre.numerator * steps_per_beat, metre.denominator)
        bars = range(int((stop - metre.step) / length) + 2)
        ahead = (metre.step + floor(bar * length + Fraction(1, 2)) for bar in bars)
        lines.update(line for line in ahead if line < stop)
    return [step - max(line for line in lines if line <= step) for step in range(STEPS)]


@given(metre_changes(STEPS), beats)
def test_places_count_from_the_nearest_step_to_each_exact_bar_line(
    metres: list[MetreChange], steps_per_beat: int
) -> None:
    found = places_in_bar(np.arange(STEPS), metres, steps_per_beat)
    assert found.tolist() == places_slowly(metres, steps_per_beat)


@given(metre_changes(STEPS), st.integers(0, STEPS - 1), beats)
def test_a_stretch_of_whole_step_bars_keeps_its_places(
    metres: list[MetreChange], start: int, steps_per_beat: int
) -> None:
    whole = [m for m in metres if 4 * m.numerator * steps_per_beat % m.denominator == 0]
    if whole != metres:
        return
    places = places_in_bar(np.arange(start, STEPS), metres, steps_per_beat)
    cut = metres_between(metres, start, STEPS, steps_per_beat)
    assert (places_in_bar(np.arange(STEPS - start), cut, steps_per_beat) == places).all()


@given(metre_changes(STEPS))
def test_metre_ids_name_the_metre_in_force(metres: list[MetreChange]) -> None:
    for step, found in enumerate(metre_ids(np.arange(STEPS), metres).tolist()):
        metre = [m for m in metres if m.step <= step][-1]
        assert found == metre_id(metre.numerator, metre.denominator)


@given(tempo_changes(STEPS), beats)
def test_each_step_lasts_as_long_as_its_tempo_says(
    tempos: list[TempoChange], steps_per_beat: int
) -> None:
    seconds = step_seconds(STEPS, tempos, steps_per_beat)
    assert seconds.shape == (STEPS + 1,)
    assert seconds[0] == 0.0
    for step, length in enumerate(np.diff(seconds)):
        bpm = [t.bpm for t in tempos if t.step <= step][-1]
        assert length == pytest.approx(60 / bpm / steps_per_beat)


@given(tempo_changes(STEPS), st.integers(0, STEPS - 1))
def test_a_stretch_keeps_its_tempos(tempos: list[TempoChange], start: int) -> None:
    whole = np.diff(step_seconds(STEPS, tempos, 4))[start:]
    cut = np.diff(step_seconds(STEPS - start, tempos_between(tempos, start, STEPS), 4))
    assert np.allclose(whole, cut)


def test_seven_eight_at_four_steps_a_beat_has_fourteen_steps() -> None:
    places = places_in_bar(np.arange(30), [MetreChange(0, 7, 8)], 4)
    assert np.flatnonzero(places == 0).tolist() == [0, 14, 28]


def test_bars_of_one_and_a_half_steps_do_not_drift() -> None:
    places = places_in_bar(np.arange(10), [MetreChange(0, 3, 32)], 4)
    assert np.flatnonzero(places == 0).tolist() == [0, 2, 3, 5, 6, 8, 9]


@pytest.mark.parametrize(("numerator", "denominator"), [(0, 4), (256, 4), (4, 3), (4, 0), (4, 128)])
def test_what_is_no_metre_is_refused(numerator: int, denominator: int) -> None:
    with pytest.raises(RollError, match="isn't a metre"):
        MetreChange(0, numerator, denominator)


@pytest.mark.parametrize("bpm", [0.0, -1.0, float("inf"), float("nan")])
def test_what_is_no_tempo_is_refused(bpm: float) -> None:
    with pytest.raises(RollError, match="beats a minute"):
        TempoChange(0, bpm)
