"""Scan orders: every place once, there and back, and who stands beside whom."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.scanorder import ABOVE, BELOW, LEFT, RIGHT, Axis, ScanOrder, ScanOrderError

sizes = st.integers(1, 6)
axes: st.SearchStrategy[Axis] = st.sampled_from(["row", "column"])


@st.composite
def orders(draw: st.DrawFn) -> ScanOrder:
    """Standard orders and shuffled ones."""
    rows, columns = draw(sizes), draw(sizes)
    if draw(st.booleans()):
        return ScanOrder.of(rows, columns, draw(axes))
    places = draw(st.permutations(range(rows * columns)))
    return ScanOrder(rows, columns, np.array(places, np.int64))


def test_column_order_is_time_first_and_low_to_high() -> None:
    order = ScanOrder.of(2, 3, "column")
    assert list(zip(order.row, order.column, strict=True)) == [
        (0, 0),
        (1, 0),
        (0, 1),
        (1, 1),
        (0, 2),
        (1, 2),
    ]


def test_row_order_is_pitch_by_pitch() -> None:
    order = ScanOrder.of(2, 3, "row")
    assert list(order.row) == [0, 0, 0, 1, 1, 1]
    assert list(order.column) == [0, 1, 2, 0, 1, 2]


@given(orders())
def test_the_inverse_says_when_each_place_is_visited(order: ScanOrder) -> None:
    everything = np.arange(len(order))
    np.testing.assert_array_equal(order.inverse()[order.places], everything)
    np.testing.assert_array_equal(order.places[order.inverse()], everything)
    np.testing.assert_array_equal(order.row * order.columns + order.column, order.places)


@given(orders())
def test_neighbours_are_one_step_away_in_their_direction_or_outside(order: ScanOrder) -> None:
    found = order.neighbours()
    for direction, (up, right) in {
        LEFT: (0, -1),
        RIGHT: (0, 1),
        BELOW: (-1, 0),
        ABOVE: (1, 0),
    }.items():
        for child, other in enumerate(found[:, direction]):
            row, column = order.row[child] + up, order.column[child] + right
            inside = 0 <= row < order.rows and 0 <= column < order.columns
            assert (other >= 0) == inside
            if inside:
                assert (order.row[other], order.column[other]) == (row, column)


@given(orders())
def test_being_a_neighbour_is_mutual(order: ScanOrder) -> None:
    found = order.neighbours()
    for there, back in ((LEFT, RIGHT), (BELOW, ABOVE)):
        for child, other in enumerate(found[:, there]):
            if other >= 0:
                assert found[other, back] == child


@given(orders())
def test_ring_places_point_to_the_neighbours_in_a_wider_grid(order: ScanOrder) -> None:
    ring = np.full((order.rows + 2, order.columns + 2), -1)
    ring[1:-1, 1:-1] = order.inverse().reshape(order.rows, order.columns)
    np.testing.assert_array_equal(ring.reshape(-1)[order.ring_places()], order.neighbours())


@given(orders(), st.tuples(st.integers(0, 3), st.integers(0, 3)))
def test_equal_offsets_share_an_index_and_far_ones_are_clipped(
    order: ScanOrder, reach: tuple[int, int]
) -> None:
    index = order.offsets(reach)
    up = np.clip(order.row[None] - order.row[:, None], -reach[0], reach[0])
    right = np.clip(order.column[None] - order.column[:, None], -reach[1], reach[1])
    size = (2 * reach[0] + 1) * (2 * reach[1] + 1)
    assert index.min() >= 0
    assert index.max() < size
    pairs: dict[int, set[tuple[int, int]]] = {}
    for i, j in np.ndindex(index.shape):
        pairs.setdefault(int(index[i, j]), set()).add((int(up[i, j]), int(right[i, j])))
    assert all(len(found) == 1 for found in pairs.values())
    assert len(set.union(*pairs.values())) == len(pairs)


@pytest.mark.parametrize("places", [[0, 1, 2], [0, 1, 2, 2], [0, 1, 2, 4], [0, 1, 2, 3, 4], []])
def test_an_order_that_misses_or_repeats_a_place_is_refused(places: list[int]) -> None:
    with pytest.raises(ScanOrderError, match="visit each of its 4 places once"):
        ScanOrder(2, 2, np.array(places, np.int64))
