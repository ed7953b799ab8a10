"""What a wish tells of the past and of the bar to come, and how it reaches a source."""

from __future__ import annotations

import numpy as np

from bridge.duet.duet import Duet
from bridge.duet.duetsettings import DuetSettings
from bridge.duet.wish import hand_over, laid_over, sounds_at_end
from bridge.messages import control_change, note_off, note_on
from bridge.source import Bar
from model.roll import MetreChange, Note, Part, Roll
from tests.bridge.duet.stage import Stage, bar_of, pitches_of, stage


def test_a_wish_holds_what_was_played_up_to_the_line() -> None:
    band = stage("accompany")
    band.play(4, 60, 64, 67, 72)
    wish = band.wishes[0][1]
    assert pitches_of(wish.played) == [(0, 60), (4, 64), (8, 67), (12, 72)]
    assert wish.played.steps == 16
    assert wish.ours.steps == 16
    assert not wish.ours.cells.any()
    assert wish.open_steps == 3
    assert wish.left_out == ()


def test_what_we_played_is_part_of_it_and_told_apart() -> None:
    band = stage("accompany")
    band.play(4, 60)
    band.duet.commit(1, bar_of(Note(0, 0, 48, 16, 80)))
    band.play(4, 62)
    band.duet.commit(2, bar_of(Note(0, 0, 48, 4, 80), Note(8, 0, 50, 8, 80), tied=((0, 48),)))
    band.play(4, 64)
    wish = band.wishes[2][1]
    assert pitches_of(wish.ours) == [(16, 48), (40, 50)]
    assert [note.duration_steps for note in wish.ours.notes()] == [20, 8]
    assert (0, 62) not in {(note.part, note.pitch) for note in wish.ours.notes()}
    assert pitches_of(wish.given) == sorted(pitches_of(wish.played) + pitches_of(wish.ours))
    assert sounds_at_end(wish.ours) == {(0, 50)}


def test_a_bar_may_be_replaced_until_it_begins() -> None:
    band = stage("accompany")
    band.duet.commit(0, bar_of(Note(0, 0, 48, 16, 80)))
    band.duet.commit(0, bar_of(Note(0, 0, 50, 16, 80)))
    band.play(4, 60)
    assert {note.pitch for note in band.wishes[0][1].ours.notes()} == {50}


def test_bars_of_silence_at_both_ends_are_not_told() -> None:
    duo = stage("continue")
    duo.rest(16)
    duo.play(8, 60, 64)
    duo.rest(8)
    wish = duo.wishes[0][1]
    assert wish.first_bar == 7
    assert wish.played.steps == 32
    assert wish.open_steps == 0


def test_no_more_of_the_past_is_told_than_was_asked_for() -> None:
    band = stage("accompany", context_bars=3)
    band.play(64, 60, 64)
    assert band.wishes[-1][1].played.steps == 48
    assert len(band.duet.heard.notes()) <= 20


def test_keys_that_stay_down_are_known_in_the_bar_to_come() -> None:
    band = stage("accompany")
    band.duet.hear(0.0, note_on(0, 48, 90))
    band.duet.hear(0.0, control_change(0, 64, 127))
    band.duet.hear(0.0, note_on(0, 55, 90))
    band.duet.hear(1.0, note_off(0, 55))  # sounds on by the pedal, but its key is up
    band.play(4, 72)
    known = band.wishes[0][1].known
    assert known is not None
    assert [(n.pitch, n.onset_steps, n.duration_steps) for n in known.roll.notes()] == [(48, 0, 16)]
    assert known.tied == {(0, 48)}


def test_a_note_a_little_early_belongs_to_the_bar_to_come() -> None:
    band = stage("accompany", lead_s=0.05)
    band.play(3.75, 60, every=2.0)
    band.duet.hear(3.9, note_on(0, 67, 90))
    band.beat = 3.92
    band.turn()
    wish = band.wishes[0][1]
    assert wish.known is not None
    assert pitches_of(wish.known.roll) == [(0, 67)]
    assert wish.known.tied == frozenset()
    assert 67 not in {note.pitch for note in wish.played.notes()}


def test_of_several_parts_the_musician_s_is_left_out() -> None:
    parts = (Part("Lead"), Part("Bass", program=32))
    duet = Duet(DuetSettings(mode="accompany"), parts=parts, part=1)
    band = Stage(duet)
    band.play(4, 40)
    wish = band.wishes[0][1]
    assert {note.part for note in wish.played.notes()} == {1}
    assert wish.left_out == (1,)
    assert wish.register is None
    assert wish.given.parts == parts


class Source:
    """Keeps what it was told."""

    engine = "fake"

    def __init__(self) -> None:
        self.told: dict[str, object] = {}

    def next_bar(self) -> Bar | None:
        return None

    def close(self) -> None:
        """Nothing is held."""

    def listen(self, given: Roll, **told: object) -> int:
        self.told = {"given": given, **told}
        return 3


def test_a_source_is_told_all_that_a_wish_says() -> None:
    band = stage("accompany")
    band.play(4, 60)
    wish = band.wishes[0][1]
    source = Source()
    assert hand_over(wish, source) == 3
    given = source.told.pop("given")
    assert isinstance(given, Roll)
    assert given.same_as(wish.given)
    assert source.told == {
        "ours": wish.ours,
        "known": wish.known,
        "open_steps": wish.open_steps,
        "left_out": (),
        "register": wish.register,
        "bars_in_key": 4,
        "as_dense": False,
        "most_onsets": 16,
    }


def test_rolls_laid_over_each_other_keep_every_onset() -> None:
    one = Roll.from_notes([Note(0, 0, 60, 8, 90)], 16)
    other = Roll.from_notes([Note(4, 0, 60, 2, 90), Note(0, 0, 64, 4, 90)], 16)
    both = laid_over(one, other)
    assert pitches_of(both) == [(0, 60), (0, 64), (4, 60)]
    empty = Roll.from_notes((), 0, metres=(MetreChange(0, 4, 4),))
    assert laid_over(empty, empty).steps == 0
    assert sounds_at_end(empty) == frozenset()
    assert np.count_nonzero(both.cells) == 12
