"""The journey with real child processes: look, time, train, crash, go on, play."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from gui.models.models import ModelsState
from gui.training.plan import Choice
from gui.training.training import TrainingState
from gui.workers import Worker
from model.bundle import load_bundle
from tests.model.training_parts import tiny_config, write_tunes

PATIENCE_MS = 180_000
SHORT = (
    "--batch-size", "2", "--window-steps", "32", "--hop-steps", "32", "--validation-windows", "4",
    "--warmup-steps", "1", "--threads", "1", "--accelerator", "cpu", "--no-graphs",
    "--validation-interval", "5", "--checkpoint-interval", "2", "--log-interval", "1",
)  # fmt: skip


def test_twenty_files_become_a_model_through_a_crash(
    qtbot: QtBot, tmp_path: Path, own_data: Path
) -> None:
    music = write_tunes(tmp_path / "music", count=20, bars=4)
    for split in ("train", "valid", "test"):
        (music / f"{split}.txt").unlink()
    (music / "noise.mid").write_bytes(b"nothing")
    config = tmp_path / "model.json"
    config.write_text(tiny_config(styles=()).to_json())
    started: list[Worker] = []

    def make(words: Sequence[str], parent: QObject) -> Worker:
        shape = [] if "--resume" in words else ["--config", str(config)]
        cache = ["--cache", str(tmp_path / "cache")]
        own = [] if "--scan" in words else [*shape, *SHORT]
        started.append(Worker("fractalroll", [*words, *cache, *own], parent=parent))
        return started[-1]

    models = ModelsState()
    state = TrainingState(models, make)
    try:
        state.scan(music)
        qtbot.waitUntil(lambda: state.music.findings is not None, timeout=PATIENCE_MS)
        found = state.music.findings
        assert found is not None
        assert (found.songs, found.refused, found.enough) == (20, 1, True)
        choice = Choice(str(music), "", "quick")
        state.music.measure(choice)
        qtbot.waitUntil(lambda: state.music.cost(choice) is not None, timeout=PATIENCE_MS)
        assert state.start(choice, "mine")
        plan = state.plan
        assert plan is not None
        qtbot.waitUntil(lambda: plan.can_go_on, timeout=PATIENCE_MS)
        with qtbot.waitSignal(state.failed, timeout=PATIENCE_MS):
            os.kill(started[-1].pid, signal.SIGKILL)
        assert state.phase == "crashed"
        broke_off = state.step
        state.recover()
        qtbot.waitUntil(lambda: state.step > broke_off + 5, timeout=PATIENCE_MS)
        qtbot.waitUntil(lambda: len(state.samples) > 0, timeout=PATIENCE_MS)
        state.finish()
        with qtbot.waitSignal(state.finished, timeout=PATIENCE_MS) as told:
            pass
        assert told.args == ["mine"]
        entry = models.entry("mine")
        assert entry is not None
        assert load_bundle(entry.path).info.card.name == "mine"
        assert state.heart is not None
        assert not plan.folder.exists()
        qtbot.waitUntil(lambda: not started[-1].is_running, timeout=PATIENCE_MS)
    finally:
        state.close()
