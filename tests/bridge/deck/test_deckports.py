"""The deck's own process on a real JACK server, heard by a second client."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bridge.deck.openers import open_sound
from bridge.inputs.listener import Listener
from bridge.messages import TimedMessage, is_note_on, note_off, note_on
from bridge.ports.dummyjack import DummyJack
from bridge.ports.systems import MidiSystem, open_output
from tests.waiting import until

pytestmark = [pytest.mark.ports, pytest.mark.xdist_group("ports")]

PATIENCE_S = 20.0
ROOT = Path(__file__).resolve().parents[3]
STEPS = 64


def music(steps: int = STEPS, base: int = 30) -> dict[str, Any]:
    """A note on every step, 120 bpm, 4 steps a beat."""
    columns = [[0] * steps, [base + k for k in range(steps)], list(range(steps)), [1] * steps]
    return {
        "notes": [*columns, [90] * steps],
        "voices": [{"channel": 0, "program": 0, "audible": True}],
        "steps": steps,
        "steps_per_beat": 4,
        "tempos": [[0, 120.0]],
    }


class DeckUnderTest:
    """A deck's process with its lines as they came."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.lines: list[dict[str, Any]] = []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bridge.deck.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, **environment, "PYTHONPATH": str(ROOT)},
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def say(self, **order: Any) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(order).encode() + b"\n")
        self.process.stdin.flush()

    def status(self) -> dict[str, Any]:
        return next((one["status"] for one in reversed(self.lines) if "status" in one), {})

    def position(self) -> dict[str, Any]:
        return next((one for one in reversed(self.lines) if "position" in one), {})

    def failures(self) -> list[str]:
        return [one["failed"] for one in self.lines if "failed" in one]

    def close(self) -> int:
        with self.process:
            assert self.process.stdin is not None
            self.process.stdin.close()
            code = self.process.wait(PATIENCE_S)
            self._reader.join(PATIENCE_S)
        return code

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(json.loads(line))


@pytest.fixture
def system(jack_server: DummyJack) -> MidiSystem:
    return jack_server.system()


@pytest.fixture
def deck(jack_server: DummyJack) -> Iterator[DeckUnderTest]:
    started = DeckUnderTest(jack_server.environment)
    yield started
    if started.process.poll() is None:
        started.close()


def own_port(deck: DeckUnderTest) -> str:
    """The name of our port once the deck plays on it."""
    deck.say(output="jack")
    until(lambda: deck.status().get("system") == "jack", "no port on JACK")
    return str(deck.status()["port"])


def pitches(listener: Listener) -> list[int]:
    return [message[1] for _, message in listener.heard if is_note_on(message)]


def test_a_piece_is_heard_in_time_and_edits_and_seeks_take_hold(
    deck: DeckUnderTest, system: MidiSystem
) -> None:
    listener = Listener(system, own_port(deck), keep=True)
    deck.say(piece=music())
    deck.say(play=0)
    until(lambda: len(pitches(listener)) >= 4)
    notes = [[0, 0], [45, 100], [15, 16], [1, 4], [90, 90]]  # the first only touches the stretch
    deck.say(change={"start": 16, "stop": 20, "notes": notes, "steps": 64})
    deck.say(seek=14)
    until(lambda: 34 + 20 in pitches(listener))
    deck.say(stop=True)
    until(lambda: not deck.position()["playing"] and deck.status()["sounding"] == 0)
    assert deck.close() == 0
    listener.close()
    heard = pitches(listener)
    before = heard[: heard.index(44)]
    assert before == list(range(30, 30 + len(before)))
    assert heard[len(before) : len(before) + 4] == [44, 45, 100, 50]
    assert len(set(heard)) == len(heard)
    assert listener.report().hanging == 0
    assert deck.failures() == []
    gaps = [b - a for (a, _), (b, _) in zip(listener.heard, listener.heard[1:], strict=False)]
    assert min(gaps) >= 0


def test_a_daw_that_listens_gets_the_music_and_one_that_leaves_gives_it_back(
    deck: DeckUnderTest, system: MidiSystem
) -> None:
    deck.say(piece=music(8, base=60))
    deck.say(loop=[0, 8])
    deck.say(play=0)
    until(lambda: deck.position().get("playing", False))
    until(lambda: deck.status().get("system") == "sound")
    until(lambda: any("outputs" in line and len(line["outputs"]) > 2 for line in deck.lines))
    listener = connected_listener(system)
    until(lambda: deck.status()["system"] == "jack")
    until(lambda: len(pitches(listener)) >= 4)
    listener.close()
    until(lambda: deck.status()["system"] == "sound")
    until(lambda: deck.status()["sent"] > 0)
    assert deck.close() == 0


def connected_listener(system: MidiSystem) -> Listener:
    """A listener to our own port as soon as it is there."""
    from bridge.errors import PortError

    end = time.monotonic() + PATIENCE_S
    while True:
        try:
            return Listener(system, "Fractalroll:out", keep=True)
        except PortError:
            assert time.monotonic() < end


@pytest.mark.parametrize("way", ["stdin", "kill"])
def test_a_deck_that_ends_leaves_no_note(deck: DeckUnderTest, system: MidiSystem, way: str) -> None:
    listener = Listener(system, own_port(deck), keep=True)
    told = music(1)
    told["notes"][3], told["steps"] = [64], 64
    deck.say(piece=told)
    deck.say(play=0)
    until(lambda: listener.report().hanging == 1)
    if way == "kill":
        deck.process.send_signal(signal.SIGKILL)
    deck.close()
    until(lambda: listener.report().hanging == 0)
    listener.close()


def test_another_programs_port_can_be_chosen(deck: DeckUnderTest, system: MidiSystem) -> None:
    with open_output(system, "Someone") as someone:
        listener = Listener(system, someone.name, keep=True)  # has a MIDI input to play on
        deck.say(ports=True)

        def keys() -> list[str]:
            found = [line["outputs"] for line in deck.lines if "outputs" in line]
            return [entry["key"] for entry in found[-1]] if found else []

        until(lambda: any("listener" in key for key in keys()))
        deck.say(output=next(key for key in keys() if "listener" in key))
        until(lambda: deck.status().get("system") == "jack")
        deck.say(test_note=True)
        until(lambda: pitches(listener) == [60])
        deck.say(panic=True)
        until(lambda: any(m[:1] == b"\xbf" for _, m in listener.heard))
        deck.close()
        listener.close()
    assert listener.report().hanging == 0


def test_a_port_that_is_not_there_is_said_and_the_built_in_sound_plays(
    deck: DeckUnderTest,
) -> None:
    deck.say(output={"system": "jack", "port": "Nowhere:in"})
    until(lambda: bool(deck.failures()))
    assert "Nowhere:in" in deck.failures()[0]
    until(lambda: deck.status().get("system") == "sound")
    assert deck.close() == 0


def test_the_built_in_sound_plays_through_portaudio_on_jack(
    jack_server: DummyJack, monkeypatch: pytest.MonkeyPatch
) -> None:
    for key, value in jack_server.environment.items():
        monkeypatch.setenv(key, value)
    with open_sound() as port:
        assert port.name.startswith("built-in sound: ")
        assert port.rate == 48_000
        start = port.now()
        port.send_many(
            [
                TimedMessage(start + 0.1, note_on(0, 60, 90)),
                TimedMessage(start + 0.2, note_off(0, 60)),
            ]
        )
        until(lambda: port.stats().sounding == 1)
        until(lambda: port.now() > start + 0.3)
        assert port.stats().sounding == 0
        assert port.stats().notes_sent == 1
    assert not port.is_alive()


def test_a_jack_server_lives_on_after_the_probes(jack_server: DummyJack) -> None:
    environment = {**os.environ, **jack_server.environment}
    for system in ("audio", "audio", "jack"):
        asked = json.dumps({"system": system})
        command = [sys.executable, "-m", "bridge.ports.probe", asked]
        told = subprocess.run(command, env=environment, capture_output=True, timeout=30, check=True)
        assert "ready" in json.loads(told.stdout), told.stderr
