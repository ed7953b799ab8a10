"""The page of models: the list at the left, one model in full, its export, and two compared."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from gui.models.cardlist import CardList
from gui.models.cardpanel import CardPanel
from gui.models.comparepanel import ComparePanel
from gui.models.comparing import CompareState
from gui.models.exporting import ExportState
from gui.models.exportpanel import ExportPanel
from gui.models.models import ModelsState
from gui.models.questions import ModelDialogs, ModelQuestions
from gui.shell.icons import icon

LIST_WIDTH = 340


class ModelsPage(QWidget):
    """Everything about models in one place.

    Args:
        models: The list.
        exporting: Exports; None: one of its own.
        comparing: Compares; None: one of its own.
        questions: Asks people; None: Qt's dialogs.
        parent: The widget that it lies in.

    Attributes:
        compare_requested: Two models are being compared: path of A, path of B, seed.
        play_requested: A roll should be heard from its beginning.
        failed: What was asked for can't be done, in one sentence; the details.
    """

    compare_requested = Signal(str, str, int)
    play_requested = Signal(object)
    failed = Signal(str, str)

    def __init__(
        self,
        models: ModelsState,
        exporting: ExportState | None = None,
        comparing: CompareState | None = None,
        questions: ModelQuestions | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._models = models
        self.exporting = exporting or ExportState(self)
        self.comparing = comparing or CompareState(self)
        self._questions = questions or ModelDialogs(self)
        self._list = CardList()
        self._card = CardPanel()
        self._export = ExportPanel(self.exporting, self._questions)
        self._compare = ComparePanel(self.comparing)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 12, 12, 12)
        row.setSpacing(12)
        row.addWidget(self._make_left())
        row.addWidget(self._make_right(), 1)
        self.setFocusProxy(self._list)
        self._list.setFocus()
        self._connect()
        self._show_entries()

    @property
    def current_name(self) -> str:
        """The model that is looked at."""
        return self._list.current_name

    def choose(self, name: str) -> None:
        """Look at a model."""
        self._list.choose(name)

    def close_children(self) -> None:
        """Leave no child process behind. May be called again."""
        self.exporting.close()
        self.comparing.close()

    def _make_left(self) -> QWidget:
        left = QWidget()
        left.setFixedWidth(LIST_WIDTH)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        head = QHBoxLayout()
        title = QLabel(self.tr("Models"))
        title.setProperty("role", "heading")
        add = QPushButton(icon("plus"), self.tr("Add…"))
        add.setAccessibleName(self.tr("Add a model"))
        add.setToolTip(self.tr("Copy a model's folder from anywhere into this list"))
        add.clicked.connect(self._add)
        head.addWidget(title, 1)
        head.addWidget(add)
        column.addLayout(head)
        column.addWidget(self._list, 1)
        column.addWidget(self._compare)
        QWidget.setTabOrder(self._list, add)
        return left

    def _make_right(self) -> QScrollArea:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 6, 0)
        column.setSpacing(12)
        column.addWidget(self._card)
        column.addWidget(self._export)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inside)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        return area

    def _connect(self) -> None:
        self._list.chosen.connect(self._show_card)
        self._list.load_requested.connect(self._models.load)
        self._card.load_requested.connect(lambda: self._models.load(self.current_name))
        self._card.rename_requested.connect(self._rename)
        self._card.remove_requested.connect(self._remove)
        self._models.changed.connect(self._show_entries)
        self._models.loaded_changed.connect(self._show_entries)
        self._models.failed.connect(lambda text: self.failed.emit(text, ""))
        self.exporting.finished.connect(lambda _: self._models.refresh())
        self.exporting.failed.connect(self.failed)
        self.comparing.failed.connect(self.failed)
        self.comparing.compare_requested.connect(self.compare_requested)
        self.comparing.play_requested.connect(self.play_requested)

    def _show_entries(self) -> None:
        self._list.show_entries(self._models.entries, self._models.loaded)
        self._compare.show_entries(self._models.entries)

    def _show_card(self, name: str) -> None:
        entry = self._models.entry(name)
        self._card.show_entry(entry, loaded=bool(name) and name == self._models.loaded)
        self._export.show_entry(entry)

    def _add(self) -> None:
        folder = self._questions.folder_to_add()
        if folder is not None and self._models.add(folder):
            self.choose(folder.name)

    def _rename(self) -> None:
        name = self.current_name
        new = self._questions.new_name(name)
        if new is not None and self._models.rename(name, new):
            self.choose(new.strip())

    def _remove(self) -> None:
        name = self.current_name
        if name and self._questions.may_remove(name):
            self._models.remove(name)
