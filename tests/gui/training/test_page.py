"""The page shows what the state knows, and its buttons and drops reach the state."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QTableWidget,
    QWidget,
)
from pytestqt.qtbot import QtBot

from gui.shell.theme import DARK, LIGHT, theme
from gui.training.page import TrainPage
from gui.training.plan import Choice, Plan
from gui.training.training import TrainingState
from gui.training.words import span_text
from model.installing import install_command
from model.rolltext import roll_to_json
from model.trainingcost import Span
from model.tunes import make_tunes
from tests.gui.training.fakes import FOUND, MEASURED, Children, Installed, make_state

HEART = {"made": 40, "made_share": 0.5, "held_out": 90, "held_out_share": 0.1}


def open_page(
    qtbot: QtBot, folder: str = "", installed: Installed | None = None
) -> tuple[TrainPage, TrainingState, Children]:
    state, children = make_state(installed)
    page = TrainPage(state, ask_folder=lambda _: folder)
    qtbot.addWidget(page)
    page.resize(1300, 800)
    page.show()
    return page, state, children


def press(button: QAbstractButton) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def tabbed(times: int) -> list[QWidget]:
    """Where Tab leads to, so many times."""
    found = []
    for _ in range(times):
        now = QApplication.focusWidget()
        assert now is not None
        QTest.keyClick(now, Qt.Key.Key_Tab)
        then = QApplication.focusWidget()
        assert then is not None
        found.append(then)
    return found


def dropped(folder: Path) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(folder))])
    return mime


def test_a_dropped_folder_is_looked_at_and_its_refusals_are_named(
    qtbot: QtBot, tmp_path: Path
) -> None:
    page, state, children = open_page(qtbot)
    assert not page.music.refused.isVisible()
    mime = dropped(tmp_path)
    left = Qt.MouseButton.LeftButton
    event = QDropEvent(
        QPointF(9, 9), Qt.DropAction.CopyAction, mime, left, Qt.KeyboardModifier.NoModifier
    )
    page.music.zone.dropEvent(event)
    assert state.music.source == str(tmp_path)
    assert not page.choices.go.isEnabled()
    children.last.tell(reading=[1, 40])
    children.last.tell(done=FOUND)
    assert page.music.refused.text() == "1 passed over · 2 twice the same"
    press(page.music.refused)
    assert page.music.table.isVisible()
    cells = [page.music.table.item(0, column) for column in (0, 1)]
    assert [cell.text() for cell in cells if cell] == ["bad.mid", FOUND["refusals"][0][1]]
    assert page.choices.go.isEnabled()
    assert page.choices.name.text()
    state.close()


def test_the_whole_journey_with_the_mouse(qtbot: QtBot, tmp_path: Path) -> None:
    page, state, children = open_page(qtbot, str(tmp_path))
    press(page.music.zone.folder_button)
    children.last.tell(done=FOUND)
    assert "--measure" in children.last.words
    children.last.tell(done=MEASURED)
    press(page.choices.new)
    assert "--preset" in children.last.words
    page.choices.name.setText("mine")
    press(page.choices.go)
    assert (state.phase, state.plan and state.plan.name) == ("training", "mine")
    assert not page.choices.go.isEnabled()
    assert not page.music.zone.isEnabled()
    child = children.last
    child.tell(started={"total_steps": 300})
    for step in (10, 20, 30):
        children.last.tell(curve={"step": step, "train": {"loss": 3 - step / 20, "level0/nats": 1}})
    press(page.progress.pause)
    children.last.tell(paused=30)
    assert page.progress.pause.text() == "Go on"
    press(page.progress.pause)
    children.last.tell(resumed=30)
    roll = make_tunes(1, 4)[0]
    children.last.tell(sample={"step": 30, "roll": roll_to_json(roll)})
    children.last.tell(by_heart={**HEART, "verdict": "by heart"})
    assert page.samples.verdict.title == "It has learnt the music by heart"
    with qtbot.waitSignal(page.play_sample) as played:
        press(page.samples.rows[0].play)
    assert played.args[0].same_as(roll)
    page.samples.show_heard(played.args[0])
    button = page.samples.rows[0].play
    assert (button.toolTip(), button.accessibleName()) == ("Stop", "Stop the bars made, update 30")
    page.samples.show_heard(None)
    assert (button.toolTip(), button.accessibleName()) == (
        "Listen",
        "Play the bars made, update 30",
    )
    press(page.progress.finish)
    children.last.tell(done={"steps": 31, "added": "/models/mine"})
    children.last.end()
    assert page.progress.load.isVisible()
    state.models.set_loaded("/models/mine")
    assert not page.progress.load.isVisible()
    assert any("It is loaded" in label.text() for label in page.progress.findChildren(QLabel))
    state.models.set_loaded("/models/other")
    assert page.progress.load.isVisible()
    assert child.said == [{"pause": True}, {"resume": True}, {"finish": True}]


def test_the_whole_journey_with_the_keys(qtbot: QtBot, tmp_path: Path) -> None:
    page, state, children = open_page(qtbot, str(tmp_path))
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    progress = page.progress
    page.music.zone.folder_button.setFocus()
    assert tabbed(1) == [page.music.zone.chorales_button]
    page.look_at(str(tmp_path))
    children.last.tell(done=FOUND)
    assert tabbed(2) == [page.music.refused, page.choices.fine_tune]
    page.choices.go.setFocus()
    page.choices.go.click()
    assert QApplication.focusWidget() is progress.pause
    children.last.tell(started={"total_steps": 300})
    roll = make_tunes(1, 4)[0]
    for step in (10, 20):
        children.last.tell(curve={"step": step, "train": {"loss": 3 - step / 20}})
        children.last.tell(sample={"step": step, "roll": roll_to_json(roll)})
    newer, older = (row.play for row in page.samples.rows)
    above = [progress.finish, progress.stop, progress.whole, progress.everything]
    qtbot.waitUntil(older.isVisible)
    assert tabbed(7) == [*above, progress.curves, newer, older]
    progress.finish.setFocus()
    progress.finish.click()
    assert QApplication.focusWidget() is progress.curves
    progress.stop.setFocus()
    children.last.tell(done={"steps": 20, "added": "/models/mine"})
    children.last.end()
    assert QApplication.focusWidget() is progress.load
    state.close()


def test_a_crash_is_told_and_the_training_goes_on_with_a_click(
    qtbot: QtBot, tmp_path: Path
) -> None:
    page, state, children = open_page(qtbot, str(tmp_path))
    press(page.music.zone.folder_button)
    children.last.tell(done=FOUND)
    press(page.choices.go)
    assert isinstance(state.plan, Plan)
    place = state.plan.folder / "checkpoints" / "last.safetensors"
    place.parent.mkdir(parents=True)
    place.write_bytes(b"state")
    children.last.end(-1, "fractalroll broke down: killed; try again.")
    assert page.error == "fractalroll broke down: killed; try again."
    press(page.progress.recover)
    assert children.last.words[-1] == "--resume"
    assert page.error == ""
    children.last.end(-1, "killed again")
    other = TrainPage(state)
    qtbot.addWidget(other)
    press(page.progress.give_up)
    assert not place.exists()
    assert state.phase == "idle"


def test_one_enter_too_many_costs_nothing(qtbot: QtBot, tmp_path: Path) -> None:
    page, state, children = open_page(qtbot, str(tmp_path))
    page.activateWindow()
    progress = page.progress
    press(page.music.zone.folder_button)
    children.last.tell(done=FOUND)
    press(page.choices.go)
    assert isinstance(state.plan, Plan)
    place = state.plan.folder / "checkpoints" / "last.safetensors"
    place.parent.mkdir(parents=True)
    place.write_bytes(b"state")
    progress.stop.setFocus()
    progress.stop.click()
    assert children.last.said == [{"stop": True}]
    children.last.end(130)
    assert state.phase == "stopped"
    assert place.exists()
    assert progress.recover.isVisible()
    assert not progress.give_up.hasFocus()
    assert not page.offer.isVisible()
    assert state.start(Choice(str(tmp_path), "", "quick"), "other")
    assert not page.offer.isVisible()
    children.last.tell(done={"steps": 5, "added": "/models/other"})
    children.last.end()
    assert page.offer.isVisible(), "the one that was stopped is offered again"
    press(page.offer.give_up)
    assert not place.exists()
    assert not page.offer.isVisible()
    state.close()


def test_a_training_that_broke_off_with_the_window_is_offered(qtbot: QtBot, tmp_path: Path) -> None:
    page, state, children = open_page(qtbot, str(tmp_path))
    press(page.music.zone.folder_button)
    children.last.tell(done=FOUND)
    press(page.choices.go)
    assert state.plan is not None
    place = state.plan.folder / "checkpoints" / "last.safetensors"
    place.parent.mkdir(parents=True)
    place.write_bytes(b"state")
    state.close()
    other, _, more = open_page(qtbot)
    assert other.offer.isVisible()
    press(other.offer.go_on)
    assert more.last.words[-1] == "--resume"
    assert not other.offer.isVisible()


@pytest.mark.parametrize("chosen", [DARK, LIGHT])
def test_everything_that_can_be_used_has_a_name_and_can_be_reached_by_keyboard(
    qtbot: QtBot, chosen: object
) -> None:
    theme().use(LIGHT if chosen is LIGHT else DARK)
    try:
        page, _, children = open_page(qtbot)
        page.music.zone.chorales_button.click()
        children.last.tell(done=FOUND)
        page.grab()
        for kind in (QAbstractButton, QComboBox, QLineEdit, QTableWidget):
            for widget in page.findChildren(kind):
                if widget.isVisible():
                    name = widget.accessibleName() or getattr(widget, "text", str)()
                    assert name, widget
                    if widget.isEnabled():
                        assert widget.focusPolicy() & Qt.FocusPolicy.TabFocus, name
    finally:
        theme().use(DARK)


def test_what_is_missing_is_said_beforehand_and_once(qtbot: QtBot, tmp_path: Path) -> None:
    installed = Installed("training")
    page, _, children = open_page(qtbot, str(tmp_path), installed)
    missing = page.choices.missing
    assert missing.isVisible()
    assert missing.command.text() == install_command("training")
    press(page.music.zone.folder_button)
    children.last.tell(done=FOUND)
    assert len(children.all) == 1, "nothing is timed that can't be trained"
    assert not page.choices.go.isEnabled()
    assert page.choices.go.toolTip() == missing.words.text()
    said = [label.text() for label in page.findChildren(QLabel) if label.isVisible()]
    assert sum("install" in text for text in said) == 1
    assert not any("lightning" in text for text in said)
    press(missing.copy)
    assert QGuiApplication.clipboard().text() == install_command("training")
    press(missing.again)
    assert missing.isVisible()
    installed.lacking.clear()
    press(missing.again)
    assert not missing.isVisible()
    assert page.choices.go.isEnabled()
    assert "--measure" in children.last.words
    assert page.choices.go.toolTip() == ""


def test_what_was_installed_meanwhile_is_found_when_the_page_is_opened(qtbot: QtBot) -> None:
    installed = Installed("training")
    page, state, _ = open_page(qtbot, installed=installed)
    page.hide()
    installed.lacking.clear()
    page.show()
    assert state.can_train
    assert not page.choices.missing.isVisible()


def test_the_chorales_say_what_they_need(qtbot: QtBot) -> None:
    installed = Installed("chorales")
    page, _, children = open_page(qtbot, installed=installed)
    missing = page.music.missing
    assert not missing.isVisible()
    press(page.music.zone.chorales_button)
    assert missing.isVisible()
    assert missing.command.text() == install_command("chorales")
    assert (children.all, page.error) == ([], "")
    installed.lacking.clear()
    press(missing.again)
    assert not missing.isVisible()
    children.last.tell(done=FOUND)
    assert page.choices.name.text() == "chorales"
    assert page.choices.go.isEnabled()


def test_the_estimate_counts_everything_until_the_model_can_be_played(
    qtbot: QtBot, tmp_path: Path
) -> None:
    page, state, children = open_page(qtbot, str(tmp_path))
    press(page.music.zone.folder_button)
    children.last.tell(done=FOUND)
    children.last.tell(done=MEASURED)
    said = [label.text() for label in page.choices.findChildren(QLabel)]
    assert f"On this machine 2 to 2.5 minutes for {steps_of(page, state)} updates" in " ".join(said)


def steps_of(page: TrainPage, state: TrainingState) -> int:
    return page.choices.choice.steps(state.music.cost(page.choices.choice))


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        (41, 62, "40 to 60 seconds"),
        (100, 101, "about 1.5 minutes"),
        (118, 150, "2 to 2.5 minutes"),
        (25 * 60, 41 * 60, "25 to 40 minutes"),
        (100 * 60, 200 * 60, "1.7 to 3.3 hours"),
    ],
)
def test_a_span_is_told_as_one_would(low: float, high: float, text: str) -> None:
    assert span_text(Span(low, high)) == text
