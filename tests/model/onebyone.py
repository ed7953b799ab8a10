"""A sampler as slow as it is plain: one roll, child after child, cell after cell, no guesses.

Written from the definition of the factorisation, apart from the real sampler: it asks the engine
about one child at a time and finds out what is possible by trying it on the canvas. Only the
engine, the config and the noise are shared. AR levels only.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from model.conditions import metre_id
from model.config import ModelConfig
from model.engine import Codes, Engine, Floats, Ints, Question, RollIds
from model.noise import Noise
from model.scanorder import ScanOrder
from tests.model.pieces import BAR

UNKNOWN = -1
_BESIDE = ((0, -1), (0, 1), (-1, 0), (1, 0))

Pick = Callable[[list[float], float], int]
"""Probabilities and a uniform to the index drawn."""


def by_chance(probs: list[float], uniform: float) -> int:
    """The first value whose cumulative probability exceeds the uniform."""
    total = 0.0
    for index, prob in enumerate(probs):
        total += prob
        if uniform < total:
            return index
    raise AssertionError("probabilities add up to one")


def greedily(probs: list[float], uniform: float) -> int:
    """The most probable value."""
    return probs.index(max(probs))


class OneByOne:
    """Makes roll number `roll` of a seed."""

    def __init__(self, engine: Engine, seed: int, roll: int, steps: int, pick: Pick) -> None:
        self.engine, self.roll, self.steps, self.pick = engine, roll, steps, pick
        self.config: ModelConfig = engine.config
        self.padded = self.config.padded_steps(steps)
        self.noise = Noise.draw(self.config, seed, roll + 1, 0, self.padded)
        self.canvas = np.full((self.config.height, self.padded), UNKNOWN)
        self.canvas[:, steps:] = 0
        self.log_prob = 0.0

    def make(self) -> Codes:
        """The roll [P, steps]."""
        nothing = np.zeros(1, np.int64)
        told = self.engine.root(RollIds(nothing, nothing, nothing))
        self._fill(0, told, 0, 0, self.config.height, self.padded)
        return self.canvas[:, : self.steps].astype(np.uint8)

    def _fill(self, level: int, told: Any, row: int, column: int, tall: int, wide: int) -> None:
        height, width = self.config.levels[level].patch
        order = ScanOrder.of(tall // height, wide // width, self.config.levels[level].order)
        corners = [
            (row + up * height, column + right * width)
            for up, right in zip(order.row, order.column, strict=True)
        ]
        ruled_out = self._patterns(row, column, tall, wide) if level else []
        state = self.engine.begin(level, told, len(order))
        for child, (low, first) in enumerate(corners):
            before = self._cells(*corners[child - 1], height, width)
            if child == 0:
                before = self._cells(low, first - width, height, width)
            question = self._question(level, before, low, first, int(order.column[child]))
            logits = self.engine.flags(state, question, child)[0, 0]
            if first >= self.steps:
                continue
            patterns = self._flat(low, first, height, width)
            legal = [
                pattern is not None and self._possible(pattern, low, first, ruled_out, row, column)
                for pattern in patterns
            ]
            where = (self.roll, low // height, first // width)
            flag = self._draw(logits, [*legal, True], self.noise.flags[level][where])
            if flag < len(patterns):
                self.canvas[low : low + height, first : first + width] = patterns[flag]
                continue
            below = self.engine.below(state, np.array([0]), np.array([child]))
            if level + 2 == len(self.config.levels):
                self._fill_cells(below, low, first, height, width)
            else:
                self._fill(level + 1, below, low, first, height, width)

    def _fill_cells(self, told: Any, row: int, column: int, tall: int, wide: int) -> None:
        up, (left, right) = self.config.window_pitches, self.config.window_steps
        window = self._cells(row - up, column - left, tall + 2 * up, left + wide + right)
        codes, known = _split(window)
        state = self.engine.look(told, codes[None], known[None], np.array([row]))
        ruled_out = self._patterns(row, column, tall, wide)
        order = ScanOrder.of(tall, wide, self.config.levels[-1].order)
        own = (row + order.row, column + order.column)
        for cell, (up_to, step) in enumerate(zip(*own, strict=True)):
            if step >= self.steps:
                continue
            codes = np.maximum(self.canvas[own], 0).astype(np.uint8)
            kinds, velocities = self.engine.cells(state, codes[None], None)
            legal = [
                self._possible(np.array([[code]]), up_to, step, ruled_out, row, column)
                for code in (0, 1)
            ]
            where = (self.roll, up_to, step)
            code = self._draw(kinds[0, cell], [*legal, True], self.noise.kinds[where])
            if code == 2:
                uniform = self.noise.velocities[where]
                code += self._draw(velocities[0, cell], [True] * velocities.shape[2], uniform)
            self.canvas[up_to, step] = code

    def _question(self, level: int, before: Ints, low: int, first: int, place: int) -> Question:
        height, width = self.config.levels[level].patch
        beside = np.stack(
            [
                self._cells(low + up * height, first + right * width, height, width)
                for up, right in _BESIDE
            ]
        )
        around, known = _split(beside)
        metre = np.array([[metre_id(4, 4)]]) if level == 0 else None
        bar_place = np.array([[first % BAR + 1]]) if level == 0 else None
        return Question(
            _split(before)[0][None, None],
            None,
            around[None, None],
            known[None, None],
            np.array([[low // height]]),
            np.array([place]),
            metre,
            bar_place,
        )

    def _cells(self, row: int, column: int, tall: int, wide: int) -> Ints:
        """A stretch of canvas; before its first step all is silent, elsewhere nothing is known."""
        found = np.full((tall, wide), UNKNOWN)
        for up, right in np.ndindex(tall, wide):
            low, step = row + up, column + right
            if 0 <= low < self.config.height and -1 <= step < self.padded:
                found[up, right] = self.canvas[low, step] if step >= 0 else 0
        return found

    def _flat(self, row: int, column: int, tall: int, wide: int) -> tuple[Ints, Ints | None]:
        """A silent patch, and a held one if anything sounds at its left."""
        silent = np.zeros((tall, wide), np.int64)
        left = self._cells(row, column - 1, tall, 1)
        if (left == UNKNOWN).any() or not left.any():
            return silent, None
        held = np.repeat((left > 0).astype(np.int64), wide, 1)
        held[:, max(self.steps - column, 0) :] = 0
        return silent, held

    def _patterns(self, row: int, column: int, tall: int, wide: int) -> list[Ints]:
        """What an active patch may not become, as it would have been said in another way."""
        return [pattern for pattern in self._flat(row, column, tall, wide) if pattern is not None]

    def _possible(
        self, option: Ints, row: int, column: int, ruled_out: list[Ints], low: int, first: int
    ) -> bool:
        """Whether cells may be written, given what stands at their left and what is ruled out."""
        left = self._cells(row, column - 1, len(option), 1)[:, 0]
        if ((option[:, 0] == 1) & (left == 0)).any():
            return False
        tall, wide = option.shape
        tried = self.canvas.copy()
        tried[row : row + tall, column : column + wide] = option
        return not any(
            np.array_equal(
                tried[low : low + pattern.shape[0], first : first + pattern.shape[1]], pattern
            )
            for pattern in ruled_out
        )

    def _draw(self, logits: Floats, legal: list[bool], uniform: float) -> int:
        weights = [
            math.exp(logit) if may else 0.0 for logit, may in zip(logits, legal, strict=True)
        ]
        probs = [weight / math.fsum(weights) for weight in weights]
        choice = self.pick(probs, uniform)
        self.log_prob += math.log(probs[choice])
        return choice


def _split(cells: Ints) -> tuple[Codes, Any]:
    """Codes (0 where unknown), and which are known."""
    return np.maximum(cells, 0).astype(np.uint8), cells != UNKNOWN
