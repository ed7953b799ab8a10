"""Ruler, keys, velocities, minimap, tool bar; what is made; the playhead; how it looks."""

from itertools import combinations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.roll.toolfields import grid_choices
from gui.shell.theme import DARK, LIGHT, theme
from gui.state.piece import Piece
from gui.state.selection import Region
from model.roll import Note, Roll
from tests.gui.fakes import FakePatch
from tests.gui.roll.rollparts import ALT, LEVELS, Rig, mouse, turn_wheel


def pixel(rig: Rig, where: QPointF) -> QColor:
    return rig.panel.canvas.grab().toImage().pixelColor(where.toPoint())


# --- Ruler --------------------------------------------------------------------------------------


def test_a_click_on_the_ruler_seeks(rig: Rig, qtbot: QtBot) -> None:
    where = QPointF(rig.panel.canvas.places().x(40), 25)
    with qtbot.waitSignal(rig.panel.seek_requested) as told:
        mouse(rig.panel.ruler, "press", where)
        mouse(rig.panel.ruler, "release", where)
    assert told.args == [pytest.approx(40, abs=0.1)]
    assert rig.document.piece.loop is None


def test_a_drag_on_the_ruler_loops_whole_bars_and_alt_steps(rig: Rig) -> None:
    ruler, places = rig.panel.ruler, rig.panel.canvas.places()
    rig.drag(QPointF(places.x(15), 6), QPointF(places.x(49), 6), widget=ruler)
    assert rig.document.piece.loop == (16, 48)
    rig.drag(QPointF(places.x(48), 6), QPointF(places.x(53), 6), ALT, widget=ruler)
    assert rig.document.piece.loop == (16, 53)
    mouse(ruler, "double", QPointF(300, 6))
    assert rig.document.piece.loop is None


# --- Keys, velocities, minimap ------------------------------------------------------------------


def test_gliding_over_the_keys_plays_one_after_the_other(rig: Rig) -> None:
    heard: list[tuple[int, bool]] = []
    rig.panel.audition.connect(lambda part, pitch, velocity, on: heard.append((pitch, on)))
    y60, y61 = rig.point(0, 60).y(), rig.point(0, 61).y()
    rig.drag(QPointF(20, y60), QPointF(20, y61), widget=rig.panel.keyboard)
    assert heard == [(60, True), (60, False), (61, True), (61, False)]


def test_keys_are_louder_at_their_front(rig: Rig) -> None:
    heard: list[int] = []
    rig.panel.audition.connect(lambda part, pitch, velocity, on: heard.append(velocity))
    for x in (2, 50):
        mouse(rig.panel.keyboard, "press", QPointF(x, 100))
        mouse(rig.panel.keyboard, "release", QPointF(x, 100))
    assert heard[0] < heard[2]


def test_a_stroke_over_the_stems_sets_velocities_as_one_step(rig: Rig) -> None:
    lane, places = rig.panel.velocity, rig.panel.canvas.places()
    height = lane.height()
    rig.drag(QPointF(places.x(0), height - 2), QPointF(places.x(17), 12), widget=lane)
    velocities = [n.velocity for n in rig.notes]
    assert velocities == sorted(velocities)
    assert velocities[0] < 20
    assert velocities[2] > 110
    assert rig.document.undo_stack.count() == 1


def test_only_chosen_notes_change_when_some_are_chosen(rig: Rig) -> None:
    lane, places = rig.panel.velocity, rig.panel.canvas.places()
    before = [n.velocity for n in rig.notes]
    rig.selection.select({(0, 64, 8)})
    rig.drag(QPointF(places.x(0), 80), QPointF(places.x(17), 80), widget=lane)
    after = [n.velocity for n in rig.notes]
    assert [a != b for a, b in zip(after, before, strict=True)] == [False, True, False]


def test_the_window_of_the_minimap_is_dragged_and_zoomed(rig: Rig) -> None:
    minimap = rig.panel.minimap
    middle = minimap.window_rect().center()
    rig.drag(middle, middle + QPointF(200, 0), widget=minimap)
    assert rig.view.first_step == pytest.approx(200 / (minimap.width() - 6) * 256, abs=1)
    wide = rig.view.px_per_step
    rect = minimap.window_rect()
    edge = QPointF(rect.right(), 20)
    rig.drag(edge, edge - QPointF(rect.width() / 2, 0), widget=minimap)
    assert rig.view.px_per_step == pytest.approx(2 * wide, rel=0.05)


def test_the_wheel_on_the_minimap_zooms(rig: Rig) -> None:
    turn_wheel(rig.panel.minimap, QPointF(100, 20), QPoint(0, 120))
    assert rig.view.px_per_step == pytest.approx(16 * 1.18)


# --- Tool bar -----------------------------------------------------------------------------------


def test_grids_are_note_values_that_the_steps_can_hold() -> None:
    assert grid_choices(4) == [("1/1", 16), ("1/2", 8), ("1/4", 4), ("1/8", 2), ("1/16", 1)]
    assert ("1/8T", 2) in grid_choices(6)
    assert ("1/16", 1) not in grid_choices(6)


def test_the_tool_bar_shows_what_the_view_says_and_the_other_way_round(rig: Rig) -> None:
    bar = rig.panel.toolbar
    rig.view.set_snap(False)
    assert not bar.snap.isChecked()
    bar.fold.click()
    assert rig.view.fold
    bar.grid.setCurrentIndex(bar.grid.findText("1/4"))
    bar.grid.activated.emit(bar.grid.currentIndex())
    assert rig.view.snap_steps == 4


def test_the_scale_button_lights_the_key_of_the_piece(rig: Rig) -> None:
    scale = [60, 62, 64, 65, 67, 69, 71, 72, 67, 64, 60, 60]
    notes = [Note(4 * k, 0, pitch, 4, 80) for k, pitch in enumerate(scale)]
    rig.document.replace(Piece.of_roll(Roll.from_notes(notes, 64)))
    rig.panel.toolbar.scale_button.click()
    assert rig.view.scale == 0
    assert rig.panel.toolbar.scale_button.text() == "C major"
    rig.panel.toolbar.scale_button.click()
    assert rig.view.scale is None


def test_words_give_way_in_a_narrow_panel_and_come_back(rig: Rig) -> None:
    bar, style = rig.panel.toolbar, Qt.ToolButtonStyle
    rig.panel.set_levels(LEVELS)
    for width, label, switch, tool in ((1400, 1, 1, 1), (560, 0, 0, 0), (1400, 1, 1, 1)):
        rig.panel.resize(width, 500)
        QApplication.processEvents()
        assert bar.grid_label.isVisible() == bool(label)
        assert (bar.snap.toolButtonStyle() == style.ToolButtonTextBesideIcon) == bool(switch)
        button = bar.tool_buttons["draw"]
        assert (button.toolButtonStyle() == style.ToolButtonTextBesideIcon) == bool(tool)
        assert bar.detail.geometry().right() <= bar.level.geometry().left()


@pytest.mark.parametrize("width", [300, 340, 396, 430, 480, 560, 700, 900, 1100, 1400])
def test_nothing_of_the_tool_bar_is_cut_off_however_narrow(rig: Rig, width: int) -> None:
    bar = rig.panel.toolbar
    rig.panel.set_levels(LEVELS)
    rig.view.set_scale(14)
    for between in (1400, width):
        rig.panel.resize(between, 500)
        QApplication.processEvents()
    controls = [
        *bar.tool_buttons.values(),
        *(bar.grid, bar.snap, bar.fold, bar.scale_button, bar.ghost, bar.follow),
        *(bar.detail, bar.level),
    ]
    places = [QRect(one.mapTo(bar, QPoint(0, 0)), one.size()) for one in controls]
    assert all(one.isVisible() for one in controls)
    assert all(bar.rect().contains(place) for place in places)
    assert not any(a.intersects(b) for a, b in combinations(places, 2))
    assert all(one.width() >= one.minimumSizeHint().width() for one in controls)
    assert bar.grid.width() >= bar.grid.sizeHint().width()
    assert bar.geometry().bottom() < rig.panel.minimap.geometry().top()


def test_a_few_notes_far_away_do_not_make_the_rest_small(rig: Rig) -> None:
    notes = [Note(k, 0, 55 + k % 20, 1, 90) for k in range(200)] + [Note(9, 0, 125, 1, 90)]
    rig.document.replace(Piece.of_roll(Roll.from_notes(notes, 256)))
    assert rig.view.top_pitch < 110
    assert rig.view.px_per_pitch > 9


def test_folding_shows_only_rows_that_sound(rig: Rig) -> None:
    rig.view.set_fold(True)
    assert rig.panel.canvas.places().pitches == (67, 64, 60)
    rig.click(rig.point(9, 64))
    assert rig.selection.notes == {(0, 64, 8)}


# --- Playhead -----------------------------------------------------------------------------------


def test_the_view_follows_the_playhead_only_while_it_plays_and_should(rig: Rig) -> None:
    rig.playhead.put(150.0, playing=False)
    assert rig.view.first_step == 0
    rig.view.set_follow(False)
    rig.playhead.put(150.0)
    assert rig.view.first_step == 0
    rig.view.set_follow(True)
    rig.playhead.put(151.0)
    assert 0 < rig.panel.canvas.places().x(151) < rig.panel.canvas.width()


def test_a_piece_that_is_in_sight_stands_still_while_it_plays(rig: Rig) -> None:
    rig.view.set_px_per_step(rig.panel.canvas.width() / 300)
    for step in (0.0, 120.0, 250.0):
        rig.playhead.put(step)
        assert rig.view.first_step == 0


def test_a_moving_playhead_paints_no_tile_anew(rig: Rig, qtbot: QtBot) -> None:
    rig.view.set_follow(False)
    canvas = rig.panel.canvas
    for step in range(4):
        rig.playhead.put(10.0 + step)
        canvas.repaint()
    tiles, frames = canvas.still.painted, canvas.frames
    rig.playhead.put(20.0)
    qtbot.waitUntil(lambda: canvas.frames > frames)
    assert canvas.still.painted == tiles


def test_painting_something_else_leaves_no_second_playhead(rig: Rig) -> None:
    rig.view.set_follow(False)
    rig.playhead.put(10.0)
    canvas = rig.panel.canvas
    canvas.repaint()
    rig.playhead.step = 20.0  # the music goes on; nobody has said so yet
    canvas.repaint(QRect(round(rig.point(18, 64).x()), 0, 200, canvas.height()))
    rig.playhead.put(21.0)
    QApplication.processEvents()
    seen = canvas.grab().toImage()
    y = round(rig.point(0, 78).y())
    red = [x for x in range(seen.width()) if seen.pixelColor(x, y).red() > 200]
    assert red
    assert all(abs(x - rig.point(21, 78).x()) < 4 for x in red)


def test_keys_that_sound_light_up(rig: Rig) -> None:
    where = QPoint(10, round(rig.point(0, 64).y()))
    dark = rig.panel.keyboard.grab().toImage().pixelColor(where)
    rig.playhead.put(9.0)
    assert rig.panel.keyboard.grab().toImage().pixelColor(where) != dark
    rig.playhead.put(9.0, playing=False)
    assert rig.panel.keyboard.grab().toImage().pixelColor(where) == dark


# --- What is being made, ghosts, levels ---------------------------------------------------------


def test_an_edit_is_seen_at_once(rig: Rig) -> None:
    where = rig.point(42, 70)
    before = pixel(rig, where)
    rig.view.set_tool("draw")
    rig.drag(rig.point(40, 70), rig.point(47, 70))
    rig.selection.clear()
    assert pixel(rig, where) != before
    rig.document.undo_stack.undo()
    assert pixel(rig, where) == before


def test_pending_patches_and_their_notes_lie_over_the_region(rig: Rig) -> None:
    empty, note = rig.point(40.5, 70), rig.point(34, 72)
    before = pixel(rig, empty), pixel(rig, note)
    rig.pending.region = Region(32, 64, 48, 79)
    rig.pending.patches = [FakePatch(40, 41, 64, 79, 1, True)]
    rig.pending.cells = np.zeros((2, 128, 32), np.uint8)
    rig.pending.cells[0, 72, 2:5] = (20, 1, 1)
    rig.pending.start_step = 32
    rig.pending.text, rig.pending.share = "level 2 of 3", 0.5
    rig.pending.changed.emit()
    assert pixel(rig, empty) != before[0]
    assert pixel(rig, note).green() > 150
    rig.pending.region = None
    rig.pending.changed.emit()
    assert (pixel(rig, empty), pixel(rig, note)) == before


def test_the_ghost_shows_through_and_can_be_switched_off(rig: Rig) -> None:
    where = rig.point(42, 70)
    before = pixel(rig, where)
    rig.panel.ghost.show(Roll.from_notes([Note(0, 0, 70, 8, 90)], 16), 40)
    assert pixel(rig, where) != before
    rig.view.set_ghost(False)
    assert pixel(rig, where) == before


class OnePatch:
    """A level that has one patch."""

    def patches(
        self, level: int, start: int, stop: int
    ) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
        return np.array([[40, 44, 64, 79, 0, 2]], dtype=np.int64)


def test_a_coarser_detail_shows_patches_instead_of_notes(rig: Rig) -> None:
    rig.panel.set_levels(LEVELS)
    rig.panel.set_level_picture(OnePatch())
    patch, note = rig.point(42, 70), rig.point(10, 64)
    before = pixel(rig, patch), pixel(rig, note)
    rig.view.set_detail(2)
    assert pixel(rig, patch) != before[0]
    assert pixel(rig, note) != before[1]
    rig.view.set_detail(3)
    assert (pixel(rig, patch), pixel(rig, note)) == before


def test_muted_parts_are_pale(rig: Rig) -> None:
    bright = pixel(rig, rig.point(10, 64))
    rig.document.set_voice(0, muted=True)
    assert pixel(rig, rig.point(10, 64)).value() < bright.value()


def test_the_theme_changes_everything_at_once(rig: Rig) -> None:
    where = rig.point(40, 70)
    assert pixel(rig, where).value() < 60
    theme().use(LIGHT)
    try:
        assert pixel(rig, where).value() > 200
    finally:
        theme().use(DARK)


def test_another_piece_is_shown_whole(rig: Rig) -> None:
    rig.view.set_first_step(100.0)
    rig.document.replace(Piece.of_roll(Roll.from_notes([Note(0, 0, 40, 4, 90)], 64)))
    places = rig.panel.canvas.places()
    assert rig.view.first_step == 0
    assert 0 < places.y(places.row_near(40)) < rig.panel.canvas.height()
