import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication

from gui.state import editing
from gui.state.changes import SliceChange, WholeChange, between
from gui.state.commands import EditCommand
from gui.state.document import Document, Made
from gui.state.errors import StateError
from gui.state.noteids import ids_of
from gui.state.piece import Piece, Voice
from gui.state.region import Region
from model.roll import MetreChange, Note, Part, Roll, TempoChange
from tests.gui.state.pieces import NOTES, large_roll, locked_piece, roll_of, small_piece

MADE = Made("standard", "abc", 7, 0.9, 1.5, Region(0, 16), None)


class Heard:
    """What a document has said, in order."""

    def __init__(self, document: Document) -> None:
        self.said: list[object] = []
        document.changed.connect(lambda first, last: self.said.append((first, last)))
        document.voices_changed.connect(lambda: self.said.append("voices"))
        document.loop_changed.connect(lambda: self.said.append("loop"))
        document.replaced.connect(lambda: self.said.append("replaced"))
        document.path_changed.connect(lambda: self.said.append("path"))
        document.dirty_changed.connect(lambda dirty: self.said.append(dirty))


def made_of(document: Document) -> Made | None:
    return document.made


def is_dirty(document: Document) -> bool:
    return document.dirty


@pytest.fixture
def document(qapp: QApplication) -> Iterator[Document]:
    one = Document(small_piece())
    yield one
    one.deleteLater()


@pytest.fixture
def heard(document: Document) -> Heard:
    return Heard(document)


def test_a_new_document_is_eight_empty_bars(qapp: QApplication) -> None:
    document = Document()
    assert document.piece.roll.steps == 8 * 16
    assert len(document.notes()) == 0
    assert not document.dirty


def test_an_edit_tells_the_steps_that_changed(document: Document, heard: Heard) -> None:
    roll = editing.add_note(document.piece.roll, 0, 70, 20, 3, 64)
    assert document.edit("Draw", roll)
    assert heard.said == [(20, 23), True]
    assert document.undo_stack.undoText() == "Draw"
    assert document.piece.roll.same_as(roll)


def test_an_edit_that_changes_nothing_is_no_step(document: Document, heard: Heard) -> None:
    assert not document.edit("Nothing", replace(document.piece.roll))
    assert document.undo_stack.count() == 0
    assert heard.said == []


def test_undo_and_redo_bring_back_exactly_what_was(document: Document) -> None:
    before = document.piece.roll
    after = editing.move_notes(before, [(0, 60, 0), (1, 43, 16)], 3, 2)
    document.edit("Move", after)
    document.undo_stack.undo()
    assert document.piece.roll.same_as(before)
    assert document.notes().to_notes() == before.notes()
    document.undo_stack.redo()
    assert document.piece.roll.same_as(after)
    assert document.notes().to_notes() == after.notes()


def test_a_step_holds_only_the_rows_and_steps_that_differ() -> None:
    roll = large_roll()
    change = between(roll, editing.add_note(roll, 2, 60, 5000, 4, 100))
    assert isinstance(change, SliceChange)
    assert change.rows.tolist() == [2 * 128 + 60]
    assert len(change.before.block.data) + len(change.after.block.data) < 64


def test_a_step_that_changes_everything_costs_little_memory() -> None:
    roll = large_roll()
    change = between(roll, editing.move_notes(roll, ids_of(roll.note_array()), 0, 1))
    assert isinstance(change, SliceChange)
    assert len(change.before.block.data) + len(change.after.block.data) < 1 << 20
    assert change.backward(change.forward(roll)).same_as(roll)


def test_a_longer_roll_can_be_undone_to_its_length(document: Document, heard: Heard) -> None:
    before = document.piece.roll
    clip = editing.notes_of(before, [(0, 60, 0)])
    document.edit("Paste", editing.paste(before, clip, 70))
    assert document.piece.roll.steps == 80
    assert heard.said[0] == (64, 80)
    document.undo_stack.undo()
    assert document.piece.roll.same_as(before)
    document.undo_stack.redo()
    assert document.piece.roll.steps == 80


def test_another_tempo_or_metre_changes_everything(document: Document, heard: Heard) -> None:
    before = document.piece.roll
    slower = replace(before, tempos=(TempoChange(0, 60.0),), metres=(MetreChange(0, 3, 4),))
    document.edit("Tempo", slower)
    assert heard.said[0] == (0, 64)
    document.undo_stack.undo()
    assert document.piece.roll.tempos == before.tempos
    assert document.piece.roll.metres == before.metres


def test_more_parts_get_voices_and_undo_takes_both(document: Document, heard: Heard) -> None:
    before = document.piece
    cells = np.concatenate([before.roll.cells, before.roll.cells[:1]])
    document.edit(
        "Add part", Roll(cells, before.roll.grid, (*before.roll.parts, Part("Flute", 73)))
    )
    assert document.piece.voices == (*before.voices, Voice("Flute", 2, program=73))
    assert "voices" in heard.said
    document.undo_stack.undo()
    assert document.piece.voices == before.voices
    assert document.piece.roll.same_as(before.roll)


def test_a_generation_is_one_step_that_knows_where_it_came_from(document: Document) -> None:
    document.edit("Draw", editing.add_note(document.piece.roll, 0, 70, 20, 3, 64))
    document.commit("Generate", roll_of(Note(0, 0, 72, 4, 100)), MADE)
    assert made_of(document) == MADE
    assert document.undo_stack.count() == 2
    document.undo_stack.undo()
    assert made_of(document) is None
    assert len(document.notes()) == len(NOTES) + 1


def test_generated_notes_take_the_names_that_the_voices_have(document: Document) -> None:
    made = replace(
        roll_of(Note(0, 0, 72, 4, 100)), parts=(Part("Fractalroll"), Part("Fractalroll"))
    )
    document.commit("Generate", made, MADE)
    assert [part.name for part in document.piece.roll.parts] == ["Melody", "Bass"]


def test_one_gesture_is_one_step(document: Document) -> None:
    before = document.piece.roll
    for k in range(5):
        onset = k  # the note goes on step by step
        roll = editing.move_notes(document.piece.roll, [(0, 60, onset)], 1, 0)
        document.edit("Move", roll, merge="nudge")
    assert document.undo_stack.count() == 1
    document.undo_stack.undo()
    assert document.piece.roll.same_as(before)


def test_a_gesture_that_ends_where_it_began_leaves_no_step(document: Document) -> None:
    roll = document.piece.roll
    document.edit("Move", editing.move_notes(roll, [(0, 60, 0)], 1, 0), merge="nudge")
    document.edit("Move", roll, merge="nudge")
    assert document.undo_stack.count() == 0
    assert document.piece.roll.same_as(roll)
    assert not document.dirty


def test_locked_parts_stay_whatever_is_committed(qapp: QApplication) -> None:
    document = Document(locked_piece(1))
    bass = document.piece.roll.cells[1]
    document.commit("Generate", roll_of(Note(0, 0, 72, 4, 100), Note(0, 1, 30, 4, 100)), MADE)
    assert np.array_equal(document.piece.roll.cells[1], bass)
    assert [n.pitch for n in document.piece.roll.notes() if n.part == 0] == [72]


def test_a_shorter_roll_keeps_what_locked_parts_hold(qapp: QApplication) -> None:
    document = Document(locked_piece(1))
    document.commit("Generate", roll_of(Note(0, 0, 72, 4, 100), steps=16), MADE)
    assert document.piece.roll.steps == 32
    assert [n for n in document.piece.roll.notes() if n.part == 1] == [*NOTES[3:]]


def test_locked_parts_cannot_be_taken_away(qapp: QApplication) -> None:
    document = Document(locked_piece(1))
    with pytest.raises(StateError, match="Bass is locked"):
        document.edit("One part", roll_of(parts=(Part(),)))


def test_undo_goes_through_a_lock(document: Document) -> None:
    before = document.piece.roll
    document.edit("Erase", editing.erase_notes(before, [(0, 60, 0)]))
    document.set_voice(0, locked=True)
    document.undo_stack.undo()
    assert document.piece.roll.same_as(before)


def test_a_voice_gives_its_name_and_program_to_its_part(document: Document, heard: Heard) -> None:
    document.set_voice(1, name="Cello", program=42)
    assert document.piece.roll.parts[1] == Part("Cello", 42)
    assert heard.said == ["voices", True]
    document.undo_stack.undo()
    assert document.piece.roll.parts[1] == Part("Bass", 32)
    assert document.piece.voices[1].name == "Bass"


def test_mute_and_solo_are_no_steps_and_survive_undo(document: Document, heard: Heard) -> None:
    document.edit("Erase", editing.erase_notes(document.piece.roll, [(0, 60, 0)]))
    document.set_voice(0, solo=True)
    assert document.piece.audible() == (True, False)
    document.undo_stack.undo()
    assert document.piece.audible() == (True, False)
    assert document.dirty, "a switch is kept in the project, too"


def test_a_voice_that_is_not_there_is_named(document: Document) -> None:
    with pytest.raises(StateError, match="no voice 2"):
        document.set_voice(2, muted=True)


def test_the_loop_is_switched_to_the_region_else_the_last_one_else_all(document: Document) -> None:
    steps = document.piece.roll.steps
    loops = []
    for region in (None, None, Region(16, 32), None, None):
        document.toggle_loop(region)
        loops.append(document.piece.loop)
    assert loops == [(0, steps), None, (16, 32), None, (16, 32)]


def test_another_piece_knows_no_last_loop(document: Document) -> None:
    document.set_loop((16, 32))
    document.toggle_loop()
    document.replace(Piece.empty(bars=1))
    document.toggle_loop()
    assert document.piece.loop == (0, 16)


def test_a_loop_is_told_once_and_checked(document: Document, heard: Heard) -> None:
    document.set_loop((16, 32))
    document.set_loop((16, 32))
    assert heard.said == ["loop", True]
    with pytest.raises(StateError, match="loop can't run"):
        document.set_loop((32, 32))
    assert document.piece.loop == (16, 32)


def test_another_piece_forgets_the_steps_of_the_old(document: Document, heard: Heard) -> None:
    document.edit("Erase", editing.erase_notes(document.piece.roll, [(0, 60, 0)]))
    heard.said.clear()
    revision = document.revision
    document.replace(Piece.empty(), Path("other.fractalroll"))
    assert document.undo_stack.count() == 0
    assert not document.dirty
    assert document.path == Path("other.fractalroll")
    assert document.revision != revision
    assert len(document.notes()) == 0
    assert {"replaced", "path", False} <= set(heard.said)


def test_saved_is_clean_until_the_next_change_and_after_undo_of_it(document: Document) -> None:
    document.edit("Erase", editing.erase_notes(document.piece.roll, [(0, 60, 0)]))
    document.set_voice(0, muted=True)
    document.saved(Path("here.fractalroll"))
    assert not is_dirty(document)
    document.edit("Erase", editing.erase_notes(document.piece.roll, [(0, 62, 4)]))
    assert is_dirty(document)
    document.undo_stack.undo()
    assert not is_dirty(document)
    document.undo_stack.undo()
    assert is_dirty(document)


def test_notes_are_the_same_object_until_something_changes(document: Document) -> None:
    notes = document.notes()
    assert document.notes() is notes
    document.set_voice(0, muted=True)
    assert document.notes() is notes
    document.edit("Erase", editing.erase_notes(document.piece.roll, [(0, 60, 0)]))
    assert document.notes() is not notes


drawn = st.tuples(st.integers(0, 1), st.integers(58, 66), st.integers(0, 63), st.integers(1, 12))


@settings(max_examples=40)
@given(st.lists(st.one_of(drawn, st.sampled_from(["undo", "redo", "grow", "erase"])), max_size=14))
def test_notes_kept_up_to_date_are_those_of_the_roll(moves: list[Any]) -> None:
    document = Document(small_piece())
    first = document.piece.roll
    for move in moves:
        roll = document.piece.roll
        if move == "undo":
            document.undo_stack.undo()
        elif move == "redo":
            document.undo_stack.redo()
        elif move == "grow":
            document.edit("Grow", editing.extended(roll, roll.steps + 5))
        elif move == "erase":
            document.edit("Clear", editing.erase_region(roll, Region(3, 20)))
        else:
            part, pitch, onset, duration = move
            drawn_on = editing.add_note(roll, part, pitch, onset, duration, 100)
            document.edit("Draw", drawn_on, merge="draw")
        assert document.notes().to_notes() == document.piece.roll.notes()
    while document.undo_stack.canUndo():
        document.undo_stack.undo()
    assert document.piece.roll.same_as(first)


def test_rolls_of_other_grids_are_kept_whole() -> None:
    old, new = roll_of(*NOTES), Piece.empty().roll
    change = between(old, new)
    assert isinstance(change, WholeChange)
    assert change.forward(old) is new
    assert change.backward(new) is old


def test_steps_of_qt_stay_ours_after_they_were_pushed(document: Document) -> None:
    document.commit("Generate", roll_of(Note(0, 0, 72, 4, 100)), MADE)
    command = document.undo_stack.command(0)
    assert isinstance(command, EditCommand)
    assert command.made == MADE


def test_the_state_is_imported_without_torch_and_without_widgets() -> None:
    code = (
        "import sys, gui.state.document, gui.state.projects, gui.state.settings, gui.state.view,"
        " gui.state.recent, gui.state.clipboard, gui.state.selection;"
        "print([m for m in ('torch', 'onnxruntime', 'PySide6.QtWidgets') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_what_is_pure_is_imported_without_qt() -> None:
    code = (
        "import sys, gui.state.editing, gui.state.clipboard, gui.state.piece, gui.state.rolljson;"
        "print('PySide6' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
