"""Playing together in the window: what both play comes into the piece, as a step to undo."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from gui.state.editing import erase_region
from gui.state.piece import Piece
from gui.state.region import Region
from model.roll import Note, Part, Roll
from tests.gui.live.test_take import bar
from tests.gui.live.togetherstage import Stage, notes


def test_what_both_play_is_in_the_piece_while_they_play_and_one_step_to_be_undone(
    stage: Stage, qtbot: QtBot
) -> None:
    stage.plays()
    stage.hears(bar={**bar(0), "kind": "rest"})
    stage.hears(heard=bar(0, (0, 60, 2)))
    qtbot.waitUntil(lambda: notes(stage) == [(0, 60)])
    stage.hears(heard=bar(0, (0, 60, 4), (4, 62, 1)))
    stage.hears(bar={**bar(1, (0, 72, 4)), "kind": "made"})
    qtbot.waitUntil(lambda: len(notes(stage)) == 3)
    stage.hears(heard=bar(2, (0, 64, 4)))
    stage.together.stop()
    stage.hears(ended={"bars": 1})
    assert notes(stage) == [(0, 60), (0, 62), (1, 72), (0, 64)]
    stack = stage.document.undo_stack
    assert (stack.count(), stack.undoText()) == (1, "Play together")
    stack.undo()
    assert notes(stage) == []
    assert [voice.name for voice in stage.document.piece.voices] == ["Piano"]
    stack.redo()
    assert len(notes(stage)) == 4


def test_each_take_is_a_step_of_its_own(stage: Stage) -> None:
    for pitch in (60, 61):
        stage.plays()
        stage.hears(heard=bar(0, (0, pitch, 2)))
        stage.hears(ended={"bars": 0})
    assert stage.document.undo_stack.count() == 2
    assert notes(stage) == [(0, 61)]
    stage.document.undo_stack.undo()
    assert notes(stage) == [(0, 60)]


def test_a_take_in_which_nobody_played_is_no_step(stage: Stage) -> None:
    stage.plays()
    stage.hears(bar={**bar(0), "kind": "rest"})
    stage.hears(ended={"bars": 0})
    assert stage.document.undo_stack.count() == 0


def test_another_piece_ends_it_and_gets_nothing_of_the_take(stage: Stage) -> None:
    stage.plays()
    stage.hears(heard=bar(0, (0, 60, 2)))
    other = Piece.of_roll(Roll.from_notes([Note(0, 0, 50, 8, 90)], 64, parts=(Part("Lead"),)))
    stage.document.replace(other)
    assert stage.child.orders[-1] == {"stop": True}
    stage.hears(heard=bar(1, (0, 61, 2)))
    stage.hears(ended={"bars": 0})
    assert notes(stage) == [(0, 50)]


def test_with_a_host_the_bars_of_the_piece_are_those_of_its_song(stage: Stage) -> None:
    stage.document.replace(Piece.of_roll(Roll.from_notes([Note(0, 0, 50, 8, 90)], 64)))
    stage.live.playhead.rest_at(37.0)
    stage.live.sync.choose(sync_source="jack")
    stage.plays()
    stage.hears(heard=bar(2, (0, 60, 2)))
    stage.hears(ended={"bars": 0})
    found = [note for note in stage.document.piece.roll.notes() if note.pitch == 60]
    assert [note.onset_steps for note in found] == [32]


def test_an_empty_piece_gets_the_host_s_tempo(stage: Stage) -> None:
    stage.live.sync.choose(sync_source="jack")
    stage.plays()
    stage.status("yours", 4)
    stage.hears(heard=bar(0, (0, 60, 2)))
    stage.hears(ended={"bars": 0})
    assert stage.document.piece.roll.tempos[0].bpm == 137.0


def test_what_is_edited_meanwhile_leaves_the_take_one_step(stage: Stage, qtbot: QtBot) -> None:
    document = stage.document
    song = Roll.from_notes([Note(0, 0, 50, 8, 90)], 64, parts=(Part("Lead"),))
    document.replace(Piece.of_roll(song))
    stage.plays()
    stage.hears(heard=bar(0, (0, 60, 2)))
    qtbot.waitUntil(lambda: (1, 60) in notes(stage))
    document.edit("Erase", erase_region(document.piece.roll, Region(0, 16, parts=frozenset({0}))))
    stage.hears(heard=bar(1, (0, 62, 2)))
    qtbot.waitUntil(lambda: (1, 62) in notes(stage))
    stage.hears(ended={"bars": 0})
    stack = document.undo_stack
    assert [stack.text(k) for k in range(stack.count())] == ["Play together", "Erase"]
    assert notes(stage) == [(1, 60), (1, 62)]
    stack.undo()
    assert notes(stage) == [(0, 50), (1, 60), (1, 62)]
    stack.undo()
    assert notes(stage) == [(0, 50)]
    assert len(document.piece.voices) == 1
