"""Engines around an engine, for music that is partly given.

`KeepingEngine` keeps what the music says on the coarse levels, so that only finer ones change: it
asks the engine inside as ever and then insists on the flags that the music has there. With level 0
kept the rhythm stays, with all but the cells kept the outline, too. Where a kept flag has become
impossible (nothing sounds any more that could be held on) the engine's own answer counts.
`PastEngine` keeps what comes later from a network that never met it.

Shapes: `M` nodes, `m` children asked about, `P` rows, `T` steps.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from model.config import ModelConfig
from model.engine import Codes, Engine, Floats, Ints, Known, Question, RollIds, State, Told
from model.legality import FLAG_ACTIVE, FLAG_HELD, FLAG_SILENT
from model.roll import HELD, SILENT
from model.scanorder import RIGHT
from model.surroundings import level_order, looks

INSISTENCE = np.float32(1e4)
"""Logits of what is kept are so much higher; rules stand above it."""


@dataclass(frozen=True)
class _Nodes:
    """M nodes: what the engine inside knows of them, and where they begin on the canvas."""

    inner: Any
    row: Ints
    step: Ints
    level: int = 0
    children: int = 0


class KeepingEngine:
    """Wraps an engine for one stretch of one roll.

    Args:
        engine: the one inside.
        codes: uint8 [P, S], the music that is kept to.
        before: uint8 [P, 1 or 0], the step before it.
        padded: steps of the canvas.
        levels: how many levels keep to it, from the coarsest on.
    """

    def __init__(
        self, engine: Engine, codes: Codes, before: Codes, padded: int, levels: int
    ) -> None:
        self.engine, self.config = engine, engine.config
        self.name = engine.name
        self._levels = levels
        self._flags = [
            flags_of(codes, before, padded, own.patch) for own in self.config.levels[:levels]
        ]

    def root(self, ids: RollIds) -> _Nodes:
        """As the engine inside."""
        none = np.zeros(len(ids.style), np.int64)
        return _Nodes(self.engine.root(ids), none, none)

    def begin(self, level: int, told: Told, children: int) -> _Nodes:
        """As the engine inside."""
        inner = self.engine.begin(level, told.inner, children)
        return _Nodes(inner, told.row, told.step, level, children)

    def flags(self, state: State, question: Question, start: int) -> Floats:
        """What the engine inside says, then what is kept."""
        logits: Floats = self.engine.flags(state.inner, question, start)
        if state.level >= self._levels:
            return logits
        width = self.config.levels[state.level].patch[1]
        column = state.step[:, None] // width + question.column
        kept: Ints = self._flags[int(state.level)][question.row, column]
        insisted: Floats = INSISTENCE * np.eye(3, dtype=np.float32)[kept]
        return logits + insisted

    def below(self, state: State, node: Ints, child: Ints) -> _Nodes:
        """As the engine inside."""
        height, width = self.config.levels[state.level].patch
        steps = state.children * height * width // self.config.node_shape(state.level, 0)[0]
        order = level_order(self.config, state.level, steps)
        row = state.row[node] + order.row[child] * height
        step = state.step[node] + order.column[child] * width
        return _Nodes(self.engine.below(state.inner, node, child), row, step)

    def look(self, told: Told, codes: Codes, known: Known, row: Ints) -> State:
        """As the engine inside."""
        return self.engine.look(told.inner, codes, known, row)

    def cells(self, state: State, codes: Codes, known: Known | None) -> tuple[Floats, Floats]:
        """As the engine inside."""
        return self.engine.cells(state, codes, known)


class PastEngine:
    """Tells the cell level nothing of what comes after a patch, for a model that never was told.

    The rules (`model.rules`) still see it, so that a kept note goes on.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine, self.config, self.name = engine, engine.config, engine.name
        self.root, self.begin = engine.root, engine.begin
        self.flags, self.below, self.cells = engine.flags, engine.below, engine.cells

    def look(self, told: Told, codes: Codes, known: Known, row: Ints) -> State:
        """As the engine inside, what comes after the patch being unknown."""
        after = codes.shape[2] - self.config.window_steps[1]
        known = known.copy()
        known[:, :, after:] = False
        return self.engine.look(told, codes * known, known, row)


def sheltered(engine: Engine) -> Engine:
    """The engine, kept from what comes later if its network never met that."""
    levels = engine.config.levels
    never_told = levels[-2].patch[1] == levels[0].patch[1]  # no patch beside another in a child
    return PastEngine(engine) if never_told and hears_only_the_past(engine.config) else engine


def hears_only_the_past(config: ModelConfig) -> bool:
    """Whether no level can be told anything of what comes later, so that leaving it out is exact.

    That is so where level 0 goes column by column and no level ever looks to the right.
    """
    if config.levels[0].kind != "ar" or config.levels[0].patch[0] != config.height:
        return False
    steps = 2 * config.levels[0].patch[1]
    patches = range(len(config.levels) - 1)
    orders = [level_order(config, level, steps) for level in patches]
    if any(RIGHT in looks(config, level, orders[level]) for level in patches):
        return False
    return config.levels[-1].kind == "ar"


def flags_of(codes: Codes, before: Codes, padded: int, patch: tuple[int, int]) -> Ints:
    """The flag of every patch of a level, int64 [P / h, T / w]: silent, held or active.

    Args:
        codes: uint8 [P, S], finished music.
        before: uint8 [P, 1 or 0], the step before it; without one nothing sounds there.
        padded: steps T of the canvas, S or a little more; beyond S anything fits.
        patch: height and width of the level's children.
    """
    height, width = patch
    rows, steps = codes.shape
    whole = np.pad(codes, ((0, 0), (0, padded - steps)))
    left = np.zeros((rows, padded // width), bool)
    left[:, 1:] = whole[:, width - 1 : -1 : width] != SILENT
    if before.shape[1]:
        left[:, 0] = before[:, -1] != SILENT
    held_on = np.repeat(left, width, axis=1) * np.uint8(HELD)
    free = np.arange(padded) >= steps

    def all_of(fits: Known) -> Known:
        grid = (fits | free).reshape(rows // height, height, padded // width, width)
        return np.asarray(grid.all((1, 3)))

    silent, held = all_of(whole == SILENT), all_of(whole == held_on)
    sounding = left.reshape(rows // height, height, -1).any(1)
    return np.where(held & sounding, FLAG_HELD, np.where(silent, FLAG_SILENT, FLAG_ACTIVE)).astype(
        np.int64
    )


__all__ = ["KeepingEngine", "PastEngine", "flags_of", "hears_only_the_past", "sheltered"]
