"""The bytes of a MIDI file as notes on a grid, through symusic.

What a file says in ticks is rounded to steps here, once: onsets and ends to the nearest step,
ties to the later, and a note sounds one step at least.
"""

from dataclasses import dataclass
from typing import cast

import numpy as np
import symusic

from model.errors import MidiFileError, RollError
from model.grid import Grid, IntArray, ticks_to_steps
from model.notes import PITCHES, Cells, NoteArray, paint_merged
from model.pedal import SUSTAIN_CONTROLLER, sustained_ends
from model.roll import COMMON_TIME, MODERATE, MetreChange, Part, TempoChange

MAX_STEPS = 1 << 18  # 65,536 beats at 4 steps a beat: nine hours at 120 bpm
MAX_CELLS = 1 << 29  # half a gigabyte


@dataclass(frozen=True, eq=False)
class ParsedMidi:
    """A MIDI file on a grid, before it is painted.

    Attributes:
        notes: Of all parts, in steps.
        steps: Up to the end of the last note.
        grid: The grid that it was put on.
        parts: One for each track and channel that has a note.
        metres: Metre changes, the first at step 0.
        tempos: Tempo changes, the first at step 0.
        ticks_per_beat: Resolution of the file.
    """

    notes: NoteArray
    steps: int
    grid: Grid
    parts: tuple[Part, ...]
    metres: tuple[MetreChange, ...]
    tempos: tuple[TempoChange, ...]
    ticks_per_beat: int

    def merged_cells(self, *, drums: bool = False) -> Cells:
        """Cells uint8[S, 128] of all parts as one, without the drums unless asked for."""
        wanted = np.array([drums or not part.is_drum for part in self.parts], dtype=bool)
        notes = self.notes.only(wanted[self.notes.part])
        return paint_merged(notes, len(self.parts), self.steps, self.grid)


def parse_midi(data: bytes, grid: Grid, *, pedal: bool = True) -> ParsedMidi:
    """Notes, metres and tempos of a MIDI file's bytes.

    Notes that are never let go are dropped, and so are tracks without a note.

    Args:
        data: The whole file.
        grid: Where to put it.
        pedal: Whether the sustain pedal lengthens notes.

    Raises:
        MidiFileError: If the bytes aren't a MIDI file with musical time, or it is too long.
    """
    score = _decoded(data)
    ticks = int(score.ticks_per_quarter)
    if ticks <= 0:
        raise MidiFileError("It gives no ticks a beat; save it again from a MIDI editor.")
    tracks = [track for track in score.tracks if len(track.notes)]
    notes = _notes(tracks, ticks, grid, pedal)
    steps = int((notes.onset_steps + notes.duration_steps).max(initial=0))
    if int(notes.onset_steps.min(initial=0)) < 0 or steps > MAX_STEPS:
        raise MidiFileError(
            f"Its notes reach to step {steps}; at most {MAX_STEPS} steps can be read. "
            "Cut it into pieces, or look whether a stray note lies far behind the end."
        )
    parts = tuple(_part(track) for track in tracks)
    metres, tempos = _metres(score, ticks, grid), _tempos(score, ticks, grid)
    return ParsedMidi(notes, steps, grid, parts, metres, tempos, ticks)


def _decoded(data: bytes) -> symusic.core.ScoreTick:
    try:
        return cast(symusic.core.ScoreTick, symusic.Score.from_midi(data))
    except Exception as err:  # symusic raises whatever its parser met: RuntimeError, ValueError ...
        raise MidiFileError(f"It isn't a MIDI file that can be read ({err}).") from err


def _notes(tracks: list[symusic.core.TrackTick], ticks: int, grid: Grid, pedal: bool) -> NoteArray:
    columns: list[IntArray] = []
    for index, track in enumerate(tracks):
        raw = track.notes.numpy()
        begin, length, pitch, velocity = (
            np.asarray(raw[name], dtype=np.int64)
            for name in ("time", "duration", "pitch", "velocity")
        )
        end = begin + length
        if pedal and not track.is_drum:
            end = sustained_ends(end, *_pedal_events(track))
        onset = ticks_to_steps(begin, ticks, grid.steps_per_beat)
        stop = ticks_to_steps(end, ticks, grid.steps_per_beat)
        part = np.full(len(onset), index, dtype=np.int64)
        columns.append(np.stack([onset, part, pitch, np.maximum(stop - onset, 1), velocity]))
    if not columns:
        return NoteArray.from_notes([])
    return NoteArray(*np.concatenate(columns, axis=1))


def _pedal_events(track: symusic.core.TrackTick) -> tuple[IntArray, IntArray]:
    raw = track.controls.numpy()
    chosen = raw["number"] == SUSTAIN_CONTROLLER
    time, value = raw["time"][chosen].astype(np.int64), raw["value"][chosen].astype(np.int64)
    order = np.argsort(time, kind="stable")
    return time[order], value[order]


def _part(track: symusic.core.TrackTick) -> Part:
    name = track.name.encode("utf-8", "replace").decode("utf-8")
    return Part(name, int(track.program) % PITCHES, bool(track.is_drum))


def _metres(score: symusic.core.ScoreTick, ticks: int, grid: Grid) -> tuple[MetreChange, ...]:
    """Metre changes at their nearest steps; the last one on a step counts, nonsense is skipped."""
    found = {0: COMMON_TIME[0]}
    for event in sorted(score.time_signatures, key=lambda e: int(e.time)):
        step = int(ticks_to_steps(event.time, ticks, grid.steps_per_beat))
        try:
            found[step] = MetreChange(step, int(event.numerator), int(event.denominator))
        except RollError:
            continue
    return tuple(found[step] for step in sorted(found))


def _tempos(score: symusic.core.ScoreTick, ticks: int, grid: Grid) -> tuple[TempoChange, ...]:
    """Tempo changes at their nearest steps; the last one on a step counts, nonsense is skipped."""
    found = {0: MODERATE[0]}
    for event in sorted(score.tempos, key=lambda e: int(e.time)):
        step = int(ticks_to_steps(event.time, ticks, grid.steps_per_beat))
        try:
            found[step] = TempoChange(step, _tidy_bpm(float(event.qpm)))
        except RollError:
            continue
    return tuple(found[step] for step in sorted(found))


def _tidy_bpm(bpm: float) -> float:
    """The shortest decimal that a file would store as the same whole microseconds a beat.

    A file can't hold 90 bpm, only 666667 microseconds; this gives the 90 back.
    """
    if not (np.isfinite(bpm) and bpm > 0):
        return bpm
    for digits in range(4):
        short = round(bpm, digits)
        if short > 0 and round(6e7 / short) == round(6e7 / bpm):
            return short
    return bpm
