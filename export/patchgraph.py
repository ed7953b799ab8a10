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

from export.blocks import block, relative_bias
from export.cellgraph import cell_logits, convolve, look
from export.drawgraph import Shaping, draw
from export.features import FEATURES, as_index, feature_table
from export.graphbuilder import Graph
from export.levelgraph import LevelGraph, copied_channels, level_looks
from export.weightfile import WeightFile
from model.config import ModelConfig
from model.legality import FLAG_ACTIVE, KIND_ONSET
from model.roll import FIRST_ONSET
from model.scanorder import LEFT
from model.surroundings import level_order

NEVER = float("-inf")
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
    """How many uniforms a patch takes: flags of each patch level, kinds, velocities."""
    flags = [config.height // level.patch[0] for level in config.levels[:-1]]
    return [*flags, config.height, config.height]


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
    """A node being filled: its level, its first row int64 [1], and what it is told, [1, D above]."""

    level: int
    row: str
    told: str


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
        self.flag_noise, self.kind_noise, self.velocity_noise = split[:-2], split[-2], split[-1]

    def build(self) -> None:
        """Level 0, then what lies below if it is active."""
        graph = self.graph
        newest = graph.slice(self.window, -1, MANY, axis=1)  # [P, 1]
        content = graph.reshape(newest, [1, 1, self.height, 1])
        answer = LevelGraph(graph, self.config, 0).answer(content)
        self._look_around(newest, answer.get("copies", ""))
        sounds = graph.op("ReduceMax", self.left_sounds, graph.constant([0]), keepdims=1)  # bool [1]
        expected = graph.op("Cast", sounds, to=6)
        logits = graph.reshape(answer["flags"], [1, 3])
        logits = graph.op("Add", logits, self.held_only_where(graph, sounds))
        flag, gained = draw(graph, logits, self.flag_noise[0], 3, self.shaping)
        silent = graph.op("Less", flag, expected)
        guess = graph.op("Mul", self.held, graph.op("Cast", graph.op("Not", silent), to=6))
        told = graph.reshape(answer["hidden"], [1, self.config.levels[0].dim])
        node = _Node(1, graph.constant([0]), told)
        active = graph.op("Equal", flag, graph.constant([FLAG_ACTIVE], "int32"))
        codes, below = self.if_active(graph, active, node, guess)
        inner = graph.slice(codes, self.margin, self.margin + self.height, axis=0)
        graph.output("codes", graph.op("Cast", inner, to=2), "uint8", [self.height])
        graph.output("log_prob", graph.op("Add", gained, below), "float32", [1])

    def _look_around(self, newest: str, copies: str) -> None:
        """What all patches of the column need: what stands left of it, and the window's cells."""
        graph, margin = self.graph, self.margin
        left = graph.reshape(as_index(graph, newest), [self.height])
        pads = graph.constant([margin, margin])
        self.left = graph.op("Pad", left, pads)  # int32 [P + 2a]
        self.left_sounds = graph.op("Cast", self.left, to=9)
        self.held = graph.op("Cast", self.left_sounds, to=6)
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

    def if_active(self, graph: Graph, active: str, node: _Node, column: str) -> tuple[str, str]:
        """The column and log-probability [1] after a child, gone down into if it is active."""
        inside, outside = graph.body(), graph.body()
        fill = self._cells if node.level == self.last else self._children
        filled, gained = fill(inside, node, column)
        inside.returns(filled, "int32", [self.padded])
        inside.returns(gained, "float32", [1])
        outside.returns(column, "int32", [self.padded])
        outside.returns(graph.constant([0.0], "float32"), "float32", [1])
        found = graph.ops(
            "If", 2, active, then_branch=inside.proto("active"), else_branch=outside.proto("flat")
        )
        return found[0], found[1]

    def rows(self, graph: Graph, column: str, node: _Node, rows: int, *, margin: int = 0) -> str:
        """Rows of a node out of [P + 2a], with a margin if asked."""
        first = self.margin - margin
        start = graph.op("Add", node.row, graph.constant([first])) if first else node.row
        stop = graph.op("Add", start, graph.constant([rows + 2 * margin]))
        return graph.slice(column, start, stop, axis=0)

    def rows_exactly(self, graph: Graph, values: str, node: _Node, rows: int) -> str:
        """Rows of a node out of [P]."""
        stop = graph.op("Add", node.row, graph.constant([rows]))
        return graph.slice(values, node.row, stop, axis=0)

    def _children(self, graph: Graph, node: _Node, column: str) -> tuple[str, str]:
        """Fill a node of a patch level: a loop from surprise to surprise."""
        size = self.size(node.level)
        level = _Children(self, graph, node, column)
        body = graph.body()
        body.input(body.name("number"), "int64", [])
        body.input(body.name("going"), "bool", [])
        at = body.input(body.name("at"), "int64", [1])
        inner = body.input(body.name("column"), "int32", [self.padded])
        gained = body.input(body.name("gained"), "float32", [1])
        after, codes, more = level.step(body, at, inner, gained)
        going = body.op("Less", after, body.constant([size]))
        body.returns(body.op("Squeeze", going), "bool", [])
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
        body.input(body.name("going"), "bool", [])
        codes = body.input(body.name("codes"), "int32", [1, size])
        keep = body.input(body.name("keep"), "int64", [1])
        body.input(body.name("gained"), "float32", [1])
        drawn, gained, going = cells.step(body, codes, keep)
        body.returns(going, "bool", [])
        body.returns(drawn, "int32", [1, size])
        body.returns(body.constant([size]), "int64", [1])
        body.returns(gained, "float32", [1])
        guess = graph.reshape(self.rows(graph, column, node, size), [1, size])
        found = graph.ops(
            "Loop", 3, graph.constant(size + 2), "", guess, graph.constant([-1]),
            graph.constant([0.0], "float32"), body=body.proto("cells"),
        )  # fmt: skip
        first = graph.op("Add", node.row, graph.constant([self.margin]))
        index = graph.op("Add", first, graph.constant(np.arange(size)))
        flat = graph.reshape(found[0], [size])
        return graph.op("ScatterElements", column, index, flat, axis=0), found[2]


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
        size, tall = self.size, self.height
        self.left = graph.reshape(column.rows(graph, column.left, node, self.rows), [size, tall])
        held = column.rows(graph, column.held, node, self.rows)
        self.held = graph.reshape(held, [size, tall])
        self.expected = graph.op("ReduceMax", self.held, graph.constant([1]), keepdims=0)
        sounds = graph.op("Cast", self.expected, to=9)
        self.added = column.held_only_where(graph, sounds)
        self.last = Excluded.of(graph, sounds, size)
        self.first = graph.op("Div", node.row, graph.constant([tall]))
        self.index = graph.op("Add", self.first, graph.constant(np.arange(size)))
        noise = column.flag_noise[node.level]
        self.noise = graph.op("Gather", noise, self.index, axis=0)
        self.static = self._static(graph)
        self.bias = self._bias(graph)

    def _static(self, graph: Graph) -> str:
        """All that is known of the children but their content, [1, N, D]."""
        column, node, name = self.column, self.node, self.name
        before, channels = self.config.window_steps[0], copied_channels(self.config, node.level)
        newest = graph.slice(column.past, before - 1, before, axis=1)  # [4, 1, P + 2a]
        cells = graph.op("Transpose", newest, perm=[2, 1, 0])  # [P + 2a, 1, 4]
        flat = [graph.reshape(column.rows(graph, cells, node, self.rows), [self.size, -1])]
        if channels:
            start = graph.op("Add", node.row, graph.constant([column.margin]))
            stop = graph.op("Add", start, graph.constant([self.rows]))
            copied = graph.slice(column.copies, start, stop, axis=2)
            grid = graph.reshape(copied, [channels, self.size, self.height])
            turned = graph.op("Transpose", grid, perm=[1, 0, 2])
            flat.append(graph.reshape(turned, [self.size, -1]))
        both = flat[0] if len(flat) == 1 else graph.op("Concat", *flat, axis=1)
        total = graph.add(
            graph.linear(both, f"{name}.around"),
            graph.linear(node.told, f"{name}.told"),
            graph.embedding(f"{name}.row", self.index),
            graph.weight(f"{name}.column.weight"),
        )
        return graph.op("Unsqueeze", total, graph.constant([0]))

    def _bias(self, graph: Graph) -> list[str]:
        """Causal attention biases of every block, [1, H, N, N]."""
        offsets = level_order(self.config, self.node.level, 2).offsets(self.own.reach).copy()
        closed = (2 * self.own.reach[0] + 1) * (2 * self.own.reach[1] + 1)
        offsets[np.triu_indices(self.size, 1)] = closed
        tables = [f"{self.name}.biases.{index}.table" for index in range(self.own.depth)]
        chosen = graph.constant(offsets)
        return [relative_bias(graph.root, table, chosen, closed=True) for table in tables]

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
        size = self.size
        rows = self.column.rows(graph, column, self.node, self.rows)
        codes = graph.reshape(rows, [size, self.height])
        flags, gains, hidden = self._answer(graph, codes)
        index = graph.constant(np.arange(size))
        open_ = graph.op("GreaterOrEqual", index, at)
        differs = graph.op("And", open_, graph.op("Not", graph.op("Equal", flags, self.expected)))
        where = graph.op("Cast", differs, to=6)
        found = graph.op("ReduceMax", where, graph.constant([0]), keepdims=1)
        surprise = graph.op("Cast", found, to=9)
        first = graph.op("ArgMax", where, axis=0, keepdims=1)
        child = graph.op("Where", surprise, first, graph.constant([size - 1]))
        counted = graph.op("And", open_, graph.op("LessOrEqual", index, child))
        kept = graph.op("Where", counted, gains, graph.constant(0.0, "float32"))
        total = graph.op("Add", gained, graph.op("ReduceSum", kept, graph.constant([0]), keepdims=1))
        flag = graph.op("Gather", flags, child, axis=0)
        silent = graph.constant([0], "int32")
        ended = graph.op("And", surprise, graph.op("Equal", flag, silent))
        cleared = self._cleared(graph, column, child, ended)
        is_active = graph.op("Equal", flag, graph.constant([FLAG_ACTIVE], "int32"))
        active = graph.op("And", surprise, is_active)
        told = graph.op("Gather", hidden, child, axis=0)
        down = graph.op("Mul", child, graph.constant([self.height]))
        node = _Node(self.node.level + 1, graph.op("Add", self.node.row, down), told)
        codes, below = self.column.if_active(graph, active, node, cleared)
        after = graph.op("Add", child, graph.constant([1]))
        return after, codes, graph.op("Add", total, below)

    def _answer(self, graph: Graph, codes: str) -> tuple[str, str, str]:
        """Flags int32 [N] that were drawn, their log-probabilities [N], hidden states [N, D]."""
        size, name = self.size, self.name
        before = graph.op(
            "Concat", graph.slice(self.left, 0, 1, axis=0), graph.slice(codes, 0, -1, axis=0), axis=0
        )
        content = graph.reshape(before, [1, size, self.height, 1])
        level = LevelGraph(graph, self.config, self.node.level)
        x = graph.op("Add", level.contents(content), self.static)
        for index, bias in enumerate(self.bias):
            x, _, _ = block(graph, x, f"{name}.blocks.{index}", self.own.heads, bias)
        hidden = graph.reshape(graph.norm(x, f"{name}.norm"), [size, self.own.dim])
        logits = graph.op("Add", graph.linear(hidden, f"{name}.flags"), self.added)
        logits = self.last.apply(graph, logits, codes, self.held)
        flags, gains = draw(graph, logits, self.noise, 3, self.column.shaping)
        return flags, gains, hidden

    def _cleared(self, graph: Graph, column: str, child: str, ended: str) -> str:
        """The column with silence in a child, if what sounded there has ended."""
        margin = self.column.margin
        child_of = np.pad(np.arange(self.config.height) // self.height, margin, constant_values=-1)
        own = graph.op("Equal", graph.constant(child_of), graph.op("Add", self.first, child))
        where = graph.op("And", own, ended)
        return graph.op("Where", where, graph.constant(0, "int32"), column)


class _Cells:
    """A patch of the cell level inside a column: what it sees, and a pass over all its cells."""

    def __init__(self, column: _Column, graph: Graph, node: _Node, codes: str) -> None:
        self.column, self.node, self.config = column, node, column.config
        self.size = size = column.config.node_shape(node.level, 1)[0]
        self.held = column.rows(graph, column.held, node, size)
        sounds = graph.op("Cast", self.held, to=9)
        self.added = column.held_only_where(graph, sounds)
        self.last = Excluded.of(graph, sounds, size)
        self.kinds = column.rows_exactly(graph, column.kind_noise, node, size)
        self.velocities = column.rows_exactly(graph, column.velocity_noise, node, size)
        near = self._near(graph, codes)
        self.seen = look(graph, self.config, near, node.told, node.row)

    def _near(self, graph: Graph, codes: str) -> str:
        """What the window sees, [1, n, G]: columns before, and this one below the patch."""
        column, config, size = self.column, self.config, self.size
        margin, after = column.margin, config.window_steps[1]
        tall = size + 2 * margin
        own = column.rows(graph, codes, self.node, size, margin=margin)
        inside = np.pad(np.ones(config.height, bool), margin)
        there = column.rows(graph, graph.constant(inside, "bool"), self.node, size, margin=margin)
        there = graph.op("And", there, graph.constant(np.arange(tall) < margin, "bool"))
        turned = graph.op("Transpose", column.seen(graph, own, there), perm=[1, 0])
        current = graph.reshape(turned, [FEATURES + 1, 1, tall])
        stop = graph.op("Add", self.node.row, graph.constant([tall]))
        past = graph.slice(column.past, self.node.row, stop, axis=2)
        future = graph.constant(np.zeros((FEATURES + 1, after, tall)), "float32")
        whole = graph.op("Concat", past, current, future, axis=1)
        stacked = graph.reshape(whole, [1, -1, tall])
        if column.copies:
            copied = graph.slice(column.copies, self.node.row, stop, axis=2)
            stacked = graph.op("Concat", stacked, copied, axis=1)
        return graph.op("Transpose", convolve(graph, stacked), perm=[0, 2, 1])

    def step(self, graph: Graph, codes: str, keep: str) -> tuple[str, str, str]:
        """Draw all cells given `codes` before each.

        Args:
            graph: body of the loop.
            codes: int32 [1, n].
            keep: int64 [1], how many cells of what is drawn are kept whatever was surprising; the
                first pass keeps none behind the first surprise.

        Returns:
            codes int32 [1, n], log-probability [1], and whether anything has changed (bool []).
        """
        bins, size, shaping = self.config.velocity_bins, self.size, self.column.shaping
        logits = cell_logits(graph, self.config, self.seen, codes, "")
        flat = graph.reshape(logits, [size, 3 + bins])
        kind_logits, velocity_logits = graph.ops(
            "Split", 2, flat, graph.constant([3, bins]), axis=1
        )
        kind_logits = graph.op("Add", kind_logits, self.added)
        column = graph.reshape(codes, [size, 1])
        pattern = graph.reshape(self.held, [size, 1])
        kind_logits = self.last.apply(graph, kind_logits, column, pattern)
        kinds, gains = draw(graph, kind_logits, self.kinds, 3, shaping)
        bin_, more = draw(graph, velocity_logits, self.velocities, bins, shaping)
        onset = graph.op("Equal", kinds, graph.constant([KIND_ONSET], "int32"))
        struck = graph.op("Add", bin_, graph.constant([FIRST_ONSET], "int32"))
        drawn = graph.reshape(graph.op("Where", onset, struck, kinds), [1, size])
        more = graph.op("Where", onset, more, graph.constant(0.0, "float32"))
        gained = graph.op("ReduceSum", graph.op("Add", gains, more), graph.constant([0]), keepdims=1)
        where = graph.op("Cast", graph.op("Not", graph.op("Equal", drawn, codes)), to=6)
        axes = graph.constant([0, 1])
        going = graph.op("Cast", graph.op("ReduceMax", where, axes, keepdims=0), to=9)
        surprise = graph.op("ArgMax", graph.reshape(where, [size]), axis=0, keepdims=1)
        until = graph.op("Max", surprise, keep)
        kept = graph.op("LessOrEqual", graph.constant(np.arange(size)), until)
        return graph.op("Where", kept, drawn, codes), gained, going


@dataclass(frozen=True)
class Excluded:
    """What the last piece of an active node may not be (`model.legality.excluded`).

    size: pieces of the node, n. sounds_last: bool [1], the node could have been flagged held and
    something sounds left of the last piece; silent_last: could have been held, but nothing does.
    """

    size: int
    sounds_last: str
    silent_last: str

    @classmethod
    def of(cls, graph: Graph, sounds: str, size: int) -> Excluded:
        """Of a node with `sounds` bool [n]: whether something sounds left of each piece."""
        held = graph.op("Cast", sounds, to=6)
        any_ = graph.op("ReduceMax", held, graph.constant([0]), keepdims=1)
        may_held = graph.op("Cast", any_, to=9)
        last = graph.slice(sounds, size - 1, size, axis=0)
        return cls(
            size,
            graph.op("And", may_held, last),
            graph.op("And", may_held, graph.op("Not", last)),
        )

    def apply(self, graph: Graph, logits: str, codes: str, held: str) -> str:
        """Logits [n, 3] with what is excluded at -inf; codes and held pattern int32 [n, h]."""
        axes = graph.constant([0, 1])
        others = graph.slice(codes, 0, -1, axis=0)
        pattern = graph.slice(held, 0, -1, axis=0)
        loudest = graph.op("ReduceMax", others, axes, keepdims=0)
        all_silent = graph.op("Equal", loudest, graph.constant([0], "int32"))
        misfit = graph.op("Cast", graph.op("Not", graph.op("Equal", others, pattern)), to=6)
        worst = graph.op("ReduceMax", misfit, axes, keepdims=0)
        all_held = graph.op("Equal", worst, graph.constant([0], "int32"))
        no_silent = graph.op("Or", all_silent, graph.op("And", all_held, self.silent_last))
        no_held = graph.op("And", all_held, self.sounds_last)
        never = graph.constant([False], "bool")
        three = graph.op("Concat", no_silent, no_held, never, axis=0)
        last = graph.constant(np.arange(self.size)[:, None] == self.size - 1, "bool")
        forbidden = graph.op("And", last, three)
        return graph.op("Where", forbidden, graph.constant(NEVER, "float32"), logits)
