"""Pieces that grow bar by bar and forget what is over, alone and under a deck that plays them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.deck.growth import forgotten, grown
from bridge.deck.piece import DeckPiece, DeckVoice, IntArray
from bridge.errors import SourceError
from tests.bridge.deck.deckstage import START_S, STEP_S, TURN_S, Row, Stage, piece
from tests.bridge.hosts import Followed

BAR = 16


def columns(*rows: Row) -> IntArray:
    return np.array(rows, np.int64).reshape(-1, 5).T


def bar(base: int) -> IntArray:
    return columns(*((0, base + k, k, 1, 80) for k in range(BAR)))


def played(music: DeckPiece) -> list[tuple[int, int, int]]:
    return [(n.onset, n.end, n.pitch) for n in music.between(0, music.steps)]


def test_what_is_appended_goes_on_where_the_piece_ended() -> None:
    music = grown(piece((0, 60, 2, 2, 80), steps=8), columns((0, 62, 1, 3, 80)), (), 8)
    assert played(music) == [(2, 4, 60), (9, 12, 62)]
    assert (music.steps, music.tempos) == (16, ((0.0, 120.0),))


def test_a_tied_note_is_made_whole_and_any_other_is_struck_again() -> None:
    old = piece((0, 60, 4, 4, 80), (0, 62, 4, 4, 80), (0, 64, 4, 2, 80), steps=8)
    new = columns((0, 60, 0, 4, 80), (0, 62, 0, 4, 80), (0, 64, 0, 4, 80))
    music = grown(old, new, (), 8, tied={(0, 60), (0, 64)})
    assert played(music) == [(4, 12, 60), (4, 8, 62), (4, 6, 64), (8, 12, 62), (8, 12, 64)]


def test_tempos_are_appended_and_those_that_change_nothing_left_out() -> None:
    music = piece(steps=8)
    for bpm in (120.0, 90.0, 90.0, 60.0):
        music = grown(music, columns(), ((0.0, bpm),), 8)
    assert music.tempos == ((0.0, 120.0), (16.0, 90.0), (32.0, 60.0))
    assert grown(music, columns(), (), 8).bpm_at(44) == 60.0


@pytest.mark.parametrize(("notes", "steps"), [((1, 60, 0, 1, 80), 8), ((0, 60, 0, 1, 80), 0)])
def test_what_can_not_be_appended_is_refused(notes: Row, steps: int) -> None:
    with pytest.raises(SourceError, match="tried to"):
        grown(piece(steps=8), columns(notes), (), steps)


def test_forgetting_keeps_what_still_sounds_and_every_time() -> None:
    tempos = ((0.0, 120.0), (8.0, 90.0), (12.0, 60.0))
    music = piece((0, 60, 0, 4, 80), (0, 62, 0, 12, 80), (0, 64, 9, 2, 80), tempos=tempos, steps=16)
    left = forgotten(music, 10)
    assert played(left) == [(0, 12, 62), (9, 11, 64)]
    assert left.tempos == ((8.0, 90.0), (12.0, 60.0))
    assert left.seconds_at(15) - left.seconds_at(10) == pytest.approx(
        music.seconds_at(15) - music.seconds_at(10)
    )
    assert (left.steps, forgotten(left, 99).notes.shape) == (16, (5, 0))


def test_a_deck_plays_bars_as_they_come_and_an_end_that_is_none_is_waited_at() -> None:
    stage = Stage(DeckPiece())
    stage.deck.endless = True
    stage.deck.grow(bar(40), (), BAR)
    stage.deck.play(0)
    for base in (56, 72):
        stage.run(1.9)
        stage.deck.grow(bar(base), (), BAR)
        stage.deck.forget_before(int(stage.deck.step_at(stage.clock.now())))
    stage.run(4.0)
    assert stage.onsets() == [(k, 40 + k) for k in range(48)]
    waits = stage.deck.playing
    assert waits
    assert stage.deck.step_at(stage.clock.now()) > 48
    assert stage.deck.piece.notes.shape[1] < 48
    stage.deck.endless = False
    stage.run(2 * TURN_S)
    assert not stage.deck.playing
    assert stage.hanging() == 0


def test_a_bar_that_comes_late_plays_from_where_the_music_is_by_then() -> None:
    stage = Stage(DeckPiece())
    stage.deck.endless = True
    stage.deck.grow(bar(40), (), BAR)
    stage.deck.play(0)
    stage.run(START_S + (BAR + 5.5) * STEP_S)
    slack = stage.deck.take_slack()
    assert slack is not None
    assert slack == pytest.approx(-5.5 * STEP_S, abs=2 * TURN_S)
    stage.deck.grow(bar(56), ((0.0, 60.0),), BAR)
    stage.run(4.0)
    assert stage.pitches() == [*range(40, 56), *range(63, 72)]
    assert stage.deck.bpm == 60.0


def test_a_note_that_is_tied_sounds_on_although_its_end_was_handed_over() -> None:
    stage = Stage(DeckPiece())
    stage.deck.endless = True
    stage.deck.grow(columns((0, 60, 12, 4, 80), (0, 64, 12, 4, 80)), (), BAR)
    stage.deck.play(0)
    stage.run(START_S + 14 * STEP_S)
    again = columns((0, 60, 0, 8, 80), (0, 64, 0, 8, 80))
    stage.deck.grow(again, (), BAR, tied={(0, 60)})
    stage.run(3.0)
    assert stage.onsets() == [(12, 60), (12, 64), (16, 64)]
    assert (stage.length_of(60), stage.length_of(64)) == (12, 4)
    assert (stage.hanging(), stage.struck_twice()) == (0, [])


def test_when_a_step_sounds_is_known_while_it_plays() -> None:
    stage = Stage(DeckPiece())
    stage.deck.endless = True
    stage.deck.grow(bar(40), (), BAR)
    assert stage.deck.time_of(16) == float("inf")
    stage.deck.play(0)
    assert stage.deck.time_of(16) == pytest.approx(100.0 + START_S + 16 * STEP_S)
    stage.deck.grow(bar(40), ((0.0, 60.0),), BAR)
    assert stage.deck.time_of(32) == pytest.approx(100.0 + START_S + 48 * STEP_S)


bars = st.lists(
    st.tuples(
        st.lists(
            st.tuples(
                st.just(0),
                st.integers(60, 63),
                st.integers(0, 7),
                st.integers(1, 8),
                st.just(80),
            ),
            max_size=8,
        ),
        st.sampled_from([(), ((0.0, 90.0),), ((0.0, 240.0), (4.0, 100.0))]),
        st.sets(st.tuples(st.just(0), st.integers(60, 63))),
        st.floats(0.0, 1.4),
    ),
    max_size=10,
)


@settings(max_examples=60)
@given(bars, st.booleans())
def test_however_bars_come_nothing_hangs_and_nothing_is_struck_twice(
    made: list[Any], hosted: bool
) -> None:
    stage = Followed(DeckPiece(voices=(DeckVoice(),)))
    host = stage.host if hosted else None
    stage.host = host
    stage.deck.endless = True
    if host is None:
        stage.deck.play(0)
    else:
        host.start(stage.clock.now(), 0.0)
    for rows, tempos, tied, wait_s in made:
        cut = [(p, q, onset, min(length, 8 - onset), v) for p, q, onset, length, v in rows]
        stage.deck.grow(columns(*cut), tempos, 8, tied)
        stage.run(wait_s)
        stage.deck.forget_before(int(stage.deck.step_at(stage.clock.now())) - 16)
    stage.deck.endless = False
    stage.run(14.0)
    assert stage.deck.playing == hosted
    assert (stage.hanging(), stage.struck_twice()) == (0, [])
    assert (stage.port.stats().late, stage.port.stats().dropped) == (0, 0)
