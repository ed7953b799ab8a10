"""The engine that runs levels with torch: for training's samples, and until graphs are at hand."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from model.arlevel import ARLevel, ARState, Biases
from model.attention import Block, BlockWeights, run_block
from model.embedding import Condition, RollConditions
from model.engine import Codes, Floats, Ints, Known, Question, RollIds
from model.fractal import Fractal
from model.levelpass import new_copy_map
from model.marlevel import MARLevel
from model.patchlevel import Asked, PatchLevel
from model.surroundings import level_order


@dataclass
class _PatchState:
    """A patch level in the middle of M nodes.

    embedded: [M, N, D] for all children, and `seen`, the neighbours that it was made from: as long
    as these stay the same, children that are asked again need not be embedded again.
    """

    level: PatchLevel
    condition: Condition
    children: int
    caches: ARState | None
    start: int = 0
    hidden: Tensor | None = None
    copies: Tensor | None = None
    embedded: Tensor | None = None
    seen: tuple[Codes, Known] | None = None


@dataclass(frozen=True)
class _Cells:
    """The cell level's tensors, fetched once: blocks with biases, and both heads in one."""

    blocks: list[tuple[BlockWeights, Tensor]]
    heads: Tensor
    heads_bias: Tensor


class TorchEngine:
    """Runs a `Fractal`; one engine serves one thread."""

    def __init__(self, model: Fractal, device: str = "cpu", threads: int | None = None) -> None:
        """Take the model as it is (it is put into eval mode and moved to `device`).

        Args:
            model: the generator.
            device: torch's name of the device.
            threads: CPU threads of torch, for the whole process; None leaves them. For one roll at
                a time give 1: a step is too small to share, two threads wait for each other, on a
                busy machine a hundred times longer.
        """
        if threads is not None:
            torch.set_num_threads(threads)
        self.model = model.eval().to(device)
        self.config = model.config
        self.device = torch.device(device)
        self.name = f"torch ({self.device.type})"
        # levels whose children see nothing of each other but the one before: what they see is fixed
        self._steady = [self._is_steady(index) for index in range(len(self.config.levels) - 1)]
        self._biases = lru_cache(maxsize=16)(self._make_biases)
        self._cells = lru_cache(maxsize=1)(self._fetch_cells)

    def forget(self) -> None:
        """Drop what was derived from the weights; call it after they have changed."""
        self._biases.cache_clear()
        self._cells.cache_clear()

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
            caches = network.begin(len(told.hidden), children, self._biases(level, children))
        return _PatchState(network, told, children, caches)

    @torch.inference_mode()
    def flags(self, state: _PatchState, question: Question, start: int) -> Floats:
        """See `Engine.flags`."""
        level = state.level
        if isinstance(level, ARLevel) and state.caches is not None:
            embedded = self._embedded(state, question, start)
            told = level.extend(state.caches, embedded, self._in(question.content), start)
        elif isinstance(level, MARLevel):
            offsets = self._offsets(level, state.children)
            told = level(state.condition, self._asked(question), offsets)
        else:
            raise TypeError(f"a patch level is AR or MAR, got {type(level).__name__}")
        state.start, state.hidden, state.copies = start, told.hidden, told.copies
        return _out(told.flags)

    def _embedded(self, state: _PatchState, question: Question, start: int) -> Tensor:
        """The children embedded without their content, [M, m, D]; as before if that still holds."""
        asked = slice(start, start + question.content.shape[1])
        if state.embedded is not None and self._steady[state.level.level]:
            return state.embedded[:, asked]
        look = list(state.level.looks)
        seen = (question.around[:, :, look], question.around_known[:, :, look])
        if state.embedded is not None and state.seen is not None:
            same = (np.array_equal(a, b[:, asked]) for a, b in zip(seen, state.seen, strict=True))
            if all(same):
                return state.embedded[:, asked]
        embedded = state.level.embed(state.condition, self._asked(question))
        if start == 0 and embedded.shape[1] == state.children:
            state.embedded, state.seen = embedded, seen
        return embedded

    def _asked(self, question: Question) -> Asked:
        return Asked(
            content=self._in(question.content),
            known=self._maybe(question.known),
            around=self._in(question.around),
            around_known=self._in(question.around_known),
            row=self._in(question.row),
            column=self._in(question.column),
            metre=self._maybe(question.metre),
            place=self._maybe(question.place),
        )

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
    def look(self, told: Condition, codes: Codes, known: Known, row: Ints) -> Tensor:
        """See `Engine.look`."""
        cells = self.model.cell_level
        return cells.look(told, self._in(codes), self._in(known), self._in(row))

    @torch.inference_mode()
    def cells(self, state: Tensor, codes: Codes, known: Known | None) -> tuple[Floats, Floats]:
        """See `Engine.cells`."""
        level, own = self.model.cell_level, self._cells()
        x = state + level.values(self._in(codes), self._maybe(known))
        for weights, bias in own.blocks:
            x = run_block(weights, x, bias)
        logits = _out(F.linear(level.norm(x), own.heads, own.heads_bias))
        return logits[..., :3], logits[..., 3:]

    def _is_steady(self, index: int) -> bool:
        level = self.model.level(index)
        neighbours = level.order(2 * level.width).neighbours()
        return bool((neighbours[:, list(level.looks)] < 0).all())

    def _fetch_cells(self) -> _Cells:
        level = self.model.cell_level
        blocks = [block.weights() for block in level.blocks if isinstance(block, Block)]
        heads = (level.kinds, level.velocities)
        with torch.inference_mode():
            return _Cells(
                list(zip(blocks, level.attention_biases(), strict=True)),
                torch.cat([head.weight for head in heads]),
                torch.cat([head.bias for head in heads]),
            )

    def _in(self, array: Any) -> Tensor:
        tensor = torch.from_numpy(np.ascontiguousarray(array))
        return tensor if self.device.type == "cpu" else tensor.to(self.device)

    def _maybe(self, array: Any) -> Tensor | None:
        return None if array is None else self._in(array)

    def _offsets(self, level: PatchLevel, children: int) -> Tensor:
        rows = self.config.height // level.height if level.level == 0 else 1
        order = level.order(children // rows * level.width)
        return torch.from_numpy(order.offsets(level.own.reach).copy()).to(self.device)

    def _make_biases(self, level: int, children: int) -> Biases:
        network = self.model.level(level)
        if not isinstance(network, ARLevel):
            raise TypeError(f"level {level} is not AR")
        with torch.inference_mode():
            return network.causal_biases(self._offsets(network, children))


def _out(tensor: Tensor) -> Floats:
    return tensor.cpu().numpy()
