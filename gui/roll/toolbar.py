"""The row above the roll: tools, grid, what is shown, how fine."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QSlider,
    QToolButton,
    QWidget,
)

from gui.roll.scalebutton import ScaleButton
from gui.roll.scene import SceneState
from gui.shell.icons import icon
from gui.state.view import Tool

ICON_SIZE = 16
DETAIL_WIDTH = 92
WORDS = 3
"""Stages of room: words everywhere, no labels, icons for switches, icons for tools, too."""


class RollToolBar(QWidget):
    """Controls of the view. Words give way where there is too little room."""

    def __init__(self, scene: SceneState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scene = scene
        self.setAccessibleName(self.tr("Roll tools"))
        self.tools = QButtonGroup(self)
        self.tools.setExclusive(True)
        self._buttons: list[QToolButton] = []
        self._seen: tuple[object, ...] = ()
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(6, 4, 6, 4)
        row.setSpacing(3)
        self._add_tools(row)
        row.addSpacing(8)
        self._add_grid(row)
        row.addSpacing(8)
        self._add_toggles(row)
        row.addStretch(1)
        self._add_detail(row)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        scene.view.changed.connect(self.refresh)
        scene.all_changed.connect(self.refresh)
        self.refresh()

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

    def _add_grid(self, row: QHBoxLayout) -> None:
        self.grid_label = QLabel(self.tr("Grid"))
        self.grid_label.setProperty("role", "dim")
        self.grid = QComboBox()
        self.grid.setAccessibleName(self.tr("Grid"))
        self.grid.setToolTip(self.tr("What notes and regions snap to; Alt turns it off for once"))
        self.grid_label.setBuddy(self.grid)
        self.grid.activated.connect(self._choose_grid)
        row.addWidget(self.grid_label)
        row.addWidget(self.grid)

    def _choose_grid(self, index: int) -> None:
        self._scene.view.set_snap_steps(int(self.grid.itemData(index)))

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
        self.follow.clicked.connect(lambda on: view.set_follow(on))
        for button in (self.snap, self.fold, self.scale_button, self.ghost, self.follow):
            row.addWidget(button)

    def _add_detail(self, row: QHBoxLayout) -> None:
        self.detail_label = QLabel(self.tr("Detail"))
        self.detail_label.setProperty("role", "dim")
        self.detail = QSlider(Qt.Orientation.Horizontal)
        self.detail.setFixedWidth(DETAIL_WIDTH)
        self.detail.setPageStep(1)
        self.detail.setAccessibleName(self.tr("Detail"))
        self.detail.setToolTip(
            self.tr("Look at the music as the model's coarser levels see it ([ and ])")
        )
        self.detail_label.setBuddy(self.detail)
        self.detail.valueChanged.connect(self._scene.view.set_detail)
        self.level = QLabel()
        self.level.setProperty("role", "dim")
        for widget in (self.detail_label, self.detail, self.level):
            row.addWidget(widget)

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
            (view.tool, view.snap, view.fold, view.ghost, view.follow, view.scale),
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
        self._refresh_grid()
        self._refresh_detail()
        self.fit()

    def _refresh_grid(self) -> None:
        choices = grid_choices(self._scene.document.piece.roll.grid.steps_per_beat)
        if [self.grid.itemData(k) for k in range(self.grid.count())] != [s for _, s in choices]:
            self.grid.clear()
            for text, steps in choices:
                self.grid.addItem(text, steps)
        self.grid.setCurrentIndex(self.grid.findData(self._scene.view.snap_steps))

    def _refresh_detail(self) -> None:
        levels = len(self._scene.levels)
        shown = levels > 1
        for widget in (self.detail, self.level):
            widget.setVisible(shown)
        if not shown:
            return
        value = min(max(self._scene.view.detail, 1), levels)
        self.detail.blockSignals(True)
        self.detail.setRange(1, levels)
        self.detail.setValue(value)
        self.detail.blockSignals(False)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Fewer words where there is less room."""
        super().resizeEvent(event)
        self.fit()

    def fit(self) -> None:
        """Let words go until all fits: labels first, then the switches', then the tools'."""
        for words in reversed(range(WORDS + 1)):
            self._use_words(words)
            if self._row.sizeHint().width() <= self.width():
                break

    def _use_words(self, words: int) -> None:
        style = Qt.ToolButtonStyle
        self.grid_label.setVisible(words >= 3)
        self.detail_label.setVisible(words >= 3 and len(self._scene.levels) > 1)
        self._tell_level(words >= 3)
        for button in self._buttons:
            kept = words >= (1 if button in self.tools.buttons() else 2)
            wanted = style.ToolButtonTextBesideIcon if kept else style.ToolButtonIconOnly
            if button.toolButtonStyle() != wanted:
                button.setToolButtonStyle(wanted)
        self._row.invalidate()

    def _tell_level(self, whole: bool) -> None:
        levels = len(self._scene.levels)
        if levels > 1:
            value = min(max(self._scene.view.detail, 1), levels)
            text = self.tr("level {0} of {1}") if whole else "{0}/{1}"
            self.level.setText(text.format(value, levels))


def grid_choices(steps_per_beat: int) -> list[tuple[str, int]]:
    """(name, steps) of the note values that a grid can hold, from a bar of 4/4 down."""
    values = (
        ("1/1", 4, 1),
        ("1/2", 2, 1),
        ("1/4", 1, 1),
        ("1/4T", 2, 3),
        ("1/8", 1, 2),
        ("1/8T", 1, 3),
        ("1/16", 1, 4),
        ("1/16T", 1, 6),
        ("1/32", 1, 8),
        ("1/32T", 1, 12),
    )
    return [
        (name, steps_per_beat * up // down)
        for name, up, down in values
        if steps_per_beat * up % down == 0
    ]
