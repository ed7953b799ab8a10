"""Ardour 7 without a window: sessions that record what we play and tell us their clock.

`ardour7-lua` of Debian's package `ardour` is libardour with an interpreter; a script of ours
(ardour.lua) takes orders from stdin. A third of its starts lose their connection to JACK, which
shows at once (`NotConnected`); the cure is a fresh server and a fresh start.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import threading
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import mido

from bridge.ports.systems import MidiSystem, look_at

PROGRAM = "ardour7-lua"
SCRIPT = Path(__file__).with_name("ardour.lua")
TICKS_A_BEAT = 1920
"""How finely Ardour keeps MIDI."""

CLOCK_PORT = "MIDI Clock out"
_TRACK_PORT = "rec/midi_in 1"
_SUPERCLOCK = 282_240_000
_START_S, _ANSWER_S, _QUIT_S = 60.0, 30.0, 10.0
_SETTLE_S = 0.5


class ArdourError(Exception):
    """Ardour did not do what it was told; the message has its last words."""


class NotConnectedError(ArdourError):
    """It lost JACK while it started; start the server and Ardour again."""


@dataclass(frozen=True)
class TakenNote:
    """A note as Ardour recorded it, in samples of the session's timeline."""

    onset: float
    duration: float
    pitch: int
    velocity: int
    channel: int


class Ardour:
    """A running Ardour with one session.

    Args:
        folder: Where the session goes; its settings lie beside it.
        name: Of the session.
        system: The JACK server that it uses.

    Raises:
        NotConnectedError: It lost JACK while it started.
        ArdourError: It could not start.
    """

    def __init__(self, folder: Path, name: str, system: MidiSystem) -> None:
        self.folder, self.name = folder / name, name
        self._system = system
        self._said: list[str] = []
        self._answers: queue.Queue[str | None] = queue.Queue()
        self._child = _start(folder / "home", system.environment)
        threading.Thread(target=self._read, name="ardour", daemon=True).start()
        try:
            self.order("new", str(self.folder), name, timeout_s=_START_S)
            self._check_connected()
        except BaseException:
            self._end()
            raise

    def arm(self, source: str, *, bpm: float = 120.0, clock: bool = True) -> None:
        """Connect the track to a port, arm it, locate to the start.

        Raises:
            NotConnectedError: JACK was lost meanwhile.
        """
        self.order("connect", source)
        self.order("arm")
        self.ready(bpm=bpm, clock=clock)

    def ready(self, *, bpm: float = 120.0, clock: bool = True) -> None:
        """Set the tempo, send MIDI clock or not, locate to the start.

        Raises:
            NotConnectedError: JACK was lost meanwhile.
        """
        self.order("tempo", bpm)
        self.order("clock", int(clock))
        self.order("locate", 0)
        time.sleep(_SETTLE_S)
        self._check_connected()

    def order(self, *words: object, timeout_s: float = _ANSWER_S) -> str:
        """Give one order and wait for the answer.

        Raises:
            ArdourError: It failed, died, or did not answer.
        """
        pipe = self._child.stdin
        with contextlib.suppress(OSError):
            if pipe is not None:
                pipe.write("\t".join(map(str, words)) + "\n")
                pipe.flush()
        try:
            answer = self._answers.get(timeout=timeout_s)
        except queue.Empty:
            answer = "no answer"
        if answer is None or not answer.startswith("OK"):
            last = " ".join(self._said[-3:]) if answer is None else answer
            raise ArdourError(f"tried to order Ardour {words[0]!r}: {last}")
        return answer[3:]

    def wait(self, until: Callable[[dict[str, Any]], bool], timeout_s: float = 10.0) -> None:
        """Wait until its status (sample, rolling, recording, xruns) is as wanted.

        Raises:
            ArdourError: It isn't in time.
        """
        limit = time.monotonic() + timeout_s
        status: dict[str, Any] = {}
        while time.monotonic() < limit:
            status = json.loads(self.order("status"))
            if until(status):
                return
            time.sleep(0.05)
        raise ArdourError(f"tried to wait for Ardour and it stays at {status}")

    def port(self, ending: str) -> str:
        """The full JACK name of one of its ports.

        Raises:
            NotConnectedError: It has no such port.
        """
        seen = look_at(self._system.name, self._system.environment)
        for name in (*seen.inputs, *seen.outputs):
            if name.endswith(ending):
                return name
        raise NotConnectedError(f"tried to start Ardour and it has no port {ending!r} on JACK")

    def take(self) -> list[TakenNote]:
        """The notes of the saved session, by onset.

        Raises:
            ArdourError: The session can't be read.
        """
        try:
            return sorted(_taken(self.folder, self.name), key=lambda note: note.onset)
        except (OSError, ET.ParseError, KeyError, ValueError) as err:
            raise ArdourError(f"tried to read the take in {self.folder}: {err!r}") from err

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        with contextlib.suppress(ArdourError, subprocess.TimeoutExpired):
            self.order("quit", timeout_s=_QUIT_S)
            self._child.wait(_QUIT_S)
        self._end()

    def _check_connected(self) -> None:
        if self._child.poll() is not None:
            raise NotConnectedError("tried to start Ardour and it ended")
        self.port(_TRACK_PORT)

    def _end(self) -> None:
        self._child.kill()
        self._child.wait()

    def _read(self) -> None:
        for line in self._child.stdout or ():
            if line.startswith("@@ "):
                self._answers.put(line[3:].rstrip())
            else:
                self._said = [*self._said[-20:], line.strip()]
        self._answers.put(None)


def _start(home: Path, environment: Mapping[str, str]) -> subprocess.Popen[str]:
    home.mkdir(parents=True, exist_ok=True)
    own = {key: value for key, value in os.environ.items() if key != "XDG_CONFIG_HOME"}
    return subprocess.Popen(
        [PROGRAM, str(SCRIPT)],
        env={**own, "HOME": str(home), **environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )


def _taken(folder: Path, name: str) -> list[TakenNote]:
    """Notes of every MIDI region of a session, put on its timeline."""
    root = ET.parse(folder / f"{name}.ardour").getroot()  # noqa: S314  (our own session)
    rate = int(root.get("sample-rate", "48000"))
    tempo = root.find(".//TempoMap//Tempo")
    bpm = float(tempo.get("npm", "120")) if tempo is not None else 120.0
    files = {path.name: path for path in folder.glob("interchange/*/midifiles/*.mid")}
    sources = {one.get("id"): one for one in root.iter("Source") if one.get("type") == "midi"}
    notes: list[TakenNote] = []
    for region in root.iterfind(".//Playlist/Region[@type='midi']"):
        source = sources[region.get("source-0")]
        position = str(region.get("length")).split("@")[1]
        offset = _samples(position, rate, bpm) - _samples(str(region.get("start")), rate, bpm)
        notes += _file_notes(files[str(source.get("name"))], offset, rate * 60 / bpm)
    return notes


def _file_notes(path: Path, offset: float, beat: float) -> list[TakenNote]:
    """Notes of a MIDI file; `beat` samples to the quarter note."""
    file = mido.MidiFile(path)
    tick = beat / file.ticks_per_beat
    now, notes = 0, []
    begun: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for message in mido.merge_tracks(file.tracks):
        now += message.time
        if message.type not in ("note_on", "note_off"):
            continue
        key = (message.channel, message.note)
        if message.type == "note_on" and message.velocity:
            begun.setdefault(key, []).append((now, message.velocity))
        elif begun.get(key):
            onset, velocity = begun[key].pop(0)
            channel, pitch = key
            length = (now - onset) * tick
            notes.append(TakenNote(offset + onset * tick, length, pitch, velocity, channel))
    return notes


def _samples(text: str, rate: int, bpm: float) -> float:
    """Ardour's times in samples: `a` and superclocks, or `b` and its ticks."""
    count = int(text[1:].split("@")[0])
    if text[0] == "a":
        return count * rate / _SUPERCLOCK
    return count / TICKS_A_BEAT * 60 / bpm * rate
