"""The three ways of playing together, on positions turned by hand: when is what asked for."""

from __future__ import annotations

import pytest

from bridge.duet.duet import Duet
from bridge.duet.duetsettings import DuetSettings
from bridge.errors import SourceError
from bridge.messages import note_on
from bridge.source import CutBar
from model.roll import Grid, Note, Roll
from tests.bridge.duet.stage import BPM, TICK, bar_of, pitches_of, stage

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


def test_beside_the_musician_we_keep_to_the_key_and_to_a_measure_of_notes() -> None:
    band = stage("accompany")
    band.play(4, 72, 74)
    band.play(16, 72, 74, 76, every=0.25)
    wishes = [wish for _, wish in band.wishes]
    assert all(wish.bars_in_key and not wish.as_dense for wish in wishes)
    assert [wish.most_onsets for wish in wishes] == [16, 16, 16, 16, 16]
    for other in (stage("respond", bars=1), stage("continue", at_once=True)):
        other.play(4, 72)
        assert other.wishes[0][1].bars_in_key
        assert other.wishes[0][1].as_dense
        assert other.wishes[0][1].most_onsets is None


def test_a_stray_note_does_not_widen_the_register() -> None:
    band = stage("accompany")
    band.play(7.5, 72, 74, 76, every=0.5)
    band.play(0.5, 30)
    band.rest(1)
    assert band.wishes[-1][1].register == (70, 78)


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


def test_it_is_known_which_bars_we_play() -> None:
    talk = stage("respond", bars=2)
    talk.play(8, 60, 64)
    assert [talk.duet.plays(bar) for bar in range(6)] == [False, False, True, True, False, False]
    talk.rest(8)
    assert not talk.duet.plays(4)


def test_bars_that_come_before_a_wish_are_as_the_wish_before_said() -> None:
    duo = stage("continue")
    duo.play(6, 60, 64)
    duo.rest(10)
    duo.play(4, 72)
    assert duo.asked() == [(2, None), (5, 0)]
    assert [duo.duet.plays(bar) for bar in (1, 2, 4, 5)] == [False, True, True, False]


def test_after_a_loop_the_answer_goes_on_where_it_was() -> None:
    talk = stage("respond", bars=2)
    talk.play(8, 60, 64)
    talk.play(4)
    talk.beat, talk.jump = 0.0, 1
    talk.turn()
    assert [talk.duet.plays(bar) for bar in range(3)] == [True, False, False]


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
    assert duo.duet.plays(1000)
    assert not duo.duet.plays(5)
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


# --- What is told of it --------------------------------------------------------------------------


def test_whose_turn_it_is_and_for_how_long() -> None:
    duel = stage("respond", bars=2)
    assert duel.duet.doing(0.0) == ("waiting", None)
    duel.play(7, 60, 64)
    assert duel.duet.doing(1.0) == ("yours", 2)
    assert duel.duet.doing(7.0) == ("yours", 1)
    duel.rest(2)
    assert duel.duet.doing(9.0) == ("ours", 2)
    duel.rest(4)
    assert duel.duet.doing(13.0) == ("ours", 1)
    duel.rest(4)
    assert duel.duet.doing(17.0) == ("yours", 2)


def test_what_goes_on_for_ever_has_no_bars_left_to_be_told() -> None:
    soloist = stage("continue")
    soloist.play(4, 60)
    soloist.rest(8)
    assert soloist.duet.doing(10.0) == ("ours", None)


def test_what_is_still_to_come_is_asked_for_again_where_others_are_wanted() -> None:
    duel = stage("respond", bars=4)
    duel.play(16, 60, 64)
    duel.rest(5)
    asked = len(duel.wishes)
    duel.duet.ask_again()
    duel.rest(4)
    assert duel.asked()[asked:] == [(6, 2)]
    duel.rest(16)
    assert len(duel.wishes) == asked + 1


def test_nothing_is_asked_for_again_where_nothing_was() -> None:
    duel = stage("respond")
    duel.duet.ask_again()
    duel.rest(12)
    assert duel.asked() == []
