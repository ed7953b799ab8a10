import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from lightning.pytorch.callbacks import Callback

from model.cache import Cache
from model.checkpoint import CheckpointError, read_checkpoint
from model.curves import read_curve
from model.training import Run, TrainingResult, train
from model.trainingcallbacks import BEST, LAST
from model.trainingdirection import Direction, StopRequest
from model.trainingmodule import TrainingError, TrainingModule, level_namer
from tests.model.training_parts import make_cache, settings, splits, tiny_config

ROOT = Path(__file__).resolve().parents[2]
OPTIONS = ("resume", "look", "tensorboard", "direction", "callbacks")
KILLED_RUN = """
import os, signal, sys
from pathlib import Path
from model.cache import Cache
from model.training import train
from tests.model.training_parts import settings, splits, tiny_config

def die(step, metrics):
    if step >= 9:
        os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
    return False

if __name__ == "__main__":
    cache = Cache.open(sys.argv[1])
    train(*splits(cache, tiny_config(sys.argv[3])), settings(), Path(sys.argv[2]),
          progress=False, tensorboard=False, look=die)
"""


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Cache:
    return make_cache(tmp_path_factory.mktemp("music"))


def run(cache: Cache, folder: Path, kinds: str = "ar,ar", **changes: Any) -> TrainingResult:
    """Train without a bar and without TensorBoard, unless asked otherwise."""
    options = {name: changes.pop(name) for name in OPTIONS if name in changes}
    options.setdefault("tensorboard", False)
    config = settings(**changes)
    return train(*splits(cache, tiny_config(kinds)), config, folder, progress=False, **options)


def curves(folder: Path) -> dict[str, list[dict[str, float]]]:
    """Both curves, without the speed, which no two runs share."""
    found = {kind: read_curve(folder / "curves" / f"{kind}.csv") for kind in ("train", "valid")}
    for row in found["train"]:
        del row["frames_per_s"]
    return found


def weights(folder: Path) -> dict[str, torch.Tensor]:
    return Run(folder).last_model().state_dict()


def assert_same_run(one: Path, other: Path) -> None:
    assert curves(one) == curves(other)
    ours, theirs = weights(one), weights(other)
    assert all(torch.equal(ours[name], theirs[name]) for name in ours)


@pytest.fixture(scope="module")
def unbroken(cache: Cache, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("unbroken") / "run"
    result = run(cache, folder)
    assert (result.end, result.steps) == ("finished", 12)
    return folder


def test_loss_falls(cache: Cache, tmp_path: Path) -> None:
    run(cache, tmp_path / "run", steps=40, learning_rate=0.01, log_interval=10)
    losses = [row["loss"] for row in curves(tmp_path / "run")["train"]]
    assert losses[-1] < 0.5 * losses[0]


def test_mixed_precision_learns_the_same_within_its_digits(
    cache: Cache, tmp_path: Path, unbroken: Path
) -> None:
    run(cache, tmp_path / "run", precision="bf16-mixed")
    ours, theirs = (curves(folder)["train"] for folder in (tmp_path / "run", unbroken))
    for mixed, single in zip(ours, theirs, strict=True):
        assert mixed["loss"] == pytest.approx(single["loss"], rel=0.05)


def test_curves_hold_what_a_trainer_wants_to_see(unbroken: Path) -> None:
    found = curves(unbroken)
    assert [row["step"] for row in found["train"]] == [3, 6, 9, 12]
    assert [row["step"] for row in found["valid"]] == [5, 10, 12]
    per_level = (
        "nats", "sequence_length", "patches", "padding", "masked_fraction", "entropy",
        "gradient_norm",
    )  # fmt: skip
    wanted = {f"level{level}/{name}" for level in (0, 1) for name in per_level}
    wanted |= {"loss", "velocity_nats", "velocity_entropy", "gradient_norm", "learning_rate"}
    assert wanted <= set(found["train"][0])


@pytest.mark.parametrize("kinds", ["ar,ar", "mar,mar"])
def test_a_killed_run_resumes_to_the_curves_of_an_unbroken_one(
    cache: Cache, tmp_path: Path, kinds: str
) -> None:
    script, killed, whole = tmp_path / "killed.py", tmp_path / "killed", tmp_path / "whole"
    script.write_text(KILLED_RUN)
    child = subprocess.run(
        [sys.executable, str(script), str(cache.folder), str(killed), kinds],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
    )
    assert child.returncode == -getattr(signal, "SIGKILL", -1), child.stderr.decode()
    assert curves(killed)["train"][-1]["step"] == 9  # beyond the checkpoint of update 8
    run(cache, whole, kinds)
    result = run(cache, killed, kinds, resume=True)
    assert (result.end, result.steps) == ("finished", 12)
    assert_same_run(killed, whole)


@pytest.mark.parametrize("at", [3, 6, 9])
def test_a_run_that_was_stopped_resumes_to_the_same_curves(
    cache: Cache, tmp_path: Path, unbroken: Path, at: int
) -> None:
    first = run(cache, tmp_path / "run", look=lambda step, metrics: step >= at)
    assert (first.end, first.steps) == ("interrupted", at)
    run(cache, tmp_path / "run", resume=True)
    assert_same_run(tmp_path / "run", unbroken)


def test_ctrl_c_ends_after_the_update_and_leaves_a_checkpoint(
    cache: Cache, tmp_path: Path, unbroken: Path
) -> None:
    def press_ctrl_c(step: int, metrics: object) -> bool:
        if step == 6:
            signal.raise_signal(signal.SIGINT)
        return False

    first = run(cache, tmp_path / "run", look=press_ctrl_c)
    assert (first.end, first.steps) == ("interrupted", 6)
    run(cache, tmp_path / "run", resume=True)
    assert_same_run(tmp_path / "run", unbroken)


def test_a_second_ctrl_c_does_not_wait() -> None:
    stop = StopRequest()
    before = signal.getsignal(signal.SIGINT)
    with stop.listening():
        signal.raise_signal(signal.SIGINT)
        assert stop.asked
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


class AfterBatches(Callback):
    """Does something after so many batches of validation, and counts them."""

    def __init__(self, number: int, act: Callable[[], object]) -> None:
        self.number, self.act, self.seen = number, act, 0

    def on_validation_batch_end(self, *args: Any, **kwargs: Any) -> None:
        self.seen += 1
        if self.seen == self.number:
            self.act()


class Obedient(Direction):
    """Goes on at once after a pause, and notes what lay on disk as it began to wait."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder, self.seen = folder, dict[int, int]()
        self.said = self.note

    def note(self, paused: bool, step: int) -> None:
        if paused:
            last = read_checkpoint(self.folder / "checkpoints" / LAST)
            self.seen[step] = last["global_step"]
            self.resume()


def test_a_stop_ends_a_validation_after_the_batch_under_way(
    cache: Cache, tmp_path: Path, unbroken: Path
) -> None:
    direction = Direction()
    batches = AfterBatches(1, direction.stop)
    first = run(cache, tmp_path / "run", direction=direction, callbacks=[batches])
    assert (first.end, batches.seen) == ("interrupted", 1)
    last = read_checkpoint(tmp_path / "run" / "checkpoints" / LAST)
    assert last["global_step"] == 4, "the update before the validation"
    run(cache, tmp_path / "run", resume=True)
    assert_same_run(tmp_path / "run", unbroken)


def test_a_stop_within_the_last_validation_can_go_on_as_well(
    cache: Cache, tmp_path: Path, unbroken: Path
) -> None:
    direction = Direction()
    batches = AfterBatches(5, direction.stop)
    first = run(cache, tmp_path / "run", direction=direction, callbacks=[batches])
    assert (first.end, batches.seen) == ("interrupted", 5)
    assert run(cache, tmp_path / "run", resume=True).end == "finished"
    assert_same_run(tmp_path / "run", unbroken)


@pytest.mark.parametrize("at", [3, 6])
def test_a_pause_leaves_a_checkpoint_of_that_update(
    cache: Cache, tmp_path: Path, unbroken: Path, at: int
) -> None:
    direction = Obedient(tmp_path / "run")

    def look(step: int, metrics: object) -> bool:
        if step == at:
            direction.pause()
        return False

    result = run(cache, tmp_path / "run", direction=direction, look=look)
    assert result.end == "finished"
    assert direction.seen == {at: at}
    assert_same_run(tmp_path / "run", unbroken)


def test_a_pause_within_a_validation_waits_there(
    cache: Cache, tmp_path: Path, unbroken: Path
) -> None:
    direction = Obedient(tmp_path / "run")
    batches = AfterBatches(1, direction.pause)
    run(cache, tmp_path / "run", direction=direction, callbacks=[batches])
    assert direction.seen == {5: 4}
    assert_same_run(tmp_path / "run", unbroken)


def test_finishing_within_a_validation_takes_that_one(cache: Cache, tmp_path: Path) -> None:
    direction = Direction()
    batches = AfterBatches(1, direction.finish)
    result = run(cache, tmp_path / "run", direction=direction, callbacks=[batches])
    assert (result.end, result.steps, result.best_step) == ("cut short", 5, 5)
    assert batches.seen == 2


def test_a_stop_that_nobody_would_heed_interrupts(monkeypatch: pytest.MonkeyPatch) -> None:
    interrupted: list[bool] = []
    monkeypatch.setattr("_thread.interrupt_main", lambda: interrupted.append(True))
    under_way = Direction()
    with under_way.stop_request.listening():
        under_way.stop()
    under_way.stop()
    assert interrupted == []
    Direction().stop()
    assert interrupted == [True]


def test_a_finished_run_can_be_made_longer(cache: Cache, tmp_path: Path) -> None:
    run(cache, tmp_path / "run", steps=6)
    result = run(cache, tmp_path / "run", steps=9, resume=True)
    assert (result.end, result.steps) == ("finished", 9)
    assert [row["step"] for row in curves(tmp_path / "run")["train"]] == [3, 6, 9]


def test_resuming_a_finished_run_does_nothing(cache: Cache, unbroken: Path) -> None:
    before = curves(unbroken)
    result = run(cache, unbroken, resume=True)
    assert (result.end, result.steps) == ("finished", 12)
    assert result.best_loss == min(row["loss"] for row in before["valid"])
    assert curves(unbroken) == before


def test_training_stops_early_when_validation_gets_no_better(cache: Cache, tmp_path: Path) -> None:
    result = run(
        cache, tmp_path / "run",
        steps=40, validation_interval=2, patience=2, learning_rate=1e-12, ema_decay=0.0,
        checkpoint_interval=100,
    )  # fmt: skip
    assert result.end == "early"
    assert result.steps < 40
    assert (tmp_path / "run" / "checkpoints" / LAST).exists()


def test_best_checkpoint_is_that_of_the_lowest_validation_loss(unbroken: Path) -> None:
    best = min(curves(unbroken)["valid"], key=lambda row: row["loss"])
    saved = read_checkpoint(unbroken / "checkpoints" / BEST)
    assert saved["global_step"] == best["step"]


def test_the_averaged_weights_are_what_is_exported(cache: Cache, tmp_path: Path) -> None:
    run(cache, tmp_path / "run", steps=3, log_interval=1)
    state = read_checkpoint(tmp_path / "run" / "checkpoints" / LAST)["state_dict"]
    exported = weights(tmp_path / "run")
    assert all(torch.equal(exported[k], state[f"average.module.{k}"]) for k in exported)
    assert not all(torch.equal(exported[k], state[f"model.{k}"]) for k in exported)


def test_without_averaging_the_weights_themselves_are_exported(
    cache: Cache, tmp_path: Path
) -> None:
    run(cache, tmp_path / "run", steps=3, log_interval=1, ema_decay=0.0)
    state = read_checkpoint(tmp_path / "run" / "checkpoints" / LAST)["state_dict"]
    assert all(
        torch.equal(value, state[f"model.{key}"])
        for key, value in weights(tmp_path / "run").items()
    )


def test_tensorboard_curves_are_written_without_yaml(cache: Cache, tmp_path: Path) -> None:
    run(cache, tmp_path / "run", steps=3, tensorboard=True)
    names = [path.name for path in (tmp_path / "run" / "curves" / "tensorboard").iterdir()]
    assert len(names) == 1
    assert names[0].startswith("events.out.tfevents")


def test_a_run_is_protected_from_a_second_one(cache: Cache, unbroken: Path) -> None:
    with pytest.raises(TrainingError, match="--resume"):
        run(cache, unbroken)


def test_there_must_be_a_run_to_resume(cache: Cache, tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="no training run"):
        run(cache, tmp_path / "nothing", resume=True)


def test_a_run_goes_on_with_its_own_music_only(unbroken: Path, cache: Cache) -> None:
    train_split, valid_split = splits(cache, tiny_config())
    with pytest.raises(TrainingError, match="same files"):
        train(valid_split, train_split, settings(), unbroken, resume=True, progress=False)


@pytest.mark.slow
def test_two_processes_share_the_batches_and_one_of_them_writes(
    cache: Cache, tmp_path: Path
) -> None:
    script = tmp_path / "two.py"
    script.write_text(KILLED_RUN.replace("settings()", "settings(devices=2)").replace("9", "99"))
    subprocess.run(
        [sys.executable, str(script), str(cache.folder), str(tmp_path / "two"), "ar,ar"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=True,
        capture_output=True,
    )
    run(cache, tmp_path / "one")
    one, two = (curves(tmp_path / name)["valid"] for name in ("one", "two"))
    assert [row["step"] for row in two] == [row["step"] for row in one] == [5, 10, 12]
    assert two[-1]["loss"] < two[0]["loss"]


def test_a_checkpoint_of_another_model_is_refused(cache: Cache, tmp_path: Path) -> None:
    run(cache, tmp_path / "run", steps=3)
    (tmp_path / "run" / "config.json").write_text(tiny_config(window_channels=8).to_json())
    with pytest.raises(CheckpointError, match="doesn't fit"):
        Run(tmp_path / "run").best_model()


def test_gradients_that_are_not_finite_end_the_run_by_name(cache: Cache) -> None:
    module = TrainingModule(tiny_config(), settings(), 10)
    optimizer = module.configure_optimizers()["optimizer"]
    module._trainer = type("NoTrainer", (), {"global_step": 3, "optimizers": []})()
    before = [parameter.clone() for parameter in module.model.parameters()]

    def update() -> None:
        for parameter in module.model.parameters():
            parameter.grad = torch.full_like(parameter, torch.nan)
        module.configure_gradient_clipping(optimizer)
        optimizer.step()

    for _ in range(4):
        update()
    assert all(
        torch.equal(ours, old) for ours, old in zip(module.model.parameters(), before, strict=True)
    )
    with pytest.raises(TrainingError, match="not finite 5 times"):
        update()


def test_parameters_are_told_by_level() -> None:
    name = level_namer(3)
    assert name("patch_levels.1.blocks.0.weight") == "level1"
    assert name("cell_level.kinds.bias") == "level2"
