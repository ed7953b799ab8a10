"""A deck that sounds later or earlier than its host: nothing is cut, nothing comes twice."""

from __future__ import annotations

import pytest

from bridge.messages import is_note_on
from tests.bridge.deck.deckstage import scale
from tests.bridge.deck.test_deckloops import Looped
from tests.bridge.hosts import Followed

LATER = [0.05, 0.12, 0.3, 0.5]
EXACT_S = 1e-6


class Nudged(Followed):
    """A host at 120 bpm from beat 2 of its song on."""

    def __init__(self, nudge_s: float) -> None:
        super().__init__(scale(87))
        self.deck.nudge_s = nudge_s
        self.run(0.1)
        self.begun = self.clock.now()
        self.daw.start(self.begun, 2.0)

    def since_start(self) -> list[tuple[float, int]]:
        """(second since the host's start, pitch) of all that was struck."""
        return [(at - self.begun, m[1]) for at, m in self.port.wire if is_note_on(m)]


@pytest.mark.parametrize("nudge_s", LATER)
def test_a_start_begins_with_its_own_place_and_not_with_what_lies_before(nudge_s: float) -> None:
    stage = Nudged(nudge_s)
    stage.run(1.0 + nudge_s)
    for k, (at, pitch) in enumerate(stage.since_start()):
        assert pitch == 48 + k
        assert at == pytest.approx(nudge_s + k * 0.125, abs=EXACT_S)
    assert len(stage.since_start()) == 8


@pytest.mark.parametrize("nudge_s", LATER)
def test_music_goes_on_to_where_the_host_jumped_and_then_jumps(nudge_s: float) -> None:
    stage = Nudged(nudge_s)
    stage.run(2.06)
    stage.daw.locate(stage.clock.now(), 10.0)
    jumped = stage.clock.now() - stage.begun
    stage.run(1.5)
    moved = max(jumped + nudge_s, jumped + 0.08)  # a jump needs 80 ms in any case
    before = [one for one in stage.since_start() if one[0] < moved - 1e-3]
    after = [one for one in stage.since_start() if one[0] >= moved - 1e-3]
    assert [pitch for _, pitch in before] == list(range(48, 48 + len(before)))
    assert len(before) == pytest.approx((moved - nudge_s) * 8, abs=1)
    assert [pitch for _, pitch in after] == list(range(after[0][1], after[0][1] + len(after)))
    assert after[0][1] == 80
    for at, pitch in after[1:]:
        assert at == pytest.approx(jumped + nudge_s + (pitch - 80) * 0.125, abs=EXACT_S)


@pytest.mark.parametrize("bpm", [60.0, 137.0, 240.0])
@pytest.mark.parametrize("nudge_s", [-0.1, *LATER])
def test_a_tempo_holds_from_where_it_changed(nudge_s: float, bpm: float) -> None:
    stage = Nudged(nudge_s)
    stage.run(2.06)
    stage.daw.tempo(stage.clock.now(), bpm)
    changed = stage.clock.now() - stage.begun
    stage.run(1.5)
    steps = changed * 8
    known = max(nudge_s, 0.08)
    for at, pitch in stage.since_start():
        if at > 0.031 + max(nudge_s, 0.0) and not nudge_s <= at - changed <= known + 1e-3:
            k = pitch - 48
            due = k * 0.125 if k <= steps else changed + (k - steps) * 15.0 / bpm
            assert at - nudge_s == pytest.approx(due, abs=EXACT_S), pitch
    pitches = [pitch for _, pitch in stage.since_start()]
    left_out = pitches[-1] - pitches[0] + 1 - len(pitches)
    assert pitches == sorted(set(pitches))
    assert left_out <= (2 if nudge_s < 0 and bpm > 120.0 else 0)  # the host was past them
    assert stage.struck_twice() == []


@pytest.mark.parametrize("nudge_s", [-0.05, 0.0, 0.03, *LATER])
def test_a_loop_that_was_shortened_is_followed_to_its_new_beginning(nudge_s: float) -> None:
    stage = Looped(scale(80))
    stage.deck.nudge_s = nudge_s
    stage.run(9.0)
    stage.daw.set_loop(stage.clock.now(), (4.0, 8.0))
    stage.run(6.0)
    seam = 12.0 + nudge_s
    sure = max(seam, 12.0 + 0.08 + 0.02)
    heard = stage.onsets_in(sure, 14.0 + nudge_s)
    for at, pitch in heard:
        assert at == pytest.approx(seam + (pitch - 56) * 0.125, abs=EXACT_S)
    assert heard[-1][1] == 71
    assert len(heard) >= 14
