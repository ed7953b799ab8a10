"""How a training goes: where it is, its curves, and the buttons that direct it."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gui.shell.icons import icon
from gui.training.curveview import CurveView
from gui.training.training import TrainingState


class ProgressPanel(QFrame):
    """Status, curves and orders."""

    def __init__(self, training: TrainingState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._training = training
        self.setProperty("role", "card")
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 12)
        column.setSpacing(8)
        head = QHBoxLayout()
        self._title = QLabel()
        self._title.setProperty("role", "heading")
        head.addWidget(self._title)
        head.addStretch(1)
        self._make_buttons(head)
        column.addLayout(head)
        self._status = QLabel()
        self._status.setWordWrap(True)
        self._status.setProperty("role", "dim")
        column.addWidget(self._status)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(8)
        self._bar.setAccessibleName(self.tr("Updates made"))
        column.addWidget(self._bar)
        self.curves = CurveView(training.curves)
        self._make_kinds(column)
        column.addWidget(self.curves, 1)
        for before, after in pairwise((*self.buttons, self.whole, self.levels, self.everything)):
            QWidget.setTabOrder(before, after)
        QWidget.setTabOrder(self.everything, self.curves)
        training.changed.connect(self.refresh)
        training.models.loaded_changed.connect(self.refresh)
        training.curves_changed.connect(self._show_curves)
        self._show_curves()

    def refresh(self) -> None:
        """Show where the training is."""
        training = self._training
        had_focus = next((button for button in self.buttons if button.hasFocus()), None)
        name = training.plan.name if training.plan is not None else ""
        titles = {
            "idle": self.tr("Training"),
            "training": self.tr("Training {0}").format(name),
            "paused": self.tr("{0} is paused").format(name),
            "finishing": self.tr("Finishing {0}").format(name),
            "stopping": self.tr("Stopping {0}").format(name),
            "stopped": self.tr("{0} is stopped").format(name),
            "done": self.tr("{0} is ready").format(training.result),
            "crashed": self.tr("{0} broke off").format(name),
        }
        self._title.setText(titles[training.phase])
        self._status.setText(self._words())
        self._bar.setVisible(training.phase not in ("idle", "done"))
        self._bar.setRange(0, max(1, training.total_steps) if training.step else 0)
        rests = training.phase in ("crashed", "stopped")
        if rests:
            self._bar.setRange(0, max(1, training.total_steps))
        self._bar.setValue(training.step)
        running = training.phase in ("training", "paused")
        paused = training.phase == "paused"
        self.pause.setVisible(running)
        self.pause.setText(self.tr("Go on") if paused else self.tr("Pause"))
        self.pause.setIcon(icon("play" if paused else "pause"))
        self.finish.setVisible(running)
        self.finish.setEnabled(len(training.curves) > 0)
        self.stop.setVisible(running or training.phase == "finishing")
        self.give_up.setVisible(rests)
        self.recover.setVisible(rests)
        self.load.setVisible(training.phase == "done" and not self._is_loaded())
        if had_focus is not None and not had_focus.isVisible():
            self._keep_focus()

    def _keep_focus(self) -> None:
        """The button with the focus has gone: the keys stay near, where Enter does no harm."""
        shown = (one for one in (self.recover, self.load, self.pause) if one.isVisible())
        next(shown, self.curves).setFocus()

    def _words(self) -> str:
        training = self._training
        steps = self.tr("update {0} of {1}").format(
            f"{training.step:,}", f"{training.total_steps:,}"
        )
        if training.phase == "training" and not training.total_steps:
            return self.tr("Reading the music and waking up the model …")
        if training.phase == "training":
            went_on = self.tr("It went on from the last checkpoint.") + " "
            return (went_on if training.went_on else "") + steps
        told = {
            "idle": self.tr("Choose music on the left, then press Start training."),
            "paused": self.tr("{0}; nothing computes until it goes on.").format(steps),
            "finishing": self.tr(
                "The best weights so far are written as a model, with graphs so that it plays fast."
            ),
            "stopping": self.tr("What it has learnt so far is being kept …"),
            "stopped": self.tr(
                "At {0}, which is kept: go on now or another day. Give up deletes it."
            ).format(steps),
            "done": self._ready_words(),
            "crashed": self.tr("At {0}. It can go on from its last checkpoint.").format(steps),
        }
        return told[training.phase]

    def _is_loaded(self) -> bool:
        """Whether the trained model makes the music by now."""
        return bool(self._training.result) and (
            self._training.models.loaded == self._training.result
        )

    def _ready_words(self) -> str:
        if self._is_loaded():
            return self.tr("It is loaded: Generate makes music with it.")
        return self.tr("It is among your models. Load it to make music with it.")

    def _make_buttons(self, row: QHBoxLayout) -> None:
        training = self._training
        self.pause = QPushButton(icon("pause"), self.tr("Pause"))
        self.pause.setToolTip(self.tr("Leave the machine to something else for a while"))
        self.pause.clicked.connect(
            lambda: training.resume() if training.phase == "paused" else training.pause()
        )
        self.finish = QPushButton(icon("check"), self.tr("Finish now"))
        self.finish.setToolTip(self.tr("End here and keep the best model so far"))
        self.finish.clicked.connect(training.finish)
        self.stop = QPushButton(icon("stop"), self.tr("Stop"))
        self.stop.setToolTip(self.tr("End here; what it has learnt is kept, to go on with later"))
        self.stop.clicked.connect(training.stop)
        self.give_up = QPushButton(icon("close"), self.tr("Give up"))
        self.give_up.setToolTip(self.tr("Delete what there is of it"))
        self.give_up.clicked.connect(self._give_up)
        self.recover = QPushButton(icon("redo", "on_accent"), self.tr("Go on"))
        self.recover.setProperty("role", "primary")
        self.recover.setToolTip(self.tr("Go on from the last checkpoint"))
        self.recover.clicked.connect(lambda: training.recover())
        self.load = QPushButton(icon("make", "on_accent"), self.tr("Load it"))
        self.load.setProperty("role", "primary")
        self.load.setToolTip(self.tr("Make music with this model"))
        self.load.clicked.connect(lambda: training.models.load(training.result))
        self.buttons = (self.recover, self.pause, self.finish, self.load, self.stop, self.give_up)
        for button in self.buttons:
            row.addWidget(button)

    def _make_kinds(self, column: QVBoxLayout) -> None:
        row = QHBoxLayout()
        row.setSpacing(6)
        self.whole = QPushButton(self.tr("Whole model"))
        self.levels = QPushButton(self.tr("Each level"))
        group = QButtonGroup(self)
        for button in (self.whole, self.levels):
            button.setCheckable(True)
            group.addButton(button)
            row.addWidget(button)
        self.whole.setChecked(True)
        self.whole.setToolTip(self.tr("How well it knows the music, and music kept aside"))
        self.levels.setToolTip(self.tr("What each level, coarse to fine, still has to learn"))
        self.levels.toggled.connect(lambda _: self._show_curves())
        row.addStretch(1)
        self.everything = QPushButton(self.tr("Show all"))
        self.everything.setProperty("role", "quiet")
        self.everything.setToolTip(self.tr("Zoom out to the whole training"))
        self.everything.clicked.connect(self.curves.show_all)
        row.addWidget(self.everything, 0, Qt.AlignmentFlag.AlignRight)
        column.addLayout(row)

    def _show_curves(self) -> None:
        names = self._training.curves.names()
        levels = tuple(name for name in names if name.startswith("level"))
        for button in (self.whole, self.levels, self.everything):
            button.setVisible(bool(names))
        self.curves.show_names(levels if self.levels.isChecked() else ("train", "valid"))
        self.refresh()

    def _give_up(self) -> None:
        if self._training.plan is not None:
            self._training.discard(self._training.plan)
