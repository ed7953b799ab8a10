"""The user's settings: declared once, kept as JSON, told of when one changes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import platformdirs
from PySide6.QtCore import QObject, QTimer, Signal

from gui.state.declared import SETTINGS, Setting, Value, by_key
from gui.state.errors import StateError
from gui.state.jsonfile import read_object, write_object

__all__ = ["Setting", "SettingsState", "settings_path"]

WRITE_AFTER_MS = 400
"""Changes within this time are written at once, such as those of a slider."""


def settings_path() -> Path:
    """Where the user's settings lie."""
    return Path(platformdirs.user_config_dir("fractalroll", appauthor=False)) / "settings.json"


class SettingsState(QObject):
    """What the user has chosen; what was never chosen has its default.

    Args:
        path: The file; the user's own if none is given.
        declared: The settings there are.
        parent: Qt's.

    Attributes:
        problem: One sentence about a file that could not be read or written; empty if all is well.
    """

    changed = Signal(str)
    """The key of a setting that has another value now."""

    def __init__(
        self,
        path: Path | None = None,
        declared: Sequence[Setting] = SETTINGS,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._path = path or settings_path()
        self._declared = by_key(tuple(declared))
        told, self.problem = read_object(self._path)
        self._kept: dict[str, Any] = told
        self._values: dict[str, Value] = {
            key: _as_kind(setting, told[key])
            for key, setting in self._declared.items()
            if key in told and setting.accepts(told[key])
        }
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(WRITE_AFTER_MS)
        self._timer.timeout.connect(self.flush)

    @property
    def path(self) -> Path:
        """The file."""
        return self._path

    def names(self) -> list[str]:
        """Every setting, in the order of their declaration."""
        return list(self._declared)

    def declared(self, key: str) -> Setting:
        """How a setting is declared.

        Raises:
            StateError: If there is no such setting.
        """
        if key not in self._declared:
            raise StateError(f"There is no setting {key!r}: declare it in gui.state.declared.")
        return self._declared[key]

    def declare(self, setting: Setting) -> None:
        """Add a setting; a value that the file has for it counts. A second time changes nothing."""
        if setting.key not in self._declared:
            self._declared[setting.key] = setting
            told = self._kept.get(setting.key)
            if told is not None and setting.accepts(told):
                self._values[setting.key] = _as_kind(setting, told)

    def get(self, key: str) -> Any:
        """The value of a setting, of the type of its default.

        Raises:
            StateError: If there is no such setting.
        """
        return self._values.get(key, self.declared(key).default)

    def set(self, key: str, value: Value) -> None:
        """Change a setting; it is written a moment later, or by `flush`.

        Raises:
            StateError: If there is no such setting, or it can't have this value.
        """
        setting = self.declared(key)
        if not setting.accepts(value):
            raise StateError(f"The setting {key} can't be {value!r}: it is {setting.wanted}.")
        if value != self.get(key):
            self._values[key] = _as_kind(setting, value)
            self._timer.start()
            self.changed.emit(key)

    def reset(self, key: str) -> None:
        """Give a setting its default again."""
        self.set(key, self.declared(key).default)

    def flush(self) -> None:
        """Write now what has not been written; `problem` says what went wrong."""
        if self._timer.isActive() or self.sender() is self._timer:
            self._timer.stop()
            self._kept = {**self._kept, **self._values}
            self.problem = write_object(self._path, self._kept)

    close = flush


def _as_kind(setting: Setting, value: Value) -> Value:
    return float(value) if setting.kind is float else value
