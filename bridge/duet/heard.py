"""What a musician plays, as it comes in: stamped messages become notes in beats, and cells.

Times are beats (quarter notes) of one running count; whoever feeds turns stamps into them. Nothing
is rounded before cells are asked for. A key that is released while the sustain pedal is down sounds
on until the pedal rises (MIDI 1.0: controller 64, 64 and above is down). Drums are not heard.
"""

from __future__ import annotations

import math
import threading
from dataclasses import dataclass, replace

from bridge.messages import DRUM_CHANNEL, is_all_notes_off, is_note_off, is_note_on, note_key
from model.roll import Grid, MetreChange, Note, Part, Roll

_CONTROL = 0xB0
_SUSTAIN, _ALL_SOUND_OFF, _RESET = 64, 120, 121
_PEDAL_DOWN = 64


@dataclass(frozen=True)
class HeardNote:
    """A note that was played; beats.

    Attributes:
        channel: MIDI channel, 0..15.
        pitch: 0..127.
        velocity: 1..127.
        onset: When its key went down.
        released: When its key came up; None while it is down.
        end: When it fell silent; None while it sounds, by its key or by the pedal.
    """

    channel: int
    pitch: int
    velocity: int
    onset: float
    released: float | None = None
    end: float | None = None


class Heard:
    """Notes that came in, oldest first. Safe from any thread.

    Args:
        grid: Of the cells that are asked for.
        channels: MIDI channels (0..15) that are listened to; None for all but the drums'.
    """

    def __init__(self, grid: Grid | None = None, channels: frozenset[int] | None = None) -> None:
        self.grid = grid or Grid()
        self._channels = channels
        self._lock = threading.Lock()
        self._notes: list[HeardNote] = []
        self._open: dict[tuple[int, int], int] = {}  # (channel, pitch) -> where in `_notes`
        self._pedals: set[int] = set()  # channels whose pedal is down
        self._onsets = 0
        self._last = -math.inf

    @property
    def onsets(self) -> int:
        """How many notes were struck so far."""
        return self._onsets

    def feed(self, beat: float, message: bytes) -> bool:
        """Take one message that came in at a beat; whether it was music to our ears."""
        if not message or message[0] >= 0xF0 or not self._listens(message[0] & 0x0F):
            return False
        with self._lock:
            if is_note_on(message):
                self._strike(beat, *note_key(message), message[2])
            elif is_note_off(message):
                self._release(beat, note_key(message))
            elif message[0] & 0xF0 == _CONTROL:
                return self._control(beat, message)
            else:
                return False
        return True

    def let_go(self, beat: float) -> None:
        """End whatever sounds: the port went away, or the song jumped."""
        with self._lock:
            for key in list(self._open):
                self._end(key, beat)
            self._pedals.clear()

    def forget_before(self, beat: float) -> None:
        """Forget notes that ended before a beat, so that hours take no more room than minutes."""
        with self._lock:
            kept = [note for note in self._notes if note.end is None or note.end >= beat]
            self._notes = kept
            self._open = {
                (note.channel, note.pitch): index
                for index, note in enumerate(kept)
                if note.end is None
            }

    def notes(self) -> list[HeardNote]:
        """What is remembered, in the order in which it was struck."""
        with self._lock:
            return list(self._notes)

    def held_since(self, beat: float) -> list[HeardNote]:
        """Keys that are down, and were at that beat or before."""
        return [note for note in self.notes() if note.released is None and note.onset <= beat]

    def sounds(self) -> bool:
        """Whether anything sounds, by its key or by the pedal."""
        return bool(self._open)

    def quiet_since(self) -> float:
        """The beat since which nothing sounds; infinity while something does."""
        with self._lock:
            return math.inf if self._open else self._last

    def struck_between(self, start: float, stop: float) -> list[HeardNote]:
        """Notes whose onset, on the grid, lies in beats [start, stop)."""
        first, last = self._step(start), self._step(stop)
        return [note for note in self.notes() if first <= self._step(note.onset) < last]

    def cells(
        self,
        start: int,
        stop: int,
        now: float,
        *,
        metre: tuple[int, int],
        parts: tuple[Part, ...] = (Part(),),
        part: int = 0,
    ) -> Roll:
        """Steps [start, stop) of what was played, rounded to the grid.

        A note lasts a step at least; what sounds still lasts until the end, or until `now` if that
        is later than the end.

        Args:
            start: First step; a bar line.
            stop: Step after the last one.
            now: The beat that it is.
            metre: Of the roll.
            parts: Of the roll.
            part: Which of them is the musician's.
        """
        found = []
        for note in self.notes():
            onset = self._step(note.onset)
            sounding_to = max(stop, self._step(now))
            end = sounding_to if note.end is None else max(self._step(note.end), onset + 1)
            first, last = max(onset, start), min(end, stop)
            if onset < stop and last > first:
                found.append(Note(first - start, part, note.pitch, last - first, note.velocity))
        return Roll.from_notes(found, stop - start, self.grid, parts, (MetreChange(0, *metre),))

    def _step(self, beat: float) -> int:
        """The nearest step of the grid; half-way goes to the later one."""
        return math.floor(beat * self.grid.steps_per_beat + 0.5)

    def _listens(self, channel: int) -> bool:
        if self._channels is None:
            return channel != DRUM_CHANNEL
        return channel in self._channels

    def _strike(self, beat: float, channel: int, pitch: int, velocity: int) -> None:
        self._end((channel, pitch), beat)
        self._open[channel, pitch] = len(self._notes)
        self._notes.append(HeardNote(channel, pitch, velocity, beat))
        self._onsets += 1
        self._last = max(self._last, beat)

    def _release(self, beat: float, key: tuple[int, int]) -> None:
        index = self._open.get(key)
        if index is None:
            return
        if self._notes[index].released is None:
            self._notes[index] = replace(self._notes[index], released=beat)
        if key[0] not in self._pedals:
            self._end(key, beat)

    def _end(self, key: tuple[int, int], beat: float) -> None:
        index = self._open.pop(key, None)
        if index is not None:
            note = self._notes[index]
            end = max(beat, note.onset)
            released = end if note.released is None else note.released
            self._notes[index] = replace(note, released=released, end=end)
            self._last = max(self._last, end)

    def _control(self, beat: float, message: bytes) -> bool:
        channel, number, value = message[0] & 0x0F, message[1], message[2]
        own = [key for key in self._open if key[0] == channel]
        if number == _SUSTAIN and value >= _PEDAL_DOWN:
            self._pedals.add(channel)
        elif number in (_SUSTAIN, _RESET):
            self._pedals.discard(channel)
            for key in own:
                if self._notes[self._open[key]].released is not None:
                    self._end(key, beat)
        elif is_all_notes_off(message):
            for key in own:
                self._release(beat, key)
        elif number == _ALL_SOUND_OFF:
            for key in own:
                self._end(key, beat)
        else:
            return False
        return True
