"""Ableton Link: its line from readings, its process with a stand-in, and two real peers."""

import os
import random
import sys
import threading
import time
from pathlib import Path

import pytest

from bridge.errors import PortError
from bridge.ports.dummyjack import DummyJack
from bridge.ports.systems import MidiSystem
from bridge.processes.childprocess import ChildProcess
from bridge.sync import linkchild
from bridge.sync.hosttime import HostTime
from bridge.sync.link import LinkFollower, LinkLine
from bridge.sync.linkchild import moment, obey, open_clock
from tests.waiting import until

PATIENCE_S = 20.0


class Session:
    """What Link would read at a moment, with delays."""

    def __init__(self, line: LinkLine) -> None:
        self.line = line
        self.rng = random.Random(2)
        self.now, self.beat, self.bpm = 50.0, 3.0, 120.0
        self.playing, self.peers = False, 1

    def read(self, count: int) -> HostTime:
        for _ in range(count):
            self.now += 0.03
            self.beat += 0.03 * self.bpm / 60
            delay = self.rng.uniform(-0.0001, 0.0001) + 0.02 * (self.rng.random() < 0.05)
            self.line.feed(self.now + delay, self.beat, self.bpm, self.playing, self.peers)
        host = self.line.host(self.now)
        assert host is not None
        return host

    def error_s(self, host: HostTime) -> float:
        return abs(host.beat_at(self.now) - self.beat) * 60 / self.bpm


def test_delayed_readings_give_a_line_that_is_right_and_stays() -> None:
    session = Session(LinkLine())
    assert session.line.host(0.0) is None
    host = session.read(30)
    assert (host.lock, host.rolling, host.bpm) == ("locked", True, 120.0)
    told = set()
    for _ in range(30):
        told.add(session.read(10))
        assert session.error_s(session.read(1)) < 0.0005
    assert len(told) < 4


def test_another_tempo_is_no_jump_and_a_moved_session_is_one() -> None:
    session = Session(LinkLine())
    first = session.read(30)
    session.bpm = 90.0
    slower = session.read(6)
    assert slower.jump == first.jump
    assert session.error_s(slower) < 0.0005
    session.beat += 1.5
    moved = session.read(12)
    assert moved.jump == first.jump + 1
    assert session.error_s(moved) < 0.0005


@pytest.mark.parametrize("bars", [-1, 1, 3])
def test_bars_that_link_counts_more_or_less_are_no_jump(bars: int) -> None:
    """As it may where the tempo changes: only the place in the bar is shared."""
    session = Session(LinkLine())
    first = session.read(30)
    expected = first.beat_at(session.now)
    session.bpm, session.beat = 240.0, session.beat + 4.0 * bars
    after = session.read(10)
    assert after.jump == first.jump
    assert after.beat_at(session.now) == pytest.approx(expected + 0.3 * 240 / 60, abs=0.002)
    session.beat += 4.0 * bars + 1.0
    moved = session.read(12)
    assert moved.jump == first.jump + 1
    assert moved.beat_at(session.now) == pytest.approx(expected + 0.66 * 240 / 60 + 1.0, abs=0.002)


def test_alone_there_is_no_host_to_follow() -> None:
    session = Session(LinkLine())
    session.peers = 0
    alone = session.read(10)
    assert (alone.lock, alone.rolling) == ("none", False)
    session.peers = 2
    assert session.read(10).jump == alone.jump + 1


def test_start_and_stop_are_followed_where_that_is_asked_for() -> None:
    session = Session(LinkLine(start_stop=True))
    waiting = session.read(10)
    assert not waiting.rolling
    session.playing = True
    playing = session.read(1)
    assert (playing.rolling, playing.jump) == (True, waiting.jump + 1)
    session.playing = False
    assert not session.read(1).rolling


class FakePeer:
    """A session that stands at one beat."""

    def __init__(self) -> None:
        self.enabled = self.start_stop_sync_enabled = True
        self.quantum, self.tempo, self.playing = 4.0, 120.0, False
        self.beat, self.num_peers = 7.25, 3


def test_of_several_readings_the_quickest_is_told() -> None:
    clock = iter([0, 900, 1000, 1010, 2000, 2900])
    line = moment(FakePeer(), lambda: next(clock), rate=1_000_000)
    assert line == {"link": [450.0, 7.25, 120.0, False, 3]} or line["link"][0] == 1005.0


def test_orders_change_the_session() -> None:
    peer = FakePeer()
    obey(peer, {"bpm": 133})
    obey(peer, {"playing": True})
    assert (peer.tempo, peer.playing) == (133.0, True)


def test_without_jack_the_clock_is_the_systems() -> None:
    now, rate, close = open_clock({"exact": False}, threading.Event())
    assert (now, rate) == (time.perf_counter_ns, 1_000_000_000)
    close()


def test_without_the_library_one_sentence_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "aalink", None)
    with pytest.raises(PortError, match=r"pip install \"fractalroll\[link\]\""):
        linkchild.join(120.0, 4.0)


@pytest.mark.ports
@pytest.mark.xdist_group("ports")
def test_two_real_peers_share_a_beat_on_two_clocks(jack_server: DummyJack) -> None:
    """One tells times in frames, the other on the system's clock: the same beats for both."""
    here = MidiSystem("alsa", True, "the system's clock")
    one, other = LinkFollower(jack_server.system(), bpm=97.0), LinkFollower(here, bpm=131.0)
    try:
        until(lambda: bool(one.peers and other.peers))
        one.propose(144.0)
        until(lambda: all(round(_bpm(peer), 1) == 144.0 for peer in (one, other)))
        until(lambda: all(_lock(peer) == "locked" for peer in (one, other)))
        jump = _host(other).jump
        one.propose(101.0)
        until(lambda: round(_bpm(other), 1) == 101.0 and _lock(other) == "locked")
        assert _host(other).jump == jump
        ours = _host(other)
        assert ours.rolling
        other.close()
        until(lambda: one.peers == 0)
        assert _lock(one) == "none"
    finally:
        one.close()
        other.close()


def _host(follower: LinkFollower) -> HostTime:
    host = follower.host(0.0)
    assert host is not None
    return host


def _bpm(follower: LinkFollower) -> float:
    return _host(follower).bpm


def _lock(follower: LinkFollower) -> str:
    return _host(follower).lock


def test_the_process_ends_with_its_pipe() -> None:
    spec = {"exact": False, "bpm": 120.0, "quantum": 4.0, "near": 0, "parent": os.getpid()}
    child = ChildProcess("bridge.sync.linkchild", spec)
    child.wait_ready(PATIENCE_S)
    child.close()
    assert not child.is_alive()
    assert not Path(f"/proc/{child.pid}").exists()
