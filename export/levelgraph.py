"""A patch level as one graph: AR, step and prefill in one, or MAR.

What `model.arlevel` and `model.marlevel` compute, without torch. An AR graph takes any number of
children at once, so one child is a step and a prompt is a prefill; its caches are inputs and
outputs that the caller binds to the same memory.

Shapes: `M` nodes, `m` children asked about, `N` children a node, `h` x `w` cells a child, `K`
directions looked at, `C` copied channels from above, `D` width, `H` heads, `Hc` copy heads,
`R` = N + 2 rows of copy caches. Row r holds key and content of child r - 1; the last row stays zero
and stands for fetching nothing.
"""

from __future__ import annotations

import onnx

from export.blocks import KeyValueCache, block, relative_biases, with_closed
from export.features import FEATURES, RAW, as_float, cell_features, raw_features
from export.graphbuilder import Dim, Graph
from export.weightfile import WeightFile
from model.config import ModelConfig
from model.surroundings import level_order, looks

COPY_KEY = 16
"""Width of a copy head's query and key."""
COPY_ROWS = 2
"""Rows of copy caches beyond the children: none before the first, and none at all."""


def level_looks(config: ModelConfig, level: int) -> tuple[int, ...]:
    """Directions that a patch level looks to."""
    width = config.levels[level].patch[1]
    return looks(config, level, level_order(config, level, 2 * width))


def copied_channels(config: ModelConfig, level: int) -> int:
    """Channels that a level is handed by the copy heads above it."""
    return 2 * sum(outer.copy_heads for outer in config.levels[:level])


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
        raw = self._raw(content)
        if self.is_ar:
            copies = self._copied_ar(hidden, raw)
        else:
            copies = self._copied_mar(hidden, raw, known)
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
        offsets = graph.input("offsets", "int64", ["m", "N"])
        biases = relative_biases(graph, tables, offsets, closed=self.is_ar)
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

    def _raw(self, content: str) -> str:
        """Raw cells for the copy heads, [M, m, F], feature first."""
        graph = self.graph
        seen = raw_features(graph, content, self.config.velocity_bins)  # [2, M, m, h, w]
        if self.single:
            return graph.reshape(seen, [1, 1, -1])
        turned = graph.op("Transpose", seen, perm=[1, 2, 0, 3, 4])
        return graph.reshape(turned, [0, 0, RAW * self.cells])

    def _queries_and_keys(self, hidden: str) -> list[str]:
        """Queries and keys of the copy heads, [M, Hc, m, 16] each, out of one product."""
        graph, names = self.graph, [f"{self.name}.copy.{what}" for what in ("query", "key")]
        weights = [graph.weight(f"{name}.weight") for name in names]
        weight = graph.derived(("copy weights", self.name), "Concat", *weights, axis=0)
        biases = [graph.weight(f"{name}.bias") for name in names]
        bias = graph.derived(("copy biases", self.name), "Concat", *biases, axis=0)
        both = graph.op("Gemm", hidden, weight, bias, transB=1)
        if self.single:
            turned = graph.reshape(both, [1, 2 * self.own.copy_heads, 1, COPY_KEY])
            return graph.ops("Split", 2, turned, axis=1, num_outputs=2)
        both = graph.reshape(both, self.nodes)
        split = graph.reshape(both, [0, 0, 2 * self.own.copy_heads, COPY_KEY])
        turned = graph.op("Transpose", split, perm=[0, 2, 1, 3])
        return graph.ops("Split", 2, turned, axis=1, num_outputs=2)

    def _scores(self, query: str, keys: str) -> str:
        graph = self.graph
        turned = graph.op("Transpose", keys, perm=[0, 1, 3, 2])
        product = graph.op("MatMul", query, turned)
        return graph.op("Mul", product, graph.constant(COPY_KEY**-0.5, "float32"))

    def _copied_ar(self, hidden: str, raw: str) -> str:
        graph, heads = self.graph, self.own.copy_heads
        one = graph.constant(1)
        past_keys = graph.input("past_copy_keys", "float32", ["M", heads, "R", COPY_KEY])
        past = graph.input("past_contents", "float32", ["M", "R", RAW * self.cells])
        after = graph.op("Add", self.write_index, one)
        query, fresh = self._queries_and_keys(hidden)
        keys = graph.op("TensorScatter", past_keys, fresh, after, axis=2)
        contents = graph.op("TensorScatter", past, raw, self.write_index, axis=1)
        shape: list[Dim] = ["M", heads, "R", COPY_KEY]
        keys = graph.output("present_copy_keys", keys, "float32", shape)
        contents = graph.output(
            "present_contents", contents, "float32", ["M", "R", RAW * self.cells]
        )
        null = graph.derived(
            ("null", self.name),
            "Unsqueeze",
            graph.weight(f"{self.name}.copy.null"),
            graph.constant([1]),
        )
        table = with_closed(graph, f"{self.name}.copy.bias.table", null)
        offsets = graph.input("copy_offsets", "int64", ["m", "R"])
        bias = graph.op("Gather", table, offsets, axis=1)
        scores = graph.op("Add", self._scores(query, keys), bias)
        return self._fetch(graph.op("Softmax", scores, axis=-1), contents)

    def _copied_mar(self, hidden: str, raw: str, known: str) -> str:
        graph = self.graph
        table = graph.weight(f"{self.name}.copy.bias.table")
        bias = graph.op("Gather", table, "offsets", axis=1)
        scores = graph.op("Add", self._scores(*self._queries_and_keys(hidden)), bias)
        seen = graph.op("Unsqueeze", known, graph.constant([1, 2]))
        scores = graph.op("Where", seen, scores, graph.constant(float("-inf"), "float32"))
        null = graph.derived(
            ("null", self.name),
            "Unsqueeze",
            graph.weight(f"{self.name}.copy.null"),
            graph.constant([0, 2, 3]),
        )
        lead = graph.op("Shape", scores, start=0, end=3)
        one_each = graph.op("Concat", lead, graph.constant([1]), axis=0)
        nothing = graph.op("Expand", null, one_each)
        maps = graph.op("Softmax", graph.op("Concat", scores, nothing, axis=3), axis=-1)
        return self._fetch(graph.slice(maps, 0, -1, axis=3), raw)

    def _fetch(self, maps: str, contents: str) -> str:
        """Cells that maps [M, Hc, m, L] pick from contents [M, L, F]: [M, m, 2 Hc, h, w]."""
        graph, heads = self.graph, self.own.copy_heads
        several = graph.op("Unsqueeze", contents, graph.constant([1]))
        found = graph.op("MatMul", maps, several)  # [M, Hc, m, F]
        turned = found if self.single else graph.op("Transpose", found, perm=[0, 2, 1, 3])
        if self.single:
            return graph.reshape(turned, [1, 1, RAW * heads, self.height, self.width])
        return graph.reshape(turned, [0, 0, RAW * heads, self.height, self.width])
