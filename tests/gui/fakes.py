"""A playhead and what is being made, as hand-written fakes; the benchmarks use them, too."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Signal

from gui.state.selection import Region
from model.roll import Roll


class FakePlayhead(QObject):
    """A playhead that goes where it is put."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.playing = False
        self.step = 0.0
        self.bpm = 120.0

    def put(self, step: float, playing: bool = True) -> None:
        """Be there now."""
        self.step, self.playing = step, playing
        self.changed.emit()


class FakeCue(QObject):
    """Lets a version wait while `playing`, until a test says that it happened."""

    happened = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.playing = False
        self.waits: list[Roll] = []

    @property
    def start_on(self) -> str:
        """It always waits for a bar."""
        return "bar" if self.waits else ""

    def put(self, roll: Roll) -> bool:
        """It waits from now on, if anything plays."""
        if self.playing:
            self.waits = [roll]
        return self.playing

    def call_off(self) -> None:
        """It doesn't wait any more."""
        self.waits.clear()

    def happen(self) -> None:
        """Its bar has come."""
        self.waits.clear()
        self.happened.emit()


@dataclass(frozen=True)
class FakePatch:
    """One patch."""

    start_step: int
    stop_step: int
    low_pitch: int
    high_pitch: int
    level: int
    filled: bool


class FakePending(QObject):
    """What is being made, as it was last put here."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.region: Region | None = None
        self.patches: list[FakePatch] = []
        self.cells: npt.NDArray[np.uint8] | None = None
        self.start_step = 0
        self.text = ""
        self.share = 0.0
