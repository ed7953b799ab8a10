"""Notes looked up and painted; rectangles and tiles."""

import numpy as np
from PySide6.QtGui import QColor, QImage, QPainter

from gui.roll.notelayer import NoteLayer, note_boxes, paint_notes, shades_of
from gui.roll.places import Places
from gui.roll.rectangles import (
    boxes_of,
    draw_from_memory,
    draw_one_by_one,
    fill_boxes,
    memory_is_understood,
)
from gui.roll.tiles import TILE_WIDTH, Tiles
from gui.shell.theme import DARK
from model.roll import Note, NoteArray, Part, Roll

EVERY = tuple(range(127, -1, -1))


def some_notes(count: int = 400) -> NoteArray:
    rng = np.random.default_rng(1)
    notes = [
        Note(int(rng.integers(0, 500)), int(rng.integers(0, 2)), int(rng.integers(20, 100)), 3, 70)
        for _ in range(count)
    ]
    return Roll.from_notes(notes, 512, parts=(Part(), Part())).note_array()


def test_notes_of_a_stretch_are_those_that_sound_in_it() -> None:
    notes = some_notes()
    layer = NoteLayer(notes)
    ends = notes.onset_steps + notes.duration_steps
    for start, stop in ((0, 10), (100, 101), (250.5, 300.25), (490, 600)):
        slow = np.flatnonzero((notes.onset_steps < stop) & (ends > start))
        assert layer.between(start, stop).tolist() == slow.tolist()


def test_a_note_is_found_under_each_of_its_cells_and_nowhere_else() -> None:
    layer = NoteLayer(NoteArray.from_notes([Note(4, 0, 60, 3, 90), Note(4, 1, 60, 1, 90)]))
    assert layer.at(3.99, 60) is None
    assert layer.at(4.5, 60) == 1  # the later part lies on top
    assert layer.at(5.0, 60) == 0
    assert layer.at(6.99, 60) == 0
    assert layer.at(7.0, 60) is None
    assert layer.at(5.0, 61) is None


def test_keys_and_indices_are_each_other_backwards() -> None:
    layer = NoteLayer(some_notes())
    chosen = np.arange(3, len(layer), 7)
    keys = layer.keys(chosen)
    assert layer.indices(keys).tolist() == chosen.tolist()
    assert layer.indices(keys | {(5, 1, 1)}).tolist() == chosen.tolist()
    assert layer.indices(frozenset()).tolist() == []


def painted(draw: object, boxes: np.ndarray[tuple[int, ...], np.dtype[np.int32]]) -> QImage:
    image = QImage(64, 64, QImage.Format.Format_RGB32)
    image.fill(QColor("black"))
    painter = QPainter(image)
    painter.setPen(QColor(0, 0, 0, 0))
    painter.setBrush(QColor("white"))
    assert callable(draw)
    draw(painter, boxes)
    painter.end()
    return image


def test_both_ways_of_drawing_rectangles_paint_the_same(qapp: object) -> None:
    boxes = boxes_of([1, 10, 30], [2, 20, 5], [9, 12, 60], [8, 40, 6])
    assert memory_is_understood()
    assert painted(draw_from_memory, boxes) == painted(draw_one_by_one, boxes)


def test_boxes_fill_their_pixels_and_no_other(qapp: object) -> None:
    image = painted(lambda p, b: fill_boxes(p, b, QColor("red")), boxes_of(3, 4, 6, 9))
    red = [(x, y) for x in range(64) for y in range(64) if image.pixelColor(x, y).red() > 0]
    assert red == [(x, y) for x in range(3, 6) for y in range(4, 9)]


def test_a_note_is_painted_where_its_cells_are_whether_many_or_few(qapp: object) -> None:
    notes = some_notes()
    places = Places(0, 8, 20, 9, EVERY)
    boxes = note_boxes(notes, places, 0)
    shades = shades_of(DARK.part(0), DARK)
    image = QImage(512 * 8, 800, QImage.Format.Format_RGB32)
    image.fill(DARK.background)
    painter = QPainter(image)
    paint_notes(painter, boxes, np.zeros(len(notes), np.int64), shades)
    painter.end()
    for index in range(0, len(notes), 9):
        x = int(notes.onset_steps[index]) * 8 + 4
        y = round((127 - int(notes.pitch[index]) - 20) * 9 + 4)
        if 0 <= y < 800:
            assert image.pixelColor(x, y) != DARK.background


def test_hidden_notes_have_boxes_of_no_size() -> None:
    notes = NoteArray.from_notes([Note(0, 0, 60, 4, 90), Note(0, 0, 61, 4, 90)])
    boxes = note_boxes(notes, Places(0, 8, 0, 9, (60,)), 0)
    widths = boxes[:, 2] - boxes[:, 0] + 1
    assert (widths > 0).tolist() == [True, False]


def test_tiles_are_painted_once_and_again_only_where_notes_change(qapp: object) -> None:
    painted_at: list[int] = []
    tiles = Tiles(lambda image, left: painted_at.append(left))
    tiles.hold("a", 10)
    for index in (0, 1, 2, 1, 0):
        tiles.image(index)
    assert painted_at == [0, TILE_WIDTH, 2 * TILE_WIDTH]
    tiles.forget(TILE_WIDTH + 5, TILE_WIDTH + 6)
    for index in range(3):
        tiles.image(index)
    assert painted_at[3:] == [TILE_WIDTH]
    tiles.hold("b", 10)
    tiles.image(0)
    assert painted_at[4:] == [0]


def test_tiles_keep_to_their_memory(qapp: object) -> None:
    tiles = Tiles(lambda image, left: None)
    tiles.hold("a", 4000)
    for index in range(200):
        tiles.image(index)
    before = tiles.painted
    tiles.image(0)
    assert tiles.painted == before + 1
