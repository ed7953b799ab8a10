"""A training as JSON lines: curves and samples out, orders in (see `model.childtalk`).

Lines: `{"curve": {"step", "train" or "valid": metrics}}`, `{"sample": {...}}`, `{"by_heart":
{...}}`, `{"paused": step}`, `{"resumed": step}`. Orders: `{"pause": true}`, `{"resume": true}`,
`{"finish": true}` (end with what there is) and `{"stop": true}` (end with a checkpoint to go on
from); the end of the orders stops, too.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import lightning.pytorch as pl
import torch
from lightning.pytorch.callbacks import Callback
from lightning.pytorch.loggers.logger import Logger
from lightning.pytorch.utilities import rank_zero_only

from model.byheart import Bars, bars_of_cache, bars_of_rolls, compare_by_heart
from model.cache import Cache
from model.childtalk import Talk
from model.conditions import Conditions
from model.curves import STEP, by_kind, read_curve
from model.fractal import Fractal
from model.midifile import write_midi
from model.roll import Roll
from model.rolltext import roll_to_json
from model.sampler import Request, Sampler, bar_steps, roll_of
from model.settings import SamplingSettings
from model.torchengine import TorchEngine
from model.trainingcost import LAST_BARS, LONGEST_SAMPLE_S, SAMPLE_BARS, SAMPLES_SHARE
from model.trainingdirection import Direction
from model.trainingmodule import TrainingModule
from model.trainingrun import Run

METRE = (4, 4)
MOST_HELD_OUT = 400


class EventCurves(Logger):
    """Lightning logger that says every line of the curves."""

    def __init__(self, talk: Talk) -> None:
        super().__init__()
        self._talk = talk

    @property
    def name(self) -> str:
        """Lightning's name of this logger."""
        return "events"

    @property
    def version(self) -> str:
        """Unused: a run's folder holds one run."""
        return ""

    def log_hyperparams(self, *args: Any, **kwargs: Any) -> None:
        """Settings are no events."""

    @rank_zero_only
    def log_metrics(self, metrics: Mapping[str, float], step: int | None = None) -> None:
        """Say one line for each kind of metric."""
        for kind, row in by_kind(metrics).items():
            rounded = {name: round(value, 6) for name, value in row.items()}
            self._talk.say({"curve": {"step": step, kind: rounded}})


def say_earlier_curves(talk: Talk, run: Run, step: int) -> None:
    """Say the rows that a resumed run keeps, those up to `step`, as if they were made now."""
    for path in sorted(run.curves.glob("*.csv")):
        for row in read_curve(path):
            at = int(row.pop(STEP))
            if at <= step:
                talk.say({"curve": {"step": at, path.stem: row}})


class Heart:
    """What is known of the music, to tell what a model has by heart; read when first asked."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._known: tuple[Bars, Bars] | None = None

    def judge(self, rolls: list[Roll]) -> dict[str, object]:
        """Shares of copies among the bars of `rolls` and among held-out bars, and a verdict."""
        if self._known is None:
            held_out = bars_of_cache(self._cache, ["valid", "test"], MOST_HELD_OUT)
            self._known = bars_of_cache(self._cache, ["train"]), held_out
        training, held_out = self._known
        return compare_by_heart(bars_of_rolls(rolls), training, held_out).to_json()


class Samples(Callback):
    """Makes a few bars at validations, so that people hear the model learn.

    Args:
        talk: Hears of them.
        direction: A stop or a pause also ends a sample; nothing is said of that one.
        folder: Where they are kept as MIDI files.
        heart: Judges the bars made so far.
        settings: How they are sampled; the seed is another one each time.
    """

    def __init__(
        self,
        talk: Talk,
        direction: Direction,
        folder: Path,
        heart: Heart,
        settings: SamplingSettings,
    ) -> None:
        self._talk, self._direction, self._folder, self._heart = talk, direction, folder, heart
        self._settings = settings
        self._rolls: list[Roll] = []
        self._next_s = 0.0

    def on_validation_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """A sample, unless the last one was too dear to make another so soon."""
        if trainer.sanity_checking or time.monotonic() < self._next_s:
            return
        begun = time.monotonic()
        step = trainer.global_step
        model = copy.deepcopy(cast(TrainingModule, pl_module).exported)
        settings = replace(self._settings, seed=step)
        roll = make_sample(model, SAMPLE_BARS, settings, self._direction)
        if self._direction.interrupted:
            return
        self._rolls = [*self._rolls[-7:], roll]
        self._folder.mkdir(parents=True, exist_ok=True)
        write_midi(roll, self._folder / f"step-{step:06}.mid")
        self._talk.say({"sample": {"step": step, "roll": roll_to_json(roll)}})
        self._talk.say({"by_heart": {"step": step, **self._heart.judge(self._rolls)}})
        took_s = time.monotonic() - begun
        self._next_s = time.monotonic() + took_s / SAMPLES_SHARE


def make_sample(
    model: Fractal,
    bars: int,
    settings: SamplingSettings,
    direction: Direction,
    longest_s: float = LONGEST_SAMPLE_S,
) -> Roll:
    """A few bars of a generator's; fewer after `longest_s` seconds, or where an order waits.

    The weights are moved to the CPU, where one roll at a time is made about as fast.
    """
    with torch.inference_mode():
        sampler = Sampler(TorchEngine(model, "cpu"))
        config = sampler.config
        steps = bars * bar_steps(METRE, config.steps_per_beat)
        codes = _silence(config.height, steps)
        until = time.monotonic() + longest_s
        request = Request(steps, Conditions(metre=METRE))
        for patch in sampler.generate(request, settings):
            height, width = patch.codes.shape
            rows = slice(patch.low_pitch, patch.low_pitch + height)
            codes[rows, patch.start_step : patch.start_step + width] = patch.codes
            if direction.interrupted or time.monotonic() > until:
                break
    return roll_of(config, codes, METRE, 120.0)


def say_last_words(
    talk: Talk, model: Fractal, heart: Heart, direction: Direction, settings: SamplingSettings
) -> None:
    """A longer sample of the finished model, and what it has by heart."""
    roll = make_sample(model, LAST_BARS, settings, direction)
    talk.say({"sample": {"step": None, "roll": roll_to_json(roll)}})
    talk.say({"by_heart": {"step": None, **heart.judge([roll])}})


def _silence(height: int, steps: int) -> Any:
    import numpy as np

    return np.zeros((height, steps), np.uint8)
