"""The curves zoom at the cursor, move, and stay within what there is."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QKeySequence, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from gui.training.curveshape import smooth
from gui.training.curveview import LEFT, CurveView
from gui.training.facts import Curves


@pytest.fixture
def view(qtbot: QtBot) -> CurveView:
    curves = Curves()
    for step in range(10, 1010, 10):
        curves.add({"step": step, "train": {"loss": 5 * 0.99**step + 2, "level0/nats": 1.0}})
    found = CurveView(curves)
    qtbot.addWidget(found)
    found.resize(600, 240)
    found.show()
    found.refresh()
    return found


def span(view: CurveView) -> tuple[float, float]:
    """First and last update shown."""
    return view.span


def turn(view: CurveView, x: float, notches: int) -> None:
    none = Qt.MouseButton.NoButton
    view.wheelEvent(
        QWheelEvent(
            QPointF(x, 100), QPointF(x, 100), QPoint(), QPoint(0, 120 * notches), none,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )
    )  # fmt: skip


def test_the_wheel_zooms_and_keeps_what_lies_under_the_cursor(view: CurveView) -> None:
    assert span(view) == (0, 1000)
    x = 300.0
    before = view.step_at(x)
    turn(view, x, 2)
    low, high = view.span
    assert high - low == pytest.approx(1000 / 1.25**2)
    assert view.step_at(x) == pytest.approx(before)
    turn(view, x, -9)
    assert span(view) == (0, 1000)


def test_it_moves_no_further_than_there_is_something(view: CurveView) -> None:
    view.zoom_at(500, 4)
    view.move_by(10_000)
    assert span(view) == (750, 1000)
    view.move_by(-10_000)
    assert span(view) == (0, 250)


def test_keys_do_what_the_mouse_does(view: CurveView) -> None:
    QTest.keyClick(view, Qt.Key.Key_Plus)
    low, high = view.span
    assert high - low == pytest.approx(800)
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert view.span[0] > low
    QTest.keyClick(view, Qt.Key.Key_Minus)
    assert span(view) == (0, 1000)
    QTest.keyClick(view, Qt.Key.Key_Equal, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(view, Qt.Key.Key_Left)
    assert span(view) == (0, 800)
    QTest.keyClick(view, Qt.Key.Key_Home)
    assert span(view) == (0, 1000)


def test_its_keys_are_its_own_although_the_window_has_them_too(qtbot: QtBot) -> None:
    window, pressed = QMainWindow(), list[str]()
    qtbot.addWidget(window)
    view = CurveView(Curves(), window)
    window.setCentralWidget(view)
    for key in ("Home", "Left", "Ctrl+Left"):
        action = QAction(key, window, shortcut=QKeySequence(key))
        action.triggered.connect(lambda _, key=key: pressed.append(key))
        window.addAction(action)
    window.show()
    window.activateWindow()
    view.setFocus()
    qtbot.waitUntil(view.hasFocus)
    QTest.keyClick(view, Qt.Key.Key_Home)
    QTest.keyClick(view, Qt.Key.Key_Left)
    assert pressed == []
    QTest.keyClick(view, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
    assert pressed == ["Ctrl+Left"]


def test_a_drag_moves_and_a_double_click_shows_everything(view: CurveView) -> None:
    view.zoom_at(500, 4)
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    low = view.span[0]
    QTest.mousePress(view, left, none, QPoint(300, 100))
    QTest.mouseMove(view, QPoint(250, 100))
    QTest.mouseRelease(view, left, none, QPoint(250, 100))
    assert view.span[0] > low
    QTest.mouseDClick(view, left, none, QPoint(300, 100))
    assert span(view) == (0, 1000)


def test_curves_are_painted_where_their_values_lie(view: CurveView) -> None:
    image = view.grab().toImage()
    ground = image.pixel(int(LEFT) + 300, 60)
    column = [image.pixel(int(LEFT) + 300, y) for y in range(150, 216)]
    assert any(pixel != ground for pixel in column)


def test_the_last_values_of_each_level_are_told_in_words(view: CurveView) -> None:
    told = "After update 1,000: training 2.000, level 1 1.000."
    assert view.accessibleDescription() == told
    view.show_names(("level0",))
    assert view.accessibleDescription() == told
    view.zoom_at(500, 2)
    assert view.accessibleDescription() == f"{told} Updates 250 to 750 are shown."
    view.show_all()
    assert view.accessibleDescription() == told


def test_a_smooth_curve_begins_where_its_values_do() -> None:
    values = np.array([5.0, 5.0, 5.0])
    np.testing.assert_allclose(smooth(values), values)
    noisy = 3 + np.random.default_rng(0).normal(0, 1, 400)
    assert np.std(smooth(noisy)[50:]) < 0.4
