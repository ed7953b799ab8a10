"""What was sent beside what arrived: lost notes, onset errors, notes that hang."""

from bisect import bisect_right
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bridge.messages import is_note_on
from bridge.ports.sounding import Sounding

_KEPT = 120
"""What was due so many times `reach` ago is not waited for any more."""


@dataclass(frozen=True)
class ArrivalReport:
    """How the notes that were sent came through.

    Attributes:
        notes_expected: Note-ons that were handed to the port.
        notes_received: Note-ons that were heard.
        notes_matched: Of these, how many belong to one that was sent.
        worst_onset_error: Ticks by which the worst matched onset was off, either way.
        onset_errors: Ticks, one for each matched note, if they were to be kept.
        hanging: Notes that were struck and never released.
    """

    notes_expected: int
    notes_received: int
    notes_matched: int
    worst_onset_error: int
    onset_errors: tuple[int, ...]
    hanging: int


def summed(reports: Sequence[ArrivalReport], *, hanging: int) -> ArrivalReport:
    """The account of several listeners.

    Args:
        reports: Of each; one at least.
        hanging: How many notes hang, which depends on what they listened to.
    """
    return ArrivalReport(
        notes_expected=sum(one.notes_expected for one in reports),
        notes_received=sum(one.notes_received for one in reports),
        notes_matched=sum(one.notes_matched for one in reports),
        worst_onset_error=max(one.worst_onset_error for one in reports),
        onset_errors=tuple(error for one in reports for error in one.onset_errors),
        hanging=hanging,
    )


class Arrivals:
    """Matches what arrives with what was sent, while both go on.

    A note-on matches the one of the same bytes that was due nearest to its arrival and at most
    `reach` ticks away. Memory stays bounded: what was due long before is lost and forgotten, be it
    that others of its kind arrive, or that nothing does any more.
    Not locked: use it from one thread.

    Args:
        reach: How far off, in ticks, a note may be and still be the same note.
        keep: Whether to keep every onset error.
    """

    def __init__(self, reach: int, *, keep: bool = False) -> None:
        self._reach = reach
        self._keep = keep
        self._due: dict[bytes, deque[int]] = {}
        self._sounding = Sounding()
        self._expected = self._received = self._matched = self._worst = 0
        self._errors: list[int] = []

    def expect(self, events: Iterable[tuple[int, bytes]]) -> None:
        """These (tick, message) pairs were handed to the port."""
        for tick, message in events:
            if is_note_on(message):
                due = self._due.setdefault(message, deque())
                while due and due[0] < tick - _KEPT * self._reach:  # nobody listens any more
                    due.popleft()
                if due and due[-1] > tick:
                    due.insert(bisect_right(due, tick), tick)
                else:
                    due.append(tick)
                self._expected += 1

    def forget(self, after: int) -> None:
        """What was due at tick `after` or later was taken back and will not arrive."""
        for due in self._due.values():
            while due and due[-1] >= after:
                due.pop()
                self._expected -= 1

    def hear(self, events: Iterable[tuple[int, bytes]]) -> None:
        """These (tick, message) pairs arrived, in this order."""
        for tick, message in events:
            self._sounding.feed(message)
            if is_note_on(message):
                self._received += 1
                self._match(tick, message)

    def report(self) -> ArrivalReport:
        """The account so far."""
        return ArrivalReport(
            notes_expected=self._expected,
            notes_received=self._received,
            notes_matched=self._matched,
            worst_onset_error=self._worst,
            onset_errors=tuple(self._errors),
            hanging=len(self._sounding),
        )

    def _match(self, tick: int, message: bytes) -> None:
        due = self._due.get(message, deque())
        while due and due[0] < tick - self._reach:
            due.popleft()
        nearest = min(due, key=lambda sent: abs(tick - sent), default=None)
        if nearest is None or abs(tick - nearest) > self._reach:
            return
        due.remove(nearest)
        error = abs(tick - nearest)
        self._matched += 1
        self._worst = max(self._worst, error)
        if self._keep:
            self._errors.append(error)
