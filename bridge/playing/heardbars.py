"""What a musician plays, bar by bar of the song, for whoever shows it while it is played.

A note belongs to the bar in which it begins, rounded to the grid, and is told whole: it is told
again as it grows. After a jump of the song what is played replaces what was told of those bars.
"""

import math

from bridge.duet.heard import Heard
from bridge.processes.wire import Line
from model.roll import Grid

_KEPT_BARS = 4
"""A key may be down for so long; what is longer is told up to there."""

_SAME_PLACE_BEATS = 0.5
"""So far back is no jump: a host's line was corrected, and nobody plays anything anew."""

_Rows = dict[tuple[int, int], list[int]]
"""(pitch, onset in the bar) -> part, pitch, onset, duration and velocity."""


class HeardBars:
    """Hears what a duet hears. `take` may be called from another thread than the rest.

    Args:
        grid: To which notes are rounded.
        bar_steps: Length of all bars.
    """

    def __init__(self, grid: Grid, bar_steps: int) -> None:
        self._grid, self._bar_steps = grid, bar_steps
        self._heard = Heard(grid)
        self._bars: dict[int, _Rows] = {}
        self._told: dict[int, list[list[int]]] = {}
        self._beat = 0.0

    def take(self, beat: float, message: bytes) -> None:
        """A message of the musician's came in at a beat of the song."""
        self._heard.feed(beat, message)

    def news(self, beat: float) -> list[Line]:
        """A line for each bar of which there is more to tell than before.

        Args:
            beat: Where the song is; if that is well before the last one, it has jumped.
        """
        lines: list[Line] = []
        if self._beat - _SAME_PLACE_BEATS <= beat < self._beat:
            beat = self._beat
        if beat < self._beat:
            self._heard.let_go(self._beat)
            lines = self._news(self._beat)
            self._heard = Heard(self._grid)
            self._bars.clear()
            self._told.clear()
        self._beat = beat
        return lines + self._news(beat)

    def _news(self, beat: float) -> list[Line]:
        now = self._step(beat)
        first = now // self._bar_steps - _KEPT_BARS
        for note in self._heard.notes():
            onset = self._step(note.onset)
            end = now if note.end is None else self._step(note.end)
            bar, inside = divmod(onset, self._bar_steps)
            if bar >= first:
                row = [0, note.pitch, inside, max(end - onset, 1), note.velocity]
                self._bars.setdefault(bar, {})[note.pitch, inside] = row
        lines = [self._line(bar, rows) for bar, rows in self._bars.items() if self._is_new(bar)]
        self._forget(first)
        return lines

    def _is_new(self, bar: int) -> bool:
        rows = [list(row) for row in self._bars[bar].values()]
        if bar < 0 or self._told.get(bar) == rows:
            return False
        self._told[bar] = rows
        return True

    def _line(self, bar: int, rows: _Rows) -> Line:
        told = {
            "number": bar,
            "notes": [list(column) for column in zip(*rows.values(), strict=True)],
            "steps": self._bar_steps,
            "steps_per_beat": self._grid.steps_per_beat,
        }
        return {"heard": told}

    def _forget(self, bar: int) -> None:
        self._heard.forget_before(bar * self._bar_steps / self._grid.steps_per_beat)
        for old in [one for one in self._bars if one < bar]:
            del self._bars[old]
            self._told.pop(old, None)

    def _step(self, beat: float) -> int:
        return math.floor(beat * self._grid.steps_per_beat + 0.5)
