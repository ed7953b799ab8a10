"""MIDI files in and out: read through symusic, written through mido.

What is written is read back as the same roll, but for parts without a note, which a reader can't
tell from nothing.
"""

import io
from collections.abc import Iterator
from pathlib import Path

import mido

from model.errors import MidiFileError
from model.files import write_bytes
from model.grid import ticks_to_steps
from model.midilength import end_ticks
from model.midiparse import MAX_CELLS, MAX_STEPS, ParsedMidi, parse_midi
from model.roll import PITCHES, STANDARD_GRID, Grid, MetreChange, Part, Roll

TICKS_PER_BEAT = 480  # a multiple of every number of steps a beat
DRUM_CHANNEL = 9  # counted from 0; MIDI's channel 10
MELODIC_CHANNELS = tuple(channel for channel in range(16) if channel != DRUM_CHANNEL)
MICROSECONDS_PER_MINUTE = 60_000_000
LONGEST_BEAT_US = (1 << 24) - 1  # what a tempo event can hold: 3.58 bpm

Event = tuple[int, int, mido.Message | mido.MetaMessage]  # tick, rank among equals, message
_SETUP, _OFF, _ON = range(3)


def read_midi(path: str | Path, grid: Grid = STANDARD_GRID, *, pedal: bool = True) -> Roll:
    """Roll of a MIDI file, one part for each track and channel that has notes.

    Onsets and ends go to their nearest step (ties to the later) and a note sounds one step at
    least. The roll is as long as the file, by its end-of-track events.

    Args:
        path: The file.
        grid: The grid to put it on.
        pedal: Whether the sustain pedal lengthens notes.

    Raises:
        MidiFileError: If the file can't be read, or would need too large a roll.
    """
    try:
        data = Path(path).read_bytes()
    except OSError as err:
        raise MidiFileError(
            f"Can't open {path} ({err.strerror or err}): check that it is there and readable."
        ) from err
    try:
        parsed = parse_midi(data, grid, pedal=pedal)
    except MidiFileError as err:
        raise MidiFileError(f"Can't read {path}: {err}") from err
    parts = parsed.parts or (Part(),)
    steps = _length(parsed, data)
    if len(parts) * PITCHES * steps > MAX_CELLS:
        raise MidiFileError(
            f"Can't read {path}: {len(parts)} parts of {steps} steps need more than "
            f"{MAX_CELLS} cells. Take a coarser grid or fewer tracks."
        )
    metres = [m for m in parsed.metres if m.step < max(steps, 1)]
    tempos = [t for t in parsed.tempos if t.step < max(steps, 1)]
    return Roll.from_notes(parsed.notes, steps, grid, parts, metres, tempos)


def _length(parsed: ParsedMidi, data: bytes) -> int:
    """Steps up to the end of the tracks, if that is behind the last note and within reason."""
    told = int(ticks_to_steps(end_ticks(data), parsed.ticks_per_beat, parsed.grid.steps_per_beat))
    return max(parsed.steps, told if told <= MAX_STEPS else 0)


def write_midi(roll: Roll, path: str | Path) -> None:
    """Write a roll as a MIDI file (format 1), whole or not at all.

    The first track holds tempo and metre, then comes one track a part with its name and program.
    All tracks end where the roll ends. Drum parts go to channel 10, the others to the fifteen
    other channels in turn. A roll that begins inside a bar is given a short first bar, where its
    length can be written as a metre.

    Raises:
        MidiFileError: If a tempo can't be written or the disk refuses.
    """
    file = mido.MidiFile(type=1, ticks_per_beat=TICKS_PER_BEAT, charset="utf-8")
    end = roll.steps * ticks_per_step(roll.grid)
    file.tracks.append(_track([*_metre_events(roll), *_tempo_events(roll)], end))
    channels = _channels(roll.parts)
    for index, (part, channel) in enumerate(zip(roll.parts, channels, strict=True)):
        events = [*_setup_events(part, channel), *_note_events(roll, index, channel)]
        file.tracks.append(_track(events, end))
    buffer = io.BytesIO()
    file.save(file=buffer)
    try:
        write_bytes(Path(path), buffer.getvalue())
    except OSError as err:
        raise MidiFileError(
            f"Can't write {path} ({err.strerror or err}): choose a folder that exists and can be "
            "written to."
        ) from err


def ticks_per_step(grid: Grid) -> int:
    """Ticks of a written file that a step lasts; always whole."""
    return TICKS_PER_BEAT // grid.steps_per_beat


def _channels(parts: tuple[Part, ...]) -> list[int]:
    melodic = 0
    channels = []
    for part in parts:
        channels.append(
            DRUM_CHANNEL if part.is_drum else MELODIC_CHANNELS[melodic % len(MELODIC_CHANNELS)]
        )
        melodic += not part.is_drum
    return channels


def _track(events: list[Event], end: int) -> mido.MidiTrack:
    """Events with absolute ticks as a track with delta times that ends at `end`."""
    track = mido.MidiTrack()
    now = 0
    for tick, _, message in sorted(events, key=lambda event: event[:2]):
        track.append(message.copy(time=tick - now))
        now = tick
    track.append(mido.MetaMessage("end_of_track", time=end - now))
    return track


def _metre_events(roll: Roll) -> Iterator[Event]:
    per_step = ticks_per_step(roll.grid)
    for metre in _written_metres(roll):
        yield (
            metre.step * per_step,
            _SETUP,
            mido.MetaMessage(
                "time_signature", numerator=metre.numerator, denominator=metre.denominator
            ),
        )


def _written_metres(roll: Roll) -> list[MetreChange]:
    """Metre changes with the first at step 0, where a file needs it."""
    first, *later = roll.metres
    metres = [m for m in later if m.step < roll.steps]
    lines = roll.bar_starts()
    begin = MetreChange(0, first.numerator, first.denominator)
    if first.step == 0 or not len(lines) or lines[0] == 0:
        return [begin, *metres]
    upbeat = _metre_of(int(lines[0]), roll.grid)
    if upbeat is None:
        return [begin, *metres]
    if not metres or metres[0].step > lines[0]:
        metres.insert(0, MetreChange(int(lines[0]), first.numerator, first.denominator))
    return [upbeat, *metres]


def _metre_of(steps: int, grid: Grid) -> MetreChange | None:
    """Metre at step 0 whose bar lasts that many steps, in the coarsest unit; None if none does."""
    for denominator in (4, 8, 16, 32, 64):
        numerator, rest = divmod(steps * denominator, 4 * grid.steps_per_beat)
        if rest == 0 and numerator <= 255:
            return MetreChange(0, numerator, denominator)
    return None


def _tempo_events(roll: Roll) -> Iterator[Event]:
    for tempo in roll.tempos:
        beat_us = round(MICROSECONDS_PER_MINUTE / tempo.bpm)
        if not 1 <= beat_us <= LONGEST_BEAT_US:
            slowest = MICROSECONDS_PER_MINUTE / LONGEST_BEAT_US
            raise MidiFileError(
                f"Can't write a tempo of {tempo.bpm} bpm: a MIDI file holds {slowest:.2f} to "
                f"{MICROSECONDS_PER_MINUTE} bpm."
            )
        if tempo.step < max(roll.steps, 1):
            tick = max(tempo.step, 0) * ticks_per_step(roll.grid)
            yield (tick, _SETUP, mido.MetaMessage("set_tempo", tempo=beat_us))


def _setup_events(part: Part, channel: int) -> Iterator[Event]:
    yield (0, _SETUP, mido.MetaMessage("track_name", name=part.name))
    yield (0, _SETUP, mido.Message("program_change", channel=channel, program=part.program))


def _note_events(roll: Roll, part: int, channel: int) -> Iterator[Event]:
    """Note-ons and note-offs; in one tick the offs come first, so that a repeated note sounds."""
    per_step = ticks_per_step(roll.grid)
    for note in roll.notes():
        if note.part != part:
            continue
        begin = note.onset_steps * per_step
        end = begin + note.duration_steps * per_step
        on = mido.Message("note_on", channel=channel, note=note.pitch, velocity=note.velocity)
        yield (begin, _ON, on)
        yield (end, _OFF, mido.Message("note_off", channel=channel, note=note.pitch, velocity=0))
