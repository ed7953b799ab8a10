"""Pictures of rolls: what is where, looked up in the pixels."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from PIL import Image

from model.drawing import KEYS_WIDTH, MARGIN, PAPER, SMOOTHING, Layout, note_colour
from model.picture import PictureError, draw_roll, draw_rolls
from model.roll import Note, Part, Roll
from tests.model.rolls import rolls


def pixels(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        assert image.format == "PNG"
        return np.asarray(image.convert("RGB")).astype(int)


def amount(picture: np.ndarray, colour: tuple[int, int, int]) -> int:
    """Number of pixels of nearly that colour."""
    return int((np.abs(picture - colour).max(axis=2) <= 2).sum())


def test_a_note_is_drawn_where_it_sounds(tmp_path: Path) -> None:
    draw_roll(Roll.from_notes([Note(8, 0, 60, 4, 80)], 16), tmp_path / "roll.png")
    picture = pixels(tmp_path / "roll.png")
    found = np.abs(picture - note_colour(80, 0, 1)).max(axis=2) <= 12
    found[:60] = False  # the legend holds the colour too
    columns = np.flatnonzero(found.any(axis=0))
    width = picture.shape[1] - KEYS_WIDTH - 2 * MARGIN
    assert columns.min() == pytest.approx(KEYS_WIDTH + MARGIN + width / 2, abs=4)
    assert columns.max() == pytest.approx(KEYS_WIDTH + MARGIN + width * 3 / 4, abs=4)
    rows = np.flatnonzero(found.any(axis=1))
    assert rows.max() - rows.min() <= 10


def test_loud_and_soft_notes_and_parts_differ_in_colour() -> None:
    colours = [note_colour(velocity, part, 3) for velocity in (20, 64, 120) for part in range(3)]
    assert len(set(colours)) == 9
    assert len({note_colour(velocity, 0, 1) for velocity in range(1, 128)}) > 100


def test_several_rolls_stand_below_each_other_on_one_scale(tmp_path: Path) -> None:
    one = Roll.from_notes([Note(0, 0, 50, 4, 80)], 32)
    other = Roll.from_notes([Note(0, 0, 80, 4, 80)], 16)
    draw_roll(one, tmp_path / "one.png", low_pitch=45, high_pitch=85)
    draw_rolls(
        [("Generated", one), ("Real", other)], tmp_path / "two.png", low_pitch=45, high_pitch=85
    )
    single, double = pixels(tmp_path / "one.png"), pixels(tmp_path / "two.png")
    assert double.shape[0] == 2 * single.shape[0] - MARGIN
    assert (double[40 : single.shape[0] - MARGIN] == single[40:-MARGIN]).all()


def test_titles_and_part_names_are_written(tmp_path: Path) -> None:
    parts = (Part("Violin"), Part("Cello"))
    roll = Roll.from_notes([Note(0, 0, 60, 4, 80)], 16, parts=parts)
    draw_roll(roll, tmp_path / "untitled.png")
    draw_roll(roll, tmp_path / "titled.png", "A title")
    untitled, titled = pixels(tmp_path / "untitled.png"), pixels(tmp_path / "titled.png")
    assert (untitled[:34] != titled[:34]).any()
    assert (untitled[34:] == titled[34:]).all()
    assert amount(untitled[:34], note_colour(100, 0, 2)) > 20
    assert amount(untitled[:34], note_colour(100, 1, 2)) > 20


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
@given(rolls())
def test_every_roll_can_be_drawn(tmp_path: Path, roll: Roll) -> None:
    draw_roll(roll, tmp_path / "roll.png", "any")
    assert amount(pixels(tmp_path / "roll.png"), PAPER) > 1000


@pytest.mark.parametrize(("steps", "widest"), [(1, 200), (128, 1600), (3000, 3100)])
def test_short_rolls_are_not_blown_up_and_long_ones_take_a_pixel_a_step(
    tmp_path: Path, steps: int, widest: int
) -> None:
    draw_roll(Roll.from_notes([], steps), tmp_path / "roll.png")
    width = pixels(tmp_path / "roll.png").shape[1]
    assert max(steps, 80) < width <= widest


def test_layout_counts_pitches_from_the_top() -> None:
    layout = Layout(10, 14, 40, 80, 16)
    assert layout.y(80) == 0
    assert layout.y(40) + 14 == layout.rows_height
    assert layout.x(0) == (MARGIN + KEYS_WIDTH) * SMOOTHING


@pytest.mark.parametrize("steps", [0, 16_001])
def test_what_is_too_short_or_too_long_is_refused(tmp_path: Path, steps: int) -> None:
    with pytest.raises(PictureError, match="1 to 16000 steps"):
        draw_roll(Roll.from_notes([], steps), tmp_path / "roll.png")


def test_no_rolls_and_impossible_pitches_are_refused(tmp_path: Path) -> None:
    with pytest.raises(PictureError, match="draw 1 to"):
        draw_rolls([], tmp_path / "roll.png")
    with pytest.raises(PictureError, match="choose from 0 to 127"):
        draw_roll(Roll.from_notes([], 4), tmp_path / "roll.png", high_pitch=128)


def test_a_picture_that_cannot_be_written_is_named_and_nothing_is_left(tmp_path: Path) -> None:
    with pytest.raises(PictureError, match=r"roll\.png"):
        draw_roll(Roll.from_notes([], 4), tmp_path / "nowhere" / "roll.png")
    assert list(tmp_path.iterdir()) == []
