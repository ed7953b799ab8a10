"""The probe of sound devices ends PortAudio before its process goes, whatever it found."""

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import Any

import pytest

from bridge.probe import probe

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
