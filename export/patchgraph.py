"""A whole patch of level 0 in one call: its level, all levels below and the drawing, as one graph.

For generators that fill columns one step wide from low to high, all levels AR, such as the live
one. It does what `model.filler` does there, with the same uniforms: guess that nothing happens,
keep what was right, go down at the first surprise. Loops and branches of ONNX hold the recursion,
so nothing is computed that the sampler would have skipped, and between two patches Python does next
to nothing. For one roll at a time; `Loop` and `If` run on the CPU.

Shapes: `P` rows of the canvas, `a` pitches of margin, `B` steps of the window before the patch.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import onnx

from export.childrengraph import fill_children
from export.columncells import fill_cells
from export.columngraph import Column, Node
from export.drawgraph import Shaping, draw
from export.graphbuilder import Graph
from export.levelgraph import LevelGraph, level_looks
from export.rulesgraph import NEVER
from export.weightfile import WeightFile
from model.config import ModelConfig
from model.legality import FLAG_ACTIVE, FLAG_SILENT
from model.roll import SILENT
from model.scanorder import LEFT


def composes(config: ModelConfig) -> bool:
    """Whether a generator's patches can be made in one call."""
    columns = config.levels[0].patch == (config.height, 1)
    inner = range(1, len(config.levels) - 1)
    return (
        columns
        and config.exact
        and not level_looks(config, 0)
        and all(level_looks(config, level) == (LEFT,) for level in inner)
        and not any(config.levels[level].copy_heads for level in inner)
    )


def build_patch(config: ModelConfig, weights: WeightFile, *, shaped: bool) -> onnx.ModelProto:
    """The graph of one patch.

    Inputs: `window` uint8 [P, B], the steps before, and `window_known` bool [P, B]; `uniforms`
    float32 [U] (`columngraph.noise_sizes`); all of level 0's but `content` and `row`
    (`export.levelgraph`), for one roll and one child, `metre` and `place` int64 [1]; if `shaped`,
    scalars `inverse_temperature`, `filter_threshold` and `top_p`. Outputs: `codes` int32
    [P + 2a], a margin of silence on both sides; level 0's caches.

    Raises:
        GraphError: the weights don't belong to the config.
    """
    graph = Graph(weights)
    column = Column(graph, config, Shaping.inputs(graph) if shaped else None)
    content = graph.reshape(column.newest, [1, 1, column.height, 1])
    answer = LevelGraph(graph, config, 0, single=True).answer(content)
    flag = _first_flag(graph, column, answer["flags"])

    def flat(inside: Graph) -> str:
        ended = inside.op("Equal", flag, inside.constant([FLAG_SILENT], "int32"))
        return inside.op("Where", ended, inside.constant([SILENT], "int32"), column.held)

    def whole(inside: Graph) -> Node:
        column.look_around(inside, answer.get("copies", ""))
        row = inside.constant([0])
        return Node.of(inside, 1, answer["hidden"], row, column.height, column.margin)

    codes = _if_active(column, graph, flag, whole, column.held, flat)
    graph.output("codes", codes, "int32", [column.padded])
    return graph.model("patch")


def _first_flag(graph: Graph, column: Column, logits: str) -> str:
    """What level 0 says of the column: flag int32 [1]; logits [1, 3]."""
    sounds = graph.op("ReduceMax", column.held, graph.constant([0]), keepdims=1)
    allowed = graph.constant([[0.0, NEVER, 0.0], [0.0, 0.0, 0.0]], "float32")
    logits = graph.op("Add", logits, graph.op("Gather", allowed, sounds, axis=0))
    flag = draw(graph, logits, column.flag_noise[0], 3, column.shaping)
    return graph.reshape(flag, [1])


def _if_active(
    column: Column,
    graph: Graph,
    flag: str,
    child: Callable[[Graph], Node],
    codes: str,
    flat: Callable[[Graph], str],
) -> str:
    """The column after a child, gone down into if it is active.

    Args:
        column: that it lies in.
        graph: to add to.
        flag: int32 [1], the child's.
        child: makes its node inside the branch.
        codes: of the column before, int32 [P + 2a].
        flat: makes the codes after it, if it is silent or held.
    """
    inside, outside = graph.body(), graph.body()
    node = child(inside)
    if node.level == len(column.config.levels) - 1:
        filled = fill_cells(inside, column, node, codes)
    else:
        filled = fill_children(inside, column, node, codes, partial(_if_active, column))
    inside.returns(filled, "int32", [column.padded])
    outside.returns(flat(outside), "int32", [column.padded])
    active = graph.op("Equal", flag, graph.constant([FLAG_ACTIVE], "int32"))
    branches = {"then_branch": inside.proto("active"), "else_branch": outside.proto("flat")}
    return graph.op("If", active, **branches)
