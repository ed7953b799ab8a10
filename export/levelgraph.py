"""A patch level as one graph: AR, step and prefill in one, or MAR.

What `model.arlevel` and `model.marlevel` compute, without torch. An AR graph takes any number of
children at once, so one child is a step and a prompt is a prefill; its caches are inputs and
outputs that the caller binds to the same memory.

Shapes: `M` nodes, `m` children asked about, `N` children a node, `h` x `w` cells a child, `K`
directions looked at, `C` copied channels from above, `D` width, `H` heads, `Hc` copy heads.
"""

from __future__ import annotations

import numpy as np
import onnx
from numpy.typing import NDArray

from export.blocks import KeyValueCache, biases_in_line, block, relative_biases
from export.copygraph import CopyGraph, copied_channels
from export.features import FEATURES, RAW, as_float, cell_features
from export.graphbuilder import Dim, Graph
from export.weightfile import WeightFile
from model.config import ModelConfig
from model.surroundings import level_order, looks


def level_looks(config: ModelConfig, level: int) -> tuple[int, ...]:
    """Directions that a patch level looks to."""
    width = config.levels[level].patch[1]
    return looks(config, level, level_order(config, level, 2 * width))


def build_root(config: ModelConfig, weights: WeightFile) -> onnx.ModelProto:
    """The graph of `Engine.root`: conditions of whole rolls.

    Inputs: `style`, `key`, `density` int64 [M]. Output: `told` [M, D].

    Raises:
        GraphError: the weights don't belong to the config.
    """
    graph, name = Graph(weights), "patch_levels.0.conditions"
    told = [
        graph.embedding(f"{name}.{kind}", graph.input(kind, "int64", ["M"]))
        for kind in ("style", "key", "density")
    ]
    row = graph.constant(config.max_shift)  # untransposed, as always when sampling
    told.append(graph.op("Gather", graph.weight(f"{name}.shift.weight"), row, axis=0))
    graph.output("told", graph.add(*told), "float32", ["M", config.levels[0].dim])
    return graph.model("root")


def build_level(config: ModelConfig, level: int, weights: WeightFile) -> onnx.ModelProto:
    """The graph of patch level `level`.

    Inputs: as `model.engine.Question`, `around` and `around_known` only in the directions that the
    level looks to; `told` [M, D above] (level 0: from the root); deeper levels with copy heads
    above: `copied` [M, m, C, h, w]. `offsets` int64 [m, N]: index of each attention bias, one past
    the table where a position may not be seen. AR: `write_index`, `length` int64 [M] and the
    caches. Outputs: `flags` [M, m, 3], `hidden` [M, m, D], with copy heads `copies`
    [M, m, 2 Hc, h, w]; AR: the caches.

    Raises:
        GraphError: the weights don't belong to the config.
    """
    graph = Graph(weights)
    own = config.levels[level]
    content = graph.input("content", "uint8", ["M", "m", *own.patch])
    body = LevelGraph(graph, config, level)
    answer = body.answer(content)
    for name, size in (("flags", 3), ("hidden", own.dim)):
        value = graph.reshape(answer[name], body.nodes)
        graph.output(name, value, "float32", ["M", "m", size])
    if own.copy_heads:
        shape: list[Dim] = ["M", "m", RAW * own.copy_heads, *own.patch]
        graph.output("copies", answer["copies"], "float32", shape)
    return graph.model(f"level{level}")


def most_children(config: ModelConfig) -> int:
    """How many children of level 0, each as tall as the roll, are in view at most."""
    return max(config.context_steps // config.levels[0].patch[1], 2)


def _line(config: ModelConfig, level: int) -> NDArray[np.int64]:
    """Index of the bias of every offset in time, from the farthest before to the farthest behind.

    A child's own offset stands at `most_children`.
    """
    up, right = config.levels[level].reach
    most = most_children(config)
    steps = np.clip(np.arange(-most, most), -right, right) + right
    return np.asarray(up * (2 * right + 1) + steps, np.int64)


class LevelGraph:
    """Names and sizes that all parts of a level's graph share.

    single: for one child of one node at a time, as level 0 of a whole patch; then nothing need be
    told apart by node, `metre` and `place` are int64 [1], and `row` is always the lowest.
    """

    def __init__(
        self, graph: Graph, config: ModelConfig, level: int, *, single: bool = False
    ) -> None:
        self.graph, self.config, self.level, self.single = graph, config, level, single
        self.own = config.levels[level]
        self.name = f"patch_levels.{level}"
        self.is_ar = self.own.kind == "ar"
        self.height, self.width = self.own.patch
        self.cells = self.height * self.width
        self.nodes: str = graph.constant([1, 1, -1])

    def answer(self, content: str) -> dict[str, str]:
        """Add everything, inputs and caches too; contents are codes uint8 [M, m, h, w].

        Returns:
            Names of `flags` [M m, 3], `hidden` [M m, D] and, with copy heads, `copies`
            [M, m, 2 Hc, h, w].
        """
        graph = self.graph
        known = "" if self.is_ar else graph.input("known", "bool", ["M", "m"])
        x = self._embedded(content, known)
        hidden = graph.norm(self._blocks(x), f"{self.name}.norm")
        flags = graph.linear(hidden, f"{self.name}.flags")
        if not self.own.copy_heads:
            return {"flags": flags, "hidden": hidden}
        heads = CopyGraph(graph, self.config, self.level, self.nodes, single=self.single)
        if self.is_ar:
            copies = heads.step(hidden, content, self.write_index)
        else:
            copies = heads.all_at_once(hidden, content, known, self.offsets)
        return {"flags": flags, "hidden": hidden, "copies": copies}

    def _embedded(self, content: str, known: str) -> str:
        """Children as the blocks read them, [M m, D]."""
        graph = self.graph
        contents = self.contents(content)
        if self.single:
            return graph.add(contents, *self._places())
        lead = graph.op("Shape", content, start=0, end=2)
        self.nodes = graph.op("Concat", lead, graph.constant([-1]), axis=0)
        contents = graph.reshape(contents, self.nodes)
        if known:
            each = graph.op("Unsqueeze", known, graph.constant([2]))
            contents = graph.op("Where", each, contents, graph.weight(f"{self.name}.mask"))
        return graph.reshape(graph.add(contents, *self._places()), [-1, self.own.dim])

    def contents(self, codes: str) -> str:
        """Embedded contents of children, codes [M, m, h, w] -> [M m, D]."""
        seen = cell_features(self.graph, codes, self.config.velocity_bins)
        flat = self.graph.reshape(seen, [-1, FEATURES * self.cells])
        return self.graph.linear(flat, f"{self.name}.content")

    def _places(self) -> list[str]:
        """All that is known of the children but their content, [M, m, D] each."""
        graph, name = self.graph, self.name
        above = self.config.levels[max(self.level - 1, 0)].dim
        told = graph.input("told", "float32", ["M", above])
        shape: list[Dim] = [1] if self.single else ["M", "m"]
        if self.level == 0:
            found = [
                graph.embedding(f"{name}.conditions.{place}", graph.input(place, "int64", shape))
                for place in ("metre", "place")
            ]
        else:
            told = graph.linear(told, f"{name}.told")
            found = [graph.embedding(f"{name}.column", graph.input("column", "int64", ["m"]))]
        if self.single:
            return [*found, told, graph.weight(f"{name}.row.weight")]
        found.append(graph.op("Unsqueeze", told, graph.constant([1])))
        found.append(graph.embedding(f"{name}.row", graph.input("row", "int64", shape)))
        around = self._around()
        return [*found, around] if around else found

    def _around(self) -> str:
        """Neighbours and copied cells, [M, m, D], or nothing."""
        graph, flat = self.graph, []
        shape: list[Dim]
        directions = len(level_looks(self.config, self.level))
        channels = copied_channels(self.config, self.level)
        if directions:
            shape = ["M", "m", directions, self.height, self.width]
            codes = graph.input("around", "uint8", shape)
            known = as_float(graph, graph.input("around_known", "bool", shape))
            seen = cell_features(graph, codes, self.config.velocity_bins)
            each = graph.op("Unsqueeze", known, graph.constant([5]))
            whole = graph.op("Concat", seen, each, axis=5)
            flat.append(graph.reshape(whole, [0, 0, (FEATURES + 1) * directions * self.cells]))
        if channels:
            shape = ["M", "m", channels, self.height, self.width]
            copied = graph.input("copied", "float32", shape)
            flat.append(graph.reshape(copied, [0, 0, channels * self.cells]))
        if not flat:
            return ""
        both = flat[0] if len(flat) == 1 else graph.op("Concat", *flat, axis=2)
        width = graph.weights[f"{self.name}.around.weight"].shape[1]
        column = graph.reshape(both, [-1, width])
        return graph.reshape(graph.linear(column, f"{self.name}.around"), self.nodes)

    def _blocks(self, x: str) -> str:
        graph = self.graph
        tables = [f"{self.name}.biases.{index}.table" for index in range(self.own.depth)]
        if self.single:  # past its place, where the length ends, a bias means nothing
            limits = [graph.input(name, "int64", [1]) for name in ("first_bias", "end_bias")]
            line = _line(self.config, self.level)
            biases = biases_in_line(graph, tables, line, limits[0], limits[1])
        else:
            self.offsets = graph.input("offsets", "int64", ["m", "N"])
            biases = relative_biases(graph, tables, self.offsets, closed=self.is_ar)
        if self.is_ar:
            self.write_index = graph.input("write_index", "int64", ["M"])
            length = graph.input("length", "int64", ["M"])
        for index, bias in enumerate(biases):
            name, cache = f"{self.name}.blocks.{index}", None
            if self.is_ar:
                past = [self._cache(f"past_{what}{index}") for what in ("keys", "values")]
                cache = KeyValueCache(past[0], past[1], self.write_index, length)
            x, *present = block(graph, x, name, self.own.heads, bias, self.nodes, cache)
            if self.is_ar:
                for what, value in zip(("keys", "values"), present, strict=True):
                    shape: list[Dim] = ["M", "N", self.own.dim]
                    graph.output(f"present_{what}{index}", value, "float32", shape)
        return x

    def _cache(self, name: str) -> str:
        return self.graph.input(name, "float32", ["M", "N", self.own.dim])
