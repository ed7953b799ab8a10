"""The grid: velocity bins and the rounding between ticks and steps."""

from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.errors import RollError
from model.grid import Grid, steps_to_ticks, ticks_to_steps
from tests.model.rolls import grids


@given(grids)
def test_a_bin_holds_its_own_centre(grid: Grid) -> None:
    for bin_index in range(grid.velocity_bins):
        velocity = grid.velocity_of(bin_index)
        assert 1 <= velocity <= 127
        assert grid.bin_of(velocity) == bin_index


@given(grids, st.integers(1, 126))
def test_louder_is_never_in_a_lower_bin(grid: Grid, velocity: int) -> None:
    assert grid.bin_of(velocity) <= grid.bin_of(velocity + 1)


@given(grids)
def test_every_velocity_is_at_most_half_a_bin_from_its_centre(grid: Grid) -> None:
    widest = -(-127 // grid.velocity_bins)
    for velocity in range(1, 128):
        assert 2 * abs(grid.velocity_of(grid.bin_of(velocity)) - velocity) <= widest


@given(st.integers(0, 10**9), st.integers(1, 32767), grids)
def test_ticks_go_to_the_nearest_step_and_ties_to_the_later(
    ticks: int, ticks_per_beat: int, grid: Grid
) -> None:
    exact = Fraction(ticks * grid.steps_per_beat, ticks_per_beat)
    step = int(ticks_to_steps(ticks, ticks_per_beat, grid.steps_per_beat))
    assert step == floor(exact + Fraction(1, 2))


@given(st.integers(0, 10**6), grids)
def test_steps_survive_the_way_through_ticks(step: int, grid: Grid) -> None:
    ticks = steps_to_ticks(step, 480, grid.steps_per_beat)
    assert int(ticks_to_steps(ticks, 480, grid.steps_per_beat)) == step


@pytest.mark.parametrize(("steps_per_beat", "bins"), [(5, 32), (0, 32), (4, 0), (4, 128)])
def test_an_impossible_grid_is_refused(steps_per_beat: int, bins: int) -> None:
    with pytest.raises(RollError, match="choose"):
        Grid(steps_per_beat, bins)


def test_velocities_and_bins_outside_the_grid_are_refused() -> None:
    with pytest.raises(RollError, match="1 to 127"):
        Grid().bin_of(0)
    with pytest.raises(RollError, match="0 to 31"):
        Grid().velocity_of(32)
