"""One sample after the other is heard, and it is known which."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from gui.live.live import LiveState
from gui.shell.listening import Listening
from gui.state.document import Document
from gui.state.piece import Piece
from model.roll import Roll
from model.tunes import make_tunes
from tests.gui.live.fakes import FakeWorker

ONE, OTHER = make_tunes(2, 4)


@pytest.fixture
def worker(qapp: object) -> FakeWorker:
    return FakeWorker()


@pytest.fixture
def live(worker: FakeWorker, qtbot: QtBot) -> Iterator[LiveState]:
    made = LiveState(Document(Piece.of_roll(ONE)), worker=worker)
    yield made
    made.close()


@pytest.fixture
def listening(live: LiveState) -> Listening:
    return Listening(live)


def told_by(listening: Listening) -> list[Roll | None]:
    told: list[Roll | None] = []
    listening.changed.connect(told.append)
    return told


def heard(listening: Listening) -> Roll | None:
    return listening.heard


def test_pressed_again_it_stops(listening: Listening, live: LiveState, worker: FakeWorker) -> None:
    told = told_by(listening)
    listening.toggle(ONE)
    assert heard(listening) is ONE
    worker.position(0.0, playing=False)  # it has not begun yet
    worker.position(0.0)
    assert heard(listening) is ONE
    worker.verbs()
    listening.toggle(ONE)
    assert worker.verbs()[0] == "stop"
    assert not live.previewing
    assert told == [ONE, None]


def test_another_one_takes_its_place(listening: Listening, worker: FakeWorker) -> None:
    told = told_by(listening)
    listening.toggle(ONE)
    worker.position(3.0)
    listening.toggle(OTHER)
    worker.position(0.0, playing=False)
    worker.position(0.0)
    assert told == [ONE, OTHER]


def test_it_ends_by_itself(listening: Listening, worker: FakeWorker) -> None:
    listening.toggle(ONE)
    worker.position(60.0)
    worker.position(64.0, playing=False)
    assert heard(listening) is None


@pytest.mark.parametrize("how", ["stop", "play", "panic", "forget"])
def test_whatever_else_ends_it_is_noticed(
    listening: Listening, live: LiveState, worker: FakeWorker, how: str
) -> None:
    listening.toggle(ONE)
    worker.position(3.0)
    getattr(listening if how == "forget" else live, how)()
    worker.position(0.0, playing=how == "play")
    assert heard(listening) is None


def test_what_can_not_be_played_is_not_said_to_be_heard(
    listening: Listening, live: LiveState
) -> None:
    class Guest:
        def stop(self) -> None: ...

        def panic(self) -> None: ...

    live.lending.guest = Guest()
    listening.toggle(ONE)
    assert heard(listening) is None
