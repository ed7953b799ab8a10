"""Copies are found whatever their key; new music in the same style is no copy."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from model.byheart import (
    ByHeart,
    bar_distance,
    bars_of_cache,
    bars_of_rolls,
    compare_by_heart,
    count_copies,
)
from model.roll import Note, Roll
from model.tunes import make_tunes
from tests.model.training_parts import make_cache


def moved(roll: Roll, semitones: int) -> Roll:
    """The roll transposed."""
    return Roll(np.roll(roll.cells, semitones, axis=1), roll.grid)


def changed(roll: Roll, every: int) -> Roll:
    """The roll with the pitch of one note in `every` changed."""
    notes = [
        Note(n.onset_steps, n.part, n.pitch + 13 * (k % every == 0), n.duration_steps, n.velocity)
        for k, n in enumerate(roll.notes())
    ]
    return Roll.from_notes(notes, roll.steps, roll.grid)


@pytest.fixture(scope="module")
def known() -> list[Roll]:
    return make_tunes(12, bars=8, seed=1)


def test_a_model_of_copies_in_other_keys_is_found_out(known: list[Roll]) -> None:
    training = bars_of_rolls(known)
    made = bars_of_rolls([moved(roll, shift) for shift, roll in enumerate(known, -5)])
    fresh = bars_of_rolls(make_tunes(12, bars=8, seed=99))
    found = compare_by_heart(made, training, fresh)
    assert (found.made, found.made_copies) == (len(training), len(training))
    assert found.held_out_share < 0.3
    assert found.verdict == "by heart"


def test_new_music_in_the_same_style_is_no_copy(known: list[Roll]) -> None:
    fresh = bars_of_rolls(make_tunes(12, bars=8, seed=77))
    found = compare_by_heart(
        fresh, bars_of_rolls(known), bars_of_rolls(make_tunes(12, bars=8, seed=99))
    )
    assert found.verdict == "fresh"


def test_one_edit_in_eight_notes_is_still_a_copy_and_many_are_not(known: list[Roll]) -> None:
    training = bars_of_rolls(known)
    assert count_copies(bars_of_rolls([changed(r, 1000) for r in known]), training) > 60
    strange = bars_of_rolls([changed(r, 2) for r in known])
    assert count_copies(strange, training) < 10


def test_the_filter_by_rhythm_loses_no_copy(known: list[Roll]) -> None:
    training = bars_of_rolls(known[:3])
    asked = bars_of_rolls([changed(roll, 9) for roll in known[:4]])
    slow = 0
    for bar in range(len(asked)):
        distances = [bar_distance(asked.one(bar), training.one(k)) for k in range(len(training))]
        slow += min(distances) <= len(asked.one(bar)[0]) // 8
    assert count_copies(asked, training) == slow


def test_distance_counts_notes_added_taken_away_and_changed() -> None:
    place, pitch = np.array([0, 4, 8, 12]), np.array([60, 64, 67, 72])
    assert bar_distance((place, pitch), (place, pitch + 7)) == 0
    assert bar_distance((place, pitch), (place[:3], pitch[:3])) == 1
    assert bar_distance((place, pitch), (place, np.array([60, 64, 67, 73]))) == 1
    assert bar_distance((place, pitch), (place + 1, pitch)) == 4


def test_bars_of_a_cache_are_those_of_its_rolls(tmp_path: Path) -> None:
    cache = make_cache(tmp_path)
    songs = [song for song in cache.songs if song.split == "train"]
    from_rolls = bars_of_rolls([cache.roll(song) for song in songs])
    found = bars_of_cache(cache, ["train"])
    for one, other in zip(
        (found.start, found.place, found.pitch),
        (from_rolls.start, from_rolls.place, from_rolls.pitch),
        strict=True,
    ):
        np.testing.assert_array_equal(one, other)
    assert len(bars_of_cache(cache, ["train"], at_most=5)) == 5


def test_few_bars_give_no_verdict() -> None:
    assert ByHeart(4, 4, 100, 0).verdict == "unknown"
    assert ByHeart(40, 10, 100, 20).verdict == "fresh"
    assert ByHeart(40, 14, 100, 5).verdict == "near"
    assert ByHeart(40, 0, 0, 0).to_json()["made_share"] == 0.0


def test_silence_has_no_bars() -> None:
    silent = bars_of_rolls([Roll.from_notes([], 32, make_tunes(1, 1)[0].grid)])
    assert len(silent) == 0
    assert count_copies(silent, silent) == 0
