from __future__ import annotations

from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from bridge.ports.memoryport import ManualClock
from gui.live.playhead import PlayheadState


def line(step: float, at: float, **more: Any) -> dict[str, Any]:
    told = {"position": step, "at": at, "speed": 8.0, "bpm": 120.0, "playing": True, "loop": None}
    return {**told, **more}


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(50.0)


@pytest.fixture
def playhead(clock: ManualClock, qtbot: QtBot) -> PlayheadState:
    return PlayheadState(clock.now)


def test_it_moves_on_by_itself_while_playing(playhead: PlayheadState, clock: ManualClock) -> None:
    playhead.take(line(4.0, 50.0))
    clock.advance(0.25)
    assert playhead.step == pytest.approx(6.0)
    playhead.rest_at(6.0)


def test_it_stands_when_the_deck_says_nothing_for_long(
    playhead: PlayheadState, clock: ManualClock
) -> None:
    playhead.take(line(4.0, 50.0))
    clock.advance(60.0)
    assert playhead.step == pytest.approx(8.0)
    playhead.rest_at(0.0)


def test_it_rests_where_it_was_put(playhead: PlayheadState, clock: ManualClock) -> None:
    playhead.take(line(4.0, 50.0, playing=False))
    clock.advance(1.0)
    assert (playhead.step, playhead.playing) == (4.0, False)
    playhead.rest_at(-3.0)
    assert playhead.step == 0.0


def test_it_goes_round_in_a_loop(playhead: PlayheadState, clock: ManualClock) -> None:
    playhead.take(line(7.5, 50.0, loop=[4, 8]))
    clock.advance(0.125)
    assert playhead.step == pytest.approx(4.5)
    playhead.take(line(9.0, 50.0, loop=[4, 8]))  # behind the loop: it never comes back
    assert playhead.step == pytest.approx(10.0)
    playhead.rest_at(0.0)


def test_while_it_plays_everybody_is_told_once_a_frame(
    playhead: PlayheadState, qtbot: QtBot
) -> None:
    seen: list[float] = []
    playhead.changed.connect(lambda: seen.append(playhead.step))
    with qtbot.waitSignal(playhead.playing_changed):
        playhead.take(line(0.0, 50.0))
    qtbot.waitUntil(lambda: len(seen) > 5)
    with qtbot.waitSignal(playhead.playing_changed):
        playhead.rest_at(0.0)
