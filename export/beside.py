"""Engines that stand between the sampler and two others: one compares them, one leans on one.

With them graphs are held against torch while real music is made, and with the very questions that
the sampler asks: prompts, guidance, rounds of MAR levels, guesses that turn out wrong. Shapes as in
`model.engine`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.engine import Codes, Engine, Floats, Ints, Known, Question, RollIds, State, Told


@dataclass(frozen=True)
class _Both:
    """What the two engines hold, and of which level."""

    reference: Any
    other: Any
    level: int = -1


@dataclass
class Differences:
    """The largest absolute differences by what was compared, and how many logits there were."""

    logits: dict[str, float] = field(default_factory=dict)
    hidden: dict[str, float] = field(default_factory=dict)
    count: int = 0

    def largest(self, kind: str) -> float:
        """Of all ``logits`` or all ``hidden``; infinite where a number was not finite."""
        return max(getattr(self, kind).values(), default=0.0)


class BesideEngine:
    """Asks two engines the same, passes on what the first one says, and notes how far they part.

    questions: how often level 0 was asked, which tells where in the music a choice was made.
    """

    def __init__(self, reference: Engine, other: Engine, found: Differences) -> None:
        """Compare `other` with `reference`; both run the same model."""
        self.reference, self.other, self.found = reference, other, found
        self.config, self.name = reference.config, f"{reference.name} beside {other.name}"
        self.questions = 0

    def root(self, ids: RollIds) -> Told:
        """See `Engine.root`."""
        return _Both(self.reference.root(ids), self.other.root(ids))

    def begin(self, level: int, told: Told, children: int) -> State:
        """See `Engine.begin`."""
        return _Both(
            self.reference.begin(level, told.reference, children),
            self.other.begin(level, told.other, children),
            level,
        )

    def flags(self, state: State, question: Question, start: int) -> Floats:
        """See `Engine.flags`."""
        self.questions += state.level == 0
        ours = self.reference.flags(state.reference, question, start)
        theirs = self.other.flags(state.other, question, start)
        self._logits(f"flags of level {state.level}", ours, theirs)
        return ours

    def below(self, state: State, node: Ints, child: Ints) -> Told:
        """See `Engine.below`."""
        ours = self.reference.below(state.reference, node, child)
        theirs = self.other.below(state.other, node, child)
        what = f"what level {state.level} hands down"
        apart = _apart(_numbers(ours), _numbers(theirs))
        self.found.hidden[what] = max(apart, self.found.hidden.get(what, 0.0))
        return _Both(ours, theirs)

    def look(self, told: Told, codes: Codes, known: Known, row: Ints) -> State:
        """See `Engine.look`."""
        return _Both(
            self.reference.look(told.reference, codes, known, row),
            self.other.look(told.other, codes, known, row),
        )

    def cells(self, state: State, codes: Codes, known: Known | None) -> tuple[Floats, Floats]:
        """See `Engine.cells`."""
        ours = self.reference.cells(state.reference, codes, known)
        theirs = self.other.cells(state.other, codes, known)
        for what, mine, other in zip(("kinds", "velocities"), ours, theirs, strict=True):
            self._logits(f"{what} of cells", mine, other)
        return ours

    def _logits(self, what: str, ours: Floats, theirs: Floats) -> None:
        self.found.logits[what] = max(_apart(ours, theirs), self.found.logits.get(what, 0.0))
        self.found.count += ours.size


class LeaningEngine:
    """Another engine, but for one question of level 0 and all below it, in which it leans.

    There the logit of value i is raised by i * `lean`: whichever way a choice goes, it goes the
    same way unless its two best values lie closer than that. The sampler's rules and its noise stay
    as they are, so a choice that turns is a choice that rounding could turn.
    """

    def __init__(self, engine: Engine, lean: float, question: int) -> None:
        """Lean from the `question`-th question of level 0 (1 is the first) to the one after."""
        self.engine, self.lean, self.question = engine, lean, question
        self.config, self.name = engine.config, engine.name
        self._questions = 0

    def root(self, ids: RollIds) -> Told:
        """See `Engine.root`."""
        return self.engine.root(ids)

    def begin(self, level: int, told: Told, children: int) -> State:
        """See `Engine.begin`."""
        return level, self.engine.begin(level, told, children)

    def flags(self, state: State, question: Question, start: int) -> Floats:
        """See `Engine.flags`."""
        level, inner = state
        self._questions += level == 0
        return self._leant(self.engine.flags(inner, question, start))

    def below(self, state: State, node: Ints, child: Ints) -> Told:
        """See `Engine.below`."""
        return self.engine.below(state[1], node, child)

    def look(self, told: Told, codes: Codes, known: Known, row: Ints) -> State:
        """See `Engine.look`."""
        return self.engine.look(told, codes, known, row)

    def cells(self, state: State, codes: Codes, known: Known | None) -> tuple[Floats, Floats]:
        """See `Engine.cells`."""
        kinds, velocities = self.engine.cells(state, codes, known)
        return self._leant(kinds), self._leant(velocities)

    def _leant(self, logits: Floats) -> Floats:
        if self._questions != self.question:
            return logits
        ramp = np.arange(logits.shape[-1], dtype=np.float32)
        return logits + np.float32(self.lean) * ramp


def _numbers(told: Told) -> NDArray[Any]:
    """The hidden numbers [M, D] in an engine's condition; none where it holds none."""
    if hasattr(told, "inputs"):
        return np.asarray(told.inputs["told"])
    return np.asarray(getattr(told, "hidden", ()))


def _apart(ours: NDArray[Any], theirs: NDArray[Any]) -> float:
    """The largest absolute difference; infinite if shapes differ or numbers are not finite."""
    if ours.shape != theirs.shape:
        return float("inf")
    apart = np.abs(ours.astype(np.float64) - theirs).max(initial=0.0)
    return float(apart) if np.isfinite(apart) else float("inf")
