"""Random plans: in which round a MAR level would reveal each child, drawn as in sampling.

A MAR level has no likelihood of its own, only one given the order in which it reveals things. The
mean over random orders of -log p(roll | order) is never below -log p(roll) (Jensen's inequality),
so one draw per roll estimates an upper bound of the nats.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from model.config import ModelConfig
from model.masking import round_ranks


def random_plan(
    config: ModelConfig, valid_steps: NDArray[np.int64], steps: int, rng: np.random.Generator
) -> dict[int, torch.Tensor]:
    """A plan for `Fractal.score`: for every MAR level the round of each child.

    Args:
        config: The generator's.
        valid_steps: int64 [B]; children that lie wholly behind it are padding and get round 0.
        steps: Width of the batch in steps, before padding.
        rng: Draws the orders.

    Returns:
        Level to int64 [B, rows, columns] over the whole canvas in children of that level; empty
        where all levels are AR.
    """
    padded = config.padded_steps(steps)
    plan: dict[int, torch.Tensor] = {}
    for index, level in enumerate(config.levels):
        if level.kind != "mar":
            continue
        height, width = level.patch
        node_height, node_width = config.node_shape(index, padded)
        rows, columns = node_height // height, node_width // width  # children of a node
        grid = (
            len(valid_steps), config.height // node_height, rows, padded // node_width, columns,
        )  # fmt: skip
        first_step = np.arange(padded // width).reshape(1, 1, 1, *grid[3:]) * width
        padding = np.broadcast_to(first_step >= valid_steps.reshape(-1, 1, 1, 1, 1), grid)
        by_node = padding.transpose(0, 1, 3, 2, 4)
        known = by_node.reshape(-1, rows * columns)
        ranks = round_ranks(rng.random(known.shape), known, level.rounds)
        rounds = ranks.reshape(by_node.shape).transpose(0, 1, 3, 2, 4)
        canvas = rounds.reshape(len(valid_steps), config.height // height, padded // width)
        plan[index] = torch.from_numpy(canvas.copy())
    return plan
