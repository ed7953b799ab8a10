"""What a pass over a batch yields: the objective and, for each level, the signs of its health."""

from __future__ import annotations

from dataclasses import dataclass, field

import torch
from torch import Tensor
from torch.nn import functional as F


@dataclass
class LevelStats:
    """One level in one batch. Means are over what was predicted.

    nats: negative log-likelihood a frame (MAR in training: an estimate, weighted up from the
    masked share). sequence_length: children a node. patches: children predicted. padding: share of
    children beyond the end of the roll. masked_fraction: share predicted at once (AR: 1).
    entropy: nats a prediction (flags, or kinds at the cell level).
    """

    name: str
    kind: str
    nats: Tensor
    sequence_length: int
    patches: int
    padding: float
    masked_fraction: float
    entropy: Tensor


@dataclass
class Losses:
    """A batch's objective and what it is made of; `total` and all `nats` are nats a frame."""

    total: Tensor
    per_level: list[LevelStats] = field(default_factory=list)
    velocity_nats: Tensor = field(default_factory=lambda: torch.zeros(()))
    velocity_entropy: Tensor = field(default_factory=lambda: torch.zeros(()))
    notes: int = 0
    frames: int = 0


def log_probabilities(logits: Tensor) -> Tensor:
    """Over the last axis; at 32 bits at least, also where mixed precision made logits of 16."""
    return F.log_softmax(logits, -1, dtype=torch.promote_types(logits.dtype, torch.float32))


def entropy(log_probs: Tensor) -> Tensor:
    """Mean entropy of rows of log-probabilities [..., F] in nats; 0 for no rows."""
    if log_probs.numel() == 0:
        return log_probs.new_zeros(())
    terms = log_probs.exp() * log_probs.clamp(min=-80.0)
    return -terms.sum(-1).mean().detach()
