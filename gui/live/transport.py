"""The transport: to the start, play, stop, loop, where the music is, how fast."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from gui.live.controls import TempoBox, icon_button
from gui.live.live import LiveState
from gui.shell.icons import icon
from model.roll import Roll


class TransportBar(QWidget):
    """Buttons and two figures; everything it does is in `LiveState`.

    Args:
        live: What plays.
        parent: Qt's.
    """

    def __init__(self, live: LiveState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._live = live
        self._bars: tuple[int, np.ndarray] | None = None
        self.setAccessibleName(self.tr("Transport"))
        self.to_start = icon_button("to_start", self.tr("To the start (Home)"), self._to_start)
        self.play = icon_button("play", self.tr("Play (Space)"), live.toggle, checkable=True)
        self.stop = icon_button("stop", self.tr("Stop"), live.stop)
        self.loop = icon_button(
            "loop", self.tr("Repeat the loop (L)"), live.toggle_loop, checkable=True
        )
        self.position = QLabel()
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPointSizeF(1.4 * self.font().pointSizeF())
        self.position.setFont(font)
        self.position.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.position.setMinimumWidth(92)
        self.position.setToolTip(self.tr("Bar, beat and step of the playhead"))
        self.tempo = TempoBox(live)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for widget in (self.to_start, self.play, self.stop, self.loop, self.position, self.tempo):
            row.addWidget(widget)
        live.playhead.changed.connect(self._show_position)
        live.playhead.playing_changed.connect(self._show_playing)
        live.sync.changed.connect(self._show_playing)
        live.document.loop_changed.connect(self._show_loop)
        live.document.changed.connect(self._show_position)
        live.document.replaced.connect(self._show_all)
        self._show_all()

    def _to_start(self) -> None:
        loop = self._live.document.piece.loop
        self._live.seek(float(loop[0]) if loop is not None else 0.0)

    def _show_all(self) -> None:
        self._show_loop()
        self._show_playing()
        self._show_position()

    def _show_playing(self) -> None:
        playhead, sync = self._live.playhead, self._live.sync
        playing = playhead.playing
        begins = playhead.waits and not self._live.cueing.waits
        waits = begins or sync.waits
        if playing and not waits:
            words = self.tr("Stop (Space)")
        elif sync.waits:
            words = self.tr("Armed: starts with the host")
        elif begins:
            words = self.tr("Waits for its beat; stop (Space)")
        else:
            words = self.tr("Play (Space)")
        self.play.setChecked(playing or waits)
        self.play.setIcon(icon("pause" if playing and not waits else "play"))
        self.play.setToolTip(words)
        self.play.setAccessibleName(words)
        self.stop.setEnabled(playing)
        if bool(self.play.property("paused")) != waits:
            self.play.setProperty("paused", waits)
            self.play.style().unpolish(self.play)
            self.play.style().polish(self.play)

    def _show_loop(self) -> None:
        self.loop.setChecked(self._live.document.piece.loop is not None)

    def _show_position(self) -> None:
        bar, beat, step = place_of(
            self._live.playhead.step, self._live.document.piece.roll, self._bar_starts()
        )
        words = f"{bar}.{beat}.{step}"
        if words != self.position.text():
            self.position.setText(words)
            self.position.setAccessibleName(
                self.tr("Bar {0}, beat {1}, step {2}").format(bar, beat, step)
            )

    def _bar_starts(self) -> np.ndarray:
        """Steps of the bar lines; looked up once for each revision of the piece."""
        revision = self._live.document.revision
        if self._bars is None or self._bars[0] != revision:
            self._bars = (revision, self._live.document.piece.roll.bar_starts())
        return self._bars[1]


def place_of(step: float, roll: Roll, bars: np.ndarray) -> tuple[int, int, int]:
    """Bar, beat and step in the beat, each counted from 1, of a playhead.

    Args:
        step: Where it is; beyond the end of the roll bars go on in the last metre.
        roll: The piece.
        bars: Its bar lines, rising (`Roll.bar_starts`).
    """
    per_beat = roll.grid.steps_per_beat
    whole = int(step + 1e-6)
    index = int(np.searchsorted(bars, whole, side="right"))
    begun = int(bars[index - 1]) if index else 0
    inside = whole - begun
    if index == len(bars) and roll.metres:
        metre = roll.metres[-1]
        length = max(1, round(4 * per_beat * metre.numerator / metre.denominator))
        index += inside // length
        inside %= length
    return max(index, 1), inside // per_beat + 1, inside % per_beat + 1
