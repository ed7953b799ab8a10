"""Is it on time? What the deck and the engine tell of themselves, in figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from gui.live.live import LiveState
from gui.making.controls import Card

if TYPE_CHECKING:
    from gui.making.making import MakingState


class MetersPanel(Card):
    """Figures of a `LiveState`, and what computes.

    Args:
        live: What plays.
        making: Says what computes the music; None: that isn't shown.
        parent: Qt's.
    """

    def __init__(
        self, live: LiveState, making: MakingState | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__("", parent)
        self._live, self._making = live, making
        self.title.setText(self.tr("Is it on time?"))
        self.setAccessibleName(self.title.text())
        self.meters: dict[str, QLabel] = {}
        grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(5)
        for column in (1, 3):
            grid.setColumnStretch(column, 1)
        for place, (name, words, tip) in enumerate(self._words()):
            label, figure = QLabel(words), QLabel()
            label.setProperty("role", "dim")
            for widget in (label, figure):
                widget.setToolTip(tip)
            row, side = place // 2, 2 * (place % 2)
            grid.addWidget(label, row, side)
            grid.addWidget(figure, row, side + 1)
            self.meters[name] = figure
        self.engine = QLabel()
        self.engine.setProperty("role", "dim")
        self.engine.setWordWrap(True)
        self.engine.setToolTip(self.tr("The model, and what really computes the music"))
        self.engine.setAlignment(Qt.AlignmentFlag.AlignLeft)
        self.column.addLayout(grid)
        self.column.addWidget(self.engine)
        live.out.changed.connect(self._show)
        if making is not None:
            making.changed.connect(self._show_engine)
        self._show()
        self._show_engine()

    def _words(self) -> list[tuple[str, str, str]]:
        return [
            (
                "slack_ms",
                self.tr("Slack"),
                self.tr("The least time music was ready before it was due"),
            ),
            (
                "jitter_ms",
                self.tr("Worst delay"),
                self.tr("The largest delay of a note that was sent"),
            ),
            ("late", self.tr("Late notes"), self.tr("Notes that went out after their time")),
            (
                "dropped",
                self.tr("Dropped notes"),
                self.tr("Notes left out because they were too late"),
            ),
            ("sent", self.tr("Notes sent"), self.tr("Since the port was opened")),
            ("sounding", self.tr("Sounding now"), self.tr("Notes that are on")),
        ]

    def _show(self) -> None:
        status = self._live.out.status
        for name, figure in self.meters.items():
            value, played = getattr(status, name), status.sent > 0
            if name.endswith("_ms"):
                words = self.tr("{0} ms").format(f"{value:g}") if played else "–"
            else:
                words = str(value)
            figure.setText(words)
            bad = name in ("late", "dropped") and value > 0
            _set_role(figure, "warn" if bad else "")

    def _show_engine(self) -> None:
        words = "" if self._making is None else self._making.engine_text
        self.engine.setText(self.tr("Computed by {0}").format(words) if words else "")
        self.engine.setVisible(bool(words))


def _set_role(widget: QWidget, role: str) -> None:
    if (widget.property("role") or "") != role:
        widget.setProperty("role", role)
        widget.style().unpolish(widget)
        widget.style().polish(widget)
