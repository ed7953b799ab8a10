from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from gui.state import editing
from gui.state.document import Document
from gui.state.errors import StateError
from gui.state.piece import Piece
from gui.state.selection import NoteId, Region, SelectionState
from tests.gui.state.pieces import small_piece

A, B, C = (0, 60, 0), (0, 62, 4), (1, 40, 0)


@pytest.fixture
def document(qtbot: QtBot) -> Document:
    return Document(small_piece())


@pytest.fixture
def selection(document: Document) -> SelectionState:
    return SelectionState(document)


def state_of(selection: SelectionState) -> tuple[set[NoteId], Region | None]:
    return set(selection.notes), selection.region


def test_notes_are_chosen_added_and_taken_out(selection: SelectionState) -> None:
    selection.select([A])
    selection.select([B, C], "add")
    assert selection.notes == {A, B, C}
    selection.select([A, C], "remove")
    assert selection.notes == {B}
    selection.select([C])
    assert selection.notes == {C}


def test_only_a_real_change_is_told(selection: SelectionState, qtbot: QtBot) -> None:
    with qtbot.waitSignal(selection.changed):
        selection.select([A])
    with qtbot.assertNotEmitted(selection.changed):
        selection.select([A])
        selection.select([A], "add")
        selection.set_region(None)


def test_region_and_notes_stand_side_by_side(selection: SelectionState) -> None:
    region = Region(0, 16, 48, 60)
    selection.select([A])
    selection.set_region(region)
    assert state_of(selection) == ({A}, region)
    selection.clear()
    assert state_of(selection) == (set(), None)


def test_notes_that_go_are_chosen_no_more(document: Document, selection: SelectionState) -> None:
    selection.select([A, B])
    document.edit("Erase", editing.erase_notes(document.piece.roll, [A]))
    assert selection.notes == {B}


def test_a_new_piece_has_nothing_chosen(document: Document, selection: SelectionState) -> None:
    selection.select([A, B])
    selection.set_region(Region(0, 8))
    document.replace(Piece.empty())
    assert state_of(selection) == (set(), None)


def test_a_region_behind_the_end_goes(document: Document, selection: SelectionState) -> None:
    selection.set_region(Region(40, 60))
    selection.select([(0, 64, 8), (1, 43, 16)])
    document.edit("Shorten", document.piece.roll.slice_steps(0, 16))
    assert selection.region is None
    assert selection.notes == {(0, 64, 8)}


def test_a_region_finds_the_notes_that_begin_inside(document: Document) -> None:
    notes = document.notes()
    assert Region(0, 5).of_notes(notes) == {A, B, C}
    assert Region(0, 5, 60, 62).of_notes(notes) == {A, B}
    assert Region(1, 5, parts=frozenset({0})).of_notes(notes) == {B}
    assert Region(1, 4).of_notes(notes) == frozenset()


def test_notes_that_begin_in_a_region_can_be_let_go(selection: SelectionState) -> None:
    selection.select([A, B, C])
    selection.set_region(Region(0, 4))
    selection.drop_notes(Region(0, 5, 60, 62, frozenset({0})))
    assert state_of(selection) == ({C}, Region(0, 4))
    selection.drop_notes(Region(0, 5))
    assert state_of(selection) == (set(), Region(0, 4))


def test_a_region_grows_to_whole_patches() -> None:
    assert Region(5, 9, 50, 61).snapped(8, 16, 64) == Region(0, 16, 48, 63)
    assert Region(0, 8, 48, 63).snapped(8, 16, 64) == Region(0, 8, 48, 63)
    assert Region(60, 62, 120, 127).snapped(16, 12, 63) == Region(48, 63, 120, 127)


@pytest.mark.parametrize(
    "fields", [(4, 4), (-1, 4), (0, 4, 61, 60), (0, 4, -1, 60), (0, 4, 0, 128)]
)
def test_a_region_without_cells_is_refused(fields: Any) -> None:
    with pytest.raises(StateError, match="A region can't"):
        Region(*fields)
