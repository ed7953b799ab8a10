"""The deck's process under orders, playing what goes on and on, for tests that end it."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bridge.ports.dummyjack import DummyJack
from bridge.processes.wire import encode
from tests.bridge.daw import Daw
from tests.bridge.family import member, session_of
from tests.waiting import until

ROOT = Path(__file__).resolve().parents[3]
PATIENCE_S = 30.0
CHORD = (48, 55, 60, 64)
STEPS = 4000
"""At four steps a beat and 120 bpm: 500 s, far longer than any test."""

PORT = "Fractalroll:out"


class DeckChild:
    """The deck's process, under orders, and what it says."""

    def __init__(self, server: DummyJack, *words: str) -> None:
        self.server = server
        self.process = subprocess.Popen(
            [sys.executable, *(words or ("-m", "bridge.deck.child"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **server.environment, "PYTHONPATH": str(ROOT)},
            cwd=ROOT,
            start_new_session=True,
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
        until(lambda: not session_of(self.process.pid))

    def sender(self) -> int:
        """The process that owns the notes of our one JACK port."""
        return member(self.process.pid, '"client": "Fractalroll"')

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


@contextlib.contextmanager
def heard(server: DummyJack, daw: Daw, *words: str) -> Iterator[DeckChild]:
    """A deck that plays a chord which goes on and on, and that the DAW hears."""
    deck = DeckChild(server, *words)
    try:
        deck.order(piece=held_chord())
        deck.order(output="jack")
        until(lambda: deck.status.get("system") == "jack" and daw.connect(PORT))
        deck.order(play=0)
        until(lambda: daw.sounding() == len(CHORD))
        yield deck
    finally:
        deck.leave()
