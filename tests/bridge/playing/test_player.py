from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from itertools import takewhile

import pytest

from bridge.duet.wish import Wish
from bridge.errors import SourceError
from bridge.messages import is_note_off, is_note_on, program_change
from bridge.playing.player import Player, PlayerEvent, PlayerReport, PlayerSettings
from bridge.ports.memoryport import ManualClock, MemoryPort
from bridge.ports.sounding import Sounding
from bridge.source import Bar, CutBar, RollSource, seconds_in
from model.roll import Note, Roll

BAR_S = 2.0
NO_VARIATIONS = PlayerSettings(most_varied=0)


class Script:
    """A feeder whose bars become ready at times of the manual clock."""

    computing_s = 0.5
    music_s = 10.0
    bar_s = 0.0

    def __init__(self, clock: ManualClock, bars: list[tuple[float, Bar]]) -> None:
        self.error: BaseException | None = None
        self.shares: list[float] = []
        self._clock = clock
        self._bars = deque(bars)

    @property
    def is_finished(self) -> bool:
        return not self._bars

    @property
    def is_made(self) -> bool:
        return self.ready() == len(self._bars)

    def poll(self) -> Bar | None:
        return self._bars.popleft()[1] if self.ready() else None

    def ready(self) -> int:
        return sum(1 for _ in takewhile(lambda b: b[0] <= self._clock.now(), self._bars))

    def hurry(self, share: float) -> None:
        self.shares.append(share)

    def renew(self, wish: Wish | None = None) -> None:
        raise AssertionError("nobody asked for other bars")

    def close(self) -> None:
        self._bars.clear()


class Stage:
    """A player on a port in memory, with everything that a test wants to look at."""

    def __init__(self, bars: list[tuple[float, Bar]], settings: PlayerSettings | None = None):
        self.clock = ManualClock()
        self.port = MemoryPort(self.clock)
        self.feeder = Script(self.clock, bars)
        self.events: list[PlayerEvent] = []
        self.then: Callable[[], None] = lambda: None
        self.player = Player(
            self.port,
            self.feeder,
            settings,
            on_event=self.events.append,
            wait=self._wait,
            keep=True,
        )

    def _wait(self, seconds: float) -> None:
        self.port.pass_time(seconds)
        self.then()

    def onsets(self) -> list[float]:
        return [round(at, 6) for at, m in self.port.wire if is_note_on(m)]

    def pitches(self) -> list[int]:
        return [m[1] for _, m in self.port.wire if is_note_on(m)]

    def hanging(self) -> int:
        sounding = Sounding()
        for _, message in self.port.wire:
            sounding.feed(message)
        return len(sounding)


def bar_with_downbeat(pitch: int = 60, steps: int = 4) -> Bar:
    return CutBar(Roll.from_notes([Note(0, 0, pitch, steps, 64)], 16))


def steady(count: int, ready_at: float = 0.0) -> list[tuple[float, Bar]]:
    return [(ready_at, bar_with_downbeat(60 + k)) for k in range(count)]


def test_every_bar_begins_on_its_line() -> None:
    stage = Stage(steady(4))
    report = stage.player.play()
    assert stage.onsets() == [0.3, 2.3, 4.3, 6.3]
    assert (report.bars, report.missed_deadlines) == (4, 0)
    assert not report.interrupted
    assert stage.hanging() == 0


def test_nothing_begins_before_the_first_bar_is_ready() -> None:
    stage = Stage(steady(1, ready_at=5.0))
    report = stage.player.play()
    assert stage.onsets() == pytest.approx([5.3], abs=0.011)
    assert report.first_note_at == pytest.approx(stage.onsets()[0])
    assert report.missed_deadlines == 0


def test_programs_come_before_the_first_note() -> None:
    stage = Stage(steady(1))
    stage.player.play()
    assert stage.port.wire[0].message == program_change(0, 0)
    assert stage.port.wire[0].at == pytest.approx(0.2)


def test_a_bar_that_is_not_ready_is_missed_and_begins_on_the_next_line() -> None:
    bars = steady(4)
    bars[2] = (4.5, bars[2][1])  # its line is at 4.3
    stage = Stage(bars, NO_VARIATIONS)
    report = stage.player.play()
    assert stage.onsets() == [0.3, 2.3, 6.3, 8.3]
    assert report.missed_deadlines == 1
    assert [(e.kind, e.bar) for e in stage.events] == [
        ("bar", 1),
        ("bar", 2),
        ("silent", 3),
        ("bar", 3),
        ("bar", 4),
    ]
    assert stage.hanging() == 0


def test_each_line_without_a_bar_counts() -> None:
    bars = steady(2)
    bars[1] = (7.0, bars[1][1])
    stage = Stage(bars, NO_VARIATIONS)
    report = stage.player.play()
    assert stage.onsets() == [0.3, 8.3]
    assert (report.missed_deadlines, report.silent, report.varied) == (3, 3, 0)


def test_a_variation_of_an_earlier_bar_plays_where_one_is_missing() -> None:
    bars = steady(5)
    bars[4] = (11.0, bars[4][1])  # its line is at 8.3
    stage = Stage(bars)
    report = stage.player.play()
    assert stage.onsets() == [0.3, 2.3, 4.3, 6.3, 8.3, 10.3, 12.3]
    assert stage.pitches() == [60, 61, 62, 63, 60, 61, 64]  # each from its place in the phrase
    assert (report.bars, report.missed_deadlines, report.varied, report.silent) == (5, 2, 2, 0)
    assert [event.kind for event in stage.events][4:] == ["varied", "varied", "bar"]
    assert report.played is not None
    assert len(report.played) == 7


def test_after_too_many_variations_there_is_silence() -> None:
    bars = steady(2)
    bars[1] = (12.0, bars[1][1])
    stage = Stage(bars, PlayerSettings(most_varied=2))
    report = stage.player.play()
    assert stage.onsets() == [0.3, 2.3, 4.3, 12.3]
    assert (report.varied, report.silent) == (2, 3)
    assert stage.hanging() == 0


def test_as_time_runs_out_the_source_is_told_to_hurry() -> None:
    bars = steady(3)
    bars[2] = (4.0, bars[2][1])
    stage = Stage(bars)
    stage.feeder.bar_s = 1.0
    report = stage.player.play()
    assert stage.feeder.shares[0] == 1.0
    assert min(stage.feeder.shares) == pytest.approx(0.1, abs=0.05)  # 0.3 s before its line
    assert sorted(stage.feeder.shares, reverse=True) == stage.feeder.shares
    assert report.least_slack_s == pytest.approx(0.3, abs=0.02)
    assert report.missed_deadlines == 0


def test_bars_made_in_fewer_rounds_are_counted() -> None:
    @dataclass(frozen=True)
    class Hurried(CutBar):
        shortened: bool = True

    bars = steady(3)
    bars[1] = (0.0, Hurried(bars[1][1].roll))
    stage = Stage(bars)
    report = stage.player.play()
    assert report.shortened == 1
    assert [event.shortened for event in stage.events] == [False, True, False]


def test_a_note_tied_into_a_bar_that_comes_at_the_last_moment_sounds_on() -> None:
    roll = Roll.from_notes([Note(0, 0, 60, 16, 64)], 16)
    tied = CutBar(Roll.from_notes([Note(0, 0, 60, 8, 64)], 16), frozenset({(0, 60)}))
    stage = Stage([(0.0, CutBar(roll)), (2.15, tied)])  # its line is at 2.3
    stage.player.play()
    ends = [at for at, m in stage.port.wire if is_note_off(m)]
    assert stage.onsets() == [0.3]
    assert ends[0] == pytest.approx(3.3)


def test_a_sleeping_machine_loses_the_time_but_not_the_beat() -> None:
    stage = Stage(steady(8))
    naps = iter([2.71])

    def nap() -> None:
        if stage.clock.now() > 3.0 and (seconds := next(naps, None)):
            stage.clock.advance(seconds)

    stage.then = nap
    report = stage.player.play()
    assert report.bars == 8
    assert stage.hanging() == 0


def test_a_note_tied_into_a_missed_bar_ends_on_the_bar_line() -> None:
    bars = [(0.0, bar_with_downbeat(steps=16)), (4.0, bar_with_downbeat(72))]
    stage = Stage(bars)
    stage.player.play()
    ends = [at for at, m in stage.port.wire if is_note_off(m)]
    assert ends[0] == pytest.approx(2.3)


def test_bars_of_many_tempos_follow_each_other_without_gaps() -> None:
    roll = Roll.from_notes([Note(step, 0, 60, 1, 64) for step in range(0, 96, 16)], 96)
    source, bars = RollSource(roll), []
    while (bar := source.next_bar()) is not None:
        bars.append((0.0, bar))
    stage = Stage(list(bars))
    stage.player.play()
    lines = [0.3 + sum(seconds_in(bar) for _, bar in bars[:k]) for k in range(len(bars))]
    assert stage.onsets() == pytest.approx(lines)


def test_bars_are_handed_over_no_earlier_than_the_look_ahead() -> None:
    stage = Stage(steady(5), PlayerSettings(look_ahead_s=0.5))
    handed: list[float] = []
    stage.then = lambda: handed.append(stage.port.stats().pending)
    stage.player.play()
    assert max(handed) <= 2 * 2  # two bars of one onset and one release at most


def test_stop_silences_every_note() -> None:
    stage = Stage([(0.0, bar_with_downbeat(steps=16)) for _ in range(8)])

    def stop_at_five() -> None:
        if stage.clock.now() > 5.0:
            stage.player.stop()

    stage.then = stop_at_five
    report = stage.player.play()
    assert report.interrupted
    assert stage.hanging() == 0
    assert max(stage.onsets()) < 5.1


def test_ctrl_c_silences_every_note() -> None:
    stage = Stage([(0.0, bar_with_downbeat(steps=16)) for _ in range(8)])

    def interrupt() -> None:
        if stage.clock.now() > 3.0:
            raise KeyboardInterrupt

    stage.then = interrupt
    report = stage.player.play()
    assert report.interrupted
    assert stage.hanging() == 0
    assert stage.port.stats().pending == 0


def test_what_a_source_made_before_it_failed_is_played_to_its_end() -> None:
    stage = Stage([(0.0, bar_with_downbeat(steps=16)) for _ in range(2)])
    stage.feeder.error = RuntimeError("out of ideas")
    with pytest.raises(SourceError, match="bar 3 failed: out of ideas"):
        stage.player.play()
    assert stage.onsets() == [0.3, 2.3]
    assert stage.clock.now() >= 4.3
    assert stage.hanging() == 0


def test_the_report_keeps_what_was_played_and_tells_the_speed() -> None:
    report = Stage(steady(2)).player.play()
    assert report.played is not None
    assert len(report.played) == 2
    assert report.realtime_factor == 20.0


def test_a_speed_that_was_too_short_to_measure_is_not_told() -> None:
    assert PlayerReport(computing_s=0.0, made_s=4.0).realtime_factor is None


def test_no_bars_at_all_play_nothing() -> None:
    stage = Stage([])
    report = stage.player.play()
    assert (report.bars, report.first_note_at) == (0, None)
    assert stage.onsets() == []
