"""What was played, as a model is told it: no more than it sees, on its grid, in its parts."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest

from model.conditions import parse_key
from model.listening import Past, past_of
from model.roll import FIRST_ONSET, HELD, SILENT, Grid, MetreChange, Note, Part, Roll
from model.settings import SamplingError
from tests.model.configs import config_of, level

CONFIG = config_of(
    level("ar", (128, 1)),
    level("ar", (16, 1)),
    level("ar", (1, 1)),
    pitches=128,
    context_steps=64,
    velocity_bins=32,
)
BAR = 16
C_MAJOR = (60, 64, 67, 65, 69, 62, 71, 60, 64, 67, 60, 60)


@dataclass(frozen=True)
class Tied:
    """A bar with ties."""

    roll: Roll
    tied: frozenset[tuple[int, int]] = frozenset()


def roll_of(*notes: tuple[int, int, int], steps: int = 16) -> Roll:
    """Notes as (step, pitch, length)."""
    made = [Note(onset, 0, pitch, length, 90) for onset, pitch, length in notes]
    return Roll.from_notes(made, steps)


def test_a_short_past_is_told_whole() -> None:
    given = roll_of((0, 60, 4), (8, 64, 8))
    past = past_of(CONFIG, BAR, given)
    np.testing.assert_array_equal(past.prompt, given.cells[0])
    np.testing.assert_array_equal(past.places, np.arange(16))
    assert past.skip == 0
    assert set(past.asked) == {"prompt", "prompt_places"}


def test_of_a_long_past_no_more_is_told_than_the_model_sees() -> None:
    given = roll_of(*((4 * k, 60, 6) for k in range(60)), steps=240)
    past = past_of(CONFIG, BAR, given)
    assert past.prompt.shape == (128, 32)
    np.testing.assert_array_equal(past.prompt, given.cells[0][:, 208:])
    np.testing.assert_array_equal(past.places, np.arange(208, 240) % 16)


def test_a_note_that_is_cut_at_the_past_s_edge_begins_there() -> None:
    past = past_of(CONFIG, BAR, roll_of((0, 60, 64), steps=64))
    assert past.prompt[60, 0] >= FIRST_ONSET
    assert (past.prompt[60, 1:] == HELD).all()


def test_an_empty_past_asks_for_nothing() -> None:
    past = past_of(CONFIG, BAR, roll_of(steps=0))
    assert past.asked == {}
    assert not past.sounding.any()
    assert past.key is None


def test_places_are_counted_back_from_the_line() -> None:
    past = past_of(CONFIG, 12, roll_of(steps=20))
    assert past.places.tolist() == [4, 5, 6, 7, 8, 9, 10, 11, *range(12)]


def test_steps_that_are_not_over_are_told_only_where_something_sounds() -> None:
    given = roll_of((0, 60, 16), (4, 64, 2))
    past = past_of(CONFIG, BAR, given, open_steps=3)
    assert past.prompt.shape[1] == 13
    assert past.skip == 3
    known = past.asked["told_known"]
    assert known[60, :3].all()
    assert known.sum() == 3
    assert past.places[-1] == 12


def test_open_steps_leave_a_step_of_the_past_at_least() -> None:
    past = past_of(CONFIG, BAR, roll_of((0, 60, 16)), open_steps=16)
    assert (past.prompt.shape[1], past.skip) == (1, 15)


def test_keys_that_stay_down_are_held_on_and_are_the_others() -> None:
    known = Tied(roll_of((0, 60, 16), (0, 64, 4)), frozenset({(0, 60), (0, 70)}))
    past = past_of(CONFIG, BAR, roll_of((8, 60, 8)), known=known)
    assert (past.told[60] == HELD).all()
    assert past.told[64, 0] >= FIRST_ONSET
    np.testing.assert_array_equal(past.others, known.roll.cells[0] != SILENT)


def test_what_is_tied_but_does_not_sound_begins_anew() -> None:
    known = Tied(roll_of((0, 60, 16)), frozenset({(0, 60)}))
    past = past_of(CONFIG, BAR, roll_of((0, 60, 8)), known=known)
    assert past.told[60, 0] >= FIRST_ONSET


def test_a_register_is_known_to_stay_silent_but_is_nobody_s() -> None:
    past = past_of(CONFIG, BAR, roll_of((0, 60, 16)), open_steps=2, register=(58, 72))
    assert past.told_known[58:73, 2:].all()
    assert not past.told_known[:58].any()
    assert past.told_known[60, :2].all()
    assert not past.others.any()


def test_only_our_own_notes_sound_across_the_line() -> None:
    given = roll_of((0, 60, 16), (4, 48, 12), (0, 50, 8))
    past = past_of(CONFIG, BAR, given, ours=roll_of((4, 48, 12), (0, 50, 8)))
    assert np.flatnonzero(past.sounding).tolist() == [48]
    assert past.sounding[48] == given.cells[0, 48, 4]
    assert not past_of(CONFIG, BAR, given).sounding.any()


def test_the_key_is_that_of_what_others_play() -> None:
    theirs = [(4 * k, pitch, 4) for k, pitch in enumerate(C_MAJOR)]
    ours = [(4 * k, pitch + 6, 4) for k, pitch in enumerate(C_MAJOR)] * 2
    given = roll_of(*theirs, *ours, steps=48)
    wide = replace(CONFIG, context_steps=128)
    past = past_of(wide, BAR, given, ours=roll_of(*ours, steps=48))
    assert past.key == parse_key("C")


def test_of_too_few_notes_no_key_is_guessed() -> None:
    assert past_of(CONFIG, BAR, roll_of((0, 60, 4), (4, 64, 4), (8, 67, 4))).key is None
    assert past_of(CONFIG, BAR, roll_of(*((k, 60, 1) for k in range(16)))).key is None


def shut_of(past: Past) -> set[int]:
    """Pitch classes that stay silent in the bars to come, in the middle of the compass."""
    middle = past.told_known[36:84, past.skip :]
    return {pitch % 12 for pitch in np.flatnonzero(middle.all(1)).tolist()}


@pytest.mark.parametrize(
    ("scale", "foreign"),
    [(C_MAJOR, {1, 3, 6, 8, 10}), ((57, 60, 64, 62, 65, 56, 59, 57, 60, 64, 57, 57), {1, 3, 10})],
)
def test_in_the_key_of_others_what_is_foreign_to_it_stays_silent(
    scale: tuple[int, ...], foreign: set[int]
) -> None:
    notes = [(4 * k, pitch, 4) for k, pitch in enumerate(scale)]
    wide = replace(CONFIG, context_steps=128)
    given = roll_of(*notes, steps=48)
    assert shut_of(past_of(wide, BAR, given, bars_in_key=1)) == foreign
    assert shut_of(past_of(wide, BAR, given)) == set()
    used = roll_of(*notes, (2, 61, 1), steps=48)
    assert shut_of(past_of(wide, BAR, used, bars_in_key=1)) == foreign - {1}


def test_a_key_that_was_asked_for_counts_and_holds_for_as_many_bars_as_are_asked_for() -> None:
    notes = [(4 * k, pitch, 4) for k, pitch in enumerate(C_MAJOR)]
    wide = replace(CONFIG, context_steps=128)
    past = past_of(wide, BAR, roll_of(*notes, steps=48), bars_in_key=3, key=parse_key("G"))
    assert past.told_known.shape[1] - past.skip == 3 * BAR
    assert shut_of(past) == {1, 3, 8, 10}  # the F is played, too
    assert past.key == parse_key("C")


@pytest.mark.parametrize(
    ("played", "compass"),
    [((), (21, 108)), ((60,), (36, 84)), ((40, 80), (28, 92)), ((25, 127), (21, 108))],
)
def test_what_is_made_stays_near_what_others_play(
    played: tuple[int, ...], compass: tuple[int, int]
) -> None:
    theirs = [(4 * k, pitch, 4) for k, pitch in enumerate(played)]
    ours = roll_of((12, 2, 4))
    past = past_of(CONFIG, BAR, roll_of(*theirs, (12, 2, 4)), ours=ours, bars_in_key=2)
    open_rows = np.flatnonzero(~past.told_known[:, past.skip :].any(1))
    assert (open_rows.min(), open_rows.max()) == compass


def test_a_tone_that_slipped_in_once_does_not_belong() -> None:
    notes = [(4 * (k % 12), pitch + 12 * (k // 12), 4) for k, pitch in enumerate(C_MAJOR * 4)]
    wide = replace(CONFIG, context_steps=128)
    given = roll_of(*notes, (2, 61, 1), steps=48)
    assert 1 in shut_of(past_of(wide, BAR, given, bars_in_key=1))


def test_the_density_is_that_of_the_bars_in_which_others_play() -> None:
    wide = replace(CONFIG, context_steps=128)
    notes = [(k, 60 + k % 12, 1) for k in range(0, 16, 2)]
    past = past_of(
        wide, BAR, roll_of(*notes, (20, 40, 4), steps=48), ours=roll_of((20, 40, 4), steps=48)
    )
    assert past.density == 0.5
    assert past_of(wide, BAR, roll_of(steps=16)).density is None


def test_beside_a_chord_that_stays_down_only_its_tones_sound_on_the_beats() -> None:
    chord = [(0, pitch, 16) for pitch in (60, 64, 67)]
    known = Tied(roll_of(*chord), frozenset((0, pitch) for _, pitch, _ in chord))
    past = past_of(CONFIG, BAR, roll_of(*chord), known=known, open_steps=2, bars_in_key=1)
    beats = [2, 6, 10, 14]
    shut = {
        step: {p % 12 for p in np.flatnonzero(past.told_known[36:50, step])} for step in range(18)
    }
    assert all(
        shut[step] == (set(range(12)) - {0, 4, 7} if step in beats else set()) for step in shut
    )
    assert (past.told[[60, 64, 67], 2:] == HELD).all()
    free = past_of(CONFIG, BAR, roll_of(*chord), known=known)
    assert not free.told_known[36:50].any()


def test_two_keys_are_no_chord() -> None:
    keys = [(0, pitch, 16) for pitch in (60, 64, 72)]
    known = Tied(roll_of(*keys), frozenset((0, pitch) for _, pitch, _ in keys))
    past = past_of(CONFIG, BAR, roll_of(*keys), known=known, bars_in_key=1)
    assert not past.told_known[36:50].any()


def test_without_a_key_nothing_is_foreign() -> None:
    past = past_of(CONFIG, BAR, roll_of((0, 60, 4)), bars_in_key=1)
    assert shut_of(past) == set()


def test_a_finer_grid_is_heard_on_the_model_s() -> None:
    fine = Roll.from_notes([Note(12, 0, 60, 24, 90)], 96, Grid(24))
    past = past_of(CONFIG, BAR, fine, open_steps=13)
    assert past.prompt.shape[1] + past.skip == 16
    assert past.skip == 3
    assert np.flatnonzero(past.prompt[60]).tolist() == [2, 3, 4, 5]


def test_all_parts_but_drums_are_heard_by_a_model_of_one() -> None:
    parts = (Part("lead"), Part("drums", is_drum=True), Part("bass"))
    notes = [Note(0, k, 40 + k, 4, 90) for k in range(3)]
    past = past_of(CONFIG, BAR, Roll.from_notes(notes, 16, parts=parts))
    assert np.flatnonzero(past.prompt[:, 0]).tolist() == [40, 42]


def test_a_model_of_two_parts_hears_two() -> None:
    config = replace(CONFIG, parts=2)
    parts = (Part("lead"), Part("bass"))
    given = Roll.from_notes([Note(0, 0, 72, 16, 90), Note(0, 1, 40, 16, 90)], 16, parts=parts)
    known = Tied(given, frozenset({(1, 40)}))
    past = past_of(config, BAR, given, known=known, left_out=(1,))
    assert np.flatnonzero(past.prompt[:, 0]).tolist() == [72, 168]
    assert past.told[168, 0] == HELD
    assert past.silent[128:].all()
    assert not past.silent[:128].any()


def test_parts_and_grids_that_the_model_cannot_hear_are_refused() -> None:
    three = Roll.from_notes([], 16, parts=(Part(), Part(), Part()))
    with pytest.raises(SamplingError, match="3 part"):
        past_of(replace(CONFIG, parts=2), BAR, three)
    with pytest.raises(SamplingError, match="6 steps a beat"):
        past_of(CONFIG, BAR, Roll.from_notes([], 24, Grid(6), metres=(MetreChange(0, 4, 4),)))
