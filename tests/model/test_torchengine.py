"""The torch engine beside the sampler: its state, its weights, and where it refuses."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from model.engine import Engine, RollIds
from model.sampler import Request, SamplingSettings
from model.torchengine import TorchEngine
from tests.model.configs import MIXES
from tests.model.generators import engine_of, lively
from tests.model.pieces import sampled

MIX_NAMES = ["ar,ar,ar", "mar,mar,mar,mar", "ar,mar,ar by rows"]


def test_an_engine_puts_its_model_into_evaluation_mode() -> None:
    model = lively(MIXES["ar,ar,ar"]).train()
    engine: Engine = TorchEngine(model)
    assert not model.training
    assert engine.name == "torch (cpu)"
    assert engine.config is model.config


@pytest.mark.parametrize("mix", MIX_NAMES)
def test_new_weights_are_played_once_the_old_ones_are_forgotten(mix: str) -> None:
    engine, other = engine_of(MIXES[mix], seed=1), engine_of(MIXES[mix], seed=2)
    old = sampled(engine, Request(16))
    engine.model.load_state_dict(other.model.state_dict())
    engine.forget()
    new = sampled(engine, Request(16))
    assert (old != new).any()
    np.testing.assert_array_equal(new, sampled(other, Request(16)))


@pytest.mark.parametrize("mix", MIX_NAMES)
def test_an_engine_keeps_nothing_from_one_piece_to_the_next(mix: str) -> None:
    engine = engine_of(MIXES[mix])
    first = sampled(engine, Request(16), SamplingSettings(seed=1))
    sampled(engine, Request(23, count=3), SamplingSettings(seed=2, guidance=2.0))
    np.testing.assert_array_equal(sampled(engine, Request(16), SamplingSettings(seed=1)), first)


def test_sampling_leaves_no_gradients_behind() -> None:
    engine = engine_of(MIXES["ar,ar,ar"])
    sampled(engine, Request(8))
    assert all(weight.grad is None for weight in engine.model.parameters())
    assert torch.is_grad_enabled()


def test_nothing_can_be_asked_of_children_before_their_flags() -> None:
    engine = engine_of(MIXES["ar,ar,ar"])
    nothing = np.zeros(1, np.int64)
    state = engine.begin(0, engine.root(RollIds(nothing, nothing, nothing)), 8)
    with pytest.raises(ValueError, match="ask for flags before going down"):
        engine.below(state, nothing, nothing)
