"""What the mouse does on the ruler between press and release: draw a loop up, choose bars."""

from __future__ import annotations

from typing import Protocol

from gui.roll import edits, regions
from gui.roll.scene import SceneState
from gui.state.selection import Region


class RulerDrag(Protocol):
    """Something the mouse does; `move` may be called many times, then one of the others once."""

    def move(self, step: float, free: bool) -> None:
        """The mouse is at another step; `free` switches the grid off."""

    def finish(self) -> None:
        """Do it."""

    def cancel(self) -> None:
        """Leave everything as it was."""


class LoopDrag:
    """A loop from bar line to bar line.

    Args:
        scene: The scene.
        step: Where it begins, unless `anchor` is given.
        free: Whether it begins at any step.
        anchor: The end of a loop that stays while the other is moved; None for a new loop.
    """

    def __init__(self, scene: SceneState, step: float, free: bool, anchor: int | None) -> None:
        self._scene = scene
        self._anchor = self._line(step, free) if anchor is None else anchor
        self.proposed: tuple[int, int] | None = None
        """The loop as it would be."""

    def move(self, step: float, free: bool) -> None:
        """Draw it up."""
        start, stop = sorted((self._anchor, self._line(step, free)))
        self.proposed = (start, stop) if stop > start else None

    def finish(self) -> None:
        """Set it."""
        if self.proposed is not None:
            self._scene.document.set_loop(self.proposed)

    def cancel(self) -> None:
        """Nothing was changed yet."""
        self.proposed = None

    def _line(self, step: float, free: bool) -> int:
        return max(round(step), 0) if free else edits.nearest_bar(self._scene, step)


class BarsDrag:
    """Whole bars over all pitches, as a region; with `extends` from the region that is there."""

    def __init__(self, scene: SceneState, step: float, extends: bool) -> None:
        self._scene = scene
        self._before = (scene.selection.notes, scene.selection.region)
        self._anchor = step
        region = scene.selection.region
        if extends and region is not None:
            behind = step < region.start_step
            self._anchor = float(region.stop_step - 1 if behind else region.start_step)

    def move(self, step: float, free: bool) -> None:
        """Show the region."""
        self._scene.selection.set_region(self._region(step))

    def finish(self) -> None:
        """Choose the notes that begin in it, too."""
        region = self._scene.selection.region
        if region is not None:
            regions.choose(self._scene, region)

    def cancel(self) -> None:
        """What was chosen before is chosen again."""
        notes, region = self._before
        self._scene.selection.set_region(region)
        self._scene.selection.select(notes)

    def _region(self, step: float) -> Region:
        return regions.bars_around(self._scene, self._anchor, step)
