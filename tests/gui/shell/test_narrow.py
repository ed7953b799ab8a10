"""The least window: nothing of the bar at the top is cut off, in any language."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication, QWidget

from gui.live.transport import TransportBar
from gui.shell.language import wear
from gui.shell.theme import DARK, dress
from gui.shell.topbar import PAGES
from gui.shell.window import LEAST_SIZE, SIZE, MainWindow
from gui.state.selection import Region


@pytest.fixture(params=["en", "zh_TW"])
def language(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[str]:
    before = qapp.styleSheet()
    dress(qapp, DARK)
    yield wear(qapp, request.param)
    wear(qapp, "en")
    qapp.setStyleSheet(before)


def settle() -> None:
    """Let layouts that wait for one another find their places."""
    for _ in range(10):
        QApplication.processEvents()


def controls(window: MainWindow) -> list[QWidget]:
    """Everything at the top that is pressed, typed into or read, from left to right."""
    transport = window.findChild(TransportBar)
    assert isinstance(transport, TransportBar)
    found: list[QWidget] = [transport.to_start, transport.play, transport.stop, transport.loop]
    found += [transport.position, transport.tempo]
    found += [window.top.page_button(name) for name in PAGES]
    return [*found, window.panels.handle]


def places(window: MainWindow) -> list[QRect]:
    return [QRect(one.mapTo(window.top, QPoint()), one.size()) for one in controls(window)]


@pytest.mark.parametrize("selected", [False, True])
def test_words_go_and_no_control_is_cut_off(
    language: str, window: MainWindow, selected: bool
) -> None:
    window.resize(LEAST_SIZE)
    if selected:
        window.state.selection.set_region(Region(0, 16))
    settle()
    assert window.width() == LEAST_SIZE.width()
    shown = controls(window)
    for control, place in zip(shown, places(window), strict=True):
        assert place.width() >= min(control.sizeHint().width(), control.maximumWidth()), control
        assert window.top.rect().contains(place)
    for left, right in zip(places(window), places(window)[1:], strict=False):
        assert left.right() < right.left()


def test_where_there_is_room_all_words_are_there(language: str, window: MainWindow) -> None:
    window.resize(LEAST_SIZE)
    settle()
    short = window.panels.handle.text()
    window.resize(SIZE)
    settle()
    beside = Qt.ToolButtonStyle.ToolButtonTextBesideIcon
    assert all(window.top.page_button(name).toolButtonStyle() == beside for name in PAGES)
    assert len(window.panels.handle.text()) > len(short)
