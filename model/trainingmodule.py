"""One update of the generator's weights, as Lightning runs it, and what is logged about it.

Random numbers (MAR masks, condition dropout, dropout) are drawn from seeds of (seed, update), so
an update doesn't depend on what was drawn before it, and a resumed run draws what an unbroken one
would have.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, cast

import lightning.pytorch as pl
import torch
from torch import Tensor
from torch.optim import Optimizer

from model.batch import Batch
from model.config import ModelConfig
from model.curves import IntervalMeans
from model.datamodule import Stream, stream_seed
from model.errors import ModelError
from model.fractal import Fractal
from model.losses import Losses
from model.optimisation import averaged_copy, gradient_norms, make_optimizer
from model.trainingconfig import TrainingConfig

VALIDATION_LOSS = "valid/loss"
"""Name of the metric that decides which checkpoint is best, in nats per frame."""
_MEANS = "interval_means"
_LEVEL_METRICS = (
    "nats",
    "sequence_length",
    "patches",
    "padding",
    "masked_fraction",
    "entropy",
)
_PATIENCE_FOR_BAD_GRADIENTS = 5


Watch = Callable[[int, Mapping[str, float]], None]
"""Called with every line of the training curve: the update's number and the metrics by name."""


class TrainingError(ModelError):
    """A training run that can't start or go on."""


class TrainingModule(pl.LightningModule):
    """The generator, its averaged copy and its optimiser.

    Args:
        model_config: What is trained.
        config: How it is trained.
        total_steps: Updates of the whole run.
    """

    def __init__(self, model_config: ModelConfig, config: TrainingConfig, total_steps: int) -> None:
        super().__init__()
        torch.manual_seed(config.seed)
        self.model = Fractal(model_config)
        self.average = averaged_copy(self.model, config.ema_decay) if config.ema_decay else None
        self._config, self._total_steps = config, total_steps
        self._means = IntervalMeans()
        self._metrics: dict[str, Tensor | float] = {}
        self._part_norms: dict[str, float] = {}
        self._learning_rate = 0.0
        self._gradient_norm = 0.0
        self._bad_gradients = 0
        self._frames = 0
        self._interval_start = time.perf_counter()
        self.stopping = False
        self.watch: Watch | None = None
        self.latest_loss = float("nan")
        self.latest_validation = float("nan")

    @property
    def exported(self) -> Fractal:
        """The weights that are validated and exported: the averaged ones where they are kept."""
        if self.average is None:
            return self.model
        return cast(Fractal, self.average.module)

    def begin_with(self, weights: Mapping[str, Tensor]) -> None:
        """Take up the weights of a trained generator, in the averaged copy as well.

        Raises:
            TrainingError: they don't fit the config.
        """
        try:
            self.model.load_state_dict(weights)
        except RuntimeError as err:
            raise TrainingError(f"the weights to begin with don't fit the model: {err}") from err
        if self.average is not None:
            self.exported.load_state_dict(weights)

    def configure_optimizers(self) -> Any:
        """AdamW and its schedule, stepped once per update."""
        optimizer, schedule = make_optimizer(self.model, self._config, self._total_steps)
        return {
            "optimizer": optimizer,
            "lr_scheduler": {"scheduler": schedule, "interval": "step"},
        }

    def on_train_batch_start(self, batch: Batch, batch_idx: int) -> int | None:
        """Leave the loop when a stop was asked for; the checkpoint is written by then.

        Returns:
            -1, Lightning's sign to leave out the batch and the rest of the epoch, or None to go on.
        """
        if not self.stopping:
            return None
        self.trainer.should_stop = True
        return -1

    def on_train_start(self) -> None:
        """Start the clock of the frames per second."""
        self._interval_start, self._frames = time.perf_counter(), 0

    def training_step(self, batch: Batch, batch_idx: int) -> Tensor:
        """Objective of one update in nats per frame."""
        step, rank = self.global_step, self.global_rank
        torch.manual_seed(stream_seed(self._config.seed, Stream.DROPOUT, step, rank))
        losses: Losses = self.model(batch, self._masks(Stream.MASKS, step, rank))
        self._metrics = metrics_of(losses)
        self._frames += int(losses.frames)
        return losses.total

    def validation_step(self, batch: Batch, batch_idx: int) -> None:
        """Objective of one validation batch under the exported weights, always the same masks."""
        rng = self._masks(Stream.VALIDATION, batch_idx, self.global_rank)
        losses: Losses = self.exported(batch, rng)
        metrics = {f"valid/{name}": value for name, value in metrics_of(losses).items()}
        self.log_dict(
            metrics,
            on_step=False, on_epoch=True, sync_dist=True, logger=False,
            batch_size=int(losses.frames),
        )  # fmt: skip

    def on_validation_epoch_end(self) -> None:
        """Write the validation curves."""
        if self.trainer.sanity_checking:
            return
        metrics = {
            name: float(value)
            for name, value in self.trainer.callback_metrics.items()
            if name.startswith("valid/")
        }
        self.latest_validation = metrics.get(VALIDATION_LOSS, float("nan"))
        for logger in self.trainer.loggers:
            logger.log_metrics(metrics, self.global_step)

    def configure_gradient_clipping(
        self,
        optimizer: Optimizer,
        gradient_clip_val: float | None = None,
        gradient_clip_algorithm: str | None = None,
    ) -> None:
        """Clip the gradient's norm, and note it before that; leave out updates that are not finite.

        Raises:
            TrainingError: after several such updates in a row.
        """
        self._learning_rate = float(optimizer.param_groups[0]["lr"])
        self._log_gradient_norms()
        limit = self._config.gradient_clip or float("inf")
        norm = torch.nn.utils.clip_grad_norm_(self.model.parameters(), limit)
        self._gradient_norm = float(norm)
        if norm.isfinite():
            self._bad_gradients = 0
            return
        self._bad_gradients += 1
        optimizer.zero_grad(set_to_none=True)
        if self._bad_gradients >= _PATIENCE_FOR_BAD_GRADIENTS:
            raise TrainingError(
                f"update {self.global_step}: the gradient was not finite"
                f" {self._bad_gradients} times in a row; resume from the last checkpoint of a run"
                " with a lower learning_rate or a smaller gradient_clip"
            )

    def finish_update(self) -> None:
        """Move the averaged weights along, and write a line of the curves when one is due.

        Called by the callback `Keeper`: Lightning's own hook would come after the checkpoint.
        """
        if self.average is not None:
            self.average.update_parameters(self.model)
        self._means.add(self._metrics | {"gradient_norm": self._gradient_norm})
        if self.global_step % self._config.log_interval == 0:
            self._write_curves()

    def on_save_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Keep the sums of the interval that is under way."""
        checkpoint[_MEANS] = self._means.state()

    def on_load_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Go on with the interval that was under way."""
        self._means.restore(checkpoint[_MEANS])

    def _masks(self, stream: Stream, index: int, rank: int) -> torch.Generator:
        """The generator from which one batch draws its masks and dropped conditions."""
        return torch.Generator().manual_seed(stream_seed(self._config.seed, stream, index, rank))

    def _log_gradient_norms(self) -> None:
        """At an update that ends an interval, measure each level's gradient before clipping."""
        if (self.global_step + 1) % self._config.log_interval == 0:
            norms = gradient_norms(self.model, level_namer(len(self.model.config.levels)))
            self._part_norms = {f"{part}/gradient_norm": norm for part, norm in norms.items()}

    def _write_curves(self) -> None:
        """One line: means of the interval, and what holds at its end."""
        now = time.perf_counter()
        means = self._means.take()
        self.latest_loss = means.get("loss", float("nan"))
        metrics = means | self._part_norms
        metrics["learning_rate"] = self._learning_rate
        metrics["frames_per_s"] = self._frames / max(1e-9, now - self._interval_start)
        self._interval_start, self._frames = now, 0
        for logger in self.trainer.loggers:
            logger.log_metrics(
                {f"train/{name}": value for name, value in metrics.items()}, self.global_step
            )
        if self.watch is not None:
            self.watch(self.global_step, metrics)


def metrics_of(losses: Losses) -> dict[str, Tensor | float]:
    """The losses of one batch as named numbers; names of a level start with `levelN/`."""
    metrics: dict[str, Tensor | float] = {
        "loss": losses.total.detach(),
        "notes_per_frame": losses.notes / max(1, losses.frames),
        "velocity_nats": losses.velocity_nats,
        "velocity_entropy": losses.velocity_entropy,
    }
    for index, level in enumerate(losses.per_level):
        for field in _LEVEL_METRICS:
            metrics[f"level{index}/{field}"] = getattr(level, field)
    return metrics


def level_namer(levels: int) -> Callable[[str], str]:
    """Function from a parameter's name to `levelN`, the level of the generator it belongs to."""

    def level_of(parameter: str) -> str:
        first, second, *_ = parameter.split(".")
        return f"level{second}" if first == "patch_levels" else f"level{levels - 1}"

    return level_of
