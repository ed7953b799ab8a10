"""A note that was handed to a port together with its end, until that end is past."""

import math
from dataclasses import dataclass, replace

from bridge.deck.piece import ScoreNote
from bridge.messages import TimedMessage, note_off, note_on

SHORTEST_S = 0.05
"""A note by hand lasts at least this long, so that a quick press is heard."""


@dataclass(frozen=True)
class Struck:
    """A note that was handed over, until its end is past.

    Attributes:
        on_at: When it begins, on the port's clock.
        off_at: When it ends as things stand.
        note: What it is; its `end` is in steps.
        by_hand: Whether it is no part of the piece, and ends at `off_at` whatever is ordered.
        least_s: A note by hand that was let go lasts at least this long; None if it was not.
    """

    on_at: float
    off_at: float
    note: ScoreNote
    by_hand: bool = False
    least_s: float | None = None

    def messages(self) -> list[TimedMessage]:
        """Its beginning and its end."""
        note = self.note
        strike = note_on(note.channel, note.pitch, note.velocity)
        return [TimedMessage(self.on_at, strike), self.release()]

    def release(self) -> TimedMessage:
        """Its end."""
        return TimedMessage(self.off_at, note_off(self.note.channel, self.note.pitch))


def settled(one: Struck, at: float) -> Struck:
    """A note by hand with its times, now that the seam is known: `at`."""
    if one.on_at == math.inf:
        return replace(one, on_at=at, off_at=at + one.off_at)
    if one.least_s is not None:
        return replace(one, off_at=min(one.off_at, max(at, one.on_at + one.least_s)))
    return one
