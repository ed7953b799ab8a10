from __future__ import annotations

from dataclasses import replace

import pytest

from gui.out.picking import has_notes, heard, picked
from gui.state.piece import Piece
from gui.state.selection import Region
from model.roll import Roll
from tests.gui.out.pieces import piece


def facts(roll: Roll) -> list[tuple[str, int, int]]:
    """Name of the part, onset and pitch of each note."""
    return [(roll.parts[n.part].name, n.onset_steps, n.pitch) for n in roll.notes()]


def test_all_that_is_heard_goes_under_the_voices_names() -> None:
    roll = heard(piece())
    assert [(part.name, part.program) for part in roll.parts] == [("Melody", 0), ("Bass", 32)]
    assert len(roll.notes()) == 12


def test_a_muted_voice_stays_at_home() -> None:
    assert [part.name for part in heard(piece(muted=1)).parts] == ["Melody"]


def test_a_piece_with_everything_muted_goes_whole() -> None:
    silent = piece()
    silent = replace(silent, voices=tuple(replace(v, muted=True) for v in silent.voices))
    assert len(heard(silent).parts) == 2


def test_selected_notes_go_with_their_bars() -> None:
    roll = picked(piece(), {(0, 65, 20), (0, 66, 24)})
    assert facts(roll) == [("Melody", 4, 65), ("Melody", 8, 66)]
    assert roll.steps == 16
    assert roll.tempos[0].bpm == 96.0


def test_a_region_goes_with_its_pitches_and_steps() -> None:
    roll = picked(piece(), region=Region(4, 12, 60, 127))
    assert facts(roll) == [("Melody", 0, 61), ("Melody", 4, 62)]
    assert roll.steps == 8
    assert [part.name for part in roll.parts] == ["Melody", "Bass"]


def test_a_region_of_one_part_goes_even_if_it_is_muted() -> None:
    roll = picked(piece(muted=1), region=Region(0, 16, parts=frozenset({1})))
    assert facts(roll) == [("Bass", 0, 36), ("Bass", 8, 36)]


def test_a_region_beyond_the_end_is_cut() -> None:
    assert picked(piece(), region=Region(24, 64)).steps == 8


def test_notes_that_are_gone_leave_what_is_heard() -> None:
    assert len(picked(piece(), {(0, 99, 0)}).notes()) == 12


@pytest.mark.parametrize(("given", "expected"), [(piece(), True), (Piece.empty(), False)])
def test_whether_there_is_anything_to_hear(given: Piece, expected: bool) -> None:
    assert has_notes(given.roll) == expected
