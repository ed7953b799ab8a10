"""The probe of sound devices ends PortAudio before its process goes, whatever it found."""

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import Any

import pytest
import rtmidi

from bridge.ports import coremidiapi, rtmidiapi
from bridge.ports import probe as probing
from bridge.ports.probe import probe
from tests.bridge.ports.fakecoremidi import FakeCoreMidi

DEVICES = [
    {"name": "Speakers", "max_output_channels": 2},
    {"name": "Microphone", "max_output_channels": 0},
]


class FakeSound(SimpleNamespace):
    """As much of sounddevice as the probe uses."""

    def __init__(self, devices: list[dict[str, Any]] | None) -> None:
        super().__init__(calls=[])
        self._devices = devices

    def query_devices(self) -> list[dict[str, Any]]:
        self.calls.append("query")
        if self._devices is None:
            raise ValueError("no host")
        return self._devices

    def get_portaudio_version(self) -> tuple[int, str]:
        self.calls.append("version")
        return 1, "PortAudio V19"

    def _terminate(self) -> None:
        self.calls.append("terminate")


def test_portaudio_is_ended_after_it_was_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    sound = FakeSound(DEVICES)
    monkeypatch.setitem(sys.modules, "sounddevice", sound)
    told = probe("audio")
    assert told == {"detail": "PortAudio V19", "outputs": ["Speakers"], "inputs": []}
    assert sound.calls == ["query", "version", "terminate"]


def test_portaudio_is_ended_where_it_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    sound = FakeSound(None)
    monkeypatch.setitem(sys.modules, "sounddevice", sound)
    with pytest.raises(ValueError, match="no host"):
        probe("audio")
    assert sound.calls == ["query", "terminate"]


class Ports:
    """RtMidi with one port either way."""

    def __init__(self, rtapi: int, name: str) -> None:
        self.name = name

    def get_ports(self) -> list[str]:
        return ["RtMidi's own"]

    def delete(self) -> None:
        self.name = ""


@pytest.fixture
def through_rtmidi(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rtmidi, "MidiOut", Ports)
    monkeypatch.setattr(rtmidi, "MidiIn", Ports)
    monkeypatch.setattr(rtmidi, "get_compiled_api", lambda: list(rtmidiapi.APIS.values()))


@pytest.mark.usefixtures("through_rtmidi")
def test_coremidi_is_asked_itself_where_it_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = FakeCoreMidi(lambda: 0, names={"IAC Driver Bus 1": 7})
    monkeypatch.setattr(coremidiapi, "load_coremidi", lambda: calls)
    told = probe("coremidi")
    assert (told["native"], told["code"]) == (True, "stamped")
    assert (told["outputs"], told["inputs"]) == (["IAC Driver Bus 1"], ["RtMidi's own"])


@pytest.mark.usefixtures("through_rtmidi")
@pytest.mark.parametrize("system", ["alsa", "coremidi"])
def test_where_a_system_s_own_part_does_not_answer_rtmidi_does(
    monkeypatch: pytest.MonkeyPatch, system: str
) -> None:
    monkeypatch.setitem(sys.modules, "alsa_midi", None)
    monkeypatch.setattr(coremidiapi, "_FRAMEWORKS", "/nowhere/{0}")
    told = probe(system)
    assert "native" not in told
    assert (told["code"], told["outputs"]) == ("rtmidi", ["RtMidi's own"])


@pytest.mark.usefixtures("through_rtmidi")
@pytest.mark.parametrize(("there", "code"), [(True, "midi_services"), (False, "rtmidi")])
def test_windows_midi_services_are_named(
    monkeypatch: pytest.MonkeyPatch, there: bool, code: str
) -> None:
    monkeypatch.setattr(probing, "has_services", lambda: there)
    assert probe("winmm")["code"] == code
