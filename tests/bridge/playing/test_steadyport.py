"""The port that outlives its process and its server, on clocks turned by hand."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from bridge.errors import PortError
from bridge.messages import TimedMessage, note_off, note_on
from bridge.playing.losses import Losses
from bridge.playing.steadyport import SteadyPort
from bridge.ports.memoryport import ManualClock, MemoryPort
from tests.waiting import until

PATIENCE_S = 20.0


class Stage:
    """A steady port over ports in memory, each with a clock of its own."""

    def __init__(self) -> None:
        self.clock = ManualClock(100.0)
        self.clocks = [ManualClock(5.0)]
        self.ports = [MemoryPort(self.clocks[0])]
        self.next_begins = 0.0  # what the next port's clock shows
        self.broken = ""
        self.gate = threading.Event()
        self.gate.set()
        first: Any = self.ports[0]
        self.port = SteadyPort(first, self.open, self.clock.now, patience_s=30.0)

    def open(self, before: object) -> Any:
        self.gate.wait(PATIENCE_S)
        if self.broken:
            raise PortError(self.broken)
        self.clocks.append(ManualClock(self.next_begins))
        self.ports.append(MemoryPort(self.clocks[-1]))
        return self.ports[-1]

    def run(self, seconds: float) -> None:
        for _ in range(round(seconds / 0.01)):
            self.port.turn()
            for port in self.ports:
                if not port.closed:
                    port.pass_time(0.01)
            self.clock.advance(0.01)

    def until(self, true: Callable[[], bool]) -> None:
        """Turn while threads of the port's work; no time passes."""
        until(true, turn=self.port.turn, every_s=0.001)

    def lose(self) -> None:
        self.gate.clear()
        self.ports[-1].close()
        self.port.turn()
        assert self.port.is_lost

    def back(self, begins: float) -> None:
        self.next_begins, self.broken = begins, ""
        self.gate.set()
        self.until(lambda: not self.port.is_lost)


def notes(*times: float) -> list[TimedMessage]:
    on = [TimedMessage(at, note_on(0, 60, 80)) for at in times]
    return on + [TimedMessage(at + 0.05, note_off(0, 60)) for at in times]


def test_its_clock_goes_on_on_the_same_server_and_on_another_one() -> None:
    stage = Stage()
    stage.run(1.0)
    assert stage.port.now() == pytest.approx(6.0)
    stage.lose()
    stage.run(0.3)
    assert stage.port.now() == pytest.approx(6.3)
    stage.run(0.6)
    stage.back(6.9)
    stage.run(0.1)
    assert stage.port.shift_s == 0.0
    assert stage.port.now() == pytest.approx(7.0)
    stage.run(20.0)
    stage.lose()
    stage.run(0.6)
    stage.back(0.2)
    stage.run(0.1)
    assert stage.port.now() == pytest.approx(27.7)
    assert stage.port.shift_s == pytest.approx(27.4, abs=0.01)
    stage.port.send_many(notes(28.0))
    stage.run(0.5)
    assert stage.ports[-1].wire[0].at == pytest.approx(28.0 - stage.port.shift_s)


def test_what_was_due_meanwhile_is_lost_and_counted_and_what_was_taken_back_is_not() -> None:
    stage = Stage()
    stage.port.send_many(notes(5.1, 5.3, 5.4))
    stage.run(0.2)
    stage.lose()
    stage.port.send_many(notes(5.5, 5.6, 9.0))
    stage.port.replace(5.55, notes(5.7))
    stage.run(1.0)
    assert stage.port.lost_notes == 4  # 5.3, 5.4, 5.5, 5.7
    stage.run(1.0)
    stage.back(7.2)
    stage.run(1.0)
    assert stage.ports[-1].wire == []  # nothing is piled up
    assert stage.port.stats().notes_sent == 1
    assert stage.port.stats().sounding == 0


def test_a_clock_that_stands_still_is_a_loss() -> None:
    stage = Stage()
    for _ in range(400):
        stage.port.turn()
        stage.clock.advance(0.01)
        if stage.port.is_lost:
            break
    assert stage.port.is_lost
    assert "stands still" in stage.port.why
    assert stage.clock.now() == pytest.approx(103.0, abs=0.1)
    assert stage.port.now() == pytest.approx(8.0, abs=0.1)


def test_a_port_that_refuses_is_a_loss_and_nothing_is_raised() -> None:
    stage = Stage()

    def refuse(events: object) -> None:
        raise PortError("the pipe is gone")

    stage.ports[0].send_many = refuse  # type: ignore[method-assign]
    stage.port.send_many(notes(5.1))
    stage.port.turn()
    assert (stage.port.is_lost, stage.port.why) == (True, "the pipe is gone")


def test_it_gives_up_after_its_patience_with_the_reason() -> None:
    stage = Stage()
    stage.broken = "no server"
    stage.lose()
    stage.gate.set()
    with pytest.raises(PortError, match=r"for 30 seconds: .*; start the MIDI system"):
        stage.run(31.0)
    assert stage.clock.now() == pytest.approx(130.0, abs=0.1)


def test_the_end_does_not_wait_for_an_opening_that_hangs() -> None:
    stage = Stage()
    stage.lose()
    stage.run(1.0)
    stage.port.close()
    stage.gate.set()
    assert stage.port.is_lost


def test_losses_count_what_was_there_before_and_say_it_once() -> None:
    losses = Losses()
    assert losses.see("host", False) is None  # never there
    assert losses.see("host", True) is None
    notice = losses.see("host", False, why="it ended")
    assert notice is not None
    assert "it ended" in notice.sentence
    assert notice.line == {"lost": {"what": "host", "name": "", "why": "it ended"}}
    assert losses.see("host", False) is None
    assert losses.missing == ["host"]
    back = losses.see("host", True)
    assert back is not None
    assert (back.is_back, back.line) == (True, {"back": {"what": "host", "name": ""}})
    assert losses.told() == {"host": {"lost": 1, "back": 1}}
    assert losses.missing == []
