"""Small controls that the playing panels share."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QSize
from PySide6.QtWidgets import QDoubleSpinBox, QToolButton, QWidget

from gui.live.live import LiveState
from gui.shell.icons import icon

SLOWEST_BPM, FASTEST_BPM = 20.0, 400.0


def icon_button(
    name: str, words: str, act: Callable[[], object], *, role: str = "", checkable: bool = False
) -> QToolButton:
    """A button with an icon only; its words are tooltip and accessible name."""
    button = QToolButton()
    button.setIcon(icon(name))
    button.setIconSize(QSize(18, 18))
    button.setCheckable(checkable)
    button.setToolTip(words)
    button.setAccessibleName(words)
    if role:
        button.setProperty("role", role)
    button.clicked.connect(act)
    return button


class TempoBox(QDoubleSpinBox):
    """Quarter notes a minute at the piece's first step, as it is played.

    Args:
        live: Whose tempo.
        parent: Qt's.
    """

    def __init__(self, live: LiveState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._live = live
        self.setRange(SLOWEST_BPM, FASTEST_BPM)
        self.setDecimals(1)
        self.setSingleStep(1.0)
        self.setKeyboardTracking(False)
        self.setMinimumHeight(28)
        self.setFixedWidth(self.fontMetrics().horizontalAdvance("888.8 bpm") + 48)
        self.setSuffix(QCoreApplication.translate("TempoBox", " bpm"))
        self.setAccessibleName(QCoreApplication.translate("TempoBox", "Tempo"))
        self.valueChanged.connect(self._chosen)
        live.changed.connect(self.show_tempo)
        live.document.changed.connect(self.show_tempo)
        live.document.replaced.connect(self.show_tempo)
        self.show_tempo()

    @property
    def own(self) -> float:
        """The tempo that the piece itself begins with."""
        return float(self._live.document.piece.roll.tempos[0].bpm)

    def show_tempo(self) -> None:
        """Show what is played at; who sets it, if not we ourselves."""
        sync = self._live.sync
        self.setEnabled(not sync.sets_tempo)
        self.setToolTip(self._tip())
        if sync.follows and sync.status.lock != "none":
            wanted = sync.status.bpm
        else:
            wanted = self._live.tempo if self._live.tempo is not None else self.own
        if abs(wanted - self.value()) > 0.05:
            self.blockSignals(True)
            self.setValue(wanted)
            self.blockSignals(False)

    def _tip(self) -> str:
        sync = self._live.sync
        if sync.sets_tempo:
            return QCoreApplication.translate(
                "TempoBox", "The host sets the tempo; choose our own clock on the page Live"
            )
        if sync.has_no_tempo:
            return QCoreApplication.translate(
                "TempoBox", "JACK's transport has no tempo of its own; it is counted at this one"
            )
        if sync.follows:
            return QCoreApplication.translate(
                "TempoBox", "Tempo of the Link session; another one is proposed to all in it"
            )
        return QCoreApplication.translate(
            "TempoBox", "Tempo of playing; the piece keeps its own until it is played otherwise"
        )

    def _chosen(self, bpm: float) -> None:
        self._live.set_tempo(None if abs(bpm - self.own) < 0.05 else bpm)
