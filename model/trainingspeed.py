"""How fast a training would go here: a few real updates, a validation and a few bars, timed."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace

import torch
from torch import Tensor

from model.datamodule import Split, TrainingBatches, ValidationBatches
from model.fractal import Fractal
from model.roll import Roll
from model.settings import SamplingSettings
from model.trainingconfig import TrainingConfig
from model.trainingcost import LONGEST_SAMPLE_S, SAMPLE_BARS, Cost
from model.trainingdirection import Direction
from model.trainingevents import make_sample
from model.trainingmodule import TrainingModule

WARM_UP = 2
"""Updates that are not timed: the first ones take memory and choose kernels."""
FEWEST = 3
MEASURE_S = 4.0
"""Updates are timed for so long, `FEWEST` of them at least."""
SAMPLE_PATIENCE_S = 4.0
"""A sample is timed for so long."""


def measure_cost(
    train: Split,
    valid: Split,
    config: TrainingConfig,
    judge: Callable[[list[Roll]], object],
    weights: Mapping[str, Tensor] | None = None,
) -> Cost:
    """Train a throw-away copy for a few seconds; opening is what this process has done so far.

    The median of the updates is taken, so that one that was disturbed doesn't count.

    Args:
        train: What it would learn from.
        valid: What it would be validated on.
        config: How it would be trained.
        judge: Looks at bars that were made, as a training would.
        weights: What it would begin with.
    """
    opening_s = time.process_time()
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
    validation_s = _validation_s(module, valid, config, device)
    return Cost(timed[len(timed) // 2], validation_s, *_sample_s(model, judge), opening_s)


def _sample_s(model: Fractal, judge: Callable[[list[Roll]], object]) -> tuple[float, float]:
    """Seconds of a sample and of its verdict; of the second ones, the first wake everything up."""
    model.cpu().eval()
    sample_s = verdict_s = 0.0
    for seed in range(2):
        at = time.perf_counter()
        settings = SamplingSettings(seed=seed)
        roll = make_sample(model, SAMPLE_BARS, settings, Direction(), SAMPLE_PATIENCE_S)
        sample_s = time.perf_counter() - at
        judge([roll])
        verdict_s = time.perf_counter() - at - sample_s
    return sample_s if sample_s < SAMPLE_PATIENCE_S else LONGEST_SAMPLE_S, verdict_s


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
