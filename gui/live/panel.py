"""The page of playing live: its groups, in one column or in two."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from gui.live.inputpanel import InputPanel
from gui.live.live import LiveState
from gui.live.meterspanel import MetersPanel
from gui.live.outputpanel import OutputPanel
from gui.live.syncpanel import SyncPanel

if TYPE_CHECKING:
    from gui.live.learning import LearnState
    from gui.making.making import MakingState

TWO_COLUMNS = 880
"""From this width on, in pixels, the groups lie in two columns."""

_LOOK_MS = 5000
"""While the page is seen, ports are looked for so often where systems don't tell of them."""


class LivePanel(QWidget):
    """Shows and changes a `LiveState`.

    Args:
        live: What plays.
        parent: Qt's.
        learning: What knobs drive; None: nothing can be learnt here.
        making: Says what computes the music; None: that isn't shown.

    Attributes:
        extra_layout: The place for further groups, such as playing together.
    """

    def __init__(
        self,
        live: LiveState,
        parent: QWidget | None = None,
        *,
        learning: LearnState | None = None,
        making: MakingState | None = None,
    ) -> None:
        super().__init__(parent)
        self._live = live
        self.setAccessibleName(self.tr("Playing live"))
        self.outputs = OutputPanel(live)
        self.sync = SyncPanel(live)
        self.inputs = InputPanel(live.inputs, learning)
        self.meters = MetersPanel(live, making)
        self.extra_layout = QVBoxLayout()
        self.extra_layout.setSpacing(12)
        self._columns = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._columns.setContentsMargins(16, 12, 16, 16)
        self._columns.setSpacing(12)
        left, right = QVBoxLayout(), QVBoxLayout()
        for column, panels in (
            (left, (self.outputs, self.sync, self.meters)),
            (right, (self.inputs,)),
        ):
            column.setSpacing(12)
            for panel in panels:
                column.addWidget(panel)
            self._columns.addLayout(column, 1)
        right.addLayout(self.extra_layout)
        left.addStretch(1)
        right.addStretch(1)
        live.lending.guest_changed.connect(self._show_guest)
        self._look = QTimer(self)
        self._look.setInterval(_LOOK_MS)
        self._look.timeout.connect(self._look_again)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Two columns where there is room."""
        super().resizeEvent(event)
        wide = event.size().width() >= TWO_COLUMNS
        way = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        if way != self._columns.direction():
            self._columns.setDirection(way)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """From now on ports that appear are seen."""
        super().showEvent(event)
        self._look.start()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Nobody looks at the lists any more."""
        super().hideEvent(event)
        self._look.stop()

    def _show_guest(self) -> None:
        """Who plays together keeps the ports and the host with which it began."""
        free = self._live.lending.guest is None
        outputs, sync = self.outputs, self.sync
        for control in (
            *(outputs.output, outputs.parts, outputs.font_choice, outputs.test),
            *(sync.source, sync.port, sync.start_on, sync.send_clock, self.inputs.input),
        ):
            control.setEnabled(free)

    def _look_again(self) -> None:
        self._live.look_again()
