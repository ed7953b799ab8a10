"""Every making is a variation; choosing one is an edit, on its bar while the piece plays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from gui.making.job import Result
from gui.making.making import MakingState
from gui.making.variations import MOST, ORIGINAL, VariationsState
from gui.state.document import Document
from gui.state.made import Made
from gui.state.piece import Piece
from model.roll import Note, Roll
from tests.gui.fakes import FakeCue

BAR = 16


@pytest.fixture
def cue(qtbot: QtBot) -> FakeCue:
    return FakeCue()


@pytest.fixture
def variations(document: Document, making: MakingState, cue: FakeCue) -> VariationsState:
    return VariationsState(document, making, cue)


def take(pitch: int, bars: int = 4) -> Roll:
    return Roll.from_notes([Note(0, 0, pitch, 4, 80)], bars * BAR, parts=Piece.empty().roll.parts)


def add(document: Document, making: MakingState, pitch: int) -> Roll:
    """What a making does at its end."""
    before, roll = document.piece.roll, take(pitch)
    made = Made("fake", "abc", pitch, 1.0, 1.0, None, None)
    document.commit("Generate", roll, made)
    making.made.emit(Result(before, document.piece.roll, 0, roll.steps, made))
    return document.piece.roll


def pitch_of(document: Document) -> list[int]:
    return [note.pitch for note in document.notes().to_notes()]


def test_makings_are_numbered_and_the_first_piece_is_the_original(
    document: Document, making: MakingState, variations: VariationsState
) -> None:
    assert not variations.variations
    add(document, making, 60)
    add(document, making, 62)
    assert [one.number for one in variations.variations] == [1, 2]
    assert [one.made and one.made.seed for one in variations.variations] == [60, 62]
    assert variations.current == 1
    assert variations.original is not None
    assert not variations.original.roll.cells.any()


def test_choosing_one_is_an_edit_that_can_be_undone(
    document: Document, making: MakingState, variations: VariationsState
) -> None:
    for pitch in (60, 62, 64):
        add(document, making, pitch)
    variations.choose(0)
    assert pitch_of(document) == [60]
    assert variations.current == 0
    assert document.undo_stack.undoText() == "Variation 1"
    document.undo_stack.undo()
    assert pitch_of(document) == [64]
    assert variations.current == 2
    variations.choose(ORIGINAL)
    assert pitch_of(document) == []
    assert variations.current == ORIGINAL
    variations.choose(17)
    assert variations.current == ORIGINAL


def test_a_b_goes_back_and_forth(
    document: Document, making: MakingState, variations: VariationsState
) -> None:
    add(document, making, 60)
    add(document, making, 62)
    heard = []
    for _ in range(3):
        variations.swap()
        heard.append(pitch_of(document))
    assert heard == [[60], [62], [60]]


def test_while_it_plays_it_waits_and_is_the_piece_when_it_is_heard(
    document: Document, making: MakingState, variations: VariationsState, cue: FakeCue
) -> None:
    add(document, making, 60)
    add(document, making, 62)
    cue.playing = True
    variations.choose(0)
    assert (variations.current, variations.waiting, variations.start_on) == (1, 0, "bar")
    assert [note.pitch for note in cue.waits[0].note_array().to_notes()] == [60]
    assert pitch_of(document) == [62]
    cue.happen()
    assert pitch_of(document) == [60]
    assert (variations.current, variations.waiting, variations.start_on) == (0, None, "")


@pytest.mark.parametrize("how", ["it again", "the piece", "A/B twice", "in words", "taken off"])
def test_what_waits_can_be_called_off(
    document: Document, making: MakingState, variations: VariationsState, cue: FakeCue, how: str
) -> None:
    add(document, making, 60)
    add(document, making, 62)
    cue.playing = True
    variations.swap()
    assert variations.start_on == "bar"
    orders: dict[str, Callable[[], None]] = {
        "it again": partial(variations.choose, 0),
        "the piece": partial(variations.choose, 1),
        "A/B twice": variations.swap,
        "in words": variations.call_off,
        "taken off": partial(variations.remove, 0),
    }
    orders[how]()
    assert variations.waiting is None
    assert cue.waits == []
    cue.happen()
    assert pitch_of(document) == [62]


def test_another_one_takes_the_place_of_what_waits(
    document: Document, making: MakingState, variations: VariationsState, cue: FakeCue
) -> None:
    for pitch in (60, 62, 64):
        add(document, making, pitch)
    cue.playing = True
    variations.choose(0)
    variations.choose(1)
    assert variations.waiting == 1
    cue.happen()
    assert pitch_of(document) == [62]


def test_what_waits_keeps_what_is_locked(
    document: Document, making: MakingState, variations: VariationsState, cue: FakeCue
) -> None:
    add(document, making, 60)
    add(document, making, 62)
    document.set_voice(0, locked=True)
    cue.playing = True
    variations.choose(0)
    assert [note.pitch for note in cue.waits[0].note_array().to_notes()] == [62]


def test_what_was_edited_by_hand_is_kept_as_a_variation(
    document: Document, making: MakingState, variations: VariationsState
) -> None:
    add(document, making, 60)
    add(document, making, 62)
    document.edit("Draw", take(72))
    variations.choose(0)
    assert [one.number for one in variations.variations] == [1, 2, 3]
    assert variations.variations[2].made is None
    variations.choose(2)
    assert pitch_of(document) == [72]


def test_while_it_plays_an_edited_one_can_be_had_back_as_it_was(
    document: Document, making: MakingState, variations: VariationsState, cue: FakeCue
) -> None:
    add(document, making, 60)
    document.edit("Draw", take(72))
    cue.playing = True
    variations.choose(0)
    assert variations.waiting == 0
    cue.happen()
    assert pitch_of(document) == [60]


def test_old_ones_go_unless_they_have_a_star(
    document: Document, making: MakingState, variations: VariationsState
) -> None:
    add(document, making, 60)
    variations.star(0, True)
    for number in range(MOST + 3):
        add(document, making, 20 + number)
    numbers = [one.number for one in variations.variations]
    assert len(numbers) == MOST
    assert numbers[:2] == [1, 6]
    assert numbers[-1] == MOST + 4
    assert variations.variations[0].starred


def test_one_can_be_taken_off_the_list(
    document: Document, making: MakingState, variations: VariationsState
) -> None:
    add(document, making, 60)
    add(document, making, 62)
    variations.remove(1)
    assert variations.current is None
    assert [one.number for one in variations.variations] == [1]
    variations.remove(ORIGINAL)
    assert variations.original is not None
    assert pitch_of(document) == [62]


def test_locked_parts_stay_when_another_one_is_chosen(
    document: Document, making: MakingState, variations: VariationsState
) -> None:
    add(document, making, 60)
    add(document, making, 62)
    document.set_voice(0, locked=True)
    variations.choose(0)
    assert pitch_of(document) == [62]


def test_another_piece_has_its_own(
    document: Document, making: MakingState, variations: VariationsState
) -> None:
    add(document, making, 60)
    document.replace(Piece.of_roll(take(70)))
    assert variations.variations == ()
    assert variations.original is None
    assert variations.roll_of(0) is None
    add(document, making, 61)
    roll = variations.roll_of(ORIGINAL)
    assert roll is not None
    np.testing.assert_array_equal(roll.cells, take(70).cells)


def test_a_variation_can_be_given_a_tempo_and_stays_the_same(
    document: Document, making: MakingState, variations: VariationsState
) -> None:
    roll = add(document, making, 60)
    document.edit("Tempo", replace(roll, tempos=(replace(roll.tempos[0], bpm=90.0),)))
    assert variations.current == 0
