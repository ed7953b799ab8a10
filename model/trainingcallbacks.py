"""What happens around the updates: checkpoints, a stop that was asked for, the progress bar."""

from __future__ import annotations

import math
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, cast

import lightning.pytorch as pl
from lightning.pytorch.callbacks import Callback, Checkpoint
from tqdm import tqdm

from model.checkpoint import SUFFIX
from model.trainingmodule import VALIDATION_LOSS, TrainingModule

LAST, BEST = f"last{SUFFIX}", f"best{SUFFIX}"


class StopRequest:
    """A flag that Ctrl-C (or SIGTERM) raises, so that training ends after the update under way."""

    def __init__(self) -> None:
        self.asked = False

    @contextmanager
    def listening(self) -> Iterator[StopRequest]:
        """Take the signals while the block runs; a second Ctrl-C stops at once.

        Outside the main thread, where Python hands over no signals, this does nothing.
        """
        if threading.current_thread() is not threading.main_thread():
            yield self
            return
        before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
        for number in before:
            signal.signal(number, self._ask)
        try:
            yield self
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def ask(self) -> None:
        """Let training end after the update under way."""
        self.asked = True

    def _ask(self, number: int, frame: FrameType | None) -> None:
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True


class AfterUpdate(Callback):
    """Lets the module finish an update before any checkpoint of it is written.

    Lightning runs callbacks before the module's own hook, and checkpoint callbacks last of them.
    """

    def on_train_batch_end(
        self,
        trainer: pl.Trainer,
        pl_module: pl.LightningModule,
        outputs: Any,
        batch: Any,
        batch_idx: int,
    ) -> None:
        """Pass the word on."""
        cast(TrainingModule, pl_module).finish_update()


class Keeper(Checkpoint):
    """Writes `last` at an interval, at a stop and at the end, and `best` after a validation.

    Where a checkpoint and a validation fall on the same update, the validation comes first, so that
    a resumed run doesn't repeat or skip it. Lightning runs `Checkpoint` callbacks after all others,
    so early stopping has counted before the state is saved.

    Args:
        folder: Where the checkpoints go.
        interval: Updates between two `last` checkpoints.
        validation_interval: Updates between two validations.
        total_steps: Updates of the whole run.
        stop: Asked at every update whether to end early.
    """

    def __init__(
        self,
        folder: Path,
        interval: int,
        validation_interval: int,
        total_steps: int,
        stop: StopRequest,
    ) -> None:
        self._folder, self._interval = folder, interval
        self._validation_interval, self._total_steps = validation_interval, total_steps
        self._stop = stop
        self.best_loss: float | None = None
        self.best_step = 0

    def state_dict(self) -> dict[str, Any]:
        """What a resumed run must know about the best checkpoint."""
        return {"best_loss": self.best_loss, "best_step": self.best_step}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take up the state of an earlier run."""
        self.best_loss, self.best_step = state_dict["best_loss"], state_dict["best_step"]

    def on_train_batch_end(
        self,
        trainer: pl.Trainer,
        pl_module: pl.LightningModule,
        outputs: Any,
        batch: Any,
        batch_idx: int,
    ) -> None:
        """Save when it is time, unless a validation that is about to run will do so."""
        step = trainer.global_step
        if step >= self._total_steps:
            trainer.should_stop = True  # Lightning validates once more when this is set here
            return
        if step % self._validation_interval == 0:
            return
        if self._must_stop(trainer) or step % self._interval == 0:
            self._save_last(trainer, pl_module)

    def on_validation_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Keep the best weights so far, then the state."""
        if trainer.sanity_checking:
            return
        loss = float(trainer.callback_metrics[VALIDATION_LOSS])
        is_best = self.best_loss is None or loss < self.best_loss
        if is_best:
            self.best_loss, self.best_step = loss, trainer.global_step
            trainer.save_checkpoint(self._folder / BEST)
        at_end = trainer.global_step >= self._total_steps or trainer.should_stop
        due = trainer.global_step % self._interval == 0
        if self._must_stop(trainer) or due or at_end or is_best:
            self._save_last(trainer, pl_module)

    def _must_stop(self, trainer: pl.Trainer) -> bool:
        """Whether any of the machines was asked to stop."""
        if trainer.world_size == 1:
            return self._stop.asked
        return not trainer.strategy.reduce_boolean_decision(not self._stop.asked, all=True)

    def _save_last(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        trainer.save_checkpoint(self._folder / LAST)
        if self._must_stop(trainer):
            cast(TrainingModule, pl_module).stopping = True


class Progress(Callback):
    """A tqdm bar on standard error: updates, loss, validation loss, frames per second."""

    def __init__(self, total_steps: int) -> None:
        self._total_steps = total_steps
        self._bar: tqdm[Any] | None = None

    def on_train_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Open the bar at the update from which the run goes on."""
        if trainer.is_global_zero:
            self._bar = tqdm(
                total=self._total_steps, initial=trainer.global_step,
                desc="train", unit="step", mininterval=0.5, dynamic_ncols=True,
            )  # fmt: skip

    def on_train_batch_end(
        self,
        trainer: pl.Trainer,
        pl_module: pl.LightningModule,
        outputs: Any,
        batch: Any,
        batch_idx: int,
    ) -> None:
        """Move on by one update."""
        if self._bar is None:
            return
        module = cast(TrainingModule, pl_module)
        told = f"{module.latest_loss:.3f} nats/frame"
        if not math.isnan(module.latest_validation):
            told += f", valid {module.latest_validation:.3f}"
        if not math.isnan(module.latest_loss):
            self._bar.set_postfix_str(told, refresh=False)
        self._bar.update()

    def teardown(self, trainer: pl.Trainer, pl_module: pl.LightningModule, stage: str) -> None:
        """Close the bar, also after an error."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None
