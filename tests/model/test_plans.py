import numpy as np
import pytest
import torch

from model.batch import Batch
from model.config import LevelConfig, ModelConfig
from model.fractal import Fractal
from model.masking import cosine_rounds
from model.plans import random_plan


def config_of(kinds: str) -> ModelConfig:
    first, second, third = kinds.split(",")
    return ModelConfig(
        levels=(
            LevelConfig(first, (128, 8), dim=8, heads=2),  # type: ignore[arg-type]
            LevelConfig(second, (16, 4), dim=8, heads=2),  # type: ignore[arg-type]
            LevelConfig(third, (1, 1), dim=8, heads=2),  # type: ignore[arg-type]
        ),
        window_channels=4,
    )


def plan_of(kinds: str, valid: list[int], steps: int) -> dict[int, torch.Tensor]:
    return random_plan(config_of(kinds), np.array(valid), steps, np.random.default_rng(0))


def test_only_mar_levels_have_a_plan() -> None:
    assert plan_of("ar,ar,ar", [32], 32) == {}
    assert set(plan_of("mar,ar,mar", [32], 32)) == {0, 2}


def test_each_node_reveals_its_children_as_sampling_does() -> None:
    plan = plan_of("mar,mar,mar", [32, 32], 32)
    assert {level: tuple(found.shape) for level, found in plan.items()} == {
        0: (2, 1, 4),
        1: (2, 8, 8),
        2: (2, 128, 32),
    }
    config = config_of("mar,mar,mar")
    node = plan[1][1, :, 2:4].numpy()  # the children of the second of four nodes
    counts = np.bincount(node.ravel())[1:]
    assert counts.tolist() == cosine_rounds(16, config.levels[1].rounds)


def test_padding_is_never_revealed() -> None:
    plan = plan_of("mar,mar,mar", [9, 32], 30)
    assert (plan[0][0] > 0).tolist() == [[True, True, False, False]]
    assert (plan[2][0, :, 9:] == 0).all()
    assert (plan[2][0, :, :9] > 0).all()
    assert (plan[2][1] > 0).all()


@pytest.mark.parametrize("kinds", ["mar,ar,ar", "ar,mar,mar", "mar,mar,mar"])
def test_a_random_plan_can_be_scored(kinds: str) -> None:
    rng = np.random.default_rng(1)
    codes = torch.from_numpy(np.where(rng.random((2, 128, 30)) < 0.02, 2, 0).astype(np.uint8))
    none = torch.zeros(2, dtype=torch.int64)
    steps = torch.zeros(2, 30, dtype=torch.int64)
    valid = torch.tensor([9, 30])
    batch = Batch(
        codes, torch.zeros(2, 128, dtype=torch.bool), valid, steps, steps, none, none, none, none
    )
    model = Fractal(config_of(kinds)).eval()
    losses, nats = model.measure(batch, plan_of(kinds, [9, 30], 30))
    assert nats.isfinite().all()
    assert (nats > 0).all()
    per_frame = sum(float(level.nats) for level in losses.per_level)
    assert per_frame == pytest.approx(float(nats.sum()) / 39, rel=1e-5)
