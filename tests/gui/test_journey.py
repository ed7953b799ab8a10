"""The whole way through the window, against the real bridge on a real JACK server.

Start, Generate, the notes arrive at a listener; a region is made again and only that has changed;
train on twenty files for a minute, load the result, play it; export it, play the export; close, and
no process, port or note remains.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication
from pytestqt.qtbot import QtBot

from bridge.inputs.listener import Listener
from bridge.messages import is_note_on
from bridge.ports.dummyjack import DummyJack
from bridge.ports.jackapi import open_client
from gui.shell.states import WindowState
from gui.shell.window import MainWindow
from gui.state.selection import Region
from model.bundleinfo import user_folder
from model.midifile import write_midi
from model.roll import Cells, Note, Roll
from tests.gui.shell.answers import Answers

pytestmark = [
    pytest.mark.ports,
    pytest.mark.slow,
    pytest.mark.timeout(900),
    pytest.mark.xdist_group("ports"),
]

PATIENCE_MS = 240_000
TRAINING_S = 60.0
DONT_SAVE = 1
BARS = 2
FAST_BPM = 240


class Journey:
    """The window, and an ear at its port."""

    def __init__(self, qtbot: QtBot, server: DummyJack) -> None:
        self.qtbot, self.server = qtbot, server
        self.answers = Answers(choices=[DONT_SAVE])
        self.state = WindowState()
        self.state.settings.set("tour_seen", True)
        self.window = MainWindow(self.state, self.answers)
        qtbot.addWidget(self.window)
        with qtbot.waitActive(self.window):
            self.window.show()
        self.window.begin()
        self.ear: Listener | None = None

    def until(self, true: Callable[[], object]) -> None:
        """Wait on the window's own event loop."""
        self.qtbot.waitUntil(lambda: bool(true()), timeout=PATIENCE_MS)

    def listen(self) -> Listener:
        """Connect a second client to our port, as a DAW does."""
        self.state.live.start()
        self.until(lambda: self.server_port())
        self.ear = Listener(self.server.system(), self.server_port(), keep=True)
        self.until(lambda: self.state.live.status.system == "jack")
        return self.ear

    def server_port(self) -> str:
        """The name of our port on the server; empty while it isn't open."""
        return next(iter(ports_of(self.server, "Fractalroll:")), "")

    def heard(self) -> list[int]:
        """Pitches of the notes that arrived, in their order."""
        assert self.ear is not None
        return [message[1] for _, message in list(self.ear.heard) if is_note_on(message)]

    def play_through(self) -> list[int]:
        """Play the piece from its start to its end and say what was heard."""
        assert self.ear is not None
        self.ear.heard.clear()
        due = len(self.state.document.notes())
        QTest.keyClick(self.window, Qt.Key.Key_Home)
        QTest.keyClick(self.window, Qt.Key.Key_Space)
        self.until(lambda: len(self.heard()) >= due)
        self.state.live.stop()
        return self.heard()

    def press(self, text: str) -> None:
        """Press the button with this text that can be seen."""
        buttons = self.window.findChildren(QAbstractButton)
        shown = [one for one in buttons if one.isVisible() and one.text() == text]
        QTest.mouseClick(shown[0], Qt.MouseButton.LeftButton)

    def train(self, folder: Path) -> None:
        """Fine-tune on a folder from the page of training until the model is in the list."""
        training = self.state.training
        self.window.show_page("train")
        training.scan(folder)
        self.until(lambda: training.music.findings and not training.music.is_measuring)
        self.press("Start training")
        self.until(lambda: training.phase == "done")
        assert folder.name in [entry.name for entry in self.state.models.entries]

    def export(self, name: str, out: Path) -> None:
        """Export a model of the list into a folder, with the check against torch."""
        self.window.show_page("models")
        page, entry = self.window.panels.models, self.state.models.entry(name)
        assert page is not None
        assert entry is not None
        page.exporting.start(entry.path, out)
        self.until(lambda: not page.exporting.busy)
        assert page.exporting.outcome is not None, self.window.notices.sentence

    def make_and_hear(self) -> Cells:
        """Generate with the model that is loaded, hear just that, and return it."""
        self.window.show_page("make")
        self.state.selection.clear()
        with self.qtbot.waitSignal(self.state.making.made, timeout=PATIENCE_MS):
            QTest.keyClick(self.window, Qt.Key.Key_G)
        assert sorted(self.play_through()) == sorted(pitches_in_order(self.state))
        return self.state.document.piece.roll.cells


def twenty_songs(folder: Path) -> Path:
    """Twenty MIDI files of chords and a tune above them."""
    folder.mkdir()
    rng = np.random.default_rng(3)
    for k in range(20):
        notes = []
        for bar in range(24):
            root = 48 + k % 5 + int(rng.choice([0, 5, 7, 9]))
            notes += [Note(bar * 16, 0, root + above, 16, 70) for above in (0, 4, 7)]
            tune = rng.choice([12, 14, 16, 19, 21], 8)
            notes += [Note(bar * 16 + 2 * j, 0, root + int(t), 2, 90) for j, t in enumerate(tune)]
        write_midi(Roll.from_notes(notes, steps=24 * 16), folder / f"song{k:02}.mid")
    return folder


def ports_of(server: DummyJack, start: str) -> list[str]:
    """Ports of that beginning on the server."""
    client = open_client("looker", server.name)
    try:
        return [port.name for port in client.get_ports(is_midi=True) if port.name.startswith(start)]
    finally:
        client.close()


@pytest.fixture
def journey(
    qtbot: QtBot, qapp: QApplication, jack_server: DummyJack, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Journey]:
    for name, value in jack_server.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("gui.training.plan.QUICK_S", TRAINING_S)
    journey = Journey(qtbot, jack_server)
    yield journey
    journey.window.end()
    if journey.ear is not None:
        journey.ear.close()


def pitches_in_order(state: WindowState) -> list[int]:
    """Pitches of the piece by onset."""
    notes = state.document.notes()
    return [int(pitch) for pitch in notes.pitch[np.argsort(notes.onset_steps, kind="stable")]]


def test_music_is_made_heard_changed_in_one_place_and_silent_after_the_end(
    journey: Journey, jack_server: DummyJack, tmp_path: Path
) -> None:
    state, window = journey.state, journey.window
    journey.until(lambda: state.making.engine_text)
    ear = journey.listen()
    state.making.set(bars=BARS, bpm=FAST_BPM, seed=5, seed_locked=True)

    QTest.keyClick(window, Qt.Key.Key_G)
    journey.until(lambda: not state.making.busy and state.playhead.playing)
    first = state.document.piece.roll
    due = len(state.document.notes())
    assert due > 8
    journey.until(lambda: len(journey.heard()) >= due)
    assert sorted(journey.heard()) == sorted(pitches_in_order(state))
    state.live.stop()

    region = Region(first.steps // 2, first.steps)
    state.selection.set_region(region)
    state.making.set(seed=6)
    state.settings.set("play_when_made", False)
    QTest.keyClick(window, Qt.Key.Key_R)
    journey.until(lambda: not state.making.busy)
    second = state.document.piece.roll
    half = region.start_step
    assert np.array_equal(second.cells[:, :, :half], first.cells[:, :, :half])
    assert not np.array_equal(second.cells[:, :, half:], first.cells[:, :, half:])
    again = journey.play_through()
    assert sorted(again) == sorted(pitches_in_order(state))

    QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert np.array_equal(state.document.piece.roll.cells, first.cells)

    journey.train(twenty_songs(tmp_path / "mine"))
    journey.press("Load it")
    journey.until(lambda: state.models.loaded == "mine" and state.making.engine_text)
    learnt = journey.make_and_hear()

    journey.export("mine", user_folder() / "given-away")
    state.models.load("given-away")
    journey.until(lambda: state.models.loaded == "given-away")
    assert np.array_equal(journey.make_and_hear(), learnt), "one seed, the same notes"

    window.close()
    assert not window.isVisible()
    assert journey.answers.asked == ["Save the piece?"]
    report = ear.report()
    assert report.hanging == 0
    assert ports_of(jack_server, "Fractalroll:") == []
