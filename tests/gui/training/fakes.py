"""A child process that only tests speak for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from PySide6.QtCore import QObject, Signal

from gui.models.models import ModelsState
from gui.training.training import TrainingState
from gui.workers import Worker
from model.trainingcost import Cost

FOUND: dict[str, Any] = {
    "songs": 38, "train": 34, "valid": 2, "test": 2, "bars": 1812, "notes": 40210,
    "minutes": 71.2, "windows": 800, "styles": {"a": 38}, "refused": 1, "duplicates": 2,
    "refusals": [["/music/bad.mid", "It isn't a MIDI file that can be read."]],
}  # fmt: skip
COST = Cost(update_s=0.1, validation_s=1.0, sample_s=0.2, verdict_s=0.3, opening_s=3.0)
MEASURED: dict[str, Any] = {**COST.to_json(), "steps": 385, "windows": 800}


class FakeWorker(QObject):
    """As `gui.workers.Worker`, but nothing runs."""

    received = Signal(object)
    failed = Signal(str)
    ended = Signal(int)

    def __init__(self, words: Sequence[str], parent: QObject) -> None:
        super().__init__(parent)
        self.words = list(words)
        self.said: list[dict[str, object]] = []
        self.details = "details"
        self.is_running = False
        self.closed = 0

    def start(self) -> None:
        """Seem to run."""
        self.is_running = True

    def say(self, order: Mapping[str, object]) -> None:
        """Note an order."""
        self.said.append(dict(order))

    def close(self, patience_s: float = 1.0) -> None:
        """Seem to end."""
        self.is_running = False
        self.closed += 1

    def tell(self, **line: object) -> None:
        """Say a line as the child would."""
        self.received.emit(line)

    def end(self, code: int = 0, why: str = "") -> None:
        """End as the child would."""
        self.is_running = False
        if why:
            self.failed.emit(why)
        self.ended.emit(code)


class Children:
    """Every child that was asked for."""

    def __init__(self) -> None:
        self.all: list[FakeWorker] = []

    def make(self, words: Sequence[str], parent: QObject) -> Worker:
        """One more."""
        self.all.append(FakeWorker(words, parent))
        return cast(Worker, self.all[-1])

    @property
    def last(self) -> FakeWorker:
        """The one asked for last."""
        return self.all[-1]


class Installed:
    """Extras that are there, and those that are not."""

    def __init__(self, *lacking: str) -> None:
        self.lacking = set(lacking)

    def __call__(self, extra: str) -> bool:
        return extra not in self.lacking


def make_state(installed: Installed | None = None) -> tuple[TrainingState, Children]:
    """A state whose children are fakes."""
    children = Children()
    state = TrainingState(ModelsState(), children.make, installed=installed or Installed())
    return state, children


def with_music(source: str = "/music/mine") -> tuple[TrainingState, Children]:
    """The same, with a folder that was looked at."""
    state, children = make_state()
    state.scan(source)
    children.last.tell(done=FOUND)
    return state, children
