"""The piece of a deck as bars make it: it grows at its end, and gaps in it are filled.

Steps count from the beginning of the song. What lies far behind the playhead is forgotten, so that
hours of music need little room; where a host comes back to it, it is a gap like any other.
"""

from collections.abc import Sequence

import numpy as np

from bridge.deck.deck import Deck
from bridge.deck.piece import DeckPiece, DeckVoice, IntArray, one_program_each
from bridge.errors import SourceError
from bridge.playing.bargaps import BarGaps
from bridge.playing.metronome import CLICK_CHANNEL, Click
from bridge.playing.performance import channels_of
from bridge.source import Bar, cut_bar

_PART, _PITCH, _ONSET, _DURATION = range(4)
_NOTHING = np.zeros((5, 0), np.int64)


class GrowingPiece:
    """Bars on their way into a deck.

    Args:
        deck: Plays the piece; what it had before is replaced by the first bar.
        first_channel: MIDI channel (0..15) of the first part.
        kept: How many bars behind the playhead stay.
    """

    def __init__(self, deck: Deck, first_channel: int = 0, kept: int = 1024) -> None:
        self._deck = deck
        self._first_channel = first_channel
        self._kept = kept
        self._gaps = BarGaps()
        self._bar = 0  # steps of the latest bar
        self._forgotten = 0

    @property
    def has_begun(self) -> bool:
        """Whether there is a first bar."""
        return self._bar > 0

    @property
    def end(self) -> int:
        """The step on which the next bar goes on."""
        return self._deck.piece.steps if self.has_begun else 0

    @property
    def bar_steps(self) -> int:
        """Steps of the latest bar."""
        return self._bar

    def missing(self, start: float, stop: float) -> tuple[int, int] | None:
        """(first step, steps) of the first bar in [start, stop) that isn't there, gap or end."""
        gap = self._gaps.first(start, stop, self._bar)
        if gap is not None:
            return gap
        return (self.end, self._bar) if self.end < stop else None

    def put(self, bar: Bar, line: int, room: int, clicks: Sequence[Click] = ()) -> None:
        """Let a bar play on step `line`: at the end, or in a gap of `room` steps.

        Args:
            bar: What plays.
            line: Where.
            room: For how many steps there is room.
            clicks: What else sounds there, see `bridge.playing.metronome`.

        Raises:
            SourceError: If the bar is on another grid than those before it.
        """
        voices = self._prepare(bar)
        clicking = self._click_rows(clicks, voices)
        if line == self.end:
            self._append(bar, voices, clicking)
        else:
            self._fill(bar, voices, line, room, clicking)

    def leave_out(self, step: float) -> int:
        """Leave gaps from the end up to the bar that holds `step`; returns how many bars."""
        bars = int(step - self.end) // self._bar if self._bar else 0
        if bars > 0:
            line = self.end
            self._deck.grow(_NOTHING, (), bars * self._bar)
            self._gaps.add(line, self.end)
        return max(0, bars)

    def forget_behind(self, step: float) -> None:
        """Let go of what lies far before `step`."""
        before = int(step) - self._kept * self._bar
        if self._bar and before >= self._forgotten + self._kept * self._bar // 4:
            before -= before % self._bar
            self._deck.forget_before(before)
            self._gaps.add(0, before)
            self._forgotten = before

    def _prepare(self, bar: Bar) -> list[int]:
        """Voices and grid as the bar wants them; which voice plays each of its parts.

        A voice is never changed: the bar before may still be playing when another model's bars
        come with other channels and instruments.
        """
        roll, piece = bar.roll, self._deck.piece
        if not self.has_begun:
            tempos = ((0.0, roll.tempos[0].bpm),)
            piece = DeckPiece(voices=(), steps_per_beat=roll.grid.steps_per_beat, tempos=tempos)
            self._deck.set_piece(piece)
        elif roll.grid.steps_per_beat != piece.steps_per_beat:
            raise SourceError(
                f"got a bar of {roll.grid.steps_per_beat} steps a beat after bars of "
                f"{piece.steps_per_beat}; play what is on another grid on its own"
            )
        channels = channels_of(roll.parts, self._first_channel)
        pairs = zip(channels, roll.parts, strict=True)
        wanted = one_program_each(DeckVoice(channel, part.program) for channel, part in pairs)
        voices = tuple(dict.fromkeys((*piece.voices, *wanted)))
        if len(voices) > len(piece.voices):
            self._deck.set_voices(voices)
        self._deck.bar_beats = roll.steps / roll.grid.steps_per_beat
        return [voices.index(voice) for voice in wanted]

    def _click_rows(self, clicks: Sequence[Click], playing: Sequence[int]) -> IntArray:
        """int64[5, N] columns of a metronome's notes, in the drums' voice if there is one."""
        if not clicks:
            return _NOTHING
        voices = self._deck.piece.voices
        own = [k for k in playing if voices[k].channel == CLICK_CHANNEL]
        own = own or [k for k, voice in enumerate(voices) if voice.channel == CLICK_CHANNEL]
        if not own:
            self._deck.set_voices((*voices, DeckVoice(CLICK_CHANNEL, 0)))
        voice = own[0] if own else len(voices)
        rows = [(voice, one.pitch, one.step, one.steps, one.velocity) for one in clicks]
        return np.array(rows, np.int64).T

    def _append(self, bar: Bar, voices: list[int], clicks: IntArray) -> None:
        tempos = [(float(change.step), change.bpm) for change in bar.roll.tempos]
        tied = {(voices[part], pitch) for part, pitch in bar.tied}
        notes = np.concatenate((_rows(bar, voices), clicks), axis=1)
        self._deck.grow(notes, tempos, bar.roll.steps, tied)
        self._bar = bar.roll.steps

    def _fill(self, bar: Bar, voices: list[int], line: int, room: int, clicks: IntArray) -> None:
        bar = cut_bar(bar.roll, 0, min(room, bar.roll.steps))
        clicks = clicks[:, clicks[_ONSET] < room]
        rows = np.concatenate((_rows(bar, voices), clicks), axis=1)
        rows[_ONSET] += line
        old = self._deck.piece.notes
        before = old[:, (old[_ONSET] < line) & (old[_ONSET] + old[_DURATION] >= line)].copy()
        before[_DURATION] = np.minimum(before[_DURATION], line - before[_ONSET])
        notes = np.concatenate((before, rows), axis=1)
        self._deck.change(line, line + room, notes, self.end)
        self._gaps.take(line, line + room)


def _rows(bar: Bar, voices: list[int]) -> IntArray:
    """int64[5, N] columns of a deck's notes, onsets counted from the bar line."""
    notes = bar.roll.note_array()
    part = np.array(voices, np.int64)[notes.part]
    columns = (part, notes.pitch, notes.onset_steps, notes.duration_steps, notes.velocity)
    return np.stack(columns).astype(np.int64)
