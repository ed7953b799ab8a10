"""Everything that the window knows, without a single widget: the states of all its parts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import platformdirs
from PySide6.QtCore import QObject

from gui.live.learning import LearnState
from gui.live.live import LiveState
from gui.live.together import TogetherState
from gui.making.making import MakingState
from gui.making.variations import VariationsState
from gui.making.wishes import MOST_SEED
from gui.models.models import ModelsState
from gui.out.out import OutState
from gui.shell.ending import try_all
from gui.shell.habits import Habits
from gui.state.document import Document
from gui.state.projects import Autosave
from gui.state.recent import RecentFiles
from gui.state.selection import SelectionState
from gui.state.settings import SettingsState
from gui.state.variation import Takes
from gui.state.view import ViewState
from gui.training.training import TrainingState


class WindowState(QObject):
    """The states, made in the order in which they need each other.

    Children are started by `start` and gone after `close`.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.settings = SettingsState(parent=self)
        self.recent = RecentFiles(parent=self)
        self.document = Document(parent=self)
        self.selection = SelectionState(self.document, parent=self)
        self.out = OutState(self.document, self.selection, parent=self)
        self.view = ViewState(parent=self)
        self.live = LiveState(
            self.document, parent=self, selection=self.selection, settings=self.settings
        )
        self.playhead = self.live.playhead
        self.making = MakingState(self.document, self.selection, self.settings, parent=self)
        self.pending = self.making.pending
        self.learning = LearnState(self.live.inputs, self.making, self.settings, parent=self)
        self.together = TogetherState(self.live, self.making, self.settings, parent=self)
        self.variations = VariationsState(self.document, self.making, self.live.cueing, parent=self)
        self.models = ModelsState(parent=self)
        self.training = TrainingState(self.models, parent=self)
        self.autosave = Autosave(
            self.document, autosave_folder(), self.extras, self, takes=self.variations.takes
        )
        self.variations.changed.connect(self.autosave.touch)
        self._habits = Habits(self)

    def extras(self) -> dict[str, Any]:
        """What is kept with a piece besides its variations."""
        return {"seed": self.making.settings.seed}

    def put_back(self, takes: Takes | None, extra: dict[str, Any]) -> None:
        """What was kept with the piece that is open now; nothing of `extra` is believed."""
        self.variations.put_back(takes)
        seed = extra.get("seed")
        if type(seed) is int and 0 <= seed <= MOST_SEED:
            self.making.set(seed=seed)

    def close(self) -> None:
        """End every child process, whatever breaks; nothing sounds or computes afterwards."""
        try_all(
            self.learning.close,
            self.together.close,
            self.live.close,
            self.making.close,
            self.training.close,
            self.autosave.close,
            self.settings.close,
        )


def autosave_folder() -> Path:
    """Where the piece is kept against a crash."""
    return Path(platformdirs.user_state_dir("fractalroll", appauthor=False)) / "autosave"
