"""The picture of a parity report: one bar a kind of answer, against what is allowed."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.models.parity import ParityReport, ParityRow, as_text
from gui.shell.theme import colours, mixed, theme

ROW, TOP, BOTTOM = 30, 8, 26
"""Heights in pixels: of a row, above the first, and below the last, where the scale is."""
LEAST = 1e-9
"""Errors below it have no bar to speak of."""


class ParityView(QWidget):
    """Paints a report; a logarithmic scale, since errors lie powers of ten apart."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._report: ParityReport | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Picture of the parity report"))
        theme().changed.connect(self.update)

    @property
    def report(self) -> ParityReport | None:
        """What is shown."""
        return self._report

    def show_report(self, report: ParityReport | None) -> None:
        """Show another report, or nothing."""
        self._report = report
        self.setAccessibleDescription(as_text(report) if report else "")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """As high as its rows."""
        rows = len(self._report.rows) if self._report else 0
        return QSize(360, rows * ROW + TOP + BOTTOM if rows else 0)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Bars may become short, rows stay."""
        return QSize(220, self.sizeHint().height())

    def place(self, error: float) -> float:
        """How far right an error ends, 0..1 of the scale's width."""
        if self._report is None:
            return 0.0
        low, high = self._decades(self._report)
        return min(max((math.log10(max(error, LEAST)) - low) / (high - low), 0.0), 1.0)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Rows, then what is allowed over them."""
        if self._report is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = self._scale_area()
        self._paint_scale(painter, area, self._report)
        for index, row in enumerate(self._report.rows):
            self._paint_row(painter, area, index, row, self._report.parity.tolerance)
        self._paint_limit(painter, area, self._report.parity.tolerance)

    def _scale_area(self) -> QRectF:
        labels = max(self.width() * 0.42, 150.0)
        return QRectF(labels, TOP, self.width() - labels - 14, self.height() - TOP - BOTTOM)

    @staticmethod
    def _decades(report: ParityReport) -> tuple[float, float]:
        """Powers of ten at the scale's ends: two more than allowed at the right."""
        errors = [max(row.error, LEAST) for row in report.rows]
        low = math.floor(math.log10(min([*errors, report.parity.tolerance]))) - 1
        high = math.ceil(math.log10(max([*errors, report.parity.tolerance * 5])))
        return float(low), float(high)

    def _paint_scale(self, painter: QPainter, area: QRectF, report: ParityReport) -> None:
        low, high = self._decades(report)
        chosen = colours()
        painter.setFont(self._small())
        for decade in range(int(low), int(high) + 1):
            x = area.left() + area.width() * (decade - low) / (high - low)
            painter.setPen(QPen(mixed(chosen.bar_line, chosen.panel, 0.4), 1))
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
            painter.setPen(chosen.dim)
            box = QRectF(x - 30, area.bottom() + 5, 60, 16)
            painter.drawText(box, Qt.AlignmentFlag.AlignHCenter, _power(decade))

    def _paint_row(
        self, painter: QPainter, area: QRectF, index: int, row: ParityRow, tolerance: float
    ) -> None:
        chosen = colours()
        top = area.top() + index * ROW
        painter.setFont(self.font())
        painter.setPen(chosen.text)
        box = QRectF(0, top, area.left() - 12, ROW)
        text = painter.fontMetrics().elidedText(
            row.label, Qt.TextElideMode.ElideRight, int(box.width())
        )
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
        colour = chosen.good if row.error <= tolerance else chosen.bad
        width = max(area.width() * self.place(row.error), 3.0)
        bar = QRectF(area.left(), top + 8, width, ROW - 16)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(mixed(colour, chosen.panel, 0.25))
        painter.drawRoundedRect(bar, 4, 4)
        painter.setPen(chosen.dim)
        painter.setFont(self._small())
        box = QRectF(bar.right() + 6, top, 70, ROW)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, f"{row.error:.1e}")

    def _paint_limit(self, painter: QPainter, area: QRectF, tolerance: float) -> None:
        chosen = colours()
        x = area.left() + area.width() * self.place(tolerance)
        painter.setPen(QPen(chosen.warn, 1.5, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(x, area.top() - 2), QPointF(x, area.bottom() + 2))
        painter.setFont(self._small())
        painter.setPen(chosen.warn)
        text = self.tr("allowed")
        width = painter.fontMetrics().horizontalAdvance(text)
        left = x + 5 if x + 5 + width < self.width() else x - 5 - width
        painter.drawText(QPointF(left, area.bottom() - 3), text)

    def _small(self) -> QFont:
        font = QFont(self.font())
        font.setPointSizeF(max(font.pointSizeF() - 1.5, 6.0))
        return font


def _power(decade: int) -> str:
    """Ten to that power, as people write it."""
    digits = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
    return f"10{str(decade).translate(digits)}"
