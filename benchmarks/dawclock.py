"""Ardour sets the time: whether our bar lines fall on its own.

The deck's process follows Ardour's MIDI clock and plays a note on each beat, each of its own pitch
and velocity. Two more clients know the frames: of Ardour's clock ticks, and of our notes. Where
Ardour's beats are is known from the frame of its start (or of its going on after a jump) and its
tempo: Ardour 7.3's ticks run away from its own bar lines by up to one sample a beat, since it
counts whole samples. After a change of tempo the ticks themselves are what there is to go by: its
clock does not follow its tempo map, so the tempo is changed while it plays.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from ardour import CLOCK_PORT, Ardour, NotConnectedError

from bridge.inputs.listener import Listener
from bridge.messages import is_note_on
from bridge.ports.dummyjack import DummyJack
from bridge.ports.systems import MidiSystem
from bridge.processes.wire import encode

ROOT = Path(__file__).resolve().parents[1]
RATE = 48_000
TICKS_A_BEAT = 24
BEATS_A_BAR = 4
_START, _CLOCK, _CONTINUE, _STOP, _POSITION = 0xFA, 0xF8, 0xFB, 0xFC, 0xF2
_BEATS = 240
_PITCHES, _LOWEST = 60, 36
_STEPS_A_BEAT = 4
_STARTS, _PATIENCE_S = 12, 20.0
_SAME_SAMPLES = RATE // 4


@dataclass(frozen=True)
class Course:
    """What Ardour does while we follow.

    Attributes:
        bpm: Its tempo.
        change: (after so many seconds, bpm) of a change of tempo, if there is one.
        jump: (after so many seconds, to which beat) it jumps without stopping, if it does.
        seconds: How long it plays.
    """

    bpm: float
    change: tuple[float, float] | None = None
    jump: tuple[float, int] | None = None
    seconds: float = 16.0


COURSES = {
    "120": Course(120.0),
    "137": Course(137.0),
    "change in mid-bar": Course(120.0, change=(6.3, 100.0)),
    "locate": Course(120.0, jump=(6.2, 64)),
}
QUICK = ("137",)


@dataclass(frozen=True)
class Agreement:
    """Our beats beside Ardour's.

    Attributes:
        beats: Beats of Ardour's that were to have a note: from the first beat after its start on.
        missing: Of these, how many had none within a quarter of a second.
        settling: Of these, how many were more than a millisecond off: right after a start, a
            change or a jump.
        max_samples: The worst of the others.
        max_bar_samples: The worst of those on bar lines.
        locked_beats: After how many beats of a start, change or jump all are within a millisecond.
        starts: How often server and Ardour had to be started.
    """

    beats: int
    missing: int
    settling: int
    max_samples: float
    max_bar_samples: float
    locked_beats: int
    starts: int = 1


def follow(course: Course) -> Agreement:
    """Follow Ardour through a course, on a fresh server each time.

    Raises:
        NotConnectedError: Ardour did not get through its start in twelve tries.
    """
    for start in range(1, _STARTS + 1):
        with tempfile.TemporaryDirectory() as folder, DummyJack() as server:
            try:
                ticks, notes = _followed(course, server, Path(folder))
            except NotConnectedError:
                continue
            return agreement(ticks, notes, start)
    raise NotConnectedError(f"tried to start Ardour {_STARTS} times and it lost JACK each time")


Beat = tuple[float, int]
"""(frame, beat counted from the song's start)."""


def _followed(course: Course, server: DummyJack, folder: Path) -> tuple[list[Beat], list[Beat]]:
    """Ardour's beats, and the beats that our notes mean."""
    system = server.system()
    with Ardour(folder, "clock", system) as daw, DeckUnderTest(system) as deck:
        daw.ready(bpm=course.bpm)
        source = daw.port(CLOCK_PORT)
        deck.follow(source)
        clock = Listener(system, source, keep=True)
        ours = Listener(system, deck.port, keep=True)
        try:
            daw.order("roll")
            begun = time.monotonic()
            _steer(daw, course)
            time.sleep(max(0.0, begun + course.seconds - time.monotonic()))
            daw.order("stop")
            daw.wait(lambda status: not status["rolling"])
            time.sleep(0.5)
            daw.order("close")
        finally:
            clock.close()
            ours.close()
    notes = [(frame, _beat_of(message)) for frame, message in ours.heard if is_note_on(message)]
    return beats_of(clock.heard, course), [(float(frame), beat) for frame, beat in notes]


def _steer(daw: Ardour, course: Course) -> None:
    """What Ardour is told while it plays."""
    if course.change is not None:
        after_s, bpm = course.change
        time.sleep(after_s)
        daw.order("tempo", bpm)
    if course.jump is not None:
        after_s, target = course.jump
        time.sleep(after_s)
        daw.order("jump", round(target * 60 / course.bpm * RATE))


def beats_of(heard: list[tuple[int, bytes]], course: Course) -> list[Beat]:
    """The frame of every beat that Ardour played.

    Ardour 7.3 sends song positions that are six times too large; which one is meant is known from
    where it was told to go.

    Args:
        heard: (frame, message) of its clock.
        course: What it was told.
    """
    beats: list[Beat] = []
    target = (course.jump[1] if course.jump is not None else 0) * TICKS_A_BEAT
    tick, rolling = 0, False
    anchor: tuple[int, int] | None = None  # frame and tick where it began, or went on
    for frame, message in heard:
        kind = message[0]
        if kind in (_START, _CONTINUE):
            tick, rolling, anchor = (0 if kind == _START else tick), True, None
        elif kind == _STOP:
            rolling = False
        elif kind == _POSITION:
            told = message[1] | message[2] << 7
            tick = min((told, 6 * told), key=lambda one: abs(one - target))
        elif kind == _CLOCK and rolling:
            anchor = anchor or (frame, tick)
            if tick % TICKS_A_BEAT == 0:
                beat = tick // TICKS_A_BEAT
                meant = anchor[0] + (tick - anchor[1]) / TICKS_A_BEAT * 60 / course.bpm * RATE
                beats.append((frame if course.change else meant, beat))
            tick += 1
    return beats


def agreement(beats: list[Beat], notes: list[Beat], starts: int) -> Agreement:
    """Each beat of Ardour's beside the note of ours that means it."""
    missing = settling = locked = since = 0
    within, on_bars = [0.0], [0.0]
    before: Beat | None = None
    for frame, beat in beats:
        smooth = before is not None and beat == before[1] + 1
        since = since + 1 if smooth else 0
        before = (frame, beat)
        if since == 0:
            continue  # nobody can be on the very beat that tells that it starts
        off = [abs(at - frame) for at, one in notes if one == beat]
        nearest = min(off, default=_SAME_SAMPLES)
        if nearest >= _SAME_SAMPLES:
            missing += 1
            locked = max(locked, since + 1)
        elif nearest > RATE // 1000:
            settling += 1
            locked = max(locked, since + 1)
        else:
            within.append(nearest)
            on_bars += [nearest] * (beat % BEATS_A_BAR == 0)
    counted = missing + settling + len(within) - 1
    return Agreement(
        counted, missing, settling, round(max(within), 1), round(max(on_bars), 1), locked, starts
    )


def _beat_of(message: bytes) -> int:
    return (message[2] - 1) * _PITCHES + message[1] - _LOWEST


class DeckUnderTest:
    """The deck's process, playing one note on each beat."""

    def __init__(self, system: MidiSystem) -> None:
        self._system = system
        self._status: dict[str, Any] = {}
        self._sync: dict[str, Any] = {}
        self._child = subprocess.Popen(
            [sys.executable, "-m", "bridge.deck.child"],
            env={**os.environ, **system.environment},
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        threading.Thread(target=self._read, daemon=True).start()
        self._order(piece=beats_piece())
        self._order(output=system.name)
        self._until(lambda: self._status.get("system") == system.name)

    @property
    def port(self) -> str:
        """Where it plays."""
        return str(self._status["port"])

    def follow(self, source: str) -> None:
        """Follow the MIDI clock of a port, as soon as it is open."""
        self._order(sync={"source": "midi-clock", "port": f"{self._system.name}|{source}"})
        self._until(lambda: self._sync.get("source") == "midi-clock")
        time.sleep(1.0)  # the input opens beside the music

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        if self._child.stdin is not None:
            self._child.stdin.close()
        self._child.wait(_PATIENCE_S)

    def _order(self, **order: object) -> None:
        if self._child.stdin is not None:
            self._child.stdin.write(encode(dict(order)))
            self._child.stdin.flush()

    def _until(self, true: Callable[[], bool]) -> None:
        limit = time.monotonic() + _PATIENCE_S
        while not true():
            if time.monotonic() > limit or self._child.poll() is not None:
                raise RuntimeError(f"tried to follow and the deck says only {self._status}")
            time.sleep(0.02)

    def _read(self) -> None:
        for text in self._child.stdout or ():
            line = json.loads(text)
            self._status.update(line.get("status", {}))
            self._sync.update(line.get("sync", {}))


def beats_piece() -> dict[str, object]:
    """A note on each beat, told apart by pitch and velocity, as the deck's order has it."""
    beats = range(_BEATS)
    return {
        "notes": [
            [0] * _BEATS,
            [_LOWEST + beat % _PITCHES for beat in beats],
            [_STEPS_A_BEAT * beat for beat in beats],
            [1] * _BEATS,
            [1 + beat // _PITCHES for beat in beats],
        ],
        "voices": [{"channel": 0, "program": 0, "audible": True}],
        "steps": _STEPS_A_BEAT * _BEATS,
        "steps_per_beat": _STEPS_A_BEAT,
        "tempos": [[0, 120.0]],
    }


def table(found: dict[str, Agreement]) -> str:
    """The courses as Markdown."""
    lines = [
        "| Ardour's clock | beats | missing | settling | locked after, beats |"
        " worst beat, samples | worst bar line, samples | starts |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, one in found.items():
        lines.append(
            f"| {name} | {one.beats} | {one.missing} | {one.settling} | {one.locked_beats} | "
            f"{one.max_samples} | {one.max_bar_samples} | {one.starts} |"
        )
    return "\n".join(lines)
