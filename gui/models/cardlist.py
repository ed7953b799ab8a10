"""The list of models as cards: name, what it is, whether it plays now, and what may be wrong."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from gui.models.entry import ModelEntry
from gui.models.words import shown_name, summary
from gui.shell.theme import colours, mixed, theme

CARD_HEIGHT = 88
_ENTRY = Qt.ItemDataRole.UserRole
_LOADED = Qt.ItemDataRole.UserRole + 1
_Index = QModelIndex | QPersistentModelIndex


class CardList(QListWidget):
    """Models to choose from; Enter or a double click loads one.

    Attributes:
        chosen: Another model is looked at, by name.
        load_requested: This one should be loaded, by name.
    """

    chosen = Signal(str)
    load_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Models"))
        self.setItemDelegate(_CardDelegate(self))
        self.setSpacing(3)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setStyleSheet("QListWidget { background: transparent; border: none; }")
        self.currentItemChanged.connect(lambda item, _: self._choose(item))
        self.itemDoubleClicked.connect(lambda item: self.load_requested.emit(_entry(item).name))
        theme().changed.connect(self.viewport().update)

    @property
    def current_name(self) -> str:
        """The model that is looked at; empty if there is none."""
        item = self.currentItem()
        return _entry(item).name if item is not None else ""

    def show_entries(self, entries: Sequence[ModelEntry], loaded: str) -> None:
        """Show these models; who was looked at stays so, if it is still there."""
        kept = self.current_name or loaded
        self.blockSignals(True)
        self.clear()
        for entry in entries:
            item = QListWidgetItem(entry.name, self)
            item.setData(_ENTRY, entry)
            item.setData(_LOADED, entry.name == loaded)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, self._spoken(entry, loaded))
            item.setToolTip(entry.fault or entry.graph_fault or str(entry.path))
        self.blockSignals(False)
        self.choose(kept)

    def choose(self, name: str) -> None:
        """Look at a model; at the first one if there is none of that name."""
        rows = [row for row in range(self.count()) if _entry(self.item(row)).name == name]
        if self.count():
            self.setCurrentRow(rows[0] if rows else 0)
        else:
            self.chosen.emit("")

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Enter loads."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.current_name:
            self.load_requested.emit(self.current_name)
            return
        super().keyPressEvent(event)

    def _choose(self, item: QListWidgetItem | None) -> None:
        self.chosen.emit(_entry(item).name if item is not None else "")

    def _spoken(self, entry: ModelEntry, loaded: str) -> str:
        playing = self.tr("loaded") if entry.name == loaded else ""
        return ", ".join(text for text in (shown_name(entry), summary(entry), playing) if text)


class _CardDelegate(QStyledItemDelegate):
    """Paints one card."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:  # noqa: N802 - Qt
        return QSize(200, CARD_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        entry, loaded = index.data(_ENTRY), bool(index.data(_LOADED))
        area = QRectF(option.rect).adjusted(1.5, 1.5, -1.5, -1.5)
        state = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, area, state)
        inner = area.adjusted(14, 9, -12, -9)
        font = QFont(option.font)
        self._paint_words(painter, inner, font, entry, loaded)
        painter.restore()

    @staticmethod
    def _paint_ground(painter: QPainter, area: QRectF, state: QStyle.StateFlag) -> None:
        chosen = colours()
        selected = bool(state & QStyle.StateFlag.State_Selected)
        over = bool(state & QStyle.StateFlag.State_MouseOver)
        ground = chosen.raised if over else chosen.panel
        ground = mixed(chosen.panel, chosen.accent, 0.16) if selected else ground
        edge = chosen.accent if selected else mixed(chosen.raised, chosen.bar_line, 0.6)
        edge = chosen.text if state & QStyle.StateFlag.State_HasFocus else edge
        painter.setPen(QPen(edge, 1.5 if selected else 1))
        painter.setBrush(ground)
        painter.drawRoundedRect(area, 8, 8)

    def _paint_words(
        self, painter: QPainter, area: QRectF, font: QFont, entry: ModelEntry, loaded: bool
    ) -> None:
        chosen = colours()
        bold, small = QFont(font), QFont(font)
        bold.setBold(True)
        small.setPointSizeF(max(font.pointSizeF() - 1.0, 6.0))
        line = area.height() / 3
        left = area.left() + _pills(painter, area, small, self._badges(entry, loaded))
        painter.setFont(bold)
        _line(painter, QRectF(area.left(), area.top(), left - area.left(), line), entry.name,
              chosen.text)  # fmt: skip
        painter.setFont(small)
        below = QRectF(area.left(), area.top() + line, area.width(), line)
        _line(painter, below, summary(entry), chosen.dim)
        words = entry.fault or (entry.card.description if entry.card else "")
        colour = chosen.bad if entry.fault else mixed(chosen.dim, chosen.text, 0.35)
        _line(painter, below.translated(0, line), words, colour)

    def _badges(self, entry: ModelEntry, loaded: bool) -> list[tuple[str, QColor]]:
        chosen = colours()
        found = [(self.tr("loaded"), chosen.accent)] if loaded else []
        if entry.shipped:
            found.append((self.tr("bundled"), chosen.dim))
        if entry.has_graphs:
            found.append((self.tr("graphs"), chosen.good))
        elif not entry.fault:
            found.append((self.tr("needs torch"), chosen.warn))
        return found


def _pills(painter: QPainter, area: QRectF, font: QFont, badges: list[tuple[str, QColor]]) -> float:
    """Paint badges from the right; how much width they leave."""
    painter.setFont(font)
    right = area.right()
    for text, colour in reversed(badges):
        width = painter.fontMetrics().horizontalAdvance(text) + 14
        pill = QRectF(right - width, area.top() + 1, width, 19)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(mixed(colours().panel, colour, 0.2))
        painter.drawRoundedRect(pill, 9.5, 9.5)
        painter.setPen(colour)
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, text)
        right -= width + 5
    return right - area.left() - 4


def _line(painter: QPainter, box: QRectF, text: str, colour: QColor) -> None:
    painter.setPen(colour)
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(box.width()))
    painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)


def _entry(item: QListWidgetItem) -> ModelEntry:
    found: ModelEntry = item.data(_ENTRY)
    return found
