"""What the window remembers from one day to the next: settings and states kept the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from model.bundleinfo import ALIAS, DEFAULT_NAME

if TYPE_CHECKING:
    from gui.shell.states import WindowState

VIEW_KEYS = ("snap", "follow", "ghost")
"""Settings that are switches of the roll."""
MAKING_KEYS = ("bars", "temperature", "top_p", "guidance", "seed_locked")
"""Settings that are wishes for the music; the seed is one while it is locked."""


class Habits(QObject):
    """Puts settings into states at the start, and back whenever the user changes them."""

    def __init__(self, state: WindowState) -> None:
        super().__init__(state)
        self._state = state
        self._setters: dict[str, Callable[[Any], None]] = {
            "snap": state.view.set_snap,
            "follow": state.view.set_follow,
            "ghost": state.view.set_ghost,
            "output": state.live.set_output,
            "autosave": state.autosave.set_enabled,
        }
        for key in self._setters:
            self._put(key)
        self._take_wishes()
        state.settings.changed.connect(self._put)
        state.view.changed.connect(self._keep_view)
        state.making.changed.connect(self._keep_wishes)
        state.live.changed.connect(lambda: state.settings.set("output", state.live.output))
        state.models.loaded_changed.connect(self._keep_model)

    def _put(self, key: str) -> None:
        if key in self._setters:
            self._setters[key](self._state.settings.get(key))

    def _take_wishes(self) -> None:
        settings = self._state.settings
        wishes = {key: settings.get(key) for key in MAKING_KEYS}
        if settings.get("seed_locked"):
            wishes["seed"] = settings.get("seed")
        self._state.making.set(**wishes)

    def _keep_wishes(self) -> None:
        wishes, settings = self._state.making.settings, self._state.settings
        for key in (*MAKING_KEYS, "seed") if wishes.seed_locked else MAKING_KEYS:
            settings.set(key, getattr(wishes, key))

    def _keep_model(self) -> None:
        """The model that was loaded last is the one that loads at the next start."""
        entry = self._state.models.entry(self._state.models.loaded)
        if entry is not None:
            bundled = entry.shipped and entry.name == DEFAULT_NAME
            self._state.settings.set("model", ALIAS if bundled else entry.name)

    def _keep_view(self) -> None:
        for key in VIEW_KEYS:
            self._state.settings.set(key, getattr(self._state.view, key))
