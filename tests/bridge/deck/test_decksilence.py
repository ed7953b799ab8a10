"""However the deck's playing ends, a listener hears no note go on."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bridge.inputs.inputport import InputPort
from bridge.inputs.listener import Listener
from bridge.ports.dummyjack import DummyJack
from bridge.ports.sounding import Sounding
from bridge.processes.wire import encode

pytestmark = [pytest.mark.ports, pytest.mark.xdist_group("ports")]

ROOT = Path(__file__).resolve().parents[3]
PATIENCE_S = 30.0
CHORD = (48, 55, 60, 64)
STEPS = 4000
"""At four steps a beat and 120 bpm: 500 s, far longer than any test."""


@pytest.fixture
def jack_server() -> Iterator[DummyJack]:
    """A server for each test: clients are killed here, which may spoil one for the next test."""
    with DummyJack(period=256) as server:
        yield server


class DeckChild:
    """The deck's process, under orders, and what it says."""

    def __init__(self, server: DummyJack) -> None:
        self.server = server
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bridge.deck.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **server.environment, "PYTHONPATH": str(ROOT)},
            cwd=ROOT,
        )
        self.status: dict[str, Any] = {}
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def order(self, **order: object) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(encode(dict(order)))
        self.process.stdin.flush()

    def close_pipe(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()

    def leave(self) -> None:
        with contextlib.suppress(OSError):
            self.close_pipe()
        try:
            self.process.wait(PATIENCE_S)
        finally:
            self.process.kill()
            self.process.wait()
        self._thread.join(PATIENCE_S)
        assert self.process.stdout is not None
        self.process.stdout.close()

    def sender(self) -> int:
        """The process that owns the notes of the JACK port."""
        for status in Path("/proc").glob("[0-9]*/status"):
            with contextlib.suppress(OSError):
                command = status.with_name("cmdline").read_bytes()
                if (
                    b"jackchild" in command
                    and f"\nPPid:\t{self.process.pid}\n" in status.read_text()
                ):
                    return int(status.parent.name)
        raise AssertionError("the deck has no sender")

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.status.update(json.loads(line).get("status", {}))


def held_chord() -> dict[str, object]:
    """A piece of four notes that last to its end."""
    columns = [[0, pitch, 0, STEPS, 90] for pitch in CHORD]
    return {
        "notes": [list(row) for row in zip(*columns, strict=True)],
        "voices": [{"channel": 0, "program": 0, "audible": True}],
        "steps": STEPS,
        "steps_per_beat": 4,
        "tempos": [[0, 120.0]],
    }


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.01)


@contextlib.contextmanager
def sounding(server: DummyJack) -> Iterator[tuple[DeckChild, Listener]]:
    """A deck that plays a chord which goes on and on, and a listener who hears it."""
    deck = DeckChild(server)
    listener: Listener | None = None
    try:
        deck.order(piece=held_chord())
        deck.order(output="jack")
        until(lambda: deck.status.get("system") == "jack")
        listener = Listener(server.system(), str(deck.status["port"]), keep=True)
        deck.order(play=0)
        heard = listener
        until(lambda: heard.report().hanging == len(CHORD))
        yield deck, listener
    finally:
        deck.leave()
        if listener is not None:
            listener.close()


def fall_silent(listener: Listener) -> None:
    until(lambda: listener.report().hanging == 0)


@pytest.mark.parametrize(
    "order",
    [
        {"stop": True},
        {"panic": True},
        {"output": "sound"},
        {"voices": [{"channel": 0, "program": 0, "audible": False}]},
        {"seek": STEPS - 1},
    ],
    ids=["stop", "panic", "another port", "mute", "jump to the end"],
)
def test_an_order_ends_what_sounds(jack_server: DummyJack, order: dict[str, object]) -> None:
    with sounding(jack_server) as (deck, listener):
        deck.order(**order)
        fall_silent(listener)


def test_a_closed_pipe_ends_what_sounds(jack_server: DummyJack) -> None:
    with sounding(jack_server) as (deck, listener):
        deck.close_pipe()
        fall_silent(listener)
        assert deck.process.wait(PATIENCE_S) == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_signal_to_the_deck_ends_what_sounds(
    jack_server: DummyJack, number: signal.Signals
) -> None:
    with sounding(jack_server) as (deck, listener):
        deck.process.send_signal(number)
        fall_silent(listener)


def test_a_sender_that_ends_releases_and_another_one_goes_on(jack_server: DummyJack) -> None:
    with sounding(jack_server) as (deck, listener):
        os.kill(deck.sender(), signal.SIGTERM)
        fall_silent(listener)


def test_a_killed_sender_s_notes_are_hushed_by_the_port_that_takes_its_place() -> None:
    """On a server that waits for no client: one that waits would wait for the dead one."""
    heard = Sounding()

    def hear(events: list[tuple[float, bytes]]) -> None:
        for _, message in events:
            heard.feed(message)

    with DummyJack(period=256, synchronous=False) as server, sounding(server) as (deck, _):
        port = str(deck.status["port"])
        daw = InputPort(server.system(), port, hear)
        with contextlib.closing(daw):
            deck.order(stop=True)
            until(lambda: deck.status["sounding"] == 0)
            deck.order(play=0)
            until(lambda: len(heard) == len(CHORD))
            until(lambda: int(deck.status["listeners"]) == 2)
            os.kill(deck.sender(), signal.SIGKILL)
            deck.order(stop=True)
            until(lambda: len(heard) == 0)


def test_after_a_closed_lid_nothing_hangs(jack_server: DummyJack) -> None:
    """All of ours stand still for a while, then go on, and the music is stopped."""
    with sounding(jack_server) as (deck, listener):
        pids = (deck.process.pid, deck.sender())
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        time.sleep(1.0)
        for pid in pids:
            os.kill(pid, signal.SIGCONT)
        deck.order(stop=True)
        fall_silent(listener)
