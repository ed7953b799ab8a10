import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui.state import editing, putting
from gui.state.noteids import NoteId, ids_of
from gui.state.region import Region
from model.errors import RollError
from model.roll import Note, NoteArray, Roll
from tests.gui.state.pieces import NOTES, PARTS, STEPS, large_roll, roll_of

LOCKED = frozenset({1})


def named(note: Note) -> NoteId:
    return (note.part, note.pitch, note.onset_steps)


def every(roll: Roll) -> list[NoteId]:
    return ids_of(roll.note_array())


def held_in(roll: Roll, part: int) -> list[Note]:
    return [note for note in roll.notes() if note.part == part]


@pytest.fixture
def roll() -> Roll:
    return roll_of(*NOTES)


def test_a_drawn_note_is_there_and_nothing_else_changed(roll: Roll) -> None:
    after = editing.add_note(roll, 0, 70, 5, 3, 64)
    assert after.notes() == sorted([*NOTES, Note(5, 0, 70, 3, 64)])


def test_a_drawn_note_ends_at_the_end_of_the_roll(roll: Roll) -> None:
    after = editing.add_note(roll, 0, 70, STEPS - 2, 10, 64)
    assert Note(STEPS - 2, 0, 70, 2, 64) in after.notes()


def test_a_note_outside_the_roll_is_refused_and_named(roll: Roll) -> None:
    with pytest.raises(RollError, match="onset_steps"):
        editing.add_note(roll, 0, 70, STEPS, 1, 64)


def test_a_note_drawn_into_a_longer_one_ends_that_one_there() -> None:
    after = editing.add_note(roll_of(Note(0, 0, 60, 16, 100)), 0, 60, 4, 2, 50)
    assert after.notes() == [Note(0, 0, 60, 4, 100), Note(4, 0, 60, 2, 50)]


def test_notes_that_begin_under_a_drawn_one_go() -> None:
    under = roll_of(Note(2, 0, 60, 2, 100), Note(6, 0, 60, 8, 100), Note(20, 0, 60, 2, 90))
    after = editing.add_note(under, 0, 60, 0, 8, 50)
    assert after.notes() == [Note(0, 0, 60, 8, 50), Note(20, 0, 60, 2, 90)]


def test_erasing_takes_the_named_notes_only(roll: Roll) -> None:
    after = editing.erase_notes(roll, [named(NOTES[0]), named(NOTES[3])])
    assert after.notes() == sorted([NOTES[1], NOTES[2], NOTES[4]])


def test_names_of_notes_that_are_not_there_are_ignored(roll: Roll) -> None:
    strange = [(0, 60, 1), (7, 60, 0), (0, 300, 0), (-1, 0, 0), (0, 61, 1000)]
    assert editing.erase_notes(roll, strange).same_as(roll)
    assert editing.move_notes(roll, strange, 1, 1).same_as(roll)


def test_a_move_carries_length_and_velocity(roll: Roll) -> None:
    after = editing.move_notes(roll, [named(NOTES[2])], 4, -12)
    assert after.notes() == sorted([*NOTES[:2], *NOTES[3:], Note(12, 0, 52, 8, 80)])


def test_a_group_stops_where_its_first_note_would_leave(roll: Roll) -> None:
    after = editing.move_notes(roll, every(roll), -9, 100)
    assert after.notes() == sorted(
        Note(n.onset_steps, n.part, n.pitch + 127 - 64, n.duration_steps, n.velocity) for n in NOTES
    )


def test_a_group_moved_over_itself_stays_whole() -> None:
    row = [Note(4 * k, 0, 60, 4, 100) for k in range(4)]
    roll = roll_of(*row)
    after = editing.move_notes(roll, every(roll), 4, 0)
    assert after.notes() == [Note(n.onset_steps + 4, 0, 60, 4, 100) for n in row]


def test_a_note_moved_onto_another_covers_it() -> None:
    roll = roll_of(Note(0, 0, 60, 4, 100), Note(0, 0, 61, 4, 50))
    after = editing.move_notes(roll, [(0, 60, 0)], 0, 1)
    assert after.notes() == [Note(0, 0, 61, 4, 100)]


def test_a_copying_move_leaves_the_notes_where_they_are(roll: Roll) -> None:
    after = editing.move_notes(roll, [named(NOTES[0])], 32, 0, copy=True)
    assert after.notes() == sorted([*NOTES, Note(32, 0, 60, 4, 100)])


def test_moved_names_name_the_moved_notes(roll: Roll) -> None:
    after = editing.move_notes(roll, every(roll), 3, 2)
    assert editing.moved_ids(every(roll), 3, 2) == frozenset(every(after))


def test_notes_go_to_another_part(roll: Roll) -> None:
    after = editing.move_to_part(roll, [named(NOTES[0])], 1)
    assert after.notes() == sorted([*NOTES[1:], Note(0, 1, 60, 4, 100)])


@pytest.mark.parametrize(("by", "length"), [(3, 7), (-1, 3), (-99, 1), (999, STEPS)])
def test_a_note_keeps_a_step_and_stays_inside_when_resized(by: int, length: int) -> None:
    roll = roll_of(NOTES[0])
    after = editing.resize_notes(roll, every(roll), by)
    assert after.notes() == [Note(0, 0, 60, length, 100)]


@pytest.mark.parametrize(("by", "onset"), [(2, 10), (-3, 5), (99, 15), (-99, 0)])
def test_the_left_edge_moves_and_the_end_stays(by: int, onset: int) -> None:
    roll = roll_of(NOTES[2])
    after = editing.resize_notes(roll, every(roll), by, left=True)
    assert after.notes() == [Note(onset, 0, 64, 16 - onset, 80)]


def test_velocities_can_be_set_changed_and_drawn(roll: Roll) -> None:
    one = [named(NOTES[0])]
    assert editing.set_velocity(roll, one, 33).notes()[0].velocity == 33
    assert editing.change_velocity(roll, one, -30).notes()[0].velocity == 70
    assert editing.change_velocity(roll, one, 99).notes()[0].velocity == 127
    drawn = editing.set_velocities(roll, {named(NOTES[1]): 5, named(NOTES[2]): 6})
    assert [n.velocity for n in held_in(drawn, 0)] == [100, 5, 6]


def test_quantising_goes_to_the_nearest_line() -> None:
    roll = roll_of(Note(3, 0, 60, 2, 100), Note(9, 0, 62, 2, 100), Note(63, 0, 65, 1, 100))
    after = editing.quantise(roll, every(roll), 4)
    assert [n.onset_steps for n in after.notes()] == [4, 8, 60]


def test_pasting_behind_the_end_adds_whole_bars(roll: Roll) -> None:
    clip = editing.notes_of(roll, [named(NOTES[1]), named(NOTES[2])])
    after = editing.paste(roll, clip, 60)
    assert after.steps == 80
    assert after.notes()[:5] == roll.notes()
    assert after.notes()[5:] == [Note(60, 0, 62, 4, 90), Note(64, 0, 64, 8, 80)]


def test_pasted_notes_are_those_that_lie_there_afterwards(roll: Roll) -> None:
    clip = editing.notes_of(roll, every(roll))
    there = editing.pasted_notes(roll, clip, 32, 5)
    after = editing.paste(roll, clip, 32, 5)
    assert set(ids_of(there)) == set(every(after)) - set(every(roll))


def test_notes_of_a_part_that_is_missing_are_pasted_into_the_last() -> None:
    clip = NoteArray.from_notes([Note(0, 7, 60, 4, 100)])
    after = editing.paste(roll_of(), clip, 0)
    assert after.notes() == [Note(0, 1, 60, 4, 100)]


def test_a_duplicate_lies_right_behind_in_whole_lines_of_the_grid(roll: Roll) -> None:
    chosen = [named(NOTES[0]), named(NOTES[1])]
    after = editing.duplicate(roll, chosen, grid_steps=16)
    assert after.notes() == sorted([*NOTES, Note(16, 0, 60, 4, 100), Note(20, 0, 62, 4, 90)])


def test_a_cleared_region_cuts_what_sounds_into_it(roll: Roll) -> None:
    after = editing.erase_region(roll, Region(2, 12, 0, 127, frozenset({0})))
    assert held_in(after, 0) == [Note(0, 0, 60, 2, 100)]
    assert held_in(after, 1) == held_in(roll, 1)
    narrow = editing.erase_region(roll, Region(0, 64, 60, 62))
    assert narrow.notes() == sorted([NOTES[2], NOTES[3], NOTES[4]])


def test_a_roll_grows_to_the_end_of_a_bar_and_never_shrinks(roll: Roll) -> None:
    assert editing.extended(roll, 70).steps == 70
    assert editing.extended(roll, 3) is roll
    assert editing.extended_to_bar(roll, 65).steps == 80
    assert editing.extended_to_bar(roll, 64) is roll


def test_locked_parts_are_left_alone_by_every_edit(roll: Roll) -> None:
    names = every(roll)
    clip = roll.note_array()
    edited = [
        editing.add_note(roll, 1, 50, 0, 4, 100, LOCKED),
        editing.erase_notes(roll, names, LOCKED),
        editing.erase_region(roll, Region(0, STEPS), LOCKED),
        editing.move_notes(roll, names, 1, 1, LOCKED),
        editing.move_to_part(roll, names, 1, LOCKED),
        editing.resize_notes(roll, names, 2, LOCKED),
        editing.set_velocity(roll, names, 1, LOCKED),
        editing.quantise(roll, names, 3, LOCKED),
        editing.paste(roll, clip, 30, 3, LOCKED),
        editing.duplicate(roll, names, LOCKED),
    ]
    for after in edited:
        assert held_in(after, 1) == held_in(roll, 1)


def test_edits_of_an_empty_roll_do_nothing() -> None:
    empty = roll_of(steps=0)
    assert editing.erase_notes(empty, [(0, 60, 0)]) is empty
    assert editing.duplicate(empty, [(0, 60, 0)]) is empty


notes = st.builds(
    Note,
    st.integers(0, 23),
    st.integers(0, 1),
    st.integers(60, 63),
    st.integers(1, 9),
    st.integers(1, 127),
)


def covered(note: Note) -> set[tuple[int, int, int]]:
    steps = range(note.onset_steps, note.onset_steps + note.duration_steps)
    return {(note.part, note.pitch, step) for step in steps}


@given(st.lists(notes, max_size=12), st.lists(notes, max_size=4))
def test_what_is_put_down_wins_and_the_rest_keeps_what_is_free(
    below: list[Note], above: list[Note]
) -> None:
    roll = roll_of(*below, steps=24)
    clip = roll_of(*above, steps=24)
    first = min((n.onset_steps for n in clip.notes()), default=0)
    after = editing.paste(roll, clip.note_array(), first)
    expected = clip.notes()
    taken = set().union(*(covered(n) for n in expected)) if expected else set()
    for note in roll.notes():
        free = 0
        while (note.part, note.pitch, note.onset_steps + free) in covered(note) - taken:
            free += 1
        if free:
            expected.append(Note(note.onset_steps, note.part, note.pitch, free, note.velocity))
    assert after.notes() == sorted(expected)
    assert len(after.parts) == len(PARTS)


@given(st.lists(notes, max_size=12), st.integers(-30, 30), st.integers(-70, 70))
def test_a_move_there_and_back_is_no_move(below: list[Note], dsteps: int, dpitch: int) -> None:
    roll = roll_of(*below, steps=64)
    dsteps, dpitch = editing.kept_inside(roll, roll.note_array(), dsteps, dpitch)
    there = editing.move_notes(roll, every(roll), dsteps, dpitch)
    ended = [n for n in roll.notes() if n.onset_steps + n.duration_steps + dsteps > 64]
    if not ended:  # a note that meets the end of the roll is cut there
        back = editing.move_notes(there, every(there), -dsteps, -dpitch)
        assert np.array_equal(back.cells, roll.cells)


def test_edits_in_dense_music_touch_only_what_they_name() -> None:
    roll = large_roll(4000, 2, 400)
    names = every(roll)
    rng = np.random.default_rng(1)
    for size in (1, 3, 40, 700):
        chosen = [names[k] for k in rng.choice(len(names), size, replace=False)]
        kept = [note for note in roll.notes() if named(note) not in set(chosen)]
        assert editing.erase_notes(roll, chosen).notes() == kept
        notes = editing.notes_of(roll, chosen)
        assert sorted(ids_of(notes)) == sorted(chosen)
        assert editing.move_notes(roll, chosen, 0, 0).same_as(roll)
        softer = editing.change_velocity(roll, chosen, -8).note_array()
        assert ids_of(softer) == names
        assert np.array_equal(softer.duration_steps, roll.note_array().duration_steps)


def test_looking_only_at_what_is_near_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    roll = large_roll(3000, 2, 300)
    rng = np.random.default_rng(2)
    names = every(roll)
    moves = [
        ([names[k] for k in rng.choice(len(names), size, replace=False)], int(by), int(up))
        for size, by, up in zip((1, 5, 30, 90), (-2, 7, 60, -90), (1, 0, -3, 12), strict=True)
    ]

    def edited() -> list[Roll]:
        moved = [editing.move_notes(roll, ids, by, up) for ids, by, up in moves]
        return moved + [editing.resize_notes(roll, ids, by) for ids, by, _ in moves]

    near = edited()
    monkeypatch.setattr(putting, "whole_notes", lambda roll, *_: (0, roll.steps))
    monkeypatch.setattr(editing, "whole_notes", lambda roll, *_: (0, roll.steps))
    assert all(one.same_as(other) for one, other in zip(near, edited(), strict=True))
