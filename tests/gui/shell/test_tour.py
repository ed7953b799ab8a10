import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from gui.shell.tour import Step, Tour


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    window = QWidget()
    window.resize(1000, 600)
    target = QPushButton("Generate", window)
    target.setGeometry(20, 30, 200, 40)
    far = QPushButton("Drag", window)
    far.setGeometry(880, 10, 100, 30)
    qtbot.addWidget(window)
    window.show()
    return window


def steps(window: QWidget) -> list[Step]:
    first, far = window.findChildren(QPushButton)[:2]
    return [
        Step(lambda: first, "Make music", "Press G."),
        Step(lambda: far, "Take it away", "Drag it."),
        Step(lambda: window, "That is all", "Ask with ?."),
    ]


def test_three_steps_and_it_is_over(window: QWidget, qtbot: QtBot) -> None:
    tour = Tour(steps(window), window)
    QTest.keyClick(tour, Qt.Key.Key_Return)
    QTest.keyClick(tour, Qt.Key.Key_Return)
    assert tour.place == 2
    with qtbot.waitSignal(tour.finished):
        QTest.keyClick(tour, Qt.Key.Key_Return)


def test_it_can_be_skipped_at_once(window: QWidget, qtbot: QtBot) -> None:
    tour = Tour(steps(window), window)
    with qtbot.waitSignal(tour.finished):
        QTest.keyClick(tour, Qt.Key.Key_Escape)
    assert tour.isHidden()


def test_the_card_is_whole_and_the_thing_it_speaks_of_stays_free(window: QWidget) -> None:
    tour = Tour(steps(window), window)
    card = tour.findChild(QWidget, "tourCard")
    assert isinstance(card, QWidget)
    for target in window.findChildren(QPushButton)[:2]:
        assert tour.rect().contains(card.geometry())
        assert not card.geometry().intersects(target.geometry())
        tour.go_on()
    tour.end()


def test_it_grows_with_the_window(window: QWidget, qtbot: QtBot) -> None:
    tour = Tour(steps(window), window)
    window.resize(1200, 700)
    qtbot.waitUntil(lambda: tour.size() == window.size())
    tour.end()
