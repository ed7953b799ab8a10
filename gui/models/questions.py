"""What the page of models asks people for; tests answer by themselves."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFileDialog, QInputDialog, QMessageBox, QWidget


class ModelQuestions(Protocol):
    """What the page asks through; None or False: given up."""

    def folder_to_add(self) -> Path | None:
        """A bundle's folder."""
        ...

    def folder_to_export(self, proposed: Path) -> Path | None:
        """A folder that need not be there yet."""
        ...

    def new_name(self, name: str) -> str | None:
        """Another name for the model of this name."""
        ...

    def may_remove(self, name: str) -> bool:
        """Whether the model of this name may be deleted."""
        ...


class ModelDialogs:
    """Asks with Qt's own dialogs, over `parent`."""

    def __init__(self, parent: QWidget) -> None:
        self._parent = parent

    def folder_to_add(self) -> Path | None:
        """Ask in the system's dialog."""
        title = QCoreApplication.translate("models", "Add a model's folder")
        chosen = QFileDialog.getExistingDirectory(self._parent, title, str(Path.home()))
        return Path(chosen) if chosen else None

    def folder_to_export(self, proposed: Path) -> Path | None:
        """Ask in the system's dialog."""
        title = QCoreApplication.translate("models", "Export the model as a folder")
        chosen, _ = QFileDialog.getSaveFileName(self._parent, title, str(proposed))
        return Path(chosen) if chosen else None

    def new_name(self, name: str) -> str | None:
        """Ask for a line of text."""
        title = QCoreApplication.translate("models", "Rename the model")
        label = QCoreApplication.translate("models", "Name (letters, digits, - and _):")
        text, agreed = QInputDialog.getText(self._parent, title, label, text=name)
        return text if agreed else None

    def may_remove(self, name: str) -> bool:
        """Ask in a message box that says what happens."""
        title = QCoreApplication.translate("models", "Remove the model")
        text = QCoreApplication.translate(
            "models", "Delete the model {name} from the disk? It can't be brought back."
        )
        answers = QMessageBox.StandardButton
        chosen = QMessageBox.question(
            self._parent, title, text.format(name=name), answers.Yes | answers.Cancel,
            answers.Cancel,
        )  # fmt: skip
        return chosen == answers.Yes
