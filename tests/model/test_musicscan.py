"""What is told of a folder is what is in it; small folders keep something aside."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.cache import Cache, build_cache
from model.errors import RollError
from model.musicscan import describe_music
from model.musicsource import hold_some_out
from model.rolltext import roll_from_json, roll_to_json
from model.tunes import make_tunes
from tests.model.training_parts import write_tunes


def cache_of(folder: Path, count: int) -> Cache:
    music = write_tunes(folder, count=count, bars=4)
    (music / "copy.mid").write_bytes((music / "tune-0.mid").read_bytes())
    (music / "noise.mid").write_bytes(b"noise")
    return build_cache(music, folder / "cache", workers=0, progress=False)


def test_songs_bars_notes_and_minutes_are_counted(tmp_path: Path) -> None:
    cache = cache_of(tmp_path, 6)
    found = describe_music(cache, 32, 32)
    assert (found["songs"], found["refused"], found["duplicates"]) == (6, 1, 1)
    assert found["bars"] == 6 * 4
    assert found["minutes"] == pytest.approx(6 * 8 / 60, abs=0.1)
    assert found["notes"] == sum(len(tune.notes()) for tune in make_tunes(6, 4))
    assert found["styles"] == {"tunes": 6}
    assert found["windows"] == len(cache.windows("train", 32, 32))
    ((path, why),) = found["refusals"]
    assert Path(path).name == "noise.mid"
    assert why


def test_every_file_is_told_of_as_it_is_looked_at(tmp_path: Path) -> None:
    music = write_tunes(tmp_path, count=5)
    told: list[tuple[int, int]] = []

    def hear(done: int, total: int) -> None:
        told.append((done, total))

    build_cache(music, tmp_path / "cache", workers=0, progress=False, told=hear)
    assert told == [(number, 5) for number in range(1, 6)]


@pytest.mark.parametrize("count", [3, 4, 7, 20])
def test_a_small_folder_always_keeps_something_to_validate_on(tmp_path: Path, count: int) -> None:
    cache = cache_of(tmp_path, count)
    before = {song.content: song.split for song in cache.songs}
    hold_some_out(cache)
    splits = [song.split for song in cache.songs]
    assert splits.count("train") > 0
    assert splits.count("valid") > 0
    assert len(splits) == count
    if {"train", "valid"} <= set(before.values()):
        assert splits == list(before.values())
    again = cache_of(tmp_path / "again", count)
    hold_some_out(again)
    assert {s.content: s.split for s in again.songs} == {s.content: s.split for s in cache.songs}


def test_a_roll_survives_its_way_through_a_line() -> None:
    tune = make_tunes(1, 4)[0]
    assert roll_from_json(roll_to_json(tune)).same_as(tune)


@pytest.mark.parametrize(
    "changes",
    [
        {"cells": "!"},
        {"cells": "AAAA"},
        {"shape": [1, 128, 1]},
        {"shape": [1, 128, 10**9]},
        {"grid": [0, 32]},
        {"tempos": [[0]]},
    ],
)
def test_a_roll_that_was_spoilt_on_the_way_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(RollError):
        roll_from_json({**roll_to_json(make_tunes(1, 1)[0]), **changes})
