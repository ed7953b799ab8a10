"""Messages in the real window: they cover nothing, and go when they should."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
)

from gui.shell.window import LEAST_SIZE, SIZE, MainWindow
from gui.state.selection import Region


def settle() -> None:
    """Let layouts that wait for one another find their places."""
    for _ in range(10):
        QApplication.processEvents()


def test_an_error_of_any_part_is_a_sentence_in_the_window(window: MainWindow) -> None:
    for failed in (window.state.live.failed, window.state.making.failed):
        failed.emit("The port is gone; choose another.")
        assert window.notices.sentence == "The port is gone; choose another."
        assert window.notices.is_error
        window.notices.dismiss()


@pytest.mark.parametrize("page", ["make", "train", "models", "live"])
@pytest.mark.parametrize("size", [SIZE, LEAST_SIZE])
def test_a_notice_moves_nothing_and_covers_no_control(
    window: MainWindow, size: QSize, page: str
) -> None:
    window.show_page(page)
    window.resize(size)
    settle()
    places = {one: one.geometry() for one in window.findChildren(QAbstractButton)}
    window.notices.show_error("Every part is locked; unlock one that may change.")
    settle()
    notice = window.notices
    own = notice.findChildren(QAbstractButton)
    assert {one: one.geometry() for one in places if one not in own} == {
        one: place for one, place in places.items() if one not in own
    }
    assert window.rect().contains(notice.geometry())
    covered = [
        one.accessibleName() or one.text()
        for one in places
        if one not in own and one.isVisible() and not one.visibleRegion().isEmpty()
        if QRect(one.mapTo(window, QPoint()), one.size()).intersects(notice.geometry())
    ]
    assert covered == []


def test_escape_closes_the_notice_before_it_clears_the_selection(window: MainWindow) -> None:
    window.state.selection.set_region(Region(0, 16))
    window.notices.show_error("No.")
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert window.notices.sentence == ""
    assert window.state.selection.region is not None
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert window.state.selection.region is None


def test_the_close_button_of_a_notice_is_reached_with_tab(window: MainWindow) -> None:
    window.notices.show_error("No.", "line 1")
    for _ in range(200):
        window.focusNextChild()
        if window.notices.has_focus:
            break
    assert window.notices.has_focus
    window.notices.dismiss()
    assert not window.notices.has_focus


def test_a_trained_model_is_no_longer_offered_once_it_is_loaded(window: MainWindow) -> None:
    window.state.training.finished.emit("mine")
    assert window.notices.sentence == "mine is trained."
    window.state.making.loaded.emit("/models/other")
    assert window.notices.sentence == "mine is trained."
    window.state.making.loaded.emit("/models/mine")
    assert window.notices.sentence == ""
