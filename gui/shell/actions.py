"""The window's actions: one for each command of the table, in menus and under its keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractButton, QMainWindow, QMenu, QWidget

from gui.shell.icons import icon
from gui.shell.keys import COMMANDS, FILE, GROUPS, QT_TRANSLATE_NOOP, Command, command

Handlers = Mapping[str, Callable[[], object]]

BREAKS = {"save_midi", "settings", "quit", "copy", "loop", "test_note", "go_on", "escape"} | {
    "tool_select",
    "follow",
    "coarser",
    "tour",
}
"""Commands with a line above them in their menu."""

RECENT = QT_TRANSLATE_NOOP("Commands", "Open recent")


class Actions(QObject):
    """Every action by its command's name.

    Args:
        window: Which gets them, their keys and its menus.
        handlers: Command's name -> what to do; one for every command.
    """

    def __init__(self, window: QMainWindow, handlers: Handlers) -> None:
        super().__init__(window)
        missing = [one.name for one in COMMANDS if one.name not in handlers]
        if missing:
            raise ValueError(f"nothing is done for {', '.join(missing)}")
        self._actions = {one.name: _action(one, window, handlers[one.name]) for one in COMMANDS}
        self.recent = QMenu(command_words(RECENT), window)
        self._fill_menus(window)

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def roll_is_shown(self, shown: bool) -> None:
        """Let commands on the roll act only while the page with the roll is there."""
        for one in COMMANDS:
            if one.where in ("roll", "quiet"):
                self._actions[one.name].setEnabled(shown)

    def _fill_menus(self, window: QMainWindow) -> None:
        bar = window.menuBar()
        for group in GROUPS:
            menu = bar.addMenu(command_words(group))
            for one in COMMANDS:
                if one.group != group:
                    continue
                if one.name in BREAKS:
                    menu.addSeparator()
                if one.where == "quiet":
                    window.addAction(self._actions[one.name])
                else:
                    menu.addAction(self._actions[one.name])
                if group == FILE and one.name == "open":
                    menu.addMenu(self.recent)


class ButtonKeys(QObject):
    """Lets Enter press the button that has the focus, because Space always plays."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Press a button on Enter; leave everything else alone."""
        if not (event.type() == QEvent.Type.KeyPress and isinstance(watched, QAbstractButton)):
            return False
        if not isinstance(event, QKeyEvent):
            return False
        pressed = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if pressed and watched.isEnabled() and not event.isAutoRepeat():
            watched.click()
            return True
        return False


def command_words(text: str) -> str:
    """A text of the commands' table in the user's language."""
    return Command("", "", text).words()


def keys_of(name: str) -> str:
    """The first key of a command as this system writes it; empty where it has none."""
    keys = command(name).keys
    native = QKeySequence.SequenceFormat.NativeText
    return QKeySequence(keys[0]).toString(native) if keys else ""


def _action(one: Command, window: QWidget, act: Callable[[], object]) -> QAction:
    text = one.words()
    if one.name.startswith("variation_"):
        text = f"{text} {one.name.removeprefix('variation_')}"
    action = QAction(text, window)
    action.setObjectName(one.name)
    action.setShortcuts([QKeySequence(keys) for keys in one.keys])
    action.setCheckable(one.checkable)
    if one.icon:
        action.setIcon(icon(one.icon))
    action.triggered.connect(lambda _=False: act())
    return action
