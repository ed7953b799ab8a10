"""However playing ends, a listener hears no note go on."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest

from bridge.errors import PortError
from bridge.inputs.listener import Listener
from bridge.messages import is_note_on, note_on
from bridge.ports.board import Board, Slot
from bridge.ports.dummyjack import DummyJack
from bridge.processes.childprocess import ChildProcess
from bridge.processes.wire import encode_events
from tests.bridge.musician import CHORD
from tests.waiting import until

pytestmark = [pytest.mark.ports, pytest.mark.xdist_group("ports")]


@pytest.fixture
def jack_server() -> Iterator[DummyJack]:
    """A server for each test.

    Clients are killed here, and one killed at the wrong moment may leave a server behind that hears
    nobody any more; the next test shall not pay for that.
    """
    with DummyJack(period=256) as server:
        yield server


ROOT = Path(__file__).resolve().parents[3]
PATIENCE_S = 20.0


class Musician:
    """The musician's process, and a listener to it."""

    def __init__(self, server: DummyJack, way: str) -> None:
        self.server = server
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.bridge.musician", way],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **server.environment, "PYTHONPATH": str(ROOT)},
            cwd=ROOT,
            text=True,
        )
        self.name = self.read()
        self.listener: Listener | None = None

    def listen(self) -> Listener:
        self.listener = Listener(self.server.system(), self.name, keep=True)
        return self.listener

    def go(self) -> None:
        pipe = self._pipe(self.process.stdin)
        pipe.write("go\n")
        pipe.flush()

    def read(self) -> str:
        return self._pipe(self.process.stdout).readline().strip()

    def leave(self) -> None:
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            self._pipe(pipe).close()
        if self.listener:
            self.listener.close()

    @staticmethod
    def _pipe(pipe: IO[str] | None) -> IO[str]:
        assert pipe is not None
        return pipe


@contextlib.contextmanager
def musician(server: DummyJack, way: str) -> Iterator[Musician]:
    someone = Musician(server, way)
    try:
        yield someone
    finally:
        someone.leave()


def until_it_sounds(listener: Listener, notes: int) -> None:
    until(lambda: listener.report().notes_received >= notes)
    assert listener.report().hanging > 0


def until_it_is_silent(listener: Listener) -> None:
    until(lambda: listener.report().hanging == 0)


@pytest.mark.parametrize("way", ["close", "raise"])
def test_leaving_by_itself_releases_every_note(jack_server: DummyJack, way: str) -> None:
    with musician(jack_server, way) as someone:
        listener = someone.listen()
        someone.go()
        until_it_sounds(listener, 2 * len(CHORD))
        until_it_is_silent(listener)


def test_a_closed_terminal_releases_every_note(jack_server: DummyJack) -> None:
    with musician(jack_server, "wait") as someone:
        listener = someone.listen()
        someone.go()
        until_it_sounds(listener, 2 * len(CHORD))
        os.kill(int(someone.read()), signal.SIGHUP)
        until_it_is_silent(listener)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
@pytest.mark.parametrize("way", ["wait", "session"])
def test_a_signal_to_the_program_releases_every_note(
    jack_server: DummyJack, way: str, number: signal.Signals
) -> None:
    with musician(jack_server, way) as someone:
        listener = someone.listen()
        someone.go()
        until_it_sounds(listener, len(CHORD))
        someone.process.send_signal(number)
        someone.process.wait(PATIENCE_S)
        until_it_is_silent(listener)


def test_a_signal_to_the_process_that_plays_releases_every_note(jack_server: DummyJack) -> None:
    with musician(jack_server, "wait") as someone:
        listener = someone.listen()
        someone.go()
        until_it_sounds(listener, 2 * len(CHORD))
        os.kill(int(someone.read()), signal.SIGTERM)
        until_it_is_silent(listener)


def test_a_dead_program_is_noticed_though_another_process_holds_its_pipe(
    jack_server: DummyJack,
) -> None:
    with musician(jack_server, "fork") as someone:
        listener = someone.listen()
        someone.go()
        until_it_sounds(listener, 2 * len(CHORD))
        holder = int(someone.read())
        try:
            someone.process.kill()
            until_it_is_silent(listener)
        finally:
            os.kill(holder, signal.SIGKILL)


@pytest.mark.parametrize("order", [b'{"play":[["soon","903c40"]]}\n', b"nonsense\n"])
def test_an_order_that_makes_no_sense_ends_in_silence(jack_server: DummyJack, order: bytes) -> None:
    spec = {"client": "Confused", "port": "out", "late_limit_s": 1, "memory_s": 0.2}
    with Board.create() as board:
        spec |= {"board": str(board.path), "parent": os.getpid()}
        sender = ChildProcess("bridge.ports.jackchild", spec, jack_server.environment)
        name = sender.wait_ready(PATIENCE_S)["name"]
        listener = Listener(jack_server.system(), name, keep=True)
        sender.say(*encode_events("play", [(board[Slot.CLOCK], note_on(3, 60, 80))]))
        until_it_sounds(listener, 1)
        sender.say(order)
        until(lambda: not sender.is_alive())
        until_it_is_silent(listener)
        with pytest.raises(PortError, match="could not read an order"):
            sender.say(order)
        sender.close()
        listener.close()


def test_a_source_that_fails_leaves_nothing_sounding(jack_server: DummyJack) -> None:
    with musician(jack_server, "failing") as someone:
        listener = someone.listen()
        someone.go()
        until_it_sounds(listener, len(CHORD))
        assert someone.process.wait(PATIENCE_S) == 1
        until_it_is_silent(listener)


def test_ctrl_c_ends_play_with_a_summary_and_its_exit_code(jack_server: DummyJack) -> None:
    with musician(jack_server, "command") as someone:
        someone.go()
        listener = None
        end = time.monotonic() + PATIENCE_S
        while listener is None and time.monotonic() < end:
            with contextlib.suppress(PortError):  # its port isn't there yet
                listener = someone.listen()
            assert someone.process.poll() is None, "play ended by itself"
        assert listener is not None
        until(lambda: any(is_note_on(message) for _, message in listener.heard))
        someone.process.send_signal(signal.SIGINT)
        summary = json.loads(someone.read())
        assert someone.process.wait(PATIENCE_S) == 130
        until_it_is_silent(listener)
    assert summary["interrupted"]
    assert summary["hanging"] == 0
    assert summary["notes_received"] == summary["notes_sent"] > 0
