"""Tiny generators with lively weights, and rolls for them.

Shapes: `B` rolls, `P` rows of the canvas, `T` steps.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from model.batch import Batch
from model.conditions import metre_id, place_ids
from model.config import ModelConfig
from model.engine import Codes, Ints
from model.fractal import Fractal, Plan
from model.masking import round_ranks
from model.roll import SILENT
from model.sampler import Trace
from model.torchengine import TorchEngine
from tests.model.pieces import BAR, random_codes


def lively(config: ModelConfig, seed: int = 1) -> Fractal:
    """A model whose answers depend strongly on what it is told, and in which much happens.

    Weights are drawn by their names, so that a new one somewhere leaves all others as they are.
    """
    torch.set_num_threads(1)
    model = Fractal(config).eval()
    with torch.no_grad():
        for name, weight in model.named_parameters():
            rng = torch.Generator().manual_seed(zlib.crc32(f"{seed} {name}".encode()))
            weight.copy_(0.45 * torch.randn(weight.shape, generator=rng))
            if "norm" in name and name.endswith("weight"):
                weight.add_(1)
        for index in range(len(config.levels) - 1):
            flags = model.level(index).flags
            flags.weight.mul_(0.6)
            flags.bias.copy_(torch.tensor([0.2, 0.5, 1.0]))
        model.cell_level.kinds.weight.mul_(0.6)
        model.cell_level.kinds.bias.copy_(torch.tensor([0.3, 0.8, 0.2]))
    return model


def batch_of(
    codes: Codes,
    *,
    carry: NDArray[np.bool_] | None = None,
    valid: Sequence[int] | None = None,
    first_step: int = 0,
) -> Batch:
    """Rolls [B, P, T] in 4/4 from `first_step` of a bar on, nothing else told."""
    rolls, rows, steps = codes.shape
    if carry is None:
        carry = np.zeros((rolls, rows), bool)
    nothing = torch.zeros(rolls, dtype=torch.long)
    place = torch.from_numpy(place_ids((np.arange(steps) + first_step) % BAR))
    return Batch(
        codes=torch.from_numpy(codes.copy()),
        carry=torch.from_numpy(np.array(carry)),
        valid_steps=torch.tensor([steps] * rolls if valid is None else list(valid)),
        place=place.expand(rolls, -1),
        metre=torch.full((rolls, steps), metre_id(4, 4)),
        style=nothing,
        key=nothing,
        density=nothing,
        shift=nothing,
    )


def random_batch(
    config: ModelConfig, valid: Sequence[int], seed: int = 0, carried: float = 0.2
) -> Batch:
    """Random rolls of the given lengths, padded with silence to the longest."""
    rng = np.random.default_rng(seed)
    carry = rng.random((len(valid), config.height)) < carried
    shape = (len(valid), config.height, max(valid))
    codes = random_codes(rng, shape, config.velocity_bins, carry)
    for roll, steps in enumerate(valid):
        codes[roll, :, steps:] = SILENT
    return batch_of(codes, carry=carry, valid=valid)


def engine_of(config: ModelConfig, seed: int = 1) -> TorchEngine:
    """A torch engine with a lively model."""
    return TorchEngine(lively(config, seed))


def random_plan(
    config: ModelConfig, steps: int, *, valid: int | None = None, rounds: int | None = None
) -> dict[int, Ints]:
    """Rounds of every MAR level over a canvas of `steps` padded steps, [rows, columns] each.

    Children beyond `valid` steps are known from the start. rounds: as the levels say by default.
    """
    rng = np.random.default_rng(3)
    plan = {}
    for index, own in enumerate(config.levels):
        if own.kind == "mar":
            height, width = own.patch
            grid = np.zeros((config.height // height, steps // width), np.int64)
            padding = np.arange(steps // width) * width >= (steps if valid is None else valid)
            tall, wide = config.node_shape(index, steps)
            rows, columns = tall // height, wide // width
            for row, column in np.ndindex(config.height // tall, steps // wide):
                node = (
                    slice(row * rows, (row + 1) * rows),
                    slice(column * columns, (column + 1) * columns),
                )
                known = np.broadcast_to(padding[node[1]], (rows, columns)).reshape(1, -1)
                ranks = round_ranks(rng.random(known.shape), known, rounds or own.rounds)
                grid[node] = ranks.reshape(rows, columns)
            plan[index] = grid
    return plan


def plan_of(trace: Trace) -> Plan:
    """The rounds that the sampler took, as `Fractal.score` wants them."""
    return {index: torch.from_numpy(rounds) for index, rounds in trace.plan.items()}
