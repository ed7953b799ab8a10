"""The piano roll with all that belongs to it: the centre of the window."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from gui.roll import edits
from gui.roll.canvas import RollCanvas
from gui.roll.following import Follower
from gui.roll.ghost import GhostState
from gui.roll.keyboard import WIDTH as KEYS_WIDTH
from gui.roll.keyboard import RollKeyboard
from gui.roll.minimap import RollMinimap
from gui.roll.navigation import show_everything, show_step
from gui.roll.panelkeys import PanelKeys
from gui.roll.regions import choose_bars, lengthen
from gui.roll.ruler import RollRuler
from gui.roll.scene import SceneState
from gui.roll.seams import Pending
from gui.roll.stillpicture import LevelPicture
from gui.roll.toolbar import RollToolBar
from gui.roll.velocity import VelocityLane
from gui.state.document import Document
from gui.state.playhead import Playhead
from gui.state.selection import SelectionState
from gui.state.view import ViewState


class RollPanel(QWidget):
    """Tool bar, minimap, ruler, keys, canvas and velocity lane, one below the other.

    Args:
        document: What is shown and changed.
        selection: Chosen notes and region.
        view: What is in sight, which tool, what is shown.
        playhead: Where the music is.
        pending: What is being made.
        ghost: What shows through; None for one of its own, see `ghost`.
        parent: Qt's.
    """

    seek_requested = Signal(float)
    """Play from that step."""
    audition = Signal(int, int, int, bool)
    """Let a note sound or end: part, pitch, velocity, on."""
    drag_out_requested = Signal()
    """The chosen notes or the region are pulled out of the roll (Ctrl+Shift and drag)."""
    hovered = Signal(str)
    """What lies under the mouse, in words; for the status bar."""

    def __init__(
        self,
        document: Document,
        selection: SelectionState,
        view: ViewState,
        playhead: Playhead,
        pending: Pending,
        ghost: GhostState | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.ghost = ghost or GhostState(self)
        self.scene = SceneState(document, selection, view, playhead, pending, self.ghost)
        self.scene.setParent(self)
        self.toolbar = RollToolBar(self.scene)
        self.minimap = RollMinimap(self.scene)
        self.ruler = RollRuler(self.scene)
        self.keyboard = RollKeyboard(self.scene)
        self.canvas = RollCanvas(self.scene)
        self.velocity = VelocityLane(self.scene)
        self._follower = Follower(self.scene, self._mouse_holds, self)
        self._keys = PanelKeys(self)
        self.setAccessibleName(self.tr("Piano roll with its tools"))
        self._lay_out()
        self._connect()
        self.setFocusProxy(self.canvas)

    def _lay_out(self) -> None:
        corner = _Corner(self.scene)
        label = QLabel(self.tr("Vel"))
        label.setProperty("role", "dim")
        label.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        label.setContentsMargins(8, 6, 0, 0)
        label.setToolTip(self.tr("How loud each note is"))
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(0)
        grid.addWidget(corner, 0, 0)
        grid.addWidget(self.ruler, 0, 1)
        grid.addWidget(self.keyboard, 1, 0)
        grid.addWidget(self.canvas, 1, 1)
        grid.addWidget(label, 2, 0)
        grid.addWidget(self.velocity, 2, 1)
        grid.setRowStretch(1, 1)
        grid.setColumnStretch(1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.toolbar)
        column.addWidget(self.minimap)
        column.addLayout(grid, 1)
        order = (self.toolbar, self.canvas, self.ruler, self.keyboard, self.minimap)
        for first, second in pairwise(order):
            QWidget.setTabOrder(first, second)

    def _connect(self) -> None:
        self.ruler.seek_requested.connect(self.seek_requested)
        self.keyboard.audition.connect(self.audition)
        self.canvas.audition.connect(self.audition)
        self.canvas.hovered.connect(self.hovered)
        self.canvas.drag_out_requested.connect(self.drag_out_requested)
        self.seek_requested.connect(self.follow_again)
        self.scene.document.replaced.connect(self.show_everything)

    def _mouse_holds(self) -> bool:
        return self.canvas.drag is not None or self.ruler.dragging

    # --- What others ask of it ------------------------------------------------------------------

    def set_levels(self, shapes: Sequence[tuple[int, int]]) -> None:
        """Say how the loaded model cuts the roll up.

        Args:
            shapes: (pitches, steps) of each level's patches, coarse to fine.
        """
        self.scene.set_levels(shapes)

    def set_level_picture(self, picture: LevelPicture | None) -> None:
        """Say where the pictures of coarser levels come from."""
        self.canvas.still.level_picture = picture
        self.scene.all_changed.emit()

    def show_everything(self) -> None:
        """Zoom so that the piece's notes fill the canvas, as far as they can be told apart."""
        with self._follower.unhindered():
            show_everything(self.scene)

    def go_to(self, step: float) -> None:
        """Scroll until a step is in sight, and follow the playhead from there."""
        with self._follower.unhindered():
            show_step(self.scene, step, self.canvas.width())
        self.follow_again()

    def follow_again(self) -> None:
        """The playhead was put somewhere: following, if it was paused, goes on."""
        self._follower.again()

    def set_part(self, part: int) -> None:
        """Say which part new notes are drawn into."""
        self.scene.part = part

    def copy(self) -> None:
        """Keep the chosen notes for `paste`."""
        self._keys.copy()

    def cut(self) -> None:
        """Keep the chosen notes and take them away."""
        self._keys.cut()

    def paste(self) -> None:
        """Put the kept notes at the cursor, or at the playhead where the cursor isn't in use."""
        self._keys.paste()

    def duplicate(self) -> None:
        """Put the chosen notes once more right behind themselves."""
        edits.duplicate(self.scene)

    def erase_selected(self) -> None:
        """Take the chosen notes away, or the note under the cursor."""
        self._keys.erase()

    def select_all(self) -> None:
        """Choose every note of every part that isn't locked."""
        edits.select_all(self.scene)

    def select_bars(self) -> None:
        """Make whole bars of the region or the chosen notes, else choose the bar at the cursor."""
        choose_bars(self.scene, self._keys.place)

    def lengthen_region(self, way: int) -> None:
        """Let the region end a bar later (1) or earlier (-1)."""
        lengthen(self.scene, way, self._keys.place)

    def zoom_to_selection(self) -> None:
        """Zoom to the region, else to the chosen notes, else to everything."""
        self._keys.zoom()

    def cancel(self) -> bool:
        """Let go of what the mouse is doing; False if it does nothing."""
        return self.canvas.hands.cancel() or self.ruler.cancel()

    # --- Qt -------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """The keys of the roll, where no menu has them."""
        if self._keys.press(event):
            event.accept()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """A screen with other pixels needs other pictures."""
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self.scene.all_changed.emit()
        super().changeEvent(event)


class _Corner(QWidget):
    """Where ruler and keys meet."""

    def __init__(self, scene: SceneState) -> None:
        super().__init__()
        self._scene = scene
        self.setFixedWidth(KEYS_WIDTH)
        scene.all_changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """As the ruler, without numbers."""
        painter = QPainter(self)
        colours = self._scene.colours
        painter.fillRect(self.rect(), colours.panel)
        painter.fillRect(self.width() - 1, 0, 1, self.height(), colours.bar_line)
        painter.fillRect(0, self.height() - 1, self.width(), 1, colours.bar_line)
        painter.end()
