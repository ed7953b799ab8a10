"""Where the music is now, told by the deck some thirty times a second and smooth in between."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

FRAME_MS = 16
_LONGEST_GUESS_S = 0.5


class PlayheadState(QObject):
    """The playhead; it goes on by itself between two words of the deck.

    Args:
        clock: Seconds on the clock that the deck's `at` counts on: the same in every process.
        parent: Qt's.
    """

    changed = Signal()
    """The playhead is elsewhere, starts, stops, or has another tempo. Once a frame at most."""

    playing_changed = Signal(bool)
    """It started or stopped, or what waited for its beat began."""

    def __init__(
        self, clock: Callable[[], float] = time.perf_counter, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._clock = clock
        self._step = 0.0
        self._at = 0.0
        self._speed = 0.0
        self._playing = self._waits = False
        self._bpm = 120.0
        self._loop: tuple[float, float] | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self.changed)

    @property
    def playing(self) -> bool:
        """Whether the music runs."""
        return self._playing

    @property
    def waits(self) -> bool:
        """Whether what was ordered waits for its beat or bar."""
        return self._waits

    @property
    def bpm(self) -> float:
        """Quarter notes a minute at the playhead."""
        return self._bpm

    @property
    def step(self) -> float:
        """The step that sounds now, with its fraction."""
        if not self._playing:
            return self._step
        gone = min(max(0.0, self._clock() - self._at), _LONGEST_GUESS_S)
        step = self._step + gone * self._speed
        if self._loop is None:
            return step
        start, stop = self._loop
        inside = start <= self._step < stop
        return start + (step - start) % (stop - start) if inside else step

    @property
    def loop(self) -> tuple[float, float] | None:
        """The stretch that is being repeated, first step and the step after the last."""
        return self._loop

    def take(self, line: dict[str, Any]) -> None:
        """One `position` line of the deck."""
        was = self._playing, self._waits
        self._waits = bool(line.get("waits", False))
        self._step = float(line["position"])
        self._at = float(line["at"])
        self._speed = float(line["speed"])
        self._bpm = float(line["bpm"])
        self._playing = bool(line["playing"])
        loop = line.get("loop")
        self._loop = None if loop is None else (float(loop[0]), float(loop[1]))
        self._show(was)

    def rest_at(self, step: float) -> None:
        """Stand still at `step`: what the deck will say in a moment, or nobody is there to play."""
        was = self._playing, self._waits
        self._step = max(0.0, step)
        self._playing = self._waits = False
        self._show(was)

    def _show(self, was: tuple[bool, bool]) -> None:
        if self._playing and not self._timer.isActive():
            self._timer.start()
        elif not self._playing:
            self._timer.stop()
        if was != (self._playing, self._waits):
            self.playing_changed.emit(self._playing)
        self.changed.emit()
