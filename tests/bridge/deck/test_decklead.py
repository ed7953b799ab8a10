"""A deck that leads: the clock it sends says where its music is."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.deck.lead import Lead
from bridge.messages import TimedMessage, is_note_on
from bridge.ports.memoryport import MemoryPort
from tests.bridge.deck.deckstage import START_S, STEP_S, TURN_S, piece, scale
from tests.bridge.hosts import Followed

TICK_S = 0.5 / 24
CLOCK, START, CONTINUE, STOP, POSITION = 0xF8, 0xFA, 0xFB, 0xFC, 0xF2


class Leading(Followed):
    """A deck with a clock port; without a host unless one is given."""

    def __init__(self, music: Any, *, same: bool = False) -> None:
        super().__init__(music)
        self.known, self.host = self.daw, None
        self.clock_port = self.port if same else MemoryPort(self.clock, name="clock")
        self.deck.lead(Lead(None if same else self.clock_port))

    def run(self, seconds: float) -> None:
        for _ in range(round(seconds / TURN_S)):
            self.turn()
            if self.clock_port is not self.port:  # the clock of both is moved once
                self.clock_port._run(TURN_S)
            self.port.pass_time(TURN_S)

    def heard(self) -> list[TimedMessage]:
        return [one for one in self.clock_port.wire if one.message[0] >= 0xF0]

    def kinds(self) -> list[int]:
        return [message[0] for _, message in self.heard()]

    def ticks(self) -> list[float]:
        return [at for at, message in self.heard() if message[0] == CLOCK]


def test_a_start_is_told_and_a_tick_falls_on_every_beat() -> None:
    stage = Leading(scale(64))
    stage.deck.play(0)
    stage.run(2.0)
    assert stage.kinds()[0] == START
    ticks = stage.ticks()
    begun = 100.0 + START_S
    assert ticks[:48] == pytest.approx([begun + k * TICK_S for k in range(48)], abs=1e-8)
    assert START not in stage.kinds()[1:]


def test_the_clock_goes_among_the_notes_of_one_port_too() -> None:
    stage = Leading(scale(64), same=True)
    stage.deck.play(0)
    stage.run(1.5)
    stage.deck.audition(0, 100, 80, True)
    stage.run(0.5)
    assert len(stage.ticks()) == len(set(stage.ticks()))
    assert stage.ticks()[:40] == pytest.approx(
        [100.0 + START_S + k * TICK_S for k in range(40)], abs=1e-8
    )
    stage.deck.stop()
    stage.run(0.2)
    assert stage.kinds()[-1] == STOP
    assert stage.hanging() == 0


def test_a_start_in_the_middle_tells_the_song_position() -> None:
    stage = Leading(scale(64))
    stage.deck.play(17)
    stage.run(1.0)
    first, second = stage.heard()[0].message, stage.heard()[1]
    assert first == bytes((POSITION, 17, 0))
    assert second.message[0] in (CONTINUE, CLOCK)
    assert CONTINUE in stage.kinds()


def test_stop_is_told_at_once_and_nothing_after_it() -> None:
    stage = Leading(scale(64))
    stage.deck.play(0)
    stage.run(1.0)
    now = stage.clock.now()
    stage.deck.stop()
    stage.run(1.0)
    at, message = stage.heard()[-1]
    assert message[0] == STOP
    assert at == pytest.approx(now, abs=1e-6)
    assert stage.kinds().count(STOP) == 1
    stage.deck.play(0)
    stage.run(0.5)
    assert stage.kinds().count(START) == 2


def test_tempo_changes_by_order_and_in_the_piece_are_in_the_clock() -> None:
    tempos = ((0.0, 120.0), (8.0, 60.0))
    stage = Leading(piece((0, 60, 0, 1, 80), (0, 62, 8, 1, 80), steps=64, tempos=tempos))
    stage.deck.play(0)
    stage.run(3.0)
    stage.deck.set_tempo(240.0)
    stage.run(1.0)
    ticks = stage.ticks()
    begun = 100.0 + START_S
    assert ticks[48] == pytest.approx(begun + 8 * STEP_S)
    assert ticks[49] - ticks[48] == pytest.approx(2 * TICK_S)
    assert ticks[-1] - ticks[-2] == pytest.approx(TICK_S)
    assert stage.kinds()[0] == START
    assert set(stage.kinds()[1:]) == {CLOCK}


def test_a_loop_tells_the_position_at_every_pass() -> None:
    stage = Leading(scale(64))
    stage.deck.set_loop((8, 16))
    stage.deck.play(8)
    stage.run(3.5)
    positions = [message for _, message in stage.heard() if message[0] == POSITION]
    assert positions == [bytes((POSITION, 8, 0))] * 4
    onsets = [at for at, message in stage.port.wire if is_note_on(message)]
    assert all(min(abs(at - tick) for tick in stage.ticks()) < 1e-6 for at in onsets)


def test_the_end_of_the_piece_stops_the_clock() -> None:
    stage = Leading(scale(8))
    stage.deck.play(0)
    stage.run(2.0)
    assert stage.kinds()[-1] == STOP
    assert stage.heard()[-1].at == pytest.approx(100.0 + START_S + 8 * STEP_S)
    assert stage.kinds().count(STOP) == 1
    assert len(stage.ticks()) == 48


def test_a_host_that_is_followed_is_passed_on_and_its_trembling_only_bends_the_clock() -> None:
    stage = Leading(scale(200))
    stage.host = stage.known
    stage.known.start(stage.clock.now(), 0.0)
    for beats in (0.01, -0.02, 0.015, -0.01):
        stage.run(0.7)
        stage.known.tremble(stage.clock.now(), beats)
    stage.run(1.5)
    gaps = [b - a for a, b in pairwise(stage.ticks()[1:])]
    assert stage.kinds().count(STOP) == 0
    assert min(gaps) > 0.9 * TICK_S
    assert max(gaps) < 1.1 * TICK_S
    beats_told = [stage.known.line.beat_at(at) * 24 for at in stage.ticks()[-12:]]
    assert all(abs(beat - round(beat)) < 0.02 for beat in beats_told)


def test_who_stops_leading_is_heard_to_stop() -> None:
    stage = Leading(scale(64))
    stage.deck.play(0)
    stage.run(1.0)
    stage.deck.lead(None)
    stage.run(1.0)
    assert stage.kinds()[-1] == STOP
    assert stage.kinds().count(STOP) == 1
    assert stage.deck.playing


acts = st.lists(
    st.tuples(
        st.floats(0.0, 0.6),
        st.one_of(
            st.tuples(st.just("seek"), st.floats(0, 34)),
            st.tuples(st.just("play"), st.floats(0, 30)),
            st.tuples(st.just("stop"), st.none()),
            st.tuples(st.just("set_loop"), st.sampled_from([None, (0, 4), (8, 40)])),
            st.tuples(st.just("set_tempo"), st.sampled_from([None, 30.0, 240.0])),
        ),
    ),
    max_size=8,
)


@settings(max_examples=40)
@given(acts, st.booleans())
def test_whatever_is_ordered_clock_and_notes_agree(
    ordered: list[tuple[float, tuple[str, Any]]], same: bool
) -> None:
    """Ticks are in order, none is sent twice, and notes fall on ticks."""
    stage = Leading(scale(64), same=same)
    stage.deck.play(0)
    for wait_s, (what, value) in ordered:
        stage.run(wait_s)
        getattr(stage.deck, what)(*(() if what == "stop" else (value,)))
    stage.run(0.5)
    stage.deck.stop()
    stage.run(0.2)
    ticks = stage.ticks()
    assert ticks == sorted(ticks)
    assert all(b - a > 1e-4 for a, b in pairwise(ticks))
    assert stage.kinds()[-1:] in ([], [STOP])
    assert set(stage.kinds()[:1]) <= {START, POSITION, STOP}
    onsets = [at for at, message in stage.port.wire if is_note_on(message)]
    apart = [at for at in onsets if not any(abs(at - tick) < 1e-6 for tick in ticks)]
    assert len(apart) <= len(ordered)  # of each order, a note that was held
    assert (stage.hanging(), stage.struck_twice()) == (0, [])
