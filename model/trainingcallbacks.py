"""What happens around the updates: checkpoints, orders from outside, the progress bar."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any, cast

import lightning.pytorch as pl
from lightning.pytorch.callbacks import Callback, Checkpoint
from tqdm import tqdm

from model.checkpoint import SUFFIX
from model.trainingdirection import Direction
from model.trainingmodule import VALIDATION_LOSS, TrainingModule

LAST, BEST = f"last{SUFFIX}", f"best{SUFFIX}"


class Keeper(Checkpoint):
    """Writes `last` at an interval, at an order and at the end, `best` after a validation; obeys.

    Where a checkpoint and a validation fall on the same update, the validation comes first, so that
    a resumed run doesn't repeat or skip it; and the update before leaves a checkpoint, so that a
    validation can be broken off at the price of one update. Lightning runs `Checkpoint` callbacks
    after all others, so early stopping has counted before the state is saved.

    Args:
        folder: Where the checkpoints go.
        interval: Updates between two `last` checkpoints.
        validation_interval: Updates between two validations.
        total_steps: Updates of the whole run.
        direction: Asked at every update whether to wait, to finish or to stop.
    """

    def __init__(
        self,
        folder: Path,
        interval: int,
        validation_interval: int,
        total_steps: int,
        direction: Direction,
    ) -> None:
        self._folder, self._interval = folder, interval
        self._validation_interval, self._total_steps = validation_interval, total_steps
        self._direction = direction
        self.best_loss: float | None = None
        self.best_step = 0

    def state_dict(self) -> dict[str, Any]:
        """What a resumed run must know about the best checkpoint."""
        return {"best_loss": self.best_loss, "best_step": self.best_step}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take up the state of an earlier run."""
        self.best_loss, self.best_step = state_dict["best_loss"], state_dict["best_step"]

    def on_train_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Start the clock of the time limit."""
        self._direction.begin()

    def on_train_batch_end(
        self,
        trainer: pl.Trainer,
        pl_module: pl.LightningModule,
        outputs: Any,
        batch: Any,
        batch_idx: int,
    ) -> None:
        """Finish the update, save when it is time, obey; unless a validation will do so at once."""
        module, step = cast(TrainingModule, pl_module), trainer.global_step
        module.finish_update()
        if step >= self._total_steps:
            trainer.should_stop = True  # Lightning validates once more when this is set here
            return
        self._finish_if_told(trainer)
        if step % self._validation_interval:
            self._keep_and_obey(trainer, module, also=trainer.should_stop)

    def on_validation_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Keep the best weights so far, then the state; obey."""
        if trainer.sanity_checking:
            return
        loss = float(trainer.callback_metrics[VALIDATION_LOSS])
        is_best = self.best_loss is None or loss < self.best_loss
        if is_best:
            self.best_loss, self.best_step = loss, trainer.global_step
            trainer.save_checkpoint(self._folder / BEST)
        at_end = trainer.global_step >= self._total_steps
        if not at_end:
            self._finish_if_told(trainer)
        also = at_end or is_best or trainer.should_stop
        self._keep_and_obey(trainer, cast(TrainingModule, pl_module), also=also)

    def _keep_and_obey(self, trainer: pl.Trainer, module: TrainingModule, *, also: bool) -> None:
        """Save where it is time, an order waits or `also` says so; then wait or leave."""
        step = trainer.global_step
        before = (step + 1) % self._validation_interval == 0 or step + 1 == self._total_steps
        ordered = self._is_asked(trainer, self._direction.interrupted)
        if also or before or ordered or step % self._interval == 0:
            trainer.save_checkpoint(self._folder / LAST)
        if ordered:
            self._direction.wait(step)
            module.stopping = self._is_asked(trainer, self._direction.stop_request.asked)

    def _finish_if_told(self, trainer: pl.Trainer) -> None:
        """End with a result, after one more validation where this update has had none."""
        if self._direction.must_finish:
            self._direction.cut_short = True
            trainer.should_stop = True

    def _is_asked(self, trainer: pl.Trainer, asked: bool) -> bool:
        """Whether any of the machines was asked."""
        if trainer.world_size == 1:
            return asked
        return not trainer.strategy.reduce_boolean_decision(not asked, all=True)


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
