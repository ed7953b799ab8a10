"""Leading: the deck's plan told to others as MIDI clock, ahead of time.

On a port of its own, or among the notes of the deck's port.
"""

import math
from collections.abc import Iterable
from typing import Protocol

from bridge.deck.plan import OwnLine, Plan, Stretch
from bridge.messages import TimedMessage
from bridge.sync.lead import ClockSender

_SAME_BEATS = 1e-4
_CATCH_UP_BEATS = 0.25
_CATCH_UP_S = 0.5
_INSTANT_S = 1e-6
_SILENCED_S = 0.1
_STOP = b"\xfc"


class ClockOut(Protocol):
    """What a clock is sent to: the two orders of an `OutputPort` that it takes."""

    def send_many(self, events: Iterable[TimedMessage]) -> None:
        """See `OutputPort`."""
        ...

    def replace(self, after: float, events: Iterable[TimedMessage]) -> None:
        """See `OutputPort`."""
        ...


class Lead:
    """Keeps a clock sender in step with a plan.

    Args:
        port: Where the clock goes, on the clock of the deck's port; None for the deck's port.
    """

    def __init__(self, port: ClockOut | None = None) -> None:
        self.port = port
        self._sender = ClockSender()
        self._told = -math.inf  # up to which second the plan is told
        self._ended = math.inf
        self._stopped_at = -math.inf
        self._lines: list[tuple[float, float, float]] = []  # at, beat, seconds a beat

    def anew(self, at: float, plan: Plan, end_at: float | None, until: float) -> list[TimedMessage]:
        """From second `at` on the plan is another one; returns what belongs among the notes."""
        if not plan:
            return []
        if at < plan.begins_at:  # a beginning that has not come yet
            self._sender.stop(at)
            self._lines.clear()
        self._told, self._ended = min(self._told, at), math.inf
        self._sender.again(at)
        events = self._events(plan, end_at, until)
        if self.port is None:
            return events
        self.port.replace(at, events)
        return []

    def extend(self, plan: Plan, end_at: float | None, until: float) -> list[TimedMessage]:
        """The clock goes on up to second `until`; returns what belongs among the notes."""
        events = self._events(plan, end_at, until) if plan else []
        if self.port is None:
            return events
        if events:
            self.port.send_many(events)
        return []

    def stop(self, at: float) -> list[TimedMessage]:
        """The music ends at second `at`, which is now; returns what is for the deck's port."""
        self._told, self._ended = -math.inf, math.inf
        self._lines.clear()
        self._sender.stop(at)
        events = self._sender.extend(at + _INSTANT_S)
        if not events and self.port is None and at - self._stopped_at < _SILENCED_S:
            events = [TimedMessage(at, _STOP)]  # the one before was silenced with the notes
        self._stopped_at = at if events else self._stopped_at
        if self.port is None:
            return events
        self.port.replace(at, events)
        return []

    def _events(self, plan: Plan, end_at: float | None, until: float) -> list[TimedMessage]:
        for stretch, stop in _with_ends(plan, self._told, until):
            if self._told <= stretch.at < until:
                self._begin(stretch)
            self._tell_tempos(stretch, stop)
        self._told = max(self._told, until)
        if end_at is not None and end_at != self._ended and end_at < until:
            self._ended = end_at
            self._sender.stop(end_at)
        return self._sender.extend(until)

    def _begin(self, stretch: Stretch) -> None:
        """A stretch begins. Where a host's line was corrected, the clock bends towards it."""
        at, line = stretch.at, stretch.line
        beat = line.step_at(at) / line.steps_per_beat
        spb = 60.0 / line.bpm_at(line.step_at(at))
        expected = self._expected(at)
        off = math.inf if expected is None else abs(beat - expected)
        if (
            expected is not None
            and _SAME_BEATS < off < _CATCH_UP_BEATS
            and stretch.since > -math.inf
        ):
            meet = beat + _CATCH_UP_S / spb
            if meet > expected:
                self._say(at, expected, _CATCH_UP_S / (meet - expected))
                self._say(at + _CATCH_UP_S, meet, spb)
                return
        self._say(at, beat, spb)

    def _tell_tempos(self, stretch: Stretch, stop: float) -> None:
        """The tempo changes of the piece itself on a stretch of its own line."""
        line = stretch.line
        if isinstance(line, OwnLine):
            for step, _ in line.piece.tempos:
                at = line.time_of(step)
                if self._told <= at < stop and at > stretch.at and step > stretch.step:
                    self._say(at, step / line.steps_per_beat, 60.0 / line.bpm_at(step))

    def _expected(self, at: float) -> float | None:
        """The beat at second `at` by what was told so far."""
        told = [line for line in self._lines if line[0] < at]
        if not told:
            return None
        begun, beat, spb = told[-1]
        return beat + (at - begun) / spb

    def _say(self, at: float, beat: float, spb: float) -> None:
        self._lines = [*(line for line in self._lines[-3:] if line[0] < at), (at, beat, spb)]
        self._sender.begin(at, beat, spb)


def _with_ends(plan: Plan, start: float, until: float) -> list[tuple[Stretch, float]]:
    """The stretches in force in [start, until), each with the second on which it ends there."""
    first = plan.in_force(start)
    begun = [first, *(one for one in plan.between(start, until) if one.at > first.at)]
    ends = [one.at for one in begun[1:]] + [until]
    return list(zip(begun, ends, strict=True))
