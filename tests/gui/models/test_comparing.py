from __future__ import annotations

import base64

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from export.sessionwire import pack_cells
from gui.making.wishes import MakingSettings
from gui.models.comparing import BARS, CompareState
from gui.models.entry import ModelEntry, read_entries
from model.roll import HELD, PITCHES, Roll
from tests.gui.models.bundles import Workers, add_bundle

STEPS = 16 * BARS
LOADED = {"steps_per_beat": 4, "velocity_bins": 32}


def made(pitch: int) -> dict[str, object]:
    """What the session says when it has made one note."""
    cells = np.zeros((1, PITCHES, STEPS), np.uint8)
    cells[0, pitch, 0] = 20
    return {"cells": pack_cells(cells), "notes": 1}


@pytest.fixture
def workers() -> Workers:
    return Workers()


@pytest.fixture
def state(qapp: object, workers: Workers) -> CompareState:
    return CompareState(make_worker=workers)


@pytest.fixture
def pair() -> tuple[ModelEntry, ModelEntry]:
    add_bundle("mine")
    first, second = read_entries()
    return first, second


def test_both_models_get_the_same_request(
    qtbot: QtBot, state: CompareState, workers: Workers, pair: tuple[ModelEntry, ModelEntry]
) -> None:
    with qtbot.waitSignal(state.compare_requested) as begun:
        state.start(*pair, seed=7)
    assert begun.args == [str(pair[0].path), str(pair[1].path), 7]
    worker = workers.last
    for pitch in (60, 64):
        worker.answer(loaded=LOADED)
        worker.answer(patch={"share": 0.5})
        worker.answer(done=made(pitch))
    assert [order["load"]["source"] for order in worker.orders if "load" in order] == [
        str(entry.path) for entry in pair
    ]
    makes = [order["make"] for order in worker.orders if "make" in order]
    assert makes == [{"bars": BARS, "seed": 7, "top_p": MakingSettings().top_p}] * 2
    a, b = state.rolls
    assert a is not None
    assert b is not None
    assert ([n.pitch for n in a.notes()], [n.pitch for n in b.notes()]) == ([60], [64])
    assert not state.busy
    assert worker.closed


def test_what_is_heard_is_the_finished_music_whatever_its_patches_held(
    state: CompareState, workers: Workers, pair: tuple[ModelEntry, ModelEntry]
) -> None:
    state.start(*pair, seed=7)
    workers.last.answer(loaded=LOADED)
    orphans = np.full((12, 16), HELD, np.uint8)  # a held cell that no note began is no music
    patch = {"start_step": 0, "low_pitch": 60, "height": 12, "width": 16, "share": 0.5}
    codes = base64.b64encode(orphans.tobytes()).decode()
    workers.last.answer(patch={**patch, "codes": codes})
    workers.last.answer(done=made(64))
    a, _ = state.rolls
    assert a is not None
    assert [note.pitch for note in a.notes()] == [64]
    assert np.count_nonzero(a.cells) == 1
    state.close()


def test_a_can_be_heard_while_b_is_made(
    qtbot: QtBot, state: CompareState, workers: Workers, pair: tuple[ModelEntry, ModelEntry]
) -> None:
    state.start(*pair, seed=7)
    workers.last.answer(loaded=LOADED)
    workers.last.answer(done=made(60))
    with qtbot.waitSignal(state.play_requested) as asked:
        state.play(0)
    assert asked.args is not None
    assert isinstance(asked.args[0], Roll)
    assert state.playing == 0
    with qtbot.assertNotEmitted(state.play_requested):
        state.play(1)
    state.close()


def test_a_model_that_can_not_play_is_named(
    qtbot: QtBot, state: CompareState, workers: Workers, pair: tuple[ModelEntry, ModelEntry]
) -> None:
    state.start(*pair, seed=7)
    workers.last.answer(loaded=LOADED)
    workers.last.answer(done=made(60))
    with qtbot.waitSignal(state.failed) as failed:
        workers.last.answer(failed="it needs torch")
    assert failed.args is not None
    assert failed.args[0] == "Can't compare with mine: it needs torch"
    assert not state.busy
    assert workers.last.closed


def test_stopping_leaves_no_child(
    state: CompareState, workers: Workers, pair: tuple[ModelEntry, ModelEntry]
) -> None:
    state.start(*pair, seed=7)
    state.cancel()
    assert workers.last.closed
    assert not state.busy
    state.start(*pair, seed=8)
    assert len(workers.made) == 2
    state.close()
