"""Directing a training from outside: pause, go on, finish early with a result, stop, a time limit.

Orders may come from any thread; the training obeys after the update under way.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import lightning.pytorch as pl
from lightning.pytorch.callbacks import Callback

from model.trainingcallbacks import StopRequest

_LOOK_S = 0.2
"""How often a paused training looks whether Ctrl-C asked it to stop."""
Said = Callable[[bool, int], object]
"""Hears that the training pauses (True) or goes on (False), and after which update."""


class Direction:
    """What a training was told.

    Args:
        limit_s: Seconds of training after which it finishes, pauses left out; None has no limit.
        said: Hears when the training really pauses and goes on.
    """

    def __init__(self, limit_s: float | None = None, said: Said | None = None) -> None:
        self.stop_request = StopRequest()
        self.limit_s = limit_s
        self.said = said
        self._goes_on = threading.Event()
        self._goes_on.set()
        self._finish = False
        self.cut_short = False

    def pause(self) -> None:
        """Wait after the update under way, until `resume`, `finish` or `stop`."""
        self._goes_on.clear()

    def resume(self) -> None:
        """Go on after a pause."""
        self._goes_on.set()

    def finish(self) -> None:
        """Validate once more and end; the best weights so far are the result."""
        self._finish = True
        self._goes_on.set()

    def stop(self) -> None:
        """End with a checkpoint from which the run can go on."""
        self.stop_request.ask()
        self._goes_on.set()

    @property
    def paused(self) -> bool:
        """Whether a pause was asked for and not ended."""
        return not self._goes_on.is_set()

    def wait(self, step: int) -> float:
        """Stand still while paused.

        Returns:
            seconds that passed so.
        """
        if not self.paused:
            return 0.0
        begun = time.monotonic()
        if self.said is not None:
            self.said(True, step)
        while not self._goes_on.wait(_LOOK_S) and not self.stop_request.asked:
            pass
        if self.said is not None:
            self.said(False, step)
        return time.monotonic() - begun

    def must_finish(self, trained_s: float) -> bool:
        """Whether the training is to end with what it has, after `trained_s` seconds of it."""
        return self._finish or (self.limit_s is not None and trained_s >= self.limit_s)


class Directed(Callback):
    """Lets a `Direction` reach a training; comes before whatever writes checkpoints."""

    def __init__(self, direction: Direction) -> None:
        self._direction = direction
        self._begun_s = self._paused_s = 0.0

    def on_train_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Start the clock."""
        self._begun_s, self._paused_s = time.monotonic(), 0.0

    def on_train_batch_end(
        self,
        trainer: pl.Trainer,
        pl_module: pl.LightningModule,
        outputs: Any,
        batch: Any,
        batch_idx: int,
    ) -> None:
        """Wait while paused, then end where that was asked for."""
        direction = self._direction
        self._paused_s += direction.wait(trainer.global_step)
        trained_s = time.monotonic() - self._begun_s - self._paused_s
        if direction.must_finish(trained_s) and not direction.stop_request.asked:
            direction.cut_short = True
            trainer.should_stop = True  # Lightning validates once more when this is set here
