"""What a deck has handed to its port, and what it hands over next.

Music goes to the port a look-ahead before it is due, each note together with its end. When an order
makes that wrong, everything is planned anew from a moment just ahead of now (the seam) and replaces
what the port still holds, in one message. Not locked: one thread owns a tape.
"""

import math
from collections.abc import Callable
from dataclasses import replace

from bridge.deck.cue import Cued
from bridge.deck.lead import Lead
from bridge.deck.piece import DeckPiece, ScoreNote
from bridge.deck.plan import HostLine, Line, Pace, Plan, Stretch
from bridge.deck.programs import Programs
from bridge.deck.seam import Loop, Seam, seam_after
from bridge.deck.struck import Struck, settled
from bridge.messages import DRUM_CHANNEL, TimedMessage
from bridge.ports.port import OutputPort

__all__ = ["Loop", "Tape"]

_LATE_S = 0.03
_LATE_START_S = 0.1
_CHASE_S = 0.15
_LEAST_S = 0.005


class Tape:
    """The music on its way to one port.

    Args:
        port: Where to.
        look_ahead_s: Music is handed over this long before it is due.
    """

    def __init__(self, port: OutputPort, look_ahead_s: float) -> None:
        self.port = port
        self.cued = Cued()
        self.loop: Loop | None = None
        self.endless = False  # nothing ends where the piece ends
        self.playing = False
        self.pace = Pace()
        self.plan = Plan()
        self.programs = Programs()
        self.lead: Lead | None = None
        self.struck: list[Struck] = []
        self.end_at: float | None = None  # when the music is over
        self.handed = 0.0  # up to which second everything is handed over
        self.cursor = 0.0  # the same as a step of the last stretch
        self._seam = 0.0
        self._look_ahead_s = look_ahead_s

    @property
    def piece(self) -> DeckPiece:
        """What plays."""
        return self.cued.piece

    @piece.setter
    def piece(self, piece: DeckPiece) -> None:
        self.cued.piece = piece

    # --- Planning --------------------------------------------------------------------------------

    def begin(self, at: float, line: Line) -> None:
        """Play on a line from second `at` on; nothing plays so far.

        Another beginning that has not come yet is forgotten.
        """
        now, waited = self.port.now(), self.plan.begins_at
        self.plan.clear()
        self.playing, self._seam = True, at
        self.struck = [one for one in self.struck if one.by_hand]
        self.plan.begin(at, line.step_at(at), line)
        self.replan(min(at, max(now, waited)))

    def replan(self, at: float, jump: Callable[[float], Line] | None = None) -> None:
        """Everything from second `at` on anew.

        Args:
            at: Just ahead of now.
            jump: The line to go on on, of the second from which on it holds; what sounds ends
                then. By default the music goes on where it is.
        """
        kept = [one for one in self.struck if one.by_hand]
        begun: list[TimedMessage] = []
        if self.playing:
            seam = self.plan.between_onsets(max(at, self._seam))
            at = min(at, seam) if at < self.plan.begins_at else seam
            self.cued.take_back(at, self.port.now())
            self.programs.take_back(at)
            stretch = self._go_on(seam) if jump is None else self._stretch(seam, jump(seam))
            self._seam, self.end_at = seam, None
            kept += self._kept(seam, stretch, ends=jump is not None)
        kept = [settled(one, at) if one.by_hand else one for one in kept]
        self.struck = [one for one in kept if one.off_at >= at and one.off_at > one.on_at]
        for one in self.struck:
            begun += one.messages() if one.on_at >= at else [one.release()]
        if self.playing:
            begun += self._enter(stretch)
            begun += self.extend(self.port.now() + self._ahead_s)
        self._replace(at, begun)

    def fall_silent(self) -> None:
        """Nothing is planned any more; the port still holds what it holds."""
        self.cued.hurry(self.port.now())
        self.playing, self.end_at = False, None
        self.plan.clear()
        self.struck.clear()
        self.programs.take_back(self.port.now())

    def finish(self) -> None:
        """The music is over, and everything that is left has been handed over."""
        self.playing = False
        self.cued.forget()
        self.plan.clear()

    def turn(self, now: float) -> None:
        """Hand over what has come within the look-ahead."""
        until = now + self._ahead_s
        events = self.extend(until) if self.end_at is None else []
        if self.lead is not None:
            events += self.lead.extend(self.plan, self.end_at, until)
        if events:
            self.port.send_many(events)

    @property
    def changed_at(self) -> float:
        """From which second on the music was planned last."""
        return self._seam

    def is_waiting(self) -> bool:
        """Whether all that there is has been handed over and more may come."""
        return self.end_at is None and self.cursor >= self._edge(self.cursor)

    def extend(self, until: float) -> list[TimedMessage]:
        """The notes that begin up to second `until`, beginnings and ends."""
        events: list[TimedMessage] = []
        while self.end_at is None and self.handed < until:
            stretch = self.plan.last
            edge = self._edge(self.cursor)
            stop = min(edge, max(self.cursor, stretch.step_at(until)))
            for note in self.piece.between(self.cursor, stop):
                events += self._strike(note, stretch.time_of(note.onset), stretch)
            self.cursor = max(self.cursor, stop)
            if stop < edge:
                self.handed = until
                break
            self.handed = min(until, max(stretch.time_of(edge), stretch.at))
            passed = self._pass(edge, stretch)
            if passed is None:
                break
            events += passed
        return events

    @property
    def _ahead_s(self) -> float:
        """How far ahead music is handed over: up to where the host is, if we sound later."""
        return self._look_ahead_s + max(0.0, self.pace.nudge_s)

    # --- Inside ----------------------------------------------------------------------------------

    def _stretch(self, at: float, line: Line) -> Stretch:
        return self.plan.begin(at, line.step_at(at), line)

    def _go_on(self, at: float) -> Stretch:
        """A stretch that leaves nothing out and strikes nothing twice, at the pace of now."""
        old = self.plan.in_force(at)
        line = self.pace.go_on(old, at, self.piece)
        since = old.since if at <= old.at else old.step_at(at)
        return self.plan.begin(at, max(since, line.step_at(at)), line, since)

    def _enter(self, stretch: Stretch) -> list[TimedMessage]:
        """What begins with a stretch: instruments, and notes that are held there.

        A host is heard of a little after it started or jumped: what began since then is struck, so
        that the first note isn't missing.
        """
        self.cursor, self.handed = stretch.step, stretch.at
        events = self.programs.needed(self.piece.voices, stretch.at)
        by_host = isinstance(stretch.line, HostLine)
        limit = _LATE_S if stretch.since > -math.inf else _LATE_START_S
        for note in self.piece.held_at(stretch.step, stretch.since):
            left = stretch.time_of(min(note.end, self._edge(stretch.step))) - stretch.at
            late = stretch.at - stretch.time_of(note.onset)
            chased = left >= _CHASE_S and note.channel != DRUM_CHANNEL
            if chased or (by_host and late <= limit and left >= _LEAST_S):
                events += self._strike(note, stretch.at, stretch)
        return events

    def _strike(self, note: ScoreNote, at: float, stretch: Stretch) -> list[TimedMessage]:
        """A note with its end and, if it is another now, its instrument.

        What a host's line leaves no time for is left out.
        """
        on_at = max(at, stretch.at)
        off_at = stretch.time_of(min(note.end, self._edge(self.cursor)))
        seam = self._seam_after(stretch)
        if off_at <= on_at or (seam and seam.leaves_stump(note.onset, off_at - on_at)):
            return []
        one = Struck(on_at, off_at, note)
        self.struck.append(one)
        instrument = self.programs.needed((self.piece.voices[note.part],), on_at)
        return [*instrument, *one.messages()]

    def _kept(self, at: float, stretch: Stretch, *, ends: bool) -> list[Struck]:
        """The notes of the piece that sound across `at`, with their new ends.

        A note that the piece has no more, or that isn't heard any more, ends then.
        """
        kept = []
        for one in self.struck:
            if not one.by_hand and one.on_at < at < one.off_at:
                end = None if ends else self.piece.end_of(one.note)
                off_at = at if end is None else self._new_end(one.note, end, stretch)
                kept.append(replace(one, off_at=off_at))
        return kept

    def _new_end(self, note: ScoreNote, last: int, stretch: Stretch) -> float:
        end = min(float(last), self._edge(stretch.step))
        later = min(stretch.step, max(stretch.since, note.onset + 1))
        again = self.piece.next_onset(note.channel, note.pitch, later)
        end = end if again is None else min(end, again)
        return max(stretch.time_of(end), stretch.at)

    def _pass(self, edge: float, stretch: Stretch) -> list[TimedMessage] | None:
        """The music has been handed over up to an edge: what begins there, None for nothing."""
        at = max(stretch.time_of(edge), stretch.at)
        seam = self._seam_after(stretch)
        to: float | None = None
        jumps = seam is not None and edge >= seam.step
        if edge >= self.cued.edge() or jumps or self._is_last(edge):
            to = self.cued.pass_on(edge, at)
            seam = self._seam_after(stretch)
        if seam is not None and jumps:
            return self._enter(self.plan.begin(at, seam.to, seam.line))
        if self.loop is not None and edge == self.loop[1] and to in (None, edge):
            to = float(self.loop[0])
        if to is None:
            self.end_at = at if self._is_last(edge) else None
            return None
        return self._enter(self.plan.begin(at, to, self.pace.line(at, to, self.piece)))

    def _edge(self, step: float) -> float:
        """Where the music that goes on from `step` of the last stretch jumps or ends."""
        seam = self._seam_after(self.plan.last) if self.plan else None
        edge = float(self.piece.steps) if seam is None else max(seam.step, step)
        if self.loop is not None and step < self.loop[1]:
            edge = float(self.loop[1]) if seam is None else min(edge, float(self.loop[1]))
        return min(edge, max(self.cued.edge(), step))

    def _seam_after(self, stretch: Stretch) -> Seam | None:
        """Where the host is going to jump back."""
        return seam_after(stretch.line, self.pace, self.piece, self.loop)

    def _is_last(self, edge: float) -> bool:
        """Whether the music would end at this edge."""
        looped = self.loop is not None and edge == self.loop[1]
        return not (looped or self.endless)

    def _replace(self, at: float, events: list[TimedMessage]) -> None:
        if self.lead is not None:
            until = self.port.now() + self._ahead_s
            events += self.lead.anew(at, self.plan, self.end_at, until)
        self.port.replace(at, events)
