"""Pieces out of the sampler, and pieces drawn at random; no torch.

Shapes: `B` rolls, `P` rows of the canvas, `T` steps.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from model.engine import Codes, Engine
from model.roll import FIRST_ONSET, HELD, SILENT
from model.sampler import Request, Sampler, SamplingSettings, Trace

BAR = 16
"""Steps of a bar of 4/4 on the grid of all tiny generators."""


def random_codes(
    rng: np.random.Generator, shape: tuple[int, int, int], velocities: int, carry: NDArray[np.bool_]
) -> Codes:
    """Canonical codes [B, P, T] with many short and some long notes; `carry` [B, P]."""
    codes = np.zeros(shape, np.uint8)
    for step in range(shape[2]):
        left = codes[:, :, step - 1] != SILENT if step else carry
        chance = rng.random(shape[:2])
        onset = FIRST_ONSET + rng.integers(0, velocities, shape[:2])
        codes[:, :, step] = np.where(chance < 0.15, onset, (left & (chance > 0.5)) * HELD)
    return codes


def sampled(
    engine: Engine,
    request: Request,
    settings: SamplingSettings | None = None,
    trace: Trace | None = None,
) -> Codes:
    """All that the sampler makes, [B, P, steps]; every cell must come exactly once."""
    assert request.steps is not None
    shape = (request.count, engine.config.height, request.steps)
    codes, times = np.zeros(shape, np.uint8), np.zeros(shape, np.int64)
    for patch in Sampler(engine).generate(request, settings, trace):
        tall, wide = patch.codes.shape
        place = (
            patch.roll,
            slice(patch.low_pitch, patch.low_pitch + tall),
            slice(patch.start_step, patch.start_step + wide),
        )
        codes[place] = patch.codes
        times[place] += 1
    assert (times == 1).all()
    return codes


def is_canonical(codes: Codes, carry: NDArray[np.bool_] | None = None) -> bool:
    """Whether every held cell of [..., P, T] goes on from a sounding one; `carry` [..., P]."""
    before = np.zeros(codes.shape[:-1], bool) if carry is None else carry
    left = np.concatenate([before[..., None], codes[..., :-1] != SILENT], -1)
    return not ((codes == HELD) & ~left).any()
