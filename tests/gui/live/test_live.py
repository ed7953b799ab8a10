"""The window's side of playing, with a deck that only keeps its orders."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from gui.live.live import LiveState
from gui.state.document import Document
from gui.state.piece import Piece
from model.roll import Note, Part, Roll
from tests.gui.live.fakes import FakeWorker

PARTS = (Part("Lead"), Part("Bass", program=32), Part("Kit", is_drum=True))
NOTES = [Note(k, k % 3, 50 + k, 2, 90) for k in range(30)]


def song(notes: list[Note] = NOTES, steps: int = 64) -> Piece:
    return Piece.of_roll(Roll.from_notes(notes, steps, parts=PARTS))


def previewing(live: LiveState) -> bool:
    return live.previewing


@pytest.fixture
def document(qapp: object) -> Document:
    return Document(song())


@pytest.fixture
def worker(qapp: object) -> FakeWorker:
    return FakeWorker()


@pytest.fixture
def live(document: Document, worker: FakeWorker, qtbot: QtBot) -> Iterator[LiveState]:
    made = LiveState(document, worker=worker)
    yield made
    made.close()


def test_the_deck_is_started_by_the_first_order_and_told_everything(
    live: LiveState, worker: FakeWorker
) -> None:
    assert not worker.is_running
    live.play()
    told = worker.orders[2]["piece"]
    assert worker.verbs() == ["output", "tempo", "piece", "loop", "start_on", "ports", "play"]
    assert told["steps"] == 64
    assert told["steps_per_beat"] == 4
    assert told["tempos"] == [[0, 120.0]]
    assert [voice["channel"] for voice in told["voices"]] == [0, 1, 9]
    assert [voice["program"] for voice in told["voices"]] == [0, 32, 0]
    assert [row[:3] for row in told["notes"][:3]] == [[0, 1, 2], [50, 51, 52], [0, 1, 2]]
    live.play(5)
    assert worker.verbs() == ["play"]
    assert worker.started == 1


def test_play_begins_at_the_playhead_and_at_the_start_behind_the_end(
    live: LiveState, worker: FakeWorker
) -> None:
    live.seek(12)
    live.play()
    assert worker.orders[-1]["play"] == 12.0
    worker.position(64.0, playing=False)
    live.play()
    assert worker.orders[-1]["play"] == 0.0


def test_toggle_stops_what_plays(live: LiveState, worker: FakeWorker) -> None:
    live.toggle()
    worker.position(3.0)
    assert live.playhead.playing
    live.toggle()
    assert worker.orders[-1]["stop"] is True
    assert not live.playhead.playing


def test_an_edit_is_told_as_the_stretch_that_changed(
    live: LiveState, worker: FakeWorker, document: Document, qtbot: QtBot
) -> None:
    live.start()
    worker.verbs()
    notes = [note for note in NOTES if note.onset_steps != 10] + [Note(10, 0, 99, 3, 80)]
    document.edit("Move a note", Roll.from_notes(notes, 64, parts=PARTS))
    qtbot.waitUntil(lambda: bool(worker.orders))
    told = worker.orders[0]["change"]
    assert (told["start"], told["stop"], told["steps"]) == (10, 13, 64)
    columns = list(zip(*told["notes"], strict=True))
    assert (0, 99, 10, 3) in [column[:4] for column in columns]
    assert all(onset < 13 and onset + length >= 10 for _, _, onset, length, _ in columns)
    assert len(columns) < len(notes)


def test_edits_in_a_row_are_told_once_before_anything_is_played(
    live: LiveState, worker: FakeWorker, document: Document
) -> None:
    live.start()
    worker.verbs()
    for pitch in (60, 61, 62):
        document.edit("Draw", Roll.from_notes([*NOTES, Note(40, 0, pitch, 1, 9)], 64, parts=PARTS))
    live.play(0)
    assert worker.verbs() == ["change", "play"]


def test_other_parts_make_it_tell_the_whole_piece(
    live: LiveState, worker: FakeWorker, document: Document, qtbot: QtBot
) -> None:
    live.start()
    worker.verbs()
    document.edit("Merge", Roll.from_notes([Note(0, 0, 60, 4, 9)], 64))
    qtbot.waitUntil(lambda: bool(worker.orders))
    assert "piece" in worker.verbs()


def test_mute_and_solo_are_told_at_once(
    live: LiveState, worker: FakeWorker, document: Document
) -> None:
    live.start()
    worker.verbs()
    document.set_voice(1, muted=True)
    assert [one["audible"] for one in worker.orders[0]["voices"]] == [True, False, True]
    document.set_voice(2, solo=True)
    assert [one["audible"] for one in worker.orders[1]["voices"]] == [False, False, True]
    document.set_voice(0, program=7)
    assert worker.orders[2]["voices"][0]["program"] == 7


def test_the_loop_of_the_document_is_followed_and_comes_back(
    live: LiveState, worker: FakeWorker, document: Document
) -> None:
    live.start()
    document.set_loop((8, 16))
    assert worker.orders[-1] == {"loop": [8, 16]}
    live.toggle_loop()
    assert worker.orders[-1] == {"loop": None}
    live.toggle_loop()
    assert document.piece.loop == (8, 16)


def test_another_piece_stops_the_old_one(
    live: LiveState, worker: FakeWorker, document: Document
) -> None:
    live.set_tempo(90.0)
    live.play()
    worker.position(20.0)
    worker.verbs()
    document.replace(song([Note(0, 0, 60, 4, 9)], 16))
    assert worker.verbs() == ["tempo", "stop", "piece", "loop", "seek"]
    assert (live.playhead.playing, live.playhead.step, live.tempo) == (False, 0.0, None)


def test_other_music_is_played_once_and_the_document_is_back_after_it(
    live: LiveState, worker: FakeWorker, document: Document, qtbot: QtBot
) -> None:
    live.seek(20)
    live.play_roll(Roll.from_notes([Note(0, 0, 72, 4, 9)], 16), program=5)
    assert previewing(live)
    told = next(order["piece"] for order in reversed(worker.orders) if "piece" in order)
    assert (told["notes"][1], told["steps"], told["voices"][0]["program"]) == ([72], 16, 5)
    worker.verbs()
    document.set_voice(0, muted=True)  # nothing of this is heard in the other music
    document.edit("Draw", Roll.from_notes([*NOTES, Note(40, 0, 99, 1, 9)], 64, parts=PARTS))
    live.stop()
    assert not previewing(live)
    told = next(order["piece"] for order in reversed(worker.orders) if "piece" in order)
    assert 99 in told["notes"][1]
    assert not told["voices"][0]["audible"]
    assert worker.verbs() == ["stop", "piece", "loop", "seek"]


def test_other_music_that_ends_gives_the_playhead_back(live: LiveState, worker: FakeWorker) -> None:
    live.seek(20)
    live.play_roll(Roll.from_notes([Note(0, 0, 72, 4, 9)], 16))
    worker.position(3.0)
    assert (live.playhead.playing, live.playhead.step) == (True, 20.0)
    worker.position(16.0, playing=False)
    assert (live.playhead.playing, live.playhead.step) == (False, 20.0)
    assert not previewing(live)
    assert worker.verbs()[-3:] == ["piece", "loop", "seek"]


def test_news_from_before_an_order_is_no_news(live: LiveState, worker: FakeWorker) -> None:
    live.play(0)
    run = worker.orders[-1]["run"]
    worker.position(8.0, run=run)
    live.stop()
    stood = live.playhead.step
    worker.position(9.0, run=run)
    assert (live.playhead.playing, live.playhead.step) == (False, stood)
    worker.position(8.5, playing=False, run=worker.orders[-1]["run"])
    assert live.playhead.step == 8.5


def test_keys_test_note_and_panic_are_handed_on(live: LiveState, worker: FakeWorker) -> None:
    live.audition(1, 60, 90, True)
    live.test_note()
    live.panic()
    assert worker.orders[-3]["audition"] == {"part": 1, "pitch": 60, "velocity": 90, "on": True}
    assert worker.verbs()[-2:] == ["test_note", "panic"]


def test_outputs_and_status_are_kept(live: LiveState, worker: FakeWorker, qtbot: QtBot) -> None:
    with qtbot.waitSignal(live.changed):
        live.set_output("sound")
    live.start()
    assert worker.orders[0] == {"output": "sound"}
    entry = {"key": "jack", "label": "Fractalroll", "system": "jack", "ready": True, "detail": "J"}
    worker.received.emit({"outputs": [{"key": "auto", "label": ""}, {**entry, "news": 1}]})
    assert [one.key for one in live.outputs] == ["auto", "jack"]
    with qtbot.assertNotEmitted(live.failed), qtbot.waitSignal(live.changed):
        worker.received.emit({"status": {"port": "Fractalroll:out", "late": 2, "unknown": 1}})
    assert (live.status.port, live.status.late) == ("Fractalroll:out", 2)
    with qtbot.waitSignal(live.failed) as told:
        worker.received.emit({"failed": "tried to play on Mars"})
    assert told.args == ["tried to play on Mars"]


def test_a_deck_that_ends_is_started_anew_by_the_next_order(
    live: LiveState, worker: FakeWorker
) -> None:
    live.play()
    worker.position(9.0)
    worker.close()
    worker.ended.emit(1)
    assert not live.playhead.playing
    worker.verbs()
    live.play()
    assert worker.started == 2
    assert worker.verbs()[-1] == "play"
