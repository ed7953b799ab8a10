"""MIDI learn: knobs are taken, pick values up where they are, and are remembered."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.inputs.learn import Knob, MidiLearn, Range
from bridge.messages import all_notes_off, control_change, note_on

TARGETS = ("temperature", "density", "guidance")


def learner(**shares: float) -> MidiLearn:
    return MidiLearn(TARGETS, lambda target: shares.get(target, 0.5))


def test_the_next_knob_that_turns_is_taken_and_moves_at_once() -> None:
    midi = learner()
    midi.learn("density")
    assert midi.feed(note_on(0, 60, 100)) == []
    assert midi.feed(control_change(2, 21, 127)) == [("density", 1.0)]
    assert midi.knobs == {"density": Knob(2, 21)}
    assert midi.learning is None
    assert midi.feed(control_change(2, 21, 0)) == [("density", 0.0)]
    assert midi.feed(control_change(2, 22, 64)) == []
    assert midi.feed(control_change(3, 21, 64)) == []


def test_a_knob_drives_one_thing_only() -> None:
    midi = learner()
    for target in ("density", "guidance"):
        midi.learn(target)
        midi.feed(control_change(0, 7, 64))
    assert midi.knobs == {"guidance": Knob(0, 7)}
    assert midi.feed(control_change(0, 7, 127)) == [("guidance", 1.0)]


def test_messages_to_the_channel_are_no_knobs() -> None:
    midi = learner()
    midi.learn("density")
    assert midi.feed(all_notes_off(0)) == []
    assert midi.learning == "density"


def test_a_knob_that_stands_elsewhere_moves_nothing_until_it_reaches_the_value() -> None:
    midi = learner(temperature=0.5)
    midi.restore({"temperature": [0, 1]})
    assert midi.feed(control_change(0, 1, 0)) == []
    assert midi.feed(control_change(0, 1, 30)) == []
    assert midi.feed(control_change(0, 1, 90)) == [("temperature", 90 / 127)]
    assert midi.feed(control_change(0, 1, 10)) == [("temperature", 10 / 127)]
    midi.let_go("temperature")
    assert midi.feed(control_change(0, 1, 9)) == []


def test_what_is_forgotten_moves_nothing() -> None:
    midi = learner()
    midi.learn("density")
    midi.feed(control_change(0, 7, 64))
    midi.forget("density")
    assert midi.feed(control_change(0, 7, 64)) == []


def test_only_what_exists_can_be_learnt() -> None:
    with pytest.raises(ValueError, match="'volume'; there are temperature, density, guidance"):
        learner().learn("volume")


def test_knobs_are_kept_and_nonsense_is_left_out() -> None:
    midi = learner()
    midi.learn("guidance")
    midi.feed(control_change(4, 74, 1))
    again = learner()
    again.restore({**midi.to_json(), "volume": [0, 7], "density": [0, 123], "temperature": [1]})
    assert again.knobs == {"guidance": Knob(4, 74)}
    assert str(again.knobs["guidance"]) == "CC 74, channel 5"


@given(st.floats(0, 1), st.booleans())
def test_a_range_goes_both_ways(share: float, curved: bool) -> None:
    span = Range(0.5, 2.0, curved)
    assert 0.5 <= span.value_of(share) <= 2.0 + 1e-9
    assert span.share_of(span.value_of(share)) == pytest.approx(share, abs=1e-9)


def test_a_curved_range_has_its_geometric_middle_in_the_middle() -> None:
    assert Range(0.5, 2.0, curved=True).value_of(0.5) == pytest.approx(1.0)
    assert Range(0.5, 2.0).share_of(9.0) == 1.0
    assert Range(0.5, 2.0).share_of(-9.0) == 0.0
