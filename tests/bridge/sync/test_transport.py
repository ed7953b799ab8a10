"""JACK's transport: as reports say it is, and on a real server with a timebase master."""

import math
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from bridge.errors import PortError
from bridge.inputs.inputport import InputPort
from bridge.inputs.jacktransport import (
    TransportReport,
    TransportWatch,
    bars_of,
    musical,
    report_of,
)
from bridge.ports.dummyjack import DummyJack
from bridge.sync.hosttime import HostBars, HostTime
from bridge.sync.transport import TransportFollower
from tests.waiting import until

RATE = 48_000
FRAME = 1 / RATE
GRAIN = 1 / 1920
ROOT = Path(__file__).resolve().parents[3]
PATIENCE_S = 20.0


def reports(
    song_s: float, count: int, *, at: float = 100.0, bpm: float = 120.0, offset: float = 0.0
) -> list[TransportReport]:
    """What a master of one tempo tells in cycles of 256 frames."""
    found = []
    for k in range(count):
        now = k * 256 / RATE
        beat = (song_s + now) * bpm / 60 + offset
        told = math.floor(beat / GRAIN) * GRAIN
        found.append(TransportReport(at + now, True, song_s + now, told, bpm, GRAIN))
    return found


def test_without_a_master_beats_are_counted_at_our_own_tempo() -> None:
    follower = TransportFollower(RATE, bpm=90.0)
    assert follower.host(1.0) is None
    follower.feed(TransportReport(100.0, True, 8.0))
    host = follower.host(100.0)
    assert host is not None
    assert (host.rolling, host.lock) == (True, "locked")
    assert host.beat_at(102.0) == pytest.approx(15.0)


def test_without_a_master_another_tempo_can_be_given_and_with_one_not() -> None:
    follower = TransportFollower(RATE, bpm=90.0)
    ours = [follower.tempo_is_ours]  # nothing was heard yet
    follower.feed(TransportReport(100.0, True, 8.0))
    ours.append(follower.tempo_is_ours)
    before = follower.host(100.0)
    follower.propose(60.0)
    host = follower.host(100.0)
    assert host is not None
    assert before is not None
    assert (host.bpm, host.jump) == (60.0, before.jump + 1)
    assert host.beat_at(102.0) == pytest.approx(10.0)
    follower.feed(reports(10.0, 1, at=102.0, bpm=137.0)[0])
    ours.append(follower.tempo_is_ours)
    assert ours == [False, True, False]
    follower.propose(50.0)
    host = follower.host(102.0)
    assert host is not None
    assert host.bpm == 137.0


def test_one_tempo_from_the_start_is_exact_at_once() -> None:
    follower = TransportFollower(RATE)
    follower.feed(reports(12.34567, 1, bpm=137.0)[0])
    host = follower.host(100.0)
    assert host is not None
    assert host.lock == "locked"
    assert abs(host.beat_at(101.0) - 13.34567 * 137 / 60) < 1e-9


def test_after_a_change_of_tempo_the_offset_is_found_to_the_frame() -> None:
    follower = TransportFollower(RATE)
    offset, bpm = 7.12345, 133.3
    for report in reports(20.0, 40, bpm=bpm, offset=offset):
        follower.feed(report)
    host = follower.host(100.2)
    assert host is not None
    assert host.lock == "locked"
    truth = 20.2 * bpm / 60 + offset
    assert abs(host.beat_at(100.2) - truth) * 60 / bpm < 2 * FRAME


def test_the_line_stays_the_same_while_nothing_happens() -> None:
    follower = TransportFollower(RATE)
    told = set()
    for report in reports(3.0, 50):
        follower.feed(report)
        told.add(follower.host(report.at))
    assert len(told) == 1


def test_a_locate_is_a_jump_and_a_stop_holds_the_position() -> None:
    follower = TransportFollower(RATE)
    first, *_, last = reports(3.0, 10)
    follower.feed(first)
    before = follower.host(last.at)
    follower.feed(last)
    follower.feed(TransportReport(last.at + 0.1, True, 60.0, 120.0, 120.0, GRAIN))
    moved = follower.host(last.at + 0.1)
    follower.feed(TransportReport(last.at + 0.2, False, 60.1, 120.2, 120.0, GRAIN))
    stopped = follower.host(last.at + 9.0)
    assert before is not None
    assert moved is not None
    assert stopped is not None
    assert moved.jump == before.jump + 1
    assert moved.beat == pytest.approx(120.0)
    assert not stopped.rolling
    assert stopped.beat_at(200.0) == pytest.approx(120.2)
    follower.feed(TransportReport(last.at + 5.2, True, 60.1, 120.2, 120.0, GRAIN))
    again = follower.host(last.at + 5.2)
    assert again is not None
    assert again.jump > stopped.jump


def position(**fields: float) -> SimpleNamespace:
    usual = {"frame": 0, "valid": 0x10, "bar": 1, "beat": 1, "tick": 0, "bar_start_tick": 0.0}
    usual |= {"beats_per_bar": 4.0, "beat_type": 4.0, "ticks_per_beat": 1920.0}
    return SimpleNamespace(**{**usual, "beats_per_minute": 120.0, **fields})


def test_positions_are_quarter_notes_whatever_the_metre_is_written_in() -> None:
    assert musical(position(valid=0)) == (None, None, None)
    assert musical(position(bar=3, beat=2, tick=960, bar_start_tick=15360.0)) == (
        9.5,
        120.0,
        1 / 1920,
    )
    # Bars of six eighths: eighths in ticks, eighths a minute.
    eighths = position(bar=2, beat=4, beat_type=8.0, beats_per_bar=6.0, bar_start_tick=6 * 1920.0)
    assert musical(eighths) == (4.5, 60.0, 0.5 / 1920)
    # Some masters leave out where the bar begins.
    assert musical(position(bar=3, beat=1))[0] == 8.0


def test_bars_are_told_as_where_the_first_of_them_would_be() -> None:
    assert bars_of(position(valid=0)) == ()
    assert bars_of(position(bar=3, beat=2, bar_start_tick=15360.0)) == (0.0, 4.0)
    # Two bars of four quarters, then bars of seven eighths: the third of those.
    sevens = position(bar=5, beats_per_bar=3.5, bar_start_tick=(8 + 7) * 1920.0)
    assert bars_of(sevens) == (1.0, 3.5)
    follower = TransportFollower(RATE)
    line = [256, 1, 0, 15.0, 120.0, GRAIN, *bars_of(sevens)]
    follower.feed(report_of(line, RATE))
    host = follower.host(1.0)
    assert host is not None
    assert host.bars == HostBars(1.0, 3.5)


def test_a_watch_tells_changes_closely_and_the_rest_now_and_then() -> None:
    state = SimpleNamespace(rolling=0, frame=0)
    client = SimpleNamespace(
        samplerate=RATE,
        transport_query_struct=lambda: (state.rolling, position(frame=state.frame)),
    )
    watch = TransportWatch(client)
    told = []
    for cycle in range(400):
        if cycle == 200:
            state.rolling = 1
        told.append(watch.look(cycle * 256, 256))
        state.frame += 256 * state.rolling
    counts = [sum(line is not None for line in told[k : k + 100]) for k in (0, 100, 200, 300)]
    assert counts[0] > 32
    assert counts[1] < 15
    assert counts[2] > 32
    assert counts[3] < 15
    first = told[0]
    assert first is not None
    assert report_of(first, RATE).rolling is False


class Remote:
    """The timebase master's process, told what to do."""

    def __init__(self, server: DummyJack) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.bridge.sync.timebase"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**os.environ, **server.environment},
        )
        assert self.answer() == ["ready"]

    def __call__(self, order: str) -> tuple[int, float, float]:
        assert self.process.stdin is not None
        print(order, file=self.process.stdin, flush=True)
        _, frame, beat, bpm = self.answer()
        return int(frame), float(beat), float(bpm)

    def answer(self) -> list[str]:
        assert self.process.stdout is not None
        return self.process.stdout.readline().split()

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(PATIENCE_S)
        assert self.process.stdout is not None
        self.process.stdout.close()


@pytest.fixture
def remote(jack_server: DummyJack) -> Iterator[Remote]:
    master = Remote(jack_server)
    yield master
    master("stop")
    master("locate 0")
    master.close()


@pytest.mark.ports
@pytest.mark.xdist_group("ports")
def test_a_real_transport_is_followed_to_two_frames(jack_server: DummyJack, remote: Remote) -> None:
    follower = TransportFollower(RATE)
    seen: list[TransportReport] = []
    lock = threading.Lock()

    def take(report: TransportReport) -> None:
        with lock:
            seen.append(report)
            follower.feed(report)

    def worst_s(since: int, frame: int, beat: float, bpm: float) -> float:
        """The worst error of what the follower says about each report, beside the master's sum."""
        host = follower.host(seen[-1].at)
        assert host is not None
        truths = [(r.at, beat + (r.song_s - frame / RATE) * bpm / 60) for r in seen[since:]]
        return max(abs(host.beat_at(at) - truth) for at, truth in truths) * 60 / bpm

    def settled(rolling: bool, bpm: float, song_s: float) -> bool:
        last, host = seen[-1], follower.host(seen[-1].at)
        good = host is not None and host.lock == "locked" and last.rolling == rolling
        return good and last.bpm == bpm and last.song_s >= song_s

    with InputPort(jack_server.system(), "", lambda events: None, on_transport=take):
        until(lambda: len(seen) > 0)
        master = remote("bpm 120")
        remote("start")
        until(lambda: settled(True, 120.0, 0.3))
        assert worst_s(len(seen) - 1, *master) < 2 * FRAME
        jump = follower.host(0.0)
        master = remote("bpm 133.3")
        until(lambda: settled(True, 133.3, 0.8))
        until(lambda: sum(r.bpm == 133.3 for r in seen) > 40)
        assert worst_s(len(seen) - 1, *master) < 2 * FRAME
        remote("locate 4800000")
        until(lambda: settled(True, 133.3, 100.2))
        assert worst_s(len(seen) - 1, *master) < 2 * FRAME
        moved = follower.host(0.0)
        remote("stop")
        until(lambda: not seen[-1].rolling)
    assert jump is not None
    assert moved is not None
    assert moved.jump > jump.jump


@pytest.mark.ports
@pytest.mark.xdist_group("ports")
def test_only_jack_has_a_transport(jack_server: DummyJack) -> None:
    system = jack_server.system("rtmidi-jack")
    with pytest.raises(PortError, match="only JACK and PipeWire"):
        InputPort(system, "", lambda events: None, on_transport=lambda report: None)


@pytest.mark.ports
@pytest.mark.xdist_group("ports")
def test_a_real_transport_that_loops_is_foreseen_and_rolls_on(
    jack_server: DummyJack, remote: Remote
) -> None:
    follower = TransportFollower(RATE)
    seams: list[tuple[HostTime | None, HostTime | None]] = []
    lock = threading.Lock()

    def take(report: TransportReport) -> None:
        with lock:
            before = follower.host(report.at)
            follower.feed(report)
            if report.starting and before is not None and before.rolling:
                seams.append((before, follower.host(report.at)))

    with InputPort(jack_server.system(), "", lambda events: None, on_transport=take):
        remote("bpm 120")
        remote("locate 0")
        remote("loop 36000")
        remote("start")
        until(lambda: len(seams) > 5)
        remote("loop 0")
    for before, standing in seams[-2:]:
        assert before is not None
        assert standing is not None
        assert before.loop is not None
        assert before.loop.start == pytest.approx(0.0, abs=1e-3)
        assert before.loop.stop == pytest.approx(1.5, abs=0.05)
        assert 0.0 < before.loop.pause_s < 0.1
        assert standing.rolling
        foreseen = before.foreseen(standing.at).time_of(0.0)
        assert standing.time_of(0.0) == pytest.approx(foreseen, abs=0.05)  # if a cycle came late


CYCLE_S = 256 / RATE


class Looping:
    """A transport in a loop of 2 s, as JACK does it: it jumps between cycles and stands for one."""

    def __init__(self) -> None:
        self.follower = TransportFollower(RATE, bpm=120.0)
        self.at, self.song_s = 100.0, 0.0

    def cycles(self, count: int, *, jumps: bool = True) -> None:
        for _ in range(count):
            self.follower.feed(TransportReport(self.at, True, self.song_s))
            self.at += CYCLE_S
            self.song_s += CYCLE_S
            if jumps and self.song_s > 2.001:
                self.song_s = 0.0
                self.follower.feed(TransportReport(self.at, False, 0.0, starting=True))
                self.at += CYCLE_S

    def told(self) -> HostTime:
        told = self.follower.host(self.at)
        assert told is not None
        return told


def test_a_loop_of_jacks_is_foreseen_when_it_comes_a_second_time() -> None:
    host = Looping()
    host.cycles(500)
    assert host.told().loop is None
    host.cycles(376)
    loop = host.told().loop
    assert loop is not None
    assert loop.start == 0.0
    assert loop.stop == pytest.approx(2 * 376 * CYCLE_S)
    assert loop.pause_s == pytest.approx(CYCLE_S)


def test_while_it_stands_at_a_foreseen_seam_it_is_told_as_about_to_go() -> None:
    host = Looping()
    host.cycles(376 + 376 + 375)
    before = host.told()
    assert before.loop is not None
    seam_at = host.at + CYCLE_S
    host.follower.feed(TransportReport(host.at, True, host.song_s))
    host.follower.feed(TransportReport(seam_at, False, 0.0, starting=True))
    standing = host.follower.host(seam_at + 0.001)
    assert standing is not None
    assert standing.rolling
    assert standing.time_of(0.0) == pytest.approx(seam_at + CYCLE_S)
    foreseen = before.foreseen(seam_at + 0.1)
    assert foreseen.beat_at(seam_at + 0.1) == pytest.approx(standing.beat_at(seam_at + 0.1))
    late = host.follower.host(seam_at + 1.0)  # it never went
    assert late is not None
    assert not late.rolling


def test_a_transport_that_goes_on_behind_its_loop_has_left_it() -> None:
    host = Looping()
    host.cycles(376 + 376 + 301)
    assert host.told().loop is not None
    host.cycles(75 + 3, jumps=False)
    assert host.told().loop is not None  # the jump may still be on its way
    host.cycles(4, jumps=False)
    assert host.told().loop is None
    assert host.told().beat_at(host.at) == pytest.approx(host.song_s * 2.0)


def test_a_watch_tells_a_transport_that_is_about_to_roll() -> None:
    assert report_of([256, 2, 0, None, None, None], RATE).starting
    assert not report_of([256, 2, 0, None, None, None], RATE).rolling
    assert not report_of([256, 1, 0, None, None, None], RATE).starting
