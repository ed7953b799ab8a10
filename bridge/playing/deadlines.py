"""What happens when a bar isn't ready in time: made with less care, varied, and only then silent.

The music never stops for a bar. While the time until its line shrinks, the source is told to hurry:
fewer rounds. If it still isn't there, a variation of an earlier bar plays in its place, and where
nothing fits, or too many bars in a row have been variations, one bar stays silent, on the beat.
"""

from bridge.playing.playerreport import BarKind
from bridge.playing.standin import BarShape, StandIns, rest_like
from bridge.source import Bar

_COMFORT = 2.0
_LEAST_SHARE = 0.1


class Deadlines:
    """Keeps the music going.

    Args:
        margin_s: A bar must be there this long before its line.
        most_varied: How many bars in a row may be variations.
    """

    def __init__(self, margin_s: float, most_varied: int) -> None:
        self._margin_s = margin_s
        self._most_varied = most_varied
        self._stand_ins = StandIns()
        self._in_a_row = 0
        self._last: Bar | None = None

    def made(self, number: int, bar: Bar) -> None:
        """A bar was there in time, as bar `number`."""
        self._in_a_row = 0
        self._last = bar
        self._stand_ins.remember(number, bar)

    def share(self, slack_s: float, bar_s: float) -> float:
        """Which share of its rounds a bar may take, 0 to 1.

        Args:
            slack_s: Time until the line of the bar that is being made.
            bar_s: Seconds that a bar takes with all its rounds.
        """
        if bar_s <= 0.0:
            return 1.0
        share = (slack_s - self._margin_s) / (_COMFORT * bar_s)
        return min(1.0, max(_LEAST_SHARE, round(share, 2)))

    def instead(self, number: int) -> tuple[Bar, BarKind]:
        """What plays in the place of bar `number`; some bar must have been made before.

        Raises:
            ValueError: There never was a bar.
        """
        if self._last is None:
            raise ValueError("tried to stand in for a bar before there was one")
        if self._in_a_row < self._most_varied:
            varied = self._stand_ins.like(number, BarShape.of(self._last))
            if varied is not None:
                self._in_a_row += 1
                return varied, "varied"
        return rest_like(self._last), "silent"
