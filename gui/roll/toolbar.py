"""The row above the roll: tools, grid, what is shown, how fine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui.roll.scalebutton import ScaleButton
from gui.roll.scene import SceneState
from gui.roll.toolfields import DetailGroup, GridGroup, Group
from gui.shell.icons import icon
from gui.state.view import Tool

ICON_SIZE = 16
MARGIN = 6
GAP = 8  # logical pixels between two groups


@dataclass(frozen=True)
class Stage:
    """How much is said, and in how many rows.

    Attributes:
        rows: 1, or 2 with the grid and the detail in the second.
        labels: Whether fields have their label.
        words: 2 on all buttons, 1 on the tools, 0 icons everywhere.
    """

    rows: int
    labels: bool
    words: int


STAGES = (
    Stage(1, True, 2),
    Stage(1, False, 2),
    Stage(1, False, 1),
    Stage(1, False, 0),
    Stage(2, True, 1),
    Stage(2, True, 0),
    Stage(2, False, 0),
)
"""From much room to little."""


class RollToolBar(QWidget):
    """Controls of the view. Words give way where there is too little room, then a row is added."""

    def __init__(self, scene: SceneState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scene = scene
        self.setAccessibleName(self.tr("Roll tools"))
        self.tools = QButtonGroup(self)
        self.tools.setExclusive(True)
        self._buttons: list[QToolButton] = []
        self._seen: tuple[object, ...] = ()
        self._stage = STAGES[0]
        self._tools, self._toggles = Group(), Group()
        self._grid, self._detail = GridGroup(scene), DetailGroup(scene)
        self.grid, self.grid_label = self._grid.box, self._grid.label
        self.detail, self.level = self._detail.slider, self._detail.level
        self._add_tools(self._tools.row)
        self._add_toggles(self._toggles.row)
        self._lay_out()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        scene.view.changed.connect(self.refresh)
        scene.all_changed.connect(self.refresh)
        self.refresh()

    def _lay_out(self) -> None:
        self._groups = (self._tools, self._grid, self._toggles, self._detail)
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, 4, MARGIN, 4)
        column.setSpacing(3)
        self._rows = (QHBoxLayout(), QHBoxLayout())
        for row in self._rows:
            row.setSpacing(GAP)
            column.addLayout(row)
        for group in (self._tools, self._grid, self._toggles):
            self._rows[0].addWidget(group)
        self._rows[0].addStretch(1)
        self._rows[0].addWidget(self._detail)

    def _add_tools(self, row: QHBoxLayout) -> None:
        texts: dict[Tool, tuple[str, str]] = {
            "select": (self.tr("Select"), self.tr("Select, move and resize notes (1)")),
            "draw": (self.tr("Draw"), self.tr("Draw notes (2)")),
            "erase": (self.tr("Erase"), self.tr("Erase notes (3); also with the right button")),
        }
        self.tool_buttons: dict[str, QToolButton] = {}
        for name, (text, tip) in texts.items():
            button = self._button(name, text, tip)
            button.clicked.connect(self._choose_tool(name))
            self.tools.addButton(button)
            self.tool_buttons[name] = button
            row.addWidget(button)

    def _choose_tool(self, name: Tool) -> Callable[[], None]:
        return lambda: self._scene.view.set_tool(name)

    def _add_toggles(self, row: QHBoxLayout) -> None:
        view = self._scene.view
        self.snap = self._toggle("snap", self.tr("Snap"), self.tr("Snap to the grid (S)"))
        self.snap.clicked.connect(lambda on: view.set_snap(on))
        self.fold = self._toggle(
            "fold", self.tr("Fold"), self.tr("Show only rows with notes, or of the scale")
        )
        self.fold.clicked.connect(lambda on: view.set_fold(on))
        self.scale_button = ScaleButton(self._scene)
        self._dress(self.scale_button)
        self.ghost = self._toggle(
            "ghost", self.tr("Ghost"), self.tr("Let the variation before show through")
        )
        self.ghost.clicked.connect(lambda on: view.set_ghost(on))
        self.follow = self._toggle("follow", self.tr("Follow"), self.tr("Follow the playhead (F)"))
        self.follow.clicked.connect(lambda on: view.toggle_follow())
        for button in (self.snap, self.fold, self.scale_button, self.ghost, self.follow):
            row.addWidget(button)

    def _toggle(self, name: str, text: str, tip: str) -> QToolButton:
        return self._button(name, text, tip)

    def _button(self, name: str, text: str, tip: str) -> QToolButton:
        button = QToolButton()
        button.setText(text)
        button.setIcon(icon(name))
        button.setToolTip(tip)
        button.setAccessibleName(text)
        button.setAccessibleDescription(tip)
        button.setCheckable(True)
        self._dress(button)
        return button

    def _dress(self, button: QToolButton) -> None:
        button.setProperty("role", "quiet")
        button.setIconSize(QSize(ICON_SIZE, ICON_SIZE))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._buttons.append(button)

    # --- Showing what holds ---------------------------------------------------------------------

    def refresh(self) -> None:
        """Show what the view says."""
        view = self._scene.view
        seen = (
            (view.tool, view.snap, view.fold, view.ghost, view.scale),
            (view.follow, view.follow_paused),
            (view.detail, view.snap_steps, self._scene.levels),
            self._scene.document.piece.roll.grid,
        )
        if seen == self._seen:
            return
        self._seen = seen
        self.tool_buttons[view.tool].setChecked(True)
        for button, on in (
            (self.snap, view.snap),
            (self.fold, view.fold),
            (self.ghost, view.ghost),
            (self.follow, view.follow),
        ):
            button.setChecked(on)
        self.scale_button.refresh()
        self._refresh_follow(view.follow_paused)
        self._grid.refresh()
        self._detail.refresh()
        self.fit()

    def _refresh_follow(self, paused: bool) -> None:
        """Following that waits looks as if it were half on."""
        if self.follow.property("paused") is paused:
            return
        tip = self.tr("Follow the playhead (F)")
        if paused:
            tip = self.tr("Following waits until the playhead is in sight again; F ends the wait")
        name = self.tr("Follow, paused") if paused else self.tr("Follow")
        self.follow.setProperty("paused", paused)
        self.follow.setIcon(icon("follow_paused" if paused else "follow"))
        self.follow.setToolTip(tip)
        self.follow.setAccessibleName(name)
        self.follow.setAccessibleDescription(tip)
        self.follow.style().unpolish(self.follow)
        self.follow.style().polish(self.follow)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Fewer words where there is less room."""
        super().resizeEvent(event)
        self.fit()

    def fit(self) -> None:
        """Let words go until all fits: labels first, then the switches', then the tools'."""
        for stage in STAGES:
            self._say(stage)
            if self._needed(stage.rows) <= self.width():
                break
        self._put_into_rows(stage.rows)
        self._stage = stage
        for group in self._groups:
            group.updateGeometry()  # their rows were asked before Qt had told them of the words
        self._column.activate()

    def _needed(self, rows: int) -> int:
        """Logical pixels that the widest row takes."""
        tools, grid, toggles, detail = (group.needed for group in self._groups)
        one = tools + grid + toggles + detail + 3 * GAP
        two = max(tools + toggles, grid + detail) + GAP
        return (one if rows == 1 else two) + 2 * MARGIN

    def _put_into_rows(self, rows: int) -> None:
        """The grid and the detail lie in the first row or in one of their own."""
        if rows == self._stage.rows:
            return
        first, second = self._rows
        for group in (self._grid, self._detail):
            (first if rows == 2 else second).removeWidget(group)
        if rows == 2:
            second.addWidget(self._grid)
            second.addStretch(1)
            second.addWidget(self._detail)
        else:
            second.takeAt(0)  # the stretch
            first.insertWidget(1, self._grid)
            first.addWidget(self._detail)

    def _say(self, stage: Stage) -> None:
        style = Qt.ToolButtonStyle
        self.grid_label.setVisible(stage.labels)
        self._detail.say(stage.labels)
        for button in self._buttons:
            kept = stage.words >= (1 if button in self.tools.buttons() else 2)
            wanted = style.ToolButtonTextBesideIcon if kept else style.ToolButtonIconOnly
            if button.toolButtonStyle() != wanted:
                button.setToolButtonStyle(wanted)
