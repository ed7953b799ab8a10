"""An export to ONNX from the window: a child process does it, this tells how it goes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from gui.failures import failure_text
from gui.models.parity import ParityReport
from gui.workers import Worker
from model.errors import ModelError

SILENCE_S = 60.0
"""How long the child may say nothing: a busy machine loads torch for a while."""
_JOB = 1

MakeWorker = Callable[[QObject], Worker]
"""Makes the child's owner; tests give another."""


@dataclass(frozen=True)
class Exported:
    """What came out: the bundle's folder, bytes in all, seconds, and how far it is from torch."""

    path: Path
    graphs: tuple[str, ...]
    bytes: int
    seconds: float
    report: ParityReport


class ExportState(QObject):
    """At most one export at a time.

    Attributes:
        changed: Anything below is another than before.
        finished: An export is there; its folder.
        failed: Why there is none, in one sentence; the details, for who wants them.
    """

    changed = Signal()
    finished = Signal(str)
    failed = Signal(str, str)

    def __init__(
        self, parent: QObject | None = None, make_worker: MakeWorker | None = None
    ) -> None:
        super().__init__(parent)
        self._make_worker = make_worker or _exporter
        self._worker: Worker | None = None
        self._share, self._doing = 0.0, ""
        self._outcome: Exported | None = None

    @property
    def busy(self) -> bool:
        """Whether an export runs."""
        return self._worker is not None

    @property
    def share(self) -> float:
        """How much of it is done, 0..1."""
        return self._share

    @property
    def doing(self) -> str:
        """What was done last, for people."""
        return self._doing

    @property
    def outcome(self) -> Exported | None:
        """What the last export wrote; None while one runs or after one failed."""
        return self._outcome

    def start(
        self,
        source: Path,
        out: Path,
        *,
        embed: bool = False,
        eight_bit: bool = False,
        replace: bool = False,
    ) -> None:
        """Export a bundle to a folder; nothing happens while another export runs.

        Args:
            source: The bundle's folder.
            out: The new bundle's folder; the source's own gets the graphs in place.
            embed: Whether graphs hold the weights themselves.
            eight_bit: Whether the coarsest level is put into 8 bits.
            replace: Whether another bundle that is at `out` may be replaced.
        """
        if self.busy:
            return
        self._share, self._doing, self._outcome = 0.0, self.tr("starting"), None
        self._worker = self._make_worker(self)
        self._worker.received.connect(self._receive)
        self._worker.failed.connect(self._break_down)
        self._worker.ended.connect(self._end)
        self._worker.start()
        order = {"source": str(source), "out": str(out), "embed": embed, "eight_bit": eight_bit}
        self._worker.say({"job": _JOB, "export": {**order, "replace": replace}})
        self.changed.emit()

    def cancel(self) -> None:
        """Stop the export; nothing of it stays. What it still says is not heard."""
        if self._worker is None:
            return
        worker, self._worker = self._worker, None
        worker.received.disconnect(self._receive)
        worker.failed.disconnect(self._break_down)
        worker.ended.disconnect(self._end)
        worker.ended.connect(worker.deleteLater)
        worker.cancel(_JOB)
        self._doing = self.tr("cancelled")
        self.changed.emit()

    def close(self) -> None:
        """Stop and wait until no child is left. May be called again."""
        self.cancel()
        for worker in self.findChildren(Worker):
            worker.close()

    def _receive(self, line: dict[str, Any]) -> None:
        if "progress" in line:
            self._share = float(line["progress"])
            self._doing = self._words(str(line.get("doing", "")))
            self.changed.emit()
        elif "failed" in line:
            self._fail(failure_text(line), "")
        elif "done" in line:
            self._finish(line["done"])

    def _words(self, doing: str) -> str:
        """What the child says that it does, for people."""
        known = {
            "torch": self.tr("loading torch"),
            "graphs": self.tr("graphs are written"),
            "names": self.tr("names, axes and shapes agree"),
            "values": self.tr("comparing values with torch's"),
            "notes": self.tr("comparing notes with torch's"),
        }
        return next((text for start, text in known.items() if doing.startswith(start)), doing)

    def _finish(self, facts: dict[str, Any]) -> None:
        try:
            self._outcome = Exported(
                Path(facts["bundle"]),
                tuple(graph["file"] for graph in facts["graphs"]),
                int(facts["bytes"]),
                float(facts["seconds"]),
                ParityReport.of_export(facts),
            )
        except (ModelError, KeyError, TypeError, ValueError) as err:
            self._fail(self.tr("The export's report can't be read; export again."), str(err))
            return
        self._share, self._doing = 1.0, self.tr("done")
        self._let_go()
        self.finished.emit(str(self._outcome.path))
        self.changed.emit()

    def _break_down(self, sentence: str) -> None:
        self._fail(sentence, self._worker.details if self._worker else "")

    def _end(self, code: int) -> None:
        """The child left without an answer."""
        self._fail(self.tr("The export ended before it was done; try again."), f"exit code {code}")

    def _fail(self, sentence: str, details: str) -> None:
        self._share, self._doing = 0.0, ""
        self._let_go()
        self.failed.emit(sentence, details)
        self.changed.emit()

    def _let_go(self) -> None:
        """The child ends by itself once it has answered."""
        if self._worker is not None:
            worker, self._worker = self._worker, None
            worker.received.disconnect(self._receive)
            worker.failed.disconnect(self._break_down)
            worker.ended.disconnect(self._end)
            if worker.is_running:
                worker.ended.connect(worker.deleteLater)
            else:
                worker.deleteLater()


def _exporter(parent: QObject) -> Worker:
    return Worker("export.exportchild", parent=parent, silence_s=SILENCE_S)
