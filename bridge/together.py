"""A duet's wishes carried out: which bars of the song are ours, and what they go on from."""

from dataclasses import dataclass

from bridge.duet.duet import Duet
from bridge.feeder import Feeder
from bridge.source import Bar

_LEAD_S = 0.4
_FOR_THE_WAY_S = 0.3
"""From a bar being made to its line: it is committed, handed over, and played."""


@dataclass(frozen=True)
class _Turn:
    """Bars from `first` on, `bars` of them, are ours; None: until there is another wish."""

    first: int
    bars: int | None

    def holds(self, bar: int) -> bool:
        return bar >= self.first and (self.bars is None or bar < self.first + self.bars)


class Together:
    """Plays when the duet wants it, and rests when not.

    Args:
        duet: Hears the musician and says what is wanted.
        feeder: Where bars come from.
        rest: A bar in which nothing sounds, as long as all bars.
    """

    def __init__(self, duet: Duet, feeder: Feeder, rest: Bar) -> None:
        self.rest = rest
        self.wishes = 0
        self._duet = duet
        self._feeder = feeder
        self._before = self._now = _Turn(0, 0)

    def turn(self, beat: float, bpm: float, jump: int) -> None:
        """The song stands at a beat; its jumps are counted."""
        self._duet.lead_s = max(_LEAD_S, self._feeder.bar_s + _FOR_THE_WAY_S)
        wish = self._duet.turn(beat, bpm, jump)
        if wish is None:
            return
        self.wishes += 1
        self._before, self._now = self._now, _Turn(wish.first_bar, wish.bars)
        if not wish.rests:
            self._feeder.renew(wish)

    def wants(self, bar: int) -> bool:
        """Whether bar `bar` of the song, counted from 0, is ours."""
        turn = self._now if bar >= self._now.first else self._before
        return turn.holds(bar)

    def committed(self, bar: int, made: Bar) -> None:
        """Bar `bar` of the song is going to sound like this."""
        self._duet.commit(bar, made)
