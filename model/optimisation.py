"""The optimiser, its learning-rate schedule and the averaged weights.

AdamW as Loshchilov and Hutter (arXiv 1711.05101) describe it: decay is applied to weights
directly, and only to matrices. The schedule is a pure function of the update's number, so a resumed
run needs no memory of it. Averaged weights (exponential moving average, EMA) are what is validated
and exported.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn
from torch.optim.lr_scheduler import LambdaLR
from torch.optim.swa_utils import AveragedModel

from model.trainingconfig import TrainingConfig


def learning_rate_factor(step: int, warmup_steps: int, total_steps: int, floor: float) -> float:
    """Share of the peak learning rate that update number `step` (from 0) uses.

    Rises linearly over the warm-up, then falls along half a cosine from 1 to `floor`, where it
    stays after `total_steps`.
    """
    if step < warmup_steps:
        return (step + 1) / warmup_steps
    progress = (step - warmup_steps) / max(1, total_steps - warmup_steps)
    cosine = 0.5 * (1.0 + math.cos(math.pi * min(1.0, progress)))
    return floor + (1.0 - floor) * cosine


def decay_groups(module: nn.Module, weight_decay: float) -> list[dict[str, object]]:
    """Parameters in two groups: matrices, which decay, and the rest, which doesn't.

    Not decayed are embeddings (a row is touched only when its symbol occurs, but would shrink at
    every update), and vectors: biases, norms, learned start values.
    """
    embeddings = {id(part.weight) for part in module.modules() if isinstance(part, nn.Embedding)}
    decayed: list[nn.Parameter] = []
    kept: list[nn.Parameter] = []
    for parameter in module.parameters():
        if not parameter.requires_grad:
            continue
        is_matrix = parameter.ndim >= 2 and id(parameter) not in embeddings
        (decayed if is_matrix else kept).append(parameter)
    groups: list[dict[str, object]] = [
        {"params": decayed, "weight_decay": weight_decay},
        {"params": kept, "weight_decay": 0.0},
    ]
    return [group for group in groups if group["params"]]


def make_optimizer(
    module: nn.Module, config: TrainingConfig, total_steps: int
) -> tuple[torch.optim.AdamW, LambdaLR]:
    """AdamW over a module's parameters, and its schedule per update."""
    optimizer = torch.optim.AdamW(
        decay_groups(module, config.weight_decay), lr=config.learning_rate, betas=config.betas
    )

    def factor(step: int) -> float:
        return learning_rate_factor(
            step, config.warmup_steps, total_steps, config.learning_rate_floor
        )

    return optimizer, LambdaLR(optimizer, factor)


def averaging(decay: float) -> Callable[[Sequence[Tensor], Sequence[Tensor], int | Tensor], None]:
    """The update of averaged weights, for `AveragedModel(multi_avg_fn=...)`.

    The decay of the n-th update is min(decay, (1 + n) / (10 + n)), so that the average forgets the
    random start in the first updates instead of dragging it along.
    """

    @torch.no_grad()
    def update(averaged: Sequence[Tensor], current: Sequence[Tensor], count: int | Tensor) -> None:
        n = int(count)
        share = 1.0 - min(decay, (1.0 + n) / (10.0 + n))
        if averaged[0].is_floating_point():  # lists come sorted by type
            torch._foreach_lerp_(list(averaged), list(current), share)
            return
        for target, source in zip(averaged, current, strict=True):
            target.copy_(source)

    return update


def averaged_copy(module: nn.Module, decay: float) -> AveragedModel:
    """A copy of a module that follows its weights and buffers; it needs no gradient."""
    average = AveragedModel(module, multi_avg_fn=averaging(decay), use_buffers=True)
    average.requires_grad_(requires_grad=False)
    return average.eval()


def gradient_norms(module: nn.Module, group_of: Callable[[str], str]) -> dict[str, float]:
    """Norm of the gradient per group of parameters.

    Args:
        module: The module after a backward pass.
        group_of: Parameter name to the name of its group.
    """
    squares: dict[str, list[Tensor]] = {}
    for name, parameter in module.named_parameters():
        if parameter.grad is not None:
            square = parameter.grad.detach().float().square().sum()
            squares.setdefault(group_of(name), []).append(square)
    return {group: float(torch.stack(parts).sum().sqrt()) for group, parts in squares.items()}
