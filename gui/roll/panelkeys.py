"""The roll's keys and its clipboard, for whoever holds the panel without the window's menus."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from gui.out.clipboard import take
from gui.roll import edits
from gui.roll.pasteboard import put_on_clipboard
from gui.roll.regions import region_of_chosen

if TYPE_CHECKING:
    from gui.roll.panel import RollPanel


class PanelKeys:
    """What the keys do anywhere on the panel; a window's menu with the same key comes first."""

    def __init__(self, panel: RollPanel) -> None:
        self._panel = panel
        self._scene = panel.scene
        view, keys = panel.scene.view, Qt.Key
        self._plain: dict[Qt.Key, Callable[[], object]] = {
            keys.Key_1: lambda: view.set_tool("select"),
            keys.Key_2: lambda: view.set_tool("draw"),
            keys.Key_3: lambda: view.set_tool("erase"),
            keys.Key_F: view.toggle_follow,
            keys.Key_S: lambda: view.set_snap(not view.snap),
            keys.Key_L: lambda: edits.toggle_loop(self._scene),
            keys.Key_BracketLeft: lambda: self._change_detail(-1),
            keys.Key_BracketRight: lambda: self._change_detail(1),
            keys.Key_Z: self.zoom,
            keys.Key_B: panel.select_bars,
            keys.Key_Home: lambda: self._seek(0),
            keys.Key_End: lambda: self._seek(self._scene.steps),
            keys.Key_Delete: self.erase,
            keys.Key_Backspace: self.erase,
            keys.Key_Escape: self._escape,
        }
        self._with_control: dict[Qt.Key, Callable[[], object]] = {
            keys.Key_A: panel.select_all,
            keys.Key_C: self.copy,
            keys.Key_X: self.cut,
            keys.Key_V: self.paste,
            keys.Key_D: panel.duplicate,
            keys.Key_BracketLeft: lambda: panel.lengthen_region(-1),
            keys.Key_BracketRight: lambda: panel.lengthen_region(1),
        }

    def press(self, event: QKeyEvent) -> bool:
        """Do what a key asks; False if it isn't one of ours."""
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if held == Qt.KeyboardModifier.NoModifier:
            action = self._plain.get(Qt.Key(event.key()))
        elif held == Qt.KeyboardModifier.ControlModifier:
            action = self._with_control.get(Qt.Key(event.key()))
        else:
            action = None
        if action is None:
            return False
        action()
        return True

    @property
    def place(self) -> float:
        """The step where the cursor is, else where the playhead is."""
        cursor = self._panel.canvas.cursor_keys
        return float(cursor.step) if cursor.shown else self._scene.playhead.step

    def copy(self) -> None:
        """Keep the chosen notes."""
        put_on_clipboard(self._scene.document.piece, self._scene.selection.notes)

    def cut(self) -> None:
        """Keep the chosen notes and take them away."""
        self.copy()
        self.erase()

    def paste(self) -> None:
        """Put the kept notes where the cursor is, else where the playhead is."""
        kept = take(self._scene.document.piece.roll.grid.steps_per_beat)
        if kept is None:
            return
        edits.paste(self._scene, kept, edits.snapped(self._scene, self.place, free=False))

    def erase(self) -> None:
        """Take the chosen notes away, else the note under the cursor."""
        keys = edits.free_keys(self._scene)
        if keys:
            edits.erase(self._scene, keys)
        elif not self._scene.selection.notes and self._panel.canvas.hasFocus():
            self._panel.canvas.cursor_keys.erase_here()

    def zoom(self) -> None:
        """Zoom to the region, else to the chosen notes, else to everything."""
        scene = self._scene
        region = scene.selection.region or region_of_chosen(scene)
        if region is None:
            self._panel.show_everything()
        else:
            scene.view.zoom_to(region)
            scene.keep_inside()

    def _change_detail(self, by: int) -> None:
        levels = max(len(self._scene.levels), 1)
        now = min(self._scene.view.detail, levels)
        self._scene.view.set_detail(min(max(now + by, 1), levels))

    def _seek(self, step: int) -> None:
        self._panel.seek_requested.emit(float(step))
        self._panel.go_to(step)

    def _escape(self) -> None:
        if not self._panel.cancel():
            self._scene.selection.clear()
