"""Hypothesis strategies for notes, metres and rolls, and small MIDI files as bytes."""

import io
from collections.abc import Sequence

import mido
from hypothesis import strategies as st

from model.grid import STEPS_PER_BEAT_CHOICES
from model.roll import PITCHES, Grid, MetreChange, Note, Part, Roll, TempoChange

MOST_STEPS = 40

grids = st.builds(
    Grid,
    steps_per_beat=st.sampled_from(STEPS_PER_BEAT_CHOICES),
    velocity_bins=st.integers(1, 127),
)


@st.composite
def clashing_notes(draw: st.DrawFn, parts: int, steps: int, most: int = 30) -> list[Note]:
    """Notes that may overlap in every way; few pitches, so that they do."""
    note = st.builds(
        Note,
        onset_steps=st.integers(0, steps - 1),
        part=st.integers(0, parts - 1),
        pitch=st.sampled_from((0, 60, 61, PITCHES - 1)),
        duration_steps=st.integers(1, steps + 3),
        velocity=st.integers(1, 127),
    )
    return draw(st.lists(note, max_size=most))


def later_steps(steps: int) -> st.SearchStrategy[set[int]]:
    """Up to two steps of a roll other than the first."""
    return st.sets(st.integers(1, steps - 1), max_size=2) if steps > 1 else st.just(set())


@st.composite
def metre_changes(draw: st.DrawFn, steps: int, *, from_zero: bool = False) -> list[MetreChange]:
    """One to three metre changes, the first at or (unless `from_zero`) before step 0."""
    first = 0 if from_zero else draw(st.integers(-7, 0))
    later = draw(later_steps(steps))
    return [
        MetreChange(step, draw(st.integers(1, 13)), draw(st.sampled_from((1, 2, 4, 8, 16, 32))))
        for step in [first, *sorted(later)]
    ]


@st.composite
def tempo_changes(draw: st.DrawFn, steps: int) -> list[TempoChange]:
    """One to three tempos of whole bpm."""
    later = draw(later_steps(steps))
    return [TempoChange(step, float(draw(st.integers(4, 400)))) for step in [0, *sorted(later)]]


@st.composite
def rolls(
    draw: st.DrawFn, most_parts: int = 3, least_steps: int = 1, *, from_zero: bool = False
) -> Roll:
    """Rolls of every grid, with overlapping notes resolved."""
    steps = draw(st.integers(least_steps, MOST_STEPS))
    parts = [
        Part(draw(st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=5)), k)
        for k in range(draw(st.integers(1, most_parts)))
    ]
    return Roll.from_notes(
        draw(clashing_notes(len(parts), steps)) if steps else [],
        steps,
        draw(grids),
        parts,
        draw(metre_changes(steps, from_zero=from_zero)),
        draw(tempo_changes(steps)),
    )


def midi_bytes(
    *tracks: Sequence[mido.Message | mido.MetaMessage], ticks_per_beat: int = 480, kind: int = 1
) -> bytes:
    """A MIDI file of tracks whose messages carry delta times in ticks."""
    file = mido.MidiFile(type=kind, ticks_per_beat=ticks_per_beat)
    file.tracks.extend(mido.MidiTrack(track) for track in tracks)
    buffer = io.BytesIO()
    file.save(file=buffer)
    return buffer.getvalue()


def note_on(pitch: int, time: int, velocity: int = 80, channel: int = 0) -> mido.Message:
    """A note-on after `time` ticks."""
    return mido.Message("note_on", note=pitch, velocity=velocity, time=time, channel=channel)


def note_off(pitch: int, time: int, channel: int = 0) -> mido.Message:
    """A note-off after `time` ticks."""
    return mido.Message("note_off", note=pitch, time=time, channel=channel)


def sustain(value: int, time: int) -> mido.Message:
    """A sustain pedal event after `time` ticks."""
    return mido.Message("control_change", control=64, value=value, time=time)


def simple_song(pitch: int = 60, notes: int = 16, ticks_per_beat: int = 480) -> bytes:
    """A file with a run of quarter notes upwards from `pitch`."""
    messages = []
    for k in range(notes):
        messages += [note_on(pitch + k % 12, 0), note_off(pitch + k % 12, ticks_per_beat)]
    return midi_bytes(messages, ticks_per_beat=ticks_per_beat)
