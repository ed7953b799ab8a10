"""How the window looks and which language it speaks, as the settings say."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from gui.shell.language import wear
from gui.shell.theme import DARK, LIGHT, Colours, theme

if TYPE_CHECKING:
    from gui.state.settings import SettingsState

LANGUAGE_VARIABLE, THEME_VARIABLE = "FRACTALROLL_LANGUAGE", "FRACTALROLL_THEME"
"""Environment variables that win over the settings, for one start."""
DARK_NAME, LIGHT_NAME, SYSTEM_NAME = "dark", "light", "system"


def chosen_colours(setting: str) -> Colours:
    """The colours that a setting means; dark where the system has no opinion."""
    if setting == LIGHT_NAME:
        return LIGHT
    if setting == SYSTEM_NAME and _system_is_light():
        return LIGHT
    return DARK


def wear_settings(application: QApplication, settings: SettingsState) -> None:
    """Put on colours and language, now and whenever the colours' setting changes.

    Another language holds from the next start: what is on the screen was written in the old one.
    """
    language = os.environ.get(LANGUAGE_VARIABLE) or str(settings.get("language"))
    wear(application, language)
    theme().use(chosen_colours(os.environ.get(THEME_VARIABLE) or str(settings.get("theme"))))
    settings.changed.connect(
        lambda key: (
            theme().use(chosen_colours(str(settings.get("theme")))) if key == "theme" else None
        )
    )


def _system_is_light() -> bool:
    return QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Light
