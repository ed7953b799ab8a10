"""The training objective: what counts, what doesn't, and the figures beside it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from model.batch import Batch
from model.config import ModelConfig
from model.fractal import Fractal
from model.losses import Losses, entropy
from model.patchlevel import Asked, Told
from model.roll import FIRST_ONSET
from tests.model.configs import EXACT, MIXES, config_of, level
from tests.model.generators import batch_of, lively, random_batch

VALID = [19, 24, 7]


def told_all(config: ModelConfig, **changes: Any) -> ModelConfig:
    """The config without chance in its training, but for masks."""
    return replace(config, condition_dropout=0.0, dropout=0.0, **changes)


def learn(model: Fractal, batch: Batch, seed: int = 0) -> Losses:
    return model(batch, torch.Generator().manual_seed(seed))  # type: ignore[no-any-return]


def all_in_one_round(config: ModelConfig, steps: int, batch: Batch) -> dict[int, Tensor]:
    """A plan that reveals all at once."""
    return {
        index: torch.ones(
            len(batch.style), config.height // own.patch[0], steps // own.patch[1]
        ).long()
        for index, own in enumerate(config.levels)
        if own.kind == "mar"
    }


@pytest.mark.parametrize("mix", EXACT)
def test_the_objective_of_an_ar_model_is_its_likelihood(mix: str) -> None:
    model = lively(told_all(MIXES[mix]))
    batch = random_batch(model.config, VALID)
    losses = learn(model, batch)
    assert losses.frames == sum(VALID)
    assert losses.total.item() * losses.frames == pytest.approx(
        float(model.score(batch).sum()), rel=1e-5
    )


@pytest.mark.parametrize("mix", [name for name in MIXES if not MIXES[name].exact])
def test_with_everything_masked_the_objective_is_the_score_of_a_single_round(mix: str) -> None:
    config = told_all(MIXES[mix])
    levels = tuple(replace(own, mask_low=0.999, mask_mean=1.0) for own in config.levels)
    config = replace(config, levels=levels)
    model = lively(config)
    batch = random_batch(config, VALID)
    losses = learn(model, batch)
    plan = all_in_one_round(config, config.padded_steps(24), batch)
    assert losses.total.item() * losses.frames == pytest.approx(
        float(model.score(batch, plan).sum()), rel=1e-5
    )


@pytest.mark.parametrize("mix", MIXES)
def test_the_levels_add_up_to_the_objective(mix: str) -> None:
    model = lively(told_all(MIXES[mix]))
    losses = learn(model, random_batch(model.config, VALID))
    assert sum(float(entry.nats) for entry in losses.per_level) == pytest.approx(
        losses.total.item(), rel=1e-5
    )


@pytest.mark.parametrize("mix", MIXES)
def test_velocities_count_by_their_weight(mix: str) -> None:
    batch = random_batch(MIXES[mix], VALID)
    found = [
        learn(lively(told_all(MIXES[mix], velocity_weight=weight)), batch)
        for weight in (0.0, 1.0, 3.0)
    ]
    nats = found[0].velocity_nats.item()
    assert nats > 0
    for losses, weight in zip(found, (0.0, 1.0, 3.0), strict=True):
        assert losses.velocity_nats.item() == pytest.approx(nats, rel=1e-5)
        assert losses.total.item() - found[0].total.item() == pytest.approx(weight * nats, rel=1e-3)


@pytest.mark.parametrize("mix", MIXES)
def test_figures_of_every_level_are_sane(mix: str) -> None:
    config = told_all(MIXES[mix])
    losses = learn(lively(config), random_batch(config, VALID))
    steps = config.padded_steps(24)
    padding = 1 - sum(-(-valid // config.levels[0].patch[1]) for valid in VALID) / (
        3 * steps / config.levels[0].patch[1]
    )
    assert losses.per_level[0].padding == pytest.approx(padding)
    assert [entry.name for entry in losses.per_level] == [
        f"level{index}" for index in range(len(config.levels))
    ]
    for index, (entry, own) in enumerate(zip(losses.per_level, config.levels, strict=True)):
        last = index == len(config.levels) - 1
        assert entry.kind == (f"cell-{own.kind}" if last else own.kind)
        tall, wide = config.node_shape(index, steps)
        assert entry.sequence_length == tall * wide // (own.patch[0] * own.patch[1])
        assert 0 < entry.patches <= 3 * config.height * steps
        assert 0 <= entry.padding < 1
        assert 0 < entry.masked_fraction <= 1
        assert 0 < float(entry.entropy) <= math.log(3) + 1e-5
        assert float(entry.nats) > 0
    if config.exact:  # MAR levels learn from some of the notes
        assert losses.notes == int((random_batch(config, VALID).codes >= FIRST_ONSET).sum())
    assert 0 < float(losses.velocity_entropy) <= math.log(config.velocity_bins) + 1e-5


@pytest.mark.parametrize("mix", [name for name in MIXES if MIXES[name].levels[0].kind == "mar"])
def test_a_mar_level_learns_from_masked_children_only(mix: str) -> None:
    """And never from padding; what it knows already has no gradient at its own place."""
    config = told_all(MIXES[mix])
    config = replace(config, levels=tuple(replace(o, mask_mean=0.5) for o in config.levels))
    model = lively(config)
    seen: list[tuple[Asked, Told]] = []

    def listen(module: object, given: tuple[object, ...], said: Told) -> None:
        said.flags.retain_grad()
        seen.append((next(thing for thing in given if isinstance(thing, Asked)), said))

    model.level(0).register_forward_hook(listen)
    losses = learn(model, random_batch(config, VALID))
    losses.total.backward()  # type: ignore[no-untyped-call]
    (asked, said), *_ = seen
    grad = said.flags.grad
    assert asked.known is not None
    assert grad is not None
    learnt = grad.abs().sum(2) > 0
    assert not learnt[asked.known].any()
    assert learnt[~asked.known].float().mean() > 0.5  # some can only be active
    assert 0.2 < losses.per_level[0].masked_fraction < 0.8
    assert losses.per_level[0].patches == int((~asked.known).sum())


def test_a_masked_share_is_weighted_up_to_the_whole() -> None:
    """In silence that a model without weights sees, each child costs the same: log 2."""
    own = replace(level("mar", (8, 4)), mask_mean=0.4)
    config = told_all(config_of(own, level("mar", (1, 1))))
    model = Fractal(config).eval()
    with torch.no_grad():
        model.level(0).flags.weight.zero_()
        model.level(0).flags.bias.zero_()
    silence = batch_of(np.zeros((3, 16, 24), np.uint8))
    masked = set()
    for seed in range(5):
        losses = learn(model, silence, seed)
        masked.add(losses.per_level[0].patches)
        assert losses.total.item() * losses.frames == pytest.approx(3 * 12 * math.log(2), rel=1e-5)
        assert losses.notes == 0
    assert len(masked) > 1


def test_masks_follow_the_generator_that_is_passed_down() -> None:
    model = lively(told_all(MIXES["mar,mar,mar,mar"]))
    batch = random_batch(model.config, VALID)
    torch.manual_seed(1)
    first = learn(model, batch).total.item()
    torch.manual_seed(2)
    assert learn(model, batch).total.item() == first
    assert learn(model, batch, seed=1).total.item() != first


def with_noise_behind_the_end(batch: Batch, valid: Sequence[int]) -> Batch:
    codes = batch.codes.clone()
    for roll, steps in enumerate(valid):
        codes[roll, :, steps:] = torch.randint(2, 5, codes[roll, :, steps:].shape)
    return replace(batch, codes=codes)


@pytest.mark.parametrize("mix", MIXES)
def test_what_stands_behind_the_end_changes_nothing(mix: str) -> None:
    model = lively(told_all(MIXES[mix]))
    batch = random_batch(model.config, VALID)
    noisy = with_noise_behind_the_end(batch, VALID)
    first, second = learn(model, batch), learn(model, noisy)
    assert second.total.item() == pytest.approx(first.total.item(), rel=1e-6)
    assert second.notes == first.notes


@pytest.mark.parametrize("mix", MIXES)
def test_padding_to_whole_patches_is_no_more_than_padding_by_hand(mix: str) -> None:
    config = told_all(MIXES[mix])
    model = lively(config)
    steps = 19
    batch = random_batch(config, [steps, steps])
    padded = config.padded_steps(steps) - steps
    by_hand = replace(
        batch,
        codes=torch.nn.functional.pad(batch.codes, (0, padded)),
        place=torch.nn.functional.pad(batch.place, (0, padded)),
        metre=torch.nn.functional.pad(batch.metre, (0, padded)),
    )
    first, second = learn(model, batch), learn(model, by_hand)
    assert first.total.item() == pytest.approx(second.total.item(), rel=1e-6)


def test_the_entropy_of_a_row_lies_between_certainty_and_an_even_share() -> None:
    even = torch.full((4, 3), math.log(1 / 3))
    certain = torch.tensor([[0.0, -torch.inf, -torch.inf]])
    assert float(entropy(even)) == pytest.approx(math.log(3))
    assert float(entropy(certain)) == 0
    assert float(entropy(torch.zeros(0, 3))) == 0
