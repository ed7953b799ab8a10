"""What `fractalroll train` does besides training: measure, and tell how it goes."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from torch import Tensor

from model.checkpoint import read_checkpoint
from model.commandline import finish, say
from model.datamodule import Split
from model.scancommand import open_told
from model.settings import SamplingSettings
from model.trainingrun import Run
from model.trainoptions import limit_s, model_config_of, training_config

if TYPE_CHECKING:
    from lightning.pytorch.callbacks import Callback
    from lightning.pytorch.loggers.logger import Logger

    from model.cache import Cache
    from model.childtalk import Talk
    from model.trainingconfig import TrainingConfig
    from model.trainingdirection import Direction
    from model.trainingevents import Heart


def run_measure(arguments: argparse.Namespace, talk: Talk | None) -> int:
    """Say how long the training would take; 0."""
    from model.trainingevents import Heart
    from model.trainingspeed import measure_cost

    model_config, config = model_config_of(arguments), training_config(arguments)
    cache = open_told(arguments, model_config, talk)
    train, valid = (
        Split(cache.windows(name, config.window_steps, hop), model_config, cache.styles)
        for name, hop in (("train", config.hop_steps), ("valid", config.window_steps))
    )
    if not len(train) or not len(valid):
        from model.errors import CacheError

        raise CacheError(
            f"{len(cache.songs)} songs are too few to train on and to validate; give two or more"
        )
    weights = first_weights(arguments, None)
    cost = measure_cost(train, valid, config, Heart(cache).judge, weights)
    total = config.total_steps(len(train))
    span = cost.span(total, config.validation_interval, limit_s(arguments))
    report = {**cost.to_json(), **asdict(span), "steps": total, "windows": len(train)}
    if talk is not None:
        talk.say({"done": report})
        return 0
    say(
        f"{total} steps take {span.low_s / 60:.1f} to {span.high_s / 60:.1f} minutes here, with"
        f" everything from the start to the graphs ({cost.update_s:.3f} s an update,"
        f" {cost.validation_s:.1f} s a validation)"
    )
    finish(report, as_json=arguments.json)
    return 0


def first_weights(arguments: argparse.Namespace, run: Run | None) -> Mapping[str, Tensor] | None:
    """The weights that a fine-tuning begins with; None where it begins anew.

    A run that is resumed before its first checkpoint begins with the same bundle as at first.

    Raises:
        BundleError: the bundle can't be read.
    """
    from model.bundle import load_bundle
    from model.bundleinfo import find_bundle

    source = arguments.begin_from
    if run is not None and arguments.resume:
        source = run.begun_from if run.last() is None else None
    if source is None:
        return None
    weights: Mapping[str, Tensor] = load_bundle(source).model.state_dict()
    if run is not None and not arguments.resume:
        run.begin_from(str(find_bundle(source).resolve()))
    return weights


@dataclass
class Company:
    """What goes along with a training that is told about; empty where it is not."""

    loggers: list[Logger] = field(default_factory=list)
    callbacks: list[Callback] = field(default_factory=list)
    talk: Talk | None = None
    heart: Heart | None = None
    settings: SamplingSettings = field(default_factory=SamplingSettings)

    def say_last_words(self, run: Run, direction: Direction) -> None:
        """A longer sample of the result and what it has by heart."""
        if self.talk is None or self.heart is None:
            return
        from model.trainingevents import say_last_words

        self.talk.say({"finishing": True})
        say_last_words(self.talk, run.best_model(), self.heart, direction, self.settings)


def company(
    talk: Talk | None,
    direction: Direction,
    run: Run,
    cache: Cache,
    train: Split,
    config: TrainingConfig,
    settings: SamplingSettings,
) -> Company:
    """Curves, samples and orders as lines; nothing where nobody listens."""
    if talk is None:
        return Company()
    from model.trainingevents import EventCurves, Heart, Samples, say_earlier_curves

    direction.said = lambda paused, step: talk.say({"paused" if paused else "resumed": step})
    total = config.total_steps(max(1, len(train)))
    last = run.last()
    step = 0 if last is None else int(read_checkpoint(last)["global_step"])
    talk.say(
        {"started": {**_facts(cache, train, total), "resumed": last is not None, "step": step}}
    )
    say_earlier_curves(talk, run, step)
    heart = Heart(cache)
    samples = Samples(talk, direction, run.folder / "samples", heart, settings)
    return Company([EventCurves(talk)], [samples], talk, heart, settings)


def _facts(cache: Cache, train: Split, total: int) -> dict[str, Any]:
    """What a training is about to do."""
    return {
        "total_steps": total,
        "levels": [level.kind for level in train.model_config.levels],
        "windows": len(train),
        "songs": len(cache.songs),
    }
