"""Groups of the roll's tool bar: controls that stay together, the grid, the detail."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSlider, QWidget

from gui.roll.scene import SceneState

DETAIL_WIDTH = 92
SPACING = 3


class Group(QWidget):
    """Controls that stay together, whatever row they are in."""

    def __init__(self) -> None:
        super().__init__()
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(SPACING)

    @property
    def needed(self) -> int:
        """Logical pixels that it takes side by side."""
        self.row.invalidate()
        return self.row.sizeHint().width()


class GridGroup(Group):
    """What notes and regions snap to."""

    def __init__(self, scene: SceneState) -> None:
        super().__init__()
        self._scene = scene
        self.label = QLabel(self.tr("Grid"))
        self.label.setProperty("role", "dim")
        self.box = QComboBox()
        self.box.setAccessibleName(self.tr("Grid"))
        self.box.setToolTip(self.tr("What notes and regions snap to; Alt turns it off for once"))
        self.label.setBuddy(self.box)
        self.box.activated.connect(self._choose)
        self.row.addWidget(self.label)
        self.row.addWidget(self.box)

    def refresh(self) -> None:
        """Show what the view says, among what the piece's steps can hold."""
        choices = grid_choices(self._scene.document.piece.roll.grid.steps_per_beat)
        if [self.box.itemData(k) for k in range(self.box.count())] != [s for _, s in choices]:
            self.box.clear()
            for text, steps in choices:
                self.box.addItem(text, steps)
        self.box.setCurrentIndex(self.box.findData(self._scene.view.snap_steps))

    def _choose(self, index: int) -> None:
        self._scene.view.set_snap_steps(int(self.box.itemData(index)))


class DetailGroup(Group):
    """Down to which of the model's levels the music is shown; nothing for a single level."""

    def __init__(self, scene: SceneState) -> None:
        super().__init__()
        self._scene = scene
        self.label = QLabel(self.tr("Detail"))
        self.label.setProperty("role", "dim")
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setFixedWidth(DETAIL_WIDTH)
        self.slider.setPageStep(1)
        self.slider.setAccessibleName(self.tr("Detail"))
        self.slider.setToolTip(
            self.tr("Look at the music as the model's coarser levels see it ([ and ])")
        )
        self.label.setBuddy(self.slider)
        self.slider.valueChanged.connect(scene.view.set_detail)
        self.level = QLabel()
        self.level.setProperty("role", "dim")
        for widget in (self.label, self.slider, self.level):
            self.row.addWidget(widget)

    @property
    def _value(self) -> int:
        return min(max(self._scene.view.detail, 1), len(self._scene.levels))

    @property
    def _shown(self) -> bool:
        return len(self._scene.levels) > 1

    def refresh(self) -> None:
        """Show what the view says."""
        for widget in (self.slider, self.level):
            widget.setVisible(self._shown)
        if self._shown:
            self.slider.blockSignals(True)
            self.slider.setRange(1, len(self._scene.levels))
            self.slider.setValue(self._value)
            self.slider.blockSignals(False)

    def say(self, whole: bool) -> None:
        """With a label and in words, or as short as can be."""
        self.label.setVisible(whole and self._shown)
        if self._shown:
            text = self.tr("level {0} of {1}") if whole else "{0}/{1}"
            self.level.setText(text.format(self._value, len(self._scene.levels)))


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
