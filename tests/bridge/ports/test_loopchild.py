"""The deadline loop against an output that only keeps what it is sent."""

import time
from typing import Any

import pytest

from bridge.messages import note_off, note_on
from bridge.ports import loopchild
from bridge.ports.board import Board, Slot
from bridge.ports.loopchild import LoopDriver
from bridge.ports.sender import Sender
from bridge.units import NANOSECONDS
from tests.waiting import until

PATIENCE_S = 10.0


class Output:
    def __init__(self, fails: bool = False) -> None:
        self.sent: list[tuple[int, bytes]] = []
        self.fails = fails
        self.closed = False
        self.ports = ["Synth 0", "loopMIDI Port 1"]

    def get_ports(self) -> list[str]:
        return self.ports

    def send_message(self, message: bytes) -> None:
        if self.fails:
            self.fails = False
            raise RuntimeError("unplugged")
        self.sent.append((time.perf_counter_ns(), message))

    def close_port(self) -> None:
        self.closed = True

    def delete(self) -> None:
        self.closed = True


def driver_with(
    output: Output, board: Board, reasons: list[str], system: str = "alsa", client: str = "Loop"
) -> LoopDriver:
    def stand_in(system: str, name: str, target: str) -> tuple[Any, str]:
        return output, name

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loopchild, "open_output", stand_in)
        return LoopDriver({"system": system, "client": client}, board, reasons.append)


def wait_until_silent(sender: Sender) -> None:
    end = time.monotonic() + PATIENCE_S
    while not sender.is_silent():
        assert time.monotonic() < end
        time.sleep(0.001)


def test_nothing_is_sent_before_its_time() -> None:
    output, sender = Output(), Sender(late_limit=NANOSECONDS, memory=0)
    with Board.create() as board:
        driver = driver_with(output, board, [])
        driver.start(sender)
        now = time.perf_counter_ns()
        due = [(now + 30_000_000, note_on(0, 60, 9)), (now + 50_000_000, note_off(0, 60))]
        sender.send(due)
        driver.wake()
        wait_until_silent(sender)
        driver.close()
        assert board[Slot.NOTES] == 1
    assert [message for _, message in output.sent] == [message for _, message in due]
    assert all(at >= tick for (at, _), (tick, _) in zip(output.sent, due, strict=True))
    assert output.closed


def test_an_output_that_fails_stops_the_process_and_the_loop_still_releases() -> None:
    output, sender, reasons = Output(), Sender(late_limit=NANOSECONDS, memory=0), list[str]()
    with Board.create() as board:
        driver = driver_with(output, board, reasons)
        driver.start(sender)
        sender.send([(time.perf_counter_ns(), note_on(0, 60, 9))])
        driver.wake()
        until(lambda: bool(output.sent))
        output.fails = True
        sender.send([(time.perf_counter_ns(), note_on(0, 62, 9))])
        driver.wake()
        until(lambda: bool(reasons))
        sender.finish()
        driver.wake()
        wait_until_silent(sender)
        driver.close()
    assert "unplugged" in reasons[0]
    assert note_off(0, 60) in [message for _, message in output.sent]


def test_on_windows_a_port_that_goes_away_ends_the_process_and_another_number_does_not() -> None:
    output, reasons = Output(), list[str]()
    with Board.create() as board:
        driver = driver_with(output, board, reasons, "winmm", "loopMIDI Port 1")
        assert looked(driver) == 0
        output.ports = ["Keys 0", "Synth 1", "loopMIDI Port 2"]
        assert looked(driver) == 1
        assert (driver.gone, reasons) == (False, [])
        output.ports = ["Keys 0", "Synth 1"]
        assert looked(driver) == 2
        assert driver.gone
        assert "'loopMIDI Port 1' went away" in reasons[0]
        driver.close()


def looked(driver: LoopDriver) -> int:
    """How many changes are known a second later."""
    return [driver.company().changes for _ in range(10)][-1]
