"""Learning: gradients reach every weight, with or without checkpointing, and the loss falls."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from model.batch import Batch
from model.config import ModelConfig
from model.fractal import Fractal
from model.losses import Losses
from tests.model.configs import MIXES
from tests.model.generators import lively, random_batch

VALID = [19, 24, 7]


def certain(config: ModelConfig) -> ModelConfig:
    """The config with nothing dropped in training."""
    return replace(config, condition_dropout=0.0, dropout=0.0)


def learn(model: Fractal, batch: Batch) -> Losses:
    return model(batch, torch.Generator().manual_seed(0))  # type: ignore[no-any-return]


@pytest.mark.parametrize("mix", ["ar,ar,ar", "mar,ar,ar", "mar,mar,mar,mar"])
def test_gradient_checkpointing_changes_neither_loss_nor_gradients(mix: str) -> None:
    found = []
    for checkpointing in (False, True):
        config = replace(MIXES[mix], gradient_checkpointing=checkpointing, dropout=0.2)
        model = lively(config).train()
        torch.manual_seed(4)
        losses = learn(model, random_batch(config, VALID))
        losses.total.backward()  # type: ignore[no-untyped-call]
        found.append((losses.total.item(), {n: p.grad for n, p in model.named_parameters()}))
    (plain, gradients), (thrifty, same) = found
    assert thrifty == pytest.approx(plain, rel=1e-6)
    for name, gradient in gradients.items():
        assert (gradient is None) == (same[name] is None)
        if gradient is not None:
            torch.testing.assert_close(same[name], gradient, msg=name)


@pytest.mark.parametrize("mix", MIXES)
def test_every_parameter_learns(mix: str) -> None:
    model = lively(MIXES[mix]).train()
    batch = random_batch(model.config, VALID, carried=0.5)
    one = torch.ones_like(batch.style)
    losses = learn(model, replace(batch, key=one, density=one))
    losses.total.backward()  # type: ignore[no-untyped-call]
    for name, parameter in model.named_parameters():
        assert parameter.grad is not None, name
        assert torch.isfinite(parameter.grad).all(), name


@pytest.mark.parametrize("mix", ["ar,ar,ar", "mar,mar", "ar,ar,mar,mar"])
def test_a_few_updates_make_the_loss_fall(mix: str) -> None:
    torch.manual_seed(0)
    model = Fractal(certain(MIXES[mix])).train()
    batch = random_batch(model.config, VALID)
    optimiser = torch.optim.AdamW(model.parameters(), lr=0.01)
    found = []
    for _ in range(12):
        losses = learn(model, batch)
        optimiser.zero_grad()
        losses.total.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        found.append(losses.total.item())
    assert found[-1] < 0.9 * found[0]


def test_dropout_reaches_the_levels_and_eval_mode_turns_it_off() -> None:
    model = lively(replace(certain(MIXES["ar,ar,ar"]), dropout=0.3))
    batch = random_batch(model.config, VALID)
    assert learn(model, batch).total.item() == learn(model, batch).total.item()
    model.train()
    assert learn(model, batch).total.item() != learn(model, batch).total.item()


def test_positions_of_ar_levels_start_small() -> None:
    config = replace(MIXES["mar,ar,ar"], ar_position_std=0.01)
    torch.manual_seed(0)
    model = Fractal(config)
    assert model.level(1).row.weight.std().item() == pytest.approx(0.01, rel=0.4)
    assert model.cell_level.row.weight.std().item() == pytest.approx(0.01, rel=0.4)
    assert model.level(0).row.weight.std().item() > 0.012
