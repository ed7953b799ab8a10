"""The time of a training is made up of all its parts."""

from __future__ import annotations

import pytest

from model.trainingcost import GRAPHS, SPEEDS, Cost

COST = Cost(update_s=0.5, validation_s=4.0, sample_s=1.0, verdict_s=0.5, opening_s=3.0)


def test_updates_validations_samples_and_both_ends_count() -> None:
    span = COST.span(steps=100, validation_interval=30)
    under_way = 100 * 0.5 + 4 * (4.0 + 1.0 + 0.5)
    ends = 3.0 + 8 * 1.0 + 0.5
    assert span.low_s == pytest.approx(SPEEDS[0] * under_way + ends + GRAPHS[0] * 3.0)
    assert span.high_s == pytest.approx(SPEEDS[1] * under_way + ends + GRAPHS[1] * 3.0)


def test_samples_take_their_share_and_no_more() -> None:
    dear = Cost(0.5, 4.0, sample_s=20.0)
    work = 100 * 0.5 + 4 * 4.0
    assert dear.under_way_s(100, 30) == pytest.approx(work + 0.12 * work + 20.0)
    assert dear.span(100, 30).low_s == pytest.approx(SPEEDS[0] * (1.12 * work + 20.0) + 20.0)


def test_a_limit_cuts_the_training_but_not_its_ends() -> None:
    span = COST.span(steps=100_000, validation_interval=1000, limit_s=60)
    assert span.low_s == pytest.approx(60 + 11.5 + GRAPHS[0] * 3.0)
    assert span.high_s == pytest.approx(60 + 5.5 + 11.5 + GRAPHS[1] * 3.0)


def test_a_cost_survives_its_way_through_a_line() -> None:
    assert Cost.of(COST.to_json()) == COST
    with pytest.raises(KeyError):
        Cost.of({"update_s": 1.0})
