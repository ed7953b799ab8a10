"""What lies around a child: cut out right, and looked at only where something can be known."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from model.config import ModelConfig
from model.scanorder import ABOVE, BELOW, LEFT, RIGHT, ScanOrder
from model.surroundings import children, level_order, looks, ring
from tests.model.configs import MIXES, config_of, level


def numbered(height: int, width: int) -> np.ndarray:
    """A node of 2 x 3 children with one more all round; every cell says which child it is in."""
    child = np.arange(4 * 5).reshape(4, 5)
    return child.repeat(height, 0).repeat(width, 1)[None]


@pytest.mark.parametrize(("height", "width"), [(1, 1), (3, 1), (2, 4)])
def test_a_ring_holds_the_children_and_one_more_all_round(height: int, width: int) -> None:
    cells = numbered(height, width)
    found = ring(cells, height, width)
    assert found.shape == (1, 20, height, width)
    np.testing.assert_array_equal(found[0, :, 0, 0], np.arange(20))
    assert (found == found[:, :, :1, :1]).all()
    as_tensor = ring(torch.from_numpy(cells), height, width)
    np.testing.assert_array_equal(as_tensor.numpy(), found)


def test_a_child_s_neighbours_are_found_in_the_ring() -> None:
    order = ScanOrder.of(2, 3, "column")
    found = children(numbered(2, 2), 2, 2, order.ring_places())[0, :, :, 0, 0]
    own = (order.row + 1) * 5 + order.column + 1
    for direction, step in {LEFT: -1, RIGHT: 1, BELOW: -5, ABOVE: 5}.items():
        np.testing.assert_array_equal(found[:, direction], own + step)


def looked_at(config: ModelConfig, number: int) -> set[int]:
    width = config.levels[0].patch[1]
    return set(looks(config, number, level_order(config, number, 2 * width)))


def test_a_level_looks_only_where_something_can_be_known() -> None:
    """In music made column by column from below, left and below are known, but the column or the
    patch just before is what an AR level embeds anyway."""
    columns = MIXES["ar,ar,ar"]
    assert looked_at(columns, 0) == set()
    assert looked_at(columns, 1) == {LEFT}
    rows = config_of(level("ar", (8, 4), "row"), level("ar", (4, 2), "row"), level("ar", (1, 1)))
    assert looked_at(rows, 0) == {BELOW}
    assert looked_at(rows, 1) == {LEFT, BELOW}
    masked = config_of(level("mar", (8, 4)), level("ar", (4, 2)), level("ar", (1, 1)))
    assert looked_at(masked, 0) == {LEFT, RIGHT, BELOW, ABOVE}
    assert looked_at(masked, 1) == {LEFT, RIGHT, BELOW, ABOVE}


def test_a_level_s_order_covers_the_node_above_it() -> None:
    config = MIXES["ar,ar,ar,ar"]
    assert [len(level_order(config, number, 24)) for number in range(4)] == [6, 2, 4, 8]
