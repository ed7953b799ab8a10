"""How far the deck says that it is from its host."""

from __future__ import annotations

import pytest

from bridge.deck.phase import PhaseMeter
from tests.bridge.deck.deckstage import Stage, scale
from tests.bridge.deck.test_decksync import Stage as ProcessStage
from tests.bridge.hosts import Followed

EXACT_MS = 0.002


def phase_of(stage: Followed, seconds: float) -> list[float | None]:
    """What a meter shows after each turn of so many seconds."""
    meter, found = PhaseMeter(), []
    for _ in range(round(seconds / 0.01)):
        stage.run(0.01)
        meter.look(stage.deck)
        found.append(meter.take_ms())
    return found


def started(beat: float = 2.0) -> Followed:
    stage = Followed(scale(80))
    stage.daw.start(stage.clock.now(), beat)
    stage.run(0.5)
    return stage


def test_an_exact_host_is_played_with_exactly_also_with_a_nudge() -> None:
    stage = started()
    assert phase_of(stage, 1.0) == [pytest.approx(0.0, abs=EXACT_MS)] * 100
    stage.deck.nudge_s = 0.025
    stage.run(0.2)
    assert phase_of(stage, 0.5) == [pytest.approx(0.0, abs=EXACT_MS)] * 50


@pytest.mark.parametrize(("beats", "ms"), [(0.01, 5.0), (-0.01, -5.0)])
def test_a_host_that_trembles_is_off_until_it_is_followed(beats: float, ms: float) -> None:
    stage = started()
    stage.daw.tremble(stage.clock.now(), beats)
    found = phase_of(stage, 0.5)
    assert found[0] == pytest.approx(ms, abs=0.01)
    assert found[-10:] == [pytest.approx(0.0, abs=EXACT_MS)] * 10


def test_nothing_is_compared_by_our_own_clock_while_the_host_stands_or_just_after_a_jump() -> None:
    own = Stage(scale())
    own.deck.play(0.0)
    own.run(0.3)
    assert own.deck.playing
    assert own.deck.behind_s() is None
    stage = started()
    stage.daw.locate(stage.clock.now(), 12.0)
    assert phase_of(stage, 0.05) == [None] * 5
    stage.run(0.2)
    assert stage.deck.behind_s() == pytest.approx(0.0, abs=EXACT_MS / 1000)
    stage.daw.stop(stage.clock.now())
    assert phase_of(stage, 0.2) == [None] * 20


def test_a_host_that_is_not_sure_where_it_is_is_compared_with_nothing() -> None:
    stage = started()
    stage.daw.lock(stage.clock.now(), "none")
    assert phase_of(stage, 0.1) == [None] * 10


def test_the_worst_since_it_was_last_asked_is_told_once() -> None:
    class Off:
        def __init__(self, *seconds: float | None) -> None:
            self.seconds = list(seconds)

        def behind_s(self) -> float | None:
            return self.seconds.pop(0)

    meter, deck = PhaseMeter(), Off(0.001, -0.004, None, 0.002)
    for _ in range(4):
        meter.look(deck)
    assert meter.take_ms() == -4.0
    assert meter.take_ms() is None


def test_it_is_told_with_the_host_four_times_a_second() -> None:
    stage = ProcessStage()
    stage.follow(port="jack|Ardour:clock")
    stage.host.start(stage.clock.now(), 0.0)
    stage.run(1.0)
    before = len(stage.told("sync"))
    stage.run(1.0)
    told = [line["phase_ms"] for line in stage.told("sync")[before:]]
    assert 3 <= len(told) <= 5
    assert told == [pytest.approx(0.0, abs=EXACT_MS)] * len(told)
    stage.process.close()
