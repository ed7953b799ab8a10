"""Trainings as the window sees them."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from gui.models.models import ModelsState


class TrainingState(QObject):
    """At most one training at a time."""

    changed = Signal()
    failed = Signal(str, str)

    def __init__(self, models: ModelsState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._models = models

    def close(self) -> None:
        """End every child process."""
