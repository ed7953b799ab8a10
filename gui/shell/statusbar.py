"""The status bar: what happens now, and the proof of it: engine, late notes, jitter, slack."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLabel, QSizePolicy, QStatusBar, QWidget

from gui.shell.theme import colours, theme

JITTER_OK_MS = 2.0
SLACK_OK_MS = 20.0
"""Beyond these the figures are shown in a warning colour."""
PORT_WIDTH = 230
"""In pixels: a longer name of a port is cut off."""
HEIGHT = 34
"""In pixels: as high as a notice of one line, which lies over it and over nothing else."""


class StatusBar(QStatusBar):
    """What the user reads in passing."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self.setMinimumHeight(HEIGHT)
        self._hint = _label(self, self.tr("What you can do here"))
        self._hint.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.addWidget(self._hint, 1)
        self._port = _label(self, self.tr("Where the notes go"))
        self._late = _label(
            self, self.tr("Notes that went out after their time, and notes that were left out")
        )
        self._jitter = _label(
            self, self.tr("Jitter: how far notes leave from their time, 99 of 100")
        )
        self._slack = _label(
            self, self.tr("Slack: how far ahead of its time the next note is ready")
        )
        self._engine = _label(self, self.tr("What really computes the music"))
        for label in (self._port, self._late, self._jitter, self._slack, self._engine):
            self.addPermanentWidget(label)
        self._warned: dict[QLabel, bool] = {}
        theme().changed.connect(self._recolour)
        self.set_meters(0, 0, None, None)
        self.set_engine("")

    @property
    def hint(self) -> str:
        """The sentence on the left."""
        return self._hint.text()

    @property
    def engine(self) -> str:
        """What computes the music, as it is shown."""
        return self._engine.text()

    def set_hint(self, text: str) -> None:
        """Say what happens, or what to do next."""
        self._hint.setText(text)

    def set_port(self, text: str) -> None:
        """Say where notes go; in full where the mouse rests on it."""
        short = self._port.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, PORT_WIDTH)
        self._port.setText(short)
        self._port.setToolTip(f"{self._port.accessibleDescription()}: {text}")
        self._port.setVisible(bool(text))

    def set_engine(self, text: str) -> None:
        """Say what really computes; empty while the model is loading."""
        self._engine.setText(text or self.tr("loading the model …"))

    def set_meters(
        self, late: int, dropped: int, jitter_ms: float | None, slack_ms: float | None
    ) -> None:
        """Show the sender's figures; None where nothing was measured yet."""
        lost = self.tr(", {0} left out").format(dropped) if dropped else ""
        self._show(self._late, self.tr("late notes {0}").format(late) + lost, bool(late or dropped))
        self._show(
            self._jitter,
            self.tr("jitter {0} ms").format(_figure(jitter_ms)),
            jitter_ms is not None and jitter_ms > JITTER_OK_MS,
        )
        self._show(
            self._slack,
            self.tr("slack {0} ms").format(_figure(slack_ms)),
            slack_ms is not None and slack_ms < SLACK_OK_MS,
        )

    def _show(self, label: QLabel, text: str, warned: bool) -> None:
        label.setText(text)
        if self._warned.get(label) is not warned:
            self._warned[label] = warned
            self._recolour()

    def _recolour(self) -> None:
        for label in self.findChildren(QLabel):
            warned = self._warned.get(label, False)
            _colour(label, colours().warn if warned else colours().dim)


def _figure(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:.1f}" if value < 100 else f"{value:.0f}"


def _label(parent: QObject, meaning: str) -> QLabel:
    label = QLabel()
    label.setToolTip(meaning)
    label.setAccessibleDescription(meaning)
    label.setContentsMargins(6, 0, 6, 0)
    _colour(label, colours().dim)
    return label


def _colour(label: QLabel, colour: QColor) -> None:
    label.setStyleSheet(f"color: {colour.name()};")
