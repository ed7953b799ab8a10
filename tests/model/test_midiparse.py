"""What the bytes of MIDI files become on a grid."""

import mido
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.errors import MidiFileError
from model.midiparse import MAX_STEPS, ParsedMidi, parse_midi
from model.roll import Grid, MetreChange, Note, Roll, TempoChange
from tests.model.rolls import midi_bytes, note_off, note_on, simple_song, sustain

FINE = Grid(4, 127)
STEP = 120  # ticks at 480 a beat


def notes_of(data: bytes, *, pedal: bool = True) -> list[Note]:
    return parse_midi(data, FINE, pedal=pedal).notes.to_notes()


def rolled(parsed: ParsedMidi) -> Roll:
    return Roll.from_notes(parsed.notes, parsed.steps, parsed.grid, parsed.parts)


def test_onsets_and_ends_go_to_the_nearest_step() -> None:
    data = midi_bytes([note_on(60, STEP - 59), note_off(60, STEP + 30)])
    assert notes_of(data) == [Note(1, 0, 60, 1, 80)]


def test_a_tie_between_steps_goes_to_the_later() -> None:
    data = midi_bytes([note_on(60, STEP // 2), note_off(60, STEP)])
    assert notes_of(data) == [Note(1, 0, 60, 1, 80)]


@pytest.mark.parametrize("ticks", [0, 1, 30])
def test_a_note_shorter_than_a_step_sounds_one_step(ticks: int) -> None:
    assert notes_of(midi_bytes([note_on(60, 0), note_off(60, ticks)])) == [Note(0, 0, 60, 1, 80)]


def test_the_pedal_lengthens_notes_to_its_lift() -> None:
    data = midi_bytes(
        [sustain(127, 0), note_on(60, 10), note_off(60, STEP), sustain(0, 7 * STEP - 10)]
    )
    assert notes_of(data) == [Note(0, 0, 60, 8, 80)]
    assert notes_of(data, pedal=False) == [Note(0, 0, 60, 1, 80)]


def test_the_next_onset_of_the_pitch_ends_a_note_under_the_pedal() -> None:
    again = [note_on(60, STEP), note_off(60, STEP), sustain(0, 5 * STEP)]
    data = midi_bytes([sustain(127, 0), note_on(60, 10), note_off(60, STEP - 10), *again])
    assert rolled(parse_midi(data, FINE)).notes() == [Note(0, 0, 60, 2, 80), Note(2, 0, 60, 6, 80)]


def test_a_pedal_that_never_rises_holds_to_the_last_event() -> None:
    data = midi_bytes(
        [sustain(127, 0), note_on(60, 10), note_off(60, STEP), note_on(62, 0), note_off(62, 470)]
    )
    assert max(n.onset_steps + n.duration_steps for n in notes_of(data)) == 5


def test_drums_are_not_touched_by_the_pedal() -> None:
    pedal = [m.copy(channel=9) for m in (sustain(127, 0), sustain(0, 900))]
    data = midi_bytes([pedal[0], note_on(36, 10, channel=9), note_off(36, STEP, 9), pedal[1]])
    parsed = parse_midi(data, FINE)
    assert parsed.notes.to_notes() == [Note(0, 0, 36, 1, 80)]
    assert parsed.parts[0].is_drum


def test_channels_of_a_single_track_become_parts() -> None:
    data = midi_bytes(
        [
            mido.MetaMessage("track_name", name="Band"),
            mido.Message("program_change", channel=1, program=40),
            note_on(60, 0, channel=0),
            note_on(64, 0, channel=1),
            note_off(60, STEP, 0),
            note_off(64, 0, 1),
        ],
        kind=0,
    )
    parsed = parse_midi(data, FINE)
    assert sorted(part.program for part in parsed.parts) == [0, 40]
    assert {part.name for part in parsed.parts} == {"Band"}


def test_tracks_without_notes_are_no_parts() -> None:
    silent = [mido.MetaMessage("track_name", name="Lyrics"), mido.MetaMessage("lyrics", text="la")]
    parsed = parse_midi(midi_bytes(silent, [note_on(60, 0), note_off(60, STEP)]), FINE)
    assert len(parsed.parts) == 1


def test_metres_and_tempos_travel_with_the_notes() -> None:
    conductor = [
        mido.MetaMessage("time_signature", numerator=3, denominator=4),
        mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(90)),
        mido.MetaMessage("time_signature", numerator=6, denominator=8, time=3 * 480),
        mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(60)),
    ]
    parsed = parse_midi(midi_bytes(conductor, [note_on(60, 0), note_off(60, 4000)]), FINE)
    assert parsed.metres == (MetreChange(0, 3, 4), MetreChange(12, 6, 8))
    assert parsed.tempos == (TempoChange(0, 90.0), TempoChange(12, 60.0))


def test_a_file_that_names_no_metre_or_tempo_is_in_common_time_at_120() -> None:
    parsed = parse_midi(simple_song(), FINE)
    assert parsed.metres == (MetreChange(0, 4, 4),)
    assert parsed.tempos == (TempoChange(0, 120.0),)


def test_impossible_metres_and_tempos_are_skipped() -> None:
    conductor = [
        mido.MetaMessage("time_signature", numerator=0, denominator=4),
        mido.MetaMessage("set_tempo", tempo=0),
    ]
    parsed = parse_midi(midi_bytes(conductor, [note_on(60, 0), note_off(60, STEP)]), FINE)
    assert parsed.metres == (MetreChange(0, 4, 4),)
    assert parsed.tempos == (TempoChange(0, 120.0),)


@pytest.mark.parametrize("ticks_per_beat", [24, 96, 100, 384, 480, 960, 32767])
def test_the_resolution_of_the_file_makes_no_difference(ticks_per_beat: int) -> None:
    found = notes_of(simple_song(ticks_per_beat=ticks_per_beat))
    assert found == notes_of(simple_song())


@pytest.mark.parametrize(
    "data", [b"", b"MThd", b"not a MIDI file at all", simple_song()[:60], b"RIFF" + simple_song()]
)
def test_what_is_no_midi_file_gets_one_clear_error(data: bytes) -> None:
    with pytest.raises(MidiFileError, match="isn't a MIDI file"):
        parse_midi(data, FINE)


def test_a_file_without_ticks_a_beat_is_refused() -> None:
    data = bytearray(simple_song())
    data[12:14] = b"\0\0"
    with pytest.raises(MidiFileError, match="no ticks a beat"):
        parse_midi(bytes(data), FINE)


def test_a_stray_note_hours_behind_the_end_is_refused() -> None:
    far = (MAX_STEPS + 1) * STEP
    with pytest.raises(MidiFileError, match="stray note"):
        parse_midi(midi_bytes([note_on(60, far), note_off(60, STEP)]), FINE)


@given(st.binary(min_size=0, max_size=8), st.integers(0, 400))
def test_damaged_bytes_are_read_or_refused_but_never_crash(damage: bytes, at: int) -> None:
    data = bytearray(simple_song())
    data[at : at + len(damage)] = damage
    try:
        parsed = parse_midi(bytes(data), Grid())
    except MidiFileError:
        return
    assert parsed.merged_cells().shape == (parsed.steps, 128)


def test_merged_cells_are_those_of_the_merged_roll() -> None:
    voices = [[note_on(60 + k, 0), note_off(60 + k, 300 + 100 * k)] * 3 for k in range(3)]
    drums = [note_on(36, 0, channel=9), note_off(36, STEP, 9)]
    parsed = parse_midi(midi_bytes(*voices, drums), Grid())
    assert (parsed.merged_cells() == rolled(parsed).merged().cells[0].T).all()
    with_drums = rolled(parsed).merged(drums=True).cells[0].T
    assert (parsed.merged_cells(drums=True) == with_drums).all()
    assert np.any(with_drums != parsed.merged_cells())
