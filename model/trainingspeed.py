"""How fast a training would go here: a few real updates, timed."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

import torch
from torch import Tensor

from model.datamodule import Split, TrainingBatches, ValidationBatches
from model.trainingconfig import TrainingConfig
from model.trainingmodule import TrainingModule

WARM_UP = 2
"""Updates that are not timed: the first ones take memory and choose kernels."""
FEWEST = 3
MEASURE_S = 4.0
"""Updates are timed for so long, `FEWEST` of them at least."""


@dataclass(frozen=True)
class Speed:
    """Seconds of one update and of one whole validation; how many updates were timed."""

    update_s: float
    validation_s: float
    updates: int

    def seconds(self, steps: int, validation_interval: int) -> float:
        """How long `steps` updates take with their validations."""
        validations = -(-steps // max(1, validation_interval))
        return steps * self.update_s + validations * self.validation_s

    def to_json(self) -> dict[str, float]:
        """The same as plain values."""
        return asdict(self)


def measure_speed(
    train: Split, valid: Split, config: TrainingConfig, weights: Mapping[str, Tensor] | None = None
) -> Speed:
    """Train a throw-away copy for a few seconds.

    The median of the updates is taken, so that one that was disturbed doesn't count.

    Args:
        train: What it would learn from.
        valid: What it would be validated on.
        config: How it would be trained.
        weights: What it would begin with.
    """
    device = _device(config)
    if config.threads is not None:
        torch.set_num_threads(config.threads)
    module = TrainingModule(train.model_config, config, 1000)
    if weights is not None:
        module.begin_with(weights)
    model = module.model.to(device).train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-6)
    took: list[float] = []
    masks = torch.Generator().manual_seed(config.seed)
    begun = time.perf_counter()
    batches = TrainingBatches(train, config, 0, 10_000)
    for number in range(10_000):
        at = time.perf_counter()
        optimizer.zero_grad(set_to_none=True)
        model(batches.of_update(number).to(device), masks).total.backward()
        optimizer.step()
        _wait_for(device)
        took.append(time.perf_counter() - at)
        if number + 1 >= WARM_UP + FEWEST and time.perf_counter() - begun > MEASURE_S:
            break
    timed = sorted(took[WARM_UP:])
    return Speed(timed[len(timed) // 2], _validation_s(module, valid, config, device), len(timed))


def _validation_s(
    module: TrainingModule, valid: Split, config: TrainingConfig, device: torch.device
) -> float:
    """Seconds of one validation, from one of its batches."""
    batches = ValidationBatches(valid, replace(config, validation_windows=config.batch_size))
    rounds = len(ValidationBatches(valid, config))
    at = time.perf_counter()
    with torch.no_grad():
        batch = next(iter(batches)).to(device)
        module.model.eval()(batch, torch.Generator().manual_seed(0))
        _wait_for(device)
    return (time.perf_counter() - at) * rounds


def _device(config: TrainingConfig) -> torch.device:
    """Where Lightning would train."""
    if config.accelerator in ("auto", "cuda") and torch.cuda.is_available():
        return torch.device("cuda")
    if config.accelerator in ("auto", "mps") and torch.backends.mps.is_available():
        return torch.device("mps")
    return torch.device("cpu")


def _wait_for(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize()
