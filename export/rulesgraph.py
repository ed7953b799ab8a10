"""The rules of `model.legality` inside the graph of a whole patch, as biases of the logits.

Shapes: `n` pieces of a node, `H` its rows, `F` logits a piece.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from export.features import as_float
from export.graphbuilder import END, Graph
from model.roll import SILENT

NEVER = -1e9
"""Added to a logit, it makes a value impossible; finite, so that nothing times it is nothing."""


@dataclass(frozen=True)
class Rules:
    """What the pieces of an active node may not be (`model.legality`), as biases of their logits.

    Held is impossible where nothing sounds; and the last piece may not complete the silent or the
    held pattern of the node. patterns: codes [2, those of all pieces but the last]; penalties
    [2, n F]: what each fitting pattern adds; always [1, n F].
    """

    values: int
    patterns: str
    penalties: str
    always: str

    @classmethod
    def of(
        cls,
        graph: Graph,
        sounds: str,
        held: str,
        bias: str,
        shape: tuple[int, int, int],
        first: int = 0,
    ) -> Rules:
        """Of a node that is cut into n pieces.

        Args:
            graph: to add to.
            sounds: int32 [n, 1], 1 where something sounds left of a piece.
            held: int32 [H], the node's cells if it were held.
            bias: [F], the pieces' own.
            shape: H, n, and F, logits a piece.
            first: which of them stands for silent; held comes next.
        """
        height, size, values = shape
        tall, flat = height // size, graph.constant([1, -1])
        silent = graph.constant(np.full((1, height - tall), SILENT), "int32")
        sustained = graph.op("Reshape", graph.slice(held, 0, -tall, axis=0), flat)
        patterns = graph.op("Concat", silent, sustained, axis=0)
        numbers = as_float(graph, sounds)
        any_ = graph.op("ReduceMax", numbers, graph.constant([0]), keepdims=1)
        last = graph.slice(numbers, -1, END, axis=0)  # [1, 1]
        may_held = graph.op("Concat", graph.op("Sub", any_, last), last, axis=1)
        grid = np.zeros((2, size, values))
        grid[[0, 1], -1, [first, first + 1]] = NEVER  # of the last piece
        of_last = grid.reshape(2, -1)
        if_held = graph.op("MatMul", may_held, graph.constant(of_last, "float32"))
        penalties = graph.op("Concat", graph.constant(of_last[:1], "float32"), if_held, axis=0)
        held_only = -NEVER * (np.arange(values) == first + 1)
        silence = graph.op("Sub", numbers, graph.constant(1.0, "float32"))
        always = graph.op("Mul", silence, graph.constant(held_only, "float32"))
        always = graph.op("Reshape", graph.op("Add", always, bias), flat)
        return cls(values, patterns, penalties, always)

    def bias(self, graph: Graph, others: str) -> str:
        """Biases [n, F]; others: codes int32 of all pieces but the last."""
        fits = as_float(graph, graph.op("Equal", others, self.patterns))
        whole = graph.op("ReduceMin", fits, graph.constant([1]), keepdims=1)  # [2, 1]
        flat = graph.op("Gemm", whole, self.penalties, self.always, transA=1)
        return graph.reshape(flat, [-1, self.values])
