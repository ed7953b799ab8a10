"""The engine that runs levels with torch: for training's samples, and until graphs are at hand."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import torch
from torch import Tensor

from model.arlevel import ARLevel
from model.embedding import Condition, RollConditions
from model.engine import Codes, Floats, Ints, Known, Question, RollIds
from model.fractal import Fractal
from model.levelpass import new_copy_map
from model.marlevel import MARLevel
from model.patchlevel import Asked, LevelState, PatchLevel
from model.surroundings import level_order

_Biases = tuple[list[Tensor], Tensor | None]


@dataclass
class _PatchState:
    """A patch level in the middle of M nodes."""

    level: PatchLevel
    condition: Condition
    caches: LevelState | None
    children: int
    start: int = 0
    hidden: Tensor | None = None
    copies: Tensor | None = None


@dataclass(frozen=True)
class _CellState:
    seen: Tensor


class TorchEngine:
    """Runs a `Fractal`; one engine serves one thread."""

    def __init__(self, model: Fractal, device: str = "cpu") -> None:
        """Take the model as it is (it is put into eval mode and moved to `device`)."""
        self.model = model.eval().to(device)
        self.config = model.config
        self.device = torch.device(device)
        self.name = f"torch ({self.device.type})"
        self._biases = lru_cache(maxsize=16)(self._make_biases)

    def forget(self) -> None:
        """Drop what was derived from the weights; call it after they have changed."""
        self._biases.cache_clear()

    @torch.inference_mode()
    def root(self, ids: RollIds) -> Condition:
        """See `Engine.root`."""
        embedding = self.model.level(0).conditions
        if embedding is None:
            raise TypeError("level 0 has no condition embedding")
        style, key, density = (self._in(a) for a in (ids.style, ids.key, ids.density))
        return Condition(embedding(RollConditions(style, key, density, torch.zeros_like(style))))

    @torch.inference_mode()
    def begin(self, level: int, told: Condition, children: int) -> _PatchState:
        """See `Engine.begin`."""
        network = self.model.level(level)
        caches = None
        if isinstance(network, ARLevel):
            caches = network.begin(len(told.hidden), children)
        return _PatchState(network, told, caches, children)

    @torch.inference_mode()
    def flags(self, state: _PatchState, question: Question, start: int) -> Floats:
        """See `Engine.flags`."""
        asked = Asked(
            content=self._in(question.content),
            known=self._maybe(question.known),
            around=self._in(question.around),
            around_known=self._in(question.around_known),
            row=self._in(question.row),
            column=self._in(question.column),
            metre=self._maybe(question.metre),
            place=self._maybe(question.place),
        )
        level = state.level
        if isinstance(level, ARLevel) and state.caches is not None:
            biases = self._biases(level.level, state.children)
            told = level.extend(state.caches, state.condition, asked, start, biases)
        elif isinstance(level, MARLevel):
            told = level(state.condition, asked, self._offsets(level, state.children))
        else:
            raise TypeError(f"a patch level is AR or MAR, got {type(level).__name__}")
        state.start, state.hidden, state.copies = start, told.hidden, told.copies
        return _out(told.flags)

    @torch.inference_mode()
    def below(self, state: _PatchState, node: Ints, child: Ints) -> Condition:
        """See `Engine.below`."""
        if state.hidden is None:
            raise ValueError("ask for flags before going down")
        level = state.level
        nodes, place = self._in(node), self._in(child - state.start)
        outer = state.condition.copies
        if outer:
            order = level_order(self.config, level.level, state.children * level.width)
            down = self._in(order.row[child] * level.height)
            right = self._in(order.column[child] * level.width)
            outer = tuple(copies.take(nodes, down, right) for copies in outer)
        if state.copies is not None:
            own = new_copy_map(state.copies[nodes, place], self.config.window_pitches)
            outer = (*outer, own)
        return Condition(state.hidden[nodes, place], outer)

    @torch.inference_mode()
    def look(self, told: Condition, codes: Codes, known: Known, row: Ints) -> _CellState:
        """See `Engine.look`."""
        cells = self.model.cell_level
        return _CellState(cells.look(told, self._in(codes), self._in(known), self._in(row)))

    @torch.inference_mode()
    def cells(self, state: _CellState, codes: Codes, known: Known | None) -> tuple[Floats, Floats]:
        """See `Engine.cells`."""
        cells = self.model.cell_level
        hidden = cells(state.seen, self._in(codes), self._maybe(known))
        return _out(cells.kinds(hidden)), _out(cells.velocities(hidden))

    def _in(self, array: Any) -> Tensor:
        return torch.from_numpy(np.ascontiguousarray(array)).to(self.device)

    def _maybe(self, array: Any) -> Tensor | None:
        return None if array is None else self._in(array)

    def _offsets(self, level: PatchLevel, children: int) -> Tensor:
        rows = self.config.height // level.height if level.level == 0 else 1
        order = level.order(children // rows * level.width)
        return torch.from_numpy(order.offsets(level.own.reach).copy()).to(self.device)

    def _make_biases(self, level: int, children: int) -> _Biases:
        network = self.model.level(level)
        if not isinstance(network, ARLevel):
            raise TypeError(f"level {level} is not AR")
        return network.causal_biases(self._offsets(network, children))


def _out(tensor: Tensor) -> Floats:
    return tensor.cpu().numpy()  # type: ignore[no-any-return]
