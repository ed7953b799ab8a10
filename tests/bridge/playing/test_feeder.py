import threading
from dataclasses import dataclass
from typing import ClassVar

import pytest

from bridge.duet.wish import Wish
from bridge.playing.feeder import ThreadFeeder
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


def until_ready(feeder: ThreadFeeder, bars: int) -> None:
    pause = threading.Event()
    for _ in range(1000):
        if feeder.ready() == bars:
            return
        pause.wait(0.001)
    raise AssertionError(f"there never were {bars} bars")


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


def test_renewed_bars_are_made_anew_and_none_is_lost() -> None:
    source = Counted()
    feeder = ThreadFeeder(source, bars=6, bars_ahead=2)
    source.wait_for(3)
    assert feeder.poll() is not None
    feeder.renew()
    assert feeder.ready() == 0
    assert drained(feeder) == 5
    assert source.made >= 8  # two that waited and one in its hands were thrown away
    feeder.close()


def test_after_its_last_bar_it_can_still_be_renewed() -> None:
    source = Counted()
    feeder = ThreadFeeder(source, bars=2, bars_ahead=4)
    source.wait_for(2)
    until_ready(feeder, 2)
    feeder.renew()
    assert drained(feeder) == 2
    feeder.close()


def test_a_source_hears_what_it_is_to_go_on_from_and_older_bars_are_thrown_away() -> None:
    @dataclass(frozen=True)
    class Numbered(CutBar):
        heard: int = 0

    class Attentive(Counted):
        given: Roll | None = None
        number = 0

        def next_bar(self) -> Bar | None:
            super().next_bar()
            return Numbered(EMPTY.roll, heard=self.number)

        def listen(self, given: Roll, **more: object) -> int:
            self.given, self.number = given, self.number + 1
            return self.number

    source = Attentive()
    feeder = ThreadFeeder(source, bars=None, bars_ahead=2)
    source.wait_for(3)
    feeder.renew(Wish(4, None, played=EMPTY.roll, ours=EMPTY.roll))
    assert source.given is not None
    until_ready(feeder, 2)
    bar = feeder.poll()
    assert isinstance(bar, Numbered)
    assert bar.heard == 1
    feeder.close()


def test_a_source_is_told_to_hurry_once() -> None:
    class Hasty(Counted):
        shares: ClassVar[list[float]] = []

        def hurry(self, share: float) -> bool:
            self.shares.append(share)
            return True

    feeder = ThreadFeeder(Hasty(), bars=1, bars_ahead=2)
    for share in (0.5, 0.5, 1.0):
        feeder.hurry(share)
    assert Hasty.shares == [0.5, 1.0]
    feeder.close()
