"""Engine calls and choices of a piece, counted by an engine around an engine.

What the house's two tricks save, whatever the machine does at the moment. *Sparse descent*: only
what a level calls active is looked into, so few choices are made of the many that a dense model
makes. *Guessing ahead*: an AR level asks about all children that are left in one call and keeps the
answers up to the first surprise, where the plain way asks for one child a call.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from model.config import ModelConfig
from model.engine import (
    Codes,
    Engine,
    Floats,
    Ints,
    Known,
    PatchEngine,
    Question,
    RollIds,
    State,
    Told,
    WholePatch,
)
from model.sampler import Request, Sampler
from model.settings import SamplingSettings


@dataclass(frozen=True)
class Counts:
    """Of one piece, a frame each.

    Attributes:
        played: Calls of the engine as it plays; a patch that is made whole is one.
        calls: Calls that compute flags or cells, if it goes level by level.
        calls_one_by_one: The same if AR levels asked for one child a call (MAR levels as they are).
        choices: Flags and cells drawn, at all levels.
        cells: Cells of the canvas, which a dense model draws one and all.
    """

    played: float
    calls: float
    calls_one_by_one: float
    choices: float
    cells: int


@dataclass
class _Level:
    """A patch level or the cell level in the middle of nodes."""

    inner: Any
    children: int
    is_ar: bool
    begun: bool = False


class CountingEngine:
    """Hands everything on to `engine` and counts; `whole`: patches are made whole if it can."""

    def __init__(self, engine: Engine, *, whole: bool) -> None:
        self.engine = engine
        self.whole = engine if isinstance(engine, PatchEngine) and whole else None
        self.config: ModelConfig = engine.config
        self.name = engine.name
        self.calls = self.calls_one_by_one = self.choices = 0

    def root(self, ids: RollIds) -> Told:
        """See `Engine.root`."""
        return self.engine.root(ids)

    def begin(self, level: int, told: Told, children: int) -> State:
        """See `Engine.begin`."""
        is_ar = self.config.levels[level].kind == "ar"
        return _Level(self.engine.begin(level, told, children), children, is_ar)

    def flags(self, state: State, question: Question, start: int) -> Floats:
        """See `Engine.flags`."""
        self._count(state, len(question.content))
        return self.engine.flags(state.inner, question, start)

    def below(self, state: State, node: Ints, child: Ints) -> Told:
        """See `Engine.below`."""
        return self.engine.below(state.inner, node, child)

    def look(self, told: Told, codes: Codes, known: Known, row: Ints) -> State:
        """See `Engine.look`."""
        height, width = self.config.levels[-2].patch
        is_ar = self.config.levels[-1].kind == "ar"
        return _Level(self.engine.look(told, codes, known, row), height * width, is_ar)

    def cells(self, state: State, codes: Codes, known: Known | None) -> tuple[Floats, Floats]:
        """See `Engine.cells`."""
        self._count(state, len(codes))
        return self.engine.cells(state.inner, codes, known)

    def composes(self) -> bool:
        """See `PatchEngine.composes`."""
        return self.whole is not None and self.whole.composes()

    def patch(self, state: State, asked: WholePatch, settings: SamplingSettings) -> Codes:
        """See `PatchEngine.patch`."""
        if self.whole is None:
            raise TypeError(f"{self.name} makes no whole patches")
        self.calls += 1
        return self.whole.patch(state.inner, asked, settings)

    def _count(self, state: _Level, nodes: int) -> None:
        self.calls += 1
        if not state.begun:
            state.begun = True
            self.choices += nodes * state.children
            self.calls_one_by_one += state.children if state.is_ar else 0
        self.calls_one_by_one += 0 if state.is_ar else 1


def counted(engine: Engine, request: Request, settings: SamplingSettings) -> Counts:
    """Make a piece of `request.steps` steps without a prompt, and count."""
    if request.steps is None:
        raise ValueError("a piece without an end can't be counted")
    counting, playing = CountingEngine(engine, whole=False), CountingEngine(engine, whole=True)
    for one in (counting, playing):
        for _ in Sampler(one).generate(request, settings):
            pass
    frames = request.steps
    return Counts(
        played=round(playing.calls / frames, 3),
        calls=round(counting.calls / frames, 3),
        calls_one_by_one=round(counting.calls_one_by_one / frames, 3),
        choices=round(counting.choices / frames, 2),
        cells=engine.config.height,
    )
