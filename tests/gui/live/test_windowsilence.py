"""However the window or a process of its ends while it plays, a DAW hears no note go on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bridge.ports.dummyjack import DummyJack
from tests.bridge.daw import Daw
from tests.bridge.family import descendants, member, send, session_of
from tests.gui.live.silentwindow import CHORD
from tests.waiting import until

pytestmark = [pytest.mark.ports, pytest.mark.xdist_group("ports")]

ROOT = Path(__file__).resolve().parents[3]
PATIENCE_S = 30.0
OFFSCREEN = {"QT_QPA_PLATFORM": "offscreen"}
CLOSED_S = 1.5
"""How long the lid stays closed."""


class Window:
    """The process, with a chord that a DAW hears and a model beside it."""

    def __init__(self, server: DummyJack, daw: Daw) -> None:
        self.daw = daw
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.gui.live.silentwindow"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, **server.environment, **OFFSCREEN, "PYTHONPATH": str(ROOT)},
            cwd=ROOT,
            start_new_session=True,
            text=True,
        )
        assert {self.line(), self.line()} == {"port", "model"}
        until(lambda: daw.connect("Fractalroll:out"))
        self.say("play")
        until(lambda: daw.sounding() == len(CHORD))

    def say(self, word: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{word}\n")
        self.process.stdin.flush()

    def line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def kill(self, what: str) -> None:
        os.kill(member(self.process.pid, what), signal.SIGKILL)

    def close(self) -> None:
        """End what still runs."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait(PATIENCE_S)
        self.process.stdout.close()
        until(lambda: not session_of(self.process.pid))


@pytest.fixture
def server() -> Iterator[DummyJack]:
    with DummyJack(period=256, synchronous=False, timeout_ms=500) as started:
        yield started


@pytest.fixture
def daw(server: DummyJack) -> Iterator[Daw]:
    with closing(Daw(server)) as made:
        yield made


@pytest.fixture
def window(server: DummyJack, daw: Daw) -> Iterator[Window]:
    made = Window(server, daw)
    yield made
    made.close()
    assert daw.falls_silent()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGKILL])
def test_a_signal_to_the_window_ends_what_sounds(
    window: Window, daw: Daw, number: signal.Signals
) -> None:
    window.process.send_signal(number)
    window.process.wait(PATIENCE_S)
    assert daw.falls_silent()


def test_a_deck_that_is_killed_ends_what_sounds(window: Window, daw: Daw) -> None:
    window.kill("bridge.deck.child")
    assert daw.falls_silent()


def test_while_models_are_swapped_or_killed_the_music_goes_on_until_its_end(
    window: Window, daw: Daw
) -> None:
    window.say("load")
    assert window.line() == "model"
    assert daw.sounding() == len(CHORD)
    window.say("stop")
    assert daw.falls_silent()
    window.say("play")
    until(lambda: daw.sounding() == len(CHORD))
    window.kill("export.session")
    assert daw.sounding() == len(CHORD)
    window.say("panic")
    assert daw.falls_silent()


def test_after_a_closed_lid_nothing_hangs(window: Window, daw: Daw) -> None:
    """All stand still, the server too, so that its clock jumps; then the music is stopped."""
    all_of_them = [*session_of(window.process.pid), *descendants(os.getpid())]
    send(signal.SIGSTOP, all_of_them)
    time.sleep(CLOSED_S)
    send(signal.SIGCONT, all_of_them)
    window.say("stop")
    assert daw.falls_silent()
