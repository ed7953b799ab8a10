"""A column of the canvas inside the graph of a whole patch: what all that fill it look at.

Shapes: `P` rows of the canvas, `a` pitches of margin, `B` steps of the window before the column,
`C` copied channels.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from export.drawgraph import Shaping
from export.features import FEATURES, as_index, feature_table
from export.graphbuilder import END, Graph
from model.config import ModelConfig
from model.roll import FIRST_ONSET, HELD


def noise_sizes(config: ModelConfig) -> list[int]:
    """How many uniforms a patch takes: flags of each patch level, then two for each cell."""
    flags = [config.height // level.patch[0] for level in config.levels[:-1]]
    return [*flags, 2 * config.height]


@dataclass(frozen=True)
class Node:
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
    def of(cls, graph: Graph, level: int, told: str, row: str, rows: int, margin: int) -> Node:
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


class Column:
    """One column under construction.

    Codes of it are int32 [P + 2a]: with a margin of silence, and the guess where nothing is decided
    yet. left: the column before, as codes int32 [P + 2a]; held: this one if nothing happens. past:
    cells before, [4, B, P + 2a]; copies: what level 0's copy heads fetched, [1, C, P + 2a].
    """

    def __init__(self, graph: Graph, config: ModelConfig, shaping: Shaping | None) -> None:
        self.config, self.shaping = config, shaping
        self.margin, self.height = config.window_pitches, config.height
        self.padded = self.height + 2 * self.margin
        before = config.margins[1]
        self.window = graph.input("window", "uint8", [self.height, before])
        self.window_known = graph.input("window_known", "bool", [self.height, before])
        sizes = noise_sizes(config)
        uniforms = graph.input("uniforms", "float32", [sum(sizes)])
        *self.flag_noise, self.cell_noise = graph.ops(
            "Split", len(sizes), uniforms, graph.constant(sizes), axis=0
        )
        newest = graph.slice(self.window, -1, END, axis=1)
        self.newest = graph.reshape(as_index(graph, newest), [self.height])
        sides = graph.constant([self.margin, self.margin])
        self.left = graph.op("Pad", self.newest, sides)
        self.held = graph.op("Min", self.left, graph.constant([HELD], "int32"))
        self.past = self.copies = ""

    def look_around(self, graph: Graph, copies: str) -> None:
        """Lay out what patches of the column look at; `copies` as level 0 has fetched them."""
        steps, margin = self.config.window_steps[0], self.margin
        recent = graph.slice(as_index(graph, self.window), -steps, END, axis=1)
        there = graph.slice(self.window_known, -steps, END, axis=1)
        turned = graph.op("Transpose", self.seen(graph, recent, there), perm=[2, 1, 0])
        sides = graph.constant([0, 0, margin, 0, 0, margin])
        self.past = graph.op("Pad", turned, sides)
        if copies:
            flat = graph.reshape(copies, [1, -1, self.height])
            self.copies = graph.op("Pad", flat, sides)

    def seen(self, graph: Graph, codes: str, known: str) -> str:
        """Features of cells and whether they are known, [..., 4]; codes int32, known bool [...]."""
        table = np.zeros((FIRST_ONSET + self.config.velocity_bins + 1, FEATURES + 1))
        table[:-1, :FEATURES] = feature_table(self.config.velocity_bins)
        table[:-1, FEATURES] = 1
        unknown = graph.constant(len(table) - 1, "int32")
        index = graph.op("Where", known, codes, unknown)
        return graph.op("Gather", graph.constant(table, "float32"), index, axis=0)
