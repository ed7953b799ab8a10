"""A port for each part, the SoundFont, and lists of ports that follow what is there."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from gui.live.live import LiveState
from gui.live.outputpanel import OutputPanel
from gui.live.panel import TWO_COLUMNS, LivePanel
from gui.state.document import Document
from gui.state.piece import Piece
from model.roll import Part, Roll
from tests.gui.live.fakes import FakeWorker

PARTS = (Part("Lead"), Part("Bass", program=32), Part("Kit", is_drum=True))


@pytest.fixture
def document(qapp: object) -> Document:
    return Document(Piece.of_roll(Roll.from_notes([], 64, parts=PARTS)))


def test_each_part_has_a_port_of_its_name_as_long_as_that_is_wanted(
    qtbot: QtBot, live: LiveState, worker: FakeWorker, document: Document
) -> None:
    panel = OutputPanel(live)
    qtbot.addWidget(panel)
    live.start()
    panel.parts.setCurrentIndex(1)
    panel.parts.activated.emit(1)
    assert worker.orders[-1] == {"parts": [["Lead", 0], ["Bass", 1], ["Kit", 9]]}
    document.set_voice(0, name="Flute")
    assert {"parts": [["Flute", 0], ["Bass", 1], ["Kit", 9]]} in worker.orders
    worker.verbs()
    document.set_voice(0, muted=True)
    assert "parts" not in worker.verbs()
    live.out.set_port_per_part(False)
    assert worker.orders[-1] == {"parts": []}


def test_ports_and_font_are_told_before_the_output_is_opened(
    live: LiveState, worker: FakeWorker
) -> None:
    live.out.set_port_per_part(True)
    live.out.set_font("none")
    live.start()
    assert worker.verbs()[:3] == ["parts", "font", "output"]


def test_a_soundfont_is_chosen_and_left_again(
    qtbot: QtBot, live: LiveState, worker: FakeWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = OutputPanel(live)
    qtbot.addWidget(panel)
    live.start()
    answers = ["", "/fonts/grand.sf2"]
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (answers.pop(0), ""))
    worker.verbs()
    other = panel.font_choice.count() - 1
    panel.font_choice.activated.emit(other)  # nothing is chosen in the dialog
    assert worker.verbs() == []
    panel.font_choice.activated.emit(other)
    assert worker.orders[-1] == {"font": "/fonts/grand.sf2"}
    assert panel.font_choice.currentText() == "grand.sf2"
    panel.font_choice.activated.emit(panel.font_choice.findData("none"))
    assert worker.orders[-1] == {"font": "none"}
    assert panel.font_choice.findData("/fonts/grand.sf2") < 0


def test_ports_are_looked_for_while_the_page_is_seen_and_nothing_plays(
    qtbot: QtBot, live: LiveState, worker: FakeWorker
) -> None:
    page = LivePanel(live)
    qtbot.addWidget(page)
    assert not page._look.isActive()
    page.show()
    assert page._look.isActive()
    page._look.timeout.emit()
    assert not worker.is_running
    live.start()
    worker.verbs()
    page._look.timeout.emit()
    assert worker.verbs() == ["ports"]
    worker.position(3.0)
    page._look.timeout.emit()
    assert worker.verbs() == []
    worker.position(3.0, playing=False)
    jack = {"key": "jack", "label": "Fractalroll", "system": "jack"}
    worker.received.emit({"outputs": [jack]})  # which tells of ports by itself
    page._look.timeout.emit()
    assert worker.verbs() == []
    live.set_output("sound")  # so that no port is open that could hear of them
    page._look.timeout.emit()
    assert worker.verbs() == ["output", "ports"]
    page.hide()
    assert not page._look.isActive()


def test_the_groups_lie_in_two_columns_where_there_is_room(qtbot: QtBot, live: LiveState) -> None:
    page = LivePanel(live)
    qtbot.addWidget(page)
    page.resize(TWO_COLUMNS + 10, 700)
    page.show()
    qtbot.waitUntil(lambda: page.inputs.y() == page.outputs.y())
    page.resize(600, 900)
    qtbot.waitUntil(lambda: page.inputs.y() > page.sync.y())
    assert page.inputs.x() == page.outputs.x()
