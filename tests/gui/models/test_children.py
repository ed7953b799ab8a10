"""The page's work done by real child processes."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from gui.models.comparing import CompareState
from gui.models.entry import read_entry
from gui.models.exporting import ExportState
from gui.workers import Worker
from model.bundleinfo import shipped_folder, user_folder
from tests.export.bundles import bundle_of

PATIENCE_MS = 120_000


@pytest.fixture
def exporting(qapp: object) -> Iterator[ExportState]:
    state = ExportState()
    yield state
    state.close()


def test_an_export_adds_graphs_that_are_listed(qtbot: QtBot, exporting: ExportState) -> None:
    path = Path(shutil.copytree(bundle_of(), user_folder() / "lively"))
    assert not read_entry(path).has_graphs
    with qtbot.waitSignal(exporting.finished, timeout=PATIENCE_MS):
        exporting.start(path, path)
    assert read_entry(path).has_graphs
    assert exporting.outcome is not None
    assert exporting.outcome.report.good


def test_a_cancelled_export_leaves_neither_file_nor_child(
    qtbot: QtBot, exporting: ExportState, tmp_path: Path
) -> None:
    exporting.start(bundle_of(), tmp_path / "out")
    qtbot.waitUntil(lambda: exporting.doing == "loading torch", timeout=PATIENCE_MS)
    (worker,) = exporting.findChildren(Worker)
    with qtbot.waitSignal(worker.ended, timeout=PATIENCE_MS):
        exporting.cancel()
        assert not exporting.busy
    assert list(tmp_path.iterdir()) == []


def test_one_seed_and_one_model_under_two_names_are_the_same_music(qtbot: QtBot) -> None:
    state = CompareState()
    standard = read_entry(shipped_folder() / "standard")
    with qtbot.waitSignal(state.changed, timeout=PATIENCE_MS):
        state.start(standard, standard, seed=3)
    qtbot.waitUntil(lambda: not state.busy, timeout=PATIENCE_MS)
    a, b = state.rolls
    assert a is not None
    assert b is not None
    assert len(a.notes()) > 0
    assert a.notes() == b.notes()
    state.close()
