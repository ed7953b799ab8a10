"""A gesture that was broken into several steps is one step again, and nothing else changes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gui.state.document import Document
from gui.state.piece import Piece
from gui.state.putting import put
from model.roll import Note, Part, Roll, TempoChange

PARTS = (Part("Lead"), Part("You"))


@pytest.fixture
def document(qapp: object) -> Document:
    return Document(Piece.of_roll(Roll.from_notes([Note(0, 0, 50, 8, 90)], 64, parts=PARTS)))


def draw(document: Document, *notes: Note, merge: str = "", text: str = "Draw") -> None:
    array = Roll.from_notes(list(notes), 64, parts=PARTS).note_array()
    document.edit(text, put(document.piece.roll, array), merge=merge)


def play(document: Document, *notes: Note) -> None:
    draw(document, *notes, merge="take", text="Play")


def pitches(document: Document) -> list[int]:
    return sorted(note.pitch for note in document.piece.roll.notes())


def broken(document: Document) -> None:
    """Played, drawn, renamed, played, drawn, played."""
    play(document, Note(0, 1, 60, 4, 90))
    draw(document, Note(8, 0, 52, 4, 90))
    document.set_voice(0, name="Tune")
    play(document, Note(4, 1, 61, 4, 90))
    draw(document, Note(16, 0, 54, 4, 90))
    play(document, Note(8, 1, 62, 4, 90))


def test_the_gesture_comes_first_and_the_others_on_top_of_it(document: Document) -> None:
    broken(document)
    before, stack = document.piece, document.undo_stack
    assert stack.count() == 6
    document.gather("take")
    assert [stack.text(k) for k in range(stack.count())] == ["Play", "Draw", "Change voice", "Draw"]
    assert document.piece.roll.same_as(before.roll)
    assert document.piece.voices == before.voices
    seen = []
    while stack.canUndo():
        stack.undo()
        seen.append(pitches(document))
    played = [50, 60, 61, 62]
    assert seen == [[50, 52, 60, 61, 62], [50, 52, 60, 61, 62], played, [50]]
    assert document.piece.voices[0].name == "Lead"
    while stack.canRedo():
        stack.redo()
    assert document.piece.roll.same_as(before.roll)
    assert document.piece.voices == before.voices


def test_nobody_hears_of_it_and_the_notes_stay_known(document: Document) -> None:
    broken(document)
    heard: list[object] = []
    for signal in (document.changed, document.voices_changed, document.replaced):
        signal.connect(lambda *_: heard.append(1))
    document.gather("take")
    assert heard == []
    assert document.dirty
    expected = document.piece.roll.note_array().pitch
    np.testing.assert_array_equal(document.notes().pitch, expected)


def test_what_the_gesture_wrote_over_afterwards_stays_written_over(document: Document) -> None:
    play(document, Note(0, 1, 60, 4, 90))
    draw(document, Note(8, 1, 70, 8, 90))
    array = Roll.from_notes([Note(8, 1, 70, 2, 40)], 64, parts=PARTS).note_array()
    document.edit("Play", put(document.piece.roll, array), merge="take")
    before = document.piece.roll
    document.gather("take")
    assert document.piece.roll.same_as(before)
    while document.undo_stack.canUndo():
        document.undo_stack.undo()
    assert pitches(document) == [50]


@pytest.mark.parametrize("how", ["tempo", "one step", "undone"])
def test_where_it_can_not_be_the_steps_stay(document: Document, how: str) -> None:
    play(document, Note(0, 1, 60, 4, 90))
    if how == "tempo":
        roll = document.piece.roll
        document.edit("Tempo", replace(roll, tempos=(TempoChange(0, 90.0),)))
    if how != "one step":
        draw(document, Note(8, 0, 52, 4, 90))
        play(document, Note(4, 1, 61, 4, 90))
    if how == "undone":
        document.undo_stack.undo()
    before, count = document.piece, document.undo_stack.count()
    document.gather("take")
    assert document.piece is before
    assert document.undo_stack.count() == count
