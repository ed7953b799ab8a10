"""What comes in becomes notes: keys, pedal, the grid, and what sounds still."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.duet.heard import Heard, HeardNote
from bridge.messages import all_notes_off, control_change, note_off, note_on, program_change
from model.roll import Note, Part, Roll

METRE = (4, 4)


def heard_of(*events: tuple[float, bytes]) -> Heard:
    heard = Heard()
    for beat, message in events:
        heard.feed(beat, message)
    return heard


def bar_of(heard: Heard, now: float = 4.0) -> Roll:
    return heard.cells(0, 16, now, metre=METRE)


def spans(roll: Roll) -> list[tuple[int, int, int]]:
    return [(note.pitch, note.onset_steps, note.duration_steps) for note in roll.notes()]


def test_a_note_is_in_the_cells_as_soon_as_its_key_went_down() -> None:
    heard = heard_of((1.0, note_on(0, 60, 90)))
    assert spans(bar_of(heard, now=1.0)) == [(60, 4, 12)]
    assert heard.onsets == 1
    assert heard.sounds()


@pytest.mark.parametrize(("beat", "step"), [(0.95, 4), (1.1, 4), (1.124, 4), (1.125, 5), (1.2, 5)])
def test_onsets_go_to_the_nearest_step(beat: float, step: int) -> None:
    heard = heard_of((beat, note_on(0, 60, 90)), (beat + 0.5, note_off(0, 60)))
    assert [onset for _, onset, _ in spans(bar_of(heard))] == [step]


def test_the_shortest_note_lasts_a_step() -> None:
    heard = heard_of((1.0, note_on(0, 60, 90)), (1.01, note_off(0, 60)))
    assert spans(bar_of(heard)) == [(60, 4, 1)]


def test_a_note_on_of_velocity_0_is_a_release() -> None:
    heard = heard_of((0.0, note_on(0, 60, 90)), (1.0, note_on(0, 60, 0)))
    assert spans(bar_of(heard)) == [(60, 0, 4)]
    assert not heard.sounds()


def test_the_pedal_holds_what_is_released_until_it_rises() -> None:
    heard = heard_of(
        (0.0, note_on(0, 60, 90)),
        (0.5, control_change(0, 64, 127)),
        (1.0, note_off(0, 60)),
        (1.0, note_on(0, 64, 90)),
        (2.0, control_change(0, 64, 63)),
        (3.0, note_off(0, 64)),
    )
    assert spans(bar_of(heard)) == [(60, 0, 8), (64, 4, 8)]
    assert [note.released for note in heard.notes()] == [1.0, 3.0]


def test_the_pedal_of_one_channel_holds_no_other() -> None:
    heard = heard_of(
        (0.0, control_change(1, 64, 127)), (0.0, note_on(0, 60, 90)), (1.0, note_off(0, 60))
    )
    assert spans(bar_of(heard)) == [(60, 0, 4)]


def test_a_key_struck_again_under_the_pedal_is_a_new_note() -> None:
    heard = heard_of(
        (0.0, control_change(0, 64, 64)),
        (0.0, note_on(0, 60, 90)),
        (0.5, note_off(0, 60)),
        (1.0, note_on(0, 60, 70)),
    )
    assert spans(bar_of(heard, now=1.5)) == [(60, 0, 4), (60, 4, 12)]


@pytest.mark.parametrize("message", [all_notes_off(0), control_change(0, 120, 0)])
def test_all_notes_off_releases_all(message: bytes) -> None:
    heard = heard_of((0.0, note_on(0, 60, 90)), (0.0, note_on(1, 67, 90)), (1.0, message))
    assert spans(bar_of(heard)) == [(60, 0, 4), (67, 0, 16)]


def test_all_notes_off_leaves_the_pedal_its_say_and_all_sound_off_does_not() -> None:
    held = ((0.0, control_change(0, 64, 127)), (0.0, note_on(0, 60, 90)))
    assert heard_of(*held, (1.0, all_notes_off(0))).sounds()
    assert not heard_of(*held, (1.0, control_change(0, 120, 0))).sounds()


def test_reset_lifts_the_pedal() -> None:
    heard = heard_of(
        (0.0, control_change(0, 64, 127)),
        (0.0, note_on(0, 60, 90)),
        (0.5, note_off(0, 60)),
        (1.0, control_change(0, 121, 0)),
    )
    assert spans(bar_of(heard)) == [(60, 0, 4)]


def test_drums_clock_and_programs_are_not_music() -> None:
    heard = Heard()
    for message in (note_on(9, 36, 90), b"\xf8", b"\xfa", program_change(0, 3), b""):
        assert not heard.feed(0.0, message)
    assert heard.notes() == []


def test_only_chosen_channels_are_heard() -> None:
    heard = Heard(channels=frozenset({9}))
    assert heard.feed(0.0, note_on(9, 36, 90))
    assert not heard.feed(0.0, note_on(0, 60, 90))


def test_a_release_without_its_note_is_nothing() -> None:
    assert heard_of((0.0, note_off(0, 60))).notes() == []


def test_what_sounds_across_the_first_step_begins_there() -> None:
    heard = heard_of((0.0, note_on(0, 60, 90)), (5.0, note_off(0, 60)))
    assert spans(heard.cells(16, 32, 8.0, metre=METRE)) == [(60, 0, 4)]


def test_cells_have_the_parts_that_are_asked_for() -> None:
    heard = heard_of((0.0, note_on(0, 60, 90)))
    roll = heard.cells(0, 16, 1.0, metre=(3, 4), parts=(Part("we"), Part("you")), part=1)
    assert [(note.part, note.pitch) for note in roll.notes()] == [(1, 60)]
    assert (roll.metres[0].numerator, roll.metres[0].denominator) == (3, 4)


def test_it_is_known_since_when_nothing_sounds() -> None:
    heard = Heard()
    assert heard.quiet_since() == -math.inf
    heard.feed(1.0, note_on(0, 60, 90))
    assert heard.quiet_since() == math.inf
    heard.feed(2.5, note_off(0, 60))
    assert heard.quiet_since() == 2.5


def test_keys_that_are_down_are_told_from_what_the_pedal_holds() -> None:
    heard = heard_of(
        (0.0, control_change(0, 64, 127)),
        (0.0, note_on(0, 60, 90)),
        (0.0, note_on(0, 64, 90)),
        (0.5, note_off(0, 60)),
        (1.5, note_on(0, 67, 90)),
    )
    assert [note.pitch for note in heard.held_since(1.0)] == [64]


def test_when_the_song_jumps_everything_is_let_go() -> None:
    heard = heard_of((0.0, control_change(0, 64, 127)), (0.0, note_on(0, 60, 90)))
    heard.let_go(2.0)
    heard.feed(2.0, note_on(0, 62, 90))
    heard.feed(3.0, note_off(0, 62))
    assert spans(bar_of(heard)) == [(60, 0, 8), (62, 8, 4)]


def test_old_notes_are_forgotten_and_open_ones_are_not() -> None:
    heard = heard_of(
        (0.0, note_on(0, 60, 90)),
        (0.0, note_on(0, 62, 90)),
        (1.0, note_off(0, 62)),
        (8.0, note_on(0, 64, 90)),
    )
    heard.forget_before(4.0)
    heard.feed(9.0, note_off(0, 60))
    found = [(note.pitch, note.onset, note.end) for note in heard.notes()]
    assert found == [(60, 0.0, 9.0), (64, 8.0, None)]
    assert heard.onsets == 3


NOTES = st.lists(
    st.tuples(st.integers(0, 60), st.integers(60, 63), st.integers(1, 12), st.integers(1, 127)),
    max_size=20,
)


@given(NOTES)
def test_notes_on_the_grid_come_back_as_they_were_played(
    played: list[tuple[int, int, int, int]],
) -> None:
    notes = [Note(onset, 0, pitch, length, velocity) for onset, pitch, length, velocity in played]
    wanted = Roll.from_notes(notes, 80)
    events = []
    for note in wanted.notes():
        begin, end = note.onset_steps / 4, (note.onset_steps + note.duration_steps) / 4
        events += [(begin, 1, note_on(0, note.pitch, note.velocity))]
        events += [(end, 0, note_off(0, note.pitch))]
    heard = heard_of(*((beat, message) for beat, _, message in sorted(events)))
    found = heard.cells(0, 80, 20.0, metre=METRE)
    assert (found.cells == wanted.cells).all()
    assert all(isinstance(note, HeardNote) and note.end is not None for note in heard.notes())
