from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QPushButton
from pytestqt.qtbot import QtBot

from gui.shell.looks import chosen_colours, wear_settings
from gui.shell.settingsdialog import SettingsDialog
from gui.shell.theme import DARK, LIGHT, colours, theme
from gui.state.settings import SettingsState


@pytest.fixture
def settings(tmp_path: Path) -> SettingsState:
    return SettingsState(tmp_path / "settings.json")


@pytest.fixture
def dialog(settings: SettingsState, qtbot: QtBot) -> SettingsDialog:
    dialog = SettingsDialog(settings)
    qtbot.addWidget(dialog)
    return dialog


def test_a_choice_holds_at_once(
    dialog: SettingsDialog, settings: SettingsState, qapp: QApplication
) -> None:
    wear_settings(qapp, settings)
    box = dialog.findChild(QComboBox, "theme")
    assert isinstance(box, QComboBox)
    box.setCurrentIndex(box.findData("light"))
    assert settings.get("theme") == "light"
    assert colours() is LIGHT
    box.setCurrentIndex(box.findData("dark"))
    assert colours() is DARK
    settings.close()


def test_the_dialog_begins_with_what_holds(settings: SettingsState, qtbot: QtBot) -> None:
    settings.set("play_when_made", False)
    dialog = SettingsDialog(settings)
    qtbot.addWidget(dialog)
    box = dialog.findChild(QCheckBox, "play_when_made")
    assert isinstance(box, QCheckBox)
    assert not box.isChecked()
    box.setChecked(True)
    assert settings.get("play_when_made") is True
    settings.close()


def test_every_control_has_a_name_and_says_what_it_does(dialog: SettingsDialog) -> None:
    for kind in (QComboBox, QCheckBox):
        for control in dialog.findChildren(kind):
            assert control.accessibleName()
            assert control.toolTip()


def test_a_system_without_an_opinion_is_dark(qapp: QApplication) -> None:
    assert chosen_colours("dark") is DARK
    assert chosen_colours("light") is LIGHT
    assert chosen_colours("system") in (DARK, LIGHT)
    theme().use(DARK)


def test_another_language_offers_a_restart(
    dialog: SettingsDialog, settings: SettingsState, qtbot: QtBot
) -> None:
    button, box = dialog.findChild(QPushButton, "restart"), dialog.findChild(QComboBox, "language")
    assert isinstance(button, QPushButton)
    assert isinstance(box, QComboBox)
    assert not button.isEnabled()
    box.setCurrentIndex(box.findData("zh_TW"))
    assert button.isEnabled()
    with qtbot.waitSignal(dialog.restart_requested):
        button.click()
    assert settings.get("language") == "zh_TW"
    settings.close()
