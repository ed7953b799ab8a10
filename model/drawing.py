"""What a picture of a roll is drawn with: grid, piano, notes, legend; no file, no choice of size.

All places and sizes are in fine pixels: `SMOOTHING` of them make one pixel of the picture, which
smooths every edge. Colours of one part run from blue (soft) to pale yellow (loud); several parts
have a hue each, lighter where louder.
"""

import colorsys
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import ImageDraw, ImageFont

from model.grid import MAX_VELOCITY
from model.keys import PITCH_CLASSES
from model.roll import Note, Part, Roll

Colour = tuple[int, int, int]
Font = ImageFont.FreeTypeFont | ImageFont.ImageFont
Canvas = ImageDraw.ImageDraw

SMOOTHING = 2
KEYS_WIDTH = 46  # the sizes in capitals are in pixels of the picture
MARGIN = 18
TITLE_HEIGHT = 34
BAR_NUMBERS_HEIGHT = 18
LEAST_BEAT_WIDTH = 8  # beats closer than this get no line
LEGEND_WIDTH = 120
BLACK_KEYS = frozenset({1, 3, 6, 8, 10})

PAPER: Colour = (22, 24, 31)
WHITE_ROW: Colour = (35, 38, 48)
BLACK_ROW: Colour = (28, 30, 39)
BEAT_LINE: Colour = (46, 50, 63)
BAR_LINE: Colour = (88, 94, 115)
OCTAVE_LINE: Colour = (58, 62, 78)
TEXT: Colour = (226, 229, 238)
FAINT_TEXT: Colour = (139, 146, 166)
WHITE_KEY: Colour = (214, 216, 225)
BLACK_KEY: Colour = (46, 49, 60)
KEY_EDGE: Colour = (150, 154, 168)
LIGHT: Colour = (255, 255, 255)

# Colours of velocities 1 .. 127 at equal distances, soft to loud.
VELOCITY_RAMP: tuple[Colour, ...] = (
    (66, 82, 175),
    (45, 122, 200),
    (38, 166, 170),
    (116, 198, 102),
    (236, 206, 82),
    (255, 238, 175),
)


@dataclass(frozen=True)
class Layout:
    """Where things lie.

    Attributes:
        step_width: Width of a step.
        row_height: Height of a pitch.
        low: Lowest pitch shown.
        high: Highest pitch shown.
        steps: Steps of the longest roll.
    """

    step_width: int
    row_height: int
    low: int
    high: int
    steps: int

    @property
    def left(self) -> int:
        """Where step 0 begins."""
        return (MARGIN + KEYS_WIDTH) * SMOOTHING

    @property
    def width(self) -> int:
        """Of the picture."""
        return self.x(self.steps) + MARGIN * SMOOTHING

    @property
    def rows_height(self) -> int:
        """Of all pitches."""
        return (self.high - self.low + 1) * self.row_height

    @property
    def panel_height(self) -> int:
        """Of one roll with its title and bar numbers."""
        return self.rows_height + (TITLE_HEIGHT + BAR_NUMBERS_HEIGHT) * SMOOTHING

    def x(self, step: int) -> int:
        """Left edge of a step."""
        return self.left + step * self.step_width

    def y(self, pitch: int) -> int:
        """Upper edge of a pitch, from the upper edge of the rows."""
        return (self.high - pitch) * self.row_height


def draw_panel(draw: Canvas, layout: Layout, top: int, title: str, roll: Roll) -> None:
    """One roll with title, legend, piano and bar numbers; its upper edge at `top`."""
    small = font(10)
    draw.text((layout.left, top + 9 * SMOOTHING), title, TEXT, font(15))
    _draw_legend(draw, layout.x(layout.steps), top + 13 * SMOOTHING, roll.parts, small)
    rows_top = top + (TITLE_HEIGHT + BAR_NUMBERS_HEIGHT) * SMOOTHING
    _draw_rows(draw, layout, rows_top, roll)
    _draw_bars(draw, layout, rows_top, roll, small)
    _draw_keys(draw, layout, rows_top, small)
    for note in roll.notes():
        if layout.low <= note.pitch <= layout.high:
            _draw_note(draw, layout, rows_top, note, len(roll.parts))


def _draw_rows(draw: Canvas, layout: Layout, top: int, roll: Roll) -> None:
    """Rows shaded like the keys, a line below each C, a line at each beat."""
    right, bottom = layout.x(roll.steps), top + layout.rows_height
    for pitch in range(layout.low, layout.high + 1):
        y = top + layout.y(pitch)
        colour = BLACK_ROW if pitch % PITCH_CLASSES in BLACK_KEYS else WHITE_ROW
        draw.rectangle((layout.left, y, right - 1, y + layout.row_height - 1), colour)
        if pitch % PITCH_CLASSES == 0:
            line = y + layout.row_height - SMOOTHING
            draw.rectangle((layout.left, line, right - 1, line + SMOOTHING - 1), OCTAVE_LINE)
    per_beat = roll.grid.steps_per_beat
    if per_beat * layout.step_width >= LEAST_BEAT_WIDTH * SMOOTHING:
        for step in np.flatnonzero(roll.steps_in_bar() % per_beat == 0).tolist():
            x = layout.x(step)
            draw.rectangle((x, top, x + SMOOTHING - 1, bottom - 1), BEAT_LINE)


def _draw_bars(draw: Canvas, layout: Layout, top: int, roll: Roll, small: Font) -> None:
    """Bar lines, and their numbers where there is room for them."""
    bottom = top + layout.rows_height
    free_from = 0.0
    for number, step in enumerate(roll.bar_starts().tolist(), 1):
        x = layout.x(step)
        draw.rectangle((x, top - 5 * SMOOTHING, x + SMOOTHING - 1, bottom - 1), BAR_LINE)
        if x >= free_from:
            place = (x + 4 * SMOOTHING, top - 14 * SMOOTHING)
            draw.text(place, str(number), FAINT_TEXT, small)
            free_from = x + draw.textlength(str(number), small) + 14 * SMOOTHING


def _draw_keys(draw: Canvas, layout: Layout, top: int, small: Font) -> None:
    """The piano at the left, with every C named by its octave (60 is C4)."""
    left, right = MARGIN * SMOOTHING, layout.left - 3 * SMOOTHING
    draw.rectangle((left, top, right, top + layout.rows_height - 1), WHITE_KEY)
    black_right = left + (right - left) * 3 // 5
    for pitch in range(layout.low, layout.high + 1):
        y = top + layout.y(pitch)
        bottom = y + layout.row_height - 1
        tone = pitch % PITCH_CLASSES
        if tone in BLACK_KEYS:
            middle = (y + bottom) // 2
            draw.rectangle((black_right, middle, right, middle + SMOOTHING - 1), KEY_EDGE)
            draw.rectangle((left, y, black_right, bottom), BLACK_KEY)
        elif tone in (0, 5):  # no black key below C and F: two white keys touch
            draw.rectangle((left, bottom - SMOOTHING + 1, right, bottom), KEY_EDGE)
        if tone == 0 and pitch < layout.high:  # there is room above it
            name = f"C{pitch // PITCH_CLASSES - 1}"
            place = (right - 3 * SMOOTHING, bottom - SMOOTHING)
            draw.text(place, name, BLACK_KEY, small, anchor="rs")


def _draw_note(draw: Canvas, layout: Layout, top: int, note: Note, parts: int) -> None:
    """A bar with a lighter left edge, so that repeated notes can be told apart."""
    y = top + layout.y(note.pitch)
    x, end = layout.x(note.onset_steps), layout.x(note.onset_steps + note.duration_steps)
    gap = SMOOTHING if layout.step_width >= 4 * SMOOTHING else 0
    right = max(end - 1 - gap, x + 1)
    box = (x, y + 1, right, y + layout.row_height - 2)
    colour = note_colour(note.velocity, note.part, parts)
    if right - x < 5 * SMOOTHING:
        draw.rectangle(box, colour)
    else:
        draw.rounded_rectangle(box, 2 * SMOOTHING, colour)
    if layout.step_width >= 2 * SMOOTHING:
        edge = min(x + 2 * SMOOTHING - 1, right)
        draw.rectangle((x, y + 2, edge, y + layout.row_height - 3), mixed(colour, LIGHT, 0.45))


def _draw_legend(draw: Canvas, right: int, middle: int, parts: Sequence[Part], small: Font) -> None:
    """What the colours mean, ending at `right`: velocities of one part, or the names of several."""
    half = 4 * SMOOTHING
    if len(parts) > 1:
        for index in reversed(range(len(parts))):
            name = parts[index].name or f"part {index + 1}"
            right -= round(draw.textlength(name, small))
            draw.text((right, middle), name, FAINT_TEXT, small, anchor="lm")
            colour = note_colour(100, index, len(parts))
            chip = (right - 7 * half // 2, middle - half, right - 3 * half // 2, middle + half)
            draw.rounded_rectangle(chip, SMOOTHING, colour)
            right -= 6 * half
        return
    draw.text((right, middle), "loud", FAINT_TEXT, small, anchor="rm")
    right -= round(draw.textlength("loud", small)) + 2 * half
    left = right - LEGEND_WIDTH * SMOOTHING
    for x in range(left, right):
        velocity = 1 + round((x - left) * (MAX_VELOCITY - 1) / (right - left))
        draw.line((x, middle - half, x, middle + half), note_colour(velocity, 0, 1))
    draw.text((left - 2 * half, middle), "soft", FAINT_TEXT, small, anchor="rm")


def note_colour(velocity: int, part: int, parts: int) -> Colour:
    """Colour of a note of velocity 1..127 in part `part` of `parts`."""
    loudness = (velocity - 1) / (MAX_VELOCITY - 1)
    if parts == 1:
        place = loudness * (len(VELOCITY_RAMP) - 1)
        first = min(int(place), len(VELOCITY_RAMP) - 2)
        return mixed(VELOCITY_RAMP[first], VELOCITY_RAMP[first + 1], place - first)
    hue = (0.55 + part * 0.382) % 1.0  # golden-ratio steps keep neighbours far apart
    red, green, blue = colorsys.hls_to_rgb(hue, 0.35 + 0.4 * loudness, 0.65)
    return round(255 * red), round(255 * green), round(255 * blue)


def mixed(one: Colour, other: Colour, share: float) -> Colour:
    """`one` with a share (0..1) of `other`."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def font(size: int) -> Font:
    """Pillow's own font, so that no font need be installed."""
    return ImageFont.load_default(size * SMOOTHING)
