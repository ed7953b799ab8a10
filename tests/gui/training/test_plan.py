"""Choices become command lines; plans are kept and found again."""

from __future__ import annotations

from pathlib import Path

from fractalroll import build_parser
from gui.training.plan import AMOUNTS, Choice, Plan, unfinished_plans


def test_every_choice_is_a_command_line_that_is_understood(tmp_path: Path) -> None:
    for amount in AMOUNTS:
        for begin_from in ("", "standard"):
            plan = Plan(Choice(str(tmp_path), begin_from, amount), "mine", 0.2)
            found = build_parser().parse_args(plan.arguments(resume=True))
            assert found.events
            assert found.resume
            assert found.add_as == "mine"
            assert found.begin_from == (begin_from or None)
            assert found.steps > found.validation_interval >= found.checkpoint_interval
            assert (found.seconds is not None) == (amount == "quick")


def test_a_quick_try_fits_its_time_where_the_machine_is_fast_enough() -> None:
    choice = Choice("m", "", "quick")
    assert choice.steps(0.5) * 0.5 <= 120
    assert choice.steps(100.0) == 40
    assert choice.steps(0.001) == 1500
    assert 40 < choice.steps(None) < 1500


def test_plans_that_can_not_be_read_are_left_out(own_data: Path) -> None:
    for name, text in (("a", "{"), ("b", '{"choice": {}, "name": "b"}'), ("c", "[]")):
        folder = own_data / "trainings" / name
        (folder / "checkpoints").mkdir(parents=True)
        (folder / "checkpoints" / "last.safetensors").write_bytes(b"")
        (folder / "plan.json").write_text(text)
    Plan(Choice("m", "", "good"), "without-checkpoint").keep()
    assert unfinished_plans() == []
