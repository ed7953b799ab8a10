from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from model.batch import Batch
from model.cache import Cache
from model.datamodule import (
    RollData,
    Split,
    Stream,
    TrainingBatches,
    ValidationBatches,
    WindowOrder,
    draw_shift,
    shifted,
    stream_seed,
)
from model.trainingconfig import TrainingConfigError
from model.windows import Window
from tests.model.training_parts import make_cache, settings, splits, tiny_config


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Cache:
    return make_cache(tmp_path_factory.mktemp("music"))


def window_of(pitches: list[int]) -> Window:
    codes = np.zeros((128, 4), np.uint8)
    codes[pitches, 0] = 2
    places = np.arange(4, dtype=np.int16)
    return Window(codes, np.zeros(128, bool), 4, places, places * 0, 0, 0, 1.0)


@given(st.integers(1, 20), st.integers(1, 8), st.integers(0, 5))
def test_every_pass_shows_every_window_once(windows: int, batch_size: int, seed: int) -> None:
    order = WindowOrder(windows, batch_size, seed)
    seen = [number for step in range(3 * windows) for number in order.of_update(step)]
    for epoch in range(batch_size):
        chunk = seen[epoch * windows : (epoch + 1) * windows]
        assert sorted(chunk) == list(range(windows))


def test_order_depends_on_nothing_but_seed_and_update() -> None:
    one, other = WindowOrder(50, 4, 7), WindowOrder(50, 4, 7)
    expected = [one.of_update(step) for step in range(40)]
    assert [other.of_update(step) for step in reversed(range(40))] == expected[::-1]
    assert expected != [WindowOrder(50, 4, 8).of_update(step) for step in range(40)]


def test_streams_of_one_seed_differ() -> None:
    seeds = {stream_seed(0, stream, step) for stream in Stream for step in range(100)}
    assert len(seeds) == len(Stream) * 100


def test_shifts_keep_to_their_range_and_share() -> None:
    rng = np.random.default_rng(0)
    drawn = [draw_shift(rng, 6, 0.2) for _ in range(6000)]
    assert set(drawn) == set(range(-6, 7))
    assert drawn.count(0) / len(drawn) == pytest.approx(0.2, abs=0.02)
    assert drawn.count(-6) / len(drawn) == pytest.approx(0.8 / 12, abs=0.015)
    assert {draw_shift(rng, 0, 0.0) for _ in range(10)} == {0}


@pytest.mark.parametrize(("pitches", "asked", "got"), [([3, 60], -6, -3), ([125], 6, 2)])
def test_a_shift_that_leaves_the_keyboard_is_cut_to_its_edge(
    pitches: list[int], asked: int, got: int
) -> None:
    window, shift = shifted(window_of(pitches), asked)
    assert shift == got
    assert np.flatnonzero(window.codes[:, 0]).tolist() == [pitch + got for pitch in pitches]


def test_devices_share_a_batch_without_overlap(cache: Cache) -> None:
    train, _ = splits(cache, tiny_config())
    config = settings(batch_size=4, shift_range=6)
    whole = TrainingBatches(train, config, 0, 2).of_update(1)
    parts = [TrainingBatches(train, config, 0, 2, rank, 2).of_update(1) for rank in range(2)]
    assert torch.equal(parts[0].codes, whole.codes[0::2])
    assert torch.equal(parts[1].codes, whole.codes[1::2])
    assert torch.equal(parts[1].shift, whole.shift[1::2])


def test_batches_from_the_middle_equal_those_of_a_whole_run(cache: Cache) -> None:
    train, _ = splits(cache, tiny_config())
    whole = list(TrainingBatches(train, settings(), 0, 6))
    rest = list(TrainingBatches(train, settings(), 4, 6))
    assert len(rest) == 2
    for ours, theirs in zip(rest, whole[4:], strict=True):
        assert torch.equal(ours.codes, theirs.codes)
        assert torch.equal(ours.shift, theirs.shift)


def test_validation_is_the_same_sample_every_time_and_untransposed(cache: Cache) -> None:
    _, valid = splits(cache, tiny_config())
    batches = ValidationBatches(valid, settings(validation_windows=3))
    first, again = list(batches), list(batches)
    assert len(first) == len(batches) == 2
    assert sum(len(batch.shift) for batch in first) == 3
    assert all(torch.equal(a.codes, b.codes) for a, b in zip(first, again, strict=True))
    assert not any(batch.shift.any() for batch in first)


def test_every_device_validates_equally_often(cache: Cache) -> None:
    _, valid = splits(cache, tiny_config())
    config = settings(validation_windows=3)
    lengths = {len(ValidationBatches(valid, config, rank, 2)) for rank in range(2)}
    assert lengths == {1}


def test_an_empty_split_is_refused(cache: Cache) -> None:
    train, _ = splits(cache, tiny_config())
    nothing: list[Window] = []
    empty = Split(nothing, tiny_config(), ())
    with pytest.raises(TrainingConfigError, match="validation split holds no window"):
        RollData(train, empty, settings(), 0, 1)


def test_batches_go_to_the_device_whole(cache: Cache) -> None:
    train, valid = splits(cache, tiny_config())
    data = RollData(train, valid, settings(), 0, 1)
    batch = next(iter(data.train_dataloader()))
    moved = data.transfer_batch_to_device(batch, torch.device("meta"), 0)
    assert isinstance(moved, Batch)
    assert moved.codes.device.type == moved.shift.device.type == "meta"
    assert data.transfer_batch_to_device(batch, torch.device("cpu"), 0) is batch


def test_lists_decide_the_splits(cache: Cache) -> None:
    assert [song.split for song in cache.songs] == ["train"] * 3 + ["valid", "test"]
    assert Path(cache.songs[-1].path).name == "tune-4.mid"
