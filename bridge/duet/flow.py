"""One count of beats that runs on while the song jumps and loops.

What was heard last stands before what comes next, wherever in the song that is. A jump therefore
moves the count by whole bars: places in the bar stay, and less than a bar is left empty.
"""

from __future__ import annotations

import math

_NEAR_BEATS = 0.25
"""A jump that comes out this close to the running count is taken to meet it."""


class Flow:
    """Turns beats of the song into the running count and back.

    Args:
        bar_beats: Length of a bar in beats.

    Attributes:
        latest: Where it stands.
    """

    def __init__(self, bar_beats: float) -> None:
        self._bar_beats = bar_beats
        self._bars = 0  # the running count is so many bars ahead of the song
        self._jump: int | None = None
        self.latest = 0.0

    def move(self, beat: float, jump: int) -> tuple[float, bool]:
        """The song stands at a beat; returns the running count, and whether the song jumped.

        Args:
            beat: Of the song.
            jump: Another number than last time means that the position jumped.
        """
        jumped = self._jump is not None and jump != self._jump
        if self._jump is None:
            self._bars = max(0, math.ceil(-beat / self._bar_beats))
        elif jumped:
            self._bars = math.ceil((self.latest - _NEAR_BEATS - beat) / self._bar_beats)
        self._jump = jump
        self.latest = self.of(beat)
        return self.latest, jumped

    def of(self, beat: float) -> float:
        """The running count at a beat of the song, as it stands now."""
        return beat + self._bars * self._bar_beats

    def song_bar(self, bar: int) -> int:
        """The bar of the song that a bar of the running count is."""
        return bar - self._bars

    def flow_bar(self, bar: int) -> int:
        """The bar of the running count that a bar of the song is."""
        return bar + self._bars
