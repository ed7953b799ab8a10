"""The seam between the sampler and whatever runs a level: NumPy in, NumPy out.

A torch engine, an ONNX engine and a fake of a few lines implement it; the sampler knows none of
them. Conditions and states are the engine's own objects, which the sampler only hands back.

Shapes: `M` nodes, `m` children asked about, `h` x `w` cells a child, `n` cells of a patch in scan
order, `V` velocities, `a` and `before`/`after`: margins of the cell level's window.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from model.config import ModelConfig

if TYPE_CHECKING:
    from model.settings import SamplingSettings

Codes = NDArray[np.uint8]
Known = NDArray[np.bool_]
Ints = NDArray[np.int64]
Floats = NDArray[np.float32]

Told = Any
"""What a level receives from above, for M nodes; made and read by the engine alone."""
State = Any
"""A level in the middle of M nodes; made and read by the engine alone."""


@dataclass(frozen=True)
class RollIds:
    """Condition ids of B rolls, int64 [B] each; 0 = not told (`model.conditions`)."""

    style: Ints
    key: Ints
    density: Ints

    def one(self, roll: int) -> RollIds:
        """Those of one roll."""
        own = slice(roll, roll + 1)
        return RollIds(self.style[own], self.key[own], self.density[own])


@dataclass(frozen=True)
class Question:
    """What a patch level is asked about m children of each of M nodes.

    content: codes [M, m, h, w]; AR: of the child before each, MAR: of the child itself.
    known: bool [M, m], MAR: whose content is known; None for AR.
    around, around_known: [M, m, 4, h, w], neighbours (left, right, below, above), 0 where unknown.
    row: int64 [M, m], the child's place in the canvas, in children from the lowest pitch.
    column: int64 [m], its place in the node.
    metre, place: int64 [M, m] ids at level 0, else None.
    """

    content: Codes
    known: Known | None
    around: Codes
    around_known: Known
    row: Ints
    column: Ints
    metre: Ints | None = None
    place: Ints | None = None


class Engine(Protocol):
    """Runs one level's work."""

    config: ModelConfig
    name: str

    def root(self, ids: RollIds) -> Told:
        """The condition of level 0 for B rolls."""
        ...

    def begin(self, level: int, told: Told, children: int) -> State:
        """Start M nodes of a patch level of up to `children` children each."""
        ...

    def flags(self, state: State, question: Question, start: int) -> Floats:
        """Logits [M, m, 3] of silent, held, active.

        AR: for children `start` .. `start + m`; what was asked before from `start` on is forgotten.
        MAR: for all children (`start` is 0).
        """
        ...

    def below(self, state: State, node: Ints, child: Ints) -> Told:
        """What K children (of those asked about last) receive; `node` and `child` are [K]."""
        ...

    def look(self, told: Told, codes: Codes, known: Known, row: Ints) -> State:
        """Start M patches of the cell level.

        codes, known: [M, h + 2a, before + w + after], 0 where unknown. row: [M], the canvas row of
        their lowest cells.
        """
        ...

    def cells(self, state: State, codes: Codes, known: Known | None) -> tuple[Floats, Floats]:
        """Logits of kinds [M, n, 3] and velocities [M, n, V].

        AR (`known` is None): each cell given the codes before it. MAR: given those known.
        """
        ...


@dataclass(frozen=True)
class WholePatch:
    """What is needed to make one patch of level 0, all levels below included, of one roll.

    child: its index in scan order. window, window_known: codes uint8 and bool [P, before], the
    steps just before it (`ModelConfig.margins`), 0 where unknown. uniforms: float32 [U] of its
    flags level by level, then of kind and velocity of each cell (`model.wholepatches`). metre,
    place: condition ids.
    """

    child: int
    window: Codes
    window_known: Known
    uniforms: Floats
    metre: int
    place: int


@runtime_checkable
class PatchEngine(Engine, Protocol):
    """An engine that can also make a whole patch in one call, drawing included."""

    def composes(self) -> bool:
        """Whether it can for its model; else `patch` is never called."""
        ...

    def patch(self, state: State, asked: WholePatch, settings: SamplingSettings) -> Codes:
        """Codes [P, width] of the next child of a state of level 0.

        What the sampler would have drawn level by level from the same uniforms. Patches before it
        were made with the same state, or told to it as the content of `flags`.
        """
        ...
