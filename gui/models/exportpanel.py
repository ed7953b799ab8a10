"""Export to ONNX: what to write, how it goes, and the parity report as picture and text."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from gui.models.entry import ModelEntry
from gui.models.exporting import ExportState
from gui.models.parity import ParityReport, as_text, counted
from gui.models.parityview import ParityView
from gui.models.questions import ModelQuestions
from gui.models.words import size_text
from gui.shell.icons import icon
from gui.shell.oneofmany import tick


class ExportPanel(QFrame):
    """Options, progress, report.

    Args:
        state: Does the work.
        questions: Asks for a folder.
    """

    def __init__(
        self, state: ExportState, questions: ModelQuestions, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._state, self._questions = state, questions
        self._entry: ModelEntry | None = None
        self._source_of_outcome = Path()
        self.setProperty("role", "card")
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 16)
        column.setSpacing(9)
        title = QLabel(self.tr("Export to ONNX"))
        title.setProperty("role", "heading")
        column.addWidget(title)
        words = self.tr(
            "Graphs play without torch and much faster. Before anything appears they are held"
            " against the torch model; if they differ, nothing is written."
        )
        self._words = QLabel(words)
        self._words.setWordWrap(True)
        self._words.setProperty("role", "dim")
        column.addWidget(self._words)
        self._make_options(column)
        self._make_progress(column)
        self._make_report(column)
        state.changed.connect(self._follow)
        state.failed.connect(self._fail)
        self._follow()

    def show_entry(self, entry: ModelEntry | None) -> None:
        """Offer to export this model, and show how far its graphs are from torch."""
        if entry is not None and self._entry is not None and entry.path != self._entry.path:
            self._error.hide()
        self._entry = entry
        own = entry is not None and not entry.shipped
        self._in_place.setEnabled(own)
        ways = (self._in_place, self._elsewhere)
        tick(ways[0] if own else ways[1], ways)
        self._follow()

    def report(self) -> ParityReport | None:
        """The report that is shown: of the export just made, else of the bundle's graphs."""
        outcome = self._state.outcome
        if self._entry is None:
            return None
        if outcome is not None and self._entry.path in (outcome.path, self._source_of_outcome):
            return outcome.report
        manifest = self._entry.manifest
        return ParityReport.of_manifest(manifest) if manifest is not None else None

    def _make_options(self, column: QVBoxLayout) -> None:
        self._in_place = QRadioButton(self.tr("Add graphs to the model itself"))
        self._in_place.setToolTip(self.tr("Nothing else in its folder is touched"))
        self._elsewhere = QRadioButton(self.tr("Write a folder of its own, to give away"))
        self._embed = QCheckBox(self.tr("Weights inside the graphs"))
        self._embed.setToolTip(
            self.tr("For programs that want one file a graph; larger, and no weights file beside")
        )
        self._eight_bit = QCheckBox(self.tr("Coarsest level in 8 bits"))
        self._eight_bit.setToolTip(
            self.tr("Faster for one roll, but a seed makes other notes than with torch")
        )
        for box in (self._in_place, self._elsewhere, self._embed, self._eight_bit):
            box.setAccessibleName(box.text())
        column.addWidget(self._in_place)
        column.addWidget(self._elsewhere)
        row = QHBoxLayout()
        row.addWidget(self._embed)
        row.addWidget(self._eight_bit)
        row.addStretch(1)
        column.addLayout(row)

    def _make_progress(self, column: QVBoxLayout) -> None:
        row = QHBoxLayout()
        self._start = QPushButton(icon("export"), self.tr("Export"))
        self._start.setAccessibleName(self.tr("Export this model"))
        self._start.clicked.connect(self.start)
        self._cancel = QPushButton(icon("stop"), self.tr("Cancel"))
        self._cancel.setAccessibleName(self.tr("Cancel the export"))
        self._cancel.clicked.connect(self._state.cancel)
        self._bar = QProgressBar()
        self._bar.setAccessibleName(self.tr("Progress of the export"))
        self._bar.setRange(0, 1000)
        self._bar.setTextVisible(False)
        self._doing = QLabel()
        self._doing.setProperty("role", "dim")
        row.addWidget(self._start)
        row.addWidget(self._cancel)
        row.addWidget(self._bar, 1)
        row.addStretch(0)
        column.addLayout(row)
        column.addWidget(self._doing)
        self._error = QLabel()
        self._error.setProperty("role", "error")
        self._error.setWordWrap(True)
        self._error.hide()
        column.addWidget(self._error)

    def _make_report(self, column: QVBoxLayout) -> None:
        self._title = QLabel(self.tr("Graphs against torch"))
        self._title.setProperty("role", "title")
        self._picture = ParityView()
        self._counted = QLabel()
        self._counted.setProperty("role", "dim")
        self._counted.setWordWrap(True)
        self._copy = QPushButton(icon("copy"), self.tr("Copy report"))
        self._copy.setAccessibleName(self.tr("Copy the report as text"))
        self._copy.setProperty("role", "quiet")
        self._copy.clicked.connect(self._copy_report)
        row = QHBoxLayout()
        row.addWidget(self._title, 1)
        row.addWidget(self._copy)
        column.addLayout(row)
        column.addWidget(self._picture)
        column.addWidget(self._counted)

    def start(self) -> None:
        """Export as the options say; asks for a folder where one is needed."""
        if self._entry is None or self._state.busy:
            return
        out: Path | None = self._entry.path
        if self._elsewhere.isChecked():
            proposed = Path.home() / f"{self._entry.name}-exported"
            out = self._questions.folder_to_export(proposed)
        if out is None:
            return
        self._error.hide()
        self._source_of_outcome = self._entry.path
        self._state.start(
            self._entry.path,
            out,
            embed=self._embed.isChecked(),
            eight_bit=self._eight_bit.isChecked(),
        )

    def _follow(self) -> None:
        """Bring everything up to date with the state and the model."""
        busy, outcome, report = self._state.busy, self._state.outcome, self.report()
        usable = self._entry is not None and not self._entry.fault
        self._start.setEnabled(usable and not busy)
        self._cancel.setVisible(busy)
        self._bar.setVisible(busy)
        self._bar.setValue(int(self._state.share * 1000))
        self._doing.setText(self._state.doing if busy else "")
        if outcome is not None and not busy and report is outcome.report:
            self._doing.setText(
                self.tr("{count} graphs in {path}: {size}, {seconds:.0f} s").format(
                    count=len(outcome.graphs),
                    path=str(outcome.path).replace("/", "/\u200b"),  # may break there
                    size=size_text(outcome.bytes),
                    seconds=outcome.seconds,
                )
            )
        self._doing.setVisible(bool(self._doing.text()))
        self._doing.setWordWrap(True)
        self._show_report(report)

    def _show_report(self, report: ParityReport | None) -> None:
        self._picture.show_report(report)
        self._counted.setText(counted(report) if report else "")
        for part in (self._title, self._picture, self._counted, self._copy):
            part.setVisible(report is not None)

    def _copy_report(self) -> None:
        report = self.report()
        if report is not None:
            QGuiApplication.clipboard().setText(as_text(report))

    def _fail(self, sentence: str, details: str) -> None:
        self._error.setText(sentence)
        self._error.setToolTip(details)
        self._error.show()
