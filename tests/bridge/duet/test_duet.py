"""The three ways of playing together, on positions turned by hand: when is what asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from bridge.duet.duet import Duet, DuetSettings, Mode
from bridge.duet.wish import Wish, hand_over, laid_over, sounds_at_end
from bridge.errors import SourceError
from bridge.messages import control_change, note_off, note_on
from bridge.source import Bar, CutBar
from model.roll import Grid, MetreChange, Note, Part, Roll

BPM = 120.0
TICK = 1 / 16


@dataclass
class Stage:
    """A duet whose song is moved by hand; keeps what was wished for, and at which beat."""

    duet: Duet
    beat: float = 0.0
    jump: int = 0
    wishes: list[tuple[float, Wish]] = field(default_factory=list)

    def play(self, beats: float, *pitches: int, every: float = 1.0) -> None:
        """Let beats pass while the musician strikes a key every so many."""
        start, struck = self.beat, 0
        while self.beat < start + beats:
            if pitches and self.beat - start >= struck * every:
                pitch = pitches[struck % len(pitches)]
                self.duet.hear(self.beat, note_on(0, pitch, 90))
                self.duet.hear(self.beat + 0.75 * every, note_off(0, pitch))
                struck += 1
            self.turn()
            self.beat += TICK

    def rest(self, beats: float) -> None:
        self.play(beats)

    def turn(self) -> None:
        wish = self.duet.turn(self.beat, BPM, self.jump)
        if wish is not None:
            self.wishes.append((self.beat, wish))

    def asked(self) -> list[tuple[int, int | None]]:
        return [(wish.first_bar, wish.bars) for _, wish in self.wishes]


def stage(mode: Mode, **settings: Any) -> Stage:
    return Stage(Duet(DuetSettings(mode=mode, **settings)))


def bar_of(*notes: Note, steps: int = 16, tied: tuple[tuple[int, int], ...] = ()) -> CutBar:
    return CutBar(Roll.from_notes(notes, steps), frozenset(tied))


def pitches_of(roll: Roll) -> list[tuple[int, int]]:
    return [(note.onset_steps, note.pitch) for note in roll.notes()]


# --- Accompanying --------------------------------------------------------------------------------


def test_nobody_is_accompanied_while_nobody_plays() -> None:
    alone = stage("accompany")
    alone.rest(32)
    assert alone.asked() == []


def test_accompanying_asks_for_every_next_bar_a_moment_before_its_line() -> None:
    band = stage("accompany", bars=2)
    band.play(12, 60, 64, 67)
    assert band.asked() == [(1, 2), (2, 2), (3, 2)]
    lead = 0.4 * BPM / 60
    for beat, wish in band.wishes:
        line = 4.0 * wish.first_bar
        assert line - lead <= beat <= line - lead + TICK


def test_when_the_musician_rests_nothing_more_is_asked_for() -> None:
    band = stage("accompany")
    band.play(8, 60, 64)
    band.rest(16)
    assert band.asked()[-1] == (2, 4)
    band.play(4, 62)
    assert band.asked()[-1] == (7, 4)


def test_a_held_chord_is_playing_too() -> None:
    band = stage("accompany")
    band.duet.hear(0.0, note_on(0, 60, 90))
    band.rest(12)
    assert band.asked() == [(1, 4), (2, 4), (3, 4)]


def test_the_musician_s_register_is_left_to_the_musician() -> None:
    band = stage("accompany")
    band.play(8, 72, 74, 76)
    assert [wish.register for _, wish in band.wishes] == [(70, 78), (70, 78)]
    other = stage("respond", bars=1)
    other.play(4, 72, 74, 76)
    assert other.wishes[0][1].register is None


def test_a_stray_note_does_not_widen_the_register() -> None:
    band = stage("accompany")
    band.play(7.5, 72, 74, 76, every=0.5)
    band.play(0.5, 30)
    band.rest(1)
    assert band.wishes[-1][1].register == (70, 78)


# --- What a wish goes on from --------------------------------------------------------------------


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


# --- Call and response ---------------------------------------------------------------------------


def test_my_bars_then_its_bars_in_time() -> None:
    talk = stage("respond", bars=2)
    talk.play(8, 60, 64)
    talk.rest(8)
    talk.play(8, 62, 65)
    talk.rest(8)
    assert [asked for asked in talk.asked() if asked[1] == 2] == [(2, 2), (6, 2)]


def test_the_rest_of_an_answer_is_asked_for_again_once_the_whole_call_was_heard() -> None:
    talk = stage("respond", bars=4)
    talk.play(15.5, 60, 64)
    talk.play(0.5, 72)
    talk.rest(16)
    assert talk.asked() == [(4, 4), (5, 3)]
    first, second = (wish for _, wish in talk.wishes)
    assert 72 not in {note.pitch for note in first.played.notes()}
    assert (62, 72) in pitches_of(second.played)


def test_an_upbeat_belongs_to_the_call_after_it() -> None:
    talk = stage("respond", bars=2)
    talk.rest(7.5)
    talk.play(8.5, 60, 64, every=0.5)
    talk.rest(8)
    assert talk.asked()[0] == (4, 2)


def test_an_empty_call_gets_no_answer_and_the_next_one_counts_anew() -> None:
    talk = stage("respond", bars=1)
    talk.play(4, 60)
    talk.rest(12)  # its bar, and a call that nobody made
    assert talk.asked() == [(1, 1)]
    talk.rest(4)
    talk.play(4, 62)
    talk.rest(4)
    assert talk.asked() == [(1, 1), (6, 1)]


def test_what_is_played_during_the_answer_is_no_call_but_is_heard() -> None:
    talk = stage("respond", bars=2)
    talk.play(8, 60)
    talk.play(8, 72)
    talk.rest(8)
    talk.rest(8)
    assert talk.asked() == [(2, 2), (3, 1)]
    assert 72 in {note.pitch for note in talk.wishes[1][1].played.notes()}


# --- Going on ------------------------------------------------------------------------------------


def test_it_goes_on_at_the_next_bar_once_the_musician_has_stopped() -> None:
    duo = stage("continue")
    duo.play(6, 60, 64)
    duo.rest(18)
    assert duo.asked() == [(2, None)]


def test_it_waits_while_the_musician_plays() -> None:
    duo = stage("continue")
    duo.play(32, 60, 64)
    assert duo.asked() == []


def test_it_stops_when_the_musician_begins_again_and_goes_on_from_there() -> None:
    duo = stage("continue")
    duo.play(6, 60, 64)
    duo.rest(10)
    duo.play(6, 72)
    duo.rest(10)
    assert duo.asked() == [(2, None), (5, 0), (6, None)]
    assert duo.wishes[1][1].rests
    assert {note.pitch for note in duo.wishes[2][1].played.notes()} == {60, 64, 72}


def test_it_can_go_on_at_once() -> None:
    duo = stage("continue", at_once=True)
    duo.play(8, 60, 64)
    duo.rest(8)
    assert duo.asked() == [(1, None), (2, None)]


# --- The song ------------------------------------------------------------------------------------


def test_after_a_jump_it_goes_on_from_what_was_played_before_it() -> None:
    band = stage("accompany")
    band.play(16, 60, 64)
    band.beat, band.jump = 4.0, 1
    band.play(4, 67)
    assert band.asked()[-1] == (2, 4)
    wish = band.wishes[-1][1]
    assert {note.pitch for note in wish.played.notes()} == {60, 64, 67}
    assert wish.played.steps == 80


def test_a_jump_ends_what_sounded_and_forgets_what_was_planned() -> None:
    band = stage("accompany")
    band.duet.hear(0.0, note_on(0, 60, 90))
    band.play(15, 64)
    band.duet.commit(4, bar_of(Note(0, 0, 48, 16, 80)))
    band.beat, band.jump = 0.0, 1
    band.turn()
    assert not band.duet.heard.sounds()
    band.play(5, 67)
    assert not band.wishes[-1][1].ours.cells.any()


def test_a_bar_is_asked_for_once_however_often_it_is_the_turn() -> None:
    band = stage("accompany")
    band.play(3.5, 60)
    for _ in range(20):
        band.turn()
    assert len(band.wishes) == 1


def test_bars_are_as_long_as_the_metre_says() -> None:
    waltz = stage("accompany", metre=(3, 4))
    waltz.play(6, 60, 64)
    assert waltz.asked() == [(1, 4), (2, 4)]
    assert waltz.wishes[1][1].played.steps == 24


def test_the_lead_can_be_longer_where_bars_take_longer() -> None:
    band = stage("accompany")
    band.duet.lead_s = 1.5
    band.play(4, 60)
    assert band.wishes[0][0] == pytest.approx(1.0, abs=TICK)


def test_a_grid_that_a_bar_does_not_fit_is_refused() -> None:
    with pytest.raises(SourceError, match="whole steps"):
        Duet(DuetSettings(metre=(3, 32)))
    with pytest.raises(SourceError, match="one of the parts"):
        Duet(part=1)


def test_a_bar_of_another_length_or_grid_is_refused() -> None:
    duet = Duet()
    for bar in (bar_of(steps=12), CutBar(Roll.from_notes((), 16, Grid(velocity_bins=8)))):
        with pytest.raises(SourceError, match="one metre"):
            duet.commit(0, bar)


# --- Handing a wish on ---------------------------------------------------------------------------


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
