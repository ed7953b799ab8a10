"""A training run from start, or from where it was killed, to its best weights.

A run lives in one folder, see `model.trainingrun`.
"""

from __future__ import annotations

import logging
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import lightning.pytorch as pl
import torch
from lightning.fabric.utilities.warnings import PossibleUserWarning
from lightning.pytorch.callbacks import Callback, EarlyStopping
from lightning.pytorch.loggers.logger import Logger
from torch import Tensor

from model.checkpoint import SafeCheckpointIO, read_checkpoint
from model.curves import CsvCurves, TensorBoardCurves
from model.datamodule import RollData, Split
from model.trainingcallbacks import Keeper, Progress
from model.trainingconfig import TrainingConfig
from model.trainingdirection import Direction, LeftValidationError
from model.trainingmodule import VALIDATION_LOSS, TrainingModule
from model.trainingrun import Run, is_first_process, model_of

__all__ = ["End", "Look", "Run", "TrainingResult", "is_first_process", "model_of", "train"]

End = Literal["finished", "early", "cut short", "interrupted"]
Look = Callable[[int, Mapping[str, float]], bool]
"""Sees every line of the training curve (update's number, metrics); True ends the run."""


@dataclass(frozen=True)
class TrainingResult:
    """How a run ended.

    Attributes:
        end: All updates made, stopped early by `patience`, cut short by a time limit or an order
            to finish, or interrupted (and resumable).
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
    direction: Direction | None = None,
    weights: Mapping[str, Tensor] | None = None,
    loggers: Sequence[Logger] = (),
    callbacks: Sequence[Callback] = (),
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
        direction: Orders from outside, and a time limit.
        weights: What the generator begins with, as of another training; None begins anew.
        loggers: More that hear the curves.
        callbacks: More that Lightning is to call.

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
    direction = direction or Direction()
    stop = direction.stop_request
    keeper = Keeper(
        run.checkpoints, config.checkpoint_interval, config.validation_interval, total, direction
    )
    if keeper.state_key in state["callbacks"]:
        keeper.load_state_dict(state["callbacks"][keeper.state_key])
    steps, whole = start, True
    if start < total:
        module = TrainingModule(train_split.model_config, config, total)
        if weights is not None:
            module.begin_with(weights)
        if look is not None:
            module.watch = lambda step, metrics: stop.ask() if look(step, metrics) else None
        batches = RollData(
            train_split, valid_split, config, start, total, direction.between_batches
        )
        with stop.listening(), _quiet():
            more = [*loggers] if is_first_process() else []
            trainer = _trainer(
                run, config, total, more + _curves(run, start, tensorboard=tensorboard),
                [keeper, *callbacks, *([Progress(total)] if progress else [])],
            )  # fmt: skip
            whole = _fit(trainer, module, batches, last)
        steps = trainer.global_step
    end: End = "early"
    if steps >= total and whole:
        end = "finished"
    elif stop.asked:
        end = "interrupted"
    elif direction.cut_short:
        end = "cut short"
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


def _curves(run: Run, start: int, *, tensorboard: bool) -> list[Logger]:
    """What writes the run's curves."""
    curves: list[Logger] = [CsvCurves(run.curves, start)] if is_first_process() else []
    if tensorboard:
        curves.append(
            TensorBoardCurves(
                str(run.curves), name="", version="tensorboard", default_hp_metric=False,
                purge_step=start + 1 if start else None,
            )
        )  # fmt: skip
    return curves


def _trainer(
    run: Run,
    config: TrainingConfig,
    total: int,
    loggers: list[Logger],
    callbacks: list[Callback],
) -> pl.Trainer:
    """Lightning's trainer, with everything that writes or prints replaced by this room's own."""
    if config.patience:
        callbacks = [
            *callbacks,
            EarlyStopping(VALIDATION_LOSS, patience=config.patience, mode="min"),
        ]
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


def _fit(trainer: pl.Trainer, module: TrainingModule, data: RollData, last: Path | None) -> bool:
    """Run the updates; a second Ctrl-C comes out as KeyboardInterrupt.

    Returns:
        whether no validation was left in its middle.
    """
    try:
        trainer.fit(module, datamodule=data, ckpt_path=last)
    except LeftValidationError:
        return False
    except SystemExit as err:  # how Lightning leaves after a KeyboardInterrupt
        raise KeyboardInterrupt from err
    return True


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
