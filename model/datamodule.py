"""Which windows each update trains on: a pure function of the seed and the update's number.

A run that is killed and resumed must see the same windows, the same transpositions and the same
random masks as an unbroken one. So nothing here remembers where it is: pass `e` over the windows is
a permutation drawn from (seed, e), and the shifts of update `s` are drawn from (seed, s). Batches
are collated in the training process straight from the memory-mapped cache: at the sizes that train
here that costs well under a hundredth of an update, and no worker process has to be kept in step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import Protocol

import lightning.pytorch as pl
import numpy as np
import torch
from numpy.typing import NDArray

from model.batch import Batch
from model.config import ModelConfig
from model.trainingconfig import TrainingConfig, TrainingConfigError
from model.windows import Window, shift_range, transpose


class Stream(IntEnum):
    """Which use a random stream has; streams of one seed never overlap."""

    ORDER = 0
    SHIFTS = 1
    MASKS = 2
    DROPOUT = 3
    VALIDATION = 4


def stream_seed(seed: int, stream: Stream, *index: int) -> int:
    """A 63-bit seed for one use at one place, for instance the masks of one update."""
    words = np.random.SeedSequence([seed, int(stream), *index]).generate_state(1, np.uint64)
    return int(words[0]) >> 1


class Windows(Protocol):
    """Anything that holds windows by number, as `model.windows.WindowSet` does."""

    def __len__(self) -> int: ...

    def __getitem__(self, index: int) -> Window: ...


@dataclass(frozen=True)
class Split:
    """Windows to train or validate on, and what is needed to make batches of them.

    Attributes:
        windows: The windows.
        model_config: What the batches are collated for.
        styles: Names that the windows' style numbers stand for, as the cache has them.
    """

    windows: Windows
    model_config: ModelConfig
    styles: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.windows)

    def batch(self, chosen: Sequence[tuple[int, int]]) -> Batch:
        """One batch of windows, each given by number and the semitones to transpose it by."""
        pairs = [shifted(self.windows[index], shift) for index, shift in chosen]
        shifts = [shift for _, shift in pairs]
        windows = [window for window, _ in pairs]
        return Batch.collate(windows, shifts, self.model_config, self.styles)


class WindowOrder:
    """The windows of every update, without end.

    Args:
        windows: How many there are, at least 1.
        batch_size: Windows per update.
        seed: Seed of the run.
    """

    def __init__(self, windows: int, batch_size: int, seed: int) -> None:
        self._windows, self._batch_size, self._seed = windows, batch_size, seed
        self._permutation = lru_cache(maxsize=2)(self._draw)

    def _draw(self, epoch: int) -> NDArray[np.int64]:
        rng = np.random.default_rng(stream_seed(self._seed, Stream.ORDER, epoch))
        return rng.permutation(self._windows)

    def of_update(self, step: int) -> list[int]:
        """Numbers of the windows of update `step` (from 0); passes follow each other seamlessly."""
        places = range(step * self._batch_size, (step + 1) * self._batch_size)
        return [
            int(self._permutation(place // self._windows)[place % self._windows])
            for place in places
        ]


def draw_shift(rng: np.random.Generator, shift_range: int, unshifted_share: float) -> int:
    """A transposition in semitones: 0 with the given share, else evenly among the others."""
    if shift_range == 0 or rng.random() < unshifted_share:
        return 0
    shift = int(rng.integers(1, shift_range + 1))
    return shift if rng.random() < 0.5 else -shift


def shifted(window: Window, shift: int) -> tuple[Window, int]:
    """A window transposed by `shift`, or by as much of it as keeps every note on the keyboard."""
    low, high = shift_range(window)
    shift = min(max(shift, low), high)
    return transpose(window, shift), shift


class TrainingBatches:
    """The batches of updates `start` to `stop`, in order; may be iterated again and again.

    Args:
        split: The training windows.
        config: Settings of the run.
        start: Number of the first update.
        stop: Number after the last update.
        rank: Which of the devices asks.
        world_size: How many devices share a batch.
    """

    def __init__(
        self,
        split: Split,
        config: TrainingConfig,
        start: int,
        stop: int,
        rank: int = 0,
        world_size: int = 1,
    ) -> None:
        self._split, self._config, self._span = split, config, range(start, stop)
        self._rank, self._world_size = rank, world_size
        self._order = WindowOrder(len(split), config.batch_size, config.seed)

    def __iter__(self) -> Iterator[Batch]:
        return (self.of_update(step) for step in self._span)

    def of_update(self, step: int) -> Batch:
        """This device's share of the batch of one update."""
        config = self._config
        rng = np.random.default_rng(stream_seed(config.seed, Stream.SHIFTS, step))
        chosen = [
            (index, draw_shift(rng, config.shift_range, config.unshifted_share))
            for index in self._order.of_update(step)
        ]
        return self._split.batch(chosen[self._rank :: self._world_size])


class ValidationBatches:
    """A fixed sample of the validation windows, untransposed; the same at every validation.

    Args:
        split: The validation windows.
        config: Settings of the run.
        rank: Which of the devices asks.
        world_size: How many devices share the sample.
        before_each: Called before each batch; what it raises ends the validation.
    """

    def __init__(
        self,
        split: Split,
        config: TrainingConfig,
        rank: int = 0,
        world_size: int = 1,
        before_each: Callable[[], object] | None = None,
    ) -> None:
        self._before_each = before_each
        count = min(config.validation_windows, len(split))
        chosen = np.linspace(0, len(split) - 1, count).round().astype(int).tolist()
        size = config.batch_size
        batches = [chosen[at : at + size] for at in range(0, count, size)]
        # every device must run equally many validation batches, so the last ones may repeat
        rounds = -(-len(batches) // world_size)
        self._batches = [batches[(n * world_size + rank) % len(batches)] for n in range(rounds)]
        self._split = split

    def __len__(self) -> int:
        return len(self._batches)

    def __iter__(self) -> Iterator[Batch]:
        for batch in self._batches:
            if self._before_each is not None:
                self._before_each()
            yield self._split.batch([(index, 0) for index in batch])


class RollData(pl.LightningDataModule):
    """Both splits as Lightning wants them.

    Args:
        train: Training windows; at least one.
        valid: Validation windows; at least one.
        config: Settings of the run.
        start: Number of the first update: 0, or where the checkpoint stands.
        stop: Number after the last update.
        between: Called with the update's number before each batch of a validation; it may raise to
            leave. With several devices it isn't called: they would wait for the one that left.

    Raises:
        TrainingConfigError: if a split holds no windows.
    """

    def __init__(
        self,
        train: Split,
        valid: Split,
        config: TrainingConfig,
        start: int,
        stop: int,
        between: Callable[[int], object] | None = None,
    ) -> None:
        super().__init__()
        for name, split in (("training", train), ("validation", valid)):
            if not len(split):
                raise TrainingConfigError(
                    f"the {name} split holds no window of music; give a folder with more files"
                )
        self._train, self._valid, self._config = train, valid, config
        self._start, self._stop, self._between = start, stop, between

    def train_dataloader(self) -> TrainingBatches:
        """This device's batches of the updates that are left."""
        rank, world_size = self._place()
        return TrainingBatches(self._train, self._config, self._start, self._stop, rank, world_size)

    def val_dataloader(self) -> ValidationBatches:
        """This device's share of the validation sample."""
        rank, world_size = self._place()
        alone = world_size == 1
        return ValidationBatches(
            self._valid, self._config, rank, world_size, self._tell if alone else None
        )

    def _tell(self) -> None:
        if self._between is not None:
            self._between(0 if self.trainer is None else self.trainer.global_step)

    def transfer_batch_to_device(
        self, batch: Batch, device: torch.device, dataloader_idx: int
    ) -> Batch:
        """The batch with every tensor on the device."""
        return batch if device.type == "cpu" else batch.to(device)

    def _place(self) -> tuple[int, int]:
        """This process's number and the number of processes."""
        if self.trainer is None:
            return 0, 1
        return self.trainer.global_rank, self.trainer.world_size
