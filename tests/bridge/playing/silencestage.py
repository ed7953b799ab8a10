"""`fractalroll play` in processes of its own, heard by a DAW, for tests that end it."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bridge.messages import TimedMessage, note_off, note_on
from bridge.ports.childport import ChildPort
from bridge.ports.dummyjack import DummyJack
from bridge.ports.systems import open_output
from tests.bridge.daw import Daw
from tests.bridge.family import group_of
from tests.bridge.musician import CHORD
from tests.waiting import until

ROOT = Path(__file__).resolve().parents[3]
PATIENCE_S = 30.0
PORT = "Commander:out"


class Playing:
    """The program in a session of its own, so that it can be ended with all that belongs to it.

    Args:
        server: Where it plays.
        daw: Who hears it.
        way: See `tests.bridge.musician`.
        words: More for the command line.
        in_terminal: A group in the session of the tests instead, as a shell makes one, since the
            system doesn't let Ctrl-Z suspend whom nobody could wake again.
    """

    def __init__(
        self, server: DummyJack, daw: Daw, way: str, *words: str, in_terminal: bool = False
    ) -> None:
        self.daw = daw
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.bridge.musician", way, *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **server.environment, "PYTHONPATH": str(ROOT)},
            cwd=ROOT,
            start_new_session=not in_terminal,
            process_group=0 if in_terminal else None,
        )
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._read)
        self._thread.start()

    @property
    def pid(self) -> int:
        return self.process.pid

    def say(self, **order: object) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(order).encode() + b"\n")
        self.process.stdin.flush()

    def line(self) -> str:
        return self._lines.get(timeout=PATIENCE_S)

    def told(self, what: str) -> Any:
        """What the next line of that kind says."""
        while True:
            line = json.loads(self.line())
            if what in line:
                return line[what]

    def connect(self, port: str = PORT) -> None:
        until(lambda: self.daw.connect(port))

    def until_it_sounds(self) -> None:
        until(lambda: self.daw.sounding() >= len(CHORD) // 2)

    def until_it_is_silent(self) -> None:
        until(lambda: self.daw.sounding() == 0)

    def until_it_goes_on(self) -> None:
        """Music that was struck after this moment is heard, or the program has ended."""
        onsets = self.daw.onsets()
        until(lambda: self.daw.onsets() > onsets or self.process.poll() is not None)

    def interrupt(self) -> int:
        """Ctrl-C, if it still runs; its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.process.wait(PATIENCE_S)

    def close_pipe(self) -> None:
        assert self.process.stdin is not None
        with contextlib.suppress(OSError):
            self.process.stdin.close()

    def leave(self) -> None:
        """End what still runs; its own processes end by themselves, so that the server lives on."""
        self.process.kill()
        self.process.wait()
        self.close_pipe()
        until(lambda: not group_of(self.pid))
        self._thread.join(PATIENCE_S)
        assert self.process.stdout is not None
        self.process.stdout.close()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line.decode().strip())


@contextlib.contextmanager
def alone(
    server: DummyJack,
    daw: Daw,
    *words: str,
    way: str = "command",
    after: str = "",
    port: str = "",
    in_terminal: bool = False,
) -> Iterator[Playing]:
    """`play` on a port that the DAW hears from the start, or once a port `after` is there, too.

    `port` is that port where it isn't the usual one.
    """
    playing = Playing(server, daw, way, *words, in_terminal=in_terminal)
    try:
        told = playing.line()
        playing.say()
        until(lambda: not after or daw.has(after))
        playing.connect(port or told)
        yield playing
    finally:
        playing.leave()


@contextlib.contextmanager
def together(
    server: DummyJack, daw: Daw, *words: str, sound: bool = False
) -> Iterator[tuple[Playing, ChildPort]]:
    """`play --events`, accompanying somebody at a keyboard, whose port is beside it."""
    usual = ("--events", "--mode", "accompany", "--listen=", "--tempo", "480", "--no-listen")
    playing = Playing(server, daw, "command", *usual, *words)
    try:
        playing.told("loaded")
        heard_by = {"Commander": ["DAW:in"]}
        playing.say(begin={"key": "jack", "remembered": heard_by, "inputs": {}, "sound": sound})
        playing.told("ready")
        with open_output(server.system(), "Keys", target="Fractalroll in:in") as keys:
            play_the_keys(keys)
            yield playing, keys
    finally:
        playing.leave()


def play_the_keys(keys: ChildPort) -> None:
    """A note every quarter of a second, for a minute."""
    start = keys.now() + 0.05
    for k in range(240):
        at = start + 0.25 * k
        keys.send_many(
            [TimedMessage(at, note_on(0, 40, 90)), TimedMessage(at + 0.2, note_off(0, 40))]
        )
