"""One turn of the loop, with a clock that shows what a test says."""

from collections.abc import Iterator

import pytest

from bridge.messages import note_off, note_on
from bridge.ports.board import Board
from bridge.ports.deadlineloop import PRECISION_NS, DeadlineLoop
from bridge.ports.sender import Sender

MS = 1_000_000
DUE = 500 * MS


class Turn:
    """A loop whose clock shows one value after the other."""

    def __init__(self, board: Board, patch: pytest.MonkeyPatch) -> None:
        self.written: list[tuple[int, bytes]] = []
        self.sender = Sender(late_limit=30 * MS, memory=0, precision=PRECISION_NS)
        self._loop = DeadlineLoop(board, lambda why: None, self._write)
        self._patch = patch

    def at(self, *moments: int) -> None:
        shown = iter(moments)
        self._patch.setattr("bridge.ports.deadlineloop.time.perf_counter_ns", lambda: next(shown))
        self._loop._turn(self.sender)

    def _write(self, tick: int, message: bytes) -> bool:
        self.written.append((tick, message))
        return True


@pytest.fixture
def turn(monkeypatch: pytest.MonkeyPatch) -> Iterator[Turn]:
    with Board.create() as board:
        yield Turn(board, monkeypatch)


def test_it_spins_to_the_deadline_and_tells_the_message_s_own_time(turn: Turn) -> None:
    turn.sender.send([(DUE, note_on(0, 60, 9))])
    turn.at(DUE - MS, DUE - 2, DUE - 1, DUE + 40_000)
    assert turn.written == [(DUE, note_on(0, 60, 9))]
    assert turn.sender.counts.late == 0


def test_what_came_due_while_it_spun_goes_out_too_each_at_its_time(turn: Turn) -> None:
    turn.sender.send([(DUE, note_on(0, 60, 9)), (DUE + 30_000, note_on(0, 64, 9))])
    turn.at(DUE - MS, DUE + 40_000)
    assert [tick for tick, _ in turn.written] == [DUE, DUE + 30_000]


def test_what_is_late_beyond_its_precision_is_told_with_the_moment_and_counted(turn: Turn) -> None:
    turn.sender.send([(DUE, note_on(0, 60, 9)), (DUE, note_on(0, 64, 9))])
    turn.at(DUE + 5 * MS, DUE + 5 * MS)
    assert [tick for tick, _ in turn.written] == [DUE + 5 * MS] * 2
    assert (turn.sender.counts.late, turn.sender.counts.worst_late_ticks) == (2, 5 * MS)


def test_far_too_late_an_onset_is_dropped_and_a_release_is_not(turn: Turn) -> None:
    turn.sender.send([(DUE, note_on(0, 60, 9)), (DUE, note_off(0, 62))])
    turn.at(DUE + 40 * MS, DUE + 40 * MS)
    assert [message for _, message in turn.written] == [note_off(0, 62)]
    assert turn.sender.counts.dropped == 1
