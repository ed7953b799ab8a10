"""Batches: windows become tensors of condition ids, and forget some of them in training."""

from __future__ import annotations

from dataclasses import fields, replace
from itertools import combinations

import numpy as np
import pytest
import torch

from model.batch import Batch
from model.conditions import UNKNOWN, metre_id
from model.windows import Window, transpose
from tests.model.configs import config_of, level
from tests.model.generators import random_batch
from tests.model.pieces import random_codes

CONFIG = config_of(
    level("ar", (128, 1)),
    level("ar", (16, 1)),
    level("ar", (1, 1)),
    pitches=128,
    styles=("bach", "pop"),
    density_edges=(0.5, 1.0),
)
STEPS = 8


def window(seed: int, key: int = 9, style: int = 0, density: float = 0.7) -> Window:
    rng = np.random.default_rng(seed)
    carry = rng.random((1, 128)) < 0.1
    codes = random_codes(rng, (1, 128, STEPS), CONFIG.velocity_bins, carry)[0]
    codes[:10], carry[0, :10], codes[-10:], carry[0, -10:] = 0, False, 0, False
    codes[:, 6:] = 0
    return Window(
        codes=codes,
        carry=carry[0],
        valid_steps=6,
        place=(np.arange(STEPS, dtype=np.int16) + 12) % 16,
        metre=np.full(STEPS, metre_id(4, 4), np.int16),
        key=key,
        style=style,
        density=density,
    )


def test_windows_are_stacked_with_their_ids() -> None:
    windows = [window(0), window(1, key=24, style=1, density=0.2), window(2, density=5.0)]
    batch = Batch.collate(windows, [0, 3, -6], CONFIG)
    np.testing.assert_array_equal(batch.codes.numpy(), np.stack([w.codes for w in windows]))
    np.testing.assert_array_equal(batch.carry.numpy(), np.stack([w.carry for w in windows]))
    assert batch.codes.dtype == torch.uint8
    assert batch.valid_steps.tolist() == [6, 6, 6]
    assert batch.place.tolist() == [[13, 14, 15, 16, 1, 2, 3, 4]] * 3
    assert batch.metre.tolist() == [[1] * STEPS] * 3
    assert batch.key.tolist() == [10, UNKNOWN, 10]
    assert batch.style.tolist() == [1, 2, 1]
    assert batch.density.tolist() == [2, 1, 3]
    assert batch.shift.tolist() == [0, 3, -6]


def test_styles_of_other_music_are_matched_by_name() -> None:
    windows = [window(0, style=style) for style in range(3)]
    batch = Batch.collate(windows, [0, 0, 0], CONFIG, styles=["pop", "jazz", "bach"])
    assert batch.style.tolist() == [2, UNKNOWN, 1]


def test_a_transposed_window_brings_its_key() -> None:
    moved = [transpose(window(0, key=key), 3) for key in (9, 21)]
    assert Batch.collate(moved, [3, 3], CONFIG).key.tolist() == [1, 13]


@pytest.fixture
def told() -> Batch:
    batch = random_batch(CONFIG, [2] * 400)
    one = torch.ones(400, dtype=torch.long)
    return replace(batch, style=one, key=one, density=one)


def test_nothing_is_forgotten_where_nothing_may_be(told: Batch) -> None:
    kept = told.forgetful(0.0, torch.Generator().manual_seed(0))
    assert all(torch.equal(getattr(kept, f.name), getattr(told, f.name)) for f in fields(Batch))


def test_each_condition_is_forgotten_for_its_share_of_the_rolls(told: Batch) -> None:
    kept = told.forgetful(0.3, torch.Generator().manual_seed(0))
    lost = {
        "style": kept.style == UNKNOWN,
        "key": kept.key == UNKNOWN,
        "density": kept.density == UNKNOWN,
        "metre": (kept.metre == UNKNOWN).all(1),
    }
    for name, which in lost.items():
        assert float(which.float().mean()) == pytest.approx(0.3, abs=0.08), name
    for one, other in combinations(lost.values(), 2):
        assert not torch.equal(one, other)


def test_metre_and_place_are_forgotten_together_and_for_the_whole_roll(told: Batch) -> None:
    kept = told.forgetful(0.3, torch.Generator().manual_seed(0))
    metre, place = kept.metre == UNKNOWN, kept.place == UNKNOWN
    assert torch.equal(metre, place)
    assert torch.equal(metre.all(1), metre.any(1))


def test_notes_are_never_forgotten(told: Batch) -> None:
    kept = told.forgetful(0.9, torch.Generator().manual_seed(0))
    for name in ("codes", "carry", "valid_steps", "shift"):
        assert torch.equal(getattr(kept, name), getattr(told, name))


def test_the_same_generator_forgets_the_same(told: Batch) -> None:
    first, again, other = (
        told.forgetful(0.5, torch.Generator().manual_seed(seed)).style for seed in (1, 1, 2)
    )
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_a_batch_moves_as_a_whole(told: Batch) -> None:
    moved = told.to("meta")
    assert {getattr(moved, f.name).device.type for f in fields(Batch)} == {"meta"}
