"""Copy heads as nodes: `model.attention.CopyHeads`, AR with a cache of what may be fetched, or MAR.

Shapes: `M` nodes, `m` children asked about, `N` children a node, `h` x `w` cells a child, `D`
width, `Hc` copy heads, `F` = 2 h w raw numbers a child, `R` = N + 2 rows of the caches. Row r holds
key and content of child r - 1; the last row stays zero and stands for fetching nothing.
"""

from __future__ import annotations

from export.blocks import with_closed
from export.features import RAW, raw_features
from export.graphbuilder import Dim, Graph
from model.config import ModelConfig

COPY_KEY = 16
"""Width of a copy head's query and key."""
COPY_ROWS = 2
"""Rows of the caches beyond the children: none before the first, and none at all."""


def copied_channels(config: ModelConfig, level: int) -> int:
    """Channels that a level is handed by the copy heads above it."""
    return RAW * sum(outer.copy_heads for outer in config.levels[:level])


class CopyGraph:
    """The copy heads of one level.

    nodes: name of the shape [M, m, -1]. single: M and m are 1.
    """

    def __init__(
        self, graph: Graph, config: ModelConfig, level: int, nodes: str, *, single: bool
    ) -> None:
        self.graph, self.config, self.nodes, self.single = graph, config, nodes, single
        self.heads = config.levels[level].copy_heads
        self.height, self.width = config.levels[level].patch
        self.numbers = RAW * self.height * self.width
        self.name = f"patch_levels.{level}.copy"

    def step(self, hidden: str, content: str, write_index: str) -> str:
        """AR: fetch from children before each; declares the caches and `copy_offsets`.

        Args:
            hidden: [M m, D].
            content: codes uint8 [M, m, h, w] of the child before each.
            write_index: int64 [M], index of the first of the m children.

        Returns:
            [M, m, 2 Hc, h, w].
        """
        graph, rows = self.graph, self.numbers
        keys_shape: list[Dim] = ["M", self.heads, "R", COPY_KEY]
        contents_shape: list[Dim] = ["M", "R", rows]
        past_keys = graph.input("past_copy_keys", "float32", keys_shape)
        past_contents = graph.input("past_contents", "float32", contents_shape)
        query, fresh = self._queries_and_keys(hidden)
        after = graph.op("Add", write_index, graph.constant(1))
        keys = graph.op("TensorScatter", past_keys, fresh, after, axis=2)
        raw = self._raw(content)
        contents = graph.op("TensorScatter", past_contents, raw, write_index, axis=1)
        keys = graph.output("present_copy_keys", keys, "float32", keys_shape)
        contents = graph.output("present_contents", contents, "float32", contents_shape)
        table = with_closed(graph, f"{self.name}.bias.table", self._null([1]))
        offsets = graph.input("copy_offsets", "int64", ["m", "R"])
        bias = graph.op("Gather", table, offsets, axis=1)
        scores = graph.op("Add", self._scores(query, keys), bias)
        return self._fetch(graph.op("Softmax", scores, axis=-1), contents)

    def all_at_once(self, hidden: str, content: str, known: str, offsets: str) -> str:
        """MAR: fetch from known children; arguments as in `step`, known bool [M, m].

        Returns:
            [M, m, 2 Hc, h, w].
        """
        graph = self.graph
        bias = graph.op("Gather", graph.weight(f"{self.name}.bias.table"), offsets, axis=1)
        scores = graph.op("Add", self._scores(*self._queries_and_keys(hidden)), bias)
        seen = graph.op("Unsqueeze", known, graph.constant([1, 2]))
        scores = graph.op("Where", seen, scores, graph.constant(float("-inf"), "float32"))
        lead = graph.op("Shape", scores, start=0, end=3)
        one_each = graph.op("Concat", lead, graph.constant([1]), axis=0)
        nothing = graph.op("Expand", self._null([0, 2, 3]), one_each)
        maps = graph.op("Softmax", graph.op("Concat", scores, nothing, axis=3), axis=-1)
        return self._fetch(graph.slice(maps, 0, -1, axis=3), self._raw(content))

    def _null(self, axes: list[int]) -> str:
        """Score of fetching nothing, [Hc] with more axes of one."""
        weight = self.graph.weight(f"{self.name}.null")
        return self.graph.op("Unsqueeze", weight, self.graph.constant(axes))

    def _raw(self, content: str) -> str:
        """Raw cells for the copy heads, [M, m, F], feature first."""
        graph = self.graph
        seen = raw_features(graph, content, self.config.velocity_bins)  # [2, M, m, h, w]
        if self.single:
            return graph.reshape(seen, [1, 1, -1])
        turned = graph.op("Transpose", seen, perm=[1, 2, 0, 3, 4])
        return graph.reshape(turned, [0, 0, self.numbers])

    def _queries_and_keys(self, hidden: str) -> list[str]:
        """Queries and keys of the copy heads, [M, Hc, m, 16] each, out of one product."""
        graph, names = self.graph, [f"{self.name}.{what}" for what in ("query", "key")]
        weights = [graph.weight(f"{name}.weight") for name in names]
        weight = graph.derived(("copy weights", self.name), "Concat", *weights, axis=0)
        biases = [graph.weight(f"{name}.bias") for name in names]
        bias = graph.derived(("copy biases", self.name), "Concat", *biases, axis=0)
        both = graph.op("Gemm", hidden, weight, bias, transB=1)
        if self.single:
            turned = graph.reshape(both, [1, 2 * self.heads, 1, COPY_KEY])
            return graph.ops("Split", 2, turned, axis=1, num_outputs=2)
        both = graph.reshape(both, self.nodes)
        split = graph.reshape(both, [0, 0, 2 * self.heads, COPY_KEY])
        turned = graph.op("Transpose", split, perm=[0, 2, 1, 3])
        return graph.ops("Split", 2, turned, axis=1, num_outputs=2)

    def _scores(self, query: str, keys: str) -> str:
        graph = self.graph
        turned = graph.op("Transpose", keys, perm=[0, 1, 3, 2])
        product = graph.op("MatMul", query, turned)
        return graph.op("Mul", product, graph.constant(COPY_KEY**-0.5, "float32"))

    def _fetch(self, maps: str, contents: str) -> str:
        """Cells that maps [M, Hc, m, L] pick from contents [M, L, F]: [M, m, 2 Hc, h, w]."""
        graph, channels = self.graph, RAW * self.heads
        several = graph.op("Unsqueeze", contents, graph.constant([1]))
        found = graph.op("MatMul", maps, several)  # [M, Hc, m, F]
        turned = found if self.single else graph.op("Transpose", found, perm=[0, 2, 1, 3])
        if self.single:
            return graph.reshape(turned, [1, 1, channels, self.height, self.width])
        return graph.reshape(turned, [0, 0, channels, self.height, self.width])
