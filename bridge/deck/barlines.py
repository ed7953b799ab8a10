"""Where bars begin, in a song whose metre changes. Positions are beats, which are quarter notes."""

import math
from bisect import bisect_right
from collections.abc import Sequence

from bridge.choices import StartOn

_NEAR_BEATS = 1e-6
_GROUPS: dict[StartOn, int] = {"bar": 1, "four bars": 4}

Metres = Sequence[tuple[float, float]]
"""(beat, quarter notes in a bar) in rising order: from that beat on, on which a bar begins."""


class BarLines:
    """The bar lines of a song; before the first metre its bars go on backwards.

    Args:
        metres: One or more.
    """

    def __init__(self, metres: Metres) -> None:
        self._metres = [(float(beat), float(length)) for beat, length in metres]
        self._begins = [beat for beat, _ in self._metres]

    def following(self, start_on: StartOn, beat: float) -> float:
        """The first beat at `beat` or later on which something may start.

        Groups of four bars are counted from where the metre began.
        """
        if start_on == "now":
            return beat
        if start_on == "beat":
            return float(math.ceil(beat - _NEAR_BEATS))
        index = self._index(beat)
        begin, length = self._metres[index]
        every = length * _GROUPS[start_on]
        found = begin + math.ceil((beat - begin) / every - _NEAR_BEATS) * every
        after = self._begins[index + 1 :]
        return min(found, after[0]) if after else found

    def before(self, beat: float) -> float:
        """The last bar line at `beat` or earlier."""
        begin, length = self._metres[self._index(beat)]
        return begin + math.floor((beat - begin) / length + _NEAR_BEATS) * length

    def nearest(self, beat: float) -> float:
        """The bar line that is nearest to `beat`."""
        before, after = self.before(beat), self.following("bar", beat)
        return before if beat - before <= after - beat else after

    def _index(self, beat: float) -> int:
        return max(0, bisect_right(self._begins, beat + _NEAR_BEATS) - 1)
