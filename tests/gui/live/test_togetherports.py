"""Playing together for real: the window's state, the deck, the child with the bundled model, JACK.

A client that stands for the DAW hears the port through every change of hands.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from bridge.messages import TimedMessage, note_off, note_on
from bridge.ports.childport import ChildPort
from bridge.ports.dummyjack import DummyJack
from bridge.ports.systems import open_output
from gui.live.live import LiveState
from gui.live.together import TogetherState
from gui.making.making import MakingState
from gui.state.document import Document
from gui.state.piece import Piece
from gui.state.selection import SelectionState
from model.roll import Note, Roll
from tests.bridge.daw import Daw

pytestmark = [pytest.mark.ports, pytest.mark.xdist_group("ports")]

PATIENCE_MS = 60_000
BPM = 240.0
CALL = 4
"""Bars, a second each."""


class Stage:
    """Everything but the widgets."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.said: list[str] = []
        self.document = Document(Piece.empty())
        self.live = LiveState(self.document)
        self.making = MakingState(self.document, SelectionState(self.document))
        self.together = TogetherState(self.live, self.making)
        for failed in (self.live.failed, self.together.failed):
            failed.connect(self.said.append)

    def until(self, true: Any) -> None:
        self.qtbot.waitUntil(true, timeout=PATIENCE_MS)

    def state(self) -> str:
        return self.together.state

    def part(self, name: str) -> list[Note]:
        piece = self.document.piece
        names = [voice.name for voice in piece.voices]
        if name not in names:
            return []
        return [note for note in piece.roll.notes() if note.part == names.index(name)]

    def close(self) -> None:
        self.together.close()
        self.live.close()
        self.making.close()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[DummyJack]:
    with DummyJack(period=256) as started:
        for name, value in started.environment.items():
            monkeypatch.setenv(name, value)
        yield started


@pytest.fixture
def daw(server: DummyJack) -> Iterator[Daw]:
    made = Daw(server)
    yield made
    made.close()


@pytest.fixture
def keys(server: DummyJack) -> Iterator[ChildPort]:
    with open_output(server.system(), "Keys") as port:
        yield port


@pytest.fixture
def stage(daw: Daw, keys: ChildPort, qtbot: QtBot) -> Iterator[Stage]:
    made = Stage(qtbot)
    made.live.set_output("jack")
    made.live.inputs.choose(f"jack|{keys.name}")
    made.live.set_tempo(BPM)
    made.until(lambda: made.live.status.port == "Fractalroll:out")
    daw.client.connect("Fractalroll:out", "DAW:in")
    made.until(lambda: made.live.status.listeners == 1)
    yield made
    made.close()


def play_the_keys(keys: ChildPort, bars: float) -> None:
    """A note every half a second from now on, which is every other beat."""
    start = keys.now() + 0.05
    for k in range(int(2 * bars)):
        at, pitch = start + 0.5 * k, 60 + (0, 4, 7, 4)[k % 4]
        keys.send_many(
            [TimedMessage(at, note_on(0, pitch, 90)), TimedMessage(at + 0.4, note_off(0, pitch))]
        )


def test_a_call_is_answered_in_the_bars_after_it_and_nothing_hangs(
    stage: Stage, daw: Daw, keys: ChildPort
) -> None:
    stage.live.play_roll(Roll.from_notes([Note(0, 0, 40, 64, 90)], 64))
    stage.until(lambda: daw.sounding() == 1)
    stage.together.choose(together_mode="respond", together_bars=CALL)
    stage.together.start()
    stage.until(lambda: stage.state() == "playing")
    assert daw.hears("Fractalroll:out")
    assert daw.sounding() == 0
    before = daw.onsets()
    play_the_keys(keys, CALL)
    stage.until(lambda: stage.together.status.phase == "yours")
    stage.until(lambda: stage.together.status.phase == "ours")
    stage.until(lambda: daw.onsets() >= before + 4)
    stage.together.stop()
    stage.until(lambda: stage.state() == "idle")
    assert daw.sounding() == 0
    yours, its = stage.part("You"), stage.part("Fractalroll")
    assert {note.pitch for note in yours} == {60, 64, 67}
    assert its
    begun = min(note.onset_steps for note in yours) // 16
    assert all(begun + CALL <= note.onset_steps // 16 < begun + 2 * CALL for note in its)
    assert stage.document.undo_stack.count() == 1
    stage.until(
        lambda: stage.live.status.port == "Fractalroll:out" and daw.hears("Fractalroll:out")
    )
    heard = daw.onsets()
    stage.live.play(0.0)
    stage.until(lambda: daw.onsets() > heard)
    stage.live.stop()
    stage.until(lambda: daw.sounding() == 0)
    assert stage.said == []


def test_where_no_daw_listens_the_built_in_sound_plays(
    server: DummyJack, keys: ChildPort, qtbot: QtBot
) -> None:
    stage = Stage(qtbot)
    stage.live.start()
    stage.until(lambda: stage.live.status.system == "sound")
    stage.live.inputs.choose(f"jack|{keys.name}")
    stage.together.start()
    stage.until(lambda: stage.state() == "playing")
    assert stage.together.on_sound
    play_the_keys(keys, 1)
    stage.until(lambda: len(stage.part(stage.together.tr("You"))) == 2)
    stage.together.stop()
    stage.until(lambda: stage.state() == "idle")
    stage.until(lambda: stage.live.status.system == "sound")
    stage.close()
    assert stage.said == []


def test_the_process_is_killed_and_what_was_played_stays(
    stage: Stage, daw: Daw, keys: ChildPort
) -> None:
    stage.together.choose(together_mode="accompany", together_bars=2)
    stage.together.start()
    stage.until(lambda: stage.state() == "playing")
    play_the_keys(keys, 12)
    stage.until(lambda: len(stage.part("Fractalroll")) > 3)
    worker: Any = stage.together._worker
    worker._process.kill()
    stage.until(lambda: stage.state() == "idle")
    assert len(stage.said) == 1
    assert stage.part("You")
    assert len(stage.part("Fractalroll")) > 3
    stage.until(
        lambda: stage.live.status.port == "Fractalroll:out" and daw.hears("Fractalroll:out")
    )
    stage.until(lambda: daw.sounding() == 0)
