"""What is being made and is not yet part of the piece, revealed coarse to fine.

Patches arrive from the making process when they are finished down to their cells. Here each is
shown level by level: first that there will be something, then in which finer patches something
happens, last its notes. What is shown of a level is what it really decided (`model.keeping`).
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, QTimer, Signal

from gui.making.detail import Patch
from gui.state.selection import Region
from model.keeping import flags_of
from model.legality import FLAG_ACTIVE
from model.roll import PITCHES, Cells
from model.sampler import without_orphans

REVEAL_MS = 70
"""From one level to the next."""


@dataclass(frozen=True)
class PendingPatch:
    """A patch that is being made; steps of the piece, the highest pitch inside.

    Attributes:
        level: 0 is the coarsest.
        filled: Whether it is decided what happens in it.
    """

    start_step: int
    stop_step: int
    low_pitch: int
    high_pitch: int
    level: int
    filled: bool


@dataclass
class _Arrived:
    """A finished patch of level 0 and how far it is shown: 0 its outline, then level by level."""

    part: int
    step: int
    low: int
    codes: npt.NDArray[np.uint8]
    stage: int = 0
    below: list[list[tuple[int, int, int, int]]] = field(default_factory=list)


class PendingState(QObject):
    """The region that is being made, as the roll shows it.

    Args:
        parent: Qt's owner.
        reveal_ms: Between two levels; 0 shows all at once.
    """

    changed = Signal()
    """Anything of it is other than before; some fifteen times a second at most."""
    settled = Signal()
    """All that has arrived is shown, and nothing more will arrive."""

    def __init__(self, parent: QObject | None = None, *, reveal_ms: int = REVEAL_MS) -> None:
        super().__init__(parent)
        self._reveal_ms = reveal_ms
        self._timer = QTimer(self)
        self._timer.setInterval(max(reveal_ms, 1))
        self._timer.timeout.connect(self._step)
        self._clear()

    def _clear(self) -> None:
        self.region: Region | None = None
        self.cells: Cells = np.zeros((0, PITCHES, 0), np.uint8)
        self.start_step = 0
        self.text = ""
        self.share = self._made = 0.0
        self._levels: tuple[Patch, ...] = ()
        self._name = ""
        self._arrived: list[_Arrived] = []
        self._shown: list[_Arrived] = []
        self._known = self._seen = self.cells
        self._complete = False
        self._patches: list[PendingPatch] | None = None

    @property
    def patches(self) -> Sequence[PendingPatch]:
        """Patches so far, coarse before fine."""
        if self._patches is None:
            self._patches = self._list_patches()
        return self._patches

    @property
    def is_settled(self) -> bool:
        """Whether all is shown and nothing more comes."""
        return self._complete and not self._arrived

    def begin(self, region: Region, parts: int, levels: Sequence[Patch], text: str) -> None:
        """Something is made from now on.

        Args:
            region: where.
            parts: K of the piece.
            levels: pitches and steps of each level's patches, coarse to fine.
            text: what is done, for people.
        """
        self._timer.stop()
        self._clear()
        self.region, self.start_step, self._name = region, region.start_step, text
        steps = region.stop_step - region.start_step
        self.cells = np.zeros((parts, PITCHES, steps), np.uint8)
        self._known, self._seen = self.cells.copy(), self.cells.copy()
        self._levels = tuple(levels)
        self.text = self._told()
        self.changed.emit()

    def put(self, patch: dict[str, Any]) -> None:
        """A finished patch, as the making process says it; cut to the region."""
        region = self.region
        if region is None:
            return
        shape = (int(patch["height"]), int(patch["width"]))
        codes = np.frombuffer(base64.b64decode(patch["codes"]), np.uint8).reshape(shape)
        part, low = int(patch["part"]), int(patch["low_pitch"])
        step = int(patch["start_step"]) - self.start_step
        left, right = max(-step, 0), min(shape[1], self.cells.shape[2] - step)
        down, up = max(region.low_pitch - low, 0), min(shape[0], region.high_pitch + 1 - low)
        self._made = max(self._made, float(patch.get("share", 0.0)))
        if right <= left or up <= down:
            return
        rows = slice(low, low + shape[0])
        before = self._known[part, rows, max(step - 1, 0) : max(step, 0)]
        below = self._active_below(codes, before, step, low)
        self._known[part, rows, step + left : step + right] = codes[:, left:right]
        own = codes[down:up, left:right]
        self._arrived.append(_Arrived(part, step + left, low + down, own, below=below))
        self._go_on()

    def complete(self) -> None:
        """Nothing more will arrive."""
        self._complete, self._made = True, 1.0
        self._go_on()

    def clear(self) -> None:
        """Nothing is made any more."""
        self._timer.stop()
        if self.region is not None:
            self._clear()
            self.changed.emit()

    def _go_on(self) -> None:
        if self._reveal_ms == 0:
            while self._arrived:
                self._advance()
            self._tell()
        elif not self._timer.isActive():
            self._timer.start()

    def _step(self) -> None:
        self._advance()
        self._tell()

    def _tell(self) -> None:
        self.text, self.share = self._told(), self._shown_share()
        self._patches = None
        if not self._arrived:
            self._timer.stop()
        self.changed.emit()
        if self.is_settled:
            self.settled.emit()

    def _advance(self) -> None:
        """Show all that has arrived one level finer."""
        waiting: list[_Arrived] = []
        for arrived in self._arrived:
            arrived.stage += 1
            if arrived.stage < len(self._levels):
                waiting.append(arrived)
                continue
            height, width = arrived.codes.shape
            rows = slice(arrived.low, arrived.low + height)
            self._seen[arrived.part, rows, arrived.step : arrived.step + width] = arrived.codes
            self._shown.append(arrived)
        if len(waiting) < len(self._arrived):
            flat = self._seen.reshape(-1, self._seen.shape[2])
            self.cells = without_orphans(flat).reshape(self._seen.shape)
        self._arrived = waiting

    def _active_below(
        self, codes: Cells, before: Cells, step: int, low: int
    ) -> list[list[tuple[int, int, int, int]]]:
        """Active patches of each finer level but the cells, cut to the region.

        Args:
            codes: uint8 [h, w] of a whole patch of level 0.
            before: uint8 [h, 1 or 0], the step before it.
            step, low: where it begins, in steps of the region and in pitches.

        Returns:
            For each level first and last step (behind it), lowest and highest pitch (inside).
        """
        region, steps = self.region, self.cells.shape[2]
        found: list[list[tuple[int, int, int, int]]] = []
        for tall, wide in self._levels[1:-1]:
            height, width = min(tall, len(codes)), min(wide, codes.shape[1])
            rows: list[tuple[int, int, int, int]] = []
            found.append(rows)
            if region is None or len(codes) % height or codes.shape[1] % width:
                continue
            flags = flags_of(codes, before, codes.shape[1], (height, width))
            for row, column in np.argwhere(flags == FLAG_ACTIVE).tolist():
                first, stop = step + column * width, step + (column + 1) * width
                lowest, highest = low + row * height, low + (row + 1) * height - 1
                first, stop = max(first, 0), min(stop, steps)
                lowest, highest = max(lowest, region.low_pitch), min(highest, region.high_pitch)
                if first < stop and lowest <= highest:
                    rows.append((first, stop, lowest, highest))
        return found

    def _list_patches(self) -> list[PendingPatch]:
        patches = [self._outer(arrived, filled=True) for arrived in self._shown]
        patches += [self._outer(arrived, filled=arrived.stage > 0) for arrived in self._arrived]
        for arrived in self._arrived:
            for level, found in enumerate(arrived.below[: arrived.stage], 1):
                filled, begin = arrived.stage > level, self.start_step
                patches += [
                    PendingPatch(begin + first, begin + stop, low, high, level, filled)
                    for first, stop, low, high in found
                ]
        return patches

    def _outer(self, arrived: _Arrived, *, filled: bool) -> PendingPatch:
        first = self.start_step + arrived.step
        height, width = arrived.codes.shape
        high = arrived.low + height - 1
        return PendingPatch(first, first + width, arrived.low, high, 0, filled)

    def _shown_share(self) -> float:
        """How much of it is shown, level by level, 0..1."""
        levels, count = max(len(self._levels), 1), len(self._shown) + len(self._arrived)
        stages = levels * len(self._shown) + sum(arrived.stage for arrived in self._arrived)
        return self._made * stages / (levels * count) if count else self._made

    def _told(self) -> str:
        """What is being done, and on which level of how many the first patches are."""
        if not self._levels or not self._arrived:
            return self._name
        level = min(self._arrived[0].stage + 1, len(self._levels))
        told = self.tr("{0} · level {1} of {2}")
        return told.format(self._name, level, len(self._levels))
