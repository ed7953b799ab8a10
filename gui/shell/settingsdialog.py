"""The settings dialog: one control for each declared setting, in effect at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from gui.shell.language import LANGUAGES, SYSTEM

if TYPE_CHECKING:
    from gui.state.settings import SettingsState


class SettingsDialog(QDialog):
    """Changes hold as soon as they are made, but for the language; there is nothing to confirm.

    Args:
        settings: Where they are kept.
        parent: The window.

    Attributes:
        restart_requested: Another window shall take this one's place, in the chosen language.
    """

    restart_requested = Signal()

    def __init__(self, settings: SettingsState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._boxes: dict[str, QComboBox] = {}
        self.setWindowTitle(self.tr("Settings"))
        self.setMinimumWidth(460)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(14)
        self._form = QFormLayout()
        self._form.setHorizontalSpacing(18)
        self._form.setVerticalSpacing(10)
        self._form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        column.addLayout(self._form)
        self._add("theme", self.tr("Colours"), self._choice("theme", self._themes()))
        languages = [(SYSTEM, self.tr("As the system")), *LANGUAGES.items()]
        self._add("language", self.tr("Language"), self._choice("language", languages))
        self._form.addRow("", self._restarting())
        for key, title in self._others():
            self._add(key, title, self._control(key))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)

    def _restarting(self) -> QWidget:
        """What another language takes, and the button that does it now."""
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        note = QLabel(
            self.tr(
                "Another language holds from the next start. Restart now keeps the piece and its "
                "variations; what was done before can't be undone afterwards."
            )
        )
        note.setWordWrap(True)
        note.setProperty("role", "dim")
        column.addWidget(note)
        button = QPushButton(self.tr("Restart now"))
        button.setObjectName("restart")
        button.setToolTip(self.tr("Close the window and open it again in the chosen language"))
        button.setEnabled(False)
        button.clicked.connect(self.accept)
        button.clicked.connect(self.restart_requested)
        column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        began = self._settings.get("language")
        languages = self._boxes["language"]
        languages.currentIndexChanged.connect(
            lambda _: button.setEnabled(languages.currentData() != began)
        )
        return box

    def _themes(self) -> list[tuple[str, str]]:
        return [
            ("dark", self.tr("Dark")),
            ("light", self.tr("Light")),
            ("system", self.tr("As the system")),
        ]

    def _others(self) -> list[tuple[str, str]]:
        """Settings that a plain control is enough for."""
        return [
            ("play_when_made", self.tr("Play what was made at once")),
            ("autosave", self.tr("Keep the piece against a crash")),
            ("device", self.tr("What computes")),
        ]

    def _add(self, key: str, title: str, control: QWidget) -> None:
        declared = self._settings.declared(key)
        control.setObjectName(key)
        control.setAccessibleName(title)
        control.setToolTip(QCoreApplication.translate("Settings", declared.description))
        self._form.addRow(title, control)

    def _choice(self, key: str, choices: list[tuple[str, str]]) -> QComboBox:
        box = QComboBox()
        for value, text in choices:
            box.addItem(text, value)
        self._boxes[key] = box
        box.setCurrentIndex(max(0, box.findData(self._settings.get(key))))
        box.currentIndexChanged.connect(lambda _: self._settings.set(key, box.currentData()))
        return box

    def _control(self, key: str) -> QWidget:
        value: Any = self._settings.get(key)
        if isinstance(value, bool):
            box = QCheckBox()
            box.setChecked(value)
            box.toggled.connect(lambda on: self._settings.set(key, on))
            return box
        if isinstance(value, int):
            number = QSpinBox()
            number.setRange(-1_000_000, 1_000_000)
            number.setValue(value)
            number.valueChanged.connect(lambda new: self._settings.set(key, new))
            return number
        if isinstance(value, float):
            real = QDoubleSpinBox()
            real.setRange(-1e6, 1e6)
            real.setValue(value)
            real.valueChanged.connect(lambda new: self._settings.set(key, new))
            return real
        line = QLineEdit(str(value))
        line.editingFinished.connect(lambda: self._settings.set(key, line.text()))
        return line
