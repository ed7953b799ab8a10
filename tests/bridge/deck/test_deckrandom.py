"""Random orders on random music: nothing hangs, and no key is struck while it sounds."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.deck.deck import Deck
from bridge.deck.piece import DeckVoice
from tests.bridge.deck.deckstage import Row, Stage, piece

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
order = st.one_of(
    st.tuples(st.just("seek"), st.floats(0, 34)),
    st.tuples(st.just("play"), st.floats(0, 30)),
    st.tuples(st.just("stop"), st.none()),
    st.tuples(st.just("loop"), st.sampled_from([None, (0, 4), (3, 5), (8, 40), (31, 32)])),
    st.tuples(st.just("tempo"), st.sampled_from([None, 30.0, 240.0, 700.0])),
    st.tuples(st.just("piece"), rows),
    st.tuples(st.just("mute"), st.sampled_from([(True, True), (False, True)])),
    st.tuples(st.just("press"), st.booleans()),
)
orders = st.lists(st.tuples(st.floats(0.0, 0.6), order), max_size=12)


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
