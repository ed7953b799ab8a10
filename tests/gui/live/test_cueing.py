"""Another version of the piece waits in the deck for its beat or bar."""

from __future__ import annotations

from typing import Any

import pytest

from gui.live.live import LiveState
from gui.live.transport import TransportBar
from gui.state.document import Document
from gui.state.piece import Piece
from model.roll import MetreChange, Note, Roll
from tests.gui.live.fakes import FakeWorker


@pytest.fixture
def document(qapp: object) -> Document:
    return Document(Piece.of_roll(music(60)))


def music(pitch: int) -> Roll:
    return Roll.from_notes([Note(0, 0, pitch, 4, 80)], 96, metres=(MetreChange(0, 3, 4),))


@pytest.fixture
def playing(live: LiveState, worker: FakeWorker) -> LiveState:
    live.play()
    position(worker, 1.0, waits=False)
    worker.orders.clear()
    return live


def position(worker: FakeWorker, step: float, *, waits: bool, **more: Any) -> None:
    runs = [order["run"] for order in worker.orders if "run" in order]
    worker.position(step, waits=waits, **({"run": runs[-1]} if runs else {}), **more)


def pitches(order: dict[str, Any]) -> list[int]:
    found: list[int] = order["piece"]["notes"][1]
    return found


def test_it_waits_in_the_deck_and_happens_when_the_deck_says_so(
    playing: LiveState, worker: FakeWorker
) -> None:
    happened: list[bool] = []
    playing.cueing.happened.connect(lambda: happened.append(playing.cueing.waits))
    assert playing.cueing.put(music(72))
    (order,) = worker.orders
    assert (pitches(order), order["start"]) == ([72], True)
    assert playing.cueing.start_on == "bar"
    worker.position(2.0, waits=False, run=order["run"] - 1)  # said before the order came
    position(worker, 2.5, waits=True)
    assert happened == []
    position(worker, 12.0, waits=False)
    assert happened == [False]
    assert playing.cueing.start_on == ""


def test_nothing_waits_where_nothing_plays_or_things_start_at_once(
    live: LiveState, worker: FakeWorker
) -> None:
    assert not live.cueing.put(music(72))
    live.play()
    position(worker, 1.0, waits=False)
    live.sync.choose(start_on="now")
    assert not live.cueing.put(music(72))
    live.play_roll(music(50))
    live.sync.choose(start_on="beat")
    assert not live.cueing.put(music(72)), "something else than the piece plays"


def test_called_off_the_deck_has_the_piece_again(playing: LiveState, worker: FakeWorker) -> None:
    playing.cueing.put(music(72))
    worker.orders.clear()
    playing.cueing.call_off()
    (order,) = worker.orders
    assert pitches(order) == [60]
    assert "start" not in order
    assert not playing.cueing.waits
    playing.cueing.call_off()
    assert len(worker.orders) == 1


def test_an_edit_meanwhile_is_of_the_piece_that_plays_and_the_other_still_waits(
    playing: LiveState, worker: FakeWorker, document: Document
) -> None:
    playing.cueing.put(music(72))
    worker.orders.clear()
    document.edit("Draw", music(61))
    playing._feed.flush()
    assert [(pitches(order), order.get("start", False)) for order in worker.orders] == [
        ([61], False),
        ([72], True),
    ]
    assert playing.cueing.waits


@pytest.mark.parametrize("how", ["stopped", "ended", "something else plays"])
def test_where_the_piece_plays_no_more_it_has_happened(
    playing: LiveState, worker: FakeWorker, how: str
) -> None:
    happened: list[int] = []
    playing.cueing.happened.connect(lambda: happened.append(1))
    playing.cueing.put(music(72))
    if how == "stopped":
        playing.stop()
    elif how == "ended":
        worker.ended.emit(1)
    else:
        playing.play_roll(music(50))
    assert happened == [1]
    assert not playing.cueing.waits


def test_behind_the_end_in_a_hosts_song_nothing_is_waited_for(
    playing: LiveState, worker: FakeWorker
) -> None:
    happened: list[int] = []
    playing.cueing.happened.connect(lambda: happened.append(1))
    playing.cueing.put(music(72))
    position(worker, 97.0, waits=True)
    assert happened == [1]
    assert not playing.cueing.waits
    assert "start" not in worker.orders[-1], "nothing waits in the deck either"
    assert not playing.cueing.put(music(74))


def test_another_piece_altogether_forgets_what_waited(
    playing: LiveState, document: Document, worker: FakeWorker
) -> None:
    happened: list[int] = []
    playing.cueing.happened.connect(lambda: happened.append(1))
    playing.cueing.put(music(72))
    document.replace(Piece.of_roll(music(40)))
    position(worker, 0.0, waits=False, playing=False)
    assert happened == []
    assert not playing.cueing.waits


def test_the_play_button_is_not_dashed_while_only_another_version_waits(
    playing: LiveState, worker: FakeWorker
) -> None:
    bar = TransportBar(playing)
    playing.cueing.put(music(72))
    position(worker, 2.0, waits=True)
    assert not bar.play.property("paused")
    assert bar.play.isChecked()
