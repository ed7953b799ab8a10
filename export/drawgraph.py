"""Drawing from logits inside a graph: `model.settings.draw` for the runtime.

Shapes: `...` choices at once, `F` values each.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from onnx import TensorProto

from export.features import as_float
from export.graphbuilder import Graph

INT32 = TensorProto.INT32


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


def chances(graph: Graph, logits: str, values: int, shaping: Shaping | None) -> str:
    """What a uniform is compared with.

    Args:
        graph: to add to.
        logits: float32 [..., F]; the last value is always possible.
        values: F.
        shaping: temperature, filter threshold and top-p.

    Returns:
        How probable all values up to each but the last are, [..., F - 1]: what is drawn is the
        number of those that the uniform reaches.
    """
    if shaping is None:
        probs = graph.op("Softmax", logits, axis=-1)
    else:
        probs = _shaped(graph, logits, values, shaping)
    rising = np.triu(np.ones((values, values)))[:, :-1]
    return graph.op("MatMul", probs, graph.constant(rising, "float32"))


def draw(graph: Graph, logits: str, uniforms: str, values: int, shaping: Shaping | None) -> str:
    """Draw a value from each row, the same one for the same uniform.

    Args:
        graph: to add to.
        logits: float32 [n, F], as for `chances`.
        uniforms: float32 [n, 1], in 0..`model.noise.LARGEST`.
        values: F.
        shaping: temperature, filter threshold and top-p.

    Returns:
        Indices int32 [n, 1].
    """
    below = chances(graph, logits, values, shaping)
    passed = graph.op("Cast", graph.op("GreaterOrEqual", uniforms, below), to=INT32)
    return graph.op("ReduceSum", passed, graph.constant([1]), keepdims=1)


def _shaped(graph: Graph, logits: str, values: int, shaping: Shaping) -> str:
    """Probabilities [..., F] after temperature, filter threshold, then top-p."""
    axis = graph.constant([-1])
    probs = graph.op("Softmax", graph.op("Mul", logits, shaping.inverse_temperature), axis=-1)
    most = graph.op("ReduceMax", probs, axis, keepdims=1)
    enough = graph.op("GreaterOrEqual", probs, shaping.filter_threshold)
    kept = graph.op("Or", enough, graph.op("GreaterOrEqual", probs, most))
    probs = graph.op("Mul", probs, as_float(graph, kept))
    nucleus = _nucleus(graph, probs, values, shaping.top_p)
    probs = graph.op("Mul", probs, as_float(graph, nucleus))
    return graph.op("Div", probs, graph.op("ReduceSum", probs, axis, keepdims=1))


def _nucleus(graph: Graph, probs: str, values: int, top_p: str) -> str:
    """Whether a value is among the most probable ones that together reach `top_p`, bool [..., F].

    What stands before a value is the sum of all more probable ones, of equals those with a lower
    index: a comparison of all pairs, which for some thirty values is quicker than sorting.
    """
    last, before_last = graph.constant([-1]), graph.constant([-2])
    mine, other = graph.op("Unsqueeze", probs, last), graph.op("Unsqueeze", probs, before_last)
    earlier = graph.constant(np.tri(values, k=-1), "bool")
    tied = graph.op("And", graph.op("Equal", other, mine), earlier)
    ahead = as_float(graph, graph.op("Or", graph.op("Greater", other, mine), tied))
    before = graph.op("ReduceSum", graph.op("Mul", ahead, other), last, keepdims=0)
    total = graph.op("ReduceSum", probs, last, keepdims=1)
    return graph.op("Less", before, graph.op("Mul", top_p, total))
