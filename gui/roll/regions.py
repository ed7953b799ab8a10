"""The chosen region: the grid that it keeps to, whole bars, and the notes that are in it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gui.roll import edits
from gui.roll.places import IntArray
from gui.roll.scene import SceneState
from gui.state.selection import Region
from model.roll import PITCHES


def region_grid(scene: SceneState, *, free: bool) -> tuple[int, int]:
    """(steps, pitches) that a region's edges keep to: whole patches of the model, 1 if `free`."""
    if free:
        return 1, 1
    pitches, steps = scene.patch_grid
    return int(np.lcm(steps, edits.unit(scene, free=False))), pitches


def region_around(
    scene: SceneState, start: float, stop: float, low: int, high: int, *, free: bool
) -> Region:
    """The patches of the model that a rectangle touches; the bare steps and pitches if `free`."""
    first, last = max(int(np.floor(start)), 0), max(int(np.ceil(stop)), 1)
    last = max(min(last, max(scene.steps, 1)), 1)
    first = min(first, last - 1)
    region = Region(first, last, max(low, 0), min(high, PITCHES - 1))
    return region.snapped(*region_grid(scene, free=free), scene.steps)


def region_of_chosen(scene: SceneState) -> Region | None:
    """The smallest region that holds the chosen notes."""
    notes = scene.layer.take(scene.chosen_indices())
    if not len(notes):
        return None
    stop = int((notes.onset_steps + notes.duration_steps).max())
    low, high = int(notes.pitch.min()), int(notes.pitch.max())
    return Region(int(notes.onset_steps.min()), stop, low, high)


def choose(scene: SceneState, region: Region) -> None:
    """Choose a region and the notes that begin in it."""
    scene.selection.set_region(region)
    scene.selection.select(region.of_notes(scene.layer.notes))


# --- Whole bars ----------------------------------------------------------------------------------


def bar_lines(scene: SceneState) -> IntArray:
    """int64[bars + 1]: where the bars of the piece begin, and where the last one ends."""
    end = max(scene.steps, 1)
    bars = scene.lines.bars
    lines: IntArray = np.append(bars[bars < end], end)
    return lines


def bars_around(scene: SceneState, one: float, other: float) -> Region:
    """All pitches from the bar at one step to the bar at another, both inside."""
    lines = bar_lines(scene)
    found = np.searchsorted(lines, sorted((one, other)), side="right") - 1
    first, last = np.clip(found, 0, len(lines) - 2).tolist()
    return Region(int(lines[first]), int(lines[last + 1]))


def choose_bars(scene: SceneState, at: float) -> None:
    """Make whole bars of the region, else of the chosen notes; else choose the bar at a step."""
    region = scene.selection.region or region_of_chosen(scene)
    ends = (at, at) if region is None else (region.start_step, region.stop_step - 1)
    choose(scene, bars_around(scene, *ends))


def lengthen(scene: SceneState, way: int, at: float) -> None:
    """Move the region's end to the bar line behind it (way 1) or before it (-1).

    Where no region is chosen the bar at step `at` is; one bar's rest always stays.
    """
    region = scene.selection.region
    if region is None:
        choose_bars(scene, at)
        return
    lines = bar_lines(scene)
    further = lines[lines > region.stop_step]
    nearer = lines[(lines < region.stop_step) & (lines > region.start_step)]
    if way > 0 and len(further):
        choose(scene, replace(region, stop_step=int(further[0])))
    elif way < 0 and len(nearer):
        choose(scene, replace(region, stop_step=int(nearer[-1])))
