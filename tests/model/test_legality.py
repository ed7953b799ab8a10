"""The rules of what is possible, on cases made by hand; for arrays and tensors alike.

Cells are written as text: `.` silent, `-` held, `#` an onset, `?` unknown.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from model.engine import Codes, Known
from model.legality import cell_rules, excluded, fits, flag_rules

CODES = {".": 0, "-": 1, "#": 2, "?": 0}


def cells(text: str) -> Codes:
    """Rows from low to high, one word each; a single word is a column of cells."""
    words = text.split()
    rows = [[CODES[cell] for cell in word] for word in words]
    return np.array(rows if len(words) > 1 else rows[0], np.uint8)


def known(text: str) -> Known:
    return np.array([cell != "?" for cell in text])


def beside(left: str, right: str) -> tuple[bool, bool, list[bool]]:
    """`flag_rules` for one child between two columns."""
    silent, held, sounding = flag_rules(cells(left), known(left), cells(right), known(right))
    return bool(silent), bool(held), list(sounding)


@pytest.mark.parametrize(
    ("left", "right", "silent", "held"),
    [
        ("..", "??", True, False),  # nothing sounds that could go on
        ("#.", "??", True, True),
        ("-.", "??", True, True),
        ("#?", "??", True, False),  # not known what a held patch would be
        ("??", "??", True, False),
        ("#.", "..", True, True),
        ("#.", "-.", False, True),  # a held cell at the right must come from somewhere
        ("..", "-.", False, False),
        ("#.", ".-", False, False),  # a held patch would leave the upper one an orphan
        ("##", "-?", False, True),
        ("??", "#.", True, False),
    ],
)
def test_a_child_s_flags_by_what_stands_beside_it(
    left: str, right: str, silent: bool, held: bool
) -> None:
    assert beside(left, right)[:2] == (silent, held)


def test_rows_sound_at_the_left_where_that_is_known() -> None:
    assert beside("#-.?", "????")[2] == [True, True, False, False]


@pytest.mark.parametrize(
    ("text", "sounding", "padding", "silent", "held"),
    [
        (".. ..", [True, False], [False, False], True, False),
        ("-- ..", [True, False], [False, False], False, True),
        ("-- --", [True, False], [False, False], False, False),
        ("-. ..", [True, False], [False, False], False, False),
        ("-. ..", [True, False], [False, True], False, True),  # padding fits anything
        (".. ..", [False, False], [False, False], True, True),  # nothing held is silence
        ("#- ..", [True, False], [False, False], False, False),
        ("#- ..", [True, False], [True, True], True, True),
    ],
)
def test_cells_fit_the_patterns_of_their_node(
    text: str, sounding: list[bool], padding: list[bool], silent: bool, held: bool
) -> None:
    found = fits(cells(text), np.array(sounding), np.array(padding))
    assert [bool(one) for one in found] == [silent, held]


@pytest.mark.parametrize(
    ("silent", "held", "last", "node_held", "sounding", "expected"),
    [
        # All others are silent: the last one may not be silent, too.
        ([1, 1, 0], [0, 0, 0], [0, 0, 1], True, [1, 1, 1], ([0, 0, 1], [0, 0, 0])),
        # All others are held, and so could the node have been: the last one may not be held.
        ([0, 0, 0], [1, 1, 0], [0, 0, 1], True, [1, 1, 1], ([0, 0, 0], [0, 0, 1])),
        # In the last one nothing sounds: to be held, it would have to be silent.
        ([0, 0, 0], [1, 1, 0], [0, 0, 1], True, [1, 1, 0], ([0, 0, 1], [0, 0, 0])),
        # The node could not have been flagged held, so that pattern is not ruled out.
        ([0, 0, 0], [1, 1, 0], [0, 0, 1], False, [1, 1, 1], ([0, 0, 0], [0, 0, 0])),
        # Something has happened already.
        ([1, 0, 0], [0, 0, 0], [0, 0, 1], True, [1, 1, 1], ([0, 0, 0], [0, 0, 0])),
        # None of them is the last.
        ([1, 1, 1], [1, 1, 1], [0, 0, 0], True, [1, 1, 1], ([0, 0, 0], [0, 0, 0])),
        # What the last one itself is does not matter.
        ([1, 1, 1], [0, 0, 0], [0, 0, 1], True, [1, 1, 1], ([0, 0, 1], [0, 0, 0])),
        # The last one need not be the last in space.
        ([0, 1, 1], [0, 0, 0], [1, 0, 0], True, [0, 0, 0], ([1, 0, 0], [0, 0, 0])),
    ],
)
def test_the_last_piece_may_not_complete_what_was_ruled_out(
    silent: list[int],
    held: list[int],
    last: list[int],
    node_held: bool,
    sounding: list[int],
    expected: tuple[list[int], list[int]],
) -> None:
    fit_silent, fit_held, lasts = (np.array(one, bool) for one in (silent, held, last))
    found = excluded(fit_silent, fit_held, lasts, np.array(node_held), np.array(sounding, bool))
    assert ([*map(int, found[0])], [*map(int, found[1])]) == expected


@pytest.mark.parametrize(
    ("left", "right", "silent", "held"),
    [
        (".", "?", True, False),
        ("#", "?", True, True),
        ("-", "?", True, True),
        ("?", "?", True, True),
        ("#", "-", False, True),
        (".", "-", False, False),
        ("?", ".", True, True),
        (".", "#", True, False),
    ],
)
def test_a_cell_s_kinds_by_its_neighbours(left: str, right: str, silent: bool, held: bool) -> None:
    found = cell_rules(cells(left), known(left), cells(right), known(right))
    assert [one.item() for one in found] == [silent, held]


@given(st.integers(0, 999))
def test_the_rules_say_the_same_of_arrays_and_of_tensors(seed: int) -> None:
    rng = np.random.default_rng(seed)
    codes = rng.integers(0, 4, (2, 5, 3, 2)).astype(np.uint8)
    some = rng.random((2, 5, 3, 2)) < 0.6
    padding, one = rng.random((2, 5, 2)) < 0.3, rng.random((2, 5)) < 0.5

    def both(rule: Any, *arguments: Any) -> None:
        arrays = rule(*arguments)
        tensors = rule(*(torch.from_numpy(argument) for argument in arguments))
        for array, tensor in zip(arrays, tensors, strict=True):
            np.testing.assert_array_equal(array, tensor.numpy())

    both(flag_rules, codes[..., 0], some[..., 0], codes[..., 1], some[..., 1])
    both(fits, codes, some[..., 0], padding)
    both(excluded, some[:, :, 0, 0], some[:, :, 0, 1], one, one[:, 0].copy(), some[:, :, 1, 0])
    both(cell_rules, codes[..., 0], some[..., 0], codes[..., 1], some[..., 1])
