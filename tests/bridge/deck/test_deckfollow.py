"""A deck in time with a host: starts, stops, jumps, tempo, and where things begin."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bridge.messages import is_note_on
from bridge.ports.memoryport import MemoryPort
from tests.bridge.deck.deckstage import START_S, STEP_S, TURN_S, Stage, piece, scale
from tests.bridge.hosts import Followed, Host

EXACT = 1e-6  # beats; a tick of the port in memory is less


def on_grid(struck: list[tuple[float, int]], base: int = 40, per: int = 4) -> list[int]:
    """The pitches of a scale, each of which must begin on its own step of the host's."""
    for beat, pitch in struck:
        assert beat * per == pytest.approx(pitch - base, abs=per * EXACT), (beat, pitch)
    return [pitch for _, pitch in struck]


def test_a_host_that_starts_starts_the_music_in_its_place() -> None:
    stage = Followed(scale(64))
    stage.run(0.2)
    assert stage.port.wire == []
    stage.daw.start(stage.clock.now(), 2.0)
    stage.run(2.0)
    assert stage.pitches()[0] == 48  # it began while nobody knew of the start
    assert on_grid(stage.struck()[1:]) == list(range(49, 64))
    assert stage.deck.step_at(stage.clock.now()) == pytest.approx(8 + 2.0 / STEP_S)
    assert stage.deck.playing
    assert (stage.deck.bpm, stage.deck.speed) == (120.0, 8.0)


def test_a_note_that_began_just_before_it_could_be_heard_is_struck_at_once() -> None:
    stage = Followed(piece((0, 60, 0, 8, 80), (0, 62, 1, 8, 80), steps=16))
    stage.daw.start(stage.clock.now(), 0.0)
    stage.run(0.5)
    first, second = [at for at, message in stage.port.wire if is_note_on(message)]
    assert first == pytest.approx(100.0 + 0.03)
    assert second == pytest.approx(100.0 + STEP_S)


def test_a_host_that_stops_is_silence_at_once() -> None:
    stage = Followed(piece((0, 60, 0, 64, 80), (0, 64, 2, 14, 80), steps=64))
    stage.daw.start(stage.clock.now(), 0.0)
    stage.run(1.0)
    assert stage.hanging() == 2
    stage.daw.stop(stage.clock.now())
    stage.turn()
    assert stage.hanging() == 0
    assert stage.port.wire[-1].at == pytest.approx(stage.clock.now(), abs=1e-6)
    assert not stage.deck.playing
    stage.run(1.0)
    assert stage.hanging() == 0
    assert stage.deck.step_at(stage.clock.now()) == pytest.approx(8.0)


def test_a_host_that_goes_on_after_a_pause_goes_on_in_the_same_place() -> None:
    stage = Followed(scale(64))
    stage.daw.start(stage.clock.now(), 0.0)
    stage.run(1.05)
    stage.daw.stop(stage.clock.now())
    stage.run(0.5)
    stage.daw.start(stage.clock.now())
    stage.run(1.0)
    assert stage.pitches() == [*range(40, 49), *range(48, 57)]
    on_grid(stage.struck()[1:9] + stage.struck()[10:])


def test_a_tempo_change_in_a_bar_is_followed_and_what_sounds_ends_by_it() -> None:
    stage = Followed(piece(*((0, 40 + k, k, 8, 80) for k in range(0, 60, 4)), steps=64))
    stage.daw.start(stage.clock.now(), 0.0)
    stage.run(1.3)
    stage.daw.tempo(stage.clock.now(), 60.0)
    stage.run(4.0)
    on_grid(stage.struck()[1:])
    offs = {m[1]: at for at, m in stage.port.wire if m[0] & 0xF0 == 0x80}
    assert stage.daw.line.beat_at(offs[48]) == pytest.approx(4.0, abs=EXACT)
    assert (stage.deck.bpm, stage.deck.speed) == (60.0, 4.0)
    assert stage.struck_twice() == []


def test_a_jump_ends_what_sounds_and_goes_on_there() -> None:
    stage = Followed(piece((0, 60, 0, 16, 80), *((0, 70 + k, 32 + k, 1, 80) for k in range(16))))
    stage.deck.change(0, 0, np.zeros((5, 0), np.int64), 64)
    stage.daw.start(stage.clock.now(), 0.0)
    stage.run(1.0)
    stage.daw.locate(stage.clock.now(), 8.0)
    stage.run(1.0)
    assert stage.pitches() == [60, *range(70, 78)]
    assert stage.length_of(60) == pytest.approx((1.0 + 0.08 - 0.03) / STEP_S, abs=0.05)
    on_grid(stage.struck()[2:], base=70 - 32)
    stage.run(1.5)
    assert (stage.hanging(), stage.struck_twice()) == (0, [])


def test_a_host_that_loops_is_followed_for_every_pass() -> None:
    stage = Followed(scale(64))
    stage.daw.start(stage.clock.now(), 0.0)
    for _ in range(4):
        stage.run(2.0)
        stage.daw.locate(stage.clock.now(), 0.0)
    stage.run(2.0)
    passes = stage.pitches().count(50)
    assert passes == 5
    assert stage.struck_twice() == []


def test_a_locate_to_where_the_host_is_anyway_interrupts_nothing() -> None:
    stage = Followed(piece((0, 60, 0, 16, 80), steps=16))
    stage.daw.start(stage.clock.now(), 0.0)
    stage.run(0.5)
    stage.daw.locate(stage.clock.now(), stage.daw.line.beat_at(stage.clock.now()))
    stage.run(0.5)
    assert stage.pitches() == [60]
    assert stage.hanging() == 1


def test_a_host_that_is_not_sure_where_it_is_changes_nothing() -> None:
    stage = Followed(scale(64))
    stage.daw.start(stage.clock.now(), 0.0)
    stage.run(1.0)
    line = stage.daw.line
    stage.daw.lines.append(replace(line, beat=line.beat + 7.3, lock="none"))
    stage.run(1.0)
    stage.daw.lines.pop()
    assert on_grid(stage.struck()[1:]) == list(range(41, 56))


def test_a_host_that_is_left_lets_the_music_go_on_by_our_own_clock() -> None:
    stage = Followed(scale(32))
    stage.daw.start(stage.clock.now(), 0.0)
    stage.daw.tempo(stage.clock.now(), 90.0)
    stage.run(1.0)
    stage.host = None
    stage.run(4.0)
    assert stage.pitches() == list(range(40, 72))
    assert not stage.deck.playing
    assert stage.hanging() == 0


def test_following_while_it_plays_joins_the_hosts_beats() -> None:
    stage = Followed(scale(64))
    host, stage.host = stage.host, None
    assert host is not None
    host.start(stage.clock.now(), 20.3)
    stage.deck.play(8)
    stage.run(1.0)
    stage.host = host
    stage.run(2.0)
    late = [(beat, pitch) for beat, pitch in stage.struck()][-8:]
    shifts = {round(beat * 4 - (pitch - 40), 5) for beat, pitch in late}
    assert len(shifts) == 1
    assert shifts.pop() % 4 == 0
    assert stage.struck_twice() == []


def test_a_nudge_moves_everything_by_milliseconds() -> None:
    stage = Followed(scale(64))
    stage.deck.nudge_s = -0.02
    stage.daw.start(stage.clock.now(), 0.0)
    stage.run(1.0)
    stage.deck.nudge_s = 0.015
    stage.run(1.0)
    off = [(beat * 4 - (pitch - 40)) * STEP_S for beat, pitch in stage.struck()[1:]]
    assert off[0] == pytest.approx(-0.02, abs=1e-6)
    assert off[-1] == pytest.approx(0.015, abs=1e-6)
    assert stage.pitches() == list(range(40, 56))


@pytest.mark.parametrize(
    ("start_on", "beat"), [("beat", 3.0), ("bar", 4.0), ("four bars", 16.0), ("now", None)]
)
def test_an_order_to_play_begins_on_the_hosts_next_beat_or_bar(
    start_on: str, beat: float | None
) -> None:
    stage = Followed(scale(64))
    stage.deck.armed = False
    stage.daw.lines = [replace(stage.daw.line, rolling=True, lock="locked")]
    stage.run(1.2)
    assert stage.port.wire == []
    stage.deck.start_on = start_on  # type: ignore[assignment]
    stage.deck.play(8)
    stage.run(8.0)
    (first, pitch), *_ = [one for one in stage.struck() if one[0] * 4 % 1 < 1e-3]
    if beat is None:
        assert (pitch - 40 - 4 * first) % 4 == pytest.approx(0, abs=4 * EXACT)
        assert abs(pitch - 48) <= 3
    else:
        assert first == pytest.approx(beat, abs=EXACT)
        assert pitch == 48


def test_a_start_on_a_bar_moves_with_the_hosts_tempo_and_goes_with_its_jumps() -> None:
    stage = Followed(scale(64))
    stage.deck.armed = False
    stage.daw.lines = [replace(stage.daw.line, rolling=True, lock="locked")]
    stage.run(0.3)
    stage.deck.start_on = "bar"
    stage.deck.play(0)
    stage.run(0.3)
    assert stage.deck.waits
    stage.daw.tempo(stage.clock.now(), 90.0)
    stage.run(0.3)
    stage.daw.locate(stage.clock.now(), 6.5)
    stage.run(3.0)
    begun, pitch = stage.struck()[0]
    assert begun == pytest.approx(8.0, abs=EXACT)
    assert pitch == 40
    assert not stage.deck.waits


def test_while_it_waits_for_a_bar_a_key_by_hand_sounds_at_once() -> None:
    stage = Followed(scale(64))
    stage.deck.armed = False
    stage.daw.lines = [replace(stage.daw.line, rolling=True, lock="locked")]
    stage.run(0.1)
    stage.deck.start_on = "bar"
    stage.deck.play(0)
    stage.run(0.2)
    stage.deck.audition(0, 100, 90, True)
    stage.run(0.2)
    assert stage.pitches() == [100]
    stage.deck.audition(0, 100, 0, False)
    stage.run(2.0)
    begun, pitch = stage.struck()[1]
    assert begun == pytest.approx(4.0, abs=EXACT)
    assert pitch == 40
    assert stage.length_of(100) < 3


def test_an_order_to_play_waits_for_a_host_that_stands_and_for_one_that_is_not_sure() -> None:
    stage = Followed(scale(64))
    stage.run(0.1)
    stage.deck.play(8)
    assert not stage.deck.playing
    stage.daw.start(stage.clock.now(), 0.0)
    stage.daw.lock(stage.clock.now(), "none")
    stage.run(0.5)
    assert stage.pitches() == []
    stage.daw.lock(stage.clock.now(), "locking")
    stage.run(1.0)
    on_grid(stage.struck()[1:])
    assert stage.pitches()[0] == 44


def test_stopped_by_hand_it_waits_for_the_hosts_next_start() -> None:
    stage = Followed(scale(64))
    stage.daw.start(stage.clock.now(), 0.0)
    stage.run(0.5)
    stage.deck.stop()
    heard = len(stage.struck())
    stage.daw.locate(stage.clock.now(), 4.0)
    stage.run(1.0)
    assert len(stage.struck()) == heard
    stage.daw.stop(stage.clock.now())
    stage.run(0.1)
    stage.daw.start(stage.clock.now(), 0.0)
    stage.run(0.5)
    assert len(stage.struck()) > heard


def test_a_loop_of_the_deck_runs_in_the_hosts_time_wherever_the_host_is() -> None:
    stage = Followed(scale(16))
    stage.deck.set_loop((0, 8))
    stage.daw.start(stage.clock.now(), 41.0)
    stage.run(3.0)
    for beat, pitch in stage.struck()[1:]:
        assert (beat * 4 - (pitch - 40) + 1) % 8 == pytest.approx(1.0, abs=4 * EXACT)
    stage.daw.tempo(stage.clock.now(), 150.0)
    stage.run(3.0)
    for beat, pitch in stage.struck()[1:]:
        assert (beat * 4 - (pitch - 40) + 1) % 8 == pytest.approx(1.0, abs=4 * EXACT)
    assert stage.struck_twice() == []


def test_behind_the_end_of_the_piece_it_waits_for_the_host_to_come_back() -> None:
    stage = Followed(scale(8))
    stage.daw.start(stage.clock.now(), 0.0)
    stage.run(2.0)
    assert stage.deck.playing
    assert stage.hanging() == 0
    assert stage.pitches() == list(range(40, 48))
    stage.daw.locate(stage.clock.now(), 1.0)
    stage.run(1.0)
    assert stage.pitches()[-3:] == [45, 46, 47]


def test_a_host_that_goes_before_where_the_piece_was_put_has_its_song_position_again() -> None:
    stage = Followed(scale(64))
    stage.daw.start(stage.clock.now(), 40.0)
    stage.run(0.5)
    stage.deck.play(0)
    stage.run(1.0)
    assert stage.pitches()[-1] < 56
    stage.daw.locate(stage.clock.now(), 4.0)
    stage.run(1.0)
    on_grid(stage.struck()[-6:])


def test_a_host_behind_by_a_little_makes_the_music_wait_and_nothing_is_struck_twice() -> None:
    stage = Followed(scale(64))
    stage.daw.start(stage.clock.now(), 0.0)
    for shift in (-0.3, 0.3, -0.4, 0.1, -0.05):
        stage.run(0.7)
        line = stage.daw.line
        now = stage.clock.now()
        stage.daw.lines.append(replace(line, at=now, beat=line.beat_at(now) + shift))
    stage.run(1.0)
    assert stage.struck_twice() == []
    assert stage.pitches() == sorted(set(stage.pitches()))
    on_grid(stage.struck()[-5:])


def test_a_machine_that_slept_goes_where_the_host_is() -> None:
    stage = Followed(scale(64))
    stage.daw.start(stage.clock.now(), 0.0)
    stage.run(1.0)
    stage.port.pass_time(3.0)
    stage.run(1.0)
    assert on_grid(stage.struck()[-6:])[-1] in range(78, 81)
    assert stage.hanging() <= 1


def test_another_port_goes_on_where_the_host_is() -> None:
    stage = Followed(scale(64))
    stage.daw.start(stage.clock.now(), 0.0)
    stage.run(1.0)
    other = MemoryPort(stage.clock, name="other")
    stage.deck.use(other)
    assert stage.hanging() == 0
    for _ in range(100):
        stage.turn()
        other.pass_time(TURN_S)
    heard = [message[1] for _, message in other.wire if is_note_on(message)]
    assert heard == list(range(48, 56)) or heard == list(range(49, 56))


@pytest.mark.parametrize(("start_on", "at"), [("now", 5.5), ("beat", 8), ("bar", 16)])
def test_a_jump_by_our_own_clock_begins_on_the_pieces_beat_or_bar(start_on: str, at: float) -> None:
    stage = Stage(scale(64))
    stage.deck.play(0)
    stage.run(START_S + 4.86 * STEP_S)
    stage.deck.start_on = start_on  # type: ignore[assignment]
    stage.deck.play(32)
    stage.run(2.0)
    jumped = next(onset for onset, pitch in stage.onsets() if pitch == 72)
    assert jumped == pytest.approx(at, abs=0.05)
    before = [pitch for onset, pitch in stage.onsets() if onset < jumped - 0.01]
    assert before == list(range(40, 40 + len(before)))
    assert len(before) == (6 if start_on == "now" else at)
    assert stage.struck_twice() == []


def test_another_piece_begins_on_the_next_bar_and_edits_of_it_wait_with_it() -> None:
    stage = Stage(piece((0, 60, 0, 60, 80), steps=64))
    stage.deck.start_on = "bar"
    stage.deck.play(0)
    stage.run(START_S + 6 * STEP_S)
    stage.deck.start_piece(scale(64))
    stage.deck.change(24, 25, np.array([[0], [99], [24], [1], [80]], np.int64), 64)
    stage.run(9.5 * STEP_S)
    assert stage.pitches() == [60]
    stage.run(10 * STEP_S)
    assert stage.onsets()[:3] == [(0, 60), (16, 56), (17, 57)]
    assert (24, 99) in stage.onsets()
    assert stage.length_of(60) == 16
    assert stage.struck_twice() == []


def test_an_edit_just_before_the_bar_keeps_the_piece_that_plays_until_then() -> None:
    stage = Stage(scale(64))
    stage.deck.start_on = "bar"
    stage.deck.play(0)
    stage.run(START_S + 10 * STEP_S)
    other = piece(*((0, 90 + k % 4, k, 1, 80) for k in range(64)), steps=64)
    stage.deck.start_piece(other)
    for _ in range(60):
        stage.run(TURN_S)
        stage.deck.change(40, 41, np.zeros((5, 0), np.int64), 64)
    stage.run(1.0)
    assert stage.pitches()[:16] == list(range(40, 56))
    assert stage.pitches()[16:20] == [90, 91, 92, 93]


def test_a_host_is_told_with_its_line() -> None:
    stage = Followed(scale(8))
    stage.daw.start(stage.clock.now(), 3.0)
    stage.run(0.1)
    assert stage.deck.host is not None
    assert stage.deck.host.rolling
    assert Host(5.0).told(6.0).beat == 0.0
