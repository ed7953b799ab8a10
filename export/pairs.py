"""Kind and velocity of cells out of one softmax: two heads of equal length, side by side.

The shorter head begins with values that are never drawn, so that one softmax, one sum and one
look-up serve both. Shapes: `...` cells, `V` velocities, `F` = the larger of 3 and V.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from export.cellgraph import NAME as CELLS
from export.drawgraph import Shaping, chances
from export.graphbuilder import Graph
from export.rulesgraph import NEVER
from model.config import ModelConfig
from model.legality import KIND_ONSET
from model.roll import FIRST_ONSET


class Pairs:
    """Where kinds and velocities stand in [..., 2, F], and what they mean."""

    def __init__(self, config: ModelConfig) -> None:
        self.config = config
        self.values = max(3, config.velocity_bins)
        self.first_kind = self.values - 3
        self.first_bin = self.values - config.velocity_bins

    def heads(self, graph: Graph) -> tuple[str, str]:
        """Weight [2 F, D] and bias [2 F] of both heads."""
        dim = self.config.levels[-1].dim
        weights, biases = [], []
        for head, blank in (("kinds", self.first_kind), ("velocities", self.first_bin)):
            weights += [
                graph.constant(np.zeros((blank, dim)), "float32"),
                graph.weight(f"{CELLS}.{head}.weight"),
            ]
            biases += [
                graph.constant(np.full(blank, NEVER), "float32"),
                graph.weight(f"{CELLS}.{head}.bias"),
            ]
        return (
            graph.derived("both heads", "Concat", *weights, axis=0),
            graph.derived("both biases", "Concat", *biases, axis=0),
        )

    def draw(self, graph: Graph, logits: str, uniforms: str, shaping: Shaping | None) -> str:
        """Codes int32 [...] out of logits [..., 2, F] and uniforms [..., 2, 1]."""
        below = chances(graph, logits, self.values, shaping)
        passed = graph.op("GreaterOrEqual", uniforms, below)
        step = np.broadcast_to(np.array([[self.values], [1]]), (2, self.values - 1))
        counted = graph.op("Where", passed, graph.constant(step, "int32"),
                           graph.constant(0, "int32"))  # fmt: skip
        pair = graph.op("ReduceSum", counted, graph.constant([-2, -1]), keepdims=0)
        return graph.op("Gather", graph.constant(self._codes(), "int32"), pair, axis=0)

    def _codes(self) -> NDArray[np.int64]:
        """The code of each pair of what was drawn, kind times F plus velocity, [F * F]."""
        kind, bin_ = np.divmod(np.arange(self.values**2), self.values)
        kind, bin_ = kind - self.first_kind, bin_ - self.first_bin
        return np.where(kind == KIND_ONSET, FIRST_ONSET + bin_, kind)
