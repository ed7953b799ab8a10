"""What comes in: the input and its lamp, knobs that are learnt, OSC."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from pythonosc.udp_client import SimpleUDPClient

from gui.live.inputpanel import InputPanel
from gui.live.learning import MOVED, LearnState
from gui.live.live import LiveState
from gui.making.making import MakingState
from gui.making.panel import MakingPanel
from gui.state.document import Document
from gui.state.piece import Piece
from gui.state.selection import SelectionState
from gui.state.settings import SettingsState
from model.roll import Roll
from tests.gui.live.fakes import FakeWorker

LEFT = Qt.MouseButton.LeftButton
KEYS = {"key": "jack|keys:out", "label": "keys:out", "system": "jack"}


@pytest.fixture
def document(qapp: object) -> Document:
    return Document(Piece.of_roll(Roll.from_notes([], 64)))


@pytest.fixture
def making(document: Document) -> Iterator[MakingState]:
    made = MakingState(document, SelectionState(document))
    yield made
    made.close()


@pytest.fixture
def learning(live: LiveState, making: MakingState, settings: SettingsState) -> Iterator[LearnState]:
    made = LearnState(live.inputs, making, settings)
    yield made
    made.close()


def turn(worker: FakeWorker, number: int, value: int, channel: int = 0) -> None:
    worker.received.emit({"control": [channel, number, value]})


def bright(panel: InputPanel) -> bool:
    return panel.lamp.is_bright


def hears_osc(learning: LearnState) -> bool:
    return learning.osc_is_on


def density(making: MakingState) -> float | None:
    return making.settings.density


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def test_an_input_is_chosen_kept_and_told(
    live: LiveState, worker: FakeWorker, document: Document, settings: SettingsState
) -> None:
    live.inputs.choose("jack|keys:out")
    assert worker.is_running
    assert worker.orders[-1] == {"input": "jack|keys:out"}
    live.inputs.choose("own")
    assert worker.orders[-1] == {"input": ""}
    live.inputs.choose("off")
    assert worker.orders[-1] == {"input": None}
    live.inputs.choose("own")
    other = FakeWorker()
    again = LiveState(document, worker=other, settings=settings)
    again.start()
    assert {"input": ""} in other.orders
    again.close()


def test_the_lamp_blinks_with_every_note_and_knob(
    qtbot: QtBot, live: LiveState, worker: FakeWorker
) -> None:
    panel = InputPanel(live.inputs)
    qtbot.addWidget(panel)
    panel.show()
    assert panel.state.text() == "Nothing is listened to."
    worker.received.emit({"inputs": [KEYS]})
    panel.input.setCurrentIndex(panel.input.findData("jack|keys:out"))
    panel.input.activated.emit(panel.input.currentIndex())
    assert live.inputs.key == "jack|keys:out"
    worker.received.emit({"input": {"port": "jack|keys:out", "name": "keys:out", "state": "open"}})
    assert (panel.state.text(), panel.lamp.colour) == ("Listens to keys:out.", "good")
    assert not bright(panel)
    worker.received.emit({"heard": {"notes": 3, "pitch": 61, "velocity": 88}})
    assert bright(panel)
    assert panel.state.text() == "Heard C♯4, velocity 88."
    qtbot.waitUntil(lambda: not bright(panel))
    turn(worker, 7, 100, channel=1)
    assert bright(panel)
    assert panel.state.text() == "Heard CC 7 on channel 2: 100."
    worker.received.emit({"input": {"port": "jack|keys:out", "name": "", "state": "failed"}})
    assert panel.lamp.colour == "bad"
    worker.received.emit({"inputs": []})
    assert panel.input.currentText() == "keys:out: not there"


def test_a_learnt_knob_moves_the_control_of_the_making_panel(
    qtbot: QtBot, live: LiveState, worker: FakeWorker, making: MakingState, learning: LearnState
) -> None:
    panel, controls = InputPanel(live.inputs, learning), MakingPanel(making)
    for widget in (panel, controls):
        qtbot.addWidget(widget)
        widget.show()
    knob, learn, forget = panel.rows["temperature"]
    assert not learn.isEnabled()
    live.inputs.choose("own")
    QTest.mouseClick(learn, LEFT)
    assert knob.text() == "turn a knob …"
    turn(worker, 21, 127, channel=2)
    assert knob.text() == "CC 21, channel 3"
    assert (making.settings.temperature, controls.wild.value) == (1.5, 1.5)
    turn(worker, 21, 0, channel=2)
    assert controls.wild.value == 0.5
    turn(worker, 22, 64)
    assert controls.wild.value == 0.5
    QTest.mouseClick(forget, LEFT)
    assert knob.text() == "–"
    turn(worker, 21, 127, channel=2)
    assert controls.wild.value == 0.5


def test_a_control_that_was_moved_by_hand_is_picked_up_where_it_stands(
    worker: FakeWorker, making: MakingState, learning: LearnState
) -> None:
    learning.learn("guidance")
    turn(worker, 1, 127)
    assert making.settings.guidance == 4.0
    making.set(guidance=2.5)
    turn(worker, 1, 120)
    assert making.settings.guidance == 2.5
    turn(worker, 1, 62)
    turn(worker, 1, 30)
    assert making.settings.guidance == pytest.approx(1.75)


def test_the_left_end_of_busy_leaves_it_to_the_model_and_bars_are_whole(
    worker: FakeWorker, making: MakingState, learning: LearnState
) -> None:
    learning.learn("density")
    turn(worker, 1, 64)
    assert density(making) == 6.5
    turn(worker, 1, 0)
    assert density(making) is None
    learning.learn("bars")
    turn(worker, 2, 127)
    assert (making.settings.bars, type(making.settings.bars)) == (32, int)
    for driven in MOVED:
        assert driven.value_of(driven.share_of(driven.range.high)) == driven.range.high


def test_knobs_are_kept_and_what_was_damaged_is_left_out(
    live: LiveState,
    worker: FakeWorker,
    making: MakingState,
    learning: LearnState,
    settings: SettingsState,
) -> None:
    learning.learn("top_p")
    turn(worker, 9, 127)
    assert settings.get("knobs") == '{"top_p": [0, 9]}'
    again = LearnState(live.inputs, making, settings)
    assert again.knob_of("top_p") == (9, 1)
    for harm in ("[1", "[]", '{"top_p": [1], "mars": [0, 1], "bars": ["a", 2]}'):
        settings.set("knobs", harm)
        assert LearnState(live.inputs, making, settings).knob_of("bars") is None


def test_osc_moves_the_same_if_it_was_asked_for(
    qtbot: QtBot, live: LiveState, making: MakingState, learning: LearnState
) -> None:
    panel = InputPanel(live.inputs, learning)
    qtbot.addWidget(panel)
    panel.show()
    learning.start()
    assert not hears_osc(learning)
    port = free_port()
    panel.osc_port.setValue(port)
    assert not hears_osc(learning)
    QTest.mouseClick(panel.osc, LEFT)
    assert hears_osc(learning)
    client = SimpleUDPClient("127.0.0.1", port)
    client.send_message("/fractalroll/temperature", 0.25)
    qtbot.waitUntil(lambda: making.settings.temperature == 0.75)
    client.send_message("/fractalroll/density", 1)
    qtbot.waitUntil(lambda: density(making) == 12.0)
    QTest.mouseClick(panel.osc, LEFT)
    assert not hears_osc(learning)
    client._sock.close()


def test_osc_that_can_not_be_heard_is_said(
    qtbot: QtBot, making: MakingState, learning: LearnState
) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        with qtbot.waitSignal(learning.failed) as said:
            learning.set_osc(True, int(taken.getsockname()[1]))
    assert "Choose another port" in said.args[0]
    assert not learning.osc_wanted
