"""Conditions: what a person writes, and the numbers that the model understands."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.conditions import (
    KEYS,
    MAX_PLACE_STEPS,
    METRES,
    UNKNOWN,
    ConditionError,
    Conditions,
    density_id,
    key_id,
    key_name,
    metre_id,
    parse_key,
    parse_metre,
    place_ids,
)
from model.sampler import condition_ids
from tests.model.configs import MIXES


def test_every_metre_of_the_table_has_an_id_of_its_own() -> None:
    ids = [metre_id(*metre) for metre in METRES]
    assert sorted(ids) == list(range(1, len(METRES) + 1))
    assert len(set(METRES)) == len(METRES)


@pytest.mark.parametrize("metre", [(11, 8), (4, 16), (0, 4)])
def test_any_other_metre_is_unknown(metre: tuple[int, int]) -> None:
    assert metre_id(*metre) == UNKNOWN


@given(st.integers(1, 99), st.sampled_from([1, 2, 4, 8, 16, 32]))
def test_metres_are_read_as_they_are_written(numerator: int, denominator: int) -> None:
    assert parse_metre(f"{numerator}/{denominator}") == (numerator, denominator)


@pytest.mark.parametrize("text", ["", "4", "4/", "4/4/4", "four/four", "0/4", "-3/4", "3/5", "3/0"])
def test_what_is_no_metre_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ConditionError, match="write it like 3/4"):
        parse_metre(text)


@pytest.mark.parametrize("key", range(KEYS))
def test_every_key_s_name_is_read_as_that_key(key: int) -> None:
    assert parse_key(key_name(key)) == key


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("C", 0),
        ("c major", 0),
        ("Am", 21),
        ("a minor", 21),
        ("Eb", 3),
        ("D#", 3),
        ("f# minor", 18),
        ("F#m", 18),
        ("Bbm", 22),
        ("A-minor", 21),
        (" Cb ", 11),
    ],
)
def test_keys_are_read_as_musicians_write_them(text: str, key: int) -> None:
    assert parse_key(text) == key


@pytest.mark.parametrize("text", ["", "H", "C dorian", "A minor key", "m", "E#b", "8"])
def test_what_is_no_key_is_refused_with_examples(text: str) -> None:
    with pytest.raises(ConditionError, match="write it like 'Eb', 'Am' or 'F# minor'"):
        parse_key(text)


def test_an_unknown_key_is_not_told() -> None:
    assert key_name(24) == "unknown"
    assert key_id(24) == UNKNOWN
    assert [key_id(key) for key in range(KEYS)] == list(range(1, KEYS + 1))


def test_places_count_from_the_downbeat_and_stop_at_the_last_one_told_apart() -> None:
    found = place_ids([0, 1, 15, MAX_PLACE_STEPS - 1, MAX_PLACE_STEPS, 1000])
    assert found.tolist() == [1, 2, 16, MAX_PLACE_STEPS, MAX_PLACE_STEPS, MAX_PLACE_STEPS]


@given(st.floats(0, 10), st.floats(0, 10))
def test_density_classes_rise_with_density(first: float, second: float) -> None:
    edges = (0.25, 0.5, 1.0, 2.0)
    low, high = sorted((first, second))
    assert 1 <= density_id(low, edges) <= density_id(high, edges) <= len(edges) + 1


def test_an_edge_belongs_to_the_class_above_it() -> None:
    assert [density_id(value, (0.5, 1.0)) for value in (0.0, 0.49, 0.5, 0.99, 1.0)] == [
        1,
        1,
        2,
        2,
        3,
    ]


def test_nothing_asked_is_nothing_told() -> None:
    ids = condition_ids(MIXES["ar,ar"], Conditions(), 3)
    for told in (ids.style, ids.key, ids.density):
        np.testing.assert_array_equal(told, [UNKNOWN] * 3)


def test_what_is_asked_is_told_to_every_roll() -> None:
    config = replace(MIXES["ar,ar"], density_edges=(0.25, 0.5, 0.75))
    ids = condition_ids(config, Conditions(key=9, density=0.6), 2)
    np.testing.assert_array_equal(ids.key, [10, 10])
    np.testing.assert_array_equal(ids.density, [3, 3])
