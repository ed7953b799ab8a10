"""The engine that runs levels as ONNX graphs: NumPy in, NumPy out, no torch in the process.

Shapes as in `model.engine`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from export.copygraph import COPY_KEY, COPY_ROWS, copied_channels
from export.copymap import CopyMap, children
from export.errors import GraphError
from export.features import RAW
from export.levelgraph import level_looks
from export.patchrunner import PatchRunner
from export.recording import Recordings
from export.runtime import GraphSession, Memory
from model.config import ModelConfig
from model.engine import Codes, Floats, Ints, Known, Question, RollIds, WholePatch
from model.settings import SamplingSettings
from model.surroundings import level_order


@dataclass(frozen=True)
class Above:
    """What M nodes receive from above: named inputs of the level's graph, and copied cells."""

    inputs: dict[str, NDArray[Any]]
    copies: tuple[CopyMap, ...] = ()

    def __len__(self) -> int:
        """Number of nodes."""
        return len(next(iter(self.inputs.values())))


@dataclass
class LevelState:
    """A patch level in the middle of M nodes.

    offsets: int64 [N, N], copy_offsets: int64 [N, R] or None. caches: by name of what they hold.
    copied: cells that copy heads above fetched, [M, N, C, h, w], or None.
    """

    level: int
    above: Above
    children: int
    offsets: Ints
    copy_offsets: Ints | None
    caches: dict[str, Memory]
    copied: Floats | None
    start: int = 0
    answer: dict[str, Floats] = field(default_factory=dict)
    runner: PatchRunner | None = None
    recordings: Recordings = field(default_factory=Recordings)


class OnnxEngine:
    """Runs the graphs of a bundle; one engine serves one thread."""

    def __init__(self, config: ModelConfig, sessions: dict[str, GraphSession], name: str) -> None:
        """Take sessions by name of their graph (`export.graphs`)."""
        self.config, self.name, self.sessions = config, name, sessions
        last = len(config.levels) - 1
        self._levels = [sessions[f"level{level}"] for level in range(last)]
        self._look, self._cells = sessions["look"], sessions["cells"]
        self._looks = [list(level_looks(config, level)) for level in range(last)]
        self._offsets = lru_cache(maxsize=16)(self._make_offsets)

    def root(self, ids: RollIds) -> Above:
        """See `Engine.root`."""
        inputs = {"style": ids.style, "key": ids.key, "density": ids.density}
        return Above(self.sessions["root"].run(inputs))

    def begin(self, level: int, told: Above, children: int) -> LevelState:
        """See `Engine.begin`."""
        own = self.config.levels[level]
        offsets, copy_offsets = self._offsets(level, children)
        caches = self._caches(level, len(told), children) if own.kind == "ar" else {}
        copied = self._copied(level, told)
        return LevelState(level, told, children, offsets, copy_offsets, caches, copied)

    def flags(self, state: LevelState, question: Question, start: int) -> Floats:
        """See `Engine.flags`."""
        asked = slice(start, start + question.content.shape[1])
        inputs: dict[str, Any] = {
            **state.above.inputs,
            "content": question.content,
            "row": question.row,
        }
        if self.config.levels[state.level].kind == "ar":
            nodes = len(question.content)
            inputs["offsets"] = state.offsets[asked]
            inputs["write_index"] = np.full(nodes, start)
            inputs["length"] = np.full(nodes, asked.stop)
            if state.copy_offsets is not None:
                inputs["copy_offsets"] = state.copy_offsets[asked]
        else:
            inputs["offsets"], inputs["known"] = state.offsets, question.known
        if state.level:
            inputs["column"] = question.column
        else:
            inputs["metre"], inputs["place"] = question.metre, question.place
        if looks := self._looks[state.level]:
            inputs["around"] = question.around[:, :, looks]
            inputs["around_known"] = question.around_known[:, :, looks]
        if state.copied is not None:
            inputs["copied"] = state.copied[:, asked]
        level = self._levels[state.level]
        state.answer = level.run(inputs, state.caches, state.recordings)
        state.start = start
        return state.answer["flags"]

    def below(self, state: LevelState, node: Ints, child: Ints) -> Above:
        """See `Engine.below`."""
        if not state.answer:
            raise ValueError("ask for flags before going down")
        place = child - state.start
        copies = state.above.copies
        if copies:
            height, width = self.config.levels[state.level].patch
            order = level_order(self.config, state.level, state.children * width)
            down, right = order.row[child] * height, order.column[child] * width
            copies = tuple(outer.take(node, down, right) for outer in copies)
        if "copies" in state.answer:
            own = CopyMap.of(state.answer["copies"][node, place], self.config.window_pitches)
            copies = (*copies, own)
        return Above({"told": state.answer["hidden"][node, place]}, copies)

    def look(self, told: Above, codes: Codes, known: Known, row: Ints) -> Floats:
        """See `Engine.look`."""
        inputs: dict[str, Any] = {**told.inputs, "codes": codes, "known": known, "row": row}
        if told.copies:
            height, width = self.config.node_shape(len(self.config.levels) - 1, 0)
            margin = self.config.window_pitches
            inputs["copied"] = _joined([c.crop(height, width, margin) for c in told.copies])
        return self._look.run(inputs)["seen"]

    def cells(self, state: Floats, codes: Codes, known: Known | None) -> tuple[Floats, Floats]:
        """See `Engine.cells`."""
        inputs: dict[str, Any] = {"seen": state, "codes": codes}
        if known is not None:
            inputs["known"] = known
        logits = self._cells.run(inputs)["logits"]
        return logits[..., :3], logits[..., 3:]

    def composes(self) -> bool:
        """See `PatchEngine.composes`."""
        return "patch" in self.sessions

    def patch(self, state: LevelState, asked: WholePatch, settings: SamplingSettings) -> Codes:
        """See `PatchEngine.patch`."""
        if state.runner is None:
            state.runner = PatchRunner(
                self.sessions["patch" if settings.plain else "patch_shaped"],
                self.config,
                state.above.inputs["told"],
                state.children,
                state.copy_offsets,
                state.caches,
            )
        return state.runner.run(asked, settings)

    def _copied(self, level: int, told: Above) -> Floats | None:
        """Copied cells of all children, [M, N, C, h, w]."""
        if not told.copies:
            if copied_channels(self.config, level):
                raise GraphError(f"level {level} was not handed the copied cells of those above")
            return None
        height, width = self.config.node_shape(level, 0)
        area = _joined([copies.crop(height, width, 0) for copies in told.copies])
        places = level_order(self.config, level, 0).places
        return children(area, *self.config.levels[level].patch, places)

    def _caches(self, level: int, nodes: int, size: int) -> dict[str, Memory]:
        """Empty caches of an AR level; zeros, so that what is not written yet weighs nothing."""
        own, session = self.config.levels[level], self._levels[level]
        shapes: dict[str, tuple[int, ...]] = {
            f"{what}{index}": (nodes, size, own.dim)
            for index in range(own.depth)
            for what in ("keys", "values")
        }
        if own.copy_heads:
            rows, cells = size + COPY_ROWS, own.patch[0] * own.patch[1]
            shapes["copy_keys"] = (nodes, own.copy_heads, rows, COPY_KEY)
            shapes["contents"] = (nodes, rows, RAW * cells)
        return {name: session.memory(np.zeros(shape, np.float32)) for name, shape in shapes.items()}

    def _make_offsets(self, level: int, size: int) -> tuple[Ints, Ints | None]:
        """Indices of the biases [N, N], and of the copy heads' [N, R], both as the graphs want."""
        own, config = self.config.levels[level], self.config
        rows = config.height // own.patch[0] if level == 0 else 1
        order = level_order(config, level, size // rows * own.patch[1])
        offsets = order.offsets(own.reach).copy()
        if own.kind == "mar":
            return offsets, None
        closed = (2 * own.reach[0] + 1) * (2 * own.reach[1] + 1)
        causal = offsets.copy()
        causal[np.triu_indices(size, 1)] = closed
        if not own.copy_heads:
            return causal, None
        copying = np.full((size, size + COPY_ROWS), closed)
        copying[:, 1:-1] = np.where(np.tri(size, k=-1, dtype=bool), offsets, closed)
        copying[:, -1] = closed + 1
        return causal, copying


def _joined(copied: list[Floats]) -> Floats:
    return copied[0] if len(copied) == 1 else np.concatenate(copied, 1)
