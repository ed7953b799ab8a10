"""Drawing from logits inside a graph: `model.settings.draw` for the runtime.

Shapes: `n` choices at once, `F` values each.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from export.features import as_float
from export.graphbuilder import Graph

@dataclass(frozen=True)
class Shaping:
    """Names of scalars that shape what is drawn; None: the model is drawn from as it is."""

    inverse_temperature: str
    filter_threshold: str
    top_p: str

    @classmethod
    def inputs(cls, graph: Graph) -> Shaping:
        """Declare the scalars as inputs of a graph."""
        names = ("inverse_temperature", "filter_threshold", "top_p")
        return cls(*(graph.input(name, "float32", []) for name in names))


def draw(
    graph: Graph, logits: str, uniforms: str, values: int, shaping: Shaping | None
) -> tuple[str, str]:
    """Draw a value from each row, the same one for the same uniform.

    Args:
        graph: to add to.
        logits: float32 [n, F], -inf for what is impossible; the last value is always possible.
        uniforms: float32 [n, 1], in 0..`model.noise.LARGEST`.
        values: F.
        shaping: temperature, filter threshold and top-p.

    Returns:
        Indices int32 [n, 1], and their log-probabilities [n, 1] before any shaping.
    """
    logs = graph.op("LogSoftmax", logits, axis=-1)
    if shaping is None:
        probs = graph.op("Exp", logs)
    else:
        probs = _shaped(graph, logs, values, shaping)
    rising = np.triu(np.ones((values, values)))
    below = graph.op("MatMul", probs, graph.constant(rising[:, :-1], "float32"))
    if shaping is not None:
        total = graph.op("ReduceSum", probs, graph.constant([1]), keepdims=1)
        uniforms = graph.op("Mul", uniforms, total)
    passed = graph.op("Cast", graph.op("GreaterOrEqual", uniforms, below), to=6)
    drawn = graph.op("ReduceSum", passed, graph.constant([1]), keepdims=1)
    return drawn, graph.op("GatherElements", logs, drawn, axis=1)


def _shaped(graph: Graph, logs: str, values: int, shaping: Shaping) -> str:
    """What is drawn from, [n, F]: temperature, filter threshold, then top-p."""
    axis = graph.constant([1])
    probs = graph.op("Softmax", graph.op("Mul", logs, shaping.inverse_temperature), axis=-1)
    most = graph.op("ReduceMax", probs, axis, keepdims=1)
    enough = graph.op("GreaterOrEqual", probs, shaping.filter_threshold)
    kept = graph.op("Or", enough, graph.op("GreaterOrEqual", probs, most))
    probs = graph.op("Mul", probs, as_float(graph, kept))
    return graph.op("Mul", probs, as_float(graph, _nucleus(graph, probs, values, shaping.top_p)))


def _nucleus(graph: Graph, probs: str, values: int, top_p: str) -> str:
    """Whether a value is among the most probable ones that together reach `top_p`, bool [n, F].

    What stands before a value is the sum of all more probable ones, of equals those with a lower
    index: a comparison of all pairs, which for some thirty values is quicker than sorting.
    """
    mine = graph.op("Unsqueeze", probs, graph.constant([2]))  # [n, F, 1]
    other = graph.op("Unsqueeze", probs, graph.constant([1]))  # [n, 1, F]
    earlier = graph.constant(np.tri(values, k=-1), "bool")
    tied = graph.op("And", graph.op("Equal", other, mine), earlier)
    ahead = graph.op("Or", graph.op("Greater", other, mine), tied)
    before = graph.op("ReduceSum", graph.op("Mul", as_float(graph, ahead), other),
                      graph.constant([2]), keepdims=0)  # fmt: skip
    total = graph.op("ReduceSum", probs, graph.constant([1]), keepdims=1)
    return graph.op("Less", before, graph.op("Mul", top_p, total))
