"""A clock that leads, heard by a follower that knows nothing of the plan."""

import random

import pytest

from bridge.messages import TimedMessage, checked
from bridge.sync.clock import ClockFollower
from bridge.sync.lead import ClockSender, song_position

CLOCK, START, CONTINUE, STOP = b"\xf8", b"\xfa", b"\xfb", b"\xfc"


def spb(bpm: float) -> float:
    return 60.0 / bpm


def kinds(events: list[TimedMessage]) -> list[bytes]:
    return [event.message for event in events if event.message != CLOCK]


def clocks(events: list[TimedMessage]) -> list[float]:
    return [event.at for event in events if event.message == CLOCK]


def test_a_song_from_its_start_begins_with_start_and_a_tick_on_the_beat() -> None:
    sender = ClockSender()
    sender.begin(10.0, 0.0, 0.5)
    events = sender.extend(11.0)
    assert kinds(events) == [START]
    assert clocks(events) == pytest.approx([10.0 + k * 0.5 / 24 for k in range(48)])


def test_nothing_is_handed_out_twice_however_it_is_asked_for() -> None:
    whole, parts = ClockSender(), ClockSender()
    for sender in (whole, parts):
        sender.begin(10.0, 3.3, 0.5)
    rng, now, got = random.Random(1), 9.0, []
    while now < 20.0:
        now += rng.random() / 3
        got += parts.extend(min(now, 20.0))
    assert got == whole.extend(20.0)


def test_in_the_middle_of_a_song_the_position_is_told_and_it_goes_on_at_a_sixteenth() -> None:
    sender = ClockSender()
    sender.begin(10.0, 7.3, 0.5)
    events = sender.extend(11.0)
    assert kinds(events) == [song_position(30), CONTINUE]
    resume = next(event.at for event in events if event.message == CONTINUE)
    tick = min(at for at in clocks(events) if at >= resume)
    assert tick == pytest.approx(10.0 + 0.2 * 0.5)  # beat 7.5 is sixteenth 30
    assert 0.001 <= tick - resume <= 0.003


def test_a_tempo_change_moves_ticks_and_tells_nothing() -> None:
    sender = ClockSender()
    sender.begin(10.0, 0.0, 0.5)
    events = sender.extend(10.9)
    sender.begin(10.76, 1.52, 0.25)
    events = [event for event in events if event.at < 10.76] + sender.extend(12.0)
    assert kinds(events) == [START]
    beats = [k / 24 for k in range(len(clocks(events)))]
    due = [10.0 + b * 0.5 if b < 1.52 else 10.76 + (b - 1.52) * 0.25 for b in beats]
    assert clocks(events) == pytest.approx(due)


def test_a_loop_stops_locates_and_goes_on() -> None:
    sender = ClockSender()
    sender.begin(10.0, 0.0, 0.5)
    assert kinds(sender.extend(15.9)) == [START]
    sender.begin(16.0, 4.0, 0.5)
    events = sender.extend(18.0)
    assert kinds(events) == [STOP, song_position(16), CONTINUE]
    assert events[-1].at < 18.0
    assert len(clocks(events)) == 4 + 96  # of the tick at 16.0 there is one, not two


def test_a_loop_to_the_beginning_is_a_start() -> None:
    sender = ClockSender()
    sender.begin(10.0, 0.0, 0.5)
    sender.begin(12.0, 0.0, 0.5)
    assert kinds(sender.extend(13.0)) == [START, STOP, START]


def test_stop_ends_the_ticks_and_what_was_planned() -> None:
    sender = ClockSender()
    sender.begin(10.0, 0.0, 0.5)
    sender.extend(13.0)
    sender.stop(11.0)
    events = sender.extend(15.0)
    assert [(event.at, event.message) for event in events] == [(11.0, STOP)]
    sender.stop(12.0)
    assert sender.extend(20.0) == []


def test_what_was_taken_back_is_handed_out_again() -> None:
    sender = ClockSender()
    sender.begin(10.0, 0.0, 0.5)
    first = sender.extend(12.0)
    sender.again(11.0)
    assert sender.extend(12.0) == [event for event in first if event.at >= 11.0]


def test_a_position_beyond_fourteen_bits_stays_at_the_last() -> None:
    assert song_position(20_000) == song_position(16_383) == b"\xf2\x7f\x7f"


def test_every_message_is_midi() -> None:
    sender = ClockSender()
    sender.begin(10.0, 2.0, 0.5)
    sender.begin(12.0, 900.0, 0.4)
    sender.stop(13.0)
    for event in sender.extend(14.0):
        assert checked(event.message) == event.message


@pytest.mark.parametrize("seed", range(6))
def test_a_follower_is_where_the_leader_is_whatever_the_leader_does(seed: int) -> None:
    rng = random.Random(seed)
    sender, follower = ClockSender(), ClockFollower(48_000)
    at, beat, bpm = 10.0, 0.0, 120.0
    sender.begin(at, beat, spb(bpm))
    for _ in range(25):
        until = at + rng.uniform(2.5, 6.0)
        for event in sender.extend(until):
            follower.feed(round(event.at * 48_000) / 48_000, event.message)
        beat += (until - at) / spb(bpm)
        host = follower.host(until)
        assert host is not None
        assert host.rolling
        assert abs(host.beat_at(until) - beat) * spb(bpm) < 2 / 48_000
        at, kind = until, rng.choice(["tempo", "jump", "stop"])
        if kind == "tempo":
            bpm = float(rng.randint(60, 180))
        elif kind == "jump":
            beat = (24 * rng.randint(0, 60) + 5) / 4
        else:
            sender.stop(at)
            for event in sender.extend(at + 1.0):
                follower.feed(event.at, event.message)
            stopped = follower.host(at + 1.0)
            assert stopped is not None
            assert not stopped.rolling
            at += 1.5
        sender.begin(at, beat, spb(bpm))
