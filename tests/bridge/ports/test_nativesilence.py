"""However a sender on ALSA or macOS ends, what it struck is released before its port is gone."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bridge.messages import all_notes_off, is_note_on, note_off, note_on
from bridge.ports.board import Board, Slot
from bridge.ports.sounding import Sounding
from bridge.processes.wire import encode, encode_events
from tests.waiting import until

PATIENCE_S = 20.0
ROOT = Path(__file__).resolve().parents[3]
CHORD = (60, 64, 67)


class Child:
    """The process, with a chord of a minute sounding and another one due soon."""

    def __init__(self, system: str, wire: Path) -> None:
        self._wire = wire
        self.board = Board.create()
        spec = {
            "system": system,
            "client": "Fractalroll",
            "late_limit_s": 10.0,  # a starved machine plays the chord all the same
            "memory_s": 0.2,
            "parent": os.getpid(),
            "realtime": False,
            "board": str(self.board.path),
            "wire": str(wire),
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.bridge.ports.nativechild", json.dumps(spec)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        assert self.process.stdout is not None
        assert b"ready" in self.process.stdout.readline()

    def say(self, *lines: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(b"".join(lines))
        self.process.stdin.flush()

    def strike(self) -> None:
        now = time.perf_counter_ns()
        later = now + 60 * 10**9
        events = [(now, note_on(2, pitch, 90)) for pitch in CHORD]
        events += [(later, note_off(2, pitch)) for pitch in CHORD]
        soon = now + 10**9
        events += [(soon, note_on(3, 40, 90)), (soon + 10**9, note_off(3, 40))]
        self.say(*encode_events("play", events))
        self.until(lambda: self.board[Slot.SOUNDING] == len(CHORD))

    def until(self, true: Callable[[], bool]) -> None:
        until(true, every_s=0.001)

    def close_pipe(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()

    def heard(self) -> list[bytes]:
        """What the system had played when the process ended."""
        self.process.wait(PATIENCE_S)
        return [bytes.fromhex(line) for line in self._wire.read_text().split()]

    def leave(self) -> None:
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()
        self.board.close()


@pytest.fixture(params=["alsa", "coremidi"])
def child(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Child]:
    child = Child(request.param, tmp_path / "wire")
    child.strike()
    yield child
    child.leave()


ENDS: dict[str, Callable[[Child], None]] = {
    "told to close": lambda child: child.say(encode({"close": True})),
    "the program is gone": lambda child: child.close_pipe(),
    "terminated": lambda child: child.process.send_signal(signal.SIGTERM),
    "an order without sense": lambda child: child.say(b"nonsense\n"),
}


@pytest.mark.parametrize("end", ENDS)
def test_every_note_is_released(child: Child, end: str) -> None:
    ENDS[end](child)
    heard = child.heard()
    ledger = Sounding()
    for message in heard:
        ledger.feed(message)
    assert [message for message in heard if is_note_on(message)][:3] == [
        note_on(2, pitch, 90) for pitch in CHORD
    ]
    for pitch in CHORD:
        assert note_off(2, pitch) in heard
    assert all_notes_off(2) in heard
    assert not ledger


def test_a_port_that_opens_hushes_every_channel_first(child: Child) -> None:
    child.say(encode({"close": True}))
    assert child.heard()[:16] == [all_notes_off(channel) for channel in range(16)]
