"""Song position, also from hosts that count it wrongly.

MIDI counts the position in sixteenths, six clock ticks each. Ardour 7.0 to 7.3 sends the number of
ticks instead, six times too much (fixed in 7.4). Both go on at a quarter note, so what the wrong
one sends is always a multiple of 24; what the right one sends is that only now and then.
"""

PER_SIXTEENTH = 6
_PER_BEAT = 24
_START_ODDS, _SUSPECT_ODDS = 0.1, 0.5
_FAR = 2.0
"""How much rarer people go on beyond what was played than within it."""

_RARER = 3.0
"""How much rarer a multiple of 24 is from a host that counts rightly: bars of four quarters are a
multiple of 16, every third of them also one of 24."""


class SongPosition:
    """Reads song positions and learns from them how the host counts.

    A value that is no multiple of 24 is right, and a host that goes on where it stopped says a
    position that is known from the ticks: both settle it. Else it is weighed: multiples of 24 again
    and again are no chance, people go back more often than ahead, and Ardour's start comes together
    with its first tick.
    """

    def __init__(self) -> None:
        self._odds = _START_ODDS
        self._certain = False
        self._seen: set[int] = set()
        self._furthest = 0

    @property
    def is_sixfold(self) -> bool:
        """Whether this host sends positions that are six times too large."""
        return self._odds > 1.0

    def suspect(self) -> None:
        """Start and first tick came together, as they do from Ardour."""
        if not self._seen and not self._certain:
            self._odds = max(self._odds, _SUSPECT_ODDS)

    def ticks(self, value: int, counted: int) -> int:
        """The tick at which the host goes on.

        Args:
            value: Song position as it was sent.
            counted: The tick at which it would go on if it went on where it stopped.
        """
        self._furthest = max(self._furthest, counted)
        self._learn(value, counted)
        return value if self.is_sixfold else value * PER_SIXTEENTH

    def _learn(self, value: int, counted: int) -> None:
        if value % _PER_BEAT:
            self._odds, self._certain = 0.0, True
            return
        up = -(-counted // _PER_BEAT) * _PER_BEAT
        if value and value in (counted, up):
            self._odds, self._certain = 100.0, True
        elif value and counted <= value * PER_SIXTEENTH <= up:
            self._odds, self._certain = 0.0, True
        elif value and not self._certain and value not in self._seen:
            beyond = [ticks > self._furthest for ticks in (value, value * PER_SIXTEENTH)]
            self._odds *= _RARER * (_FAR if beyond == [False, True] else 1.0)
        self._seen.add(value)
