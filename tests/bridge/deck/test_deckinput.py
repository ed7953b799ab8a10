"""What a deck's process hears of controllers, through inputs that open when a test says so."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from bridge.deck.child import DeckProcess
from bridge.deck.input import DeckInput, input_entries
from bridge.deck.outputs import Outputs
from bridge.deck.sync import DeckSync
from bridge.errors import PortError
from bridge.inputs.inputport import OnEvents
from bridge.messages import control_change, note_off, note_on
from bridge.ports.memoryport import ManualClock
from bridge.ports.systems import MidiSystem
from tests.bridge.deck.test_deckoutputs import JACK, PATIENCE_S, Openers
from tests.bridge.deck.test_decksync import SyncOpeners


class Input:
    def __init__(self, name: str, on_events: OnEvents) -> None:
        self.name = name
        self.on_events = on_events
        self.alive, self.closed = True, False
        self.may_close = threading.Event()
        self.may_close.set()

    def is_alive(self) -> bool:
        return self.alive

    def close(self) -> None:
        self.may_close.wait(PATIENCE_S)
        self.closed = True


class Stage:
    """A deck's process in memory, with an input that opens when the gate is open."""

    def __init__(self) -> None:
        self.lines: list[dict[str, Any]] = []
        self.clock = ManualClock(10.0)
        self.inputs: list[Input] = []
        self.broken = ""
        self.gate = threading.Event()
        self.gate.set()
        self.sync = SyncOpeners(self.clock)
        self.process = DeckProcess(
            self.lines.append,
            Outputs(Openers(JACK), self.clock.now),
            self.clock.now,
            DeckSync(self.sync, self.clock.now),
            DeckInput(self.open, self.clock.now),
        )

    def open(self, system: MidiSystem, source: str, on_events: OnEvents) -> Input:
        self.gate.wait(PATIENCE_S)
        if self.broken:
            raise PortError(self.broken)
        self.inputs.append(Input(source or "Fractalroll in:in", on_events))
        return self.inputs[-1]

    def until(self, true: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE_S
        while not true():
            self.process.turn()
            self.clock.advance(0.01)
            time.sleep(0.001)
            assert time.monotonic() < end

    def run(self, seconds: float) -> None:
        for _ in range(round(seconds / 0.01)):
            self.process.turn()
            self.clock.advance(0.01)

    def told(self, what: str) -> list[Any]:
        return [line[what] for line in self.lines if what in line]

    def state(self) -> str:
        return str(self.told("input")[-1]["state"]) if self.told("input") else ""

    def play(self, *messages: bytes) -> None:
        self.inputs[-1].on_events([(0.0, message) for message in messages])


@pytest.fixture
def stage() -> Stage:
    return Stage()


def test_notes_and_knobs_are_told_and_nothing_else(stage: Stage) -> None:
    stage.process.obey({"input": "jack|keys:out"})
    stage.until(lambda: stage.state() == "open")
    assert stage.told("input")[-1] == {
        "port": "jack|keys:out",
        "name": "keys:out",
        "state": "open",
    }
    stage.play(b"\xf8", note_on(0, 60, 90), note_off(0, 60), control_change(0, 123, 0))
    stage.run(0.1)
    stage.play(control_change(2, 21, 5), control_change(2, 21, 64), control_change(0, 7, 1))
    stage.run(0.1)
    assert stage.told("heard") == [{"notes": 1, "pitch": 60, "velocity": 90}]
    assert stage.told("control") == [[2, 21, 64], [0, 7, 1]]
    stage.process.close()
    assert stage.inputs[0].closed


def test_a_flood_is_told_25_times_a_second_at_most_and_no_note_is_forgotten(stage: Stage) -> None:
    stage.process.obey({"input": ""})
    stage.until(lambda: stage.state() == "open")
    for k in range(100):
        stage.play(note_on(0, 60, 90), control_change(0, 1, k))
        stage.run(0.01)
    stage.run(0.1)
    assert sum(line["notes"] for line in stage.told("heard")) == 100
    assert 15 <= len(stage.told("heard")) <= 27
    assert stage.told("control")[-1] == [0, 1, 99]
    stage.process.close()


def test_another_input_takes_the_place_of_the_first_and_none_closes_it(stage: Stage) -> None:
    stage.process.obey({"input": "a"})
    stage.until(lambda: stage.state() == "open")
    stage.process.obey({"input": "b"})
    stage.until(lambda: len(stage.inputs) == 2 and stage.inputs[0].closed)
    stage.process.obey({"input": None})
    stage.until(lambda: stage.inputs[1].closed and stage.state() == "off")
    stage.process.close()


def test_what_was_opened_for_nothing_is_closed(stage: Stage) -> None:
    stage.until(lambda: bool(stage.process.outputs.systems))
    stage.gate.clear()
    stage.process.obey({"input": "a"})
    stage.until(lambda: stage.state() == "opening")
    stage.process.obey({"input": None})
    stage.gate.set()
    stage.until(lambda: bool(stage.inputs) and stage.inputs[0].closed)
    stage.process.close()


def test_an_input_that_fails_is_told_once_and_tried_again(stage: Stage) -> None:
    stage.broken = "keys are gone"
    stage.process.obey({"input": "keys"})
    stage.until(lambda: stage.state() == "failed")
    stage.run(12.0)
    assert [line for line in stage.told("failed") if line == "keys are gone"] == ["keys are gone"]
    stage.broken = ""
    stage.until(lambda: stage.state() == "open")
    stage.inputs[-1].alive = False
    stage.until(lambda: "keys went away" in stage.told("failed"))
    stage.until(lambda: len(stage.inputs) == 2 and stage.state() == "open")
    stage.process.close()


def test_the_port_of_a_hosts_clock_is_not_opened_twice(stage: Stage) -> None:
    stage.until(lambda: bool(stage.process.outputs.systems))
    stage.process.obey({"sync": {"source": "midi-clock", "port": "jack|daw:out"}})
    stage.process.obey({"input": "jack|daw:out"})
    stage.until(lambda: stage.sync.heard.passed_on is not None)
    assert stage.sync.heard.passed_on is not None
    stage.sync.heard.passed_on([(0.0, note_on(0, 60, 90))])
    stage.run(0.3)
    assert stage.told("heard") == [{"notes": 1, "pitch": 60, "velocity": 90}]
    assert stage.state() == "open"
    assert all(one.closed for one in stage.inputs)
    stage.process.obey({"sync": {"source": "internal"}})
    stage.until(lambda: bool(stage.inputs) and not stage.inputs[-1].closed)
    stage.process.close()


def test_our_own_input_is_gone_before_the_one_of_the_host_takes_its_name(stage: Stage) -> None:
    stage.process.obey({"input": ""})
    stage.until(lambda: stage.state() == "open")
    stage.inputs[0].may_close.clear()
    stage.process.obey({"sync": {"source": "midi-clock"}})
    stage.run(1.0)
    assert stage.sync.wishes == []
    stage.inputs[0].may_close.set()
    stage.until(lambda: stage.sync.heard.passed_on is not None)
    assert len(stage.sync.wishes) == 1
    stage.process.close()


def test_inputs_are_those_of_others_on_systems_that_are_there() -> None:
    systems = [
        MidiSystem("jack", True, "", inputs=("keys:out", "Fractalroll:out", "Fractalroll clock:o")),
        MidiSystem("alsa", False, "none", inputs=("x",)),
        MidiSystem("winmm", True, "", inputs=("Fractalroll",)),
    ]
    found = [entry["key"] for entry in input_entries(systems)]
    assert found == ["jack|keys:out", "winmm|Fractalroll"]
