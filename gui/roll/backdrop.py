"""What lies behind the notes: rows like the keys, the scale, lines of steps, beats and bars."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QColor, QPainter

from gui.roll.places import IntArray, Places
from gui.roll.rectangles import boxes_of, fill_boxes
from gui.shell.theme import Colours, mixed
from model.roll import Roll

BLACK_KEYS = frozenset({1, 3, 6, 8, 10})
LEAST_STEP_WIDTH = 7  # logical pixels; closer lines are left out
LEAST_BEAT_WIDTH = 9


@dataclass(frozen=True, eq=False)
class Lines:
    """Where bars and beats begin, in steps, and how long the piece is.

    Bars go on behind the end of the piece in its last metre, so that there is a grid to draw into.
    """

    bars: IntArray
    beats: IntArray
    steps: int
    bar_steps: int
    beat_steps: int


def lines_of(roll: Roll, reach: int) -> Lines:
    """The lines of a roll, continued for at least `reach` steps behind its end."""
    places = roll.steps_in_bar().astype(np.int64)
    per_beat = roll.grid.steps_per_beat
    bars = np.flatnonzero(places == 0)
    beats = np.flatnonzero(places % per_beat == 0)
    length = bar_length(roll)
    first = int(bars[-1]) + length if len(bars) else 0
    more = np.arange(first, roll.steps + reach, length)
    more_beats = (more[:, None] + np.arange(0, length, per_beat)[None, :]).reshape(-1)
    beats = np.concatenate([beats[beats < first], more_beats])
    return Lines(np.concatenate([bars, more]), beats, roll.steps, length, per_beat)


def bar_length(roll: Roll) -> int:
    """Steps in a bar of the roll's last metre, at least 1."""
    metre = roll.metres[-1]
    return max(1, round(4 * metre.numerator * roll.grid.steps_per_beat / metre.denominator))


def paint_backdrop(
    painter: QPainter,
    places: Places,
    lines: Lines,
    colours: Colours,
    scale: frozenset[int],
    tonic: int | None,
    left: int,
    width: int,
    height: int,
) -> None:
    """Fill a strip.

    Args:
        painter: In device pixels.
        places: Where things lie.
        lines: Bars and beats.
        colours: The theme.
        scale: Pitch classes to light up; empty for none.
        tonic: The one among them that is home.
        left: Device pixels from step 0 to the strip.
        width: Of the strip.
        height: Of the strip.
    """
    painter.fillRect(0, 0, width, height, colours.background)
    _paint_rows(painter, places, colours, scale, tonic, width)
    _paint_lines(painter, places, lines, colours, left, width, height)
    end = int(places.columns(lines.steps)) - left
    if end < width:
        shade = QColor(colours.black_row)
        shade.setAlpha(150 if colours.dark else 190)
        painter.fillRect(max(end, 0), 0, width, height, shade)


def _paint_rows(
    painter: QPainter,
    places: Places,
    colours: Colours,
    scale: frozenset[int],
    tonic: int | None,
    width: int,
) -> None:
    pitches = np.asarray(places.pitches)
    rows = np.arange(len(pitches))
    top, bottom = places.lines(rows) - places.top, places.lines(rows + 1) - places.top
    black = np.isin(pitches % 12, list(BLACK_KEYS))
    fill_boxes(painter, boxes_of(0, top[black], width, bottom[black]), colours.black_row)
    if scale:
        lit = np.isin(pitches % 12, list(scale))
        home = pitches % 12 == (-1 if tonic is None else tonic)
        for chosen, share in ((lit & ~home, 0.085), (home, 0.19)):
            for keys, ground in ((~black, colours.background), (black, colours.black_row)):
                some = chosen & keys
                boxes = boxes_of(0, top[some], width, bottom[some])
                fill_boxes(painter, boxes, mixed(ground, colours.accent, share))
    edge = max(round(places.scale), 1)
    seams = (pitches % 12 == 0) | (pitches % 12 == 5)  # no black key below C and F
    for some, share in ((seams & (pitches % 12 == 5), 0.5), (seams & (pitches % 12 == 0), 1.0)):
        boxes = boxes_of(0, bottom[some] - edge, width, bottom[some])
        fill_boxes(painter, boxes, mixed(colours.grid, colours.bar_line, share * 0.6))


def _paint_lines(
    painter: QPainter,
    places: Places,
    lines: Lines,
    colours: Colours,
    left: int,
    width: int,
    height: int,
) -> None:
    edge = max(round(places.scale), 1)
    first = int(np.floor(left / (places.px_per_step * places.scale)))
    last = int(np.ceil((left + width) / (places.px_per_step * places.scale)))
    if places.px_per_step >= LEAST_STEP_WIDTH:
        steps = np.arange(max(first, 0), last + 1)
        _paint_columns(painter, places, steps, colours.grid, left, height, edge)
    beats = _within(lines.beats, first, last)
    if places.px_per_step * lines.beat_steps >= LEAST_BEAT_WIDTH:
        colour = mixed(colours.grid, colours.bar_line, 0.45)
        _paint_columns(painter, places, beats, colour, left, height, edge)
    bars = _within(lines.bars, first, last)
    every = thinning(places.px_per_step * lines.bar_steps)
    bars = bars[np.searchsorted(lines.bars, bars) % every == 0]
    _paint_columns(painter, places, bars, colours.bar_line, left, height, edge)


def thinning(distance: float, least: float = 10.0) -> int:
    """Show every 1st, 2nd, 4th .. of lines `distance` pixels apart, at least `least` of them."""
    every = 1
    while distance * every < least and every < 4096:
        every *= 2
    return every


def _within(steps: IntArray, first: int, last: int) -> IntArray:
    return steps[np.searchsorted(steps, first) : np.searchsorted(steps, last, side="right")]


def _paint_columns(
    painter: QPainter,
    places: Places,
    steps: npt.NDArray[np.int64],
    colour: QColor,
    left: int,
    height: int,
    edge: int,
) -> None:
    x = places.columns(steps) - left
    fill_boxes(painter, boxes_of(x, 0, x + edge, height), colour)
