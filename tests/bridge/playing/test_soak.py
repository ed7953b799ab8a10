"""The soak finds what is wrong: a short one is clean, and with a broken port it is not."""

from __future__ import annotations

import importlib
import random
from abc import ABC, abstractmethod
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from bridge.messages import TimedMessage, is_note_off, is_note_on
from bridge.ports.memoryport import MemoryPort

MUSIC_S = 300.0


@pytest.fixture
def soak(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The benchmark as a module."""
    folder = Path(__file__).resolve().parents[3] / "benchmarks"
    monkeypatch.syspath_prepend(str(folder))
    return importlib.import_module("soak")


class Broken(MemoryPort, ABC):
    """A port that now and then does wrong what a subclass says."""

    rng = random.Random(1)

    def send_many(self, events: Iterable[TimedMessage]) -> None:
        super().send_many(self.spoilt(events))

    def replace(self, after: float, events: Iterable[TimedMessage]) -> None:
        super().replace(after, self.spoilt(events))

    def spoilt(self, events: Iterable[TimedMessage]) -> list[TimedMessage]:
        return [self.spoil(event) if self.rng.random() < 0.03 else event for event in events]

    @abstractmethod
    def spoil(self, event: TimedMessage) -> TimedMessage:
        """The event as it goes wrong."""


class Tardy(Broken):
    """Some notes begin a millisecond late."""

    def spoil(self, event: TimedMessage) -> TimedMessage:
        return event._replace(at=event.at + 0.001) if is_note_on(event.message) else event


class Sustaining(Broken):
    """Some notes end two seconds late."""

    def spoil(self, event: TimedMessage) -> TimedMessage:
        return event._replace(at=event.at + 2.0) if is_note_off(event.message) else event


class Wrong(Broken):
    """Some notes are another one."""

    def spoil(self, event: TimedMessage) -> TimedMessage:
        message = event.message
        if not is_note_on(message):
            return event
        return event._replace(message=bytes((message[0], message[1] ^ 1, message[2])))


class Mistaken(Broken):
    """Every instrument is the next one."""

    def spoilt(self, events: Iterable[TimedMessage]) -> list[TimedMessage]:
        return [self.spoil(event) for event in events]

    def spoil(self, event: TimedMessage) -> TimedMessage:
        status, *data = event.message
        if status & 0xF0 != 0xC0:
            return event
        return event._replace(message=bytes((status, data[0] + 1)))


def played(soak: ModuleType) -> dict[str, Any]:
    result: dict[str, Any] = soak.soak_by_hand(MUSIC_S, 5)
    return result


def test_minutes_of_everything_at_once_are_clean(soak: ModuleType) -> None:
    result = played(soak)
    assert result["faults"] == {}
    assert (result["hanging_notes"], result["lost_note_offs"], result["struck_twice"]) == (0, 0, 0)
    assert {"start", "stop", "locate", "tempo", "bar", "varied"} <= result["happened"].keys()
    assert result["notes"] > 500


@pytest.mark.parametrize(("mode", "nudge_s"), [("respond", 0.0), ("accompany", 0.12)])
def test_minutes_beside_a_musician_are_clean(soak: ModuleType, mode: str, nudge_s: float) -> None:
    result = soak.soak_by_hand(MUSIC_S, 5, nudge_s, mode)
    assert result["faults"] == {}
    assert (result["hanging_notes"], result["lost_note_offs"], result["struck_twice"]) == (0, 0, 0)
    assert {"rest", "bar", "musician's notes"} <= result["happened"].keys()
    assert result["notes"] > 200


@pytest.mark.parametrize(
    ("port", "fault"),
    [
        (Tardy, "note missing"),
        (Sustaining, "note-off late"),
        (Wrong, "note nobody wrote"),
        (Mistaken, "wrong instrument"),
    ],
)
def test_what_a_broken_port_does_is_found(
    soak: ModuleType, monkeypatch: pytest.MonkeyPatch, port: type[Broken], fault: str
) -> None:
    monkeypatch.setattr(soak, "MemoryPort", port)
    assert played(soak)["faults"].get(fault, 0) > 3
