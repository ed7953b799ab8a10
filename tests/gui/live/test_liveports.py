"""The window's side with the real deck on a real JACK server, heard by a second client."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from bridge.inputs.listener import Listener
from bridge.messages import TimedMessage, control_change, is_note_on, note_off, note_on
from bridge.ports.dummyjack import DummyJack
from bridge.ports.port import OutputPort
from bridge.ports.systems import look_at, open_output
from bridge.sync.lead import ClockSender
from gui.live.live import LiveState
from gui.state.document import Document
from gui.state.piece import Piece
from model.roll import Note, Part, Roll

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


class Host:
    """A DAW that starts its song and sends 64 beats of MIDI clock."""

    def __init__(self, port: OutputPort, bpm: float) -> None:
        self._port, self._clock = port, ClockSender()
        begin = port.now() + 0.3
        self._clock.begin(begin, 0.0, 60.0 / bpm)
        port.send_many(self._clock.extend(begin + 64 * 60.0 / bpm))

    def stop(self) -> None:
        self._port.cancel(self._port.now())
        self._port.send(b"\xfc", self._port.now() + 0.05)


def test_a_hosts_clock_is_followed_shown_and_its_stop_is_ours(
    server: DummyJack, qtbot: QtBot
) -> None:
    live = LiveState(Document(Piece.of_roll(roll(range(20, 84)))))
    said: list[str] = []
    live.failed.connect(said.append)
    live.set_output("jack")
    live.start()
    qtbot.waitUntil(lambda: live.status.system == "jack", timeout=PATIENCE_MS)
    with open_output(server.system(), "Host") as port:
        qtbot.waitUntil(  # it appears by itself
            lambda: "jack|Host:out" in [one.key for one in live.inputs.entries],
            timeout=PATIENCE_MS,
        )
        listener = Listener(server.system(), live.status.port, keep=True)
        live.sync.choose(sync_source="midi-clock", sync_port="jack|Host:out")
        qtbot.waitUntil(lambda: live.sync.status.detail == "silent", timeout=PATIENCE_MS)
        assert live.sync.waits
        host = Host(port, 150.0)
        qtbot.waitUntil(lambda: live.sync.status.lock == "locked", timeout=PATIENCE_MS)
        qtbot.waitUntil(lambda: live.playhead.playing, timeout=PATIENCE_MS)
        qtbot.waitUntil(lambda: live.sync.place >= (2, 1), timeout=PATIENCE_MS)
        assert abs(live.sync.status.bpm - 150.0) < 0.5
        assert abs(live.playhead.bpm - 150.0) < 0.5
        host.stop()
        qtbot.waitUntil(
            lambda: not live.playhead.playing and not live.sync.status.rolling, timeout=PATIENCE_MS
        )
        qtbot.waitUntil(lambda: live.status.sounding == 0, timeout=PATIENCE_MS)
        live.close()
        listener.close()
    heard = pitches(listener)
    assert heard == list(range(heard[0], heard[0] + len(heard)))
    assert len(heard) >= 16
    assert listener.report().hanging == 0
    assert said == []


def test_what_a_keyboard_plays_and_turns_is_told(server: DummyJack, qtbot: QtBot) -> None:
    live = LiveState(Document(Piece.of_roll(roll(range(20, 30)))))
    notes: list[tuple[int, int]] = []
    knobs: list[tuple[int, int, int]] = []
    live.inputs.heard.connect(lambda pitch, velocity: notes.append((pitch, velocity)))
    live.inputs.control.connect(lambda *knob: knobs.append(knob))
    with open_output(server.system(), "Keys") as keys:
        live.inputs.choose("jack|Keys:out")
        qtbot.waitUntil(lambda: live.inputs.status.state == "open", timeout=PATIENCE_MS)
        now = keys.now()
        keys.send_many(
            [
                TimedMessage(now + 0.10, note_on(0, 60, 90)),
                TimedMessage(now + 0.15, control_change(1, 21, 64)),
                TimedMessage(now + 0.20, note_off(0, 60)),
            ]
        )
        qtbot.waitUntil(lambda: bool(notes and knobs), timeout=PATIENCE_MS)
        live.inputs.choose("off")
        qtbot.waitUntil(lambda: live.inputs.status.state == "off", timeout=PATIENCE_MS)
        live.close()
    assert (notes, knobs) == ([(60, 90)], [(1, 21, 64)])


def test_a_hosts_clock_and_its_notes_come_through_one_port_of_ours(
    server: DummyJack, qtbot: QtBot
) -> None:
    live = LiveState(Document(Piece.of_roll(roll(range(20, 84)))))
    notes: list[int] = []
    live.inputs.heard.connect(lambda pitch, velocity: notes.append(pitch))
    live.set_output("jack")
    live.sync.choose(sync_source="midi-clock")
    live.inputs.choose("own")

    def ours() -> list[str]:
        found = look_at("jack", server.environment).outputs
        return [name for name in found if name.startswith("Fractalroll in")]

    qtbot.waitUntil(lambda: live.sync.status.detail == "silent", timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: live.inputs.status.state == "open", timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: len(ours()) == 1, timeout=PATIENCE_MS)
    with open_output(server.system(), "Host", target=ours()[0]) as port:
        Host(port, 150.0)
        port.send(note_on(0, 77, 90), port.now() + 1.0)
        qtbot.waitUntil(lambda: live.sync.status.lock == "locked", timeout=PATIENCE_MS)
        qtbot.waitUntil(lambda: notes == [77], timeout=PATIENCE_MS)
        live.close()


def test_each_part_is_heard_on_a_port_of_its_own_while_the_music_goes_on(
    server: DummyJack, qtbot: QtBot
) -> None:
    parts = (Part("Lead"), Part("Bass"))
    both = [Note(k, k % 2, 20 + k, 1, 90) for k in range(96)]
    live = LiveState(Document(Piece.of_roll(Roll.from_notes(both, 96, parts=parts))))
    said: list[str] = []
    live.failed.connect(said.append)
    live.set_output("jack")
    live.start()
    qtbot.waitUntil(lambda: live.status.system == "jack", timeout=PATIENCE_MS)
    one = Listener(server.system(), live.status.port, keep=True)
    live.play(0)
    qtbot.waitUntil(lambda: len(pitches(one)) >= 4, timeout=PATIENCE_MS)
    live.out.set_port_per_part(True)
    qtbot.waitUntil(lambda: "Fractalroll Bass" in live.status.port, timeout=PATIENCE_MS)
    listeners = [
        Listener(server.system(), f"Fractalroll {part.name}:out", keep=True) for part in parts
    ]
    qtbot.waitUntil(lambda: not live.playhead.playing, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: live.status.sounding == 0, timeout=PATIENCE_MS)
    live.close()
    for listener in (one, *listeners):
        listener.close()
        assert listener.report().hanging == 0
    lead, bass = (pitches(listener) for listener in listeners)
    assert lead == list(range(lead[0], 116, 2))
    assert bass == list(range(bass[0], 116, 2))
    assert (lead[0] % 2, bass[0] % 2) == (0, 1)
    assert said == []


def test_another_version_comes_on_the_very_bar_and_one_that_is_called_off_never(
    server: DummyJack, qtbot: QtBot
) -> None:
    versions = [
        Roll.from_notes([Note(k, 0, pitch, 1, 90) for k in range(64)], 64) for pitch in (40, 60, 80)
    ]
    document = Document(Piece.of_roll(versions[0]))
    live = LiveState(document)
    live.cueing.happened.connect(lambda: document.edit("Variation", versions[2]))
    live.set_output("jack")
    live.start()
    qtbot.waitUntil(lambda: live.status.system == "jack", timeout=PATIENCE_MS)
    listener = Listener(server.system(), live.status.port, keep=True)
    live.play(0)
    qtbot.waitUntil(lambda: live.playhead.step > 2, timeout=PATIENCE_MS)
    assert live.cueing.put(versions[1])
    qtbot.waitUntil(lambda: live.playhead.waits, timeout=PATIENCE_MS)
    live.cueing.call_off()
    assert live.cueing.put(versions[2])
    qtbot.waitUntil(lambda: not live.cueing.waits, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: pitches(listener).count(80) > 8, timeout=PATIENCE_MS)
    live.close()
    listener.close()
    heard = pitches(listener)
    first = heard.count(40)
    assert first > 0
    assert first % 16 == 0, "whole bars"
    assert heard == [40] * first + [80] * (len(heard) - first)
    assert listener.report().hanging == 0
