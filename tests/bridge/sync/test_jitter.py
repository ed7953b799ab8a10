"""What stamps tell about how they err, and lines through them."""

import random

import pytest

from bridge.sync.jitter import bpm_of, clump_period, fit_even, fit_peaked, fit_whole_frames
from bridge.sync.strip import Point
from bridge.sync.tickline import TickLine
from tests.bridge.sync.host import RATE, Stamp, clumps, frames, noise

TICK_S = 60 / 24


def stamped(stamp: Stamp, bpm: float, count: int, start: float = 10.0) -> list[Point]:
    return [(k, stamp(start + k * TICK_S / bpm)) for k in range(count)]


@pytest.mark.parametrize("period", [256, 512, 1024])
@pytest.mark.parametrize("bpm", [75.0, 120.0, 137.0, 180.0])
def test_clumps_tell_their_period(bpm: float, period: int) -> None:
    length = period / RATE
    points = stamped(lambda at: at // length * length, bpm, 96)
    assert clump_period(points) == pytest.approx(length)


def test_neither_exact_nor_noisy_stamps_nor_a_change_of_tempo_are_clumps() -> None:
    assert clump_period(stamped(frames, 137.0, 96)) is None
    assert clump_period(stamped(noise(), 137.0, 96)) is None
    first = stamped(frames, 120.0, 40)
    then = [(k + 40, first[-1][1] + (k + 1) * TICK_S / 140) for k in range(40)]
    assert clump_period(first + then) is None


def test_two_ticks_at_once_are_a_clump_at_once() -> None:
    points = [(k, 0.021 * min(k, 20)) for k in range(22)]
    assert clump_period(points) == pytest.approx(0.021)


def test_few_exact_ticks_give_the_whole_tempo_that_the_host_is_set_to() -> None:
    fit = fit_even(stamped(frames, 137.0, 24), 1.3 / RATE)
    assert bpm_of(fit.slope) == pytest.approx(137.0)
    assert fit.is_round
    assert fit.doubt < 1 / RATE


def test_a_crooked_tempo_stays_crooked() -> None:
    fit = fit_even(stamped(frames, 123.456, 96), 1.3 / RATE)
    assert bpm_of(fit.slope) == pytest.approx(123.456, rel=2e-5)
    assert not fit.is_round


def test_quarter_notes_of_whole_frames_tell_the_tempo_that_is_meant() -> None:
    whole = int(60 * RATE / 137)
    points = [(k, round(k * whole / 24) / RATE) for k in range(48)]
    width = 1.3 / RATE
    fit = fit_whole_frames(points, fit_even(points, width), RATE, width)
    assert fit.meant_bpm == 137.0
    assert bpm_of(fit.slope) == pytest.approx(60 * RATE / whole)
    honest = stamped(frames, 137.0, 48)
    assert fit_whole_frames(honest, fit_even(honest, width), RATE, width).meant_bpm is None


def test_strays_do_not_move_a_peaked_line() -> None:
    rng = random.Random(3)
    points = [(k, at + rng.gauss(0, 0.0002)) for k, at in stamped(lambda at: at, 120.0, 96)]
    straight = fit_peaked(points)[0]
    late = [(k, at + 0.05 * (k % 20 == 7)) for k, at in points]
    fit, kept = fit_peaked(late)
    assert len(kept) <= 96 - 5
    assert fit.time_of(95) == pytest.approx(straight.time_of(95), abs=0.0002)


def test_a_line_that_took_exact_stamps_for_clumps_trusts_them_again() -> None:
    line = TickLine(RATE)
    clumpy, at = clumps(1024), 10.0
    for _ in range(100):
        line.feed(round(clumpy(at) * RATE) / RATE)
        at += TICK_S / 130
    assert not line.is_locked or line.fit is None or line.fit.width > 0.001
    for _ in range(200):
        line.feed(frames(at))
        at += TICK_S / 130
    assert line.is_locked
    assert line.fit is not None
    assert line.fit.width < 2 / RATE
