"""Transport, voices and the live page, used as a person does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QComboBox, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from gui.live.live import LiveState
from gui.live.panel import LivePanel
from gui.live.transport import TransportBar, place_of
from gui.live.voicespanel import VoicesPanel
from gui.state.document import Document
from gui.state.piece import Piece
from model.roll import MetreChange, Part, Roll
from tests.gui.live.fakes import FakeWorker

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def document(qapp: object) -> Document:
    return Document(Piece.of_roll(Roll.from_notes([], 64, parts=(Part("Lead"), Part("Bass")))))


@pytest.fixture
def worker(qapp: object) -> FakeWorker:
    return FakeWorker()


@pytest.fixture
def live(document: Document, worker: FakeWorker) -> Iterator[LiveState]:
    made = LiveState(document, worker=worker)
    yield made
    made.close()


def shown(qtbot: QtBot, widget: QWidget) -> None:
    qtbot.addWidget(widget)
    widget.show()
    qtbot.waitExposed(widget)


def test_the_transport_plays_stops_and_goes_to_the_start(
    qtbot: QtBot, live: LiveState, worker: FakeWorker
) -> None:
    bar = TransportBar(live)
    shown(qtbot, bar)
    QTest.mouseClick(bar.play, LEFT)
    assert worker.orders[-1]["play"] == 0.0
    worker.position(21.0)
    assert bar.play.isChecked()
    assert bar.stop.isEnabled()
    QTest.mouseClick(bar.stop, LEFT)
    assert worker.orders[-1]["stop"] is True
    assert not bar.play.isChecked()
    QTest.mouseClick(bar.to_start, LEFT)
    assert worker.orders[-1] == {"seek": 0.0}
    assert bar.position.text() == "1.1.1"


def test_the_transport_shows_bar_beat_and_step(
    qtbot: QtBot, live: LiveState, worker: FakeWorker
) -> None:
    bar = TransportBar(live)
    shown(qtbot, bar)
    live.seek(16 + 4 + 2)
    assert bar.position.text() == "2.2.3"
    assert bar.position.accessibleName() == "Bar 2, beat 2, step 3"


@pytest.mark.parametrize(
    ("step", "place"), [(0, (1, 1, 1)), (11.9, (1, 3, 4)), (12, (2, 1, 1)), (64, (6, 2, 1))]
)
def test_places_follow_the_metre_also_behind_the_end(
    step: float, place: tuple[int, int, int]
) -> None:
    roll = Roll.from_notes([], 24, metres=(MetreChange(0, 3, 4),))
    assert place_of(step, roll, roll.bar_starts()) == place


def test_the_tempo_is_set_and_taken_back(qtbot: QtBot, live: LiveState, worker: FakeWorker) -> None:
    bar, page = TransportBar(live), LivePanel(live)
    shown(qtbot, bar)
    shown(qtbot, page)
    live.start()
    bar.tempo.setFocus()
    bar.tempo.selectAll()
    QTest.keyClicks(bar.tempo, "90")
    QTest.keyClick(bar.tempo, Qt.Key.Key_Return)
    assert worker.orders[-1] == {"tempo": 90.0}
    assert page.sync.tempo.value() == 90.0
    QTest.mouseClick(page.sync.own_tempo, LEFT)
    assert worker.orders[-1] == {"tempo": None}
    assert bar.tempo.value() == 120.0


def test_loop_buttons_follow_the_document(
    qtbot: QtBot, live: LiveState, document: Document
) -> None:
    bar, page = TransportBar(live), LivePanel(live)
    shown(qtbot, bar)
    shown(qtbot, page)
    loops = []
    for button in (bar.loop, page.sync.loop):
        QTest.mouseClick(button, LEFT)
        loops.append((document.piece.loop, bar.loop.isChecked(), page.sync.loop.isChecked()))
    assert loops == [((0, 64), True, True), (None, False, False)]


def test_outputs_are_listed_and_chosen(qtbot: QtBot, live: LiveState, worker: FakeWorker) -> None:
    page = LivePanel(live)
    shown(qtbot, page)
    QTest.mouseClick(page.outputs.refresh, LEFT)
    outputs = [
        {"key": "auto", "label": ""},
        {"key": "sound", "label": ""},
        {"key": "jack", "label": "Fractalroll", "system": "jack", "detail": "JACK 1.9"},
        {"key": "jack|synth:in", "label": "synth:in", "system": "jack"},
        {"key": "alsa", "label": "Fractalroll", "system": "alsa", "ready": False},
    ]
    worker.received.emit({"outputs": outputs})
    words = [page.outputs.output.itemText(k) for k in range(page.outputs.output.count())]
    assert words[1:4] == ["Built-in sound", "Our own port Fractalroll (jack)", "synth:in (jack)"]
    assert words[4].endswith("not there")
    page.outputs.output.setFocus()
    for _ in range(3):
        QTest.keyClick(page.outputs.output, Qt.Key.Key_Down)
    page.outputs.output.activated.emit(page.outputs.output.currentIndex())
    assert live.output == "jack|synth:in"
    assert worker.orders[-1] == {"output": "jack|synth:in"}


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ({}, "Nothing is open yet"),
        (
            {"port": "built-in sound", "system": "sound", "detail": "Speakers"},
            "built-in sound: Speakers.",
        ),
        (
            {"port": "b", "system": "sound", "silent": "no_device", "detail": "x"},
            "no sound device (x)",
        ),
        ({"port": "b", "system": "sound", "silent": "no_portaudio"}, "install libportaudio2"),
        ({"port": "b", "system": "sound", "silent": "other", "detail": "why"}, "silence: why"),
        ({"port": "F:out", "system": "jack", "listeners": 0}, "nobody is connected"),
        ({"port": "F:out", "system": "jack", "listeners": 2}, "connected: 2"),
        ({"port": "F", "system": "alsa", "listeners": -1}, "Plays on F (alsa)."),
    ],
)
def test_it_says_where_the_music_goes(
    qtbot: QtBot, live: LiveState, worker: FakeWorker, status: dict[str, object], words: str
) -> None:
    page = LivePanel(live)
    shown(qtbot, page)
    worker.received.emit({"status": status})
    assert words in page.outputs.plays.text()


def test_the_meters_show_what_is_late(qtbot: QtBot, live: LiveState, worker: FakeWorker) -> None:
    page = LivePanel(live)
    shown(qtbot, page)
    assert page.meters.meters["slack_ms"].text() == "–"
    worker.received.emit({"status": {"sent": 9, "late": 2, "jitter_ms": 1.5, "slack_ms": 380.0}})
    texts = {name: figure.text() for name, figure in page.meters.meters.items()}
    assert texts == {
        "sent": "9",
        "late": "2",
        "dropped": "0",
        "jitter_ms": "1.5 ms",
        "slack_ms": "380 ms",
        "sounding": "0",
    }
    assert page.meters.meters["late"].property("role") == "warn"


def test_test_note_and_panic_have_buttons(
    qtbot: QtBot, live: LiveState, worker: FakeWorker
) -> None:
    page = LivePanel(live)
    shown(qtbot, page)
    QTest.mouseClick(page.outputs.test, LEFT)
    QTest.mouseClick(page.outputs.panic, LEFT)
    assert worker.verbs()[-2:] == ["test_note", "panic"]


def test_voices_are_muted_soloed_locked_named_and_coloured(
    qtbot: QtBot, document: Document
) -> None:
    panel = VoicesPanel(document)
    shown(qtbot, panel)
    first, second = panel.rows
    for button in (first.mute, second.solo, second.lock):
        QTest.mouseClick(button, LEFT)
    QTest.mouseClick(first.swatch, LEFT)
    voices = document.piece.voices
    assert (voices[0].muted, voices[1].solo, voices[1].locked) == (True, True, True)
    assert voices[0].colour == 1
    first.name.setFocus()
    first.name.selectAll()
    QTest.keyClicks(first.name, "Flute")
    QTest.keyClick(first.name, Qt.Key.Key_Return)
    assert document.piece.voices[0].name == "Flute"
    assert document.piece.audible() == (False, True)
    document.undo_stack.undo()
    second.setFocus()
    assert document.piece.voices[0].name == "Lead"


def test_an_empty_name_is_not_taken(qtbot: QtBot, document: Document) -> None:
    panel = VoicesPanel(document)
    shown(qtbot, panel)
    panel.rows[0].name.setText("  ")
    panel.rows[0].name.editingFinished.emit()
    assert panel.rows[0].name.text() == "Lead"


def test_voices_come_and_go_with_the_parts(qtbot: QtBot, document: Document) -> None:
    panel = VoicesPanel(document)
    shown(qtbot, panel)
    document.replace(Piece.empty())
    assert [row.name.text() for row in panel.rows] == ["Piano"]
    document.edit("More", Roll.from_notes([], 64, parts=(Part("A"), Part("B"), Part("C"))))
    assert len(panel.rows) == 3


def test_every_control_has_a_name_for_those_who_do_not_see_it(
    qtbot: QtBot, live: LiveState, document: Document
) -> None:
    for widget in (TransportBar(live), LivePanel(live), VoicesPanel(document)):
        qtbot.addWidget(widget)
        assert widget.accessibleName()
        for kind in (QAbstractButton, QAbstractSpinBox, QComboBox, QLineEdit):
            for control in widget.findChildren(kind):
                if isinstance(control.parent(), (QAbstractSpinBox, QComboBox)):
                    continue
                name = control.accessibleName() or getattr(control, "text", lambda: "")()
                assert name, f"{type(control).__name__} in {type(widget).__name__}"
