"""The page of training: music and choices at the left, how it goes at the right."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from gui.shell.icons import icon
from gui.training.choicepanel import ChoicePanel
from gui.training.musicpanel import MusicPanel
from gui.training.plan import Plan
from gui.training.progresspanel import ProgressPanel
from gui.training.samplespanel import SamplesPanel
from gui.training.training import TrainingState

LEFT_WIDTH = 400
AskFolder = Callable[[QWidget], str]
"""Asks people for a folder; empty where they want none. Tests give another."""


class TrainPage(QWidget):
    """Everything about training in one place.

    Args:
        training: The state that it shows.
        parent: The widget that it lies in.
        ask_folder: Asks for a folder; None: Qt's dialog.

    Attributes:
        play_sample: A roll should be heard.
    """

    play_sample = Signal(object)

    def __init__(
        self,
        training: TrainingState,
        parent: QWidget | None = None,
        ask_folder: AskFolder | None = None,
    ) -> None:
        super().__init__(parent)
        self._training = training
        self._ask_folder = ask_folder or _ask_folder
        self._broken_off: list[Plan] = []
        self.music = MusicPanel(training.music)
        self.choices = ChoicePanel(training)
        self.progress = ProgressPanel(training)
        self.samples = SamplesPanel(training, after=self.progress.curves)
        self.offer = _Offer()
        self._error = QLabel()
        self._error.setWordWrap(True)
        self._error.setProperty("role", "error")
        self._error.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 12, 12, 12)
        row.setSpacing(12)
        row.addWidget(self._make_left())
        right = QVBoxLayout()
        right.setSpacing(12)
        right.addWidget(self.progress, 3)
        right.addWidget(self.samples, 2)
        row.addLayout(right, 1)
        self._connect()
        self._show_offer()

    @property
    def error(self) -> str:
        """The sentence that is shown about what went wrong; empty where nothing did."""
        return self._error.text() if not self._error.isHidden() else ""

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """What was missing may have been installed since."""
        super().showEvent(event)
        self._training.look_for_packages()

    def _make_left(self) -> QScrollArea:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 6, 0)
        column.setSpacing(12)
        for widget in (self.offer, self.music, self.choices, self._error):
            column.addWidget(widget)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFixedWidth(LEFT_WIDTH)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inside)
        return area

    def _connect(self) -> None:
        training = self._training
        self.music.chosen.connect(self.look_at)
        self.music.asked.connect(self._choose_folder)
        self.samples.play_sample.connect(self.play_sample)
        self.choices.started.connect(self.progress.pause.setFocus)
        self.offer.go_on.clicked.connect(self._go_on)
        self.offer.give_up.clicked.connect(self._give_up)
        training.failed.connect(self._fail)
        training.changed.connect(self._follow)
        training.finished.connect(lambda _: self.choices.rename())

    def _choose_folder(self) -> None:
        folder = self._ask_folder(self)
        if folder:
            self.look_at(folder)

    def look_at(self, source: str) -> None:
        """See what there is to learn in a folder, or in the built-in corpus."""
        self._error.hide()
        self._training.scan(source)

    def _follow(self) -> None:
        self.music.zone.setEnabled(not self._training.is_training)
        if self._training.is_training:
            self._error.hide()
        self._show_offer()

    def _fail(self, sentence: str, details: str) -> None:
        self._error.setText(sentence)
        self._error.setToolTip(details)
        self._error.show()
        self.choices.rename()

    def _show_offer(self) -> None:
        rests = self._training.phase in ("idle", "done")
        self._broken_off = self._training.unfinished() if rests else []
        self.offer.show_plan(self._broken_off[0] if self._broken_off else None)
        self.offer.go_on.setEnabled(self._training.can_train)

    def _go_on(self) -> None:
        if self._broken_off:
            self._training.recover(self._broken_off[0])

    def _give_up(self) -> None:
        if self._broken_off:
            self._training.discard(self._broken_off[0])


class _Offer(QFrame):
    """A training that was stopped, or broke off with the window, may go on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        self._words = QLabel()
        self._words.setWordWrap(True)
        column.addWidget(self._words)
        row = QHBoxLayout()
        self.go_on = QPushButton(icon("redo"), self.tr("Go on"))
        self.go_on.setToolTip(self.tr("Go on from the last checkpoint"))
        self.give_up = QPushButton(self.tr("Give it up"))
        self.give_up.setToolTip(self.tr("Delete what there is of it"))
        row.addWidget(self.go_on)
        row.addWidget(self.give_up)
        row.addStretch(1)
        column.addLayout(row)

    def show_plan(self, plan: Plan | None) -> None:
        """Offer to go on with this one; hidden where there is none."""
        self.setVisible(plan is not None)
        if plan is not None:
            words = self.tr("The training of {0} is not finished. It can go on where it was.")
            self._words.setText(words.format(plan.name))


def _ask_folder(parent: QWidget) -> str:
    """Qt's dialog."""
    return QFileDialog.getExistingDirectory(
        parent, QCoreApplication.translate("TrainPage", "Choose a folder of MIDI files")
    )
