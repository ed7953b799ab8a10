"""Clicks and count-in: where they are, and that they are no music; on a clock turned by hand."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from bridge.combinations import check_combinations
from bridge.duet.duet import Duet
from bridge.duet.duetsettings import DuetSettings
from bridge.duet.echo import Echo
from bridge.errors import BridgeError
from bridge.inputs.listener import TappedPort
from bridge.messages import is_note_on, note_off, note_on, program_change
from bridge.playing.metronome import HIGH, LOW, clicks_of, count_in
from bridge.playing.player import Player, PlayerEvent, PlayerSettings
from bridge.playing.standin import rest_like
from bridge.playing.together import Together
from bridge.ports.memoryport import ManualClock, MemoryPort
from bridge.ports.sounding import Sounding
from bridge.source import Bar, CutBar, RollSource, join_bars
from bridge.sync.firstnote import FirstNote
from model.roll import Grid, MetreChange, Note, Part, Roll
from tests.bridge.playing.test_player import Stage, bar_with_downbeat, steady
from tests.bridge.playing.test_playerhost import Endless
from tests.bridge.playing.test_playerhost import Stage as HostStage
from tests.bridge.test_options import parsed

BAR = (HIGH, LOW, LOW, LOW)


def clicks(port: MemoryPort) -> list[tuple[float, int]]:
    """Second and key of each click that was on the wire."""
    return [
        (round(at, 4), m[1]) for at, m in port.wire if m[0] == 0x99 and m[1] in (HIGH, LOW) and m[2]
    ]


def hanging(port: MemoryPort) -> int:
    sounding = Sounding()
    for _, message in port.wire:
        sounding.feed(message)
    return len(sounding)


# --- Where clicks are ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("metre", "steps_per_beat", "steps"),
    [((4, 4), 4, [0, 4, 8, 12]), ((6, 8), 4, [0, 2, 4, 6, 8, 10]), ((3, 16), 6, [0, 2, 3])],
)
def test_a_bar_clicks_on_what_its_metre_counts(
    metre: tuple[int, int], steps_per_beat: int, steps: list[int]
) -> None:
    length = -(-metre[0] * 4 * steps_per_beat // metre[1])
    roll = Roll.from_notes([], length, Grid(steps_per_beat), metres=(MetreChange(0, *metre),))
    found = clicks_of(roll)
    assert [one.step for one in found] == steps
    assert [one.pitch for one in found][:2] == [HIGH, LOW]


def test_a_count_in_has_the_metre_and_tempo_of_the_first_bar_and_makes_room_for_an_upbeat() -> None:
    whole = Roll.from_notes([Note(12, 0, 60, 2, 80)], 32)
    bars = list(count_in(CutBar(whole.slice_steps(0, 16)), 2))
    assert [bar.roll.steps for bar in bars] == [16, 16]
    assert not any(bar.roll.cells.any() for bar in bars)
    upbeat = CutBar(whole.slice_steps(12, 16))
    assert [bar.roll.steps for bar in count_in(upbeat, 2)] == [16, 12]
    assert list(count_in(upbeat, 0)) == []


def test_counting_in_is_refused_where_a_host_begins() -> None:
    with pytest.raises(BridgeError, match="count in with --sync link"):
        check_combinations(parsed("play", "--count-in", "1", "--sync", "link"))
    check_combinations(parsed("play", "--metronome", "--sync", "link"))


# --- Alone ---------------------------------------------------------------------------------------


def test_every_beat_clicks_to_the_end_and_no_click_is_kept_or_hangs() -> None:
    stage = Stage(steady(3), PlayerSettings(metronome=True))
    report = stage.player.play()
    assert clicks(stage.port) == [(round(0.3 + k * 0.5, 4), BAR[k % 4]) for k in range(12)]
    assert report.played is not None
    assert [note.pitch for note in join_bars(report.played).notes()] == [60, 61, 62]
    assert hanging(stage.port) == 0
    programs = [m for _, m in stage.port.wire if m[0] & 0xF0 == 0xC0]
    assert programs.count(program_change(9, 0)) == 1


def test_the_count_in_comes_first_and_is_no_bar_of_the_song() -> None:
    stage = Stage(steady(2), PlayerSettings(count_in=2))
    report = stage.player.play()
    assert clicks(stage.port) == [(round(0.3 + k * 0.5, 4), BAR[k % 4]) for k in range(8)]
    music = [(round(at, 4), m[1]) for at, m in stage.port.wire if is_note_on(m) and m[0] == 0x90]
    assert music == [(4.3, 60), (6.3, 61)]
    assert report.first_note_at == pytest.approx(4.3)
    assert (report.bars, report.rests) == (2, 0)
    assert [event.step for event in stage.events] == [0, 16]
    assert report.played is not None
    assert join_bars(report.played).steps == 32


def test_drums_of_the_piece_and_clicks_share_a_channel_and_its_kit() -> None:
    kit = (Part("Kit", program=8, is_drum=True),)
    roll = Roll.from_notes([Note(0, 0, 38, 2, 90), Note(4, 0, HIGH, 8, 90)], 16, parts=kit)
    stage = Stage([(0.0, CutBar(roll))], PlayerSettings(metronome=True))
    stage.player.play()
    assert [m for _, m in stage.port.wire if m[0] == 0xC9] == [program_change(9, 8)]
    assert len(clicks(stage.port)) == 5  # the piece's own wood block among them
    assert hanging(stage.port) == 0


def test_a_bar_that_is_not_ready_clicks_as_well() -> None:
    bars = [(0.0, bar_with_downbeat()), (9.0, bar_with_downbeat())]
    stage = Stage(bars, PlayerSettings(metronome=True, most_varied=0))
    report = stage.player.play()
    assert report.silent
    times = [at for at, _ in clicks(stage.port)]
    gaps = {round(b - a, 4) for a, b in pairwise(times)}
    assert gaps == {0.5}


def test_stopping_stops_the_clicks() -> None:
    stage = Stage(steady(8), PlayerSettings(metronome=True))

    def stop_soon() -> None:
        if stage.clock.now() > 3.0:
            stage.player.stop()

    stage.then = stop_soon
    stage.player.play()
    assert clicks(stage.port)[-1][0] <= 3.1
    assert hanging(stage.port) == 0


# --- Under a host --------------------------------------------------------------------------------


def test_clicks_follow_a_host_through_jumps_and_a_stop() -> None:
    stage = HostStage(metronome=True)
    stage.run(1.0)
    stage.daw.go(0.0)
    stage.run(2.9)
    assert [pitch for _, pitch in clicks(stage.port)] == [HIGH, LOW, LOW, LOW, HIGH, LOW]
    before = len(clicks(stage.port))
    stage.daw.go(10.0)
    stage.run(1.9)
    assert [pitch for _, pitch in clicks(stage.port)[before:]] == [LOW, LOW, HIGH, LOW]
    stage.daw.go(0.0, rolling=False)
    before = len(clicks(stage.port))
    stage.run(2.0)
    assert clicks(stage.port)[before:] == []
    assert stage.hanging() == 0


# --- With a musician -----------------------------------------------------------------------------


class Counted:
    """A player and a duet in `respond`, one bar each; the musician is counted in."""

    def __init__(self, **settings: Any) -> None:
        self.clock = ManualClock()
        self.memory = MemoryPort(self.clock)
        self.echo = Echo()
        self.feeder = Endless()
        self.events: list[PlayerEvent] = []
        self.duet = Duet(DuetSettings(mode="respond", bars=1))
        self.player = Player(
            TappedPort(self.memory, self.echo),
            self.feeder,
            PlayerSettings(look_ahead_s=0.25, **settings),
            on_event=self.events.append,
            follower=FirstNote(120.0, begins=True),
            together=Together(self.duet, self.feeder, rest_like(bar_with_downbeat())),
            keep=True,
        )

    def run(self, seconds: float) -> None:
        for _ in range(round(seconds * 100)):
            self.player.turn()
            self.memory.pass_time(0.01)

    def strike(self, pitch: int) -> None:
        beat = self.player.deck.beat_at(self.clock.now())
        assert beat is not None
        self.duet.hear(beat, note_on(0, pitch, 90))
        self.duet.hear(beat + 0.5, note_off(0, pitch))


def test_a_musician_is_counted_in_and_answered_after_their_own_bars() -> None:
    stage = Counted(count_in=2)
    stage.run(0.6)
    assert clicks(stage.memory) == [(0.5, HIGH)]
    stage.run(3.95)  # two bars of two seconds
    assert [pitch for _, pitch in clicks(stage.memory)] == [*BAR, *BAR]
    for pitch in (60, 64):
        stage.strike(pitch)
        stage.run(0.9)
    stage.run(2.5)
    assert stage.feeder.wishes
    wish = stage.feeder.wishes[0]
    assert wish is not None
    assert wish.first_bar == 3
    music = [at for at, m in stage.memory.wire if is_note_on(m) and m[0] == 0x90]
    assert [round(at, 4) for at in music] == [6.5]
    kinds = [(event.kind, event.step // 16) for event in stage.events]
    assert kinds[:2] == [("rest", 0), ("bar", 1)]
    assert hanging(stage.memory) == 0


def test_clicks_that_come_back_are_known_as_ours_and_are_no_notes_of_the_musicians() -> None:
    stage = Counted(count_in=1)
    stage.run(2.0)
    at = clicks(stage.memory)[1][0]
    assert stage.echo.is_ours(at + 0.01, note_on(9, LOW, 84))
    beat = stage.player.deck.beat_at(stage.clock.now())
    assert beat is not None
    assert not stage.duet.hear(beat, note_on(9, LOW, 84))
    assert stage.duet.heard.onsets == 0


def test_the_song_of_a_musician_who_was_counted_in_has_as_many_bars_as_without() -> None:
    stage = Counted(count_in=2, song_bars=2)
    report = stage.player.report
    stage.run(10.0)
    assert report.rests == 2
    assert report.played is not None
    assert len(report.played) == 2


def test_a_finished_piece_is_counted_in_by_its_own_metre() -> None:
    waltz = Roll.from_notes([Note(0, 0, 60, 2, 80)], 24, metres=(MetreChange(0, 3, 4),))
    source = RollSource(waltz)
    bars: list[tuple[float, Bar]] = []
    while (bar := source.next_bar()) is not None:
        bars.append((0.0, bar))
    stage = Stage(bars, PlayerSettings(count_in=1, metronome=True))
    stage.player.play()
    assert [pitch for _, pitch in clicks(stage.port)] == [HIGH, LOW, LOW] * 3
