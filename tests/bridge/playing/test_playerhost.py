"""The player under a host, and beside a musician, on a clock turned by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bridge.duet.duet import Duet
from bridge.duet.duetsettings import DuetSettings
from bridge.duet.wish import Wish
from bridge.messages import is_note_on, note_off, note_on
from bridge.playing.bargaps import BarGaps
from bridge.playing.player import Player, PlayerEvent, PlayerSettings
from bridge.playing.standin import rest_like
from bridge.playing.together import Together
from bridge.ports.memoryport import ManualClock, MemoryPort
from bridge.ports.sounding import Sounding
from bridge.source import Bar, CutBar
from bridge.sync.hosttime import HostLoop, HostTime
from model.roll import Note, Roll

BAR_S = 2.0
TICK_S = 0.01


def bar(pitch: int) -> Bar:
    return CutBar(Roll.from_notes([Note(0, 0, pitch, 4, 64)], 16))


class Endless:
    """A feeder that always has a bar ready: one note, a semitone higher each time."""

    error: BaseException | None = None
    computing_s = music_s = bar_s = 0.0
    is_finished = is_made = False

    def __init__(self) -> None:
        self.given = 0
        self.wishes: list[Wish | None] = []

    def poll(self) -> Bar | None:
        self.given += 1
        return bar(39 + self.given)

    def ready(self) -> int:
        return 1

    def hurry(self, share: float) -> None:
        pass

    def renew(self, wish: Wish | None = None) -> None:
        self.wishes.append(wish)

    def close(self) -> None:
        pass


class Daw:
    """A host at 120 bpm that does what a test says."""

    name = "daw"

    def __init__(self, clock: ManualClock) -> None:
        self._clock = clock
        self._line = HostTime(False, 0.0, 0.0, 120.0, "locked", 0)
        self.loop: HostLoop | None = None

    def say(self) -> None:
        """Tell the loop as it is."""
        self._line = replace(self._line, loop=self.loop)

    def go(self, beat: float, rolling: bool = True) -> None:
        jump = self._line.jump + 1
        self._line = HostTime(rolling, self._clock.now(), beat, 120.0, "locked", jump, self.loop)

    def host(self, now: float) -> HostTime | None:
        return self._line

    def close(self) -> None:
        pass


class Stage:
    def __init__(self, **settings: Any) -> None:
        self.clock = ManualClock()
        self.port = MemoryPort(self.clock)
        self.feeder = Endless()
        self.daw = Daw(self.clock)
        self.events: list[PlayerEvent] = []
        self.player = Player(
            self.port,
            self.feeder,
            PlayerSettings(**settings),
            on_event=self.events.append,
            follower=self.daw,
        )

    def run(self, seconds: float) -> list[int]:
        """Let time pass; the pitches that were struck in it."""
        before = len(self.port.wire)
        for _ in range(round(seconds / TICK_S)):
            self.player.turn()
            self.port.pass_time(TICK_S)
        return [m[1] for _, m in self.port.wire[before:] if is_note_on(m)]

    def hanging(self) -> int:
        sounding = Sounding()
        for _, message in self.port.wire:
            sounding.feed(message)
        return len(sounding)


@pytest.mark.parametrize("nudge_s", [0.0, 0.3])
def test_a_host_that_jumps_far_ahead_takes_no_bars_for_what_it_left_out(nudge_s: float) -> None:
    stage = Stage()
    stage.player.deck.nudge_s = nudge_s
    stage.daw.go(0.0)
    stage.run(3.0)
    given = stage.feeder.given
    stage.daw.go(400.0)
    struck = stage.run(2.5)
    assert stage.feeder.given <= given + 3
    assert len(struck) == 2
    assert [event.kind for event in stage.events].count("silent") == 0
    assert {event.step for event in stage.events[given:]} <= {1600, 1616, 1632}


def test_nothing_plays_until_the_host_does_and_nothing_sounds_when_it_stops() -> None:
    stage = Stage()
    assert stage.run(3.0) == []
    stage.daw.go(0.0)
    assert stage.run(5.0) == [40, 41, 42]
    stage.daw.go(10.0, rolling=False)
    assert stage.run(3.0) == []
    assert stage.hanging() == 0


def test_where_the_host_comes_back_to_the_same_bars_are() -> None:
    stage = Stage()
    stage.daw.go(0.0)
    stage.run(7.0)
    stage.daw.go(4.0)
    assert stage.run(3.5) == [41, 42]
    assert stage.hanging() == 0


def test_bars_that_the_host_jumped_over_are_made_when_it_comes_there() -> None:
    stage = Stage()
    stage.daw.go(0.0)
    stage.run(1.0)  # the next bar is not yet committed
    stage.daw.go(40.0)
    assert stage.run(3.0) == [41, 42]  # bars 11 and 12 of the song
    stage.daw.go(4.0)
    made = stage.run(3.0)
    assert made == [43, 44]  # new ones
    assert [event.step for event in stage.events] == [0, 160, 176, 16, 32]
    stage.daw.go(40.0)
    assert stage.run(3.0) == [41, 42]
    assert stage.hanging() == 0


def test_what_lies_far_behind_is_forgotten_and_made_anew() -> None:
    stage = Stage(kept_bars=4)
    stage.daw.go(0.0)
    stage.run(20 * BAR_S - 0.6)
    assert stage.player.deck.piece.notes.shape[1] <= 8
    given = stage.feeder.given
    stage.daw.go(0.0)
    assert stage.run(1.0) == [40 + given]
    assert stage.hanging() == 0


def test_a_finished_piece_may_be_begun_anywhere() -> None:
    class Finished(Endless):
        @property
        def is_finished(self) -> bool:  # type: ignore[override]
            return self.given >= 8

        is_made = True

        def ready(self) -> int:
            return 8 - self.given

        def poll(self) -> Bar | None:
            return super().poll() if self.given < 8 else None

    stage = Stage(is_whole=True)
    stage.feeder = stage.player._feeder = Finished()
    stage.daw.go(20.0)
    assert stage.run(3.0) == [45, 46]
    stage.daw.go(0.0)
    assert stage.run(3.0) == [40, 41]


@pytest.mark.parametrize("bars", [1, 2])
def test_beside_a_musician_we_rest_until_it_is_our_turn(bars: int) -> None:
    clock = ManualClock()
    port, feeder = MemoryPort(clock), Endless()
    duet = Duet(DuetSettings(mode="respond", bars=bars))
    together = Together(duet, feeder, rest_like(bar(60)))
    events: list[PlayerEvent] = []
    settings = PlayerSettings(look_ahead_s=0.25, start_delay_s=0.3, song_bars=4 * bars)
    player = Player(port, feeder, settings, on_event=events.append, together=together)
    for turn in range(round((4 * bars * BAR_S + 0.2) / TICK_S)):
        player.turn()
        beat = 2.0 * (clock.now() - 0.3)
        if beat >= 0.0 and turn % 50 == 0 and int(beat / 4) // bars % 2 == 0:
            duet.hear(beat, note_on(0, 70, 80))
            duet.hear(beat + 0.5, note_off(0, 70))
        port.pass_time(TICK_S)
    kinds = [event.kind for event in events]
    assert kinds == (["rest"] * bars + ["bar"] * bars) * 2
    assert together.wishes >= 2
    assert all(wish is not None for wish in feeder.wishes)


def counted_stage(bars: int) -> Stage:
    """A musician beside a host, for so many bars of the song."""
    stage = Stage(song_bars=bars)
    together = Together(Duet(DuetSettings(mode="accompany")), stage.feeder, rest_like(bar(60)))
    stage.player = Player(
        stage.port,
        stage.feeder,
        PlayerSettings(song_bars=bars),
        on_event=stage.events.append,
        follower=stage.daw,
        together=together,
    )
    return stage


def bars_until_the_end(stage: Stage, most_s: float) -> float:
    """How long it plays, in bars; the clock is turned until then."""
    began = stage.clock.now()
    while not stage.player.is_over() and stage.clock.now() < began + most_s:
        stage.run(TICK_S)
    return (stage.clock.now() - began) / BAR_S


def test_a_song_that_is_begun_late_lasts_as_many_bars() -> None:
    stage = counted_stage(3)
    stage.daw.go(162.0, rolling=False)
    stage.run(2.0)
    assert not stage.player.is_over()
    stage.daw.go(162.0)
    assert bars_until_the_end(stage, 20.0) == pytest.approx(2.5, abs=0.1)


def test_bars_count_from_where_the_host_jumped_to() -> None:
    stage = counted_stage(3)
    stage.daw.go(80.0)
    stage.run(2.0)
    stage.daw.go(0.0)
    assert bars_until_the_end(stage, 20.0) == pytest.approx(3.0, abs=0.1)


def test_gaps_know_how_many_they_are() -> None:
    gaps = BarGaps()
    gaps.add(0, 16)
    gaps.add(32, 48)
    assert len(gaps) == 2


def test_a_bar_behind_a_foreseen_seam_is_committed_in_time() -> None:
    """Bars of the loop that were jumped over are made before the host comes to them."""
    stage = Stage()
    stage.daw.go(24.0)  # bars 7 and 8; the six before are gaps
    stage.run(3.0)
    stage.daw.loop = HostLoop(16.0, 32.0)
    stage.daw.go(30.0)
    stage.run(0.99)
    committed = [event.step for event in stage.events]
    assert committed[-1] == 64
    assert 128 not in committed  # what lies behind the loop is not played
    assert stage.events[-1].at == pytest.approx(stage.clock.now() + 0.01)
    assert len(stage.run(7.9)) == 4
    assert [event.kind for event in stage.events if event.step in (64, 80)] == ["bar", "bar"]


def test_behind_a_loop_that_is_left_the_bars_go_on() -> None:
    stage = Stage()
    stage.daw.loop = HostLoop(0.0, 8.0)
    stage.daw.go(0.0)
    stage.run(4.02)
    stage.daw.loop = None
    stage.daw.say()
    pitches = stage.run(6.0)
    assert {event.step for event in stage.events} >= {0, 16, 32, 48, 64}
    assert len(set(pitches)) >= 3
    assert [event.kind for event in stage.events] == ["bar"] * len(stage.events)
