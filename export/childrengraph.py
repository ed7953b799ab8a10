"""A patch level inside the graph of a whole patch: its children, from surprise to surprise.

Shapes: `P` rows of the canvas, `a` pitches of margin, `H` rows of a node, `N` children of `h` rows,
`D` width.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from onnx import TensorProto

from export.blocks import block, relative_biases
from export.columngraph import Column, Node
from export.copygraph import copied_channels
from export.drawgraph import draw
from export.graphbuilder import Graph
from export.levelgraph import LevelGraph
from export.rulesgraph import Rules
from model.legality import FLAG_HELD, FLAG_SILENT
from model.roll import SILENT
from model.surroundings import level_order

INT32 = TensorProto.INT32

Descend = Callable[[Graph, str, Callable[[Graph], Node], str, Callable[[Graph], str]], str]
"""Codes after a child, given its flag int32 [1], itself, codes before, and those if it is flat."""


def fill_children(graph: Graph, column: Column, node: Node, codes: str, descend: Descend) -> str:
    """Fill a node; codes int32 [P + 2a] after it."""
    level = Children(graph, column, node)
    body = graph.body()
    body.input(body.name("number"), "int64", [])
    body.input(body.name("going"), "bool", [1])
    at = body.input(body.name("at"), "int64", [1])
    inner = body.input(body.name("codes"), "int32", [column.padded])
    after, filled = level.step(body, at, inner, descend)
    body.returns(body.op("Less", after, body.constant([level.size])), "bool", [1])
    body.returns(after, "int64", [1])
    body.returns(filled, "int32", [column.padded])
    trips, whole = graph.constant(level.size), body.proto("children")
    _, filled = graph.ops("Loop", 2, trips, "", graph.constant([0]), codes, body=whole)
    return filled


class Children:
    """A node of a patch level inside a column: what stays the same while it is filled, and a step.

    Shapes: `H` rows of the node, `N` children of `h` rows.
    """

    def __init__(self, graph: Graph, column: Column, node: Node) -> None:
        self.column, self.node = column, node
        self.config, self.own = column.config, column.config.levels[node.level]
        self.height = self.own.patch[0]
        self.rows = self.config.node_shape(node.level, 1)[0]
        self.size = self.rows // self.height
        self.name = f"patch_levels.{node.level}"
        lowest = graph.op("Add", node.start, graph.constant([self.height]))
        self.left = graph.slice(column.left, node.start, lowest, axis=0)  # of the first child
        self.last = graph.op("Sub", node.stop, graph.constant([self.height]))
        held = node.inner(graph, column.held)
        grid = graph.reshape(held, [self.size, self.height])
        self.expected = graph.op("ReduceMax", grid, graph.constant([1]), keepdims=1)  # [N, 1]
        own = graph.weight(f"{self.name}.flags.bias")
        self.rules = Rules.of(graph, self.expected, held, own, (self.rows, self.size, 3))
        self.first = graph.op("Div", node.row, graph.constant([self.height]))
        self.index = graph.op("Add", self.first, graph.constant(np.arange(self.size)))
        noise = graph.op("Gather", column.flag_noise[node.level], self.index, axis=0)
        self.noise = graph.reshape(noise, [self.size, 1])
        self.static = self._static(graph)
        self.bias = self._bias(graph)

    def _static(self, graph: Graph) -> str:
        """All that is known of the children but their content, [N, D]."""
        column, node, name = self.column, self.node, self.name
        before, channels = self.config.window_steps[0], copied_channels(self.config, node.level)
        newest = graph.slice(column.past, before - 1, before, axis=1)  # [4, 1, P + 2a]
        cells = graph.op("Transpose", newest, perm=[2, 1, 0])  # [P + 2a, 1, 4]
        flat = [graph.reshape(node.inner(graph, cells), [self.size, -1])]
        if channels:
            copied = node.inner(graph, column.copies, axis=2)
            grid = graph.reshape(copied, [channels, self.size, self.height])
            turned = graph.op("Transpose", grid, perm=[1, 0, 2])
            flat.append(graph.reshape(turned, [self.size, -1]))
        both = flat[0] if len(flat) == 1 else graph.op("Concat", *flat, axis=1)
        return graph.add(
            graph.linear(both, f"{name}.around"),
            graph.linear(node.told, f"{name}.told"),
            graph.embedding(f"{name}.row", self.index),
            graph.weight(f"{name}.column.weight"),
        )

    def _bias(self, graph: Graph) -> list[str]:
        """Causal attention biases of every block, [1, H, N, N]."""
        offsets = level_order(self.config, self.node.level, 2).offsets(self.own.reach).copy()
        closed = (2 * self.own.reach[0] + 1) * (2 * self.own.reach[1] + 1)
        offsets[np.triu_indices(self.size, 1)] = closed
        tables = [f"{self.name}.biases.{index}.table" for index in range(self.own.depth)]
        chosen = graph.constant(offsets)
        return relative_biases(graph.root, tables, chosen, closed=True)

    def step(self, graph: Graph, at: str, codes: str, descend: Descend) -> tuple[str, str]:
        """Ask about all children, keep what was as expected, settle the first that was not.

        Args:
            graph: body of the loop.
            at: int64 [1], the first child that is still open.
            codes: of the column, int32 [P + 2a].
            descend: fills a child if it is active.

        Returns:
            both again, after it.
        """
        flags, hidden = self._answer(graph, codes)
        index = graph.constant(np.arange(self.size)[:, None])
        open_ = graph.op("GreaterOrEqual", index, at)
        wanted = graph.op("Where", open_, self.expected, flags)
        as_wanted = graph.op("Cast", graph.op("Equal", flags, wanted), to=INT32)
        end = graph.constant([0, 0, 1, 0])
        # one more that never is, for where there is no surprise
        child = graph.op("ArgMin", graph.op("Pad", as_wanted, end), axis=0, keepdims=0)  # [1]
        padded = graph.op("Pad", flags, end, graph.constant(FLAG_HELD, "int32"))
        flag = graph.reshape(graph.op("Gather", padded, child, axis=0), [1])

        def below(inside: Graph) -> Node:
            told = inside.op("Gather", hidden, child, axis=0)
            down = inside.op("Mul", child, inside.constant([self.height]))
            row = inside.op("Add", self.node.row, down)
            margin = self.column.margin
            return Node.of(inside, self.node.level + 1, told, row, self.height, margin)

        def flat(inside: Graph) -> str:
            return self._cleared(inside, codes, child, flag)

        filled = descend(graph, flag, below, codes, flat)
        return graph.op("Add", child, graph.constant([1])), filled

    def _answer(self, graph: Graph, codes: str) -> tuple[str, str]:
        """Flags int32 [N, 1] drawn, hidden states [N, D]."""
        size, name = self.size, self.name
        earlier = graph.slice(codes, self.node.start, self.last, axis=0)  # all but the last child
        before = graph.op("Concat", self.left, earlier, axis=0)
        content = graph.reshape(before, [1, size, self.height, 1])
        level = LevelGraph(graph, self.config, self.node.level)
        x = graph.op("Add", level.contents(content), self.static)
        nodes = [1, size, 3 * self.own.dim]
        for index, bias in enumerate(self.bias):
            x, _, _ = block(graph, x, f"{name}.blocks.{index}", self.own.heads, bias, nodes)
        hidden = graph.norm(x, f"{name}.norm")
        weight = graph.weight(f"{name}.flags.weight")
        logits = graph.op("Gemm", hidden, weight, self.rules.bias(graph, earlier), transB=1)
        return draw(graph, logits, self.noise, 3, self.column.shaping), hidden

    def _cleared(self, graph: Graph, codes: str, child: str, flag: str) -> str:
        """The column with silence in a child, if it was flagged so."""
        margin = self.column.margin
        child_of = np.pad(np.arange(self.config.height) // self.height, margin, constant_values=-1)
        own = graph.op("Equal", graph.constant(child_of), graph.op("Add", self.first, child))
        silent = graph.constant([FLAG_SILENT], "int32")
        where = graph.op("And", own, graph.op("Equal", flag, silent))
        return graph.op("Where", where, graph.constant(SILENT, "int32"), codes)
