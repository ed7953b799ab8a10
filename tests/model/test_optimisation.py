import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from model.optimisation import (
    averaged_copy,
    averaging,
    decay_groups,
    gradient_norms,
    learning_rate_factor,
    make_optimizer,
)
from model.trainingconfig import TrainingConfig


def test_learning_rate_warms_up_peaks_and_ends_on_its_floor() -> None:
    rates = [learning_rate_factor(step, 10, 100, 0.1) for step in range(120)]
    assert rates[0] == pytest.approx(0.1)
    assert max(rates) == rates[10] == pytest.approx(1.0)
    assert rates[:10] == sorted(rates[:10])
    assert rates[10:] == sorted(rates[10:], reverse=True)
    assert rates[100] == rates[119] == pytest.approx(0.1)


@given(st.integers(0, 300), st.integers(0, 50), st.integers(51, 200), st.floats(0, 1))
def test_learning_rate_stays_within_its_bounds(
    step: int, warmup: int, total: int, floor: float
) -> None:
    assert learning_rate_factor(step, warmup, total, floor) + 1e-12 > 0
    assert learning_rate_factor(step, warmup, total, floor) <= 1 + 1e-12


def test_only_matrices_decay() -> None:
    module = nn.ModuleDict(
        {"embedding": nn.Embedding(3, 4), "linear": nn.Linear(4, 2), "norm": nn.LayerNorm(2)}
    )
    decayed, kept = decay_groups(module, 0.1)
    assert decayed["params"] == [module["linear"].weight]
    assert (decayed["weight_decay"], kept["weight_decay"]) == (0.1, 0.0)
    assert len(kept["params"]) == 4  # type: ignore[arg-type]


def test_optimizer_follows_the_schedule() -> None:
    config = TrainingConfig(steps=10, warmup_steps=2, learning_rate=0.5)
    optimizer, schedule = make_optimizer(nn.Linear(2, 2), config, total_steps=10)
    assert optimizer.param_groups[0]["lr"] == pytest.approx(0.25)
    optimizer.step()
    schedule.step()
    assert optimizer.param_groups[0]["lr"] == pytest.approx(0.5)
    assert optimizer.param_groups[0]["betas"] == (0.9, 0.95)


def test_averaged_weights_follow_slowly_but_forget_the_start_fast() -> None:
    update = averaging(0.9)
    average = [torch.zeros(1)]
    update(average, [torch.ones(1)], 0)
    assert average[0].item() == pytest.approx(0.9)
    update(average, [torch.zeros(1)], 10_000)
    assert average[0].item() == pytest.approx(0.81)


def test_averaged_copy_asks_for_no_gradient_and_stays_in_evaluation_mode() -> None:
    linear = nn.Linear(2, 2)
    module = nn.Sequential(linear, nn.BatchNorm1d(2))
    average = averaged_copy(module, 0.5)
    with torch.no_grad():
        linear.weight.fill_(3.0)
    average.update_parameters(module)
    average.update_parameters(module)
    assert not any(parameter.requires_grad for parameter in average.parameters())
    assert not average.training
    assert torch.allclose(dict(average.named_parameters())["module.0.weight"], torch.tensor(3.0))


def test_gradient_norms_are_told_by_group() -> None:
    module = nn.ModuleDict({"a": nn.Linear(1, 1, bias=False), "b": nn.Linear(1, 1, bias=False)})
    module["a"].weight.grad = torch.tensor([[3.0]])
    norms = gradient_norms(module, lambda name: name.split(".")[0])
    assert norms == {"a": 3.0}
