"""How far the music is from the host: a picture of the last seconds, and the same in words."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from gui.live.live import LiveState
from gui.live.phaseview import PhaseView
from gui.live.sync import MOST_PHASES

_NOTHING_MS = 0.005


class PhaseMeter(QWidget):
    """Shows how far a `LiveState` is from its host; hidden unless both play.

    Args:
        live: What plays.
        parent: Qt's.
    """

    def __init__(self, live: LiveState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._live, self._sync = live, live.sync
        self.view, self.words = PhaseView(MOST_PHASES), QLabel()
        self.words.setWordWrap(True)
        tip = self.tr(
            "How far what you hear is from the host, in the last fifteen seconds: above the line "
            "later, below earlier, without the nudge. The stripe is a millisecond to either side."
        )
        for widget in (self.view, self.words):
            widget.setToolTip(tip)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(self.view, 1)
        row.addWidget(self.words, 1)
        live.sync.changed.connect(self._show)
        live.playhead.playing_changed.connect(self._show)
        self._show()

    def _show(self, *_: object) -> None:
        phases, status = self._sync.phases, self._sync.status
        both = self._live.playhead.playing and status.rolling and status.lock != "none"
        is_seen = both and bool(phases)
        self.setVisible(is_seen)
        if not is_seen:
            return
        words = self._told(phases)
        self.words.setText(words)
        self.view.show_readings(phases, words)

    def _told(self, phases: tuple[float, ...]) -> str:
        now, most = phases[-1], max(abs(one) for one in phases)
        if abs(now) < _NOTHING_MS:
            here = self.tr("exactly with the host")
        elif now > 0:
            here = self.tr("{0} ms later than the host").format(f"{now:.2f}")
        else:
            here = self.tr("{0} ms earlier than the host").format(f"{-now:.2f}")
        if most < _NOTHING_MS:
            return here
        return self.tr("{0}; lately {1} ms at most").format(here, f"{most:.2f}")
