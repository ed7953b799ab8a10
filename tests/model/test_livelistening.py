"""A live source listens: it goes on from what others play, and hurries when it is told to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from model.conditions import UNKNOWN, Conditions, key_id, parse_key
from model.engine import Floats, Ints, Question, RollIds
from model.livebars import calmed, thinned
from model.livesource import LiveBar
from model.roll import HELD, Grid, Note, Roll
from model.sampler import SamplingError
from tests.model.configs import config_of, level
from tests.model.fakeengine import FakeEngine, ListeningEngine, ScriptedEngine
from tests.model.generators import engine_of
from tests.model.live import COLUMNS, joined, source_of, take
from tests.model.pieces import BAR


def given_of(*notes: tuple[int, int, int], steps: int = BAR) -> Roll:
    """Notes as (step, pitch, length)."""
    made = [Note(onset, 0, pitch, length, 90) for onset, pitch, length in notes]
    return Roll.from_notes(made, steps, Grid(velocity_bins=COLUMNS.velocity_bins))


def test_the_next_bar_goes_on_from_what_was_listened_to() -> None:
    engine, given = engine_of(COLUMNS), given_of((0, 60, 4), (4, 64, 4), (8, 67, 8))
    source = source_of(engine)
    take(source, 2)
    assert source.listen(given) == 1
    bars = take(source, 2)
    again = source_of(engine)
    again.listen(given)
    np.testing.assert_array_equal(joined(bars), joined(take(again, 2)))
    other = source_of(engine)
    other.listen(given_of((0, 61, 4), (4, 65, 4), (8, 68, 8)))
    assert (joined(bars) != joined(take(other, 2))).any()


def test_bars_say_what_they_go_on_from() -> None:
    source = source_of(FakeEngine(COLUMNS))
    assert [bar.heard for bar in take(source, 2)] == [0, 0]
    source.listen(given_of())
    source.listen(given_of((0, 60, 4)))
    assert [bar.heard for bar in take(source, 2)] == [2, 2]


def test_each_time_it_listens_it_makes_something_new() -> None:
    source, given = source_of(engine_of(COLUMNS)), given_of((0, 60, 16))
    made = []
    for _ in range(3):
        source.listen(given)
        made.append(joined(take(source, 1)))
    assert len({codes.tobytes() for codes in made}) == 3


def test_bars_are_aligned_to_the_line_that_was_given() -> None:
    engine = ListeningEngine(replace(COLUMNS, context_steps=64))
    source = source_of(engine)
    source.listen(given_of((0, 60, 16), steps=2 * BAR), open_steps=3)
    bar = source.next_bar()
    assert bar is not None
    assert bar.roll.steps == BAR
    places = [engine.told[step] for step in range(2 * BAR, 3 * BAR)]
    assert places == [(1, step + 1) for step in range(BAR)]


class Distracted(FakeEngine):
    """Lets something happen in the middle of a bar."""

    happens: Callable[[], object] | None = None

    def flags(self, state: int, question: Question, start: int) -> Floats:
        if state == 0 and start >= BAR // 2 and self.happens is not None:
            happens, self.happens = self.happens, None
            happens()
        return super().flags(state, question, start)


def test_a_bar_that_is_being_made_is_given_up_for_what_is_heard() -> None:
    engine = Distracted(COLUMNS)
    source = source_of(engine)
    engine.happens = lambda: source.listen(given_of((0, 60, 16)))
    bar = source.next_bar()
    assert bar is not None
    assert bar.heard == 1


def test_closing_gives_up_the_bar_that_is_being_made() -> None:
    engine = Distracted(COLUMNS)
    source = source_of(engine)
    engine.happens = source.close
    assert source.next_bar() is None


def scripted(*rows: tuple[int, int, int], steps: int = 64) -> ScriptedEngine:
    """An engine that insists on notes, given as (step, pitch, length)."""
    script = np.zeros((1, 128, steps), np.uint8)
    for step, pitch, length in rows:
        script[0, pitch, step : step + length] = HELD
        script[0, pitch, step] = 3
    return ScriptedEngine(replace(COLUMNS, context_steps=steps), script)


def test_a_note_of_ours_goes_on_across_the_line_and_another_s_does_not() -> None:
    source = source_of(scripted((8, 60, 16), (8, 64, 16), (20, 67, 4)))
    given = given_of((8, 60, 8), (8, 64, 8))
    source.listen(given, ours=given_of((8, 60, 8)))
    bar = source.next_bar()
    assert bar is not None
    assert bar.tied == {(0, 60)}
    found = [(note.pitch, note.onset_steps, note.duration_steps) for note in bar.roll.notes()]
    assert found == [(60, 0, 8), (67, 4, 4)]


def test_what_others_hold_is_heard_but_not_played() -> None:
    source = source_of(scripted((8, 60, 24), (20, 67, 4)))
    known = LiveBar(given_of((0, 60, 16)), frozenset({(0, 60)}))
    source.listen(given_of((8, 60, 8)), known=known)
    bar = source.next_bar()
    assert bar is not None
    assert [note.pitch for note in bar.roll.notes()] == [67]


def test_a_register_that_is_left_to_others_stays_empty_for_a_bar() -> None:
    source = source_of(FakeEngine(COLUMNS, kinds=(0.0, 0.0, 4.0)))
    source.listen(given_of((0, 60, 16)), register=(50, 70))
    first, second = take(source, 2)
    assert not first.roll.cells[0, 50:71].any()
    assert first.roll.cells[0, :50].any()
    assert second.roll.cells[0, 50:71].any()


def test_a_bar_has_no_more_notes_than_are_asked_for() -> None:
    source = source_of(FakeEngine(COLUMNS, kinds=(0.0, 0.0, 4.0)))
    source.listen(given_of((0, 60, 16)), most_onsets=5)
    first, second = take(source, 2)
    assert len(first.roll.notes()) == 5
    assert len(second.roll.notes()) > 100


def test_no_pitch_stutters_between_the_beats() -> None:
    codes = np.zeros((128, 12), np.uint8)
    codes[60, 0:4] = 3
    codes[62, [0, 2, 3]] = 3, 3, HELD
    codes[64, [1, 4, 5, 9]] = 3
    calm = np.zeros_like(codes)
    calm[60, 0:4] = 3, HELD, HELD, HELD
    calm[62, 0] = 3
    calm[64, [1, 4, 5, 9]] = 3, 3, HELD, 3
    np.testing.assert_array_equal(calmed(codes, 4), calm)


def test_the_quietest_notes_go_first_and_of_those_the_ones_on_weak_steps() -> None:
    codes = np.zeros((128, 8), np.uint8)
    codes[60, 0:4] = 3, HELD, HELD, HELD
    codes[64, 1:3] = 3, HELD
    codes[40, 4:6] = 3, HELD
    codes[67, 5] = 4
    np.testing.assert_array_equal(thinned(codes, 4), codes)
    for most, gone in ((3, [64]), (2, [64, 40]), (1, [64, 40, 60]), (0, [64, 40, 60, 67])):
        wanted = codes.copy()
        wanted[gone] = 0
        np.testing.assert_array_equal(thinned(codes, most), wanted)


def test_a_part_that_others_play_is_left_out_of_every_bar() -> None:
    source = source_of(FakeEngine(replace(COLUMNS, parts=2), kinds=(0.0, 0.0, 4.0)))
    cells = np.zeros((2, 128, BAR), np.uint8)
    source.listen(
        Roll(cells, Grid(velocity_bins=COLUMNS.velocity_bins), source.parts), left_out=(1,)
    )
    for bar in take(source, 3):
        assert bar.roll.cells[0].any()
        assert not bar.roll.cells[1].any()


class KeyWatch(FakeEngine):
    """Remembers the key and the density that are asked for."""

    def root(self, ids: RollIds) -> None:
        self.key, self.density = int(ids.key[0]), int(ids.density[0])


@pytest.mark.parametrize(("asked", "wanted"), [(None, "C"), ("F#m", "F#m")])
def test_the_key_that_is_heard_is_asked_for_unless_another_is(
    asked: str | None, wanted: str
) -> None:
    engine = KeyWatch(replace(COLUMNS, context_steps=128))
    key = None if asked is None else parse_key(asked)
    source = source_of(engine, Conditions(key=key))
    scale = (60, 64, 67, 65, 69, 62, 71, 60, 64, 67, 60, 60)
    notes = [(4 * step, pitch, 4) for step, pitch in enumerate(scale)]
    source.listen(given_of(*notes, steps=48))
    take(source, 1)
    assert engine.key == key_id(parse_key(wanted))


@pytest.mark.parametrize(
    ("asked", "as_dense", "wanted"), [(None, True, 2), (None, False, UNKNOWN), (0.9, True, 3)]
)
def test_as_many_notes_as_others_play_are_asked_for_unless_so_many_are(
    asked: float | None, as_dense: bool, wanted: int
) -> None:
    engine = KeyWatch(replace(COLUMNS, density_edges=(0.3, 0.6)))
    source = source_of(engine, Conditions(density=asked))
    source.listen(given_of(*((step, 60, 1) for step in range(0, 16, 2))), as_dense=as_dense)
    take(source, 1)
    assert engine.density == wanted


def test_music_that_the_model_cannot_hear_is_refused_and_playing_goes_on() -> None:
    source = source_of(FakeEngine(COLUMNS))
    with pytest.raises(SamplingError, match="6 steps a beat"):
        source.listen(Roll.from_notes([], 24, Grid(6)))
    assert source.next_bar() is not None


def test_its_bars_fit_what_it_says_of_them() -> None:
    source = source_of(FakeEngine(COLUMNS))
    bar = source.next_bar()
    assert bar is not None
    assert (bar.roll.grid, bar.roll.parts) == (source.grid, source.parts)


def test_a_model_without_mar_levels_says_that_it_cannot_hurry() -> None:
    source = source_of(FakeEngine(COLUMNS))
    assert not source.hurry(0.1)
    assert not any(bar.shortened for bar in take(source, 2))


def test_a_model_with_mar_levels_hurries_and_says_which_bars_were_shortened() -> None:
    config = config_of(
        level("ar", (128, 4)), level("mar", (16, 4)), level("mar", (1, 1)), pitches=128
    )
    source = source_of(FakeEngine(config, flags=(0.0, 0.0, 4.0)))
    assert [bar.shortened for bar in take(source, 1)] == [False]
    assert source.hurry(0.5)
    assert all(bar.shortened for bar in take(source, 2))
    assert not source.hurry(1.0)
    take(source, 1)
    assert not any(bar.shortened for bar in take(source, 2))


class Descents(FakeEngine):
    """Counts the patches that it goes down into."""

    descents = 0

    def below(self, state: int, node: Ints, child: Ints) -> None:
        self.descents += len(node)


def test_a_model_that_makes_many_bars_at_once_makes_the_next_one_first() -> None:
    config = config_of(
        level("mar", (64, 8)), level("mar", (1, 1)), pitches=128, context_steps=8 * BAR
    )
    engine = Descents(config, flags=(0.0, 0.0, 9.0))
    source = source_of(engine)
    counts = []
    for listens in (False, True, False):
        if listens:
            source.listen(given_of((0, 60, 16)))
        engine.descents = 0
        take(source, 1)
        counts.append(engine.descents)
    whole, next_bar, more = counts
    assert 0 < next_bar <= 4
    assert min(whole, more) > 5 * 4


def test_a_share_of_rounds_lies_between_none_and_all() -> None:
    with pytest.raises(SamplingError, match="ask for 0 to 1"):
        source_of(FakeEngine(COLUMNS)).hurry(2.0)


def test_what_is_adjusted_holds_from_when_it_listens_next() -> None:
    given = given_of((0, 60, 16))
    source, other = source_of(engine_of(COLUMNS)), source_of(engine_of(COLUMNS))
    for one in (source, other):
        one.listen(given)
        take(one, 1)
    source.adjust(temperature=0.0, top_p=0.5, guidance=2.0, density=2.0)
    np.testing.assert_array_equal(joined(take(source, 1)), joined(take(other, 1)))
    source.listen(given)
    other.listen(given)
    assert (joined(take(source, 2)) != joined(take(other, 2))).any()


def test_an_adjustment_that_makes_no_sense_changes_nothing() -> None:
    source = source_of(engine_of(COLUMNS))
    before = source.settings
    with pytest.raises(SamplingError, match="top-p"):
        source.adjust(temperature=2.0, top_p=7.0)
    assert source.settings == before
