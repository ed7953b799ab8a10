"""All chance of a piece, laid out over its canvas: one uniform for every choice that may be made.

A choice reads the uniform of its own place, so a seed means the same music whatever the engine,
the batch, or the order in which patches happen to be computed. Counter-based (Philox), hence any
stretch of an endless piece is at hand without drawing what came before it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.config import ModelConfig

Uniforms = NDArray[np.float32]

SAMPLER_VERSION = "philox-1"
"""Changes whenever the same seed would mean other notes: noise, its layout or how it is read."""

LARGEST = np.float32(1 - 2**-22)
"""No uniform is larger, so that rounding in a product never draws a value of probability 0."""

BUNDLE = 32
"""Blocks (columns of level 0) out of one generator, which costs as much as a thousand numbers."""


@dataclass(frozen=True)
class Noise:
    """Uniforms in 0..`LARGEST` for B rolls over a stretch of `T` steps.

    flags, order: for each level [B, rows, columns] in its children: what a child is flagged, and
    when a MAR level reveals it. kinds, velocities: [B, P, T] for the cells.
    """

    flags: list[Uniforms]
    order: list[Uniforms]
    kinds: Uniforms
    velocities: Uniforms

    @classmethod
    def draw(cls, config: ModelConfig, seed: int, rolls: int, start: int, steps: int) -> Noise:
        """The noise of `rolls` rolls from step `start` on; both in whole children of level 0."""
        width = config.levels[0].patch[1]
        grids = [
            (config.height // level.patch[0], width // level.patch[1]) for level in config.levels
        ]
        sizes = [rows * columns for rows, columns in grids]
        counts = [*sizes, *sizes, sizes[-1]]
        ends = np.cumsum(counts)
        blocks = range(start // width, (start + steps) // width)
        drawn = np.stack([_blocks(seed, roll, blocks, int(ends[-1])) for roll in range(rolls)])
        pieces = np.split(drawn, ends[:-1], axis=2)
        shaped = [
            _along_time(piece, *grid)
            for piece, grid in zip(pieces, [*grids, *grids, grids[-1]], strict=True)
        ]
        levels = len(grids)
        return cls(shaped[:levels], shaped[levels : 2 * levels], shaped[levels - 1], shaped[-1])


def _blocks(seed: int, roll: int, blocks: range, count: int) -> Uniforms:
    """`count` uniforms of each of some blocks, [blocks, count]."""
    first, last = blocks.start // BUNDLE, -(-blocks.stop // BUNDLE)
    drawn = np.concatenate([_bundle(seed, roll, index, count) for index in range(first, last)])
    start = blocks.start - first * BUNDLE
    found: Uniforms = np.minimum(drawn[start : start + len(blocks)], LARGEST)
    return found


def _bundle(seed: int, roll: int, index: int, count: int) -> Uniforms:
    key = np.array([seed, roll], np.uint64)
    counter = np.array([0, 0, 0, index], np.uint64)
    generator = np.random.Generator(np.random.Philox(key=key, counter=counter))
    return generator.random((BUNDLE, count), dtype=np.float32)


def _along_time(piece: Uniforms, rows: int, columns: int) -> Uniforms:
    """[B, blocks, rows * columns] -> [B, rows, blocks * columns]."""
    rolls, blocks, _ = piece.shape
    return piece.reshape(rolls, blocks, rows, columns).swapaxes(1, 2).reshape(rolls, rows, -1)
