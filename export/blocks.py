"""Transformer blocks and copy heads as nodes: `model.attention`, written for the runtime.

Positions of all nodes stand in one column, [M m, D], as matrix products want them; attention alone
needs to know whose they are. Shapes: `M` nodes, `m` positions asked about, `N` positions in all,
`D` width, `H` heads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from export.graphbuilder import Graph


@dataclass(frozen=True)
class KeyValueCache:
    """Past keys and values [M, N, D] of one block, where the new ones go, and how many are valid.

    write_index, length: int64 [M].
    """

    keys: str
    values: str
    write_index: str
    length: str


def relative_biases(graph: Graph, tables: list[str], offsets: str, *, closed: bool) -> list[str]:
    """Biases [1, H, m, N] of some blocks for offset indices [m, N], looked up all at once.

    Args:
        graph: to add to.
        tables: names of the weights [H, offsets], one a block.
        offsets: indices into the tables.
        closed: whether the index just behind the tables means that a position may not be seen.
    """
    found = graph.op("Gather", _stacked(graph, tables, closed), offsets, axis=2)
    return _each(graph, found, len(tables))


def biases_in_line(
    graph: Graph, tables: list[str], line: NDArray[np.int64], first: str, end: str
) -> list[str]:
    """Biases [1, H, 1, N] of some blocks for one position among N that stand in a line.

    Args:
        graph: to add to.
        tables: names of the weights [H, offsets], one a block.
        line: index of every offset from the farthest before to the farthest behind.
        first, end: int64 [1] each, the place in `line` of the first of the N, and behind the last.
    """
    stacked = _stacked(graph, tables, closed=False)
    index = graph.constant(line)
    whole = graph.derived(("in line", stacked), "Gather", stacked, index, axis=2)
    found = graph.slice(whole, first, end, axis=2)
    return _each(graph, graph.op("Unsqueeze", found, graph.constant([2])), len(tables))


def _stacked(graph: Graph, tables: list[str], closed: bool) -> str:
    """Tables of all blocks on top of each other, [1, H of all, offsets]."""
    weights = [with_closed(graph, t) if closed else graph.weight(t) for t in tables]
    stacked = graph.derived(("stacked", *tables, closed), "Concat", *weights, axis=0)
    return graph.derived(("heads", stacked), "Unsqueeze", stacked, graph.constant([0]))


def _each(graph: Graph, biases: str, blocks: int) -> list[str]:
    """Biases of all blocks, taken apart."""
    if blocks == 1:
        return [biases]
    return graph.ops("Split", blocks, biases, axis=1, num_outputs=blocks)


def with_closed(graph: Graph, table: str, *extra: str) -> str:
    """A table [H, offsets] with one more column of minus infinity, then those of `extra` [H, 1]."""
    heads = graph.weights[table].shape[0]
    never = graph.constant([[float("-inf")]] * heads, "float32")
    return graph.derived(("closed", table), "Concat", graph.weight(table), never, *extra, axis=1)


def block(
    graph: Graph,
    x: str,
    name: str,
    heads: int,
    bias: str,
    nodes: Sequence[int] | str,
    cache: KeyValueCache | None = None,
) -> tuple[str, str, str]:
    """One pre-norm block on [M m, D].

    Args:
        graph: to add to.
        x: what goes in.
        name: of the block in the weights.
        heads: attention heads.
        bias: [1, H, m, N].
        nodes: the shape [M, m, -1], or the name of an int64 [3] that holds it.
        cache: where keys and values of earlier positions are, or None.

    Returns:
        what comes out [M m, D]; all keys and values [M, N, D].
    """
    dim = graph.weights[f"{name}.norm1.weight"].shape[0]
    normed = graph.norm(x, f"{name}.norm1")
    projected = graph.reshape(graph.linear(normed, f"{name}.attention.qkv"), nodes)
    query, keys, values = graph.ops("Split", 3, projected, axis=-1, num_outputs=3)
    options = [bias]
    if cache is not None:
        keys = graph.op("TensorScatter", cache.keys, keys, cache.write_index, axis=1)
        values = graph.op("TensorScatter", cache.values, values, cache.write_index, axis=1)
        options = [bias, "", "", cache.length]
    found = graph.op(
        "Attention", query, keys, values, *options, q_num_heads=heads, kv_num_heads=heads
    )
    column = graph.reshape(found, [-1, dim])
    x = graph.op("Add", x, graph.linear(column, f"{name}.attention.out"))
    up = graph.linear(graph.norm(x, f"{name}.norm2"), f"{name}.up")
    down = graph.linear(graph.op("Gelu", up, approximate="tanh"), f"{name}.down")
    return graph.op("Add", x, down), keys, values
