"""A roll as a PNG picture: piano keys at the left, bars and beats as lines, velocity as colour."""

import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from model.drawing import KEYS_WIDTH, MARGIN, PAPER, SMOOTHING, Layout, draw_panel
from model.errors import ModelError
from model.files import write_bytes
from model.roll import PITCHES, Roll

WIDTH = 1600  # pixels
WIDEST = 16_000  # pixels; beyond it viewers give up
WIDEST_STEP = 40  # pixels
ROWS_HEIGHT = 400  # pixels that the pitches of one roll should take, about
ROW_HEIGHTS = (6, 10)  # pixels
LEAST_PITCHES = 25  # two octaves, so that a lone note doesn't fill the picture


class PictureError(ModelError):
    """A picture of a roll can't be drawn or written."""


def draw_roll(
    roll: Roll,
    path: str | Path,
    title: str = "",
    *,
    width: int = WIDTH,
    low_pitch: int | None = None,
    high_pitch: int | None = None,
) -> None:
    """Draw one roll as a PNG; see `draw_rolls`.

    Raises:
        PictureError: If there is nothing to draw, it is too long, or the disk refuses.
    """
    draw_rolls([(title, roll)], path, width=width, low_pitch=low_pitch, high_pitch=high_pitch)


def draw_rolls(
    titled: Sequence[tuple[str, Roll]],
    path: str | Path,
    *,
    width: int = WIDTH,
    low_pitch: int | None = None,
    high_pitch: int | None = None,
) -> None:
    """Draw rolls below each other, on one scale of time and pitch, as a PNG, whole or not at all.

    Args:
        titled: (title, roll) from top to bottom; all parts of a roll are drawn.
        path: Where to write.
        width: About how wide the picture is, in pixels; long rolls take a pixel a step.
        low_pitch: Lowest pitch shown; None leaves two below the lowest note.
        high_pitch: Highest pitch shown; None leaves two above the highest note.

    Raises:
        PictureError: If there is nothing to draw, it is too long, or the disk refuses.
    """
    layout = _layout([roll for _, roll in titled], width, low_pitch, high_pitch)
    height = layout.panel_height * len(titled) + MARGIN * SMOOTHING
    image = Image.new("RGB", (layout.width, height), PAPER)
    for index, (title, roll) in enumerate(titled):
        draw_panel(ImageDraw.Draw(image), layout, index * layout.panel_height, title, roll)
    size = (layout.width // SMOOTHING, height // SMOOTHING)
    buffer = io.BytesIO()
    image.resize(size, Image.Resampling.BOX).save(buffer, "PNG", optimize=True)
    try:
        write_bytes(Path(path), buffer.getvalue())
    except OSError as err:
        raise PictureError(
            f"Can't write the picture {path} ({err.strerror or err}): choose a folder that exists "
            "and can be written to."
        ) from err


def _layout(rolls: Sequence[Roll], width: int, low: int | None, high: int | None) -> Layout:
    steps = max((roll.steps for roll in rolls), default=0)
    if not 0 < steps <= WIDEST:
        raise PictureError(
            f"Can't draw rolls of {steps} steps: draw 1 to {WIDEST} steps (roll.slice_steps)."
        )
    lowest, highest = _pitch_range(rolls)
    low = lowest if low is None else low
    high = highest if high is None else high
    if not 0 <= low < high < PITCHES:
        raise PictureError(f"Can't draw pitches {low} to {high}: choose from 0 to {PITCHES - 1}.")
    room = (width - KEYS_WIDTH - 2 * MARGIN) * SMOOTHING
    step_width = int(np.clip(room // steps, SMOOTHING, WIDEST_STEP * SMOOTHING))
    row_height = int(np.clip(ROWS_HEIGHT // (high - low + 1), *ROW_HEIGHTS))
    return Layout(step_width, row_height * SMOOTHING, low, high, steps)


def _pitch_range(rolls: Sequence[Roll]) -> tuple[int, int]:
    """Pitches to show: those that sound and two more at each side, two octaves at least."""
    used = np.flatnonzero(np.any([roll.sounding().any(axis=(0, 2)) for roll in rolls], axis=0))
    low, high = (int(used[0]) - 2, int(used[-1]) + 2) if len(used) else (48, 72)
    missing = max(LEAST_PITCHES - (high - low + 1), 0)
    low, high = low - missing // 2, high + missing - missing // 2
    return max(low, 0), min(high, PITCHES - 1)
