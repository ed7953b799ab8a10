import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from gui.shell.notice import NoticeBar


@pytest.fixture
def bar(qtbot: QtBot) -> NoticeBar:
    bar = NoticeBar()
    qtbot.addWidget(bar)
    return bar


def button(bar: NoticeBar, text: str) -> QPushButton:
    return next(one for one in bar.findChildren(QPushButton) if one.text() == text)


def test_an_error_is_one_sentence_and_details_come_on_request(bar: NoticeBar, qtbot: QtBot) -> None:
    bar.show_error("Can't load the model: the file is cut short; copy it again.", "line 1\nline 2")
    details = bar.findChild(QPlainTextEdit)
    assert isinstance(details, QPlainTextEdit)
    assert bar.sentence.startswith("Can't load")
    assert bar.isVisible()
    assert bar.is_error
    assert not details.isVisible()
    QTest.mouseClick(button(bar, "Details"), Qt.MouseButton.LeftButton)
    assert details.isVisible()
    QTest.mouseClick(button(bar, "Copy"), Qt.MouseButton.LeftButton)
    assert "line 2" in QGuiApplication.clipboard().text()


def test_without_details_there_is_nothing_to_ask_for(bar: NoticeBar) -> None:
    bar.show_error("No.")
    assert not button(bar, "Details").isVisible()


def test_a_choice_acts_once_and_closes(bar: NoticeBar, qtbot: QtBot) -> None:
    taken: list[str] = []
    bar.show_info("A piece is left.", (("Bring it back", lambda: taken.append("back")),))
    with qtbot.waitSignal(bar.closed):
        QTest.mouseClick(button(bar, "Bring it back"), Qt.MouseButton.LeftButton)
    assert taken == ["back"]
    assert bar.sentence == ""


def test_what_only_informs_goes_by_itself(
    bar: NoticeBar, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gui.shell.notice.INFORMED_MS", 5)
    with qtbot.waitSignal(bar.closed):
        bar.show_info("Saved.")
    assert not bar.isVisible()


def test_what_asks_something_comes_back_after_a_later_notice(bar: NoticeBar, qtbot: QtBot) -> None:
    bar.show_info("A piece is left.", (("Bring it back", lambda: None),))
    bar.show_error("The model is gone.")
    assert bar.sentence == "The model is gone."
    bar.dismiss()
    assert bar.sentence == "A piece is left."
    with qtbot.waitSignal(bar.closed):
        bar.dismiss()
    assert bar.sentence == ""


def test_an_error_outlasts_what_went_well_after_it(
    bar: NoticeBar, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gui.shell.notice.INFORMED_MS", 5)
    bar.show_error("No.", "line 1")
    bar.show_info("Saved.")
    qtbot.waitUntil(lambda: bar.sentence == "No.")
    assert (bar.is_error, bar.details) == (True, "line 1")


def test_what_is_done_elsewhere_is_asked_no_more(bar: NoticeBar) -> None:
    bar.show_info("mine is trained.", (("Load it", lambda: None),), "trained")
    bar.show_error("No.")
    bar.withdraw("trained")
    assert bar.sentence == "No."
    bar.dismiss()
    assert bar.sentence == ""
    bar.show_info("mine is trained.", (("Load it", lambda: None),), "trained")
    bar.withdraw("trained")
    assert bar.sentence == ""


def test_an_error_does_not_go_with_the_timer_of_what_was_before(
    bar: NoticeBar, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gui.shell.notice.INFORMED_MS", 5)
    bar.show_info("Saved.")
    bar.show_error("No.")
    with qtbot.assertNotEmitted(bar.closed, wait=50):
        pass
    assert bar.sentence == "No."
