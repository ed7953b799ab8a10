"""The window's side with the real deck on a real JACK server, heard by a second client."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from bridge.dummyjack import DummyJack
from bridge.listener import Listener
from bridge.messages import is_note_on
from gui.live.live import LiveState
from gui.state.document import Document
from gui.state.piece import Piece
from model.roll import Note, Roll

pytestmark = [pytest.mark.ports, pytest.mark.xdist_group("ports")]

PATIENCE_MS = 20_000


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[DummyJack]:
    with DummyJack(period=256) as started:
        for name, value in started.environment.items():
            monkeypatch.setenv(name, value)
        yield started


def roll(pitches: range) -> Roll:
    return Roll.from_notes([Note(k, 0, pitch, 1, 90) for k, pitch in enumerate(pitches)], 64)


def pitches(listener: Listener) -> list[int]:
    return [message[1] for _, message in listener.heard if is_note_on(message)]


def test_a_document_is_heard_with_its_edits_and_nothing_remains(
    server: DummyJack, qtbot: QtBot
) -> None:
    document = Document(Piece.of_roll(roll(range(20, 84))))
    live = LiveState(document)
    said: list[str] = []
    live.failed.connect(said.append)
    live.set_output("jack")
    live.start()
    qtbot.waitUntil(lambda: live.status.system == "jack", timeout=PATIENCE_MS)
    listener = Listener(server.system(), live.status.port, keep=True)
    live.play(0)
    qtbot.waitUntil(lambda: live.playhead.step > 2, timeout=PATIENCE_MS)
    edited = [note for note in document.piece.roll.notes() if note.onset_steps < 20]
    document.edit("Cut and draw", Roll.from_notes([*edited, Note(24, 0, 100, 2, 90)], 64))
    qtbot.waitUntil(lambda: 100 in pitches(listener), timeout=PATIENCE_MS)
    live.stop()
    assert not live.playhead.playing
    qtbot.waitUntil(lambda: live.status.sounding == 0, timeout=PATIENCE_MS)
    live.play_roll(roll(range(110, 111)))
    qtbot.waitUntil(lambda: 110 in pitches(listener), timeout=PATIENCE_MS)
    live.close()
    listener.close()
    assert pitches(listener) == [*range(20, 40), 100, 110]
    assert listener.report().hanging == 0
    assert said == []
