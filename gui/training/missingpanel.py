"""What is not installed, and the command that installs it, to be copied."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gui.shell.icons import icon
from model.installing import install_command

Command = Callable[[str], str]
"""The command that installs an extra; tests give another."""


class MissingPanel(QFrame):
    """One sentence, the command, and two buttons.

    Args:
        sentence: What is missing, in a musician's words.
        extra: The extra that brings it.
        parent: The widget that it lies in.
        command: What to type.

    Attributes:
        look_again: It may have been installed by now.
    """

    look_again = Signal()

    def __init__(
        self,
        sentence: str,
        extra: str,
        parent: QWidget | None = None,
        command: Command = install_command,
    ) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self.words = QLabel(sentence)
        self.words.setWordWrap(True)
        self.words.setProperty("role", "warn")
        self.command = QLineEdit(command(extra))
        self.command.setReadOnly(True)
        self.command.setCursorPosition(0)
        self.command.setAccessibleName(self.tr("What to type into a terminal"))
        self.command.setToolTip(self.command.text())
        self.copy = QPushButton(icon("copy"), self.tr("Copy"))
        self.copy.setToolTip(self.tr("Copy this line, to paste it into a terminal"))
        self.copy.clicked.connect(self._copy)
        self.again = QPushButton(icon("redo"), self.tr("Look again"))
        self.again.setToolTip(self.tr("It is installed now"))
        self.again.clicked.connect(self.look_again)
        row = QHBoxLayout()
        row.addWidget(self.copy)
        row.addWidget(self.again)
        row.addStretch(1)
        column.addWidget(self.words)
        column.addWidget(self.command)
        column.addLayout(row)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.command.text())
        self.copy.setText(self.tr("Copied"))
