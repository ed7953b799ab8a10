"""Rolls to MIDI files and back."""

from pathlib import Path

import mido
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from model.errors import MidiFileError
from model.midifile import read_midi, write_midi
from model.midilength import end_ticks
from model.roll import Grid, MetreChange, Note, Part, Roll, TempoChange
from tests.model.rolls import midi_bytes, note_off, note_on, rolls, simple_song

fixture_is_reused = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@fixture_is_reused
@given(rolls(from_zero=True))
def test_what_is_written_is_read_back_the_same(tmp_path: Path, roll: Roll) -> None:
    heard = sorted({note.part for note in roll.notes()})
    if not heard:
        return
    path = tmp_path / "roll.mid"
    write_midi(roll, path)
    kept = Roll(
        roll.cells[heard], roll.grid, tuple(roll.parts[k] for k in heard), roll.metres, roll.tempos
    )
    assert read_midi(path, roll.grid).same_as(kept)


@fixture_is_reused
@given(rolls())
def test_bar_lines_survive_a_beginning_inside_a_bar(tmp_path: Path, roll: Roll) -> None:
    if any(4 * m.numerator * roll.grid.steps_per_beat % m.denominator for m in roll.metres):
        return
    path = tmp_path / "roll.mid"
    write_midi(roll, path)
    again = read_midi(path, roll.grid)
    upbeat = roll.bar_starts()[:1]
    if len(upbeat) and upbeat[0] * 16 % roll.grid.steps_per_beat:
        return  # such a short bar can't be told as a metre
    assert set(roll.bar_starts().tolist()) <= set(again.bar_starts().tolist())


def test_every_track_ends_where_the_roll_ends(tmp_path: Path) -> None:
    roll = Roll.from_notes([Note(0, 0, 60, 1, 80)], 64, parts=[Part("A"), Part("B")])
    write_midi(roll, tmp_path / "clip.mid")
    tracks = mido.MidiFile(tmp_path / "clip.mid").tracks
    assert [sum(message.time for message in track) for track in tracks] == [16 * 480] * 3
    assert read_midi(tmp_path / "clip.mid").steps == 64


def test_names_programs_and_drums_are_written(tmp_path: Path) -> None:
    parts = (Part("Flöte", 73), Part("Kit", 0, is_drum=True), Part("Bass", 32))
    notes = [Note(0, k, 50, 1, 80) for k in range(3)]
    write_midi(Roll.from_notes(notes, 4, parts=parts), tmp_path / "band.mid")
    assert read_midi(tmp_path / "band.mid").parts == parts
    tracks = mido.MidiFile(tmp_path / "band.mid", charset="utf-8").tracks[1:]
    channels = [next(m.channel for m in track if m.type == "note_on") for track in tracks]
    assert channels == [0, 9, 1]


def test_more_than_fifteen_parts_never_land_on_the_drum_channel(tmp_path: Path) -> None:
    parts = [Part(f"Voice {k}", k) for k in range(20)]
    notes = [Note(0, k, 40 + k, 2, 80) for k in range(20)]
    write_midi(Roll.from_notes(notes, 4, parts=parts), tmp_path / "many.mid")
    again = read_midi(tmp_path / "many.mid")
    assert not any(part.is_drum for part in again.parts)
    assert [(n.part, n.pitch) for n in again.notes()] == [(k, 40 + k) for k in range(20)]


def test_a_repeated_note_is_let_go_before_it_is_struck_again(tmp_path: Path) -> None:
    notes = [Note(0, 0, 60, 4, 80), Note(4, 0, 60, 4, 80)]
    write_midi(Roll.from_notes(notes, 8), tmp_path / "again.mid")
    track = mido.MidiFile(tmp_path / "again.mid").tracks[1]
    kinds = [m.type for m in track if m.type in ("note_on", "note_off")]
    assert kinds == ["note_on", "note_off", "note_on", "note_off"]


def test_a_silent_roll_keeps_its_length(tmp_path: Path) -> None:
    write_midi(Roll.from_notes([], 32), tmp_path / "silence.mid")
    again = read_midi(tmp_path / "silence.mid")
    assert (again.steps, again.notes()) == (32, [])


def test_a_bar_that_begins_again_in_the_same_metre_survives(tmp_path: Path) -> None:
    roll = Roll.from_notes(
        [Note(0, 0, 60, 4, 80)], 40, metres=[MetreChange(0, 4, 4), MetreChange(6, 4, 4)]
    )
    write_midi(roll, tmp_path / "again.mid")
    assert read_midi(tmp_path / "again.mid").bar_starts().tolist() == [0, 6, 22, 38]


def test_an_upbeat_is_written_as_a_short_bar(tmp_path: Path) -> None:
    roll = Roll.from_notes([Note(0, 0, 60, 4, 80)], 36, metres=[MetreChange(-12, 4, 4)])
    write_midi(roll, tmp_path / "upbeat.mid")
    again = read_midi(tmp_path / "upbeat.mid")
    assert again.metres == (MetreChange(0, 1, 4), MetreChange(4, 4, 4))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(MidiFileError, match=r"none\.mid"):
        read_midi(tmp_path / "none.mid")


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "broken.mid").write_bytes(simple_song()[:50])
    with pytest.raises(MidiFileError, match=r"broken\.mid"):
        read_midi(tmp_path / "broken.mid")


def test_a_file_that_cannot_be_written_is_named_and_nothing_is_left(tmp_path: Path) -> None:
    with pytest.raises(MidiFileError, match=r"clip\.mid"):
        write_midi(Roll.from_notes([], 4), tmp_path / "nowhere" / "clip.mid")
    assert list(tmp_path.iterdir()) == []


def test_a_tempo_that_no_file_can_hold_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MidiFileError, match=r"3\.58"):
        write_midi(Roll.from_notes([], 4, tempos=[TempoChange(0, 1.0)]), tmp_path / "slow.mid")


def test_velocities_are_rounded_to_bin_centres(tmp_path: Path) -> None:
    data = midi_bytes([note_on(60, 0, 100), note_off(60, 480)])
    (tmp_path / "loud.mid").write_bytes(data)
    coarse = Grid(4, 4)
    found = read_midi(tmp_path / "loud.mid", coarse).notes()[0].velocity
    assert found == coarse.velocity_of(coarse.bin_of(100))


@pytest.mark.parametrize("tail", [0, 1, 480, 100_000])
def test_the_end_of_the_tracks_is_found_in_the_bytes(tail: int) -> None:
    sysex = mido.Message("sysex", data=[1, 2, 3], time=5)
    end = mido.MetaMessage("end_of_track", time=tail)
    data = midi_bytes([note_on(60, 0), sysex, note_off(60, 480), end], [note_on(62, 3)])
    assert end_ticks(data) == 485 + tail


def test_bytes_that_cannot_be_followed_have_no_end() -> None:
    data = simple_song()
    assert end_ticks(b"") == 0
    assert end_ticks(data[:22] + bytes([0x00, 0xF4]) + data[24:]) == 0


def test_steps_match_the_cells(tmp_path: Path) -> None:
    (tmp_path / "song.mid").write_bytes(simple_song(notes=8))
    roll = read_midi(tmp_path / "song.mid", Grid(12))
    assert roll.steps == 8 * 12
    assert np.count_nonzero(roll.onsets()) == 8
