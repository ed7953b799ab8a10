"""What a deck plays: notes on a grid of steps, who plays them, and when a step is.

Shapes: `N` notes. Columns of notes are part, pitch, onset, duration (in steps), velocity.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from bridge.errors import SourceError
from bridge.messages import CHANNELS

IntArray = npt.NDArray[np.int64]

_COLUMNS = 5
_LEAST_BAR_BEATS = 1 / 16
_PART, _PITCH, _ONSET, _DURATION, _VELOCITY = range(_COLUMNS)


@dataclass(frozen=True)
class DeckVoice:
    """How one part is heard: MIDI channel (0..15), General MIDI program, and whether at all."""

    channel: int = 0
    program: int = 0
    audible: bool = True


@dataclass(frozen=True)
class ScoreNote:
    """One note as it will be played; of one channel and pitch no two ever overlap."""

    onset: int
    end: int
    channel: int
    pitch: int
    velocity: int
    part: int


@dataclass(frozen=True, eq=False)
class DeckPiece:
    """A piece, never changed after it is made.

    Attributes:
        notes: int64[5, N] columns.
        voices: One for each part.
        steps: Its length.
        steps_per_beat: Steps in a quarter note.
        tempos: (step, bpm) in rising order, the first at step 0.
        metres: (step, quarter notes in a bar) in rising order, where a metre begins, the first at
            step 0 or before; none where it isn't known.
    """

    notes: IntArray = field(default_factory=lambda: np.zeros((_COLUMNS, 0), np.int64))
    voices: tuple[DeckVoice, ...] = (DeckVoice(),)
    steps: int = 0
    steps_per_beat: int = 4
    tempos: tuple[tuple[float, float], ...] = ((0.0, 120.0),)
    metres: tuple[tuple[float, float], ...] = ()

    def __post_init__(self) -> None:
        seconds = [0.0]
        for (start, bpm), (stop, _) in zip(self.tempos, self.tempos[1:], strict=False):
            seconds.append(seconds[-1] + (stop - start) * self._step_s(bpm))
        object.__setattr__(self, "_starts", [step for step, _ in self.tempos])
        object.__setattr__(self, "_seconds", seconds)
        object.__setattr__(self, "_score", self._resolved())

    def seconds_at(self, step: float) -> float:
        """Seconds from step 0 to `step` at the piece's own tempo; beyond both ends too."""
        index = max(0, bisect_right(self._starts, step) - 1)
        return self._seconds[index] + (step - self._starts[index]) * self._step_s(self._bpm(index))

    def step_at(self, seconds: float) -> float:
        """The step that many seconds after step 0."""
        index = max(0, bisect_right(self._seconds, seconds) - 1)
        return self._starts[index] + (seconds - self._seconds[index]) / self._step_s(
            self._bpm(index)
        )

    def bpm_at(self, step: float) -> float:
        """Quarter notes a minute at `step`."""
        return self._bpm(max(0, bisect_right(self._starts, step) - 1))

    def between(self, start: float, stop: float) -> list[ScoreNote]:
        """The audible notes that begin at `start` or later and before `stop`, in time order."""
        first, last = np.searchsorted(self._score[0], (start, stop))
        return [ScoreNote(*row) for row in self._score[:, first:last].T.tolist()]

    def next_onset(self, channel: int, pitch: int, step: float) -> int | None:
        """When a key is struck next, at `step` or later."""
        first = int(np.searchsorted(self._score[0], step))
        same = (self._score[2, first:] == channel) & (self._score[3, first:] == pitch)
        found = np.flatnonzero(same)
        return int(self._score[0, first + int(found[0])]) if len(found) else None

    def end_of(self, note: ScoreNote) -> int | None:
        """The end of a note as it is here; None where there is no such note, or it isn't heard."""
        first, last = np.searchsorted(self._score[0], (note.onset, note.onset + 1))
        rows = self._score[:, first:last]
        found = np.flatnonzero((rows[2] == note.channel) & (rows[3] == note.pitch))
        return int(rows[1, found[0]]) if len(found) else None

    def held_at(self, step: float, since: float) -> list[ScoreNote]:
        """The audible notes that sound across `step` and began at `since` or later."""
        onset, end = self._score[:2]
        held = (onset >= since) & (onset < step) & (end > step)
        return [ScoreNote(*row) for row in self._score[:, held].T.tolist()]

    def is_audible(self, part: int) -> bool:
        """Whether a part is heard; one that is not there is not."""
        return 0 <= part < len(self.voices) and self.voices[part].audible

    def _step_s(self, bpm: float) -> float:
        return 60.0 / (bpm * self.steps_per_beat)

    def _bpm(self, index: int) -> float:
        return self.tempos[index][1]

    def _resolved(self) -> IntArray:
        """int64[6, N']: onset, end, channel, pitch, velocity, part of the audible notes by onset.

        Where parts share a channel, a later onset of a pitch ends the note before; of two onsets
        on one step the louder one stays.
        """
        heard = np.array([voice.audible for voice in self.voices], dtype=bool)
        notes = self.notes[:, heard[self.notes[_PART]]]
        channel = np.array([voice.channel for voice in self.voices], np.int64)[notes[_PART]]
        key = channel * 128 + notes[_PITCH]
        order = np.lexsort((-notes[_VELOCITY], notes[_ONSET], key))
        notes, channel, key = notes[:, order], channel[order], key[order]
        onset = notes[_ONSET]
        new = np.ones(len(onset), dtype=bool)
        new[1:] = (key[1:] != key[:-1]) | (onset[1:] != onset[:-1])
        notes, channel, key = notes[:, new], channel[new], key[new]
        onset, end = notes[_ONSET], notes[_ONSET] + notes[_DURATION]
        follows = key[1:] == key[:-1]
        end[:-1] = np.where(follows, np.minimum(end[:-1], onset[1:]), end[:-1])
        rows = np.stack((onset, end, channel, notes[_PITCH], notes[_VELOCITY], notes[_PART]))
        return rows[:, np.lexsort((key, onset))]

    _starts: list[float] = field(init=False, repr=False)
    _seconds: list[float] = field(init=False, repr=False)
    _score: IntArray = field(init=False, repr=False)


def read_piece(told: dict[str, Any]) -> DeckPiece:
    """A piece out of an order's `piece`.

    Raises:
        SourceError: Something in it can't be played.
    """
    try:
        voices = read_voices(told["voices"])
        notes = read_notes(told["notes"], len(voices))
        tempos = tuple((float(step), float(bpm)) for step, bpm in told["tempos"])
        metres = tuple((float(step), float(beats)) for step, beats in told.get("metres", ()))
        steps, per_beat = int(told["steps"]), int(told["steps_per_beat"])
    except (KeyError, TypeError, ValueError) as err:
        raise SourceError(f"tried to read a piece to play: {err!r}; send it whole") from err
    if per_beat < 1 or not tempos or any(not 1.0 <= bpm <= 4000.0 for _, bpm in tempos):
        raise SourceError("tried to play a piece without a usable tempo; give 1 bpm or more")
    if any(beats < _LEAST_BAR_BEATS for _, beats in metres):
        raise SourceError("tried to play a piece with a bar that has no length; name its metres")
    return DeckPiece(notes, voices, steps, per_beat, tempos, metres)


def read_voices(told: Sequence[dict[str, Any]]) -> tuple[DeckVoice, ...]:
    """One voice for each part, from a line.

    Raises:
        SourceError: A channel or program that MIDI doesn't have.
    """
    voices = tuple(
        DeckVoice(int(one["channel"]), int(one["program"]), bool(one.get("audible", True)))
        for one in told
    )
    if any(not (0 <= v.channel < CHANNELS and 0 <= v.program <= 127) for v in voices):
        raise SourceError("tried to play on a channel or program that MIDI doesn't have")
    return one_program_each(voices)


def one_program_each(voices: Iterable[DeckVoice]) -> tuple[DeckVoice, ...]:
    """Voices that sound together: those that share a channel have the instrument of the last."""
    together = tuple(voices)
    programs = {voice.channel: voice.program for voice in together}
    return tuple(replace(voice, program=programs[voice.channel]) for voice in together)


def read_notes(told: Sequence[Sequence[int]], parts: int) -> IntArray:
    """int64[5, N] columns, from a line.

    Raises:
        SourceError: A note that can't be played.
    """
    notes = np.array(told, dtype=np.int64).reshape(_COLUMNS, -1)
    low = notes.min(axis=1, initial=0) if notes.size else np.zeros(_COLUMNS, np.int64)
    high = notes.max(axis=1, initial=0) if notes.size else np.zeros(_COLUMNS, np.int64)
    if notes.size and (
        low.min() < 0
        or high[_PART] >= parts
        or max(high[_PITCH], high[_VELOCITY]) > 127
        or min(notes[_DURATION].min(), notes[_VELOCITY].min()) < 1
    ):
        raise SourceError("tried to play a note that lies outside the piece or outside MIDI")
    return notes


def changed(piece: DeckPiece, start: int, stop: int, notes: IntArray, steps: int) -> DeckPiece:
    """The piece with other notes in steps [start, stop).

    What is taken out is what touches the stretch, a note that ends at `start` included; so
    `notes` must name all those that touch it now.
    """
    old = piece.notes
    touches = (old[_ONSET] < stop) & (old[_ONSET] + old[_DURATION] >= start)
    merged = np.concatenate((old[:, ~touches], notes), axis=1)
    return replace(piece, notes=merged, steps=steps)


def voiced(piece: DeckPiece, voices: tuple[DeckVoice, ...]) -> DeckPiece:
    """The piece with other channels, instruments, mutes.

    Raises:
        SourceError: There are fewer voices than parts that have notes.
    """
    if piece.notes.size and int(piece.notes[_PART].max()) >= len(voices):
        raise SourceError("tried to take away the voice of a part that has notes")
    return replace(piece, voices=voices)
