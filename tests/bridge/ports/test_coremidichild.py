"""The sender's process on macOS, against a stand-in for CoreMIDI."""

import time
from collections.abc import Callable, Iterator

import pytest

from bridge.messages import all_notes_off, note_off, note_on
from bridge.ports.board import Board, Slot
from bridge.ports.coremidichild import CoreMidiDriver
from bridge.ports.sender import Sender
from bridge.units import NANOSECONDS
from tests.bridge.ports.fakecoremidi import FakeCoreMidi
from tests.waiting import until

MS = 1_000_000


class Stage:
    def __init__(self) -> None:
        self.calls = FakeCoreMidi(time.perf_counter_ns)
        self.reasons: list[str] = []
        self.board = Board.create()
        self.sender = Sender(NANOSECONDS, memory=0, precision=CoreMidiDriver.precision)
        self.driver = CoreMidiDriver(
            {"client": "Fractalroll"}, self.board, self.reasons.append, lambda: self.calls
        )
        self.driver.start(self.sender)

    def until(self, true: Callable[[], bool]) -> None:
        until(true, every_s=0.001)

    def heard(self) -> list[bytes]:
        return [data for _, _, data in self.calls.received]


@pytest.fixture
def stage() -> Iterator[Stage]:
    stage = Stage()
    yield stage
    stage.driver.close()
    stage.board.close()


def test_notes_go_out_in_order_with_stamps_that_grow(stage: Stage) -> None:
    now = time.perf_counter_ns()
    stage.sender.send([(now + 20 * MS, note_on(0, 60, 9)), (now + 30 * MS, note_off(0, 60))])
    stage.driver.wake()
    stage.until(lambda: len(stage.heard()) == 2)
    first, second = (stamp for _, stamp, _ in stage.calls.received)
    assert (now + 19 * MS) * 3 // 125 <= first < second
    stage.until(lambda: stage.board[Slot.NOTES] == 1)


def test_leaving_releases_what_sounds(stage: Stage) -> None:
    stage.sender.send([(time.perf_counter_ns(), note_on(4, 60, 9))])
    stage.driver.wake()
    stage.until(lambda: bool(stage.sender.sounding))
    stage.sender.finish()
    stage.driver.wake()
    stage.until(stage.sender.is_silent)
    assert stage.heard() == [note_on(4, 60, 9), note_off(4, 60), all_notes_off(4)]


def test_a_source_that_is_refused_stops_the_process(stage: Stage) -> None:
    stage.calls.status["MIDIReceived"] = -10830
    stage.sender.send([(time.perf_counter_ns(), note_on(0, 60, 9))])
    stage.driver.wake()
    stage.until(lambda: bool(stage.reasons))
    assert "MIDIReceived answered -10830" in stage.reasons[0]


def test_destinations_that_come_and_go_are_counted(stage: Stage) -> None:
    for _ in range(5):
        assert stage.driver.company().changes == 0
    stage.calls.names = {"Synth": 7}
    assert [stage.driver.company().changes for _ in range(6)] == [1] * 6
    assert stage.driver.company().listeners == -1
