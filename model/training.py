"""A training run from start, or from where it was killed, to its best weights.

A run lives in one folder:

- `config.json`, `training.json`, `data.json`: what is trained, how, and on how many windows;
- `checkpoints/last.safetensors`, `checkpoints/best.safetensors`: see `model.checkpoint`;
- `curves/train.csv`, `curves/valid.csv`, `curves/tensorboard/`: see `model.curves`.
"""

from __future__ import annotations

import json
import logging
import os
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import lightning.pytorch as pl
import torch
from lightning.fabric.utilities.warnings import PossibleUserWarning
from lightning.pytorch.callbacks import Callback, EarlyStopping

from model.checkpoint import CheckpointError, SafeCheckpointIO, read_checkpoint
from model.config import ModelConfig
from model.curves import CsvCurves, TensorBoardCurves
from model.datamodule import RollData, Split
from model.files import write_text
from model.fractal import Fractal
from model.trainingcallbacks import BEST, LAST, AfterUpdate, Keeper, Progress, StopRequest
from model.trainingconfig import TrainingConfig
from model.trainingmodule import VALIDATION_LOSS, TrainingError, TrainingModule

End = Literal["finished", "early", "interrupted"]
Look = Callable[[int, Mapping[str, float]], bool]
"""Sees every line of the training curve (update's number, metrics); True ends the run."""


@dataclass(frozen=True)
class TrainingResult:
    """How a run ended.

    Attributes:
        end: All updates made, stopped early by `patience`, or interrupted (and resumable).
        steps: Updates made in the whole run, resumed parts included.
        total_steps: Updates that were planned.
        best_loss: Lowest validation loss in nats per frame; None before the first validation.
        best_step: The update it belongs to.
        seconds: Wall time of this call.
    """

    end: End
    steps: int
    total_steps: int
    best_loss: float | None
    best_step: int
    seconds: float


class Run:
    """The folder of one training run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.checkpoints = folder / "checkpoints"
        self.curves = folder / "curves"

    @property
    def exists(self) -> bool:
        """Whether a run was started here."""
        return (self.folder / "training.json").exists()

    def refuse_if_used(self) -> None:
        """Protect a run from a second one in its folder.

        Raises:
            TrainingError: the folder holds a run.
        """
        if self.exists and is_first_process():
            raise TrainingError(
                f"{self.folder} holds a training run already; go on with it (--resume) or choose"
                " another folder (--out)"
            )

    def create(
        self, model_config: ModelConfig, config: TrainingConfig, data: dict[str, int]
    ) -> None:
        """Write what the run is.

        Raises:
            TrainingError: if the folder holds a run already, or can't be written.
        """
        self.refuse_if_used()
        self._write("config.json", model_config.to_json())
        self._write("data.json", json.dumps(data, indent=2))
        self.update(config)

    def update(self, config: TrainingConfig) -> None:
        """Write settings that a resumed run changed."""
        self._write("training.json", config.to_json())

    def configs(self) -> tuple[ModelConfig, TrainingConfig]:
        """What the run trains and how.

        Raises:
            TrainingError: if there is no run in the folder.
        """
        if not self.exists:
            raise TrainingError(f"{self.folder} holds no training run that could be resumed")
        return (
            ModelConfig.from_json(self._read("config.json")),
            TrainingConfig.from_json(self._read("training.json")),
        )

    def check_data(self, data: dict[str, int]) -> None:
        """Refuse to go on with other windows than the run was started with.

        Raises:
            TrainingError: naming both counts.
        """
        before = json.loads(self._read("data.json"))
        if before != data:
            raise TrainingError(
                f"{self.folder} was started on {before}, and the music given now makes {data};"
                " resume with the same files, or start a new run"
            )

    def last(self) -> Path | None:
        """The checkpoint to go on from; None if the run was killed before the first one."""
        path = self.checkpoints / LAST
        return path if path.exists() else None

    def best_model(self) -> Fractal:
        """The generator with the best weights of the run (the last where none was validated).

        Raises:
            CheckpointError: if there is no checkpoint, or it doesn't fit the run's config.
        """
        best = self.checkpoints / BEST
        return self._model(best) if best.exists() else self.last_model()

    def last_model(self) -> Fractal:
        """The generator as the run left it.

        Raises:
            CheckpointError: if there is no checkpoint, or it doesn't fit the run's config.
        """
        return self._model(self.checkpoints / LAST)

    def _model(self, checkpoint: Path) -> Fractal:
        model_config, _ = self.configs()
        return model_of(read_checkpoint(checkpoint), model_config)

    def _write(self, name: str, text: str) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            write_text(self.folder / name, text + "\n")
        except OSError as err:
            raise TrainingError(f"can't write the training run {self.folder}: {err}") from err

    def _read(self, name: str) -> str:
        try:
            return (self.folder / name).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as err:
            raise TrainingError(f"can't read {name} of the run {self.folder}: {err}") from err


def model_of(checkpoint: dict[str, Any], model_config: ModelConfig) -> Fractal:
    """The generator that a checkpoint holds: its averaged weights where there are any.

    Raises:
        CheckpointError: if the weights don't fit the config.
    """
    state = checkpoint.get("state_dict", {})
    prefix = "average.module." if any(name.startswith("average.") for name in state) else "model."
    weights = {
        name.removeprefix(prefix): tensor
        for name, tensor in state.items()
        if name.startswith(prefix)
    }
    model = Fractal(model_config)
    try:
        model.load_state_dict(weights)
    except RuntimeError as err:
        raise CheckpointError(f"the checkpoint doesn't fit its config.json: {err}") from err
    return model.eval()


def train(
    train_split: Split,
    valid_split: Split,
    config: TrainingConfig,
    folder: Path,
    *,
    resume: bool = False,
    progress: bool = True,
    tensorboard: bool = True,
    look: Look | None = None,
) -> TrainingResult:
    """Train a generator, or go on with a run that was interrupted or killed.

    The first Ctrl-C ends the run after the update under way and leaves a checkpoint; a run that was
    killed goes on from its last one. Either way the curves come out as if it had never stopped.

    Args:
        train_split: What to learn from, and the config of what is trained.
        valid_split: What `best` is judged by.
        config: How; on resume, the run's own with what may change.
        folder: The run's folder.
        resume: Go on with the run in `folder`.
        progress: Show a bar on standard error.
        tensorboard: Write TensorBoard curves beside the CSV ones.
        look: Sees every line of the training curve and may end the run, as Ctrl-C would.

    Raises:
        TrainingError: if there is already a run (or none to resume), or gradients are not finite.
        CheckpointError: if the checkpoint can't be read.
        TrainingConfigError: if a split is empty.
    """
    started = time.perf_counter()
    run = Run(folder)
    last = _enter(run, train_split, valid_split, config, resume=resume)
    state: dict[str, Any] = read_checkpoint(last) if last else {"global_step": 0, "callbacks": {}}
    start, total = int(state["global_step"]), config.total_steps(len(train_split))
    if config.threads is not None:
        torch.set_num_threads(config.threads)
    stop = StopRequest()
    keeper = Keeper(
        run.checkpoints, config.checkpoint_interval, config.validation_interval, total, stop
    )
    if keeper.state_key in state["callbacks"]:
        keeper.load_state_dict(state["callbacks"][keeper.state_key])
    steps = start
    if start < total:
        module = TrainingModule(train_split.model_config, config, total)
        if look is not None:
            module.watch = lambda step, metrics: stop.ask() if look(step, metrics) else None
        batches = RollData(train_split, valid_split, config, start, total)
        with stop.listening(), _quiet():
            trainer = _trainer(
                run, config, total, start, keeper, progress=progress, tensorboard=tensorboard
            )
            _fit(trainer, module, batches, last)
        steps = trainer.global_step
    end: End = "finished" if steps >= total else "interrupted" if stop.asked else "early"
    return TrainingResult(
        end, steps, total, keeper.best_loss, keeper.best_step, time.perf_counter() - started
    )


def _enter(
    run: Run, train_split: Split, valid_split: Split, config: TrainingConfig, *, resume: bool
) -> Path | None:
    """Begin a run in its folder, or go back to one; the checkpoint to go on from, if any."""
    data = {"train_windows": len(train_split), "valid_windows": len(valid_split)}
    if not resume:
        if is_first_process():
            run.create(train_split.model_config, config, data)
        return None
    run.configs()
    run.check_data(data)
    if is_first_process():
        run.update(config)
    return run.last()


def is_first_process() -> bool:
    """Whether this is the one process of a run that writes (Lightning numbers the others)."""
    return all(os.environ.get(name, "0") == "0" for name in ("LOCAL_RANK", "NODE_RANK"))


def _trainer(
    run: Run,
    config: TrainingConfig,
    total: int,
    start: int,
    keeper: Keeper,
    *,
    progress: bool,
    tensorboard: bool,
) -> pl.Trainer:
    """Lightning's trainer, with everything that writes or prints replaced by this room's own."""
    loggers: list[Any] = [CsvCurves(run.curves, start)] if is_first_process() else []
    if tensorboard:
        loggers.append(
            TensorBoardCurves(
                str(run.curves), name="", version="tensorboard", default_hp_metric=False,
                purge_step=start + 1 if start else None,
            )
        )  # fmt: skip
    callbacks: list[Callback] = [AfterUpdate(), keeper]
    if progress:
        callbacks.append(Progress(total))
    if config.patience:
        callbacks.append(EarlyStopping(VALIDATION_LOSS, patience=config.patience, mode="min"))
    several = config.devices * config.nodes > 1
    return pl.Trainer(
        accelerator=config.accelerator,
        devices=config.devices,
        num_nodes=config.nodes,
        # sparse descent may leave a level without work in one device's share of a batch
        strategy="ddp_find_unused_parameters_true" if several else "auto",
        precision=config.precision,
        max_steps=total,
        max_epochs=-1,
        val_check_interval=config.validation_interval,
        check_val_every_n_epoch=None,
        num_sanity_val_steps=0,
        logger=loggers,
        callbacks=callbacks,
        plugins=[SafeCheckpointIO()],
        default_root_dir=str(run.folder),
        enable_progress_bar=False,
        enable_model_summary=False,
        use_distributed_sampler=False,
    )


def _fit(trainer: pl.Trainer, module: TrainingModule, data: RollData, last: Path | None) -> None:
    """Run the updates; a second Ctrl-C comes out as KeyboardInterrupt."""
    try:
        trainer.fit(module, datamodule=data, ckpt_path=last)
    except SystemExit as err:  # how Lightning leaves after a KeyboardInterrupt
        raise KeyboardInterrupt from err


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep Lightning's advice for other programs off the terminal."""
    log = logging.getLogger("lightning.pytorch")
    level = log.level
    log.setLevel(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", PossibleUserWarning)
            warnings.filterwarnings("ignore", r".*LeafSpec.*", FutureWarning)  # its own call
            yield
    finally:
        log.setLevel(level)
