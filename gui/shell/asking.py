"""Questions to the user: a file's name, or one of a few answers. Tests answer by themselves."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget


class Asking(Protocol):
    """What the window asks through."""

    def choose(self, title: str, text: str, answers: Sequence[str]) -> int:
        """Ask for one of `answers`.

        Returns:
            Its place; the last one when the question was closed.
        """
        ...

    def open_path(self, title: str, kinds: str, folder: Path) -> Path | None:
        """Ask for a file that is there; None when given up. `kinds` is a filter of Qt's."""
        ...

    def save_path(self, title: str, kinds: str, proposed: Path) -> Path | None:
        """Ask where to write; None when given up. The dialog has asked before it replaces."""
        ...


class Dialogs:
    """Asks with Qt's own dialogs, over `parent`."""

    def __init__(self, parent: QWidget) -> None:
        self._parent = parent

    def choose(self, title: str, text: str, answers: Sequence[str]) -> int:
        """Ask in a message box."""
        box = QMessageBox(self._parent)
        box.setWindowTitle(title)
        box.setText(text)
        role = QMessageBox.ButtonRole
        buttons = [box.addButton(answer, role.AcceptRole) for answer in answers[:-1]]
        buttons.append(box.addButton(answers[-1], role.RejectRole))
        box.setDefaultButton(buttons[0])
        box.setEscapeButton(buttons[-1])
        box.exec()
        pressed = box.clickedButton()
        place = buttons.index(pressed) if pressed in buttons else len(buttons) - 1
        box.deleteLater()
        return place

    def open_path(self, title: str, kinds: str, folder: Path) -> Path | None:
        """Ask in the system's file dialog."""
        chosen, _ = QFileDialog.getOpenFileName(self._parent, title, str(folder), kinds)
        return Path(chosen) if chosen else None

    def save_path(self, title: str, kinds: str, proposed: Path) -> Path | None:
        """Ask in the system's file dialog."""
        chosen, _ = QFileDialog.getSaveFileName(self._parent, title, str(proposed), kinds)
        return Path(chosen) if chosen else None
