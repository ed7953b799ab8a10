"""A host that loops: from the second pass on its jump is foreseen."""

from __future__ import annotations

import pytest

from bridge.deck.lead import Lead
from bridge.deck.piece import DeckPiece
from bridge.messages import is_note_on
from tests.bridge.deck.deckstage import TURN_S, piece, scale
from tests.bridge.hosts import Followed

EXACT_S = 2e-9


class Looped(Followed):
    """A host in a loop of bars 1 and 2, that begins with it, at 120."""

    def __init__(self, music: DeckPiece, start: float = 0.0, stop: float = 8.0) -> None:
        super().__init__(music)
        self.daw.set_loop(self.clock.now(), (start, stop))
        self.daw.start(self.clock.now(), 0.0)
        self.run(0.05)

    def onsets_in(self, begin: float, end: float) -> list[tuple[float, int]]:
        """(second since the start, pitch) of what was struck then."""
        found = [(at - 100.0, m[1]) for at, m in self.port.wire if is_note_on(m)]
        return [(at, pitch) for at, pitch in found if begin - EXACT_S <= at < end - EXACT_S]

    def assert_whole(self, passes: range, first: int = 40, steps: int = 32) -> None:
        """Each step of the scale begins where the host is, and nothing else does."""
        length = steps * 0.125
        for k in passes:
            heard = self.onsets_in(k * length, (k + 1) * length)
            expected = [(k * length + j * 0.125, first + j) for j in range(steps)]
            assert [pitch for _, pitch in heard] == [pitch for _, pitch in expected], k
            for (at, _), (due, _) in zip(heard, expected, strict=True):
                assert at == pytest.approx(due, abs=EXACT_S)


def is_at(heard: tuple[float, int], at: float, pitch: int) -> bool:
    return abs(heard[0] - at) <= EXACT_S and heard[1] == pitch


def test_from_the_second_seam_on_a_loop_has_no_gap_and_no_overrun() -> None:
    stage = Looped(scale(80))
    stage.run(22.0)
    surprised = stage.onsets_in(4.0, 8.0)
    assert is_at(surprised[0], 4.0, 72)  # what comes behind the loop
    stage.assert_whole(range(2, 5))
    assert (stage.struck_twice(), stage.daw.surprises) == ([], [])


def test_a_note_that_sounds_across_the_seam_ends_there_and_begins_anew() -> None:
    music = piece((0, 60, 0, 4, 80), (0, 62, 28, 12, 80), steps=64)
    stage = Looped(music)
    stage.run(14.0)
    offs = [at - 100.0 for at, m in stage.port.wire if m[0] & 0xF0 == 0x80 and m[1] == 62]
    assert offs[1] == pytest.approx(8.0, abs=EXACT_S)
    assert [at for at, pitch in stage.onsets_in(7.9, 8.1) if pitch == 60] == [
        pytest.approx(8.0, abs=EXACT_S)
    ]
    assert stage.struck_twice() == []


def test_a_host_that_leaves_its_loop_is_followed_again_at_once() -> None:
    stage = Looped(scale(120))
    stage.run(9.0)
    stage.daw.set_loop(stage.clock.now(), None)
    stage.run(5.0)
    wrong = stage.onsets_in(12.0, 12.0 + 0.08 + 2 * TURN_S)
    assert {pitch for _, pitch in wrong} <= {40, 72}
    later = stage.onsets_in(12.125, 13.9)
    assert [pitch for _, pitch in later] == list(range(73, 88))
    for at, pitch in later:
        assert at == pytest.approx(12.0 + (pitch - 72) * 0.125, abs=EXACT_S)
    assert stage.struck_twice() == []
    assert stage.daw.surprises == [pytest.approx(112.0)]
    stage.deck.stop()
    assert stage.hanging() == 0


def test_when_the_loop_moves_the_expectation_follows() -> None:
    stage = Looped(scale(120))
    stage.run(9.0)
    stage.daw.set_loop(stage.clock.now(), (2.0, 6.0))
    stage.run(12.0)
    seams = [line for line in stage.daw.lines if line.beat == 2.0]
    assert len(seams) > 3
    assert all(stage.daw.is_foreseen(line) for line in seams[1:])
    for line in seams[1:-1]:
        heard = stage.onsets_in(line.at - 100.0, line.at + 2.0 - 100.0)
        assert [pitch for _, pitch in heard] == list(range(48, 64))


def test_the_tempo_may_change_within_a_pass() -> None:
    stage = Looped(scale(64))
    stage.run(10.5)
    stage.daw.tempo(stage.clock.now(), 97.3)
    stage.run(12.0)
    seams = [line for line in stage.daw.lines if line.beat == 0.0][3:]
    assert len(seams) >= 2
    for line in seams:
        heard = stage.onsets_in(line.at - 100.0, line.at - 100.0 + 0.6)
        assert is_at(heard[0], line.at - 100.0, 40)
        assert stage.onsets_in(line.at - 100.1, line.at - 100.0) == []


def test_a_nudge_moves_the_seam_with_the_music() -> None:
    stage = Looped(scale(64))
    stage.deck.nudge_s = 0.02
    stage.run(14.0)
    heard = stage.onsets_in(8.0, 12.0)
    assert is_at(heard[0], 8.02, 40)
    assert len(heard) == 32
    stage.deck.nudge_s = -0.02
    stage.run(6.0)
    heard = stage.onsets_in(16.0 - 0.02, 20.0 - 0.1)
    assert is_at(heard[0], 15.98, 40)
    assert stage.struck_twice() == []


@pytest.mark.parametrize("nudge_s", [-0.1, 0.1])
@pytest.mark.parametrize("wait_s", [10.95, 11.87, 11.93, 11.99, 12.05])
def test_a_nudge_about_a_seam_leaves_nothing_behind(nudge_s: float, wait_s: float) -> None:
    stage = Looped(scale(64))
    stage.run(wait_s)
    stage.deck.nudge_s = nudge_s
    stage.run(10.0)
    heard = stage.onsets_in(16.0 + nudge_s, 19.9 + nudge_s)
    assert [pitch for _, pitch in heard] == list(range(40, 72))
    assert stage.struck_twice() == []


def test_a_loop_of_our_own_may_lie_on_the_hosts() -> None:
    stage = Looped(scale(80))
    stage.deck.set_loop((0, 32))
    stage.run(22.0)
    stage.assert_whole(range(2, 5))
    assert stage.struck_twice() == []


def test_behind_the_end_of_the_piece_the_seam_is_waited_for_in_silence() -> None:
    stage = Looped(scale(24))
    stage.run(14.0)
    assert [pitch for _, pitch in stage.onsets_in(8.0, 12.0)] == list(range(40, 64))
    assert stage.onsets_in(8.0, 8.01)


def test_a_jump_between_two_steps_strikes_no_stump() -> None:
    """A host whose periods put off its jump by a few milliseconds."""
    stage = Looped(scale(80), 0.0, 8.03)
    stage.run(18.0)
    third = stage.onsets_in(2 * 4.015, 3 * 4.015)
    assert [pitch for _, pitch in third] == list(range(40, 72)) or third[-1][1] == 72
    last = [line for line in stage.daw.lines if line.beat == 0.0][-1]
    heard = stage.onsets_in(last.at - 100.0 - 0.1, last.at - 100.0 + 0.01)
    assert [pitch for _, pitch in heard] == [40]


def test_a_host_that_stops_before_the_seam_is_silence() -> None:
    stage = Looped(scale(80))
    stage.run(11.75)
    stage.daw.stop(stage.clock.now())
    stage.run(1.0)
    assert stage.hanging() == 0
    assert stage.onsets_in(11.83, 13.0) == []


def test_another_piece_that_waits_for_a_bar_behind_the_loop_comes_at_the_seam() -> None:
    stage = Looped(scale(80))
    stage.deck.start_on = "four bars"
    stage.run(9.0)
    stage.deck.start_piece(piece(*((0, 90, k, 1, 80) for k in range(64)), steps=64))
    stage.run(4.0)
    [heard] = stage.onsets_in(11.9, 12.05)
    assert is_at(heard, 12.0, 90)
    assert not stage.deck.waits


def test_what_starts_on_four_bars_in_a_shorter_loop_starts_at_the_seam() -> None:
    stage = Looped(scale(80), 4.0, 12.0)
    stage.run(11.0)
    stage.deck.stop()
    stage.deck.start_on = "four bars"
    stage.deck.play(0.0)
    stage.run(4.0)
    seams = [line.at - 100.0 for line in stage.daw.lines if line.beat == 4.0]
    first = stage.onsets_in(11.1, 16.0)[0]
    assert is_at(first, min(at for at in seams if at > 11.1), 40)


def test_the_clock_that_we_send_jumps_with_the_host() -> None:
    stage = Looped(scale(80))
    lead = Lead()
    stage.deck.lead(lead)
    stage.run(14.0)
    clock = [(at - 100.0, m) for at, m in stage.port.wire if m[0] in (0xF2, 0xFA, 0xFB, 0xFC)]
    about = [m[0] for at, m in clock if 11.9 < at < 12.05]
    assert about == [0xFC, 0xFA]
    assert all(abs(at - 12.0) < 0.003 for at, _ in clock if 11.9 < at < 12.05)


@pytest.mark.parametrize(
    ("bpm", "unseen_s"), [(300.0, 0.0), (30.0, 0.0), (30.0, 0.045), (480.0, 0.03)]
)
def test_a_tempo_that_changes_just_behind_a_seam_cuts_nothing(bpm: float, unseen_s: float) -> None:
    stage = Looped(piece((0, 60, 0, 16, 80), (0, 62, 28, 12, 80), steps=64))
    stage.run(11.95)
    stage.port.pass_time(0.002)
    stage.daw.tempo(stage.clock.now(), bpm)
    stage.port.pass_time(unseen_s)
    stage.run(1.0)
    assert [pitch for _, pitch in stage.onsets_in(11.9, 12.8)] == [60]
    offs = [at - 100.0 for at, m in stage.port.wire if m[0] & 0xF0 == 0x80 and at > 112.001]
    ends = 12.002 + 3.996 * 60.0 / bpm
    assert offs[:1] == ([pytest.approx(ends, abs=EXACT_S)] if ends < 12.95 else [])
    stage.deck.stop()
    assert stage.hanging() == 0


@pytest.mark.parametrize("nudge_s", [-0.5, -0.12, 0.03, 0.12, 0.3, 0.45, 0.5])
def test_a_nudged_seam_cuts_nothing(nudge_s: float) -> None:
    stage = Looped(scale(80))
    stage.run(9.0)
    stage.deck.nudge_s = nudge_s
    stage.run(14.0)
    heard = stage.onsets_in(10.0 + nudge_s, 22.0 + nudge_s)
    first = 40 + 16
    assert [pitch for _, pitch in heard] == [40 + (first - 40 + k) % 32 for k in range(96)]
    for k, (at, _) in enumerate(heard):
        assert at == pytest.approx(10.0 + nudge_s + k * 0.125, abs=EXACT_S)
    assert (stage.struck_twice(), stage.hanging()) == ([], 1)


@pytest.mark.parametrize("wait_s", [9.8, 9.86, 9.92, 9.94, 9.95, 9.96, 10.0])
def test_an_order_about_a_seam_starts_at_one_that_can_still_be_met(wait_s: float) -> None:
    stage = Looped(scale(80), 4.0, 12.0)
    stage.run(wait_s)
    stage.deck.stop()
    ordered = stage.clock.now() - 100.0
    stage.deck.start_on = "four bars"
    stage.deck.play(0.0)
    stage.run(6.0)
    first = stage.onsets_in(ordered + 0.001, 20.0)[0]
    seams = [line.at - 100.0 for line in stage.daw.lines if line.beat == 4.0]
    assert any(is_at(first, at, 40) for at in seams)
    assert (stage.port.stats().late, stage.port.stats().dropped) == (0, 0)
