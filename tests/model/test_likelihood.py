"""The likelihood of a roll is a probability: over all rolls it adds up to one.

Toy rolls are so small that all of them can be written down.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import permutations, product
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from scipy.stats import chisquare

from model.config import LevelConfig, ModelConfig
from model.engine import Codes, Ints
from model.fractal import Fractal
from model.roll import SILENT
from model.sampler import Request, SamplingSettings
from tests.model.configs import MIXES, config_of, level
from tests.model.generators import batch_of, engine_of, lively, random_plan
from tests.model.pieces import is_canonical, sampled

NOTHING = np.zeros(4, bool)
SOME = np.array([True, False, True, False])
STEPS = 2


def toy(*levels: LevelConfig, **changes: Any) -> ModelConfig:
    """A config for rolls of four rows with one velocity."""
    return config_of(*levels, **{"pitches": 4, "velocity_bins": 1, **changes})


AR_TOYS = {
    "ar,ar": toy(level("ar", (4, 1), copy_heads=1), level("ar", (1, 1))),
    "ar,ar by rows": toy(level("ar", (2, 2), "row", copy_heads=1), level("ar", (1, 1), "row")),
    "ar,ar,ar": toy(
        level("ar", (4, 1), copy_heads=1), level("ar", (2, 1), copy_heads=1), level("ar", (1, 1))
    ),
    "ar,ar,ar,ar by rows": toy(
        level("ar", (4, 2), "row", copy_heads=1),
        level("ar", (2, 2), "row", copy_heads=1),
        level("ar", (2, 1), "row"),
        level("ar", (1, 1), "row"),
    ),
    "ar,ar,ar of two parts": toy(
        level("ar", (4, 2)), level("ar", (2, 1)), level("ar", (1, 1)), pitches=2, parts=2
    ),
    "ar,ar,ar with two velocities": toy(
        level("ar", (2, 2)), level("ar", (2, 1)), level("ar", (1, 1)), pitches=2, velocity_bins=2
    ),
}

MAR_TOYS = {
    "mar,mar": toy(level("mar", (2, 1), copy_heads=1), level("mar", (1, 1))),
    "mar,ar,ar": toy(level("mar", (2, 2)), level("ar", (2, 1), "row"), level("ar", (1, 1))),
    "ar,ar,mar,mar": toy(
        level("ar", (4, 2)),
        level("ar", (2, 2)),
        level("mar", (1, 2), copy_heads=1),
        level("mar", (1, 1)),
    ),
    "mar,mar,mar,mar": toy(
        level("mar", (4, 2), copy_heads=1),
        level("mar", (2, 2)),
        level("mar", (2, 1)),
        level("mar", (1, 1)),
    ),
}


def all_codes(config: ModelConfig, valid: int) -> Codes:
    """Every array of codes [B, P, 2] that is silent from step `valid` on."""
    shape = (-1, config.height, valid)
    values = range(2 + config.velocity_bins)
    cells = np.array(list(product(values, repeat=config.height * valid)), np.uint8).reshape(shape)
    return np.pad(cells, ((0, 0), (0, 0), (0, STEPS - valid)))


def probabilities(
    model: Fractal,
    codes: Codes,
    carry: NDArray[np.bool_],
    valid: int = STEPS,
    plan: Mapping[int, Ints] | None = None,
) -> NDArray[np.float64]:
    """The probability of each roll, [B]."""
    found = []
    for first in range(0, len(codes), 1024):
        some = codes[first : first + 1024]
        size = len(some)
        batch = batch_of(some, carry=np.tile(carry, (size, 1)), valid=[valid] * size)
        rounds = {
            index: torch.from_numpy(grid).expand(size, -1, -1)
            for index, grid in (plan or {}).items()
        }
        found.append(torch.exp(-model.score(batch, rounds).double()).numpy())
    return np.concatenate(found)


@pytest.mark.parametrize("valid", [2, 1])
@pytest.mark.parametrize("carried", [NOTHING, SOME], ids=["nothing carried", "carried"])
@pytest.mark.parametrize("name", AR_TOYS)
def test_the_probabilities_of_all_rolls_add_up_to_one(
    name: str, carried: NDArray[np.bool_], valid: int
) -> None:
    config = AR_TOYS[name]
    carry = carried[: config.height]
    codes = all_codes(config, valid)
    rolls = codes[[is_canonical(one, carry) for one in codes]]
    found = probabilities(lively(config), rolls, carry, valid)
    assert found.min() > 0
    assert found.max() < 0.7
    assert found.sum() == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("rounds", [2, 8])
@pytest.mark.parametrize("valid", [2, 1])
@pytest.mark.parametrize("name", MAR_TOYS)
def test_given_the_rounds_the_probabilities_of_all_codes_add_up_to_one(
    name: str, valid: int, rounds: int
) -> None:
    """Two neighbours of one round can't know of each other: held cells may follow silent ones."""
    config = MAR_TOYS[name]
    plan = random_plan(config, STEPS, valid=valid, rounds=rounds)
    model = lively(config)
    found = probabilities(model, all_codes(config, valid), SOME, valid, plan)
    assert found.max() < 0.7
    assert found.sum() == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("name", AR_TOYS)
def test_a_held_cell_that_nothing_began_is_impossible(name: str) -> None:
    config = AR_TOYS[name]
    codes = all_codes(config, STEPS)
    orphaned = codes[[not is_canonical(one) for one in codes]]
    assert (probabilities(lively(config), orphaned, NOTHING[: config.height]) == 0).all()


@pytest.mark.parametrize("mix", [name for name in MIXES if not MIXES[name].exact])
def test_mar_levels_have_no_score_without_rounds(mix: str) -> None:
    with pytest.raises(ValueError, match="needs a plan of rounds"):
        lively(MIXES[mix]).score(batch_of(np.zeros((1, 16, 8), np.uint8)))


def test_an_ar_model_draws_each_roll_as_often_as_its_probability_says() -> None:
    config = toy(
        level("ar", (2, 2), copy_heads=1), level("ar", (2, 1)), level("ar", (1, 1)), pitches=2
    )
    engine = engine_of(config)
    drawn = sampled(engine, Request(STEPS, count=4000), SamplingSettings(seed=8))
    codes = all_codes(config, STEPS)
    assert_drawn_as_often(drawn, codes, probabilities(engine.model, codes, NOTHING[:2]))


def test_a_mar_model_draws_each_roll_as_often_as_its_probability_says_over_all_orders() -> None:
    """Two columns of two cells: eight orders, equally probable."""
    config = toy(level("mar", (2, 1), copy_heads=1), level("mar", (1, 1)), pitches=2)
    engine = engine_of(config)
    drawn = sampled(engine, Request(STEPS, count=4000), SamplingSettings(seed=8))
    codes = all_codes(config, STEPS)
    both = list(permutations((1, 2)))
    found = [
        probabilities(
            engine.model,
            codes,
            NOTHING[:2],
            plan={0: np.array([columns]), 1: np.array([first, second]).T},
        )
        for columns, first, second in product(both, repeat=3)
    ]
    assert_drawn_as_often(drawn, codes, np.mean(found, axis=0))


def assert_drawn_as_often(drawn: Codes, codes: Codes, expected: NDArray[np.float64]) -> None:
    """A chi-square test, rare rolls taken together."""
    number = {one.tobytes(): index for index, one in enumerate(codes)}
    found = np.bincount([number[one.tobytes()] for one in drawn], minlength=len(codes))
    wanted = expected * len(drawn)
    rare = wanted < 5
    assert (~rare).sum() > 10
    observed = np.append(found[~rare], found[rare].sum())
    outcome = chisquare(observed, np.append(wanted[~rare], len(drawn) - wanted[~rare].sum()))
    assert outcome.pvalue > 1e-3


def test_silence_costs_something_and_has_no_notes() -> None:
    config = AR_TOYS["ar,ar,ar"]
    losses, nats = lively(config).measure(batch_of(np.full((1, 4, STEPS), SILENT, np.uint8)))
    assert losses.notes == 0
    assert float(losses.velocity_nats) == 0
    assert float(nats) > 0
