"""Bundles in the user's folder, and a child process that says what the test wants."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject

from gui.workers import Worker
from model.bundleinfo import CARD, CONFIG, shipped_folder, user_folder

STANDARD = shipped_folder() / "standard"


def add_bundle(name: str, *, graphs: bool = False, folder: Path | None = None) -> Path:
    """A bundle without weights in the user's folder, or in another one."""
    path = (user_folder() if folder is None else folder) / name
    path.mkdir(parents=True)
    shutil.copyfile(STANDARD / CONFIG, path / CONFIG)
    card = {**json.loads((STANDARD / CARD).read_text()), "name": name}
    (path / CARD).write_text(json.dumps(card))
    if graphs:
        shutil.copyfile(STANDARD / "manifest.json", path / "manifest.json")
    return path


class FakeWorker(Worker):
    """Stands for a child process: remembers orders, answers when told to."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__("none", parent=parent)
        self.orders: list[dict[str, Any]] = []
        self.cancelled: list[int] = []
        self.started = self.closed = False

    @property
    def is_running(self) -> bool:
        return self.started and not self.closed

    def start(self) -> None:
        self.started = True

    def say(self, order: Mapping[str, object]) -> None:
        self.orders.append(dict(order))

    def cancel(self, job: int) -> None:
        self.cancelled.append(job)
        self.end()

    def close(self, patience_s: float = 1.0) -> None:
        self.closed = True

    def answer(self, **line: object) -> None:
        """Say a line of the job that runs."""
        self.received.emit({"job": self.orders[-1]["job"], **line})

    def end(self, code: int = 0) -> None:
        """Leave."""
        self.closed = True
        self.ended.emit(code)


class Workers:
    """Makes fake workers and keeps them in sight."""

    def __init__(self) -> None:
        self.made: list[FakeWorker] = []

    def __call__(self, parent: QObject) -> Worker:
        self.made.append(FakeWorker(parent))
        return self.made[-1]

    @property
    def last(self) -> FakeWorker:
        return self.made[-1]


PARITY = {
    "tolerance": 1e-4,
    "max_abs_logit_error": 2.7e-5,
    "max_abs_hidden_error": 1.7e-6,
    "max_abs_log_prob_error": 2.6e-5,
    "logits": 1512158,
    "patches": 768,
    "whole_patches": 544,
    "near_ties": 0,
    "batch_sizes": [1, 3],
    "steps": [32, 128],
}
ERRORS = {
    "velocities of cells": 2.7e-5,
    "kinds of cells": 7.2e-6,
    "what level 0 hands down": 1.7e-6,
    "flags of level 1": 7.2e-6,
    "flags of level 0": 3.8e-6,
}


def export_facts(path: Path) -> dict[str, Any]:
    """What an export reports."""
    return {
        "bundle": str(path),
        "graphs": [{"name": "root", "file": "root.onnx", "bytes": 12}],
        "weights": None,
        "eight_bit": [],
        "bytes": 3_691_997,
        "parity": PARITY,
        "errors": ERRORS,
        "seconds": 6.5,
    }
