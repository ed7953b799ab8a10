"""A take laid into pieces: as told, whole, and without harm to what is there."""

from __future__ import annotations

from typing import Any

from gui.live.take import Frame, Take, bar_line_before, metre_of
from gui.state.piece import Piece
from model.roll import Grid, MetreChange, Note, Part, Roll

READY = {
    "steps_per_beat": 4,
    "velocity_bins": 32,
    "metre": [4, 4],
    "bpm": 96.0,
    "programs": [11],
}
NAMES = ("You", "Fractalroll")


def bar(number: int, *notes: tuple[int, int, int], tied: Any = ()) -> dict[str, Any]:
    """Notes as (onset, pitch, duration)."""
    columns = [[0] * len(notes), [n[1] for n in notes], [n[0] for n in notes]]
    columns += [[n[2] for n in notes], [91] * len(notes)]
    return {"number": number, "notes": columns, "tied": list(tied)}


def take(start: int = 0, **more: Any) -> Take:
    return Take(Frame.of({**READY, **more}), start, NAMES)


def notes_of(roll: Roll, part: int) -> list[tuple[int, int, int]]:
    found = [note for note in roll.notes() if note.part == part]
    return [(note.onset_steps, note.pitch, note.duration_steps) for note in found]


def test_an_empty_piece_becomes_the_two_of_them() -> None:
    made = take()
    made.hear(bar(0, (0, 60, 4), (8, 64, 12)))
    made.play(bar(1, (4, 72, 4)))
    roll, voices = made.laid_into(Piece.empty())
    assert voices is not None
    assert [voice.name for voice in voices] == ["You", "Fractalroll"]
    assert [voice.program for voice in voices] == [0, 11]
    assert notes_of(roll, 0) == [(0, 60, 4), (8, 64, 12)]
    assert notes_of(roll, 1) == [(20, 72, 4)]
    assert roll.tempos[0].bpm == 96.0
    assert roll.steps == Piece.empty().roll.steps


def test_a_piece_with_notes_keeps_them_its_tempo_and_its_parts() -> None:
    song = Piece.of_roll(Roll.from_notes([Note(0, 0, 50, 8, 90)], 64, parts=(Part("Lead"),)))
    made = take(start=32)
    made.hear(bar(0, (0, 60, 4)))
    made.play(bar(3, (0, 72, 4)))
    roll, voices = made.laid_into(song)
    assert voices is not None
    assert [voice.name for voice in voices] == ["Lead", "You", "Fractalroll"]
    assert notes_of(roll, 0) == [(0, 50, 8)]
    assert notes_of(roll, 1) == [(32, 60, 4)]
    assert notes_of(roll, 2) == [(80, 72, 4)]
    assert roll.steps == 96
    assert roll.tempos == song.roll.tempos


def test_told_again_a_bar_takes_the_place_of_what_was_told() -> None:
    made = take()
    piece = Piece.empty()
    for length in (1, 3, 6):
        made.hear(bar(0, (2, 60, length)))
        roll, voices = made.laid_into(piece)
        piece = Piece.of_roll(roll, voices or piece.voices)
    assert notes_of(piece.roll, 0) == [(2, 60, 6)]
    assert len(piece.voices) == 2


def test_the_next_take_goes_on_in_the_same_parts_and_replaces_only_where_it_is() -> None:
    first = take()
    first.hear(bar(0, (0, 60, 20)))
    first.hear(bar(2, (0, 62, 4)))
    roll, voices = first.laid_into(Piece.empty())
    piece = Piece.of_roll(roll, voices or ())
    second = take(start=16)
    second.hear(bar(0, (4, 70, 4)))
    roll, voices = second.laid_into(piece)
    assert voices is None
    assert notes_of(roll, 0) == [(0, 60, 16), (20, 70, 4), (32, 62, 4)]


def test_a_part_of_the_user_s_with_our_name_is_left_alone() -> None:
    song = Roll.from_notes([Note(0, 0, 50, 8, 90)], 64, parts=(Part("Fractalroll"),))
    made = take()
    made.play(bar(0, (0, 72, 4)))
    roll, voices = made.laid_into(Piece.of_roll(song))
    assert voices is not None
    assert [voice.name for voice in voices] == ["Fractalroll", "You", "Fractalroll"]
    assert notes_of(roll, 0) == [(0, 50, 8)]
    assert notes_of(roll, 2) == [(0, 72, 4)]
    made.play(bar(1, (0, 74, 4)))
    roll, again = made.laid_into(Piece.of_roll(roll, voices))
    assert again is None
    assert notes_of(roll, 0) == [(0, 50, 8)]
    assert notes_of(roll, 2) == [(0, 72, 4), (16, 74, 4)]


def test_what_is_tied_across_a_bar_line_is_one_note() -> None:
    made = take()
    made.play(bar(0, (8, 60, 8), (12, 64, 4)))
    made.play(bar(1, (0, 60, 16), (0, 64, 4), tied=[[0, 60]]))
    made.play(bar(2, (0, 60, 2), tied=[[0, 60]]))
    roll, _ = made.laid_into(Piece.empty())
    assert notes_of(roll, 1) == [(8, 60, 26), (12, 64, 4), (16, 64, 4)]


def test_a_finer_piece_gets_finer_steps_and_its_playhead_too() -> None:
    fine = Piece.of_roll(Roll.from_notes([Note(0, 0, 50, 4, 90)], 96, Grid(24)))
    made = take()
    made.hear(bar(0, (1, 60, 2)))
    roll, _ = made.laid_into(fine)
    assert notes_of(roll, 1) == [(6, 60, 12)]
    assert made.scale(fine) == 6.0


def test_an_empty_piece_on_a_grid_that_does_not_fit_gets_ours() -> None:
    odd = Piece.of_roll(Roll.from_notes((), 96, Grid(6)))
    made = take()
    made.play(bar(0, (1, 60, 2)))
    roll, _ = made.laid_into(odd)
    assert roll.grid.steps_per_beat == 4
    assert made.scale(odd) == 1.0


def test_another_metre_and_several_parts_of_ours() -> None:
    made = take(metre=[3, 4], programs=[0, 32])
    made.play({**bar(1, (0, 40, 4)), "notes": [[1], [40], [0], [4], [90]]})
    roll, voices = made.laid_into(Piece.empty())
    assert voices is not None
    assert [voice.name for voice in voices] == ["You", "Fractalroll 1", "Fractalroll 2"]
    assert notes_of(roll, 2) == [(12, 40, 4)]
    assert roll.metres == (MetreChange(0, 3, 4),)


def test_a_take_in_which_nobody_played_is_empty() -> None:
    made = take()
    made.play(bar(0))
    assert made.is_empty
    made.hear(bar(0, (0, 60, 1)))
    assert not made.is_empty


def test_where_a_take_begins_and_in_which_metre() -> None:
    metres = (MetreChange(0, 4, 4), MetreChange(32, 3, 4))
    roll = Roll.from_notes((), 56, metres=metres)
    assert [bar_line_before(roll, step) for step in (0.0, 17.5, 47.0, 56.0, 90.0)] == [
        0, 16, 44, 56, 56,
    ]  # fmt: skip
    assert metre_of(None, roll, 40) == (3, 4)
    assert metre_of("7/8", roll, 40) == (7, 8)
