"""What the music is asked to be changes it: logits, likelihood and notes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import torch

from model.batch import Batch
from model.conditions import Conditions
from model.engine import RollIds
from model.fractal import Fractal
from model.sampler import Request, SamplingSettings
from model.torchengine import TorchEngine
from tests.model.configs import MIXES
from tests.model.generators import engine_of, random_batch
from tests.model.pieces import sampled

STYLES = ("bach", "pop")
NOTHING = Conditions(metre=None)
ASKED = {
    "style": Conditions(style="pop", metre=None),
    "another style": Conditions(style="bach", metre=None),
    "key": Conditions(key=0, metre=None),
    "another key": Conditions(key=21, metre=None),
    "density": Conditions(density=0.1, metre=None),
    "another density": Conditions(density=2.0, metre=None),
    "metre": Conditions(metre=(4, 4)),
    "another metre": Conditions(metre=(3, 4)),
}

CHANGES: dict[str, Callable[[Batch], Batch]] = {
    "style": lambda batch: replace(batch, style=batch.style + 1),
    "key": lambda batch: replace(batch, key=batch.key + 24),
    "density": lambda batch: replace(batch, density=batch.density + 1),
    "metre": lambda batch: replace(batch, metre=batch.metre + 1),
    "place": lambda batch: replace(batch, place=batch.place + 1),
    "upward shift": lambda batch: replace(batch, shift=batch.shift + 6),
    "downward shift": lambda batch: replace(batch, shift=batch.shift - 6),
}

MIX_NAMES = ["ar,ar,ar", "mar,mar,mar,mar", "ar,ar,mar,mar"]


def engine_with_styles(mix: str) -> TorchEngine:
    """An engine whose model listens well."""
    engine = engine_of(replace(MIXES[mix], styles=STYLES))
    conditions = engine.model.level(0).conditions
    assert conditions is not None
    with torch.no_grad():
        for weight in conditions.parameters():
            weight.mul_(4)
    return engine


def objective(model: Fractal, batch: Batch) -> float:
    model.config = replace(model.config, condition_dropout=0.0)
    with torch.no_grad():
        return float(model(batch, torch.Generator().manual_seed(0)).total)


@pytest.mark.parametrize("mix", MIX_NAMES)
def test_every_condition_changes_the_music(mix: str) -> None:
    engine = engine_with_styles(mix)
    settings = SamplingSettings(seed=2)
    made = {
        name: sampled(engine, Request(16, conditions, count=6), settings).tobytes()
        for name, conditions in {"nothing": NOTHING, **ASKED}.items()
    }
    assert len(set(made.values())) == len(made)


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("mix", MIX_NAMES)
def test_every_condition_changes_the_likelihood(mix: str, change: str) -> None:
    model = engine_with_styles(mix).model
    batch = random_batch(model.config, [16, 16])
    assert abs(objective(model, batch) - objective(model, CHANGES[change](batch))) > 1e-3


@pytest.mark.parametrize("mix", MIX_NAMES)
def test_a_conditioned_model_answers_otherwise_than_an_untold_one(mix: str) -> None:
    engine = engine_with_styles(mix)
    batch = random_batch(engine.config, [16])
    said = []

    def listen(module: object, given: object, flags: torch.Tensor) -> None:
        said.append(flags)

    engine.model.level(0).flags.register_forward_hook(listen)
    for style in (0, 1, 2):
        objective(engine.model, replace(batch, style=torch.tensor([style])))
    assert (said[0] - said[1]).abs().min() > 1e-4
    assert (said[1] - said[2]).abs().min() > 1e-4


def test_the_engine_tells_each_roll_its_own_conditions() -> None:
    engine = engine_with_styles("ar,ar,ar")
    ids = RollIds(np.array([0, 1, 2]), np.array([0, 5, 0]), np.array([0, 0, 3]))
    hidden = engine.root(ids).hidden
    for roll in range(3):
        alone = engine.root(
            RollIds(*(part[roll : roll + 1] for part in (ids.style, ids.key, ids.density)))
        )
        torch.testing.assert_close(hidden[roll : roll + 1], alone.hidden)
    assert len({tuple(row) for row in hidden.tolist()}) == 3
