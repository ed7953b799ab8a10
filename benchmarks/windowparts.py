"""Parts of the window's benchmark: a large piece, patches that come, a watch on the loop."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import Qt, QTimer

from gui.state.piece import Piece
from gui.state.selection import Region
from model.roll import PITCHES, NoteArray, Part, Roll
from tests.gui.fakes import FakePatch, FakePending

PARTS = 4
NOTES_A_STEP = 6  # so many begin on each step
WATCH_MS = 5


def many_notes(count: int, seed: int = 0) -> Piece:
    """A piece of about so many notes in four parts."""
    rng = np.random.default_rng(seed)
    steps = max(count // NOTES_A_STEP, 64)
    wanted = count * 11 // 10  # some fall on others
    notes = NoteArray(
        rng.integers(0, steps, wanted),
        rng.integers(0, PARTS, wanted),
        np.clip(rng.normal(64, 12, wanted), 24, 105).astype(np.int64),
        rng.integers(1, 9, wanted),
        rng.integers(30, 120, wanted),
    )
    parts = tuple(Part(f"part {index + 1}") for index in range(PARTS))
    roll = Roll.from_notes(notes, steps, parts=parts)
    every = roll.note_array()
    if len(every) > count:
        kept = np.zeros(len(every), bool)
        kept[rng.permutation(len(every))[:count]] = True
        roll = Roll.from_notes(every.only(kept), steps, parts=parts)
    return Piece.of_roll(roll)


class ComingPatches(FakePending):
    """Patches that come one by one, with a note in each of the finest."""

    def __init__(self) -> None:
        super().__init__()
        self._coming: Sequence[FakePatch] = ()

    def begin(self, region: Region, patches: Sequence[FakePatch]) -> None:
        """Something is made from now on."""
        self.region, self.start_step = region, region.start_step
        steps = region.stop_step - region.start_step
        self.cells = np.zeros((PARTS, PITCHES, steps), np.uint8)
        self.patches, self._coming = [], patches
        self.text = "level 2 of 3"
        self.changed.emit()

    def more(self) -> None:
        """One more patch; begins again when all are there."""
        count = len(self.patches)
        if count >= len(self._coming) or self.cells is None:
            self.patches = []
            return
        patch = self._coming[count]
        self.patches.append(patch)
        self.cells[0, (patch.low_pitch + 5) % PITCHES, patch.start_step - self.start_step] = 20
        self.share = len(self.patches) / len(self._coming)
        self.changed.emit()

    def end(self) -> None:
        """Nothing is made any more."""
        self.region, self.patches = None, []
        self.changed.emit()


def patches_of(region: Region, levels: Sequence[tuple[int, int]]) -> list[FakePatch]:
    """Every patch of every level but the cells, in the order of time."""
    return [
        FakePatch(step, step + width, low, low + height - 1, level, True)
        for step in range(region.start_step, region.stop_step)
        for level, (height, width) in enumerate(levels[:-1])
        for low in range(0, PITCHES, height)
    ]


class LoopWatch:
    """Tells how late a timer fires that should fire every `WATCH_MS`."""

    def __init__(self) -> None:
        self.late_ms: list[float] = []
        self._due = 0.0
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._on_time)

    def start(self) -> None:
        """Begin."""
        self._ask()

    def stop(self) -> None:
        """End."""
        self._timer.stop()

    def _ask(self) -> None:
        self._due = time.perf_counter() + WATCH_MS / 1000
        self._timer.start(WATCH_MS)

    def _on_time(self) -> None:
        self.late_ms.append(max(time.perf_counter() - self._due, 0.0) * 1000)
        self._ask()
