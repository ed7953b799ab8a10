"""Engines of a few lines that drive the sampler without torch and without a network."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from model.config import ModelConfig
from model.engine import Codes, Floats, Ints, Known, Question, RollIds
from model.legality import FLAG_ACTIVE, FLAG_HELD
from model.roll import FIRST_ONSET, HELD, SILENT
from model.scanorder import LEFT
from model.surroundings import level_order


class FakeEngine:
    """Says the same of every child and every cell; the rules alone tell them apart."""

    name = "fake"

    def __init__(
        self,
        config: ModelConfig,
        flags: tuple[float, float, float] = (0.0, 0.5, 0.5),
        kinds: tuple[float, float, float] = (1.0, 0.5, 0.0),
    ) -> None:
        self.config = config
        self.said, self.kinds = np.array(flags, np.float32), np.array(kinds, np.float32)
        self.asked: list[int] = []

    def root(self, ids: RollIds) -> None:
        return None

    def begin(self, level: int, told: None, children: int) -> int:
        return level

    def flags(self, state: int, question: Question, start: int) -> Floats:
        self.asked.append(state)
        return np.tile(self.said, (*question.content.shape[:2], 1))

    def below(self, state: int, node: Ints, child: Ints) -> None:
        return None

    def look(self, told: None, codes: Codes, known: Known, row: Ints) -> None:
        return None

    def cells(self, state: None, codes: Codes, known: Known | None) -> tuple[Floats, Floats]:
        velocities = np.zeros((*codes.shape, self.config.velocity_bins), np.float32)
        return np.tile(self.kinds, (*codes.shape, 1)), velocities


class ListeningEngine(FakeEngine):
    """A fake that remembers metre and place ids of the children of level 0, by their column."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__(config)
        self.told: dict[int, tuple[int, int]] = {}

    def flags(self, state: int, question: Question, start: int) -> Floats:
        if question.metre is not None and question.place is not None:
            for offset, column in enumerate(question.column):
                ids = (int(question.metre[0, offset]), int(question.place[0, offset]))
                self.told[int(column)] = ids
        return super().flags(state, question, start)


@dataclass
class _Nodes:
    """Where M nodes of a level begin: roll, canvas row and step, [M] each."""

    level: int
    roll: Ints
    row: Ints
    step: Ints
    children: int = 0


class ScriptedEngine:
    """Insists on given rolls: nearly all probability lies on what they hold.

    script: canonical codes [B, P, T].
    """

    name = "scripted"

    def __init__(self, config: ModelConfig, script: Codes) -> None:
        self.config, self.script = config, script
        padding = config.padded_steps(script.shape[2]) - script.shape[2]
        self.padded = np.pad(script, ((0, 0), (0, 0), (0, padding)))

    def root(self, ids: RollIds) -> _Nodes:
        rolls = len(ids.style)
        return _Nodes(0, np.arange(rolls), np.zeros(rolls, np.int64), np.zeros(rolls, np.int64))

    def begin(self, level: int, told: _Nodes, children: int) -> _Nodes:
        return _Nodes(level, told.roll, told.row, told.step, children)

    def flags(self, state: _Nodes, question: Question, start: int) -> Floats:
        height, width = self.config.levels[state.level].patch
        row = question.row * height
        step = np.broadcast_to(state.step[:, None] + question.column * width, row.shape)
        left_known = np.asarray(question.around_known[:, :, LEFT, :, -1].all(-1))
        flags = np.zeros(row.shape, np.int64)
        for at in np.ndindex(row.shape):
            rows, steps = slice(row[at], row[at] + height), slice(step[at], step[at] + width)
            cells = self.script[state.roll[at[0]], rows, steps]
            if (cells != SILENT).any():
                before = self.padded[state.roll[at[0]], rows, step[at] - 1] * (step[at] > 0)
                goes_on = (cells == (before != SILENT)[:, None] * HELD).all()
                flags[at] = FLAG_HELD if left_known[at] and goes_on else FLAG_ACTIVE
        return _insist(flags, 3)

    def below(self, state: _Nodes, node: Ints, child: Ints) -> _Nodes:
        height, width = self.config.levels[state.level].patch
        tall, _ = self.config.node_shape(state.level, 0)
        steps = state.children * height * width // tall
        order = level_order(self.config, state.level, steps)
        row = state.row[node] + order.row[child] * height
        step = state.step[node] + order.column[child] * width
        return _Nodes(state.level + 1, state.roll[node], row, step)

    def look(self, told: _Nodes, codes: Codes, known: Known, row: Ints) -> _Nodes:
        return told

    def cells(self, state: _Nodes, codes: Codes, known: Known | None) -> tuple[Floats, Floats]:
        order = level_order(self.config, len(self.config.levels) - 1, 2)
        row, step = state.row[:, None] + order.row, state.step[:, None] + order.column
        wanted = self.padded[state.roll[:, None], row, step].astype(np.int64)
        velocity = np.maximum(wanted - FIRST_ONSET, 0)
        return _insist(np.minimum(wanted, FIRST_ONSET), 3), _insist(
            velocity, self.config.velocity_bins
        )


def _insist(choice: Ints, choices: int) -> Floats:
    return np.float32(99) * np.eye(choices, dtype=np.float32)[choice]
