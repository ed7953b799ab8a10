"""Generate, Continue, Regenerate, Vary and Esc, over the real process with a fake engine."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from gui.making.engine import EngineState
from gui.making.job import Result
from gui.making.making import MakingState
from gui.state.document import Document
from gui.state.piece import Piece
from gui.state.selection import Region, SelectionState
from gui.state.settings import SettingsState
from model.roll import HELD, SILENT, Grid, Note, Part, Roll
from tests.gui.making.fakesession import MODULE

BAR = 16
PATIENCE_MS = 20_000


def made(qtbot: QtBot, making: MakingState, act: Callable[[], object]) -> Result:
    """What a making came to."""
    with qtbot.waitSignal(making.made, timeout=PATIENCE_MS) as spied:
        act()
    result = spied.args[0]
    assert isinstance(result, Result)
    return result


def test_generate_fills_an_empty_document_in_one_undo_step(
    qtbot: QtBot, making: MakingState, document: Document
) -> None:
    making.set(bars=4)
    result = made(qtbot, making, making.generate)
    assert document.piece.roll.steps == 4 * BAR
    assert len(document.notes())
    assert document.undo_stack.count() == 1
    assert document.made == result.made
    assert (result.made.model, result.made.model_hash) == ("fake", "abc")
    assert result.made.seed == making.settings.seed
    assert not making.busy
    document.undo_stack.undo()
    assert not len(document.notes())


def test_a_locked_seed_gives_the_same_notes_and_the_dice_others(
    qtbot: QtBot, making: MakingState
) -> None:
    making.set(bars=2, seed=7, seed_locked=True)
    first = made(qtbot, making, making.generate).roll
    making.set(seed=8)
    other = made(qtbot, making, making.generate).roll
    making.set(seed=7)
    again = made(qtbot, making, making.generate).roll
    np.testing.assert_array_equal(first.cells, again.cells)
    assert (first.cells != other.cells).any()
    making.set(seed_locked=False)
    made(qtbot, making, making.generate)
    assert making.settings.seed != 7


def test_regenerate_changes_the_region_and_nothing_else(
    qtbot: QtBot, making: MakingState, document: Document, selection: SelectionState
) -> None:
    making.set(bars=4)
    made(qtbot, making, making.generate)
    before = document.piece.roll.cells.copy()
    selection.set_region(Region(BAR, 3 * BAR, 40, 80))
    result = made(qtbot, making, making.regenerate)
    after = document.piece.roll.cells
    inside = np.zeros(before.shape, bool)
    inside[:, 40:81, BAR : 3 * BAR] = True
    np.testing.assert_array_equal(after[~inside], before[~inside])
    assert (after[inside] != before[inside]).any()
    assert result.made.region == selection.region
    assert document.undo_stack.count() == 2


def test_after_it_no_note_is_chosen_and_the_region_is(
    qtbot: QtBot, making: MakingState, document: Document, selection: SelectionState
) -> None:
    making.set(bars=4, seed=7, seed_locked=True)
    made(qtbot, making, making.generate)
    region = Region(BAR, 3 * BAR)
    every = Region(0, 4 * BAR).of_notes(document.notes())
    selection.set_region(region)
    selection.select(every)
    made(qtbot, making, making.regenerate)
    assert every & Region(0, 4 * BAR).of_notes(document.notes())  # some begin where others did
    assert selection.region == region
    assert not selection.notes


def test_where_all_is_new_nothing_is_chosen_so_that_all_is_saved_next(
    qtbot: QtBot, making: MakingState, document: Document, selection: SelectionState
) -> None:
    making.set(bars=4, seed=7, seed_locked=True)
    made(qtbot, making, making.generate)
    region = Region(BAR, 3 * BAR)
    selection.set_region(region)
    selection.select(region.of_notes(document.notes()))
    made(qtbot, making, making.generate)
    assert selection.region is None
    assert not selection.notes


def test_where_only_notes_were_chosen_their_box_is_what_is_made_again(
    qtbot: QtBot, making: MakingState, document: Document, selection: SelectionState
) -> None:
    making.set(bars=4, seed=7, seed_locked=True)
    made(qtbot, making, making.generate)
    selection.select(Region(BAR, 2 * BAR).of_notes(document.notes()))
    box = making.region
    made(qtbot, making, making.regenerate)
    assert not selection.notes
    assert selection.region is not None
    assert box is not None
    assert selection.region.start_step == box.start_step
    assert selection.region.low_pitch == box.low_pitch
    made(qtbot, making, making.regenerate)


def test_regenerate_without_a_selection_says_what_to_do(
    qtbot: QtBot, making: MakingState, document: Document
) -> None:
    with qtbot.waitSignal(making.failed, timeout=PATIENCE_MS) as spied:
        making.regenerate()
    assert spied.args == ["Nothing is selected; drag over the roll to select a region."]
    assert not making.busy
    assert not document.undo_stack.count()


@pytest.mark.parametrize("act", ["regenerate", "vary"])
def test_what_is_refused_leaves_the_seed_as_it_was(
    qtbot: QtBot, making: MakingState, document: Document, act: str
) -> None:
    making.set(seed=4711)
    making.start()
    with qtbot.waitSignal(making.failed, timeout=PATIENCE_MS):
        getattr(making, act)()
    assert making.settings.seed == 4711
    with qtbot.waitSignal(making.failed, timeout=PATIENCE_MS):
        getattr(making, act)()
    assert making.settings.seed == 4711


def test_selected_notes_are_a_region(
    qtbot: QtBot, making: MakingState, document: Document, selection: SelectionState
) -> None:
    notes = [Note(4, 0, 60, 4, 80), Note(8, 0, 67, 8, 80), Note(40, 0, 72, 2, 80)]
    document.replace(Piece.of_roll(Roll.from_notes(notes, 4 * BAR)))
    selection.select([(0, 60, 4), (0, 67, 8)])
    assert making.region == Region(4, 16, 60, 67, frozenset({0}))
    assert making.bars_of(Region(4, 16)) == (1, 1)
    assert making.bars_of(Region(16, 33)) == (2, 3)


def test_locked_parts_stay_and_the_others_are_made(
    qtbot: QtBot, making: MakingState, document: Document
) -> None:
    notes = [Note(0, 0, 60, 8, 80), Note(70, 0, 64, 8, 80), Note(0, 1, 48, 8, 80)]
    parts = (Part("Melody"), Part("Bass"))
    document.replace(Piece.of_roll(Roll.from_notes(notes, 5 * BAR, Grid(), parts)))
    document.set_voice(0, locked=True)
    melody = document.piece.roll.cells[0].copy()
    making.set(bars=2)
    made(qtbot, making, making.generate)
    roll = document.piece.roll
    np.testing.assert_array_equal(roll.cells[0], melody[:, : roll.steps])
    assert roll.steps == 78
    assert (roll.cells[1] != SILENT).any()
    document.set_voice(1, locked=True)
    with qtbot.waitSignal(making.failed, timeout=PATIENCE_MS) as spied:
        making.generate()
    assert "unlock one" in spied.args[0]
    assert not making.busy


def test_what_cannot_be_made_is_over_before_it_is_told(
    qtbot: QtBot, making: MakingState, document: Document
) -> None:
    shown: list[bool] = []
    making.changed.connect(lambda: shown.append(making.busy))
    with qtbot.waitSignals([making.finished, making.failed], timeout=PATIENCE_MS, order="strict"):
        making.regenerate()
    assert shown[-1] is False


def test_continue_goes_on_after_the_last_note_and_leaves_what_is_there(
    qtbot: QtBot, making: MakingState, document: Document
) -> None:
    notes = [Note(0, 0, 60, 20, 80)]
    document.replace(Piece.of_roll(Roll.from_notes(notes, 3 * BAR)))
    making.set(bars=3)
    result = made(qtbot, making, making.go_on)
    assert (result.start, result.stop) == (2 * BAR, 5 * BAR)
    assert document.piece.roll.steps == 5 * BAR
    assert document.notes().to_notes()[0] == Note(0, 0, 60, 20, 78)


def test_a_note_across_the_border_goes_on(
    qtbot: QtBot, making: MakingState, document: Document, selection: SelectionState
) -> None:
    """It begins in the region and is kept behind it: at the border it begins anew at the latest."""
    document.replace(Piece.of_roll(Roll.from_notes([Note(12, 0, 60, 40, 100)], 4 * BAR)))
    selection.set_region(Region(0, 2 * BAR))
    for _ in range(3):
        made(qtbot, making, making.regenerate)
        cells = document.piece.roll.cells[0, 60]
        assert (cells[2 * BAR : 52] == HELD).all()
        assert cells[2 * BAR - 1] != SILENT


def test_vary_keeps_where_something_happens(
    qtbot: QtBot, making: MakingState, document: Document
) -> None:
    making.set(bars=4)
    before = made(qtbot, making, making.generate).roll.cells[0]
    after = made(qtbot, making, making.vary).roll.cells[0]
    assert (before != after).any()
    blocks = [
        (cells >= 2).reshape(8, 16, -1, 4).any((1, 3))
        | (cells != 0).reshape(8, 16, -1, 4).any((1, 3))
        for cells in (before, after)
    ]
    assert (blocks[0] == blocks[1]).mean() > 0.9


def test_escape_leaves_the_document_as_it_was(
    qtbot: QtBot, making: MakingState, document: Document
) -> None:
    making.set(bars=2)
    made(qtbot, making, making.generate)
    before, revision = document.piece.roll, document.revision
    making.set(bars=256)
    making.generate()
    qtbot.waitUntil(lambda: len(making.pending.patches) > 0, timeout=PATIENCE_MS)
    with qtbot.waitSignal(making.finished) as spied:
        making.cancel()
    assert spied.args == [False]
    assert not making.busy
    assert making.pending.region is None
    assert not len(making.pending.patches)
    assert document.piece.roll is before
    assert document.revision == revision
    making.set(bars=2)
    made(qtbot, making, making.generate)
    assert document.piece.roll.steps == 2 * BAR


def test_a_second_generate_gives_the_first_one_up(
    qtbot: QtBot, making: MakingState, document: Document
) -> None:
    making.set(bars=256)
    making.generate()
    qtbot.waitUntil(lambda: len(making.pending.patches) > 0, timeout=PATIENCE_MS)
    making.set(bars=2)
    made(qtbot, making, making.generate)
    assert document.piece.roll.steps == 2 * BAR
    assert document.undo_stack.count() == 1


def test_edits_made_meanwhile_outside_the_region_stay(
    qtbot: QtBot, making: MakingState, document: Document, selection: SelectionState
) -> None:
    notes = [Note(0, 0, 60, 4, 80)]
    document.replace(Piece.of_roll(Roll.from_notes(notes, 4 * BAR)))
    making.start()
    qtbot.waitUntil(lambda: making.facts is not None, timeout=PATIENCE_MS)
    selection.set_region(Region(2 * BAR, 3 * BAR))
    making.regenerate()
    edited = Roll.from_notes([*notes, Note(8, 0, 62, 4, 80)], 4 * BAR)
    document.edit("Draw", edited)
    qtbot.waitUntil(lambda: not making.busy, timeout=PATIENCE_MS)
    kept = document.piece.roll.cells[:, :, : 2 * BAR]
    np.testing.assert_array_equal(kept, edited.cells[:, :, : 2 * BAR])


def test_a_model_that_is_not_there_is_told_and_the_next_one_loads(
    qtbot: QtBot, making: MakingState
) -> None:
    with qtbot.waitSignal(making.failed, timeout=PATIENCE_MS) as spied:
        making.load("missing")
    assert spied.args == ["there is no model at missing; the bundled model is loaded instead."]
    with qtbot.waitSignal(making.loaded, timeout=PATIENCE_MS) as told:
        making.load("other")
    assert told.args == ["/models/other"]
    assert making.engine_text == "other · fake"
    assert making.level_patches == ((128, 4), (16, 4), (1, 1))


def test_a_process_that_is_gone_is_started_again(
    qtbot: QtBot, making: MakingState, document: Document
) -> None:
    making.set(bars=1)
    made(qtbot, making, making.generate)
    making.engine.close()
    made(qtbot, making, making.generate)
    assert document.undo_stack.count() == 2


def test_a_process_that_was_killed_comes_back_with_its_model(
    qtbot: QtBot, making: MakingState, document: Document
) -> None:
    with qtbot.waitSignal(making.loaded, timeout=PATIENCE_MS):
        making.load("other")
    making.set(bars=256)
    making.generate()
    qtbot.waitUntil(lambda: len(making.pending.patches) > 0, timeout=PATIENCE_MS)
    with qtbot.waitSignals([making.failed, making.finished, making.loaded], timeout=PATIENCE_MS):
        os.kill(making.engine.pid, signal.SIGKILL)
    assert not making.busy
    assert making.engine_text == "other · fake"
    assert not document.undo_stack.count()
    making.set(bars=1)
    made(qtbot, making, making.generate)


def test_with_no_model_at_all_the_bundled_one_takes_the_place_of_one_that_is_gone(
    qtbot: QtBot, making: MakingState
) -> None:
    with qtbot.waitSignals([making.failed, making.loaded], timeout=PATIENCE_MS):
        making.load("missing")
    assert making.engine_text == "fake · fake"
    with qtbot.waitSignal(making.failed, timeout=PATIENCE_MS):
        making.load("missing")
    assert making.engine_text == "fake · fake"
    assert not making.engine.is_loading
    assert making.engine.source == ""


def test_where_the_model_runs_is_changed_by_the_settings(
    qtbot: QtBot, document: Document, tmp_path: Path
) -> None:
    settings = SettingsState(tmp_path / "settings.json")
    making = MakingState(
        document, SelectionState(document), settings, engine=EngineState(module=MODULE)
    )
    with qtbot.waitSignal(making.loaded, timeout=PATIENCE_MS):
        making.load("other")
    with qtbot.waitSignal(making.loaded, timeout=PATIENCE_MS):
        settings.set("device", "cpu")
    assert (making.engine.source, making.engine.device) == ("other", "cpu")
    with qtbot.waitSignal(making.loaded, timeout=PATIENCE_MS):
        making.load("third")
    assert (making.engine.source, making.engine.device) == ("third", "cpu")
    making.close()
    settings.flush()


@pytest.mark.parametrize(("wish", "value"), [("key", "H minor"), ("style", "polka")])
def test_what_the_model_does_not_know_is_told(
    qtbot: QtBot, making: MakingState, document: Document, wish: str, value: str
) -> None:
    making.set(**{wish: value})
    with qtbot.waitSignal(making.failed, timeout=PATIENCE_MS) as spied:
        making.generate()
    assert value in spied.args[0]
    assert not making.busy
    assert document.undo_stack.count() == 0
