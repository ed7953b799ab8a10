"""A random host is followed under random orders: nothing hangs, and notes are where the host is."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.messages import is_note_on
from tests.bridge.deck.deckstage import TURN_S, Row, piece, scale
from tests.bridge.deck.test_deckrandom import obey, order, rows
from tests.bridge.hosts import Followed, Host

STEPS = 36
PER_BEAT = 4
UNSURE_S = 0.08 + 3 * TURN_S
"""A change of the host's takes hold this long after it, at the latest."""

AHEAD_S = 0.5
"""So much later a host that slowed down may come to what was played before anybody knew."""

SAME_S = 2e-9
"""Two ticks of the port in memory."""

exact = st.one_of(
    st.tuples(st.just("host start"), st.one_of(st.none(), st.floats(-1.0, 9.0))),
    st.tuples(st.just("host stop"), st.none()),
    st.tuples(st.just("host locate"), st.floats(0.0, 9.0)),
    st.tuples(st.just("host loop"), st.sampled_from([None, (0.0, 2.0), (1.0, 2.0), (0.5, 4.0)])),
    st.tuples(st.just("host tempo"), st.sampled_from([30.0, 97.3, 120.0, 120.02, 163.7, 300.0])),
)
wild = st.one_of(
    exact,
    st.tuples(st.just("host lock"), st.sampled_from(["none", "locking", "locked"])),
    st.tuples(st.just("host jitter"), st.floats(-0.02, 0.02)),
    st.tuples(st.just("host lost"), st.none()),
    st.tuples(st.just("host found"), st.none()),
    st.tuples(st.just("nudge"), st.floats(-0.1, 0.1)),
    st.tuples(st.just("start on"), st.sampled_from(["now", "beat", "bar", "four bars"])),
    st.tuples(st.just("start piece"), rows),
)
waits = st.floats(0.0, 0.7)


class Wild(Followed):
    """A host that may tremble and disappear."""

    def __init__(self, music: Any) -> None:
        super().__init__(music)
        self.known = self.daw

    def act(self, what: str, value: Any) -> None:
        host, now = self.known, self.clock.now()
        if what == "host start":
            host.start(now, value)
        elif what == "host stop":
            host.stop(now)
        elif what == "host locate":
            host.locate(now, value)
        elif what == "host loop":
            host.set_loop(now, value)
        elif what == "host tempo":
            host.tempo(now, value)
        elif what == "host lock":
            host.lock(now, value)
        elif what == "host jitter":
            host.tremble(now, value)
        elif what in ("host lost", "host found"):
            self.host = host if what == "host found" else None
        elif what == "nudge":
            self.deck.nudge_s = value
        elif what == "start on":
            self.deck.start_on = value
        elif what == "start piece":
            self.deck.start_piece(piece(*value, steps=32, voices=2))
        else:
            obey(self.deck, what, value)


@settings(max_examples=120)
@given(rows, st.lists(st.tuples(waits, st.one_of(order, wild)), max_size=14), st.booleans())
def test_whatever_host_and_orders_do_nothing_hangs_and_nothing_is_struck_twice(
    music: list[Row], acts: list[tuple[float, tuple[str, Any]]], host_ends: bool
) -> None:
    stage = Wild(piece(*music, steps=32, voices=2))
    stage.daw.start(stage.clock.now(), 0.0)
    for wait_s, (what, value) in acts:
        stage.run(wait_s)
        stage.act(what, value)
    stage.run(1.0)
    if host_ends and stage.host is not None:
        stage.known.stop(stage.clock.now())
        stage.run(TURN_S)
    else:
        stage.deck.stop()
    stage.deck.audition(0, 80, 90, False)
    stage.port.pass_time(5.0)
    assert (stage.hanging(), stage.struck_twice()) == (0, [])
    assert (stage.port.stats().dropped, stage.port.stats().late) == (0, 0)


@settings(max_examples=120)
@given(st.lists(st.tuples(waits, exact), max_size=10))
def test_every_note_begins_where_the_host_is(acts: list[tuple[float, tuple[str, Any]]]) -> None:
    """All of them, and only them, but for the moment in which nobody can know of a change yet."""
    stage = Wild(scale(STEPS))
    for wait_s, (what, value) in acts:
        stage.run(wait_s)
        stage.act(what, value)
    stage.run(1.0)
    heard = [(at, message[1]) for at, message in stage.port.wire if is_note_on(message)]
    lines, sure_from, changed_at = stage.known.lines, 0.0, 0.0
    for line, after in zip(lines, [*lines[1:], None], strict=True):
        foreseen = stage.known.is_foreseen(line)
        changed_at = changed_at if foreseen else line.at
        sure_from = sure_from if foreseen else line.at + UNSURE_S
        begin = max(line.at - SAME_S, sure_from)
        end = stage.clock.now() if after is None else after.at
        end -= SAME_S if after is not None and stage.known.is_foreseen(after) else TURN_S
        times = {40 + step: line.time_of(step / PER_BEAT) for step in range(STEPS)}
        already = {pitch for at, pitch in heard if line.at - AHEAD_S <= at < begin}
        lost = [(at, at + UNSURE_S) for at in stage.known.surprises]
        for at, pitch in heard:
            if begin <= at < end and not is_in(at, lost):
                assert line.rolling
                assert abs(at - times[pitch]) <= SAME_S
        for pitch, at in times.items():
            if not line.rolling or not begin + SAME_S <= at < end - SAME_S or is_in(at, lost):
                continue
            if (begin > line.at or line.at < changed_at + AHEAD_S) and pitch in already:
                continue  # as the host fell back, the music waits for it
            assert any(abs(at - when) <= SAME_S for when, key in heard if key == pitch)


def is_in(at: float, spans: list[tuple[float, float]]) -> bool:
    return any(begin - TURN_S <= at <= end for begin, end in spans)


@settings(max_examples=60)
@given(st.lists(st.tuples(waits, exact), max_size=10))
def test_a_host_that_stands_is_silence(acts: list[tuple[float, tuple[str, Any]]]) -> None:
    stage = Wild(piece(*((0, 40 + k, 2 * k, 9, 80) for k in range(16)), steps=STEPS))
    for wait_s, (what, value) in acts:
        stage.run(wait_s)
        stage.act(what, value)
        stage.turn()
        if not stage.known.line.rolling:
            assert stage.hanging() == 0
            assert not stage.deck.playing


def test_a_host_of_these_tests_is_where_it_says() -> None:
    host = Host(1.0)
    host.start(2.0, 4.0)
    host.tempo(3.0, 60.0)
    assert host.told(4.0).beat == 7.0
    assert host.line.time_of(6.25) == 3.25
