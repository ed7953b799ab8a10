"""Pieces of music that are made and timed: some bars of 4/4 by any engine, one roll or several."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.roll import FIRST_ONSET
from model.sampler import Request, Sampler
from model.settings import SamplingSettings

Codes = NDArray[np.uint8]
Extent = tuple[float, float, float]
"""Lowest, median, highest."""

BEATS = 4
BAR_SECONDS = 2.0
"""A bar of 4/4 at 120 bpm."""
NEXT_TRY = 10_000


@dataclass(frozen=True)
class Piece:
    """Some rolls, and what they cost.

    Attributes:
        codes: uint8 [B, P, T].
        wall_s, cpu_s: Time of the clock and of the processor.
        first_bar_s: Time of the clock until bar 1 of every roll was whole.
    """

    codes: Codes
    wall_s: float
    cpu_s: float
    first_bar_s: float


def piece(sampler: Sampler, seed: int, bars: int, rolls: int = 1) -> Piece:
    """Make `bars` bars of `rolls` rolls and time them."""
    config = sampler.config
    bar = BEATS * config.steps_per_beat
    codes = np.zeros((rolls, config.height, bars * bar), np.uint8)
    missing, first_bar_s = rolls * config.height * bar, 0.0
    request, settings = Request(bars * bar, count=rolls), SamplingSettings(seed=seed)
    cpu, begin = time.process_time(), time.perf_counter()
    for patch in sampler.generate(request, settings):
        tall, wide = patch.codes.shape
        start, low = patch.start_step, patch.low_pitch
        codes[patch.roll, low : low + tall, start : start + wide] = patch.codes
        missing -= tall * max(0, min(start + wide, bar) - start)
        if not missing and not first_bar_s:
            first_bar_s = time.perf_counter() - begin
    wall_s, cpu_s = time.perf_counter() - begin, time.process_time() - cpu
    return Piece(codes, wall_s, cpu_s, first_bar_s)


def piece_with_notes(sampler: Sampler, seed: int, bars: int) -> tuple[int, Piece]:
    """The first piece from `seed` on that isn't silent, which would count as wonderfully fast.

    Returns:
        Its seed, and the piece.
    """
    while True:
        one = piece(sampler, seed, bars)
        if (one.codes >= FIRST_ONSET).any():
            return seed, one
        seed += NEXT_TRY


def extent(values: list[float], digits: int = 4) -> Extent:
    """Lowest, median, highest."""
    found = min(values), statistics.median(values), max(values)
    low, middle, high = (round(value, digits) for value in found)
    return low, middle, high
