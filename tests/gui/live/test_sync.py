"""In time with whom: what is chosen, what the deck is told, and what the window shows of a host."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gui.live.live import LiveState
from gui.live.panel import LivePanel
from gui.live.sync import MOST_PHASES
from gui.live.syncpanel import SyncPanel
from gui.live.transport import TransportBar
from gui.state.document import Document
from gui.state.piece import Piece
from gui.state.settings import SettingsState
from model.roll import MetreChange, Roll
from tests.gui.live.fakes import FakeWorker

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def document(qapp: object) -> Document:
    return Document(Piece.of_roll(Roll.from_notes([], 96, metres=(MetreChange(0, 3, 4),))))


def told(worker: FakeWorker, source: str, **more: Any) -> None:
    line = {"source": source, "lock": "locked", "bpm": 97.5, "beat": 7.0, "rolling": True}
    worker.received.emit({"sync": {**line, **more}})


def test_nothing_is_said_of_hosts_until_one_is_chosen(live: LiveState, worker: FakeWorker) -> None:
    live.start()
    assert {"start_on": "bar", "bar_beats": 3.0} in worker.orders
    assert "sync" not in worker.verbs()
    live.sync.choose(sync_source="midi-clock", sync_port="jack|daw:out")
    assert worker.orders[-1]["sync"] == {
        "source": "midi-clock",
        "port": "jack|daw:out",
        "nudge_ms": 0.0,
        "send_clock": False,
    }
    live.sync.choose(start_on="beat")
    assert worker.orders[-1] == {"start_on": "beat", "bar_beats": 3.0}
    worker.verbs()
    live.sync.choose(start_on="beat", sync_source="midi-clock")  # nothing new
    live.sync.choose(sync_source="mars", nudge_ms=2000.0)  # nothing possible
    assert worker.verbs() == []


def test_choices_are_kept_and_told_to_a_deck_that_starts_later(
    document: Document, settings: SettingsState
) -> None:
    first, second = FakeWorker(), FakeWorker()
    live = LiveState(document, worker=first, settings=settings)
    live.sync.choose(sync_source="jack", nudge_ms=-3.5, start_on="four bars", send_clock=True)
    live.close()
    again = LiveState(document, worker=second, settings=settings)
    again.start()
    orders = {verb: order for order in second.orders for verb in order}
    assert orders["start_on"]["start_on"] == "four bars"
    assert orders["sync"]["sync"] == {
        "source": "jack",
        "port": "",
        "nudge_ms": -3.5,
        "send_clock": True,
    }
    again.close()


def test_another_metre_is_told_where_starts_wait_for_bars(
    live: LiveState, worker: FakeWorker, document: Document
) -> None:
    live.start()
    live.sync.choose(start_on="bar")
    document.replace(Piece.of_roll(Roll.from_notes([], 96, metres=(MetreChange(0, 7, 8),))))
    assert {"start_on": "bar", "bar_beats": 3.5} in worker.orders


def test_the_hosts_place_is_told_in_the_pieces_metre(live: LiveState, worker: FakeWorker) -> None:
    live.start()
    live.sync.choose(sync_source="jack")
    told(worker, "jack", beat=7.0)
    assert live.sync.place == (3, 2)
    assert not live.sync.waits
    told(worker, "midi-clock", beat=99.0)  # of a source that is chosen no more
    assert live.sync.place == (3, 2)
    worker.close()
    worker.ended.emit(1)
    assert live.sync.status.lock == "none"


@pytest.mark.parametrize(
    ("line", "colour", "words", "detail"),
    [
        ({"lock": "none", "detail": "silent"}, "", "no signal", "let the host send clock"),
        ({"lock": "none", "detail": "opening"}, "", "no signal", "Opening"),
        ({"lock": "none", "detail": "failed"}, "bad", "not there", "tried again"),
        ({"lock": "locking"}, "warn", "locking … · 97.50 bpm, bar 3, beat 2 · plays", ""),
        ({}, "good", "locked · 97.50 bpm, bar 3, beat 2 · plays", ""),
        ({"rolling": False}, "good", "stands still", "start it again"),
        ({"detail": "sixfold"}, "good", "locked", "six times too large"),
    ],
)
def test_the_lamp_tells_whether_a_host_is_followed(
    qtbot: QtBot,
    live: LiveState,
    worker: FakeWorker,
    line: dict[str, Any],
    colour: str,
    words: str,
    detail: str,
) -> None:
    panel = SyncPanel(live)
    qtbot.addWidget(panel)
    panel.show()
    assert not panel.lamp.isVisible()
    live.sync.choose(sync_source="midi-clock")
    told(worker, "midi-clock", **line)
    assert panel.lamp.isVisible()
    assert panel.lamp.colour == colour
    assert words in panel.state.text()
    assert detail in panel.detail.text()
    assert panel.lamp.accessibleName()
    assert panel.lamp.grab().toImage().pixelColor(0, 0).isValid()


def test_everything_is_chosen_on_the_page(
    qtbot: QtBot, live: LiveState, worker: FakeWorker
) -> None:
    page = LivePanel(live)
    qtbot.addWidget(page)
    page.show()
    live.start()
    worker.received.emit({"inputs": [{"key": "jack|daw:out", "label": "daw:out"}]})
    panel = page.sync
    assert not panel.port.isVisible()
    panel.source.setCurrentIndex(panel.source.findData("midi-clock"))
    panel.source.activated.emit(panel.source.currentIndex())
    assert panel.port.isVisible()
    panel.port.setCurrentIndex(panel.port.findData("jack|daw:out"))
    panel.port.activated.emit(panel.port.currentIndex())
    panel.start_on.setCurrentIndex(2)
    panel.start_on.activated.emit(2)
    panel.nudge.setValue(12.5)
    QTest.mouseClick(panel.send_clock, LEFT)
    sync = live.sync
    assert (sync.source, sync.port, sync.start_on) == ("midi-clock", "jack|daw:out", "bar")
    assert (sync.nudge_ms, sync.send_clock) == (12.5, True)
    assert worker.orders[-1]["sync"]["nudge_ms"] == 12.5
    worker.received.emit({"inputs": []})
    assert panel.port.currentText() == "daw:out: not there"


def test_link_says_how_it_is_installed_where_it_is_not(
    qtbot: QtBot, live: LiveState, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gui.live.syncpanel.find_spec", lambda _: None)
    panel = SyncPanel(live)
    qtbot.addWidget(panel)
    place = panel.source.findData("link")
    assert "pip install" in panel.source.itemText(place)
    assert not panel.source.model().flags(panel.source.model().index(place, 0)) & (
        Qt.ItemFlag.ItemIsEnabled
    )


def test_while_a_host_leads_the_transport_shows_it(
    qtbot: QtBot, live: LiveState, worker: FakeWorker
) -> None:
    bar = TransportBar(live)
    qtbot.addWidget(bar)
    bar.show()
    live.start()
    live.sync.choose(sync_source="jack")
    told(worker, "jack", rolling=False)
    assert bar.play.isChecked()
    assert bar.play.property("paused")
    assert "host" in bar.play.accessibleName()
    assert bar.tempo.value() == 97.5
    assert not bar.tempo.isEnabled()
    assert "host" in bar.tempo.toolTip()
    told(worker, "jack")
    worker.position(3.0)
    assert not bar.play.property("paused")
    assert bar.play.accessibleName() == "Stop (Space)"
    live.sync.choose(sync_source="link")
    told(worker, "link", bpm=133.0)
    assert bar.tempo.isEnabled()
    assert bar.tempo.value() == 133.0
    bar.tempo.setValue(140.0)
    assert worker.orders[-1] == {"tempo": 140.0}
    live.sync.choose(sync_source="internal")
    assert bar.tempo.value() == 140.0


def test_what_waits_for_its_bar_is_shown_and_can_be_stopped(
    qtbot: QtBot, live: LiveState, worker: FakeWorker
) -> None:
    bar = TransportBar(live)
    qtbot.addWidget(bar)
    bar.show()
    live.play(0)
    worker.position(0.0, waits=True)
    assert bar.play.property("paused")
    assert "Waits" in bar.play.accessibleName()
    QTest.mouseClick(bar.play, LEFT)
    assert worker.orders[-1]["stop"] is True
    assert not bar.play.isChecked()


def test_other_music_does_not_wait_for_a_host_that_stands(
    live: LiveState, worker: FakeWorker
) -> None:
    live.start()
    live.sync.choose(sync_source="jack")
    told(worker, "jack", rolling=False)
    worker.verbs()
    live.play_roll(Roll.from_notes([], 16))
    assert worker.orders[1] == {"sync": {"source": "internal", "send_clock": False}}
    assert worker.verbs() == ["stop", "sync", "loop", "piece", "play"]
    live.stop()
    sync = next(order["sync"] for order in worker.orders if "sync" in order)
    assert sync["source"] == "jack"
    told(worker, "jack")
    worker.verbs()
    live.play_roll(Roll.from_notes([], 16))  # in time with one that plays
    assert "sync" not in worker.verbs()


def test_our_own_clock_that_goes_out_has_a_lamp(
    qtbot: QtBot, live: LiveState, worker: FakeWorker
) -> None:
    panel = SyncPanel(live)
    qtbot.addWidget(panel)
    panel.show()
    live.sync.choose(send_clock=True)
    told(worker, "internal", sending=True)
    assert panel.lamp.isVisible()
    assert panel.lamp.colour == "good"
    assert "our own clock" in panel.state.text()


def test_the_tempo_is_ours_where_jack_tells_none(
    qtbot: QtBot, live: LiveState, worker: FakeWorker
) -> None:
    panel = SyncPanel(live)
    qtbot.addWidget(panel)
    live.start()
    live.sync.choose(sync_source="jack")
    told(worker, "jack", detail="")
    assert not panel.tempo.isEnabled()
    told(worker, "jack", detail="own_tempo")
    assert panel.tempo.isEnabled()
    assert "no tempo" in panel.detail.text()
    assert "JACK" in panel.tempo.toolTip()
    panel.tempo.setValue(84.0)
    assert worker.orders[-1] == {"tempo": 84.0}


def test_bars_are_counted_as_the_host_counts_them(live: LiveState, worker: FakeWorker) -> None:
    live.start()
    live.sync.choose(sync_source="jack")
    told(worker, "jack", beat=8.0)
    assert live.sync.place == (3, 3), "in the piece's metre"
    told(worker, "jack", beat=8.0, bars=[-4.0, 4.0])
    assert live.sync.place == (4, 1)


def test_behind_the_end_of_the_piece_it_is_said_why_nothing_sounds(
    qtbot: QtBot, live: LiveState, worker: FakeWorker, document: Document
) -> None:
    panel = SyncPanel(live)
    qtbot.addWidget(panel)
    live.start()
    live.sync.choose(sync_source="jack")
    worker.position(95.0, speed=0.0)
    told(worker, "jack")
    assert panel.detail.text() == ""
    worker.position(96.0, speed=0.0)
    told(worker, "jack", beat=24.0)
    assert "The piece is over here" in panel.detail.text()
    document.set_loop((0, 48))
    told(worker, "jack", beat=24.5)
    assert panel.detail.text() == ""


def test_how_far_we_are_from_the_host_is_drawn_and_said(
    qtbot: QtBot, live: LiveState, worker: FakeWorker
) -> None:
    panel = SyncPanel(live)
    qtbot.addWidget(panel)
    live.start()
    live.sync.choose(sync_source="jack")
    told(worker, "jack", phase_ms=0.0)
    assert panel.phase.isHidden(), "nothing plays"
    worker.position(1.0)
    for index, (phase, words) in enumerate(
        [
            (0.001, "exactly with the host"),
            (0.021, "0.02 ms later than the host; lately 0.02 ms at most"),
            (-3.0, "3.00 ms earlier than the host; lately 3.00 ms at most"),
        ]
    ):
        told(worker, "jack", phase_ms=phase, beat=8.0 + index)
        assert panel.phase.words.text() == words
        assert panel.phase.view.accessibleName() == words
    assert panel.phase.view.readings == (0.0, 0.001, 0.021, -3.0)
    assert panel.phase.view.scale_ms == 5.0
    panel.resize(500, 400)
    assert not panel.grab().isNull()
    for index in range(2 * MOST_PHASES):
        told(worker, "jack", phase_ms=0.5, beat=20.0 + index)
    assert panel.phase.view.readings == (0.5,) * MOST_PHASES
    assert panel.phase.view.scale_ms == 1.0
    told(worker, "jack", phase_ms=None, rolling=False)
    assert panel.phase.isHidden(), "there is nothing to compare while the host stands"
    told(worker, "jack", phase_ms=0.5)
    assert not panel.phase.isHidden()
    live.sync.choose(sync_source="link")
    assert live.sync.phases == ()
    assert panel.phase.isHidden()
