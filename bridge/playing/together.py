"""A duet's wishes carried out: we play in the bars that are ours and rest in all others."""

from bridge.duet.duet import Duet
from bridge.playing.feeder import Feeder
from bridge.source import Bar

_LEAD_S = 0.4
_FOR_THE_WAY_S = 0.3
"""From a bar being made to its line: it is committed, handed over, and played."""


class Together:
    """Plays when the duet wants it, and rests when not.

    Args:
        duet: Hears the musician and says what is wanted.
        feeder: Where bars come from.
        rest: A bar in which nothing sounds, as long as all bars.

    Attributes:
        wishes: How often something was asked for.
    """

    def __init__(self, duet: Duet, feeder: Feeder, rest: Bar) -> None:
        self.rest = rest
        self.wishes = 0
        self._duet = duet
        self._feeder = feeder

    def turn(self, beat: float, bpm: float, jump: int) -> None:
        """The song stands at a beat; its jumps are counted."""
        self._duet.lead_s = max(_LEAD_S, self._feeder.bar_s + _FOR_THE_WAY_S)
        wish = self._duet.turn(beat, bpm, jump)
        if wish is None:
            return
        self.wishes += 1
        if not wish.rests:
            self._feeder.renew(wish)

    def wants(self, bar: int) -> bool:
        """Whether bar `bar` of the song, counted from 0, is ours."""
        return self._duet.plays(bar)

    def committed(self, bar: int, made: Bar) -> None:
        """Bar `bar` of the song is going to sound like this."""
        self._duet.commit(bar, made)
