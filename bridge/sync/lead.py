"""Leading: our own line through beats and seconds as MIDI clock for others, ahead of time.

What `extend` hands out is not yet played; a caller that changes its plan from a moment on replaces
what its port holds from there on (`OutputPort.replace`) by what `extend` hands out next.
"""

import math
from dataclasses import dataclass

from bridge.messages import TimedMessage

CLOCK_PORT_NAME = "Fractalroll clock"
"""What a musician reads in the DAW's list of clock sources."""

TICKS_PER_BEAT = 24
_PER_SIXTEENTH = 6
_LAST_SIXTEENTH = 0x3FFF
_CLOCK, _START, _CONTINUE, _STOP = b"\xf8", b"\xfa", b"\xfb", b"\xfc"
_HEAD_START_S = 0.002
"""Start and continue come so long before the tick they mean: receivers want a millisecond."""

_NEAR = 1e-6
_HISTORY = 64


@dataclass(frozen=True)
class _Piece:
    """From second `at` on beats run from `beat`, `spb` seconds each, or nothing runs (0).

    `jumped` is whether the position is another one than before; `resume` the tick at which
    receivers are to start, `resume_at` when.
    """

    at: float
    beat: float
    spb: float
    jumped: bool
    resume: int

    def time_of(self, tick: int) -> float:
        return self.at + (tick / TICKS_PER_BEAT - self.beat) * self.spb

    def beat_at(self, at: float) -> float:
        return self.beat + (at - self.at) / self.spb if self.spb else self.beat


class ClockSender:
    """Turns the pieces of a plan into clock messages. Not locked: use it from one thread.

    Positions are beats (quarter notes) from the song's start, times seconds on the port's clock.
    """

    def __init__(self) -> None:
        self._pieces: list[_Piece] = []
        self._handed = -math.inf

    def begin(self, at: float, beat: float, spb: float) -> None:
        """From second `at` on the music runs from `beat`, `spb` seconds a beat.

        Where the line so far comes to the same beat this is a change of tempo; else receivers are
        told to stop, where the music is now, and to go on, on the next sixteenth. What was planned
        from `at` on is forgotten.
        """
        last = self._cut(at)
        goes_on = last is not None and last.spb > 0 and abs(last.beat_at(at) - beat) < 1e-4
        if last is not None and goes_on:
            self._pieces.append(_Piece(at, beat, spb, False, last.resume))
            return
        sixteenth = max(0, math.ceil(beat * 4 - _NEAR * 4))
        self._pieces.append(_Piece(at, beat, spb, True, sixteenth * _PER_SIXTEENTH))

    def stop(self, at: float) -> None:
        """Nothing runs from second `at` on."""
        last = self._cut(at)
        if last is not None and last.spb:
            self._pieces.append(_Piece(at, last.beat_at(at), 0.0, True, 0))

    def again(self, at: float) -> None:
        """What was handed out from second `at` on is to be handed out once more."""
        self._handed = min(self._handed, at)

    def extend(self, until: float) -> list[TimedMessage]:
        """The messages before second `until` that were not handed out yet, by time."""
        events: list[TimedMessage] = []
        before: _Piece | None = None
        for index, piece in enumerate(self._pieces):
            after = self._pieces[index + 1] if index + 1 < len(self._pieces) else None
            end = min(until, math.inf if after is None else after.at)
            if end > self._handed and piece.at < until:
                events += self._heads(piece, before, after)
                events += self._ticks(piece, after, end)
            before = piece
        ready = [event for event in events if self._handed <= event.at < until]
        self._handed = max(self._handed, until)
        return sorted(ready, key=lambda event: event.at)

    def _cut(self, at: float) -> _Piece | None:
        """Forget what begins at `at` or later; the piece that runs until then."""
        self._pieces = [piece for piece in self._pieces if piece.at < at][-_HISTORY:]
        self._handed = min(self._handed, at)
        return self._pieces[-1] if self._pieces else None

    def _heads(
        self, piece: _Piece, before: _Piece | None, after: _Piece | None
    ) -> list[TimedMessage]:
        """Stop, position, start or continue: what is due because of this piece."""
        heads: list[TimedMessage] = []
        if piece.jumped and before is not None and before.spb:
            heads.append(TimedMessage(piece.at, _STOP))
        if not piece.spb:
            return heads
        if piece.jumped and piece.resume:
            heads.append(TimedMessage(piece.at, song_position(piece.resume // _PER_SIXTEENTH)))
        begins = piece.resume / TICKS_PER_BEAT >= piece.beat - _NEAR
        resume_at = max(piece.at, piece.time_of(piece.resume) - _HEAD_START_S)
        in_time = after is None or piece.resume < self._end_tick(piece, after)
        if begins and in_time:
            heads.append(TimedMessage(resume_at, _CONTINUE if piece.resume else _START))
        return heads

    def _ticks(self, piece: _Piece, after: _Piece | None, end: float) -> list[TimedMessage]:
        if not piece.spb:
            return []
        first = math.ceil((piece.beat - _NEAR) * TICKS_PER_BEAT)
        last = self._end_tick(piece, after) if after is not None else None
        early = math.floor(piece.beat_at(max(self._handed, piece.at)) * TICKS_PER_BEAT) - 1
        tick, events = max(first, early), []
        while (at := max(piece.at, piece.time_of(tick))) < end and (last is None or tick < last):
            events.append(TimedMessage(at, _CLOCK))
            tick += 1
        return events

    @staticmethod
    def _end_tick(piece: _Piece, after: _Piece) -> int:
        """The first tick that belongs to the next piece."""
        beat = piece.beat_at(after.at) if after.jumped else after.beat
        return math.ceil((beat - _NEAR) * TICKS_PER_BEAT)


def song_position(sixteenth: int) -> bytes:
    """Song position pointer; positions beyond its 14 bits stay at the last one."""
    value = min(sixteenth, _LAST_SIXTEENTH)
    return bytes((0xF2, value & 0x7F, value >> 7))
