"""The torch engine with its networks compiled by `torch.compile`, for comparison only.

Compiled are the transformers, which hold nearly all arithmetic: each patch level's and the cells'.
What gathers a question's surroundings stays as it is; it asks tensors for numbers, where torch
would break its graphs. Shapes are dynamic, so that a growing roll doesn't compile at every step.
"""

from __future__ import annotations

import copy
import logging
import shutil
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from model.attention import run_block
from model.engine import Codes, Floats, Known
from model.fractal import Fractal
from model.torchengine import TorchEngine

VERSIONS = 64
"""How often torch may compile one function: for one node and many, one child and many, ..."""


def compiler() -> str | None:
    """The C++ compiler that torch would take, or None; it can't compile for the CPU without one."""
    return next((found for name in ("g++", "clang++") if (found := shutil.which(name))), None)


class CompiledEngine(TorchEngine):
    """A torch engine that runs compiled copies of a model's networks."""

    def __init__(self, model: Fractal) -> None:
        super().__init__(copy.deepcopy(model))
        torch._dynamo.config.recompile_limit = VERSIONS
        logging.getLogger("torch._dynamo").setLevel(logging.ERROR)
        self.name = "torch.compile"
        for index in range(len(self.config.levels) - 1):
            level: Any = self.model.level(index)
            if self.config.levels[index].kind == "ar":
                level.extend = _compiled(level.extend)
            else:
                level.transform = _compiled(level.transform)
        self._logits = _compiled(self._all_cells)

    @torch.inference_mode()
    def cells(self, state: Tensor, codes: Codes, known: Known | None) -> tuple[Floats, Floats]:
        """See `Engine.cells`."""
        logits = self._logits(state, self._in(codes), self._maybe(known)).numpy()
        return logits[..., :3], logits[..., 3:]

    def _all_cells(self, state: Tensor, codes: Tensor, known: Tensor | None) -> Tensor:
        level, own = self.model.cell_level, self._cells()
        x = state + level.values(codes, known)
        for weights, bias in own.blocks:
            x = run_block(weights, x, bias)
        return F.linear(level.norm(x), own.heads, own.heads_bias)


def _compiled(function: Any) -> Any:
    return torch.compile(function, dynamic=True)
