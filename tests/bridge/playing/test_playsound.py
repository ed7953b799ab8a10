"""`play` on the built-in sound alone: heard through PortAudio on JACK, also with a musician."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import fractalroll
from bridge.combinations import check_combinations
from bridge.errors import BridgeError, PortError
from bridge.messages import TimedMessage, note_off, note_on
from bridge.playing import elsewhere
from bridge.playing.elsewhere import Elsewhere, hearing_system
from bridge.playing.insync import SyncSettings
from bridge.playing.session import Session, SessionSettings
from bridge.ports.dummyjack import DummyJack
from bridge.ports.jackapi import open_client
from bridge.ports.memoryport import ManualClock, MemoryPort
from bridge.ports.systems import MidiSystem, open_output
from bridge.sound.voicename import NO_DEVICE, port_name, silence_detail
from bridge.source import RollSource
from bridge.sync.lead import ClockSender
from bridge.words import sound_words
from model.midifile import write_midi
from model.roll import Note, Roll
from tests.bridge.playing.test_playevents import Band
from tests.bridge.test_options import parsed

RATE = 48_000


# --- Options and words ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--ports", "part"), "--ports part"),
        (("--port", "Mine", "--send-clock"), "--port and --send-clock"),
        (("--sync", "jack"), "--sync jack"),
        (("--font", "gone.sf2"), "gone.sf2: no such file"),
    ],
)
def test_what_belongs_to_a_port_is_refused(words: tuple[str, ...], told: str) -> None:
    with pytest.raises(BridgeError, match=told):
        check_combinations(parsed("play", "--system", "sound", *words))


def test_a_font_without_the_sound_is_refused_and_with_it_taken(tmp_path: Path) -> None:
    font = tmp_path / "grand.sf2"
    font.touch()
    check_combinations(parsed("play", "--system", "sound", "--font", str(font)))
    check_combinations(parsed("play", "--system", "sound", "--font", "none"))
    with pytest.raises(BridgeError, match="add --system sound"):
        check_combinations(parsed("play", "--font", str(font)))


def test_it_is_said_where_the_sound_is_heard_or_why_it_is_not() -> None:
    heard = port_name("Speakers, grand.sf2", silent=False)
    assert sound_words(heard) == "on the built-in sound (Speakers, grand.sf2)"
    silent = port_name(silence_detail(NO_DEVICE, "Error -1"), silent=True)
    assert "in silence" in sound_words(silent)
    assert "no sound device (Error -1)" in sound_words(silent)


# --- Another clock -------------------------------------------------------------------------------


def test_who_is_heard_on_another_clock_is_told_on_the_ports() -> None:
    port = MemoryPort(ManualClock(7.0))
    other = Elsewhere(port, lambda: 100.0)
    got: list[tuple[float, bytes]] = []
    other.events(got.extend)([(100.5, b"\x90\x3c\x40")])
    assert [(round(at, 6), message) for at, message in got] == [(7.5, b"\x90\x3c\x40")]


def test_a_musician_is_heard_through_rtmidi_beside_the_sound(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    jack, pipewire = MidiSystem("jack", True, "JACK"), MidiSystem("pipewire", True, "PipeWire")
    alsa = MidiSystem("alsa", True, "ALSA")
    monkeypatch.setattr(elsewhere, "detect", lambda: [jack, alsa])
    assert hearing_system("internal").name == "rtmidi-jack"
    monkeypatch.setattr(elsewhere, "detect", lambda: [pipewire, alsa])
    assert hearing_system("midi-clock") == alsa
    monkeypatch.setattr(elsewhere, "detect", lambda: [replace(jack, ready=False)])
    assert hearing_system("link").name == "none"
    with pytest.raises(PortError, match="no MIDI system"):
        hearing_system("midi-clock")


# --- On a server ---------------------------------------------------------------------------------


class Ear:
    """A JACK client that hears what the sound device plays."""

    def __init__(self, on_server: DummyJack) -> None:
        self._blocks: list[Any] = []
        self._client = open_client("Sound ear", on_server.name)
        self._port = self._client.inports.register("in")
        self._client.set_process_callback(
            lambda frames: self._blocks.append(self._port.get_array().copy())
        )
        self._client.activate()
        for source in self._client.get_ports(is_audio=True, is_output=True):
            if not source.name.startswith("system:"):
                self._client.connect(source, self._port)

    def close(self) -> None:
        self._client.deactivate()
        self._client.close()

    def onsets_s(self) -> list[float]:
        """Seconds at which something begins to be heard after silence."""
        loud = np.flatnonzero(np.abs(np.concatenate(self._blocks)) > 0.01)
        first = np.insert(np.diff(loud) > RATE // 10, 0, True) if len(loud) else np.zeros(0, bool)
        return list((loud[first] / RATE).tolist())


@pytest.mark.ports
@pytest.mark.xdist_group("ports")
def test_what_is_played_is_heard_in_time_through_the_sound_device(on_server: DummyJack) -> None:
    roll = Roll.from_notes([Note(8 * k, 0, 96, 1, 127) for k in range(4)], 32)
    with Session(SessionSettings(system="sound")) as session:
        ear = Ear(on_server)
        summary, _ = session.play(RollSource(roll))
        ear.close()
    onsets = ear.onsets_s()
    gaps = np.diff(onsets)
    assert len(onsets) == 4
    assert summary.late or np.abs(gaps - 1.0).max() < 0.001
    assert summary.port.startswith("built-in sound: ")
    assert (summary.system, summary.notes_sent, summary.hanging) == ("sound", 4, 0)
    assert (summary.notes_received, summary.worst_onset_error_ms) == (None, None)


@pytest.mark.ports
@pytest.mark.xdist_group("ports")
def test_a_musician_on_a_midi_port_is_answered_on_the_built_in_sound(on_server: DummyJack) -> None:
    sync = SyncSettings(mode="respond", call_bars=1, listen="Keys:out")
    settings = SessionSettings(bars=8, system="sound", sync=sync, bpm=240.0)
    with open_output(on_server.system(), "Keys") as keys, Session(settings) as session:
        start = keys.now() + 0.5
        for k in range(40):
            at = start + 0.25 * k
            keys.send_many(
                [TimedMessage(at, note_on(0, 50, 80)), TimedMessage(at + 0.1, note_off(0, 50))]
            )
        band = Band()
        summary, _ = session.play(band)
    assert band.listened >= 1
    assert summary.bars >= 1
    assert summary.together is not None
    assert summary.together["heard"] not in range(10)
    assert summary.notes_sent > 4 * summary.bars  # what is heard of the musician sounds, too


@pytest.mark.ports
@pytest.mark.xdist_group("ports")
def test_the_clock_of_a_midi_port_leads_the_built_in_sound(on_server: DummyJack) -> None:
    roll = Roll.from_notes([Note(8 * k, 0, 96, 1, 127) for k in range(4)], 32)
    sync = SyncSettings(source="midi-clock", clock_port="Beats:out")
    settings = SessionSettings(bars=None, system="sound", sync=sync)
    with open_output(on_server.system(), "Beats") as beats, Session(settings) as session:
        sender = ClockSender()
        sender.begin(beats.now() + 0.5, 0.0, 0.4)
        beats.send_many(sender.extend(beats.now() + 30.0))
        ear = Ear(on_server)
        summary, _ = session.play(RollSource(roll))
        ear.close()
    assert len(ear.onsets_s()) == 4
    assert summary.sync["source"] == "midi-clock"
    assert summary.sync["bpm"] == pytest.approx(150.0, rel=0.05)
    assert summary.sync["jumps"] == 1


@pytest.mark.ports
@pytest.mark.xdist_group("ports")
def test_the_command_sums_it_up_for_people_and_machines(
    on_server: DummyJack, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    roll = Roll.from_notes([Note(0, 0, 60, 4, 90)], 16)
    write_midi(roll, tmp_path / "note.mid")
    assert fractalroll.main(["play", str(tmp_path / "note.mid"), "--system", "sound"]) == 0
    captured = capsys.readouterr()
    assert "Playing on the built-in sound (" in captured.err
    assert "on the built-in sound (" in captured.out
    assert "1 sent, not listened to" in captured.out
    words = ["play", str(tmp_path / "note.mid"), "--system", "sound", "--json", "--no-listen"]
    assert fractalroll.main(words) == 0
    facts = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (facts["system"], facts["notes_sent"], facts["notes_received"]) == ("sound", 1, None)


@pytest.mark.ports
@pytest.mark.xdist_group("ports")
def test_ports_lists_the_sound_device(
    on_server: DummyJack, capsys: pytest.CaptureFixture[str]
) -> None:
    assert fractalroll.main(["ports", "--json"]) == 0
    systems = {one["name"]: one for one in json.loads(capsys.readouterr().out)["systems"]}
    assert systems["sound"]["ready"]
    assert "the built-in voice through " in systems["sound"]["detail"]
