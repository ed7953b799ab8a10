"""`fractalroll play` in an Ableton Link session with another program, heard on a JACK server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from bridge.combinations import check_combinations
from bridge.errors import BridgeError
from bridge.ports.dummyjack import DummyJack
from model.midifile import write_midi
from model.roll import Grid, MetreChange, Note, Roll
from tests.bridge.playing.test_playsync import Daw, Ear, play
from tests.bridge.test_options import parsed
from tests.waiting import until

pytestmark = [pytest.mark.ports, pytest.mark.xdist_group("ports")]

ROOT = Path(__file__).resolve().parents[3]
FIRST = 30
PHASE_S = 0.0005
"""How far an onset may be from the other program's beat; 0.013 ms were measured."""

NEAR = 15


class Peer:
    """The other program, and all that it said of its beats."""

    def __init__(self, server: DummyJack, bpm: float) -> None:
        self.readings: list[list[Any]] = []
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.bridge.sync.linkpeer", str(bpm)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**os.environ, **server.environment},
        )
        self._thread = threading.Thread(target=self._read)
        self._thread.start()
        until(lambda: self.readings)

    def say(self, order: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(order + "\n")
        self._process.stdin.flush()

    @property
    def beat(self) -> float:
        return float(self.readings[-1][1])

    def at(self, frame: int, rate: int) -> tuple[float, float]:
        """Its beat and tempo at a frame, by the readings around it."""
        near = sorted(self.readings, key=lambda told: abs(told[0] - frame))[:NEAR]
        bpm = float(median(told[2] for told in near))
        same = [told for told in near if abs(told[2] - bpm) < 0.01]
        beats = (told[1] + (frame - told[0]) / rate * bpm / 60.0 for told in same)
        return float(median(beats)), bpm

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait()
        self._thread.join()
        self._process.stdout.close()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.readings.append(json.loads(line))


def places(peer: Peer, ear: Ear) -> list[tuple[int, float, float]]:
    """Of each onset: the song's beat, the peer's beat, and how late it was in seconds."""
    found = []
    for tick, message in ear.port.heard:
        if message[0] == 0x90 and message[2]:
            beat, bpm = peer.at(tick, ear.port.rate)
            found.append((message[1] - FIRST, beat, (beat - round(beat)) * 60.0 / bpm))
    return found


def in_phase(found: list[tuple[int, float, float]], but: int = 0) -> bool:
    """Whether all onsets but so many are on the peer's beats."""
    return sum(abs(late_s) > PHASE_S for _, _, late_s in found) <= but


def song(folder: Path, beats: int, metre: tuple[int, int]) -> str:
    """A rising scale, one note a beat."""
    notes = [Note(24 * k, 0, FIRST + k, 12, 80) for k in range(beats)]
    metres = (MetreChange(0, *metre),)
    roll = Roll.from_notes(notes, 24 * beats, Grid(steps_per_beat=24), metres=metres)
    write_midi(roll, folder / "scale.mid")
    return str(folder / "scale.mid")


def test_the_song_begins_on_a_bar_line_and_goes_through_a_change_of_tempo_in_mid_bar(
    on_server: DummyJack, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found: list[tuple[int, float, float]] = []

    def act() -> None:
        ear = Ear(on_server, "Linked:out")
        until(lambda: len(ear.onsets()) >= 6)
        until(lambda: 0.3 < peer.beat % 1.0 < 0.7)
        peer.say("bpm 240")
        until(lambda: len(ear.onsets()) >= 16 and not ear.sounding())
        ear.port.close()
        found.extend(places(peer, ear))

    with closing(Peer(on_server, 180.0)) as peer, Daw(act):
        words = (song(tmp_path, 16, (4, 4)), "--sync", "link", "--port", "Linked")
        facts = play(capsys, *words)
    assert [beat for beat, _, _ in found] == list(range(16))
    apart = {round(beat) - own for own, beat, _ in found}
    assert len(apart) == 1
    assert apart.pop() % 4 == 0
    assert facts["late"] or facts["xruns"] or in_phase(found, but=2)  # by the change itself
    assert (facts["sync"]["source"], facts["sync"]["lock"]) == ("link", "locked")
    assert facts["sync"]["bpm"] == pytest.approx(240.0, abs=0.01)
    assert facts["hanging"] == 0


def test_the_sessions_stop_is_silence_and_its_start_begins_again_on_a_bar_line(
    on_server: DummyJack, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found: list[tuple[int, float, float]] = []
    struck = []

    def act() -> None:
        ear = Ear(on_server, "Started:out")
        until(lambda: peer.readings[-1][4] == 1)
        struck.append(len(ear.onsets()))
        peer.say("play")
        until(lambda: len(ear.onsets()) >= 4)
        peer.say("stop")
        until(lambda: not peer.readings[-1][3] and not ear.sounding())
        stopped, here = len(ear.onsets()), peer.beat
        until(lambda: peer.beat > here + 4)
        struck.append(len(ear.onsets()) - stopped)
        peer.say("play")
        until(lambda: len(ear.onsets()) >= stopped + 9 and not ear.sounding())
        ear.port.close()
        found.extend(places(peer, ear))

    with closing(Peer(on_server, 200.0)) as peer, Daw(act):
        words = (song(tmp_path, 9, (3, 4)), "--sync", "link", "--start-stop", "--port", "Started")
        facts = play(capsys, *words)
    assert struck[0] == 0
    assert struck[1] <= 1  # one that was on its way
    first = [own for own, _, _ in found].index(0, 1)
    assert [own for own, _, _ in found] == [*range(first), *range(9)]
    assert facts["late"] or facts["xruns"] or in_phase(found)
    assert facts["hanging"] == 0


def test_start_and_stop_are_a_sessions_only() -> None:
    check_combinations(parsed("play", "--sync", "link", "--start-stop"))
    with pytest.raises(BridgeError, match="--sync jack"):
        check_combinations(parsed("play", "--sync", "jack", "--start-stop"))
