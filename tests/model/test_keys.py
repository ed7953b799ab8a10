"""Keys from pitch classes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.keys import (
    UNKNOWN_KEY,
    estimate_key,
    key_of_weights,
    pitch_class_weights,
    transposed_key,
)
from model.roll import Cells, Note, Roll

SCALES = {"major": (0, 2, 4, 5, 7, 9, 11, 12), "minor": (0, 2, 3, 5, 7, 8, 11, 12)}


def scale(tonic: int, mode: str) -> Cells:
    """A scale in quarters up, down and home to the triad, time first."""
    tones = [60 + tonic + tone for tone in SCALES[mode]]
    notes = [Note(4 * k, 0, tone, 4, 80) for k, tone in enumerate(tones + tones[::-1])]
    end = 4 * len(notes)
    third = 3 if mode == "minor" else 4
    notes += [Note(end, 0, 48 + tonic + tone, 16, 80) for tone in (0, third, 7)]
    cells: Cells = Roll.from_notes(notes, end + 16).cells[0].T
    return cells


@pytest.mark.parametrize("tonic", range(12))
@pytest.mark.parametrize("mode", SCALES)
def test_a_scale_that_comes_home_is_in_its_key(tonic: int, mode: str) -> None:
    assert estimate_key(scale(tonic, mode), 4) == tonic + (12 if mode == "minor" else 0)


@given(st.lists(st.integers(0, 50), min_size=12, max_size=12), st.integers(-12, 12))
def test_moving_the_pitch_classes_moves_the_key(weights: list[int], shift: int) -> None:
    key = key_of_weights(weights)
    assert key_of_weights(np.roll(weights, shift)) == transposed_key(key, shift)


def test_silence_and_clusters_have_no_key() -> None:
    assert estimate_key(np.zeros((32, 128), dtype=np.uint8), 4) == UNKNOWN_KEY
    assert estimate_key(np.zeros((0, 128), dtype=np.uint8), 4) == UNKNOWN_KEY
    assert key_of_weights(np.ones(12)) == UNKNOWN_KEY


def test_octaves_fold_into_pitch_classes() -> None:
    weights = np.zeros(128)
    weights[[0, 12, 127]] = (1, 2, 4)
    assert pitch_class_weights(weights).tolist() == [3, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0]


def test_an_unknown_key_stays_unknown() -> None:
    assert transposed_key(UNKNOWN_KEY, 5) == UNKNOWN_KEY


def test_minor_keys_stay_minor() -> None:
    assert transposed_key(12 + 9, 3) == 12 + 0
    assert transposed_key(0, -1) == 11
