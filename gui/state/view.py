"""What of the roll is shown, and how large: scroll, zoom, tool, snap and what is highlighted."""

from __future__ import annotations

from typing import Literal, get_args

from PySide6.QtCore import QObject, Signal

from gui.state.errors import StateError
from gui.state.region import Region
from model.roll import PITCHES

Tool = Literal["select", "draw", "erase"]

PX_PER_STEP = (0.02, 200.0)
"""Least and most logical pixels to a step."""
PX_PER_PITCH = (2.0, 60.0)
"""Least and most logical pixels to a pitch."""
MARGIN = 0.05
"""Share of the width that is left free at both sides of what is zoomed to."""


class ViewState(QObject):
    """How the roll is looked at. Each setter tells `changed` once, and only of a real change.

    Steps count from the left edge. Pitch `p` fills the row from `p` to `p + 1`, so that
    `top_pitch` is 128 when pitch 127 is the highest row in sight.
    """

    changed = Signal()
    """Something about the view is other than before."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._first_step = 0.0
        self._px_per_step = 8.0
        self._top_pitch = 90.0
        self._px_per_pitch = 12.0
        self._tool: Tool = "select"
        self._snap = True
        self._snap_steps = 1
        self._follow = True
        self._follow_paused = False
        self._ghost = True
        self._scale: int | None = None
        self._fold = False
        self._levels = 1
        self._detail = 1
        self._size = (1000.0, 500.0)

    # --- Where ------------------------------------------------------------------------------------

    @property
    def first_step(self) -> float:
        """Step at the left edge, 0 or more."""
        return self._first_step

    def set_first_step(self, step: float) -> None:
        """Scroll to the left or right."""
        self._place(first_step=step)

    @property
    def px_per_step(self) -> float:
        """Logical pixels to a step."""
        return self._px_per_step

    def set_px_per_step(self, pixels: float) -> None:
        """Zoom time; the left edge stays."""
        self._place(px_per_step=pixels)

    @property
    def top_pitch(self) -> float:
        """Pitch at the upper edge."""
        return self._top_pitch

    def set_top_pitch(self, pitch: float) -> None:
        """Scroll up or down."""
        self._place(top_pitch=pitch)

    @property
    def px_per_pitch(self) -> float:
        """Logical pixels to a pitch."""
        return self._px_per_pitch

    def set_px_per_pitch(self, pixels: float) -> None:
        """Zoom pitch; the upper edge stays."""
        self._place(px_per_pitch=pixels)

    def set_viewport(self, width: float, height: float) -> None:
        """Say how many logical pixels there are; needed by `zoom_to` alone."""
        self._size = (max(width, 1.0), max(height, 1.0))

    def zoom_at(self, step: float, factor: float) -> None:
        """Zoom time so that a step stays where it is on the screen."""
        pixels = _within(self._px_per_step * factor, PX_PER_STEP)
        first = step - (step - self._first_step) * self._px_per_step / pixels
        self._place(px_per_step=pixels, first_step=first)

    def zoom_pitch_at(self, pitch: float, factor: float) -> None:
        """Zoom pitch so that a pitch stays where it is on the screen."""
        pixels = _within(self._px_per_pitch * factor, PX_PER_PITCH)
        top = pitch + (self._top_pitch - pitch) * self._px_per_pitch / pixels
        self._place(px_per_pitch=pixels, top_pitch=top)

    def zoom_to(self, region: Region) -> None:
        """Show a region as large as it fits, with a little room around it."""
        width, height = self._size
        steps = region.stop_step - region.start_step
        pitches = region.high_pitch + 1 - region.low_pitch
        per_step = _within(width * (1 - 2 * MARGIN) / steps, PX_PER_STEP)
        per_pitch = _within(height * (1 - 2 * MARGIN) / pitches, PX_PER_PITCH)
        middle = (region.low_pitch + region.high_pitch + 1) / 2
        self._place(
            px_per_step=per_step,
            first_step=(region.start_step + region.stop_step) / 2 - width / per_step / 2,
            px_per_pitch=per_pitch,
            top_pitch=middle + height / per_pitch / 2,
        )

    def _place(
        self,
        *,
        first_step: float | None = None,
        px_per_step: float | None = None,
        top_pitch: float | None = None,
        px_per_pitch: float | None = None,
    ) -> None:
        now = (self._first_step, self._px_per_step, self._top_pitch, self._px_per_pitch)
        if first_step is not None:
            self._first_step = max(float(first_step), 0.0)
        if px_per_step is not None:
            self._px_per_step = _within(px_per_step, PX_PER_STEP)
        if top_pitch is not None:
            self._top_pitch = min(max(float(top_pitch), 0.0), float(PITCHES))
        if px_per_pitch is not None:
            self._px_per_pitch = _within(px_per_pitch, PX_PER_PITCH)
        if now != (self._first_step, self._px_per_step, self._top_pitch, self._px_per_pitch):
            self.changed.emit()

    # --- How --------------------------------------------------------------------------------------

    @property
    def tool(self) -> Tool:
        """What a press on the roll does."""
        return self._tool

    def set_tool(self, tool: Tool) -> None:
        """Take another tool.

        Raises:
            StateError: If there is no such tool.
        """
        if tool not in get_args(Tool):
            raise StateError(
                f"There is no tool {tool!r}: it is one of {', '.join(get_args(Tool))}."
            )
        self._switch("_tool", tool)

    @property
    def snap(self) -> bool:
        """Whether edits keep to the grid."""
        return self._snap

    def set_snap(self, on: bool) -> None:
        """Keep edits to the grid, or let them go freely."""
        self._switch("_snap", on)

    @property
    def snap_steps(self) -> int:
        """Steps between two lines of the grid, 1 or more."""
        return self._snap_steps

    def set_snap_steps(self, steps: int) -> None:
        """Another grid."""
        self._switch("_snap_steps", max(int(steps), 1))

    @property
    def follow(self) -> bool:
        """Whether the playhead is kept in sight."""
        return self._follow

    def set_follow(self, on: bool) -> None:
        """Keep the playhead in sight, or stay; a pause is over."""
        before = (self._follow, self._follow_paused)
        self._follow, self._follow_paused = on, False
        if before != (on, False):
            self.changed.emit()

    @property
    def follow_paused(self) -> bool:
        """Whether following waits, because the user scrolled elsewhere."""
        return self._follow_paused

    def pause_follow(self, paused: bool) -> None:
        """Let following wait, or go on; without following there is nothing to pause."""
        self._switch("_follow_paused", paused and self._follow)

    def toggle_follow(self) -> None:
        """What the key and the button do: end a pause, else switch following on or off."""
        self.set_follow(self._follow_paused or not self._follow)

    @property
    def ghost(self) -> bool:
        """Whether the variation before is shown behind the notes."""
        return self._ghost

    def set_ghost(self, on: bool) -> None:
        """Show the variation before, or don't."""
        self._switch("_ghost", on)

    @property
    def scale(self) -> int | None:
        """The key whose tones are lit: 0..11 major C..B, 12..23 minor C..B; None for none."""
        return self._scale

    def set_scale(self, key: int | None) -> None:
        """Light the tones of a key."""
        self._switch("_scale", key)

    @property
    def fold(self) -> bool:
        """Whether pitches that never sound are hidden."""
        return self._fold

    def set_fold(self, on: bool) -> None:
        """Hide pitches that never sound, or show all."""
        self._switch("_fold", on)

    @property
    def levels(self) -> int:
        """How many levels of detail there are, 1 or more."""
        return self._levels

    def set_levels(self, levels: int) -> None:
        """Say how many levels the loaded model has; the finest is shown."""
        levels = max(int(levels), 1)
        if (levels, levels) != (self._levels, self._detail):
            self._levels = self._detail = levels
            self.changed.emit()

    @property
    def detail(self) -> int:
        """How many levels are shown, 1..levels; all of them are the notes themselves."""
        return self._detail

    def set_detail(self, detail: int) -> None:
        """Show more or fewer levels."""
        self._switch("_detail", min(max(int(detail), 1), self._levels))

    def _switch(self, name: str, value: object) -> None:
        if getattr(self, name) != value:
            setattr(self, name, value)
            self.changed.emit()


def _within(value: float, limits: tuple[float, float]) -> float:
    return min(max(float(value), limits[0]), limits[1])
