"""Choices become command lines; plans are kept and found again."""

from __future__ import annotations

from pathlib import Path

import pytest

from fractalroll import build_parser
from gui.making.wishes import MakingSettings
from gui.training.plan import AMOUNTS, Choice, Plan, unfinished_plans
from model.trainingcost import Cost
from tests.gui.training.fakes import COST


def test_every_choice_is_a_command_line_that_is_understood(tmp_path: Path) -> None:
    for amount in AMOUNTS:
        for begin_from in ("", "standard"):
            plan = Plan(Choice(str(tmp_path), begin_from, amount), "mine", COST)
            found = build_parser().parse_args(plan.arguments(resume=True))
            assert found.events
            assert found.resume
            assert found.add_as == "mine"
            assert found.begin_from == (begin_from or None)
            assert found.steps > found.validation_interval >= found.checkpoint_interval
            assert (found.seconds is not None) == (amount == "quick")


def test_a_quick_try_fits_its_time_where_the_machine_is_fast_enough() -> None:
    choice = Choice("m", "", "quick")
    for cost in (COST, Cost(0.5, 1.0, 0.5), Cost(0.5, 16.0, 2.0)):
        steps, every = choice.steps(cost), choice.validation_interval(cost)
        assert 0.8 * 120 < cost.under_way_s(steps, every) <= 120
    assert choice.steps(Cost(100.0, 1.0)) == 40
    assert choice.steps(Cost(0.001, 0.0)) == 1500
    assert 40 < choice.steps(None) < 1500


def test_a_quick_try_whose_validations_take_long_has_fewer_of_them() -> None:
    choice = Choice("m", "", "quick")
    quick, slow = Cost(0.2, 0.5, 0.5), Cost(0.2, 16.0, 0.5)
    assert choice.steps(quick) / choice.validation_interval(quick) == pytest.approx(12, abs=1)
    assert choice.steps(slow) / choice.validation_interval(slow) == pytest.approx(2, abs=1)


def test_bars_are_made_on_the_way_as_the_window_makes_them() -> None:
    for amount in AMOUNTS:
        plan = Plan(Choice("m", "", amount), "mine")
        assert build_parser().parse_args(plan.arguments()).sample_top_p == MakingSettings().top_p


def test_a_plan_is_found_again_with_what_was_measured(own_data: Path) -> None:
    plan = Plan(Choice("m", "standard", "good"), "mine", COST)
    plan.keep()
    (plan.folder / "checkpoints").mkdir()
    (plan.folder / "checkpoints" / "last.safetensors").write_bytes(b"")
    assert unfinished_plans() == [plan]


def test_plans_that_can_not_be_read_are_left_out(own_data: Path) -> None:
    for name, text in (("a", "{"), ("b", '{"choice": {}, "name": "b"}'), ("c", "[]")):
        folder = own_data / "trainings" / name
        (folder / "checkpoints").mkdir(parents=True)
        (folder / "checkpoints" / "last.safetensors").write_bytes(b"")
        (folder / "plan.json").write_text(text)
    Plan(Choice("m", "", "good"), "without-checkpoint").keep()
    assert unfinished_plans() == []
