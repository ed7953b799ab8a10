"""The music to learn from: what a folder holds, and how fast a training on it would go here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from gui.training.facts import Findings
from gui.training.plan import CHORALES, Choice
from gui.workers import Worker
from model.installing import is_installed
from model.trainingcost import Cost, Span

MakeWorker = Callable[[Sequence[str], QObject], Worker]
"""Makes the owner of a child that runs `fractalroll` with these words; tests give another."""
IsInstalled = Callable[[str], bool]
"""Whether an extra is there; tests give another."""
SHORTLY_S = 0.02
"""Patience with a child that holds nothing worth keeping."""


class MusicState(QObject):
    """A folder that was looked at, or is; and measurements on it.

    Attributes:
        lacks_chorales: The built-in corpus was asked for, and what brings it is not installed.
        changed: Anything here is another than before.
        failed: A folder could not be read: one sentence; the details.
    """

    changed = Signal()
    failed = Signal(str, str)

    def __init__(
        self,
        make_worker: MakeWorker | None = None,
        parent: QObject | None = None,
        installed: IsInstalled = is_installed,
    ) -> None:
        super().__init__(parent)
        self._make_worker = make_worker or fractalroll_worker
        self._installed = installed
        self.lacks_chorales = False
        self._scanner: Worker | None = None
        self._measurer: Worker | None = None
        self._measuring: Choice | None = None
        self._costs: dict[tuple[str, str], Cost] = {}
        self._in_vain: set[tuple[str, str]] = set()
        self._told_why = ""
        self.source = ""
        self.findings: Findings | None = None
        self.reading = (0, 0)

    @property
    def is_scanning(self) -> bool:
        """Whether a folder is being looked at."""
        return self._scanner is not None

    @property
    def is_measuring(self) -> bool:
        """Whether a few updates are being timed."""
        return self._measurer is not None

    def scan(self, source: str | Path) -> None:
        """Look at a folder (or the built-in corpus); another scan under way ends."""
        self.cancel()
        self.source, self.findings, self.reading = str(source), None, (0, 0)
        self._in_vain.clear()
        self._told_why = ""
        self.lacks_chorales = self.source == CHORALES and not self._installed("chorales")
        if self.lacks_chorales:
            self.source = ""
            self.changed.emit()
            return
        words = ["train", self.source, "--scan", "--events"]
        worker = self._scanner = self._make_worker(words, self)
        worker.received.connect(self._hear_scan)
        worker.failed.connect(self._break_down)
        worker.ended.connect(self._end_scan)
        worker.start()
        self.changed.emit()

    def cancel(self) -> None:
        """End whatever is under way here. May be called again."""
        scanner, self._scanner = self._scanner, None
        if scanner is not None:
            scanner.received.disconnect(self._hear_scan)
            scanner.failed.disconnect(self._break_down)
            scanner.ended.disconnect(self._end_scan)
            _end(scanner)
            self.source = ""
            self.changed.emit()
        self._drop_measuring()

    def measure(self, choice: Choice) -> None:
        """Time a few updates of what was chosen, unless that was tried already."""
        known = choice.speed_key in self._costs or choice.speed_key in self._in_vain
        same = self._measuring is not None and self._measuring.speed_key == choice.speed_key
        if self.findings is None or not self.findings.enough or known or same:
            return
        self._drop_measuring()
        self._measuring = choice
        words = ["train", choice.source, "--measure", "--events", *choice.options(None)]
        worker = self._measurer = self._make_worker(words, self)
        worker.received.connect(self._hear_speed)
        worker.ended.connect(self._end_measuring)
        worker.start()
        self.changed.emit()

    def stop_measuring(self) -> None:
        """Leave the machine to something else."""
        self._drop_measuring()

    def cost(self, choice: Choice) -> Cost | None:
        """What the parts of such a training take; None before that was measured."""
        return self._costs.get(choice.speed_key)

    def estimate(self, choice: Choice) -> Span | None:
        """How long the training would take; None before its parts were measured."""
        cost = self.cost(choice)
        return None if cost is None else choice.span(cost)

    def _hear_scan(self, line: dict[str, Any]) -> None:
        if "reading" in line:
            done, total = line["reading"]
            self.reading = int(done), int(total)
        elif "failed" in line:
            self._told_why = str(line["failed"])
        elif "done" in line:
            self.findings = Findings.of(line["done"])
            self._forget_scanner()
        self.changed.emit()

    def _break_down(self, sentence: str) -> None:
        details = self._scanner.details if self._scanner is not None else ""
        self._forget_scanner()
        self.source = ""
        self.changed.emit()
        self.failed.emit(self._told_why or sentence, details)

    def _end_scan(self, code: int) -> None:
        if self._scanner is not None:
            self._break_down(self.tr("The folder could not be looked at; try again."))

    def _forget_scanner(self) -> None:
        """It has said all and ends by itself."""
        scanner, self._scanner = self._scanner, None
        if scanner is not None:
            scanner.received.disconnect(self._hear_scan)
            scanner.failed.disconnect(self._break_down)
            scanner.ended.disconnect(self._end_scan)
            let_end(scanner)

    def _hear_speed(self, line: dict[str, Any]) -> None:
        if "done" in line and self._measuring is not None:
            self._costs[self._measuring.speed_key] = Cost.of(line["done"])
            self._forget_measurer()
            self.changed.emit()

    def _end_measuring(self, code: int) -> None:
        if self._measurer is not None:
            if self._measuring is not None:  # it would fail again, and again be tried
                self._in_vain.add(self._measuring.speed_key)
            self._forget_measurer()
            self.changed.emit()

    def _forget_measurer(self) -> None:
        measurer, self._measurer, self._measuring = self._measurer, None, None
        if measurer is not None:
            measurer.received.disconnect(self._hear_speed)
            measurer.ended.disconnect(self._end_measuring)
            let_end(measurer)

    def _drop_measuring(self) -> None:
        measurer, self._measurer, self._measuring = self._measurer, None, None
        if measurer is not None:
            measurer.received.disconnect(self._hear_speed)
            measurer.ended.disconnect(self._end_measuring)
            _end(measurer)

    def close(self) -> None:
        """Leave no child behind. May be called again."""
        self.cancel()
        for worker in self.findChildren(Worker):
            worker.close(SHORTLY_S)


def fractalroll_worker(words: Sequence[str], parent: QObject) -> Worker:
    """The owner of a child that runs `fractalroll` with these words."""
    return Worker("fractalroll", list(words), parent=parent)


def let_end(worker: Worker) -> None:
    """Wait for nothing: a child that has said its last line goes by itself."""
    if worker.is_running:
        worker.ended.connect(worker.deleteLater)
    else:
        worker.deleteLater()


def _end(worker: Worker) -> None:
    """End a child that holds nothing worth keeping."""
    worker.close(SHORTLY_S)
    worker.deleteLater()
