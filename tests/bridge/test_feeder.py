import threading

import pytest

from bridge.feeder import ThreadFeeder
from bridge.source import Bar, CutBar
from model.roll import Roll

PATIENCE_S = 10.0
EMPTY = CutBar(Roll.from_notes([], 16))


class Counted:
    """A source that counts its bars and can be told to fail."""

    engine = "counted"

    def __init__(self, fails_at: int | None = None) -> None:
        self.made = 0
        self.closed = False
        self._fails_at = fails_at
        self.reached = threading.Condition()

    def next_bar(self) -> Bar | None:
        if self.made == self._fails_at:
            raise RuntimeError("no more paper")
        with self.reached:
            self.made += 1
            self.reached.notify_all()
        return EMPTY

    def close(self) -> None:
        self.closed = True

    def wait_for(self, made: int) -> None:
        with self.reached:
            assert self.reached.wait_for(lambda: self.made >= made, PATIENCE_S)


def drained(feeder: ThreadFeeder) -> int:
    count = 0
    stop = threading.Event()
    for _ in range(1000):
        if feeder.is_finished:
            break
        count += feeder.poll() is not None
        stop.wait(0.001)
    return count


def test_it_makes_as_many_bars_as_were_asked_for() -> None:
    feeder = ThreadFeeder(Counted(), bars=5, bars_ahead=2)
    assert drained(feeder) == 5
    assert feeder.music_s == pytest.approx(10.0)
    feeder.close()


def test_it_never_works_further_ahead_than_allowed() -> None:
    source = Counted()
    feeder = ThreadFeeder(source, bars=None, bars_ahead=3)
    source.wait_for(4)  # three wait, one is in its hands
    assert feeder.ready() == 3
    assert feeder.poll() is not None
    source.wait_for(5)
    feeder.close()
    assert source.made <= 5
    assert source.closed


def test_an_error_is_kept_for_the_player() -> None:
    feeder = ThreadFeeder(Counted(fails_at=2), bars=None, bars_ahead=4)
    assert drained(feeder) == 2
    assert isinstance(feeder.error, RuntimeError)
    feeder.close()


def test_a_source_that_has_no_more_ends_it() -> None:
    class Short(Counted):
        def next_bar(self) -> Bar | None:
            return super().next_bar() if self.made < 2 else None

    feeder = ThreadFeeder(Short(), bars=10, bars_ahead=4)
    assert drained(feeder) == 2
    assert feeder.error is None
    feeder.close()
