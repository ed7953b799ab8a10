"""The cell level inside the graph of a whole patch: all cells drawn until the draw repeats itself.

Shapes: `P` rows of the canvas, `a` pitches of margin, `n` cells of a patch, `D` width, `G` window
channels.
"""

from __future__ import annotations

import numpy as np
from onnx import TensorProto

from export.cellgraph import NAME as CELLS
from export.cellgraph import cell_hidden, convolve
from export.columngraph import Column, Node
from export.features import FEATURES
from export.graphbuilder import Graph
from export.pairs import Pairs
from export.rulesgraph import Rules

INT32 = TensorProto.INT32


def fill_cells(graph: Graph, column: Column, node: Node, codes: str) -> str:
    """Fill a patch; codes int32 [P + 2a] after it."""
    cells = Cells(graph, column, node, codes)
    size, body = cells.size, graph.body()
    body.input(body.name("number"), "int64", [])
    body.input(body.name("going"), "bool", [1])
    before = body.input(body.name("cells"), "int32", [size])
    drawn = cells.drawn(body, before)
    same = body.op("Equal", drawn, before)
    settled = body.op("ReduceMin", same, body.constant([0]), keepdims=1)
    body.returns(body.op("Not", settled), "bool", [1])
    body.returns(drawn, "int32", [size])
    first = cells.first(graph, node.inner(graph, codes))
    trips, whole = graph.constant(size + 1), body.proto("cells")
    drawn = graph.op("Loop", trips, "", first, body=whole)
    index = graph.op("Add", node.start, graph.constant(np.arange(size)))
    return graph.op("ScatterElements", codes, index, drawn, axis=0)


class Cells:
    """A patch: what it sees, and a pass over all its cells."""

    def __init__(self, graph: Graph, column: Column, node: Node, codes: str) -> None:
        self.column, self.node, self.config = column, node, column.config
        self.size = size = column.config.node_shape(node.level, 1)[0]
        self.pairs = Pairs(self.config)
        below = graph.op("Add", node.row, graph.constant([size]))
        cells = graph.reshape(column.cell_noise, [-1, 2])
        noise = graph.slice(cells, node.row, below, axis=0)
        self.noise = graph.reshape(noise, [size, 2, 1])
        self.weight, own = self.pairs.heads(graph)
        held = node.inner(graph, column.held)
        sounds = graph.reshape(held, [size, 1])
        shape = (size, size, 2 * self.pairs.values)
        self.rules = Rules.of(graph, sounds, held, own, shape, self.pairs.first_kind)
        self.seen = graph.add(
            graph.linear(self._near(graph, codes), f"{CELLS}.near"),
            graph.linear(node.told, f"{CELLS}.told"),
            graph.slice(graph.weight(f"{CELLS}.row.weight"), node.row, below, axis=0),
            graph.weight(f"{CELLS}.column.weight"),
        )

    def _near(self, graph: Graph, codes: str) -> str:
        """What the window sees, [n, G]: columns before, and this one below the patch."""
        column, config, size = self.column, self.config, self.size
        margin, after = column.margin, config.window_steps[1]
        tall = size + 2 * margin
        own = self.node.outer(graph, codes)
        inside = np.pad(np.ones(config.height, bool), margin)
        there = self.node.outer(graph, graph.constant(inside, "bool"))
        there = graph.op("And", there, graph.constant(np.arange(tall) < margin, "bool"))
        turned = graph.op("Transpose", column.seen(graph, own, there), perm=[1, 0])
        current = graph.reshape(turned, [FEATURES + 1, 1, tall])
        past = self.node.outer(graph, column.past, axis=2)
        future = graph.constant(np.zeros((FEATURES + 1, after, tall)), "float32")
        whole = graph.op("Concat", past, current, future, axis=1)
        stacked = graph.reshape(whole, [1, -1, tall])
        if column.copies:
            copied = self.node.outer(graph, column.copies, axis=2)
            stacked = graph.op("Concat", stacked, copied, axis=1)
        flat = graph.reshape(convolve(graph, stacked), [config.window_channels, size])
        return graph.op("Transpose", flat, perm=[1, 0])

    def first(self, graph: Graph, guess: str) -> str:
        """Codes int32 [n] after the first pass, which goes out from the guess.

        Only the first surprise is kept: cells behind it were drawn as if nothing had happened yet,
        and in an active patch something must. So there always is one.
        """
        drawn = self.drawn(graph, guess)
        same = graph.op("Cast", graph.op("Equal", drawn, guess), to=INT32)
        surprise = graph.op("ArgMin", same, axis=0, keepdims=1)
        kept = graph.op("LessOrEqual", graph.constant(np.arange(self.size)), surprise)
        return graph.op("Where", kept, drawn, guess)

    def drawn(self, graph: Graph, codes: str) -> str:
        """All cells drawn given `codes` before each, both int32 [n]."""
        hidden = cell_hidden(graph, self.config, self.seen, codes)
        bias = self.rules.bias(graph, graph.slice(codes, 0, -1, axis=0))
        logits = graph.op("Gemm", hidden, self.weight, bias, transB=1)
        logits = graph.reshape(logits, [self.size, 2, self.pairs.values])
        return self.pairs.draw(graph, logits, self.noise, self.column.shaping)
