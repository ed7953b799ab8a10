import pytest

from gui.state.errors import StateError
from gui.state.piece import Piece, Voice
from model.roll import Part
from tests.gui.state.pieces import roll_of, small_piece


def test_parts_without_a_voice_get_one_of_their_name() -> None:
    piece = Piece.of_roll(roll_of(), (Voice("Lead", 5),))
    assert piece.voices == (Voice("Lead", 5), Voice("Bass", 1, program=32))


@pytest.mark.parametrize(
    ("first", "second", "heard"),
    [
        ({}, {}, (True, True)),
        ({"muted": True}, {}, (False, True)),
        ({"solo": True}, {}, (True, False)),
        ({"solo": True, "muted": True}, {}, (False, False)),
        ({"solo": True}, {"solo": True}, (True, True)),
    ],
)
def test_what_is_heard_follows_mute_and_solo(
    first: dict[str, bool], second: dict[str, bool], heard: tuple[bool, ...]
) -> None:
    voices = (Voice("A", 0, **first), Voice("B", 1, **second))
    assert Piece(roll_of(), voices).audible() == heard


def test_a_voice_names_its_part() -> None:
    piece = small_piece().with_voice(0, Voice("Oboe", 0, locked=True, program=68))
    assert piece.roll.parts[0] == Part("Oboe", 68)
    assert piece.locked() == {0}


def test_voices_that_do_not_fit_and_loops_of_no_length_are_refused() -> None:
    with pytest.raises(StateError, match=r"2 part\(s\) can't have 1 voice"):
        Piece(roll_of(), (Voice("A", 0),))
    with pytest.raises(StateError, match="from step 4 to 4"):
        Piece(roll_of(parts=(Part(),)), (Voice("A", 0),), (4, 4))


@pytest.mark.parametrize("steps_per_beat", [4, 6, 24])
def test_an_empty_piece_has_whole_bars(steps_per_beat: int) -> None:
    piece = Piece.empty(3, steps_per_beat)
    assert piece.roll.steps == 3 * 4 * steps_per_beat
    assert piece.roll.notes() == []
