"""The deck on a port in memory: orders while it plays, on a clock turned by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.deck import Deck
from bridge.deckpiece import DeckPiece, DeckVoice, read_piece
from bridge.errors import SourceError
from bridge.memoryport import ManualClock, MemoryPort
from bridge.messages import is_note_off, is_note_on, note_key
from bridge.sounding import Sounding

TURN_S = 0.01
STEP_S = 0.125  # 120 bpm, 4 steps a beat
START_S = 0.12

Row = tuple[int, int, int, int, int]


def piece(*rows: Row, steps: int = 16, voices: int = 1, **more: Any) -> DeckPiece:
    """(part, pitch, onset, duration, velocity) rows."""
    notes = np.array(rows, np.int64).reshape(-1, 5).T
    return DeckPiece(notes, tuple(DeckVoice(k) for k in range(voices)), steps, **more)


def scale(steps: int = 16) -> DeckPiece:
    """A note on every step, each until the next."""
    return piece(*((0, 40 + k, k, 1, 80) for k in range(steps)), steps=steps)


class Stage:
    def __init__(self, music: DeckPiece) -> None:
        self.clock = ManualClock(100.0)
        self.port = MemoryPort(self.clock)
        self.deck = Deck(self.port)
        self.deck.set_piece(music)

    def run(self, seconds: float) -> None:
        for _ in range(round(seconds / TURN_S)):
            self.deck.turn()
            self.port.pass_time(TURN_S)

    def onsets(self, port: MemoryPort | None = None) -> list[tuple[float, int]]:
        """(steps since the order to play, pitch) of every note that went out."""
        found = []
        for at, message in (port or self.port).wire:
            if is_note_on(message):
                found.append((round((at - 100.0 - START_S) / STEP_S, 2), message[1]))
        return found

    def pitches(self) -> list[int]:
        return [pitch for _, pitch in self.onsets()]

    def length_of(self, pitch: int) -> float:
        """Steps from the first onset of a pitch to its first release after it."""
        begun: float | None = None
        for at, message in self.port.wire:
            if message[0] & 0xE0 == 0x80 and message[1] == pitch:
                if is_note_on(message) and begun is None:
                    begun = at
                elif is_note_off(message) and begun is not None:
                    return round((at - begun) / STEP_S, 2)
        raise AssertionError(f"{pitch} was not struck and released")

    def hanging(self) -> int:
        sounding = Sounding()
        for _, message in self.port.wire:
            sounding.feed(message)
        return len(sounding)

    def struck_twice(self) -> list[tuple[int, int]]:
        """Keys that were struck while they sounded."""
        sounding, found = Sounding(), []
        for _, message in self.port.wire:
            if is_note_on(message) and note_key(message) in sounding:
                found.append(note_key(message))
            sounding.feed(message)
        return found


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
    new = np.array([[0], [72], [7], [2], [80]], np.int64)  # also takes the sounding note away
    stage.deck.change(0, 12, new, 16)
    stage.run(2.0)
    assert stage.onsets() == [(0, 60), (7, 72), (14, 65)]
    assert stage.length_of(60) == 8
    assert (stage.hanging(), stage.struck_twice()) == (0, [])


def test_a_new_note_on_the_pitch_that_sounds_ends_it_first() -> None:
    stage = Stage(piece((0, 60, 0, 16, 80)))
    stage.deck.play(0)
    stage.run(START_S + 4 * STEP_S)
    stage.deck.change(0, 16, np.array([[0], [60], [8], [4], [80]], np.int64), 16)
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


rows = st.lists(
    st.tuples(
        st.integers(0, 1),
        st.integers(60, 63),
        st.integers(0, 31),
        st.integers(1, 12),
        st.integers(1, 127),
    ),
    max_size=30,
)
orders = st.lists(
    st.tuples(
        st.floats(0.0, 0.6),
        st.one_of(
            st.tuples(st.just("seek"), st.floats(0, 34)),
            st.tuples(st.just("play"), st.floats(0, 30)),
            st.tuples(st.just("stop"), st.none()),
            st.tuples(st.just("loop"), st.sampled_from([None, (0, 4), (3, 5), (8, 40), (31, 32)])),
            st.tuples(st.just("tempo"), st.sampled_from([None, 30.0, 240.0, 700.0])),
            st.tuples(st.just("piece"), rows),
            st.tuples(st.just("mute"), st.sampled_from([(True, True), (False, True)])),
            st.tuples(st.just("press"), st.booleans()),
        ),
    ),
    max_size=12,
)


def obey(deck: Deck, what: str, value: Any) -> None:
    if what == "stop":
        deck.stop()
    elif what == "piece":
        deck.set_piece(piece(*value, steps=32, voices=2))
    elif what == "mute":
        deck.set_voices(tuple(DeckVoice(k, audible=on) for k, on in enumerate(value)))
    elif what == "press":
        deck.audition(0, 80, 90, value)
    else:
        act: dict[str, Any] = {"seek": deck.seek, "play": deck.play, "loop": deck.set_loop}
        act.get(what, deck.set_tempo)(value)


@settings(max_examples=60)
@given(rows, orders)
def test_whatever_is_ordered_nothing_hangs_and_nothing_is_struck_twice(
    music: list[Row], ordered: list[tuple[float, tuple[str, Any]]]
) -> None:
    stage = Stage(piece(*music, steps=32, voices=2))
    stage.deck.play(0)
    for wait_s, (what, value) in ordered:
        stage.run(wait_s)
        obey(stage.deck, what, value)
    stage.run(1.0)
    stage.deck.stop()
    stage.run(0.1)
    assert (stage.hanging(), stage.struck_twice()) == (0, [])
    assert stage.port.stats().dropped == 0
    assert stage.port.stats().late == 0


@settings(max_examples=40)
@given(rows, orders)
def test_the_end_of_the_piece_leaves_nothing_sounding(
    music: list[Row], ordered: list[tuple[float, tuple[str, Any]]]
) -> None:
    """The same without a stop: every note that was struck has its own end."""
    stage = Stage(piece(*music, steps=32, voices=2))
    stage.deck.play(0)
    for wait_s, (what, value) in ordered:
        stage.run(wait_s)
        obey(stage.deck, what, value)
    stage.deck.set_loop(None)
    stage.deck.set_tempo(None)
    stage.run(6.0)
    assert not stage.deck.playing
    assert (stage.hanging(), stage.struck_twice()) == (0, [])
