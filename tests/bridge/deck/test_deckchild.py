"""The deck's process without its pipes: what it tells, and what it does when ports fail."""

from __future__ import annotations

import json
import os
import queue
import threading
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from bridge.deck.child import DeckProcess, run
from bridge.deck.nowhere import NowherePort
from bridge.deck.outputs import Outputs
from bridge.deck.talk import Reader, Teller
from bridge.errors import PortError
from bridge.messages import TimedMessage, is_note_on
from bridge.ports.memoryport import ManualClock
from bridge.ports.portclock import SmoothClock
from bridge.sound.voicename import NO_DEVICE, port_name, silence_detail
from tests.bridge.deck.test_deckoutputs import JACK, Openers, Port
from tests.waiting import until

PATIENCE_S = 10.0


def piece(steps: int = 32) -> dict[str, Any]:
    columns = [[0] * steps, list(range(40, 40 + steps)), list(range(steps)), [1] * steps]
    return {
        "notes": [*columns, [90] * steps],
        "voices": [{"channel": 0, "program": 0}],
        "steps": steps,
        "steps_per_beat": 4,
        "tempos": [[0, 120]],
    }


class Stage:
    """A process on ports in memory; time passes in turns of 10 ms."""

    def __init__(self) -> None:
        self.lines: list[dict[str, Any]] = []
        self.clock = ManualClock(10.0)
        self.openers = Openers(JACK)
        self.process = DeckProcess(
            self.lines.append, Outputs(self.openers, self.clock.now), self.clock.now
        )

    def run(self, seconds: float) -> None:
        for _ in range(round(seconds / 0.01)):
            self.process.turn()
            self.clock.advance(0.01)
            for port in self.openers.ports.values():
                port.pass_time(0.01)

    def until(self, true: Callable[[], bool]) -> None:
        until(true, turn=self.process.turn, every_s=0.001)

    def opened(self) -> None:
        """Turns, without time passing, until there is a port."""
        self.until(lambda: self.process.deck.port.name == "sound")

    def told(self, what: str) -> list[Any]:
        return [line for line in self.lines if what in line]

    def onsets(self, name: str = "sound") -> list[int]:
        return [m[1] for _, m in self.openers.ports[name].wire if is_note_on(m)]


def test_orders_wait_until_there_is_a_port() -> None:
    stage = Stage()
    stage.openers.gate.clear()
    stage.process.obey({"piece": piece()})
    stage.process.obey({"play": 4})
    stage.process.turn()
    assert not stage.process.deck.playing
    stage.openers.gate.set()
    stage.until(lambda: stage.process.deck.playing)
    stage.run(1.0)
    assert stage.onsets()[:4] == [44, 45, 46, 47]
    stage.process.close()


def test_it_gives_up_waiting_for_a_port() -> None:
    stage = Stage()
    stage.openers.broken.add("sound")
    stage.process.obey({"piece": piece()})
    stage.process.obey({"play": 0})
    stage.until(lambda: bool(stage.told("failed")))
    assert stage.told("failed")[0]["failed"] == "sound is broken"
    stage.clock.advance(16.0)
    stage.process.turn()
    assert stage.process.deck.playing
    stage.process.close()


def test_positions_come_thirty_times_a_second_while_it_plays() -> None:
    stage = Stage()
    stage.opened()
    stage.process.obey({"piece": piece(64)})
    stage.process.obey({"play": 0})
    before = len(stage.told("position"))
    stage.run(2.0)
    told = stage.told("position")[before:]
    assert 45 <= len(told) <= 62
    last = told[-1]
    assert last["playing"] is True
    assert (last["speed"], last["bpm"], last["loop"]) == (8.0, 120.0, None)
    assert last["run"] == 0
    stage.process.obey({"stop": True, "run": 7})
    stage.run(0.1)
    told = stage.told("position")
    assert told[-1]["run"] == 7
    assert told[-1]["playing"] is False
    stage.run(1.0)
    assert len(stage.told("position")) == len(told)
    stage.process.close()


def test_the_status_says_what_went_out() -> None:
    stage = Stage()
    stage.opened()
    stage.process.obey({"test_note": True})
    stage.run(1.5)
    statuses = [line["status"] for line in stage.told("status")]
    assert [status["sounding"] for status in statuses][-1] == 0
    assert max(status["sounding"] for status in statuses) == 1
    assert statuses[-1]["sent"] == 1
    assert statuses[-1]["system"] == "sound"
    assert len(stage.told("alive")) == 2
    stage.process.close()


def test_the_status_says_by_a_code_why_nothing_is_heard() -> None:
    stage = Stage()
    stage.opened()
    detail = silence_detail(NO_DEVICE, "Error: none")
    stage.openers.ports["sound"].name = port_name(detail, silent=True)
    stage.run(1.0)
    told = stage.told("status")[-1]["status"]
    assert (told["port"], told["silent"]) == ("built-in sound, silent", "no_device")
    assert told["detail"] == "Error: none"
    stage.openers.ports["sound"].name = port_name("Speakers", silent=False)
    stage.run(1.0)
    told = stage.told("status")[-1]["status"]
    assert (told["silent"], told["detail"]) == ("", "Speakers")
    stage.process.close()


@pytest.mark.parametrize(
    ("order", "words"),
    [
        ({"dance": 1}, "unknown"),
        ({"play": "soon"}, "malformed"),
        ({"piece": {"notes": []}}, "send it whole"),
        ({"change": {"start": 0}}, "malformed"),
        ({"audition": {"part": 0}}, "malformed"),
        ({"voices": [{"channel": 99, "program": 0}]}, "MIDI doesn't have"),
    ],
)
def test_an_order_that_makes_no_sense_is_told_and_nothing_ends(
    order: dict[str, Any], words: str
) -> None:
    stage = Stage()
    stage.opened()
    stage.process.obey(order)
    assert words in stage.told("failed")[-1]["failed"]
    stage.process.obey({"test_note": True})
    stage.run(0.5)
    assert stage.onsets() == [60]
    stage.process.close()


def test_a_port_that_fails_while_it_plays_is_told_and_left(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Port.send_many

    def fail(self: Port, events: list[TimedMessage]) -> None:
        if self.name == "jack":
            raise PortError("the MIDI process is gone")
        whole(self, events)

    stage = Stage()
    stage.process.obey({"output": "jack"})
    stage.until(lambda: stage.process.deck.port.name == "jack")
    stage.process.obey({"piece": piece()})
    stage.process.obey({"play": 0})
    broken = stage.openers.ports["jack"]
    with monkeypatch.context() as patch:
        patch.setattr(Port, "send_many", fail)
        stage.run(0.2)
    assert stage.told("failed")[-1]["failed"] == "the MIDI process is gone"
    stage.until(lambda: stage.process.deck.port.name == "sound")
    stage.run(1.0)
    assert stage.process.deck.playing
    assert len(stage.onsets()) > 2
    assert broken.closed
    stage.process.close()


def test_a_clock_that_stands_still_is_told() -> None:
    stage = Stage()
    stage.opened()
    stage.process.obey({"piece": piece()})
    stage.process.obey({"play": 0})
    stage.process.turn()
    stage.clock.advance(3.5)
    stage.process.turn()
    assert "stands still" in stage.told("failed")[-1]["failed"]
    stage.process.close()


def test_the_tempo_stays_within_what_can_be_played() -> None:
    stage = Stage()
    stage.opened()
    stage.process.obey({"tempo": 0.001})
    assert stage.process.deck.bpm == 5.0
    stage.process.obey({"tempo": None})
    assert stage.process.deck.bpm == 120.0
    stage.process.close()


def test_a_clock_in_steps_becomes_smooth() -> None:
    clock = ManualClock(5.0)
    smooth = SmoothClock(clock.now)
    seen = []
    for k in range(1, 200):
        clock.advance(0.003)
        seen.append(smooth.now(100.0 + int(k * 0.003 / 0.021) * 0.021))
    late = seen[50:]
    steps = [b - a for a, b in pairwise(late)]
    assert max(steps) < 0.0045
    assert min(steps) > 0.0025


def test_a_port_that_leads_nowhere_keeps_time_and_nothing_else() -> None:
    port = NowherePort()
    port.send(b"\x90\x3c\x40", 0.0)
    port.replace(0.0, [])
    port.cancel(0.0)
    port.silence()
    port.close()
    assert port.now() <= port.now()
    assert (port.stats().notes_sent, port.listeners(), port.is_alive()) == (0, 0, True)


def test_it_ends_when_the_orders_end() -> None:
    stage = Stage()
    stage.opened()
    orders: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
    for order in ({"piece": piece()}, {"test_note": True}, None):
        orders.put(order)
    run(stage.process, orders)
    stage.process.close()
    assert stage.openers.ports["sound"].closed
    assert not any(thread.name.startswith("output") for thread in threading.enumerate())


def test_lines_go_through_pipes_and_a_full_one_holds_nobody_up() -> None:
    reading, writing = os.pipe()
    teller = Teller(writing)
    for step in range(5000):
        teller.tell({"position": step})
    teller.tell({"status": {"last": True}})
    reader = Reader(reading)
    found = []
    while "status" not in (line := reader.orders.get(timeout=PATIENCE_S) or {"status": None}):
        found.append(line)
    assert line == {"status": {"last": True}}
    assert 200 <= len(found) <= 5000
    teller.close()
    os.close(writing)
    assert reader.orders.get(timeout=PATIENCE_S) is None
    os.close(reading)
    assert json.dumps(found[0]) == '{"position": 0}'
