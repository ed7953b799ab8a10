"""The page of training."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from gui.training.training import TrainingState


class TrainPage(QWidget):
    """Everything about training in one place."""

    play_sample = Signal(object)

    def __init__(self, training: TrainingState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._training = training
