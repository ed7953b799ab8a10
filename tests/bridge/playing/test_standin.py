"""Variations that stand in for bars that aren't ready."""

from bridge.playing.standin import BarShape, StandIns, rest_like
from bridge.source import CutBar
from model.roll import MetreChange, Note, Part, Roll

MARCH = Roll.from_notes([Note(k, 0, 60 + k, 1, 100) for k in range(16)], 16)


def bar(pitch: int, steps: int = 16, **more: object) -> CutBar:
    return CutBar(Roll.from_notes([Note(0, 0, pitch, 4, 64)], steps, **more))  # type: ignore[arg-type]


def pitches(found: object) -> list[int]:
    assert isinstance(found, CutBar)
    return [note.pitch for note in found.roll.notes()]


def test_a_bar_of_the_same_place_in_the_phrase_is_chosen() -> None:
    stand_ins = StandIns()
    for number in range(1, 8):
        stand_ins.remember(number, bar(60 + number))
    assert pitches(stand_ins.like(9, BarShape.of(bar(0)))) == [65]
    assert pitches(stand_ins.like(8, BarShape.of(bar(0)))) == [64]


def test_without_one_the_latest_that_fits_is_chosen() -> None:
    stand_ins = StandIns()
    stand_ins.remember(1, bar(61))
    stand_ins.remember(2, bar(62))
    assert pitches(stand_ins.like(4, BarShape.of(bar(0)))) == [62]


def test_another_length_metre_or_kind_of_part_does_not_fit() -> None:
    stand_ins = StandIns()
    stand_ins.remember(1, bar(60))
    others = [
        bar(60, steps=12),
        bar(60, metres=[MetreChange(0, 2, 2)]),
        bar(60, parts=[Part(is_drum=True)]),
    ]
    assert [stand_ins.like(5, BarShape.of(other)) for other in others] == [None] * 3


def test_an_empty_bar_is_not_worth_repeating() -> None:
    stand_ins = StandIns()
    stand_ins.remember(1, rest_like(bar(60)))
    assert stand_ins.like(5, BarShape.of(bar(0))) is None


def test_a_variation_keeps_the_beats_and_strikes_nothing_new() -> None:
    stand_ins = StandIns(seed=1)
    stand_ins.remember(1, CutBar(MARCH, frozenset({(0, 60)})))
    found = stand_ins.like(5, BarShape.of(CutBar(MARCH)))
    assert found is not None
    assert {60, 64, 68, 72} <= set(pitches(found)) < set(range(60, 76))
    assert found.tied == frozenset()
    loudest = max(note.velocity for note in MARCH.notes())
    assert all(note.velocity < loudest for note in found.roll.notes())


def test_two_variations_of_one_bar_differ() -> None:
    stand_ins = StandIns(seed=1)
    stand_ins.remember(1, CutBar(MARCH))
    shape = BarShape.of(CutBar(MARCH))
    made = {tuple(pitches(stand_ins.like(5, shape))) for _ in range(8)}
    assert len(made) > 4


def test_a_rest_is_as_long_as_the_bar_and_empty() -> None:
    rest = rest_like(CutBar(MARCH))
    assert rest.roll.steps == 16
    assert rest.roll.notes() == []
