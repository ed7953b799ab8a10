from bridge.board import Board, Slot


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


def test_the_child_leaves_the_file_to_its_owner() -> None:
    with Board.create() as program:
        Board.open(program.path).close()
        assert program.path.exists()
