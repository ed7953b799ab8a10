"""The state follows its child, whatever that does."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from gui.training.plan import CHORALES, Choice, Plan, unfinished_plans
from gui.training.training import TrainingState
from model.rolltext import roll_to_json
from model.tunes import make_tunes
from tests.gui.training.fakes import (
    COST,
    FOUND,
    MEASURED,
    Children,
    Installed,
    make_state,
    with_music,
)

QUICK = Choice("/music/mine", "", "quick")


def begun(name: str = "mine") -> tuple[TrainingState, Children]:
    """A training under way."""
    state, children = with_music()
    assert state.start(QUICK, name)
    children.last.tell(started={"total_steps": 300})
    children.last.tell(curve={"step": 10, "train": {"loss": 3.0, "level0/nats": 2.0}})
    return state, children


def phase(state: TrainingState) -> str:
    """Where it is now."""
    return state.phase


def leave_checkpoint(plan: Plan) -> None:
    path = plan.folder / "checkpoints" / "last.safetensors"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"state")


def test_a_folder_is_looked_at_and_timed(qapp: object) -> None:
    state, children = make_state()
    state.scan("/music/mine")
    assert children.last.words == ["train", "/music/mine", "--scan", "--events"]
    children.last.tell(reading=[3, 40])
    assert (state.music.is_scanning, state.music.reading) == (True, (3, 40))
    children.last.tell(done=FOUND)
    assert state.music.findings is not None
    assert (state.music.findings.songs, state.music.findings.held_out) == (38, 4)
    assert state.music.estimate(QUICK) is None
    state.music.measure(QUICK)
    state.music.measure(QUICK)
    assert len(children.all) == 2
    children.last.tell(done=MEASURED)
    assert state.music.cost(QUICK) == COST
    span = state.music.estimate(QUICK)
    assert span is not None
    assert span.low_s < 120 + 6 < span.high_s
    state.close()


def test_what_could_not_be_timed_is_not_tried_again_and_again(qapp: object) -> None:
    state, children = make_state()
    state.scan("/music/mine")
    children.last.tell(done=FOUND)
    state.music.changed.connect(lambda: state.music.measure(QUICK))  # as the page does
    state.music.measure(QUICK)
    children.last.tell(failed="training is not installed")
    children.last.end(1, "fractalroll broke down")
    assert len(children.all) == 2
    assert not state.music.is_measuring
    state.scan("/music/mine")
    children.last.tell(done=FOUND)
    assert len(children.all) == 4, "another look at the folder tries once more"
    state.close()


def test_a_folder_that_can_not_be_read_is_told_in_the_childs_own_words(
    qtbot: QtBot, qapp: object
) -> None:
    state, children = make_state()
    state.scan("/nowhere")
    with qtbot.waitSignal(state.failed) as told:
        children.last.tell(failed="Can't read music from /nowhere")
        children.last.end(1, "fractalroll broke down")
    assert told.args == ["Can't read music from /nowhere", "details"]
    assert state.music.findings is None
    assert not state.music.is_scanning


def test_curves_samples_and_verdict_are_taken_up(qapp: object) -> None:
    state, children = begun()
    tune = make_tunes(1, 4)[0]
    children.last.tell(curve={"step": 20, "valid": {"loss": 2.5}})
    children.last.tell(sample={"step": 20, "roll": roll_to_json(tune)})
    share = {"made": 9, "made_share": 0.5, "held_out": 9, "held_out_share": 0.0}
    children.last.tell(by_heart={**share, "verdict": "by heart"})
    assert (state.step, state.total_steps) == (20, 300)
    assert state.curves.names() == ["train", "valid", "level0"]
    assert state.samples[0].roll.same_as(tune)
    assert state.heart is not None
    assert state.heart.verdict == "by heart"
    state.close()


def test_it_pauses_and_goes_on_when_the_child_says_so(qapp: object) -> None:
    state, children = begun()
    state.pause()
    assert children.last.said == [{"pause": True}]
    assert phase(state) == "training"
    children.last.tell(paused=10)
    assert phase(state) == "paused"
    state.resume()
    children.last.tell(resumed=10)
    assert (children.last.said[-1], phase(state)) == ({"resume": True}, "training")
    state.close()


def test_a_finished_model_is_named_and_its_run_is_gone(qtbot: QtBot, qapp: object) -> None:
    state, children = begun()
    folder = state.plan.folder if state.plan else Path()
    state.finish()
    assert (children.last.said, phase(state)) == ([{"finish": True}], "finishing")
    with qtbot.waitSignal(state.finished) as told:
        children.last.tell(done={"steps": 31, "added": "/models/mine", "end": "cut short"})
        children.last.end()
    assert told.args == ["mine"]
    assert (phase(state), state.result, state.step) == ("done", "mine", 31)
    assert not folder.exists()
    assert not state.is_training


def test_what_is_stopped_is_kept_to_go_on_with_or_to_give_up(qapp: object) -> None:
    state, children = begun()
    plan = state.plan
    assert plan is not None
    leave_checkpoint(plan)
    state.stop()
    assert (children.last.said, phase(state)) == ([{"stop": True}], "stopping")
    children.last.end(130, "ended with 130")
    assert (phase(state), state.is_training, state.step) == ("stopped", False, 10)
    assert unfinished_plans() == [plan]
    state.recover()
    assert children.last.words == plan.arguments(resume=True)
    assert (phase(state), len(state.curves)) == ("training", 2)
    state.stop()
    children.last.end(130)
    state.discard(plan)
    assert (phase(state), state.step) == ("idle", 0)
    assert not plan.folder.exists()


def test_stopped_before_anything_was_learnt_it_leaves_nothing(qapp: object) -> None:
    state, children = begun()
    assert state.plan is not None
    state.stop()
    children.last.end(130)
    assert phase(state) == "idle"
    assert not state.plan.folder.exists()


def test_a_window_that_closes_while_it_stops_loses_nothing(qapp: object) -> None:
    state, _ = begun()
    assert state.plan is not None
    leave_checkpoint(state.plan)
    state.stop()
    state.close()
    assert unfinished_plans() == [state.plan]


def test_a_model_that_is_ready_while_it_stops_is_kept(qapp: object) -> None:
    state, children = begun()
    state.stop()
    children.last.tell(done={"steps": 31, "added": "/models/mine"})
    children.last.end()
    assert (phase(state), state.result) == ("done", "mine")


def test_a_crash_can_go_on_from_the_checkpoint(qtbot: QtBot, qapp: object) -> None:
    state, children = begun()
    assert state.plan is not None
    leave_checkpoint(state.plan)
    with qtbot.waitSignal(state.failed) as told:
        children.last.end(-1, "fractalroll broke down: killed")
    assert told.args == ["fractalroll broke down: killed", "details"]
    assert phase(state) == "crashed"
    state.recover()
    assert children.last.words[-1] == "--resume"
    assert (phase(state), state.went_on, len(state.curves)) == ("training", True, 2)
    state.close()


def test_a_crash_before_the_first_checkpoint_leaves_nothing(qapp: object) -> None:
    state, children = begun()
    children.last.end(-1, "killed")
    assert phase(state) == "idle"
    assert not (state.plan and state.plan.folder.exists())
    assert state.start(QUICK, "mine")
    state.close()


def test_after_the_window_closed_another_one_offers_to_go_on(qapp: object) -> None:
    state, _ = begun("broken")
    assert state.plan is not None
    leave_checkpoint(state.plan)
    state.close()
    other, children = make_state()
    (plan,) = other.unfinished()
    assert plan == state.plan
    other.recover(plan)
    assert children.last.words == plan.arguments(resume=True)
    other.close()
    other.discard(plan)
    assert other.unfinished() == []


def test_names_are_free_and_can_be_folders(qtbot: QtBot, qapp: object, own_data: Path) -> None:
    state, _ = with_music()
    assert state.free_name(Choice("/music/My old songs!", "", "quick")) == "My-old-songs"
    (own_data / "trainings" / "mine").mkdir(parents=True)
    assert state.free_name(QUICK) == "mine-2"
    for name in ("mine", "standard", "../out"):
        with qtbot.waitSignal(state.failed):
            assert not state.start(QUICK, name)
    assert phase(state) == "idle"


def test_a_line_that_makes_no_sense_is_left_out(qtbot: QtBot, qapp: object) -> None:
    state, children = begun()
    with qtbot.waitSignal(state.failed):
        children.last.tell(sample={"step": 3, "roll": {"cells": "!"}})
    assert (state.samples, phase(state)) == ([], "training")
    state.close()


def test_a_training_that_goes_on_shows_where_it_was_and_its_earlier_curve(qapp: object) -> None:
    state, _ = begun("broken")
    assert state.plan is not None
    leave_checkpoint(state.plan)
    state.close()
    other, children = make_state()
    (plan,) = other.unfinished()
    other.recover(plan)
    children.last.tell(started={"total_steps": 300, "resumed": True, "step": 20})
    for step in (10, 20):
        children.last.tell(curve={"step": step, "train": {"loss": 3.0, "level0/nats": 2.0}})
    children.last.tell(curve={"step": 15, "valid": {"loss": 2.5}})
    assert other.step == 20
    assert [other.curves.series(name)[0].tolist() for name in ("train", "valid")] == [
        [10.0, 20.0],
        [15.0],
    ]
    other.close()
    other.discard(plan)


def test_without_its_packages_nothing_is_begun(qapp: object) -> None:
    installed = Installed("training")
    state, children = make_state(installed)
    assert [state.can_train] == [False]
    state.scan("/music/mine")
    children.last.tell(done=FOUND)
    assert not state.start(QUICK, "mine")
    state.recover(Plan(QUICK, "mine"))
    assert len(children.all) == 1
    installed.lacking.clear()
    state.look_for_packages()
    assert [state.can_train] == [True]
    assert state.start(QUICK, "mine")
    state.close()


def test_the_chorales_are_looked_at_like_a_folder(qtbot: QtBot, qapp: object) -> None:
    state, children = make_state()
    state.scan(CHORALES)
    assert children.last.words == ["train", "chorales", "--scan", "--events"]
    children.last.tell(reading=[200, 350])
    assert state.music.reading == (200, 350)
    children.last.tell(done=FOUND)
    choice = Choice(state.music.source, "standard", "quick")
    assert state.free_name(choice) == "chorales"
    assert state.start(choice)
    assert children.last.words[:2] == ["train", "chorales"]
    state.close()


def test_without_music21_the_chorales_are_not_even_tried(qapp: object) -> None:
    installed = Installed("chorales")
    state, children = make_state(installed)
    state.scan(CHORALES)
    assert (children.all, state.music.lacks_chorales, state.music.source) == ([], True, "")
    state.scan("/music/mine")
    assert not state.music.lacks_chorales
    installed.lacking.clear()
    state.scan(CHORALES)
    assert (state.music.lacks_chorales, state.music.is_scanning) == (False, True)
    state.close()
