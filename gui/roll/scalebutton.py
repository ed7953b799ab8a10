"""The button that lights up a scale: the key of the piece, or one chosen from its menu."""

from __future__ import annotations

from functools import partial

from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QToolButton

from gui.roll.scene import SceneState
from gui.shell.icons import icon
from model.conditions import KEYS, key_name
from model.keys import estimate_key


class ScaleButton(QToolButton):
    """On: the rows of a scale are lit. Its menu says which."""

    def __init__(self, scene: SceneState) -> None:
        super().__init__()
        self._scene = scene
        self.setCheckable(True)
        self.setText(self.tr("Scale"))
        self.setIcon(icon("scale"))
        self.setAccessibleName(self.tr("Scale"))
        self.setToolTip(self.tr("Light up the rows of the key; the menu chooses another one"))
        self.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        self.clicked.connect(self._on_clicked)
        menu = QMenu(self)
        menu.addAction(self.tr("Key of the piece"), self.use_own_key)
        menu.addSeparator()
        group = QActionGroup(menu)
        self._actions = []
        for key in range(KEYS):
            action = menu.addAction(key_name(key), partial(scene.view.set_scale, key))
            action.setCheckable(True)
            group.addAction(action)
            self._actions.append(action)
        group.setExclusionPolicy(QActionGroup.ExclusionPolicy.ExclusiveOptional)
        self.setMenu(menu)

    def refresh(self) -> None:
        """Show what the view says."""
        key = self._scene.view.scale
        self.setChecked(key is not None)
        for index, action in enumerate(self._actions):
            action.setChecked(index == key)
        self.setText(self.tr("Scale") if key is None else key_name(key))

    def use_own_key(self) -> None:
        """Light up the key that the piece is in; C major where that can't be told."""
        roll = self._scene.document.piece.roll
        merged = roll.merged().cells[0].T
        key = estimate_key(merged, roll.grid.steps_per_beat)
        self._scene.view.set_scale(key if key < KEYS else 0)

    def _on_clicked(self, on: bool) -> None:
        if on:
            self.use_own_key()
        else:
            self._scene.view.set_scale(None)
