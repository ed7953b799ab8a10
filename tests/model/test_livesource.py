"""Bars for the player: the sampler's music cut at bar lines, with its ties, or a MIDI file's."""

from __future__ import annotations

import argparse
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from bridge.options import add_music
from model.conditions import Conditions
from model.engine import Engine
from model.errors import ModelError
from model.livesource import LiveSource, make_source
from model.midifile import read_midi, write_midi
from model.roll import HELD, Grid, Roll
from model.sampler import Request, Sampler, SamplingError, SamplingSettings, make_rolls
from model.tunes import make_tune
from tests.model.configs import config_of, level
from tests.model.fakeengine import FakeEngine, ListeningEngine, ScriptedEngine
from tests.model.generators import engine_of
from tests.model.live import COLUMNS, joined, source_of, take
from tests.model.pieces import BAR

SECTIONS = config_of(
    level("ar", (16, 8), "row"), level("ar", (4, 4)), level("ar", (1, 1)), pitches=128
)
MASKED = config_of(
    level("mar", (64, 8)),
    level("mar", (16, 8)),
    level("mar", (1, 1)),
    pitches=128,
    context_steps=32,
)
CONFIGS = {"columns": COLUMNS, "sections": SECTIONS, "masked": MASKED}


@pytest.mark.parametrize("bars", [4, 12])
@pytest.mark.parametrize("name", CONFIGS)
def test_bars_joined_are_the_sampler_s_roll(name: str, bars: int) -> None:
    engine = FakeEngine(CONFIGS[name], kinds=(0.5, 2.0, 0.0))
    request = Request(bars * BAR)
    roll = make_rolls(Sampler(engine), request, SamplingSettings(seed=7))[0]
    made = take(source_of(engine), bars)
    assert len(made) == bars
    assert any(bar.tied for bar in made)
    np.testing.assert_array_equal(joined(made), roll.cells)


@pytest.mark.parametrize("name", CONFIGS)
def test_a_tied_note_is_struck_again_with_its_own_velocity(name: str) -> None:
    """A roll begins with nothing held; `tied` says that the note goes on nevertheless."""
    engine = FakeEngine(CONFIGS[name], kinds=(0.5, 2.0, 0.0))
    bars = take(source_of(engine), 6)
    for before, bar in pairwise(bars):
        for part, pitch in bar.tied:
            cells = before.roll.cells[part, pitch]
            onsets = np.flatnonzero(cells > HELD)
            assert cells[-1] != 0
            assert bar.roll.cells[part, pitch, 0] == cells[onsets[-1]]


def test_a_note_across_two_bar_lines_is_tied_twice() -> None:
    script = np.zeros((1, 128, 64), np.uint8)
    script[0, 60, 14:36] = HELD
    script[0, 60, 14] = 3
    script[0, 60, 40] = 4
    script[0, 62, 15:17] = 2  # struck before the bar line and again on it
    engine = ScriptedEngine(replace(COLUMNS, context_steps=64), script)
    bars = take(source_of(engine), 3)
    assert [bar.tied for bar in bars] == [frozenset(), {(0, 60)}, {(0, 60)}]
    long, short = ([n for n in bar.roll.notes() if n.pitch == 60] for bar in bars[1:])
    assert [(note.onset_steps, note.duration_steps) for note in long] == [(0, 16)]
    assert [(note.onset_steps, note.duration_steps) for note in short] == [(0, 4), (8, 1)]
    assert long[0].velocity == short[0].velocity != short[1].velocity
    assert [n.onset_steps for bar in bars for n in bar.roll.notes() if n.pitch == 62] == [15, 0]


@pytest.mark.parametrize(("metre", "steps"), [((3, 4), 12), ((6, 8), 12), (None, 16)])
def test_bars_are_as_long_as_the_metre_says(metre: tuple[int, int] | None, steps: int) -> None:
    source = source_of(FakeEngine(COLUMNS), Conditions(metre=metre), bpm=90.0)
    for bar in take(source, 3):
        assert bar.roll.steps == steps
        assert bar.roll.tempos[0].bpm == 90
        change = bar.roll.metres[0]
        assert (change.numerator, change.denominator) == (metre or (4, 4))


def test_music_in_no_metre_is_made_in_the_metre_of_its_bars() -> None:
    engine = ListeningEngine(COLUMNS)
    take(source_of(engine, Conditions(metre=None)), 1)
    assert [engine.told[step] for step in range(BAR)] == [(1, step + 1) for step in range(BAR)]


def test_bars_are_made_only_as_they_are_asked_for() -> None:
    engine = FakeEngine(replace(COLUMNS, context_steps=256))
    source = source_of(engine)
    assert engine.asked == []
    take(source, 1)
    assert engine.asked.count(0) <= 2 * BAR


def test_a_closed_source_has_no_more_bars() -> None:
    source = source_of(FakeEngine(COLUMNS))
    assert source.next_bar() is not None
    source.close()
    assert source.next_bar() is None
    source.close()


def test_a_bar_that_does_not_fit_the_grid_is_refused_at_once() -> None:
    with pytest.raises(SamplingError, match="choose another metre"):
        source_of(FakeEngine(COLUMNS), Conditions(metre=(3, 32)))


def arguments(*words: str, model: str | Path) -> argparse.Namespace:
    """The command line's options as `fractalroll play` reads them."""
    parser = argparse.ArgumentParser()
    add_music(parser)
    return parser.parse_args(list(words), argparse.Namespace(model=str(model)))


def made_of(*words: str, model: str | Path = "toy") -> LiveSource:
    """The source of a lively model, whatever bundle the command line names."""
    source = make_source(arguments(*words, model=model), lambda _: engine_of(COLUMNS))
    assert isinstance(source, LiveSource)
    return source


def file_of(*words: str, model: Path) -> Roll:
    """What is played of a MIDI file, for which no engine may be opened."""

    def never(_: argparse.Namespace) -> Engine:
        raise AssertionError("a file needs no engine")

    roll = make_source(arguments(*words, model=model), never)
    assert isinstance(roll, Roll)
    return roll


@pytest.fixture
def midi_file(tmp_path: Path) -> Path:
    path = tmp_path / "Tune.MID"
    write_midi(make_tune(2, np.random.default_rng(0)), path)
    return path


def test_a_midi_file_is_played_as_it_is(midi_file: Path) -> None:
    assert file_of(model=midi_file).same_as(read_midi(midi_file, Grid(steps_per_beat=24)))


def test_a_midi_file_can_be_played_at_another_tempo(midi_file: Path) -> None:
    roll, slow = (file_of(*words, model=midi_file) for words in ((), ("--tempo", "60")))
    assert slow.notes() == roll.notes()
    assert slow.step_seconds()[-1] == pytest.approx(roll.steps / 24)


def test_a_missing_midi_file_is_an_error_of_the_room(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"nowhere\.mid"):
        file_of(model=tmp_path / "nowhere.mid")


def test_a_model_plays_what_is_asked_for() -> None:
    words = "--seed 5 --style pop --key Am --metre 3/4 --tempo 100 --density 4 --program 7"
    first, again = (made_of(*words.split()) for _ in range(2))
    assert first.engine == "torch (cpu)"
    assert first.settings.seed == 5
    bars = take(first, 2)
    assert bars[0].roll.steps == 12
    assert bars[0].roll.tempos[0].bpm == 100
    assert bars[0].roll.parts[0].program == 7
    np.testing.assert_array_equal(joined(bars), joined(take(again, 2)))


def test_the_sampling_that_is_asked_for_is_the_sampling_that_is_done() -> None:
    words = (
        "--temperature 0.9 --top-p 0.8 --filter-threshold 0.01 --guidance 2"
        " --guidance-schedule linear --seed 3"
    )
    assert made_of(*words.split()).settings == SamplingSettings(0.9, 0.01, 0.8, 2.0, "linear", 3)
    assert made_of("--seed", "3").settings == SamplingSettings(seed=3)


def test_the_engine_is_opened_for_what_the_command_line_says() -> None:
    opened: list[argparse.Namespace] = []

    def open_engine(given: argparse.Namespace) -> Engine:
        opened.append(given)
        return FakeEngine(COLUMNS)

    given = arguments(model="somewhere")
    make_source(given, open_engine)
    assert opened == [given]


def test_without_a_seed_it_plays_something_new_every_time() -> None:
    assert len({made_of().settings.seed for _ in range(2)}) == 2


def test_a_style_that_the_model_lacks_is_refused_before_anything_is_played() -> None:
    with pytest.raises(SamplingError, match=r"no style 'polka'.*pop"):
        made_of("--style", "polka")


def test_ties_name_the_part_of_a_note() -> None:
    bars = take(source_of(FakeEngine(replace(COLUMNS, parts=2), kinds=(0.5, 2.0, 0.0))), 3)
    assert bars[0].roll.cells.shape == (2, 128, BAR)
    assert {part for bar in bars for part, _ in bar.tied} == {0, 1}
