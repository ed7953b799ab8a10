"""The cell level as two graphs: what a patch sees before any cell is drawn, and its cells.

What `model.celllevel` computes, without torch. Shapes: `M` patches of `h` x `w` cells, `n` = h * w
in scan order, `a` pitches of margin, `L` = h + 2a, `T` = before + w + after steps of the window,
`C` copied channels, `D` width, `V` velocities, `G` window channels.
"""

from __future__ import annotations

import numpy as np
import onnx

from export.blocks import block, relative_biases
from export.copygraph import copied_channels
from export.features import FEATURES, as_float, as_index, cell_features
from export.graphbuilder import Graph
from export.weightfile import WeightFile
from model.config import ModelConfig
from model.roll import FIRST_ONSET
from model.surroundings import level_order

NAME = "cell_level"


def build_look(config: ModelConfig, weights: WeightFile) -> onnx.ModelProto:
    """The graph of `Engine.look`.

    Inputs: `told` float32 [M, D above], `codes` uint8 and `known` bool [M, L, T], `row` int64 [M]
    and, with copy heads above, `copied` float32 [M, C, L, w]. Output: `seen` [M, n, D].

    Raises:
        GraphError: the weights don't belong to the config.
    """
    graph = Graph(weights)
    level = len(config.levels) - 1
    height, width = config.node_shape(level, 0)
    tall, wide = height + 2 * config.window_pitches, width + sum(config.window_steps)
    told = graph.input("told", "float32", ["M", config.levels[-2].dim])
    codes = graph.input("codes", "uint8", ["M", tall, wide])
    known = graph.input("known", "bool", ["M", tall, wide])
    row = graph.input("row", "int64", ["M"])
    channels = copied_channels(config, level)
    copied = graph.input("copied", "float32", ["M", channels, tall, width]) if channels else ""
    each = graph.op("Unsqueeze", as_float(graph, known), graph.constant([3]))
    features = cell_features(graph, codes, config.velocity_bins)
    cells = graph.op("Concat", features, each, axis=3)
    seen = look(graph, config, _window(graph, config, cells, copied), told, row)
    graph.output("seen", seen, "float32", ["M", height * width, config.levels[-1].dim])
    return graph.model("look")


def look(graph: Graph, config: ModelConfig, near: str, told: str, row: str) -> str:
    """Everything about M patches but their cells, [M, n, D].

    Args:
        graph: to add to.
        config: the generator's.
        near: what the window sees, [M, n, G].
        told: [M, D above].
        row: int64 [M], canvas row of the lowest cells.
    """
    order = level_order(config, len(config.levels) - 1, 2)
    rows = graph.op("Unsqueeze", row, graph.constant([1]))
    above = graph.op("Unsqueeze", graph.linear(told, f"{NAME}.told"), graph.constant([1]))
    column = graph.reshape(near, [-1, config.window_channels])
    own = graph.reshape(
        graph.linear(column, f"{NAME}.near"), [-1, len(order), config.levels[-1].dim]
    )
    return graph.add(
        own,
        above,
        graph.embedding(f"{NAME}.row", graph.op("Add", rows, graph.constant(order.row))),
        _column(graph, order.column),
    )


def _column(graph: Graph, columns: np.ndarray) -> str:
    weight = graph.weight(f"{NAME}.column.weight")
    index = graph.constant(columns)
    return graph.derived("cell columns", "Gather", weight, index, axis=0)


def _window(graph: Graph, config: ModelConfig, cells: str, copied: str) -> str:
    """What the window, whose weights are shared over pitch, makes of the cells: [M, n, G]."""
    level = len(config.levels) - 1
    height, width = config.node_shape(level, 0)
    before, after = config.window_steps
    span, tall = before + 1 + after, height + 2 * config.window_pitches
    steps = np.arange(width)[:, None] + np.arange(span)
    windows = graph.op("Gather", cells, graph.constant(steps), axis=2)  # [M, L, w, span, 4]
    turned = graph.op("Transpose", windows, perm=[0, 2, 4, 3, 1])
    stacked = graph.reshape(turned, [0, width, (FEATURES + 1) * span, tall])
    if copied:
        beside = graph.op("Transpose", copied, perm=[0, 3, 1, 2])
        stacked = graph.op("Concat", stacked, beside, axis=2)
    channels = (FEATURES + 1) * span + copied_channels(config, level)
    flat = graph.reshape(stacked, [-1, channels, tall])
    near = convolve(graph, flat)
    grid = graph.reshape(near, [-1, width, config.window_channels, height])
    grid = graph.op("Transpose", grid, perm=[0, 3, 1, 2])
    near = graph.reshape(grid, [0, height * width, config.window_channels])
    places = level_order(config, level, 2).places
    if np.array_equal(places, np.arange(len(places))):
        return near
    return graph.op("Gather", near, graph.constant(places), axis=1)


def convolve(graph: Graph, stacked: str) -> str:
    """The window's features [.., G, h] of stacked cells [.., channels, L], shared over pitch."""
    weight, bias = graph.weight(f"{NAME}.window.weight"), graph.weight(f"{NAME}.window.bias")
    return graph.op("Gelu", graph.op("Conv", stacked, weight, bias), approximate="tanh")


def build_cells(config: ModelConfig, weights: WeightFile) -> onnx.ModelProto:
    """The graph of `Engine.cells`.

    Inputs: `seen` float32 [M, n, D], `codes` uint8 [M, n], MAR: `known` bool [M, n]. Output:
    `logits` float32 [M, n, 3 + V], kinds first.

    Raises:
        GraphError: the weights don't belong to the config.
    """
    graph = Graph(weights)
    level = len(config.levels) - 1
    height, width = config.node_shape(level, 0)
    size, own = height * width, config.levels[-1]
    seen = graph.input("seen", "float32", ["M", size, own.dim])
    codes = as_index(graph, graph.input("codes", "uint8", ["M", size]))
    known = "" if own.kind == "ar" else graph.input("known", "bool", ["M", size])
    logits = _heads(graph, cell_hidden(graph, config, seen, codes, known))
    values = 3 + config.velocity_bins
    logits = graph.reshape(logits, [-1, size, values])
    graph.output("logits", logits, "float32", ["M", size, values])
    return graph.model("cells")


def cell_hidden(graph: Graph, config: ModelConfig, seen: str, codes: str, known: str = "") -> str:
    """Hidden states of cells, [M n, D].

    Args:
        graph: to add to.
        config: the generator's.
        seen: from `look`, [M, n, D], or [n, D] for one patch.
        codes: int32 [M, n], or [n].
        known: bool [M, n] for MAR, "" for AR.
    """
    level, own = len(config.levels) - 1, config.levels[-1]
    size = len(level_order(config, level, 2))
    x = graph.op("Add", seen, _values(graph, config, codes, known))
    x = graph.reshape(x, [-1, own.dim])
    tables = [f"{NAME}.biases.{index}.table" for index in range(own.depth)]
    offsets = _offsets(graph, config, level)
    biases = relative_biases(graph.root, tables, offsets, closed=own.kind == "ar")
    for index, bias in enumerate(biases):
        nodes = [-1, size, 3 * own.dim]
        x, _, _ = block(graph, x, f"{NAME}.blocks.{index}", own.heads, bias, nodes)
    return graph.norm(x, f"{NAME}.norm")


def _values(graph: Graph, config: ModelConfig, codes: str, known: str) -> str:
    """What is known of the cells themselves, [..., D]: AR the cell before each, MAR known ones."""
    values, unknown = graph.weight(f"{NAME}.value.weight"), graph.weight(f"{NAME}.unknown")
    if known:
        each = graph.op("Unsqueeze", known, graph.constant([2]))
        return graph.op("Where", each, graph.op("Gather", values, codes, axis=0), unknown)
    row = graph.derived("unknown row", "Unsqueeze", unknown, graph.constant([0]))
    values = graph.derived("values", "Concat", values, row, axis=0)
    nothing = graph.constant(FIRST_ONSET + config.velocity_bins, "int32")
    by_one = [graph.constant([1, -1]), nothing, graph.constant([-1])]
    return graph.op("Gather", values, graph.op("Pad", codes, *by_one), axis=0)


def _offsets(graph: Graph, config: ModelConfig, level: int) -> str:
    """Indices of the attention biases, [n, n]; AR: past the table where a cell would look ahead."""
    own = config.levels[level]
    offsets = level_order(config, level, 2).offsets(own.reach).copy()
    if own.kind == "ar":
        closed = (2 * own.reach[0] + 1) * (2 * own.reach[1] + 1)
        offsets[np.triu_indices(len(offsets), 1)] = closed
    return graph.constant(offsets)


def _heads(graph: Graph, x: str) -> str:
    """Kinds and velocities out of one product."""
    names = [f"{NAME}.{head}" for head in ("kinds", "velocities")]
    weights = [graph.weight(f"{name}.weight") for name in names]
    weight = graph.derived("head weights", "Concat", *weights, axis=0)
    biases = [graph.weight(f"{name}.bias") for name in names]
    bias = graph.derived("head biases", "Concat", *biases, axis=0)
    return graph.op("Gemm", x, weight, bias, transB=1)
