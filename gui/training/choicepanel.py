"""What to train: fine-tune or new, how long, the model's name, how long that takes here, go."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from gui.shell.icons import icon
from gui.training.missingpanel import MissingPanel
from gui.training.plan import AMOUNTS, Amount, Choice
from gui.training.training import TrainingState
from gui.training.words import amount_text, amount_title, span_text


class ChoicePanel(QFrame):
    """Choices, and the button that begins.

    Attributes:
        started: The button has begun a training.
    """

    started = Signal()

    def __init__(self, training: TrainingState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._training = training
        self._named_for = ""
        self.setProperty("role", "card")
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(9)
        title = QLabel(self.tr("2  What to train"))
        title.setProperty("role", "heading")
        column.addWidget(title)
        self._make_begin(column)
        self._make_amounts(column)
        self._make_name(column)
        self._estimate = QLabel()
        self._estimate.setWordWrap(True)
        self._estimate.setProperty("role", "dim")
        column.addWidget(self._estimate)
        self.missing = MissingPanel(
            self.tr(
                "To train, Fractalroll needs a part that is not installed yet. Type this line into"
                " a terminal; it downloads that part."
            ),
            "training",
        )
        self.missing.look_again.connect(training.look_for_packages)
        column.addWidget(self.missing)
        self.go = QPushButton(icon("train", "on_accent"), self.tr("Start training"))
        self.go.setProperty("role", "primary")
        self.go.clicked.connect(self._start)
        column.addWidget(self.go)
        training.changed.connect(self.refresh)
        training.music.changed.connect(self.refresh)
        training.models.changed.connect(self._show_models)
        self._show_models()

    @property
    def choice(self) -> Choice:
        """What is chosen now."""
        begin_from = str(self.model.currentData() or "") if self.fine_tune.isChecked() else ""
        return Choice(self._training.music.source, begin_from, self.amount)

    @property
    def amount(self) -> Amount:
        """How long."""
        return AMOUNTS[max(0, self.amounts.checkedId())]

    def refresh(self) -> None:
        """Show what is known of what is chosen; let it be timed where it wasn't."""
        training, music, choice = self._training, self._training.music, self.choice
        found = music.findings
        ready = found is not None and found.enough and not training.is_training
        if ready and self._named_for != music.source:
            self._named_for = music.source
            self.name.setText(training.free_name(choice))
        self.model.setEnabled(self.fine_tune.isChecked() and not training.is_training)
        self._told.setText(amount_text(choice))
        self._estimate.setText(self._estimate_words(choice, ready))
        for widget in (self.fine_tune, self.new, self.name, *self.amounts.buttons()):
            widget.setEnabled(not training.is_training)
        can_train = training.can_train
        self.missing.setVisible(not can_train)
        self._estimate.setVisible(can_train)
        self.go.setEnabled(ready and can_train)
        self.go.setToolTip("" if can_train else self.missing.words.text())
        if ready and can_train:
            music.measure(choice)

    def rename(self) -> None:
        """Offer a name that is free again."""
        self._named_for = ""
        self.refresh()

    def _estimate_words(self, choice: Choice, ready: bool) -> str:
        if self._training.is_training:
            return ""
        if not ready:
            return self.tr("First choose music.")
        music = self._training.music
        span = music.estimate(choice)
        if span is not None:
            words = self.tr("On this machine {0} for {1} updates, graphs included.")
            return words.format(span_text(span), f"{choice.steps(music.cost(choice)):,}")
        if music.is_measuring:
            return self.tr("Measuring how long that takes here …")
        return self.tr("How long that takes here could not be measured.")

    def _make_begin(self, column: QVBoxLayout) -> None:
        row = QHBoxLayout()
        self.fine_tune = QRadioButton(self.tr("Fine-tune"))
        self.fine_tune.setToolTip(self.tr("Begin with a model that can play, and teach it more"))
        self.new = QRadioButton(self.tr("A new model"))
        self.new.setToolTip(self.tr("Begin with nothing; it hears only your music"))
        self.fine_tune.setChecked(True)
        self.model = QComboBox()
        self.model.setAccessibleName(self.tr("Model to fine-tune"))
        self.model.currentIndexChanged.connect(lambda _: self.refresh())
        row.addWidget(self.fine_tune)
        row.addWidget(self.model, 1)
        column.addLayout(row)
        column.addWidget(self.new)

    def _make_amounts(self, column: QVBoxLayout) -> None:
        row = QHBoxLayout()
        row.setSpacing(6)
        self.amounts = QButtonGroup(self)
        for number, amount in enumerate(AMOUNTS):
            button = QPushButton(amount_title(amount))
            button.setCheckable(True)
            button.setAccessibleName(self.tr("How long: {0}").format(amount_title(amount)))
            self.amounts.addButton(button, number)
            row.addWidget(button, 1)
        self.amounts.button(0).setChecked(True)
        column.addLayout(row)
        self._told = QLabel()
        self._told.setWordWrap(True)
        self._told.setProperty("role", "dim")
        column.addWidget(self._told)
        self.amounts.idToggled.connect(lambda _, on: self.refresh() if on else None)
        self.new.toggled.connect(lambda _: self.refresh())

    def _make_name(self, column: QVBoxLayout) -> None:
        row = QHBoxLayout()
        label = QLabel(self.tr("Name"))
        self.name = QLineEdit()
        self.name.setAccessibleName(self.tr("Name of the model"))
        self.name.setToolTip(self.tr("By this name it stands among your models"))
        label.setBuddy(self.name)
        row.addWidget(label)
        row.addWidget(self.name, 1)
        column.addLayout(row)

    def _show_models(self) -> None:
        chosen = self.model.currentText()
        self.model.blockSignals(True)
        self.model.clear()
        for entry in self._training.models.entries:
            if not entry.fault:
                self.model.addItem(entry.name, str(entry.path))
        self.model.setCurrentIndex(max(0, self.model.findText(chosen)))
        self.model.blockSignals(False)
        self.refresh()

    def _start(self) -> None:
        self._training.start(self.choice, self.name.text())
        if self._training.is_training:
            self.started.emit()
