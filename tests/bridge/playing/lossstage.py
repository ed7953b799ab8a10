"""A playing from which everything can be taken away: its processes, and the server itself."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from typing import Any

from bridge.errors import BridgeError, PortError
from bridge.inputs.listener import Listener
from bridge.messages import is_note_on
from bridge.playing.ensemble import Ensemble
from bridge.playing.insync import SyncSettings
from bridge.playing.losses import Notice
from bridge.playing.session import Session, SessionSettings, Summary
from bridge.ports.jackapi import open_client
from bridge.ports.sounding import Sounding
from bridge.ports.systems import MidiSystem, look_at
from bridge.source import Bar, CutBar
from bridge.units import seconds_of
from model.roll import Grid, Note, Part, Roll
from tests.waiting import until

PATIENCE_S = 40.0


def patient(make: Callable[[], Any]) -> Any:
    """What `make` makes as soon as the port that it wants is there."""
    end = time.monotonic() + PATIENCE_S
    while True:
        try:
            return make()
        except PortError:
            assert time.monotonic() < end, "the port never came"


class Band:
    """Long notes that overlap, so that one always sounds; for ever."""

    engine = "band"
    grid = Grid()
    parts = (Part(program=5),)

    def next_bar(self) -> Bar | None:
        return CutBar(Roll.from_notes([Note(2 * k, 0, 60 + k, 2, 80) for k in range(8)], 16))

    def listen(self, given: Roll, **more: object) -> int:
        return 1

    def close(self) -> None:
        """Nothing is held."""


class Server:
    """A JACK server that can be killed and started again under its name, and survives clients."""

    def __init__(self, name: str = "fractalroll-losses") -> None:
        self.name = name
        self.start()

    @property
    def environment(self) -> dict[str, str]:
        return {"JACK_DEFAULT_SERVER": self.name, "JACK_NO_START_SERVER": "1"}

    def system(self) -> MidiSystem:
        return look_at("jack", self.environment)

    def start(self) -> None:
        jackd = shutil.which("jackd")
        assert jackd is not None
        words = [jackd, "-n", self.name, "-r", "-d", "dummy", "-r", "48000", "-p", "256"]
        quiet = subprocess.DEVNULL
        self._process = subprocess.Popen(words, stdin=quiet, stdout=quiet, stderr=quiet)
        patient(lambda: open_client("Starter", self.name)).close()

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def close(self) -> None:
        self._process.terminate()
        self._process.wait()


class Ear:
    """What our port plays, heard through one more client."""

    def __init__(self, system: MidiSystem, source: str) -> None:
        self._listener: Listener = patient(lambda: Listener(system, source, keep=True))

    def onsets(self) -> list[float]:
        heard, rate = list(self._listener.heard), self._listener.rate
        return [seconds_of(tick, rate) for tick, message in heard if is_note_on(message)]

    def sounding(self) -> int:
        notes = Sounding()
        for _, message in list(self._listener.heard):
            notes.feed(message)
        return len(notes)

    def close(self) -> None:
        self._listener.close()


class Playing:
    """A session in a thread."""

    def __init__(self, system: str, **more: Any) -> None:
        sync = more.pop("sync", SyncSettings())
        settings = SessionSettings(
            bars=None, port="Lossy", system=system, sync=sync, bpm=240.0, **more
        )
        self.notices: list[Notice] = []
        self.error: BridgeError | None = None
        self.summary: Summary | None = None
        self.ensemble: Ensemble | None = None
        self.session = Session(settings)
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def meets(self) -> Ensemble:
        """Everybody who takes part, as soon as they do."""
        until(lambda: self.ensemble is not None)
        assert self.ensemble is not None
        return self.ensemble

    def is_back(self, what: str, times: int = 1) -> None:
        """Wait until something came back."""
        until(lambda: self.said().count((what, True)) >= times, f"{what} back")

    def said(self) -> list[tuple[str, bool]]:
        return [(notice.what, notice.is_back) for notice in self.notices]

    def ear(self) -> Ear:
        return Ear(self.session.system, self.session.sender.name)

    def end(self) -> Summary:
        if self.ensemble is not None:
            self.ensemble.player.stop()
        self._thread.join(PATIENCE_S)
        assert not self._thread.is_alive()
        assert self.error is None
        assert self.summary is not None
        return self.summary

    def _run(self) -> None:
        try:
            with self.session as session:
                self.summary, _ = session.play(Band(), meet=self._meet)
        except BridgeError as err:
            self.error = err

    def _meet(self, ensemble: Ensemble) -> None:
        self.ensemble = ensemble
        ensemble.keeper.on_notice = self.notices.append


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
