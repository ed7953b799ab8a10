"""One model in full: what it is, what it learnt from, what was measured, and what to do with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QSizePolicy,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gui.models.entry import ModelEntry
from gui.models.words import (
    data_text,
    figure_text,
    headline,
    levels_text,
    short_count,
    shown_name,
    size_text,
)
from gui.shell.icons import icon


class CardPanel(QFrame):
    """A card and its buttons; it changes nothing itself.

    Attributes:
        load_requested, rename_requested, remove_requested: The buttons were pressed.
    """

    load_requested = Signal()
    rename_requested = Signal()
    remove_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entry: ModelEntry | None = None
        self.setProperty("role", "card")
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 16)
        column.setSpacing(10)
        self._name = _label("", "heading", wrap=True)
        column.addWidget(self._name)
        column.addLayout(self._make_buttons())
        self._description = _label("", wrap=True)
        self._fault = _label("", "error", wrap=True)
        column.addWidget(self._description)
        column.addWidget(self._fault)
        self._facts = QFormLayout()
        self._facts.setHorizontalSpacing(18)
        self._facts.setVerticalSpacing(5)
        column.addLayout(self._facts)
        self._figures_title = _label(self.tr("What was measured"), "title")
        column.addWidget(self._figures_title)
        column.addWidget(self._make_figures())

    @property
    def entry(self) -> ModelEntry | None:
        """The model that is shown."""
        return self._entry

    def show_entry(self, entry: ModelEntry | None, *, loaded: bool) -> None:
        """Show a model, or nothing."""
        self._entry = entry
        self._name.setText(shown_name(entry) if entry else self.tr("No model"))
        card = entry.card if entry else None
        self._description.setText(card.description if card else "")
        self._description.setVisible(bool(card and card.description))
        fault = (entry.fault or entry.graph_fault) if entry else ""
        self._fault.setText(fault)
        self._fault.setVisible(bool(fault))
        self._load.setEnabled(entry is not None and not entry.fault and not loaded)
        self._load.setText(self.tr("Loaded") if loaded else self.tr("Load"))
        own = entry is not None and not entry.shipped
        self._rename.setEnabled(own)
        self._remove.setEnabled(own and not loaded)
        self._open.setEnabled(entry is not None)
        self._fill_facts(entry)
        self._fill_figures(card.figures if card else {})

    def _make_buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self._load = self._button("", "check", self.tr("Play with this model (Enter)"))
        self._load.setAccessibleName(self.tr("Load this model"))
        self._load.setProperty("role", "primary")
        self._load.setIcon(icon("check", "on_accent"))
        self._load.clicked.connect(self.load_requested)
        self._rename = self._button(self.tr("Rename…"), "", self.tr("Give it another name"))
        self._rename.clicked.connect(self.rename_requested)
        self._remove = self._button(
            self.tr("Remove…"), "remove", self.tr("Delete this model from the disk")
        )
        self._remove.clicked.connect(self.remove_requested)
        self._open = self._button(
            self.tr("Open folder"), "open", self.tr("Look at its files in the file manager")
        )
        self._open.clicked.connect(self._open_folder)
        row.addWidget(self._load)
        row.addSpacing(6)
        for button in (self._rename, self._remove, self._open):
            row.addWidget(button)
        row.addStretch(1)
        return row

    def _button(self, text: str, picture: str, tip: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setAccessibleName(text.rstrip("…"))
        button.setToolTip(tip)
        if picture:
            button.setIcon(icon(picture))
        return button

    def _make_figures(self) -> QTreeWidget:
        self._figures = QTreeWidget(self)
        self._figures.setAccessibleName(self.tr("What was measured"))
        self._figures.setColumnCount(2)
        self._figures.setHeaderHidden(True)
        self._figures.setRootIsDecorated(True)
        self._figures.setUniformRowHeights(True)
        self._figures.setFrameShape(QFrame.Shape.NoFrame)
        self._figures.header().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        self._figures.setProperty("role", "bare")
        self._figures.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._figures.itemExpanded.connect(self._fit_figures)
        self._figures.itemCollapsed.connect(self._fit_figures)
        return self._figures

    def _fill_facts(self, entry: ModelEntry | None) -> None:
        while self._facts.rowCount():
            self._facts.removeRow(0)
        for name, text in self._rows(entry):
            value = _label(text, wrap=True)
            value.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse
                | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
            self._facts.addRow(_label(name, "dim"), value)

    def _rows(self, entry: ModelEntry | None) -> list[tuple[str, str]]:
        if entry is None or entry.card is None or entry.config is None:
            return [(self.tr("Folder"), str(entry.path))] if entry else []
        card, config = entry.card, entry.config
        size = self.tr("{weights} weights, {bytes} on disk").format(
            weights=short_count(card.parameters), bytes=size_text(entry.bytes)
        )
        graphs = (
            self.tr("yes: plays without torch")
            if entry.has_graphs
            else self.tr("none: export it below, and it plays faster and without torch")
        )
        rows = [
            (self.tr("Size"), size),
            (self.tr("Levels"), "\n".join(levels_text(config))),
            (self.tr("Graphs"), graphs),
            (self.tr("Styles"), ", ".join(config.styles)),
            (self.tr("Learnt from"), "\n".join(data_text(entry))),
            (self.tr("Made"), card.created),
            (self.tr("Licence"), card.licence),
            (self.tr("Command"), card.command),
        ]
        return [(name, text) for name, text in rows if text]

    def _fill_figures(self, figures: Mapping[str, Any]) -> None:
        self._figures.clear()
        _add_rows(self._figures.invisibleRootItem(), figures)
        self._figures.setVisible(bool(figures))
        self._figures_title.setVisible(bool(figures))
        self._fit_figures()

    def _fit_figures(self, *_: object) -> None:
        """As high as the rows that are open: the page scrolls, not the list in it."""
        root = self._figures.invisibleRootItem()
        row = max(self._figures.sizeHintForRow(0), 16)
        self._figures.setFixedHeight(_open_rows(root) * row + 4)

    def _open_folder(self) -> None:
        if self._entry is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._entry.path)))


def _add_rows(parent: QTreeWidgetItem, figures: Mapping[str, Any]) -> None:
    """Figures as rows; a group without a headline has its own below it."""
    for name, value in figures.items():
        item = QTreeWidgetItem(parent, [name, figure_text(value)])
        if isinstance(value, Mapping) and not headline(value):
            _add_rows(item, value)


def _open_rows(parent: QTreeWidgetItem) -> int:
    """How many rows below an item are to be seen."""
    rows = 0
    for place in range(parent.childCount()):
        child = parent.child(place)
        if child is not None:
            rows += 1 + (_open_rows(child) if child.isExpanded() else 0)
    return rows


def _as_wide_as_there_is() -> QSizePolicy:
    """For text that wraps: a long word makes no page wider than the window."""
    policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
    policy.setHeightForWidth(True)
    return policy


def _label(text: str, role: str = "", *, wrap: bool = False) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    if wrap:
        label.setWordWrap(True)
        label.setSizePolicy(_as_wide_as_there_is())
    if role:
        label.setProperty("role", role)
    return label
