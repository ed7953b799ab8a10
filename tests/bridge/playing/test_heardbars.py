"""What a musician plays, bar by bar, on beats turned by hand."""

from __future__ import annotations

from typing import Any

import pytest

from bridge.messages import note_off, note_on
from bridge.playing.heardbars import HeardBars
from model.roll import Grid


@pytest.fixture
def heard() -> HeardBars:
    return HeardBars(Grid(), 16)


def bars(heard: HeardBars, beat: float) -> dict[int, Any]:
    lines = [line["heard"] for line in heard.news(beat)]
    assert all((told["steps"], told["steps_per_beat"]) == (16, 4) for told in lines)
    return {told["number"]: told["notes"] for told in lines}


def test_a_note_is_told_while_it_grows_and_once_when_it_has_ended(heard: HeardBars) -> None:
    heard.take(0.26, note_on(3, 60, 90))
    assert bars(heard, 0.3) == {0: [[0], [60], [1], [1], [90]]}
    assert bars(heard, 0.35) == {}
    assert bars(heard, 1.3) == {0: [[0], [60], [1], [4], [90]]}
    heard.take(1.52, note_off(3, 60))
    assert bars(heard, 1.7) == {0: [[0], [60], [1], [5], [90]]}
    for beat in range(2, 60):
        assert bars(heard, float(beat)) == {}


def test_notes_lie_in_the_bar_in_which_they_begin_on_the_grid(heard: HeardBars) -> None:
    heard.take(3.9, note_on(0, 60, 90))
    heard.take(4.1, note_off(0, 60))
    heard.take(7.0, note_on(0, 62, 80))
    heard.take(9.0, note_off(0, 62))
    told = bars(heard, 9.5)
    assert told == {1: [[0, 0], [60, 62], [0, 12], [1, 8], [90, 80]]}


def test_after_a_jump_what_is_played_takes_the_place_of_what_was(heard: HeardBars) -> None:
    heard.take(0.0, note_on(0, 60, 90))
    heard.take(1.0, note_off(0, 60))
    heard.take(5.0, note_on(0, 67, 90))
    bars(heard, 6.0)
    assert bars(heard, 0.5) == {}
    heard.take(1.0, note_on(0, 64, 70))
    assert bars(heard, 1.1) == {0: [[0], [64], [4], [1], [70]]}


def test_hours_of_notes_take_no_room(heard: HeardBars) -> None:
    for beat in range(20_000):
        heard.take(beat, note_on(0, 40 + beat % 40, 90))
        heard.take(beat + 0.5, note_off(0, 40 + beat % 40))
        heard.news(beat + 0.9)
    assert len(heard._bars) <= 6
    assert len(heard._told) <= 6


def test_a_key_that_is_never_released_is_told_up_to_some_bars(heard: HeardBars) -> None:
    heard.take(0.0, note_on(0, 60, 90))
    lengths = [told[0][3][0] for beat in range(1, 80) if (told := bars(heard, float(beat)))]
    assert lengths == sorted(lengths)
    assert lengths[-1] <= 16 * 5


def test_a_correction_of_the_host_s_line_takes_nothing_back(heard: HeardBars) -> None:
    heard.take(0.0, note_on(0, 60, 90))
    heard.take(1.0, note_off(0, 60))
    bars(heard, 2.0)
    heard.take(2.0, note_on(0, 64, 70))
    assert bars(heard, 1.9) == {0: [[0, 0], [60, 64], [0, 8], [4, 1], [90, 70]]}
    heard.take(2.9, note_off(0, 64))
    assert bars(heard, 3.0) == {0: [[0, 0], [60, 64], [0, 8], [4, 4], [90, 70]]}
