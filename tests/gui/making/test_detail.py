"""The picture of a piece on each level is what the level's rules say of it."""

from __future__ import annotations

import numpy as np
from pytestqt.qtbot import QtBot

from gui.making.detail import DetailPicture, level_flags, patch_rows
from gui.making.making import MakingState
from gui.state.document import Document
from gui.state.piece import Piece
from model.roll import Note, Part, Roll

NOTES = [Note(0, 0, 60, 8, 80), Note(9, 0, 61, 1, 80), Note(2, 1, 30, 4, 80)]
ROLL = Roll.from_notes(NOTES, 14, parts=(Part("a"), Part("b")))


def test_flags_are_silent_held_and_active() -> None:
    flags = level_flags(ROLL.cells, (16, 4))
    assert flags.shape == (2, 8, 4)
    assert flags[0, 3].tolist() == [2, 1, 2, 0]
    assert flags[1, 1].tolist() == [2, 2, 0, 0]
    assert not flags[1, 2:].any()


def test_a_note_that_goes_on_and_ends_inside_a_patch_makes_it_active() -> None:
    roll = Roll.from_notes([Note(0, 0, 60, 6, 80)], 12)
    assert level_flags(roll.cells, (128, 4))[0, 0].tolist() == [2, 2, 0]


def test_rows_say_where_and_whose_and_whether_held() -> None:
    flags = level_flags(ROLL.cells, (16, 4))
    rows = patch_rows(flags, (16, 4), 4, 8)
    assert rows.tolist() == [[4, 8, 48, 63, 0, 1], [4, 8, 16, 31, 1, 2]]
    assert len(patch_rows(flags, (16, 4), 12, 14)) == 0
    assert len(patch_rows(flags, (16, 4), 0, 14)) == 5


def test_patches_taller_than_a_part_are_as_tall_as_it() -> None:
    rows = patch_rows(level_flags(ROLL.cells, (256, 4)), (256, 4), 0, 4)
    assert rows[:, 2:4].tolist() == [[0, 127], [0, 127]]


def test_the_picture_follows_the_document_and_the_model(
    qtbot: QtBot, making: MakingState, document: Document
) -> None:
    picture = DetailPicture(document, making)
    assert not len(picture.patches(0, 0, 100))
    with qtbot.waitSignal(making.loaded, timeout=20_000):
        making.start()
    assert picture.levels == ((128, 4), (16, 4), (1, 1))
    assert not len(picture.patches(1, 0, 100))
    document.replace(Piece.of_roll(ROLL))
    assert len(picture.patches(1, 0, 14)) == 5
    assert len(picture.patches(0, 0, 14)) == 5
    assert not len(picture.patches(9, 0, 14))
    later = Roll.from_notes(NOTES[:1], 14, parts=ROLL.parts)
    document.edit("Erase", later)
    assert len(picture.patches(1, 0, 14)) == 2
    assert picture.patches(1, 0, 14).dtype == np.int64
