"""Where things start in a piece that is in 4/4, then in 3/4, then in 7/8."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bridge.choices import StartOn
from bridge.deck.barlines import BarLines
from bridge.deck.growth import forgotten, grown
from bridge.deck.piece import DeckPiece, changed, read_piece, voiced
from bridge.errors import SourceError
from bridge.sync.hosttime import HostBars
from tests.bridge.deck.deckstage import START_S, STEP_S, Stage, piece, scale
from tests.bridge.hosts import Followed

METRES = ((0.0, 4.0), (32.0, 3.0), (80.0, 3.5))
"""Two bars of 4/4, four of 3/4 from beat 8 on, then 7/8 from beat 20 on. Four steps a beat."""


def mixed(steps: int = 128) -> DeckPiece:
    return piece(*((0, k, k, 1, 80) for k in range(steps)), steps=steps, metres=METRES)


@pytest.mark.parametrize(
    ("start_on", "beat", "found"),
    [
        ("now", 2.2, 2.2),
        ("beat", 2.2, 3.0),
        ("bar", 0.0, 0.0),
        ("bar", 4.5, 8.0),
        ("bar", 8.1, 11.0),
        ("bar", 17.1, 20.0),
        ("bar", 20.1, 23.5),
        ("bar", 23.6, 27.0),
        ("bar", -2.5, 0.0),
        ("bar", -4.5, -4.0),
        ("four bars", 0.1, 8.0),  # where the metre changes a bar begins, and a group of four
        ("four bars", 8.1, 20.0),
        ("four bars", 20.1, 34.0),
    ],
)
def test_starts_are_found_on_the_lines_of_each_metre(
    start_on: StartOn, beat: float, found: float
) -> None:
    bars = BarLines([(step / 4, beats) for step, beats in METRES])
    assert bars.following(start_on, beat) == pytest.approx(found)


def test_the_line_before_and_the_nearest_line() -> None:
    bars = BarLines([(step / 4, beats) for step, beats in METRES])
    assert [bars.before(beat) for beat in (7.9, 8.0, 13.9, 23.4, 23.5)] == [4, 8, 11, 20, 23.5]
    assert [bars.nearest(beat) for beat in (9.0, 10.0, 19.0, 22.0)] == [8, 11, 20, 23.5]


@pytest.mark.parametrize(
    ("now", "line"), [(2.0, 16), (17.0, 32), (33.0, 44), (69.0, 80), (81.0, 94), (95.0, 108)]
)
def test_by_our_own_clock_a_jump_waits_for_the_bar_of_the_piece(now: float, line: int) -> None:
    stage = Stage(mixed())
    stage.deck.play(now)
    stage.run(START_S + 1.2 * STEP_S)
    stage.deck.start_on = "bar"
    stage.deck.play(0)
    stage.run(16 * STEP_S)
    heard = stage.pitches()
    jumped = heard.index(0, 1)
    assert heard[jumped - 1] == line - 1
    assert heard[jumped + 1] == 1


def waiting(music: DeckPiece, beat: float, start_on: StartOn, bars: HostBars | None) -> Followed:
    stage = Followed(music)
    stage.deck.armed = False
    line = replace(stage.daw.line, rolling=True, lock="locked", beat=beat, bars=bars)
    stage.daw.lines = [line]
    stage.run(0.1)
    stage.deck.start_on = start_on
    stage.deck.play(0)
    stage.run(5.5)
    return stage


@pytest.mark.parametrize(("beat", "start_on", "found"), [(4.1, "bar", 8), (20.1, "bar", 23.5)])
def test_with_a_host_the_pieces_metres_lie_at_its_beat_0(
    beat: float, start_on: StartOn, found: float
) -> None:
    stage = waiting(mixed(), beat, start_on, None)
    begun, pitch = stage.struck()[0]
    assert begun == pytest.approx(found, abs=1e-6)
    assert pitch == 0


@pytest.mark.parametrize(
    ("start_on", "found"), [("bar", 12.5), ("four bars", 19.5), ("beat", 11.0)]
)
def test_a_host_that_tells_its_bars_says_where_they_are(start_on: StartOn, found: float) -> None:
    """7/8 whose first bar began on beat 5.5."""
    stage = waiting(mixed(), 10.1, start_on, HostBars(5.5, 3.5))
    begun, pitch = stage.struck()[0]
    assert begun == pytest.approx(found, abs=1e-6)
    assert pitch == 0


def test_who_joins_a_host_lays_bars_on_its_bars() -> None:
    stage = Followed(mixed())
    host, stage.host = stage.host, None
    assert host is not None
    stage.deck.start_on = "bar"
    stage.deck.play(0)
    stage.run(0.9)
    host.lines = [replace(host.line, rolling=True, lock="locked", beat=1.2, bars=HostBars(0.5, 4))]
    stage.host = host
    stage.run(5.0)
    later = [(beat, pitch) for beat, pitch in stage.struck(host) if pitch in (32, 44)]
    for beat, pitch in later:
        assert (beat - 0.5 - (8 if pitch == 32 else 11)) % 4 == pytest.approx(0, abs=1e-6)
    assert later


def test_another_piece_that_comes_at_the_end_of_our_loop_stays_in_the_loop() -> None:
    stage = Stage(scale(64))
    stage.deck.set_loop((0, 16))
    stage.deck.start_on = "bar"
    stage.deck.play(0)
    stage.run(START_S + 6 * STEP_S)
    stage.deck.start_piece(mixed())
    stage.run(28 * STEP_S)
    assert stage.pitches()[:34] == [*range(40, 56), *range(16), 0, 1]


def test_metres_are_read_kept_and_grow() -> None:
    told: dict[str, Any] = {"notes": [[], [], [], [], []], "steps": 16, "steps_per_beat": 4}
    told |= {"voices": [{"channel": 0, "program": 0}], "tempos": [[0, 120]]}
    assert read_piece(told).metres == ()
    music = read_piece({**told, "metres": [[0, 4], [8, 1.5]]})
    assert music.metres == ((0.0, 4.0), (8.0, 1.5))
    assert voiced(changed(music, 0, 0, music.notes, 16), music.voices).metres == music.metres
    longer = grown(grown(music, music.notes, (), 16, bar_beats=1.5), music.notes, (), 8, (), 2.0)
    assert longer.metres == (*music.metres, (32.0, 2.0))
    assert forgotten(longer, 20).metres == longer.metres[1:]
    with pytest.raises(SourceError):
        read_piece({**told, "metres": [[0, 0]]})
