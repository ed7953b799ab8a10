"""The sender's process on ALSA, against a stand-in for the kernel that keeps real time."""

import time
from collections.abc import Callable, Iterator

import alsa_midi
import pytest

from bridge.messages import all_notes_off, note_off, note_on
from bridge.ports.alsachild import AlsaDriver
from bridge.ports.board import Board, Slot
from bridge.ports.sender import Sender
from bridge.units import NANOSECONDS
from tests.bridge.ports.fakealsa import Kernel
from tests.waiting import until

MS = 1_000_000


@pytest.fixture
def kernel(monkeypatch: pytest.MonkeyPatch) -> Kernel:
    kernel = Kernel()
    monkeypatch.setattr(alsa_midi, "SequencerClient", kernel.client)
    return kernel


class Stage:
    def __init__(self, kernel: Kernel, **spec: object) -> None:
        self.kernel = kernel
        self.reasons: list[str] = []
        self.board = Board.create()
        self.sender = Sender(late_limit=NANOSECONDS, memory=0)
        full = {"client": "Fractalroll", **spec}
        self.driver = AlsaDriver(full, self.board, self.reasons.append)
        self.driver.start(self.sender)

    def until(self, true: Callable[[], bool]) -> None:
        until(true, every_s=0.001)

    def changes_after(self, act: Callable[[], object]) -> None:
        """Do something, and wait until it was seen."""
        before = self.driver.company().changes
        act()
        self.until(lambda: self.driver.company().changes > before)

    def play(self, *events: tuple[int, bytes]) -> int:
        """Events at milliseconds from now; returns now."""
        now = time.perf_counter_ns()
        self.sender.send([(now + ms * MS, message) for ms, message in events])
        self.driver.wake()
        return now

    def leave(self) -> None:
        self.driver.close()
        self.board.close()

    def heard(self) -> list[bytes]:
        return [message for _, message in self.kernel.played]


@pytest.fixture
def stage(kernel: Kernel) -> Iterator[Stage]:
    stage = Stage(kernel)
    yield stage
    stage.leave()


def test_messages_are_stamped_with_their_time(stage: Stage) -> None:
    now = stage.play((40, note_on(0, 60, 9)), (60, note_off(0, 60)))
    stage.until(lambda: len(stage.heard()) == 2)
    assert stage.heard() == [note_on(0, 60, 9), note_off(0, 60)]
    first, second = (stamp for stamp, _ in stage.kernel.played)
    assert stage.kernel.started_at is not None
    assert abs(first - (now + 40 * MS - stage.kernel.started_at)) < 20 * MS
    assert abs(second - first - 20 * MS) < 5 * MS
    stage.until(stage.sender.is_silent)
    assert stage.board[Slot.NOTES] == 1


def test_leaving_releases_what_sounds_and_waits_until_that_is_out(stage: Stage) -> None:
    stage.play((5, note_on(2, 60, 9)), (5000, note_off(2, 60)))
    stage.until(lambda: len(stage.heard()) == 1)
    stage.until(lambda: bool(stage.sender.sounding))
    stage.sender.finish()
    stage.driver.wake()
    stage.until(stage.sender.is_silent)
    stage.driver.wait_out()
    assert stage.heard() == [note_on(2, 60, 9), note_off(2, 60), all_notes_off(2)]
    assert not stage.kernel.held


def test_a_sequencer_that_fails_stops_the_process_and_the_notes_are_still_released(
    stage: Stage,
) -> None:
    stage.play((5, note_on(0, 60, 9)))
    stage.until(lambda: bool(stage.sender.sounding))
    stage.kernel.fails = "Input/output error"
    stage.play((5, note_on(0, 62, 9)))
    stage.until(lambda: bool(stage.reasons))
    assert "Input/output error" in stage.reasons[0]
    stage.sender.finish()
    stage.driver.wake()
    stage.until(stage.sender.is_silent)
    stage.driver.wait_out()
    assert note_off(0, 60) in stage.heard()


def test_a_daw_that_starts_again_is_connected_again(stage: Stage) -> None:
    daw = stage.kernel.other("DAW", "in")
    assert stage.driver.company().listeners == 0
    stage.driver._queue.connect("DAW:in")
    company = stage.driver.company()
    assert (company.listeners, company.remembered) == (1, ("DAW:in",))
    daw.quit()
    assert stage.driver.company().listeners == 0
    stage.kernel.other("DAW", "in")
    stage.until(lambda: stage.driver.company().listeners == 1)


def test_a_daw_that_was_disconnected_stays_so(stage: Stage) -> None:
    daw = stage.kernel.other("DAW", "in")
    stage.driver._queue.connect("DAW:in")
    stage.driver.company()
    ours = stage.driver._queue._port
    ours.disconnect_to(daw)
    assert stage.driver.company().remembered == ()
    stage.changes_after(daw.quit)
    stage.changes_after(lambda: stage.kernel.other("DAW", "in"))
    assert stage.driver.company().listeners == 0


def test_who_heard_the_port_before_is_connected_at_once(kernel: Kernel) -> None:
    kernel.other("DAW", "in")
    stage = Stage(kernel, remembered=["DAW:in"])
    stage.driver.company()
    assert stage.driver.company().listeners == 1
    stage.leave()
