import pytest

from bridge.errors import PortError
from bridge.messages import TimedMessage, all_notes_off, note_off, note_on
from bridge.ports.memoryport import ManualClock, MemoryPort


def test_time_that_passes_plays_what_is_due_at_its_time() -> None:
    port = MemoryPort(ManualClock())
    port.send(note_on(0, 60, 64), at=0.25)
    port.send(note_off(0, 60), at=0.75)
    port.pass_time(0.5)
    assert port.wire == [TimedMessage(0.25, note_on(0, 60, 64))]
    assert port.stats().sounding == 1
    port.pass_time(0.5)
    assert port.wire[1:] == [TimedMessage(0.75, note_off(0, 60))]


def test_closing_releases_every_note_and_may_be_repeated() -> None:
    port = MemoryPort(ManualClock())
    port.send(note_on(4, 60, 64), at=0.0)
    port.pass_time(1.0)
    port.close()
    port.close()
    assert [m for _, m in port.wire[1:]] == [note_off(4, 60), all_notes_off(4)]


def test_a_closed_port_refuses_to_play() -> None:
    port = MemoryPort(ManualClock())
    port.close()
    with pytest.raises(PortError, match="closed"):
        port.send(note_on(0, 60, 64), at=0.0)


def test_cancelling_takes_back_what_has_not_begun() -> None:
    port = MemoryPort(ManualClock())
    port.send_many([TimedMessage(at, note_on(0, 60, 64)) for at in (0.1, 0.5)])
    port.cancel(after=0.3)
    port.pass_time(1.0)
    assert [at for at, _ in port.wire] == [0.1]


def test_a_clock_turned_by_hand_never_runs_back() -> None:
    clock = ManualClock(5.0)
    clock.advance(-1.0)
    assert clock.now() == 5.0
