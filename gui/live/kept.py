"""Choices of the live page that are kept in the user's settings, where there are settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gui.state.declared import by_key

if TYPE_CHECKING:
    from gui.state.settings import SettingsState


class Kept:
    """Some settings by their key; without a file behind them, they are forgotten at the end.

    Args:
        settings: The user's; None in tests that keep nothing.
    """

    def __init__(self, settings: SettingsState | None) -> None:
        self._settings = settings
        self._own: dict[str, Any] = {}
        self._declared = by_key()

    def get(self, key: str) -> Any:
        """The value of a declared setting."""
        if self._settings is not None:
            return self._settings.get(key)
        return self._own.get(key, self._declared[key].default)

    def set(self, key: str, value: Any) -> bool:
        """Keep a value; whether it is another one, and one that the setting can have."""
        if value == self.get(key) or not self._declared[key].accepts(value):
            return False
        if self._settings is not None:
            self._settings.set(key, value)
        else:
            self._own[key] = value
        return True

    def is_default(self, key: str) -> bool:
        """Whether it was never chosen otherwise."""
        return bool(self.get(key) == self._declared[key].default)
