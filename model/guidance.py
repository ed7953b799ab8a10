"""Classifier-free guidance as an engine around an engine; the sampler never knows.

Every row runs twice, told and untold, and logits are pushed away from the untold ones (Ho and
Salimans 2022, arXiv 2207.12598).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from model.engine import Codes, Engine, Floats, Ints, Known, Question, RollIds, State, Told
from model.settings import Schedule


@dataclass
class _Pair:
    """A state of 2 M rows: M told ones, then the same M untold."""

    inner: Any
    nodes: int
    children: int


class GuidedEngine:
    """Guides `engine` by `scale`; a scale of 1 gives what `engine` alone gives."""

    def __init__(self, engine: Engine, scale: float, schedule: Schedule) -> None:
        self.engine, self.scale, self.schedule = engine, scale, schedule
        self.config, self.name = engine.config, engine.name

    def root(self, ids: RollIds) -> Told:
        """Both conditions of B rolls."""
        nothing = np.zeros_like(ids.style)
        return self.engine.root(
            RollIds(
                np.concatenate([ids.style, nothing]),
                np.concatenate([ids.key, nothing]),
                np.concatenate([ids.density, nothing]),
            )
        )

    def begin(self, level: int, told: Told, children: int) -> State:
        """Start both."""
        return _Pair(self.engine.begin(level, told, children), 0, children)

    def flags(self, state: State, question: Question, start: int) -> Floats:
        """Guided logits."""
        state.nodes = len(question.content)
        untold = replace(
            question,
            metre=None if question.metre is None else np.zeros_like(question.metre),
            place=None if question.place is None else np.zeros_like(question.place),
        )
        logits = self.engine.flags(state.inner, _both(question, untold), start)
        if question.known is None:
            asked = question.content.shape[1]
            done = np.arange(start + 1, start + asked + 1)[:, None] / state.children
        else:
            done = question.known.mean(1)[:, None, None]
        return self._guide(logits, done)

    def below(self, state: State, node: Ints, child: Ints) -> Told:
        """Both conditions of the children."""
        both = np.concatenate([node, node + state.nodes])
        return self.engine.below(state.inner, both, np.concatenate([child, child]))

    def look(self, told: Told, codes: Codes, known: Known, row: Ints) -> State:
        """Start both."""
        return self.engine.look(told, _twice(codes), _twice(known), _twice(row))

    def cells(self, state: State, codes: Codes, known: Known | None) -> tuple[Floats, Floats]:
        """Guided logits."""
        twice = None if known is None else _twice(known)
        kinds, velocities = self.engine.cells(state, _twice(codes), twice)
        if known is None:
            done = (np.arange(1, codes.shape[1] + 1) / codes.shape[1])[:, None]
        else:
            done = known.mean(1)[:, None, None]
        return self._guide(kinds, done), self._guide(velocities, done)

    def _guide(self, logits: Floats, done: Any) -> Floats:
        told, untold = np.split(logits, 2)
        scale = self.scale if self.schedule == "constant" else 1 + (self.scale - 1) * done
        return (untold + scale * (told - untold)).astype(np.float32)


def _twice(array: Any) -> Any:
    return np.concatenate([array, array])


def _both(told: Question, untold: Question) -> Question:
    """One question of 2 M rows."""
    joined: dict[str, Any] = {}
    for name in ("content", "known", "around", "around_known", "row", "metre", "place"):
        pair = (getattr(told, name), getattr(untold, name))
        joined[name] = None if pair[0] is None else np.concatenate(pair)
    return Question(column=told.column, **joined)
