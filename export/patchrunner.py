"""Runs the graph of a whole patch, call after call; memory is bound once, caches are never copied.

Shapes as in `export.patchgraph`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from export.levelgraph import most_children
from export.runtime import BoundGraph, GraphSession, Memory
from model.config import ModelConfig
from model.engine import Codes, Floats, Ints, WholePatch
from model.settings import COLDEST, SamplingSettings


class PatchRunner:
    """One roll's patches, in order; holds the memory that the graph reads and writes."""

    def __init__(
        self,
        session: GraphSession,
        config: ModelConfig,
        told: Floats,
        children: int,
        copy_offsets: Ints | None,
        caches: dict[str, Memory],
    ) -> None:
        """Bind everything once.

        Args:
            session: of the patch graph.
            config: the generator's.
            told: the roll's conditions, [1, D].
            children: how many level 0 has.
            copy_offsets: of all of them, as level 0's graph wants them.
            caches: of level 0, for one roll.
        """
        before = config.margins[1]
        self._children, self._copy_offsets = children, copy_offsets
        self._first_bias = most_children(config)
        self._inputs: dict[str, NDArray[Any]] = {
            "window": np.zeros((config.height, before), np.uint8),
            "window_known": np.zeros((config.height, before), bool),
            "uniforms": np.zeros(session.shape("uniforms"), np.float32),
            "metre": np.zeros(1, np.int64),
            "place": np.zeros(1, np.int64),
            "first_bias": np.zeros(1, np.int64),
            "end_bias": np.zeros(1, np.int64),
            "write_index": np.zeros(1, np.int64),
            "length": np.zeros(1, np.int64),
            "told": told,
        }
        if copy_offsets is not None:
            self._inputs["copy_offsets"] = copy_offsets[:1].copy()
        if "top_p" in session.inputs:
            shaping = ("inverse_temperature", "filter_threshold", "top_p")
            self._inputs |= {name: np.zeros((), np.float32) for name in shaping}
        self._outputs: dict[str, NDArray[Any]] = {
            "codes": np.zeros(config.height + 2 * config.window_pitches, np.int32),
        }
        margin = config.window_pitches
        self._codes = self._outputs["codes"][margin : margin + config.height]
        self._bound = BoundGraph(session, self._inputs, self._outputs, caches)

    def run(self, asked: WholePatch, settings: SamplingSettings) -> Codes:
        """Codes [P, 1] of a patch."""
        values = self._inputs
        child = asked.child
        values["window"][...] = asked.window
        values["window_known"][...] = asked.window_known
        values["uniforms"][...] = asked.uniforms
        values["metre"][...], values["place"][...] = asked.metre, asked.place
        values["first_bias"][...] = self._first_bias - child
        values["end_bias"][...] = self._first_bias - child + self._children
        values["write_index"][0], values["length"][0] = child, child + 1
        if self._copy_offsets is not None:
            values["copy_offsets"][0] = self._copy_offsets[child]
        if "top_p" in values:
            values["inverse_temperature"][...] = 1 / max(settings.temperature, COLDEST)
            values["filter_threshold"][...] = settings.filter_threshold
            values["top_p"][...] = settings.top_p
        self._bound.run()
        return self._codes[:, None].astype(np.uint8)
