"""How far what sounds is from where the host is, and the worst of it since that was last told."""

from typing import Protocol

from bridge.deck.plan import HostLine, Stretch
from bridge.sync.hosttime import HostTime

_ELSEWHERE_BEATS = 0.25


def behind_s(stretch: Stretch, host: HostTime, now: float) -> float | None:
    """By how many seconds what sounds is later than the host, a nudge left aside.

    Args:
        stretch: What sounds at second `now`.
        host: The newest that is known of the host; it rolls.
        now: On the clock of the deck's port.

    Returns:
        Less than 0 where it is earlier; None where it can't be compared: it plays by our own clock,
        has not begun, or the host has just jumped and isn't followed there yet.
    """
    line = stretch.line
    if not isinstance(line, HostLine) or now < stretch.at or host.bpm <= 0.0:
        return None
    ours = line.origin + stretch.step_at(now) / line.steps_per_beat
    beats = host.beat_at(now - line.nudge_s) - ours
    return beats * 60.0 / host.bpm if abs(beats) < _ELSEWHERE_BEATS else None


class Compared(Protocol):
    """A deck."""

    def behind_s(self) -> float | None:
        """See `behind_s`; of now."""
        ...


class PhaseMeter:
    """Looks on each turn; what is told is the largest since then, with its sign."""

    def __init__(self) -> None:
        self._worst: float | None = None

    def look(self, deck: Compared) -> None:
        """Compare a deck with its host now."""
        found = deck.behind_s()
        if found is not None and (self._worst is None or abs(found) > abs(self._worst)):
            self._worst = found

    def take_ms(self) -> float | None:
        """Milliseconds; None where there was nothing to compare since this was last asked."""
        worst, self._worst = self._worst, None
        return None if worst is None else round(1000 * worst, 3)
