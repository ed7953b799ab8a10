"""The language of the window: which there are, and how one is put on."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

FOLDER = Path(__file__).resolve().parent.parent / "translations"
"""`fractalroll_LANGUAGE.qm`, made from the `.ts` beside it by `scripts/translations.py`."""

LANGUAGES = {"en": "English", "zh_TW": "繁體中文"}
"""Every language by its code, in its own words."""

SYSTEM = "system"
"""The setting for: as the rest of this machine."""

_worn: list[QTranslator] = []
"""Qt keeps no reference of its own; without ours a translator is gone at once."""


def language_of(setting: str) -> str:
    """The code of the language that a setting means; English where we don't have it."""
    if setting in LANGUAGES:
        return setting
    for wanted in QLocale.system().uiLanguages():
        for code in LANGUAGES:
            if _means(wanted, code):
                return code
    return "en"


def _means(wanted: str, code: str) -> bool:
    """Whether what the system asks for (`zh-Hant-TW`) is the language `code` (`zh_TW`)."""
    given, ours = QLocale(wanted), QLocale(code)
    return given.language() == ours.language() and given.script() == ours.script()


def wear(application: QCoreApplication, setting: str) -> str:
    """Let the window speak the language that `setting` means, from the next text on.

    Returns:
        The code of the language.
    """
    for old in _worn:
        application.removeTranslator(old)
    _worn.clear()
    code = language_of(setting)
    QLocale.setDefault(QLocale(code))
    for name, folder in ((f"qtbase_{code}", _qt_folder()), (f"fractalroll_{code}", str(FOLDER))):
        translator = QTranslator()
        if translator.load(name, folder):
            application.installTranslator(translator)
            _worn.append(translator)
    return code


def _qt_folder() -> str:
    """Where the words of Qt's own dialogs lie."""
    return QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
