import os

import pytest

from bridge.ports.board import Board, Slot


def test_what_one_side_writes_the_other_reads() -> None:
    with Board.create() as program, Board.open(program.path) as child:
        child[Slot.CLOCK] = 1 << 40
        child[Slot.LATE] = 7
        assert (program[Slot.CLOCK], program[Slot.LATE], program[Slot.XRUNS]) == (1 << 40, 7, 0)


def test_closing_removes_the_file_once() -> None:
    board = Board.create()
    assert board.path.exists()
    board.close()
    board.close()
    assert not board.path.exists()


@pytest.mark.skipif(os.name != "posix", reason="elsewhere a file in use can't be removed")
def test_once_both_have_it_no_file_is_left_for_a_kill_to_forget() -> None:
    with Board.create() as program, Board.open(program.path) as child:
        assert not program.path.exists()
        child[Slot.NOTES] = 3
        assert program[Slot.NOTES] == 3
