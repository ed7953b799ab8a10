"""The deck on a port in memory: orders while it plays, on a clock turned by hand."""

from __future__ import annotations

import pytest

from bridge.deck.plan import OwnLine
from bridge.ports.memoryport import MemoryPort
from tests.bridge.deck.deckstage import START_S, STEP_S, TURN_S, Stage, piece, scale


def test_a_piece_is_played_once_from_beginning_to_end() -> None:
    stage = Stage(scale())
    stage.deck.play(0)
    stage.run(3.0)
    assert stage.onsets() == [(k, 40 + k) for k in range(16)]
    assert not stage.deck.playing
    assert stage.deck.step_at(stage.clock.now()) == 16
    assert stage.hanging() == 0


def test_playing_begins_in_the_middle_too() -> None:
    stage = Stage(scale())
    stage.deck.play(10.5)
    stage.run(3.0)
    assert stage.onsets() == [(k + 0.5, 51 + k) for k in range(5)]


def test_the_playhead_follows_the_clock() -> None:
    stage = Stage(scale())
    stage.deck.play(0)
    stage.run(START_S + 4 * STEP_S)
    assert stage.deck.step_at(stage.clock.now()) == pytest.approx(4.0)
    assert stage.deck.bpm == 120.0
    assert stage.deck.speed == pytest.approx(8.0)


def test_stop_silences_every_note_at_once() -> None:
    stage = Stage(piece((0, 60, 0, 16, 80), (0, 64, 2, 14, 80)))
    stage.deck.play(0)
    stage.run(0.5)
    stage.deck.stop()
    assert stage.hanging() == 0
    stage.run(1.0)
    assert stage.pitches() == [60, 64]
    assert stage.deck.step_at(stage.clock.now()) == pytest.approx((0.5 - START_S) / STEP_S)


def test_what_is_played_again_after_a_stop_starts_there() -> None:
    stage = Stage(scale())
    stage.deck.play(0)
    stage.run(START_S + 4.5 * STEP_S)
    stage.deck.stop()
    stage.deck.play(stage.deck.step_at(stage.clock.now()))
    stage.run(2.0)
    assert stage.pitches() == list(range(40, 56))


def test_seek_ends_what_sounds_and_goes_on_there() -> None:
    stage = Stage(piece((0, 60, 0, 16, 80), (0, 70, 8, 4, 80), (0, 72, 12, 4, 80)))
    stage.deck.play(0)
    stage.run(0.5)
    stage.deck.seek(12)
    stage.run(1.0)
    assert stage.pitches() == [60, 60, 72]  # the first is held on step 12, too
    assert stage.length_of(60) == pytest.approx((0.5 + 0.08 - START_S) / STEP_S, abs=0.05)
    assert (stage.hanging(), stage.struck_twice()) == (0, [])


def test_seek_at_rest_only_moves_the_playhead() -> None:
    stage = Stage(scale())
    stage.deck.seek(7)
    stage.run(0.2)
    assert stage.deck.step_at(stage.clock.now()) == 7
    assert stage.port.wire == []


def test_a_loop_repeats_without_a_gap_and_cuts_at_its_end() -> None:
    stage = Stage(piece((0, 60, 2, 1, 80), (0, 64, 3, 9, 80), (0, 90, 4, 4, 80)))
    stage.deck.set_loop((2, 4))
    stage.deck.play(0)
    stage.run(START_S + 8 * STEP_S - 0.005)
    assert stage.onsets() == [(2, 60), (3, 64), (4, 60), (5, 64), (6, 60), (7, 64)]
    assert stage.length_of(64) == 1
    assert stage.struck_twice() == []
    assert stage.deck.step_at(stage.clock.now() - STEP_S / 2) == pytest.approx(3.5, abs=0.1)


def test_a_loop_that_is_taken_away_lets_the_music_go_on() -> None:
    stage = Stage(scale())
    stage.deck.set_loop((2, 4))
    stage.deck.play(0)
    stage.run(START_S + 5 * STEP_S)
    stage.deck.set_loop(None)
    stage.run(4.0)
    assert stage.pitches() == [40, 41, 42, 43, *range(42, 56)]
    assert stage.hanging() == 0


def test_a_loop_that_is_set_behind_the_playhead_changes_nothing() -> None:
    stage = Stage(scale())
    stage.deck.play(8)
    stage.run(0.5)
    stage.deck.set_loop((2, 4))
    stage.run(2.0)
    assert stage.pitches() == list(range(48, 56))


def test_a_loop_may_end_behind_the_piece() -> None:
    stage = Stage(scale(4))
    stage.deck.set_loop((0, 6))
    stage.deck.play(0)
    stage.run(START_S + 10 * STEP_S - 0.005)
    assert stage.onsets() == [(k % 6 + 6 * (k // 6), 40 + k % 6) for k in (0, 1, 2, 3, 6, 7, 8, 9)]


def test_a_faster_tempo_holds_from_now_on_also_for_what_sounds() -> None:
    stage = Stage(piece((0, 60, 0, 8, 80), (0, 62, 8, 4, 80)))
    stage.deck.play(0)
    stage.run(START_S + 4 * STEP_S - 0.08)
    stage.deck.set_tempo(240)
    stage.run(2.0)
    assert stage.length_of(60) == pytest.approx(6.0, abs=0.05)
    assert stage.onsets()[1][0] == pytest.approx(6.0, abs=0.05)
    assert stage.length_of(62) == 2.0
    stage.deck.set_tempo(None)
    assert stage.deck.factor == 1.0


def test_tempo_changes_of_the_piece_are_kept_in_ratio() -> None:
    stage = Stage(
        piece((0, 60, 0, 4, 80), (0, 62, 8, 4, 80), tempos=((0.0, 120.0), (4.0, 60.0)), steps=16)
    )
    stage.deck.play(0)
    stage.run(4.0)
    assert [onset for onset, _ in stage.onsets()] == [0, 12]
    assert stage.length_of(62) == 8
    stage.deck.set_tempo(240)
    assert stage.deck.bpm == 120.0  # at the end of the piece


def test_panic_tells_every_channel() -> None:
    stage = Stage(scale())
    stage.deck.play(0)
    stage.run(0.5)
    stage.deck.panic()
    stage.run(0.2)
    controllers = {(m[0] & 15, m[1]) for _, m in stage.port.wire if m[0] & 0xF0 == 0xB0}
    assert {(channel, number) for channel in range(16) for number in (64, 120, 123)} <= controllers
    assert not stage.deck.playing
    assert stage.hanging() == 0


def test_a_test_note_is_heard_and_ends_while_nothing_plays() -> None:
    stage = Stage(piece(voices=1))
    stage.deck.test_note()
    stage.run(1.0)
    assert stage.pitches() == [60]
    assert stage.hanging() == 0


@pytest.mark.parametrize("playing", [False, True])
def test_a_key_pressed_by_hand_sounds_until_it_is_let_go(playing: bool) -> None:
    stage = Stage(scale(64))
    if playing:
        stage.deck.play(0)
        stage.run(0.3)
    stage.deck.audition(0, 100, 90, True)
    stage.run(0.5)
    assert stage.pitches().count(100) == 1
    assert stage.hanging() >= 1
    stage.deck.audition(0, 100, 0, False)
    stage.run(0.3)
    assert stage.length_of(100) == pytest.approx(0.5 / STEP_S, abs=0.3)
    stage.deck.stop()
    assert (stage.hanging(), stage.struck_twice()) == (0, [])


def test_a_key_that_is_never_let_go_ends_by_itself() -> None:
    stage = Stage(piece())
    stage.deck.audition(0, 100, 90, True)
    stage.run(5.0)
    assert stage.pitches() == [100]
    assert stage.hanging() == 0


def test_another_port_goes_on_where_the_first_one_was() -> None:
    stage = Stage(scale(32))
    other = MemoryPort(stage.clock, name="other")
    stage.deck.play(0)
    stage.run(START_S + 8.5 * STEP_S)
    stage.deck.use(other)
    assert stage.hanging() == 0
    for _ in range(400):
        stage.deck.turn()
        other.pass_time(TURN_S)
    assert stage.pitches() == list(range(40, 49))
    assert [pitch for _, pitch in stage.onsets(other)] == list(range(49, 72))


def test_after_a_machine_slept_the_music_goes_on_and_nothing_is_poured_out() -> None:
    stage = Stage(scale(64))
    stage.deck.play(0)
    stage.run(1.0)
    stage.port.pass_time(3600.0)
    stage.run(10.0)
    assert stage.pitches() == list(range(40, 104))
    assert stage.hanging() == 0


def test_another_thread_may_ask_for_the_beat_while_the_music_begins(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A musician's note arrives in a thread of its own, whatever the deck is just doing."""
    stage = Stage(scale())
    asked: list[float | None] = []
    step_at = OwnLine.step_at

    def asks(line: OwnLine, at: float) -> float:
        if stage.deck.playing and not asked:  # the plan of this playing isn't made yet
            asked.append(stage.deck.beat_at(at))
        return step_at(line, at)

    monkeypatch.setattr(OwnLine, "step_at", asks)
    stage.deck.play(0)
    assert asked == [None]
    assert stage.deck.beat_at(stage.clock.now() + START_S + 4 * STEP_S) == pytest.approx(1.0)
    stage.deck.stop()
    assert stage.deck.beat_at(stage.clock.now()) is None
