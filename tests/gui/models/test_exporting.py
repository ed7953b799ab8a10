from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from export.manifest import read_manifest
from gui.models.exporting import ExportState
from gui.models.parity import ParityReport, as_text
from model.bundleinfo import shipped_folder
from tests.gui.models.bundles import ERRORS, PARITY, Workers, export_facts

SOURCE, OUT = Path("source"), Path("out")


@pytest.fixture
def workers() -> Workers:
    return Workers()


@pytest.fixture
def state(qapp: object, workers: Workers) -> ExportState:
    return ExportState(make_worker=workers)


def test_the_child_is_told_what_to_export(state: ExportState, workers: Workers) -> None:
    state.start(SOURCE, OUT, embed=True)
    (order,) = workers.last.orders
    assert order["export"] == {
        "source": "source", "out": "out", "embed": True, "eight_bit": False, "replace": False,
    }  # fmt: skip
    assert state.busy
    state.start(SOURCE, OUT)
    assert len(workers.made) == 1, "one at a time"


def test_progress_then_a_report(qtbot: QtBot, state: ExportState, workers: Workers) -> None:
    state.start(SOURCE, OUT)
    workers.last.answer(progress=0.5, doing="notes: one short roll")
    assert (state.share, state.doing) == (0.5, "comparing notes with torch's")
    with qtbot.waitSignal(state.finished) as finished:
        workers.last.answer(done=export_facts(OUT))
    assert finished.args == ["out"]
    assert not state.busy
    assert state.outcome is not None
    assert state.outcome.report.good
    assert [row.label for row in state.outcome.report.rows] == [
        "Level 1: which patches sound",
        "Level 1: what it hands down",
        "Level 2: which patches sound",
        "Cells: silent, held or struck",
        "Cells: how loud",
    ]


def test_a_failure_is_a_sentence_and_another_try_is_free(
    qtbot: QtBot, state: ExportState, workers: Workers
) -> None:
    state.start(SOURCE, OUT)
    with qtbot.waitSignal(state.failed) as failed:
        workers.last.answer(failed="the graphs differ from the torch model")
    assert failed.args is not None
    assert failed.args[0] == "the graphs differ from the torch model"
    state.start(SOURCE, OUT)
    assert state.busy
    assert state.outcome is None


def test_a_child_that_dies_is_a_failure(qtbot: QtBot, state: ExportState, workers: Workers) -> None:
    state.start(SOURCE, OUT)
    with qtbot.waitSignal(state.failed):
        workers.last.failed.emit("export.exportchild broke down: out of memory; try again.")
    assert not state.busy
    state.start(SOURCE, OUT)
    with qtbot.waitSignal(state.failed):
        workers.last.end()


def test_cancelling_is_at_once_and_silent(
    qtbot: QtBot, state: ExportState, workers: Workers
) -> None:
    state.start(SOURCE, OUT)
    worker = workers.last
    with qtbot.assertNotEmitted(state.failed), qtbot.assertNotEmitted(state.finished):
        state.cancel()
        assert not state.busy
        worker.answer(done=export_facts(OUT))
        worker.failed.emit("too late")
    assert worker.cancelled == [1]
    assert state.outcome is None


def test_a_report_that_makes_no_sense_is_told(
    qtbot: QtBot, state: ExportState, workers: Workers
) -> None:
    state.start(SOURCE, OUT)
    with qtbot.waitSignal(state.failed):
        workers.last.answer(done={"bundle": "out"})
    assert not state.busy


def test_the_report_as_text() -> None:
    text = as_text(ParityReport.of_export(export_facts(OUT)))
    assert text.splitlines()[0] == "The graphs do what the torch model does."
    assert "1,512,158 numbers compared · 1,312 patches note for note the same" in text
    assert "2.7e-05" in text


def test_an_error_above_what_is_allowed_is_no_good_report() -> None:
    facts = {**export_facts(OUT), "errors": {**ERRORS, "kinds of cells": 1e-3}}
    report = ParityReport.of_export(facts)
    assert not report.good
    assert as_text(report).startswith("The graphs differ")


def test_a_manifest_tells_the_three_largest_errors() -> None:
    report = ParityReport.of_manifest(read_manifest(shipped_folder() / "standard"))
    assert len(report.rows) == 3
    assert report.good
    assert report.parity.tolerance == PARITY["tolerance"]
