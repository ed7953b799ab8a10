"""Bars become timed MIDI messages: channels, programs, and notes that sound across bar lines."""

from collections.abc import Sequence

from bridge.messages import (
    CHANNELS,
    DRUM_CHANNEL,
    TimedMessage,
    note_off,
    note_on,
    program_change,
)
from bridge.source import Bar
from model.roll import Note, Part

Key = tuple[int, int]
"""(channel, pitch)."""


def channels_of(parts: Sequence[Part], first: int = 0) -> list[int]:
    """A MIDI channel (0..15) for each part.

    Drum parts share channel 9 (a musician's 10). The others get one each, counted up from `first`
    and around without 9; from the sixteenth part on they share.
    """
    melodic = [c for c in range(CHANNELS) if c != DRUM_CHANNEL]
    turn = melodic.index(first) if first in melodic else 0
    channels = []
    for part in parts:
        channels.append(DRUM_CHANNEL if part.is_drum else melodic[turn % len(melodic)])
        turn += not part.is_drum
    return channels


class Performance:
    """Turns bar after bar into messages, remembering which notes still sound at the bar line.

    Args:
        first_channel: MIDI channel (0..15) of the first part that is no drum part.
    """

    def __init__(self, first_channel: int = 0) -> None:
        self._first_channel = first_channel
        self._open: set[Key] = set()
        self._programs: dict[int, int] = {}

    def programs(self, parts: Sequence[Part], at: float) -> list[TimedMessage]:
        """Program changes for the channels whose instrument is new or another now."""
        changes = []
        for part, channel in zip(parts, channels_of(parts, self._first_channel), strict=True):
            if self._programs.get(channel) != part.program:
                self._programs[channel] = part.program
                changes.append(TimedMessage(at, program_change(channel, part.program)))
        return changes

    def bar(self, bar: Bar, at: float) -> list[TimedMessage]:
        """The messages of a bar that begins at second `at`, in no particular order.

        A note that reaches the end of the bar is left open: the next call of `bar` or `rest`
        either lets it go on or ends it at the bar line. Where parts share a channel, a later onset
        of a pitch ends the note before.
        """
        roll = bar.roll
        edges = roll.step_seconds() + at
        events = self.programs(roll.parts, at)
        going_on: set[Key] = set()
        for key, notes in self._by_key(bar).items():
            if key in self._open and notes[0].onset_steps == 0 and _is_tied(bar, notes[0]):
                going_on.add(key)
            for index, note in enumerate(notes):
                if index or key not in going_on:
                    onset = float(edges[note.onset_steps])
                    events.append(TimedMessage(onset, note_on(*key, note.velocity)))
                end = note.onset_steps + note.duration_steps
                if index + 1 < len(notes):
                    end = min(end, notes[index + 1].onset_steps)
                if end < roll.steps:
                    events.append(TimedMessage(float(edges[end]), note_off(*key)))
        events += self._end_open(at, going_on)
        self._open = self._open_at_end(bar)
        return events

    def rest(self, at: float) -> list[TimedMessage]:
        """End at second `at` what the last bar left open: nothing follows it there."""
        events = self._end_open(at, set())
        self._open = set()
        return events

    def _end_open(self, at: float, going_on: set[Key]) -> list[TimedMessage]:
        return [TimedMessage(at, note_off(*key)) for key in sorted(self._open - going_on)]

    def _by_key(self, bar: Bar) -> dict[Key, list[Note]]:
        """Notes per (channel, pitch) in time order; of two onsets on one step the louder stays."""
        channels = channels_of(bar.roll.parts, self._first_channel)
        found: dict[Key, dict[int, Note]] = {}
        for note in bar.roll.notes():
            notes = found.setdefault((channels[note.part], note.pitch), {})
            other = notes.get(note.onset_steps)
            if other is None or note.velocity > other.velocity:
                notes[note.onset_steps] = note
        return {key: list(notes.values()) for key, notes in found.items()}

    def _open_at_end(self, bar: Bar) -> set[Key]:
        steps = bar.roll.steps
        return {
            key
            for key, notes in self._by_key(bar).items()
            if notes[-1].onset_steps + notes[-1].duration_steps >= steps
        }


def _is_tied(bar: Bar, note: Note) -> bool:
    return (note.part, note.pitch) in bar.tied
