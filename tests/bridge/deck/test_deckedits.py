"""A piece edited while a deck plays it: notes, mutes, instruments."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from bridge.deck.piece import DeckPiece, DeckVoice, read_piece, read_voices
from bridge.errors import SourceError
from tests.bridge.deck.deckstage import START_S, STEP_S, TURN_S, Row, Stage, piece, scale


def test_a_muted_part_falls_silent_and_comes_back() -> None:
    rows = [(part, 40 + k + 30 * part, k, 1, 80) for k in range(32) for part in (0, 1)]
    rows += [(1, 100, 0, 31, 80)]
    stage = Stage(piece(*rows, steps=32, voices=2))
    stage.deck.play(0)
    stage.run(START_S + 8.5 * STEP_S)
    stage.deck.set_voices((DeckVoice(0), DeckVoice(1, audible=False)))
    stage.run(8 * STEP_S)
    stage.deck.set_voices((DeckVoice(0), DeckVoice(1)))
    stage.run(8 * STEP_S)
    heard = [pitch - 70 for pitch in stage.pitches() if 70 <= pitch < 100]
    assert heard == [*range(10), *range(18, len(heard) + 8)]
    assert [p for p in stage.pitches() if p < 70] == list(range(40, 40 + len(heard) + 8))
    assert stage.length_of(100) == pytest.approx(8.5 + 0.08 / STEP_S, abs=0.05)
    assert stage.struck_twice() == []


def test_music_is_replaced_ahead_of_the_playhead_and_what_sounds_keeps_its_end() -> None:
    stage = Stage(piece((0, 60, 0, 8, 80), (0, 62, 6, 2, 80), (0, 64, 8, 2, 80), (0, 65, 14, 2, 9)))
    stage.deck.play(0)
    stage.run(START_S + 4.5 * STEP_S)
    new = np.array([[0, 0], [60, 72], [0, 7], [8, 2], [80, 80]], np.int64)
    stage.deck.change(0, 12, new, 16)
    stage.run(2.0)
    assert stage.onsets() == [(0, 60), (7, 72), (14, 65)]
    assert stage.length_of(60) == 8
    assert (stage.hanging(), stage.struck_twice()) == (0, [])


@pytest.mark.parametrize(
    ("now", "length"),
    [
        ([], 4.5 + 0.08 / STEP_S),  # erased
        ([(0, 61, 0, 16, 80)], 4.5 + 0.08 / STEP_S),  # at another pitch
        ([(0, 60, 8, 8, 80)], 4.5 + 0.08 / STEP_S),  # at another time
        ([(0, 60, 0, 2, 80)], 4.5 + 0.08 / STEP_S),  # shorter than it has been already
        ([(0, 60, 0, 6, 80)], 6),  # shorter
        ([(0, 60, 0, 12, 99)], 12),  # longer, and what was louder stays as it was struck
    ],
)
def test_a_note_that_sounds_ends_as_it_does_in_the_piece_of_now(
    now: list[Row], length: float
) -> None:
    stage = Stage(piece((0, 60, 0, 10, 80)))
    stage.deck.play(0)
    stage.run(START_S + 4.5 * STEP_S)
    stage.deck.change(0, 16, np.array(now, np.int64).reshape(-1, 5).T, 16)
    stage.run(2.0)
    assert stage.length_of(60) == pytest.approx(length, abs=0.05)
    assert (stage.hanging(), stage.struck_twice()) == (0, [])


def test_a_new_note_on_the_pitch_that_sounds_ends_it_first() -> None:
    stage = Stage(piece((0, 60, 0, 16, 80)))
    stage.deck.play(0)
    stage.run(START_S + 4 * STEP_S)
    both = np.array([[0, 0], [60, 60], [0, 8], [16, 4], [80, 80]], np.int64)
    stage.deck.change(0, 16, both, 16)
    stage.run(2.0)
    assert stage.onsets() == [(0, 60), (8, 60)]
    assert stage.length_of(60) == 8
    assert (stage.hanging(), stage.struck_twice()) == (0, [])


def test_an_edit_that_changes_nothing_is_not_heard() -> None:
    music = scale(32)
    stage = Stage(music)
    stage.deck.play(0)
    for _ in range(400):
        stage.run(TURN_S)
        stage.deck.set_piece(music)
    stage.run(1.0)
    assert stage.onsets() == [(k, 40 + k) for k in range(32)]
    assert (stage.hanging(), stage.struck_twice()) == (0, [])


def test_a_piece_that_grows_while_it_plays_is_played_on() -> None:
    stage = Stage(scale(8))
    stage.deck.play(0)
    stage.run(START_S + 6 * STEP_S)
    stage.deck.set_piece(scale(12))
    stage.run(2.0)
    assert stage.onsets() == [(k, 40 + k) for k in range(12)]


def test_a_change_names_every_note_that_touches_it() -> None:
    stage = Stage(piece((0, 60, 0, 4, 80), (0, 62, 4, 4, 80), (0, 64, 8, 2, 80)))
    longer = np.array([[0, 0], [60, 62], [0, 4], [6, 4], [80, 80]], np.int64)
    stage.deck.change(4, 6, longer, 16)
    assert [(n.pitch, n.onset, n.end) for n in stage.deck.piece.between(0, 16)] == [
        (60, 0, 6),
        (62, 4, 8),
        (64, 8, 10),
    ]


def test_a_late_replacement_strikes_nothing_twice_and_leaves_nothing() -> None:
    """The port's process takes the order after the seam: what it takes back is out already."""
    stage = Stage(scale())
    stage.deck.play(0)
    stage.run(START_S + 2 * STEP_S - 0.05)
    stage.deck.set_piece(scale())  # taken note of by the sender, but only looked at below
    held, stage.port._sender._inbox = stage.port._sender._inbox, type(stage.port._sender._inbox)()
    stage.port.pass_time(3 * STEP_S)
    stage.port._sender._inbox.extend(held)
    stage.run(2.0)
    assert stage.pitches() == list(range(40, 56))
    assert (stage.hanging(), stage.struck_twice()) == (0, [])


def test_instruments_are_told_once_and_again_when_they_change() -> None:
    stage = Stage(piece((0, 60, 0, 16, 80), voices=1))
    stage.deck.play(0)
    stage.run(0.5)
    stage.deck.set_voices((DeckVoice(0, program=40),))
    stage.deck.set_voices((DeckVoice(0, program=40),))
    stage.run(0.5)
    programs = [m[1] for _, m in stage.port.wire if m[0] & 0xF0 == 0xC0]
    assert programs == [0, 40]
    assert stage.port.wire[0].message[0] == 0xC0
    assert stage.pitches() == [60]


def test_parts_that_share_a_channel_do_not_cut_each_other_short() -> None:
    music = DeckPiece(
        np.array([(0, 60, 0, 8, 80), (1, 60, 4, 8, 90), (1, 60, 0, 2, 70)], np.int64).T,
        (DeckVoice(9), DeckVoice(9)),
        16,
    )
    found = [(n.onset, n.end, n.velocity) for n in music.between(0, 16)]
    assert found == [(0, 4, 80), (4, 12, 90)]


@pytest.mark.parametrize(
    "harm",
    [
        {"notes": [[1], [60], [0], [1], [80]]},
        {"notes": [[0], [128], [0], [1], [80]]},
        {"notes": [[0], [60], [0], [0], [80]]},
        {"notes": [[0], [60]]},
        {"voices": [{"channel": 16, "program": 0}]},
        {"tempos": []},
        {"tempos": [[0, 0.0]]},
        {"steps_per_beat": 0},
    ],
)
def test_a_piece_that_can_not_be_played_is_refused(harm: dict[str, Any]) -> None:
    told = {
        "notes": [[0], [60], [0], [1], [80]],
        "voices": [{"channel": 0, "program": 0, "audible": True}],
        "steps": 16,
        "steps_per_beat": 4,
        "tempos": [[0, 120.0]],
    }
    assert len(read_piece(told).between(0, 16)) == 1
    with pytest.raises(SourceError, match="tried to"):
        read_piece({**told, **harm})


def test_parts_that_share_a_channel_share_the_instrument_of_the_last() -> None:
    told = [(0, 1), (3, 5), (0, 40)]
    voices = read_voices([{"channel": channel, "program": p} for channel, p in told])
    assert [(v.channel, v.program) for v in voices] == [(0, 40), (3, 5), (0, 40)]
