"""All of `fractalroll play` in time with others, on a real JACK server of our own."""

from __future__ import annotations

import _thread
import argparse
import contextlib
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

import fractalroll
from bridge.commands import add_play_parser, run_play
from bridge.inputs.listener import Listener
from bridge.messages import TimedMessage, is_note_on, note_off, note_on
from bridge.ports.childport import ChildPort
from bridge.ports.dummyjack import DummyJack
from bridge.ports.jackapi import open_client
from bridge.ports.sounding import Sounding
from bridge.ports.systems import open_output
from bridge.source import Bar, CutBar
from bridge.sync.lead import ClockSender
from bridge.units import seconds_of
from model.midifile import write_midi
from model.roll import Grid, Note, Part, Roll
from tests.bridge.playing.lossstage import patient
from tests.waiting import until

pytestmark = [pytest.mark.ports, pytest.mark.xdist_group("ports")]

PATIENCE_S = 40.0
BEATS = 16
FIRST_PITCH = 40


class Ear:
    """Everything that a port plays, through a client of another name than our own input's."""

    def __init__(self, server: DummyJack, source: str) -> None:
        self.port: Listener = patient(lambda: Listener(server.system(), source, keep=True))

    @property
    def events(self) -> list[tuple[float, bytes]]:
        return [(seconds_of(tick, self.port.rate), message) for tick, message in self.port.heard]

    def onsets(self) -> list[tuple[float, int]]:
        return [(at, message[1]) for at, message in self.events if is_note_on(message)]

    def sounding(self) -> int:
        notes = Sounding()
        for _, message in self.events:
            notes.feed(message)
        return len(notes)


@pytest.fixture
def song(tmp_path: Path) -> str:
    """A rising scale, one note a beat, four bars long."""
    notes = [Note(24 * k, 0, FIRST_PITCH + k, 12, 80) for k in range(BEATS)]
    roll = Roll.from_notes(notes, 24 * BEATS, Grid(steps_per_beat=24))
    write_midi(roll, tmp_path / "scale.mid")
    return str(tmp_path / "scale.mid")


@dataclass
class Daw:
    """Somebody who acts in a thread of its own while `play` has the main one."""

    act: Callable[[], None]
    error: BaseException | None = None

    def __enter__(self) -> Daw:
        self.thread = threading.Thread(target=self._run)
        self.thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        with contextlib.suppress(KeyboardInterrupt):
            self.thread.join()
        if self.error is not None:
            raise self.error

    def _run(self) -> None:
        try:
            self.act()
        except BaseException as err:  # raised in the test's own thread
            self.error = err
            _thread.interrupt_main()  # else `play` would wait for ever


def play(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    """Run the command; its JSON."""
    assert fractalroll.main(["play", *words, "--system", "jack", "--json"]) == 0
    facts: dict[str, Any] = json.loads(capsys.readouterr().out.splitlines()[-1])
    return facts


def test_play_follows_the_midi_clock_of_another_client_through_a_change_of_tempo(
    on_server: DummyJack, song: str, capsys: pytest.CaptureFixture[str]
) -> None:
    found: dict[str, Any] = {}

    def act() -> None:
        ear = Ear(on_server, "Clocked:out")
        clock: ChildPort = patient(
            lambda: open_output(on_server.system(), "DAW", target="Fractalroll in:in")
        )
        start = clock.now() + 0.5
        change = start + 6 * 0.4 + 0.2  # in the middle of a beat of 150 bpm
        sender = ClockSender()
        sender.begin(start, 0.0, 0.4)
        sender.begin(change, 6.5, 0.5)
        clock.send_many(sender.extend(start + 20.0))
        until(lambda: len(ear.onsets()) >= BEATS)
        until(lambda: not ear.sounding())
        found.update(start=start, change=change, onsets=ear.onsets(), rate=ear.port.rate)
        found["late"] = clock.stats().late
        ear.port.close()
        clock.close()

    with Daw(act):
        facts = play(capsys, song, "--sync", "midi-clock", "--port", "Clocked")
    beats = [pitch - FIRST_PITCH for _, pitch in found["onsets"]]
    assert beats == list(range(BEATS))

    def due(beat: int) -> float:
        before = float(found["start"]) + 0.4 * beat
        return before if beat <= 6 else float(found["change"]) + 0.5 * (beat - 6.5)

    errors = [abs(at - due(pitch - FIRST_PITCH)) for at, pitch in found["onsets"]]
    steady = errors[2:6] + errors[9:]  # a beat to lock, and two after the change
    assert facts["late"] or facts["xruns"] or max(steady) <= 2 / found["rate"]
    assert (facts["sync"]["source"], facts["sync"]["jumps"]) == ("midi-clock", 1)
    assert facts["sync"]["bpm"] == pytest.approx(120.0, rel=0.001)
    assert (facts["hanging"], facts["missed_deadlines"]) == (0, 0)


def test_play_follows_jacks_transport_to_where_it_is_put(
    on_server: DummyJack, song: str, capsys: pytest.CaptureFixture[str]
) -> None:
    found: dict[str, Any] = {}

    def act() -> None:
        ear = Ear(on_server, "Rolling:out")
        remote = open_client("Remote", on_server.name)
        remote.transport_stop()
        remote.transport_frame = 4 * ear.port.rate // 2  # beat 4 at 120 bpm
        until(lambda: remote.transport_frame == 4 * ear.port.rate // 2)
        remote.transport_start()
        until(lambda: len(ear.onsets()) >= 4)
        remote.transport_stop()
        until(lambda: not ear.sounding())
        found["stopped"] = ear.onsets()
        remote.transport_frame = 12 * ear.port.rate // 2
        remote.transport_start()
        until(lambda: any(pitch == FIRST_PITCH + BEATS - 1 for _, pitch in ear.onsets()))
        until(lambda: not ear.sounding())
        found.update(onsets=ear.onsets(), rate=ear.port.rate, remote=remote)
        ear.port.close()

    with Daw(act):  # the transport rolls on to the end of the song
        facts = play(capsys, song, "--sync", "jack", "--port", "Rolling")
    found["remote"].transport_stop()
    found["remote"].close()
    stopped = [pitch - FIRST_PITCH for _, pitch in found["stopped"]]
    assert stopped[0] in (4, 5)  # on a starved machine the start is heard late
    assert stopped == list(range(stopped[0], stopped[0] + len(stopped)))
    later = found["onsets"][len(stopped) :]
    assert [pitch - FIRST_PITCH for _, pitch in later][-3:] == [13, 14, 15]
    gaps = [b - a for (a, _), (b, _) in pairwise(later[-3:])]
    steady = max(abs(gap - 0.5) for gap in gaps) <= 2 / found["rate"]
    assert facts["late"] or facts["xruns"] or steady
    assert (facts["sync"]["source"], facts["hanging"]) == ("jack", 0)


class Waiting:
    """A source that gives its bars when somebody listens, and answers what it hears."""

    engine = "waiting"
    grid = Grid()
    parts = (Part(),)

    def __init__(self, listened_to: threading.Event) -> None:
        self.given: list[Roll] = []
        self._listened_to = listened_to

    def next_bar(self) -> Bar | None:
        assert self._listened_to.wait(PATIENCE_S)
        notes = [Note(4 * k, 0, 90 + k, 2, 80) for k in range(4)]
        return CutBar(Roll.from_notes(notes, 16))

    def listen(self, given: Roll, **more: object) -> int:
        self.given.append(given)
        return len(self.given)

    def close(self) -> None:
        self._listened_to.set()


def play_source(capsys: pytest.CaptureFixture[str], source: Waiting, *words: str) -> dict[str, Any]:
    parser = argparse.ArgumentParser()
    add_play_parser(parser.add_subparsers())
    arguments = parser.parse_args(["play", *words, "--system", "jack", "--json"])
    assert run_play(arguments, lambda _: source, lambda *_: None) == 0
    facts: dict[str, Any] = json.loads(capsys.readouterr().out.splitlines()[-1])
    return facts


def test_the_clock_that_play_sends_has_24_ticks_a_beat_between_start_and_stop(
    on_server: DummyJack, capsys: pytest.CaptureFixture[str]
) -> None:
    listened_to, heard = threading.Event(), []

    def act() -> None:
        ear = Ear(on_server, "Fractalroll clock:out")
        notes = Ear(on_server, "Leader:out")
        listened_to.set()
        until(lambda: b"\xfc" in [message for _, message in ear.events])
        heard.extend(ear.events)
        ear.port.close()
        notes.port.close()
        first_note.append(notes.onsets()[0][0])

    first_note: list[float] = []
    with Daw(act):
        words = ("--bars", "2", "--send-clock", "--port", "Leader")
        facts = play_source(capsys, Waiting(listened_to), *words)
    assert facts["bars"] == 2
    kinds = [message[0] for _, message in heard]
    begin = kinds.index(0xFA)
    end = kinds.index(0xFC)
    ticks = [at for at, message in heard[begin:end] if message == b"\xf8"]
    assert len(ticks) == 8 * 24
    gaps = [b - a for a, b in pairwise(ticks)]
    exact = max(abs(gap - 0.5 / 24) for gap in gaps) < 2 / 48_000
    assert facts["late"] or facts["xruns"] or exact
    assert facts["late"] or facts["xruns"] or abs(ticks[0] - first_note[0]) < 2 / 48_000


def test_play_answers_a_musician_in_time(
    on_server: DummyJack, capsys: pytest.CaptureFixture[str]
) -> None:
    listened_to = threading.Event()
    source = Waiting(listened_to)
    found: dict[str, Any] = {}

    def act() -> None:
        keys = open_output(on_server.system(), "Keyboard")
        ear = Ear(on_server, "Answer:out")
        listened_to.set()
        start = found["start"] = keys.now() + 0.1
        for k in range(40):
            at = start + 0.25 * k
            keys.send_many(
                [TimedMessage(at, note_on(0, 50, 80)), TimedMessage(at + 0.1, note_off(0, 50))]
            )
        until(lambda: len(ear.onsets()) >= 8)
        until(lambda: not ear.sounding())
        found["onsets"] = ear.onsets()
        ear.port.close()
        keys.close()

    words = ("--tempo", "240", "--bars", "8", "--mode", "respond", "--call-bars", "1")
    with Daw(act):
        facts = play_source(capsys, source, *words, "--listen", "Keyboard:out", "--port", "Answer")
    assert source.given
    assert any(note.pitch == 50 for roll in source.given for note in roll.notes())
    assert {pitch for _, pitch in found["onsets"]} <= set(range(90, 94))
    beats = [(at - found["start"]) / 0.25 for at, _ in found["onsets"]]  # 240 bpm
    on_beats = all(abs(beat - round(beat)) < 0.001 for beat in beats)
    assert facts["late"] or facts["xruns"] or on_beats
    assert facts["together"]["mode"] == "respond"
    assert facts["together"]["heard"] > 0
    assert facts["together"]["wishes"] >= 1
    assert facts["rests"] >= 1
    assert facts["hanging"] == 0


def test_our_own_music_that_comes_back_through_a_loop_is_not_taken_for_the_musician(
    on_server: DummyJack, capsys: pytest.CaptureFixture[str]
) -> None:
    listened_to = threading.Event()

    def act() -> None:
        keys = open_output(on_server.system(), "Looped keys")
        ear = Ear(on_server, "Looped:out")
        wires = open_client("Looping hand", on_server.name)
        wires.activate()
        until(lambda: wires.get_ports("Fractalroll in:in"))
        for source in ("Looped:out", "Looped keys:out"):
            wires.connect(source, "Fractalroll in:in")
        listened_to.set()
        start = keys.now() + 0.1
        for k in range(4):
            at = start + 0.25 * k
            keys.send_many(
                [TimedMessage(at, note_on(0, 50, 80)), TimedMessage(at + 0.1, note_off(0, 50))]
            )
        until(lambda: len(ear.onsets()) >= 4)
        until(lambda: not ear.sounding())
        ear.port.close()
        wires.deactivate()
        wires.close()
        keys.close()

    words = ("--tempo", "240", "--bars", "5", "--mode", "respond", "--call-bars", "1")
    with Daw(act):
        facts = play_source(
            capsys, Waiting(listened_to), *words, "--listen", "", "--port", "Looped"
        )
    assert facts["bars"] == 1  # the answer was not answered
    assert facts["together"]["echoes"] >= 2 * facts["notes_sent"] > 0


def test_a_finished_piece_does_not_play_together_with_anybody(
    on_server: DummyJack, song: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["play", song, "--mode", "accompany", "--system", "jack", "--json"]
    assert fractalroll.main(words) == 1
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert "finished piece" in told["error"]
