"""A whole patch of level 0 in one call: its level, all levels below and the drawing, as one graph.

For generators that fill columns one step wide from low to high, all levels AR, such as the live
one. It does what `model.filler` does there, with the same uniforms: guess that nothing happens, keep
what was right, go down at the first surprise. Loops and branches of ONNX hold the recursion, so
nothing is computed that the sampler would have skipped, and between two patches Python does next to
nothing. For one roll at a time; `Loop` and `If` run on the CPU.

Shapes: `P` rows of the canvas, `a` pitches of margin, `B` steps of the window before the patch, `N`
children of `h` rows, `n` cells of a patch of the cell level, `C` copied channels, `V` velocities.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto

from export.blocks import block, relative_biases
from export.cellgraph import NAME as CELLS
from export.cellgraph import cell_hidden, convolve
from export.drawgraph import Shaping, chances, draw
from export.features import FEATURES, as_float, as_index, feature_table
from export.graphbuilder import Graph
from export.levelgraph import LevelGraph, copied_channels, level_looks
from export.weightfile import WeightFile
from model.config import ModelConfig
from model.legality import FLAG_ACTIVE, FLAG_HELD, FLAG_SILENT, KIND_ONSET
from model.roll import FIRST_ONSET, HELD, SILENT
from model.scanorder import LEFT
from model.surroundings import level_order

NEVER = -1e9
"""Added to a logit, it makes a value impossible; finite, so that nothing times it is nothing."""
BOOL, UINT8, INT32 = TensorProto.BOOL, TensorProto.UINT8, TensorProto.INT32
MANY = 2**31 - 1


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


def noise_sizes(config: ModelConfig) -> list[int]:
    """How many uniforms a patch takes: flags of each patch level, then two for each cell."""
    flags = [config.height // level.patch[0] for level in config.levels[:-1]]
    return [*flags, 2 * config.height]


def build_patch(config: ModelConfig, weights: WeightFile, *, shaped: bool) -> onnx.ModelProto:
    """The graph of one patch.

    Inputs: `window` uint8 [P, B], the steps before, and `window_known` bool [P, B]; `uniforms`
    float32 [U] (`noise_sizes`); all of level 0's but `content` (`export.levelgraph`), for one roll
    and one child; if `shaped`, scalars `inverse_temperature`, `filter_threshold` and `top_p`.
    Outputs: `codes` uint8 [P], `log_prob` float32 [1], and level 0's.

    Raises:
        GraphError: the weights don't belong to the config.
    """
    graph = Graph(weights)
    column = _Column(graph, config, Shaping.inputs(graph) if shaped else None)
    column.build()
    return graph.model("patch")


@dataclass(frozen=True)
class _Node:
    """A node being filled.

    level: that fills it. told: [1, D above]. row: int64 [1], its first row in the canvas. start,
    stop: its rows in values with a margin; end: the last row of its own margin, behind.
    """

    level: int
    told: str
    row: str
    start: str
    stop: str
    end: str

    @classmethod
    def of(cls, graph: Graph, level: int, told: str, row: str, rows: int, margin: int) -> _Node:
        """A node of `rows` rows."""
        ends = [graph.op("Add", row, graph.constant([more])) for more in (margin, margin + rows)]
        end = graph.op("Add", ends[1], graph.constant([margin])) if margin else ends[1]
        return cls(level, told, row, ends[0], ends[1], end)

    def inner(self, graph: Graph, values: str, axis: int = 0) -> str:
        """The node's rows out of values with a margin."""
        return graph.slice(values, self.start, self.stop, axis)

    def outer(self, graph: Graph, values: str, axis: int = 0) -> str:
        """The node's rows and a margin on both sides."""
        return graph.slice(values, self.row, self.end, axis)


class _Column:
    """One column of the canvas under construction.

    Values `column` are int32 [P + 2a]: the codes with a margin of silence, the guess where nothing
    is decided yet.
    """

    def __init__(self, graph: Graph, config: ModelConfig, shaping: Shaping | None) -> None:
        self.graph, self.config, self.shaping = graph, config, shaping
        self.margin, self.height = config.window_pitches, config.height
        self.last = len(config.levels) - 1
        self.padded = self.height + 2 * self.margin
        before = config.margins[1]
        self.window = graph.input("window", "uint8", [self.height, before])
        self.window_known = graph.input("window_known", "bool", [self.height, before])
        sizes = noise_sizes(config)
        uniforms = graph.input("uniforms", "float32", [sum(sizes)])
        split = graph.ops("Split", len(sizes), uniforms, graph.constant(sizes), axis=0)
        self.flag_noise, self.cell_noise = split[:-1], graph.reshape(split[-1], [-1, 2])

    def build(self) -> None:
        """Level 0, then what lies below if it is active."""
        graph = self.graph
        newest = graph.slice(self.window, -1, MANY, axis=1)  # [P, 1]
        content = graph.reshape(newest, [1, 1, self.height, 1])
        answer = LevelGraph(graph, self.config, 0, single=True).answer(content)
        self._look_around(newest, answer.get("copies", ""))
        expected = graph.op("ReduceMax", self.held, graph.constant([0]), keepdims=1)  # [1]
        sounds = graph.op("Cast", expected, to=BOOL)
        logits = graph.op("Add", answer["flags"], self.held_only_where(graph, sounds))
        noise = graph.reshape(self.flag_noise[0], [1, 1])
        flag, gained = draw(graph, logits, noise, 3, self.shaping)
        flag = graph.reshape(flag, [1])
        ended = graph.op("Less", flag, expected)
        guess = graph.op("Where", ended, graph.constant([0], "int32"), self.held)
        codes, below = self.if_active(graph, flag, 1, answer["hidden"], graph.constant([0]), guess)
        inner = graph.slice(codes, self.margin, self.margin + self.height, axis=0)
        graph.output("codes", graph.op("Cast", inner, to=UINT8), "uint8", [self.height])
        total = graph.op("Add", graph.reshape(gained, [1]), below)
        graph.output("log_prob", total, "float32", [1])

    def _look_around(self, newest: str, copies: str) -> None:
        """What all patches of the column need: what stands left of it, and the window's cells."""
        graph, margin = self.graph, self.margin
        left = graph.reshape(as_index(graph, newest), [self.height])
        pads = graph.constant([margin, margin])
        self.left = graph.op("Pad", left, pads)  # int32 [P + 2a]
        self.held = graph.op("Min", self.left, graph.constant([HELD], "int32"))
        steps = self.config.window_steps[0]
        recent = graph.slice(as_index(graph, self.window), -steps, MANY, axis=1)
        there = graph.slice(self.window_known, -steps, MANY, axis=1)
        turned = graph.op("Transpose", self.seen(graph, recent, there), perm=[2, 1, 0])
        sides = graph.constant([0, 0, margin, 0, 0, margin])
        self.past = graph.op("Pad", turned, sides)  # [4, before, P + 2a]
        self.copies = ""
        if copies:
            flat = graph.reshape(copies, [1, -1, self.height])
            self.copies = graph.op("Pad", flat, sides)  # [1, C, P + 2a]

    def seen(self, graph: Graph, codes: str, known: str) -> str:
        """Features of cells and whether they are known, [..., 4]; codes int32, known bool [...]."""
        table = np.zeros((FIRST_ONSET + self.config.velocity_bins + 1, FEATURES + 1))
        table[:-1, :FEATURES] = feature_table(self.config.velocity_bins)
        table[:-1, FEATURES] = 1
        unknown = graph.constant(len(table) - 1, "int32")
        index = graph.op("Where", known, codes, unknown)
        return graph.op("Gather", graph.constant(table, "float32"), index, axis=0)

    def held_only_where(self, graph: Graph, sounds: str) -> str:
        """What is added to logits [n, 3]: held is impossible where nothing sounds, bool [n]."""
        allowed = graph.constant([0.0, 0.0, 0.0], "float32")
        forbidden = graph.constant([0.0, NEVER, 0.0], "float32")
        each = graph.op("Unsqueeze", sounds, graph.constant([1]))
        return graph.op("Where", each, allowed, forbidden)

    def if_active(
        self, graph: Graph, flag: str, level: int, told: str, row: str, column: str
    ) -> tuple[str, str]:
        """The column and log-probability [1] after a child, gone down into if it is active.

        Args:
            graph: to add to.
            flag: int32 [1], the child's.
            level: that would fill the child.
            told: [1, D above].
            row: int64 [1], the child's first.
            column: before.
        """
        inside, outside = graph.body(), graph.body()
        rows = self.config.node_shape(level, 1)[0]
        node = _Node.of(inside, level, told, row, rows, self.margin)
        fill = self._cells if level == self.last else self._children
        filled, gained = fill(inside, node, column)
        inside.returns(filled, "int32", [self.padded])
        inside.returns(gained, "float32", [1])
        outside.returns(column, "int32", [self.padded])
        outside.returns(graph.constant([0.0], "float32"), "float32", [1])
        active = graph.op("Equal", flag, graph.constant([FLAG_ACTIVE], "int32"))
        branches = {"then_branch": inside.proto("active"), "else_branch": outside.proto("flat")}
        codes, below = graph.ops("If", 2, active, **branches)
        return codes, below

    def _children(self, graph: Graph, node: _Node, column: str) -> tuple[str, str]:
        """Fill a node of a patch level: a loop from surprise to surprise."""
        size = self.size(node.level)
        level = _Children(self, graph, node, column)
        body = graph.body()
        body.input(body.name("number"), "int64", [])
        body.input(body.name("going"), "bool", [1])
        at = body.input(body.name("at"), "int64", [1])
        inner = body.input(body.name("column"), "int32", [self.padded])
        gained = body.input(body.name("gained"), "float32", [1])
        after, codes, more = level.step(body, at, inner, gained)
        body.returns(body.op("Less", after, body.constant([size])), "bool", [1])
        body.returns(after, "int64", [1])
        body.returns(codes, "int32", [self.padded])
        body.returns(more, "float32", [1])
        start = graph.constant([0])
        nothing = graph.constant([0.0], "float32")
        found = graph.ops(
            "Loop", 3, graph.constant(size), "", start, column, nothing, body=body.proto("children")
        )
        return found[1], found[2]

    def size(self, level: int) -> int:
        rows = self.config.node_shape(level, 1)[0]
        return rows // self.config.levels[level].patch[0]

    def _cells(self, graph: Graph, node: _Node, column: str) -> tuple[str, str]:
        """Fill a patch of the cell level: draw all until the draw reproduces itself."""
        cells = _Cells(self, graph, node, column)
        size, body = cells.size, graph.body()
        body.input(body.name("number"), "int64", [])
        body.input(body.name("going"), "bool", [1])
        codes = body.input(body.name("codes"), "int32", [size])
        keep = body.input(body.name("keep"), "int64", [1])
        shape = [size, 2, cells.values]
        body.input(body.name("logs"), "float32", shape)
        drawn, logs, going = cells.step(body, codes, keep)
        body.returns(going, "bool", [1])
        body.returns(drawn, "int32", [size])
        body.returns(body.constant([size]), "int64", [1])
        body.returns(logs, "float32", shape)
        found = graph.ops(
            "Loop", 3, graph.constant(size + 2), "", node.inner(graph, column),
            graph.constant([-1]), graph.constant(np.zeros(shape), "float32"),
            body=body.proto("cells"),
        )  # fmt: skip
        index = graph.op("Add", node.start, graph.constant(np.arange(size)))
        filled = graph.op("ScatterElements", column, index, found[0], axis=0)
        return filled, cells.gained(graph, found[0], found[2])


class _Children:
    """A node of a patch level inside a column: what stays the same while it is filled, and a step.

    Shapes: `H` rows of the node, `N` children of `h` rows.
    """

    def __init__(self, column: _Column, graph: Graph, node: _Node, codes: str) -> None:
        self.column, self.node = column, node
        self.config, self.own = column.config, column.config.levels[node.level]
        self.size, self.height = column.size(node.level), self.own.patch[0]
        self.rows = self.size * self.height
        self.name = f"patch_levels.{node.level}"
        lowest = graph.op("Add", node.start, graph.constant([self.height]))
        self.left = graph.slice(column.left, node.start, lowest, axis=0)  # of the first child
        held = node.inner(graph, column.held)
        grid = graph.reshape(held, [self.size, self.height])
        self.expected = graph.op("ReduceMax", grid, graph.constant([1]), keepdims=1)  # [N, 1]
        own = graph.weight(f"{self.name}.flags.bias")
        self.rules = Rules.of(graph, self.expected, held, own, (self.rows, self.size, 3), 0)
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

    def step(self, graph: Graph, at: str, column: str, gained: str) -> tuple[str, str, str]:
        """Ask about all children, keep what was as expected, settle the first that was not.

        Args:
            graph: body of the loop.
            at: int64 [1], the first child that is still open.
            column: int32 [P + 2a].
            gained: log-probability so far, [1].

        Returns:
            the three again, after it.
        """
        flags, gains, hidden = self._answer(graph, self.node.inner(graph, column))
        index = graph.constant(np.arange(self.size)[:, None])
        open_ = graph.op("GreaterOrEqual", index, at)
        wanted = graph.op("Where", open_, self.expected, flags)
        as_wanted = graph.op("Cast", graph.op("Equal", flags, wanted), to=INT32)
        end = graph.constant([0, 0, 1, 0])
        # one more that never is, for where there is no surprise
        child = graph.op("ArgMin", graph.op("Pad", as_wanted, end), axis=0, keepdims=0)  # [1]
        counted = graph.op("And", open_, graph.op("LessOrEqual", index, child))
        kept = graph.op("Where", counted, gains, graph.constant(0.0, "float32"))
        total = graph.op("ReduceSum", kept, graph.constant([0]), keepdims=0)
        padded = graph.op("Pad", flags, end, graph.constant(FLAG_HELD, "int32"))
        flag = graph.reshape(graph.op("Gather", padded, child, axis=0), [1])
        cleared = self._cleared(graph, column, child, flag)
        nearest = graph.op("Min", child, graph.constant([self.size - 1]))
        told = graph.op("Gather", hidden, nearest, axis=0)
        down = graph.op("Mul", child, graph.constant([self.height]))
        row = graph.op("Add", self.node.row, down)
        codes, below = self.column.if_active(graph, flag, self.node.level + 1, told, row, cleared)
        after = graph.op("Add", child, graph.constant([1]))
        return after, codes, graph.add(gained, total, below)

    def _answer(self, graph: Graph, codes: str) -> tuple[str, str, str]:
        """Of codes int32 [H]: flags int32 [N, 1] drawn, log-probabilities [N, 1], hidden [N, D]."""
        size, name = self.size, self.name
        earlier = graph.slice(codes, 0, -self.height, axis=0)
        before = graph.op("Concat", self.left, earlier, axis=0)
        content = graph.reshape(before, [1, size, self.height, 1])
        level = LevelGraph(graph, self.config, self.node.level)
        x = graph.op("Add", level.contents(content), self.static)
        nodes = [1, size, 3 * self.own.dim]
        for index, bias in enumerate(self.bias):
            x, _, _ = block(graph, x, f"{name}.blocks.{index}", self.own.heads, bias, nodes)
        hidden = graph.norm(x, f"{name}.norm")
        weight = graph.weight(f"{name}.flags.weight")
        logits = graph.op("Gemm", hidden, weight, self.rules.bias(graph, codes), transB=1)
        flags, gains = draw(graph, logits, self.noise, 3, self.column.shaping)
        return flags, gains, hidden

    def _cleared(self, graph: Graph, column: str, child: str, flag: str) -> str:
        """The column with silence in a child, if it was flagged so."""
        margin = self.column.margin
        child_of = np.pad(np.arange(self.config.height) // self.height, margin, constant_values=-1)
        own = graph.op("Equal", graph.constant(child_of), graph.op("Add", self.first, child))
        silent = graph.constant([FLAG_SILENT], "int32")
        where = graph.op("And", own, graph.op("Equal", flag, silent))
        return graph.op("Where", where, graph.constant(SILENT, "int32"), column)


class _Cells:
    """A patch of the cell level inside a column: what it sees, and a pass over all its cells."""

    def __init__(self, column: _Column, graph: Graph, node: _Node, codes: str) -> None:
        self.column, self.node, self.config = column, node, column.config
        self.size = size = column.config.node_shape(node.level, 1)[0]
        bins = self.config.velocity_bins
        self.values = max(3, bins)
        self.first_kind, self.first_bin = self.values - 3, self.values - bins
        below = graph.op("Add", node.row, graph.constant([size]))
        noise = graph.slice(column.cell_noise, node.row, below, axis=0)
        self.noise = graph.reshape(noise, [size, 2, 1])
        self.weight, own = self._heads(graph)
        held = node.inner(graph, column.held)
        sounds = graph.reshape(held, [size, 1])
        shape = (size, size, 2 * self.values)
        self.rules = Rules.of(graph, sounds, held, own, shape, self.first_kind)
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

    def _heads(self, graph: Graph) -> tuple[str, str]:
        """Weight [2 F, D] and bias [2 F] of kinds and velocities, each with F values.

        The shorter of the two begins with values that are never drawn, so that one softmax and one
        sum serve both.
        """
        dim = self.config.levels[-1].dim
        weights, biases = [], []
        for head, blank in (("kinds", self.first_kind), ("velocities", self.first_bin)):
            weights += [
                graph.constant(np.zeros((blank, dim)), "float32"),
                graph.weight(f"{CELLS}.{head}.weight"),
            ]
            biases += [
                graph.constant(np.full(blank, NEVER), "float32"),
                graph.weight(f"{CELLS}.{head}.bias"),
            ]
        return (
            graph.derived("both heads", "Concat", *weights, axis=0),
            graph.derived("both biases", "Concat", *biases, axis=0),
        )

    def step(self, graph: Graph, codes: str, keep: str) -> tuple[str, str, str]:
        """Draw all cells given `codes` before each.

        Args:
            graph: body of the loop.
            codes: int32 [n].
            keep: int64 [1], how many cells of what is drawn are kept whatever was surprising; the
                first pass keeps none behind the first surprise.

        Returns:
            codes int32 [n], log-probabilities [n, 2, F], and whether anything has changed, bool [1].
        """
        size, values = self.size, self.values
        hidden = cell_hidden(graph, self.config, self.seen, codes)
        bias = self.rules.bias(graph, codes)
        logits = graph.op("Gemm", hidden, self.weight, bias, transB=1)
        pairs = graph.reshape(logits, [size, 2, values])
        below, logs = chances(graph, pairs, values, self.column.shaping)
        passed = graph.op("GreaterOrEqual", self.noise, below)
        step = np.broadcast_to(np.array([[values], [1]]), (2, values - 1))
        counted = graph.op("Where", passed, graph.constant(step, "int32"),
                           graph.constant(0, "int32"))  # fmt: skip
        pair = graph.op("ReduceSum", counted, graph.constant([1, 2]), keepdims=0)
        drawn = graph.op("Gather", graph.constant(self._codes(), "int32"), pair, axis=0)
        same = graph.op("Cast", graph.op("Equal", drawn, codes), to=INT32)
        # one more that never is, for where nothing has changed
        ended = graph.op("Pad", same, graph.constant([0, 1]))
        surprise = graph.op("ArgMin", ended, axis=0, keepdims=1)
        going = graph.op("Less", surprise, graph.constant([size]))
        until = graph.op("Max", surprise, keep)
        kept = graph.op("LessOrEqual", graph.constant(np.arange(size)), until)
        return graph.op("Where", kept, drawn, codes), logs, going

    def _codes(self) -> NDArray[np.int64]:
        """The code of each pair of what was drawn, kind times F plus velocity, [F * F]."""
        kind, bin_ = np.divmod(np.arange(self.values**2), self.values)
        kind, bin_ = kind - self.first_kind, bin_ - self.first_bin
        return np.where(kind == KIND_ONSET, FIRST_ONSET + bin_, kind)

    def gained(self, graph: Graph, codes: str, logs: str) -> str:
        """The log-probability [1] of codes int32 [n], given [n, 2, F]."""
        every = np.arange(FIRST_ONSET + self.config.velocity_bins)
        onset = every >= FIRST_ONSET
        kind = np.where(onset, KIND_ONSET, every) + self.first_kind
        bin_ = np.where(onset, every - FIRST_ONSET, 0) + self.first_bin
        places, counts = np.stack([kind, bin_], 1), np.stack([onset | True, onset], 1)
        index = graph.op("Gather", graph.constant(places[..., None]), codes, axis=0)
        found = graph.op("GatherElements", logs, index, axis=2)  # [n, 2, 1]
        counted = graph.op("Gather", graph.constant(counts[..., None], "float32"), codes, axis=0)
        total = graph.op("Mul", found, counted)
        return graph.op("ReduceSum", total, graph.constant([0, 1]), keepdims=0)


@dataclass(frozen=True)
class Rules:
    """What the pieces of an active node may not be (`model.legality`), as biases of their logits.

    Held is impossible where nothing sounds; and the last piece may not complete the silent or the
    held pattern of the node. patterns: codes [2, those of all pieces but the last]; penalties
    [2, n F]: what each fitting pattern adds; always [1, n F].
    """

    tall: int
    values: int
    patterns: str
    penalties: str
    always: str

    @classmethod
    def of(
        cls, graph: Graph, sounds: str, held: str, bias: str, shape: tuple[int, int, int], first: int
    ) -> Rules:
        """Of a node that is cut into n pieces.

        Args:
            graph: to add to.
            sounds: int32 [n, 1], 1 where something sounds left of a piece.
            held: int32 [H], the node's cells if it were held.
            bias: [F], the pieces' own.
            shape: H, n, and F, logits a piece.
            first: which of them stands for silent; held comes next.
        """
        height, size, values = shape
        tall, flat = height // size, graph.constant([1, -1])
        silent = graph.constant(np.full((1, height - tall), SILENT), "int32")
        sustained = graph.op("Reshape", graph.slice(held, 0, -tall, axis=0), flat)
        patterns = graph.op("Concat", silent, sustained, axis=0)
        numbers = as_float(graph, sounds)
        any_ = graph.op("ReduceMax", numbers, graph.constant([0]), keepdims=1)
        last = graph.slice(numbers, -1, MANY, axis=0)  # [1, 1]
        may_held = graph.op("Concat", graph.op("Sub", any_, last), last, axis=1)
        of_last = np.zeros((2, size, values))
        of_last[[0, 1], -1, [first, first + 1]] = NEVER
        of_last = of_last.reshape(2, -1)
        if_held = graph.op("MatMul", may_held, graph.constant(of_last, "float32"))
        penalties = graph.op("Concat", graph.constant(of_last[:1], "float32"), if_held, axis=0)
        held_only = -NEVER * (np.arange(values) == first + 1)
        silence = graph.op("Sub", numbers, graph.constant(1.0, "float32"))
        always = graph.op("Mul", silence, graph.constant(held_only, "float32"))
        always = graph.op("Reshape", graph.op("Add", always, bias), flat)
        return cls(tall, values, patterns, penalties, always)

    def bias(self, graph: Graph, codes: str) -> str:
        """Biases [n, F]; codes int32 [H]."""
        others = graph.slice(codes, 0, -self.tall, axis=-1)
        fits = as_float(graph, graph.op("Equal", others, self.patterns))
        whole = graph.op("ReduceMin", fits, graph.constant([1]), keepdims=1)  # [2, 1]
        flat = graph.op("Gemm", whole, self.penalties, self.always, transA=1)
        return graph.reshape(flat, [-1, self.values])
