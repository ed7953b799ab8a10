"""The options of `fractalroll train` that say what is trained and how, and what comes of them."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from model.commandline import count, positive_float, positive_int, share

if TYPE_CHECKING:
    from model.config import ModelConfig
    from model.trainingconfig import TrainingConfig

FINE_TUNING_RATE = 5e-4
"""Peak learning rate where training begins with trained weights."""
_SETTINGS: dict[str, tuple[Any, str]] = {
    "steps": (positive_int, "updates of the weights (default 10000)"),
    "epochs": (positive_float, "passes over the music, instead of --steps"),
    "batch_size": (positive_int, "windows per update"),
    "window_steps": (positive_int, "length of a window in grid steps"),
    "hop_steps": (
        positive_int,
        "distance of training windows in grid steps (default: half a window)",
    ),
    "learning_rate": (positive_float, "peak learning rate"),
    "learning_rate_floor": (share, "where the cosine ends, as a share of the peak"),
    "warmup_steps": (count, "updates until the learning rate is at its peak"),
    "weight_decay": (float, "weight decay of AdamW"),
    "gradient_clip": (float, "largest norm of the gradient, 0 = off"),
    "ema_decay": (share, "decay of the averaged weights, 0 = off"),
    "shift_range": (count, "transpose by up to so many semitones"),
    "unshifted_share": (share, "share of windows left untransposed"),
    "validation_interval": (positive_int, "updates between validations"),
    "validation_windows": (positive_int, "windows per validation"),
    "patience": (count, "validations without a new best until it stops, 0 = never"),
    "log_interval": (positive_int, "updates per line of the curves"),
    "checkpoint_interval": (positive_int, "updates between checkpoints"),
    "seed": (count, "fixes all randomness"),
    "threads": (positive_int, "CPU threads of torch"),
    "devices": (positive_int, "GPUs (or CPU processes) per machine"),
    "nodes": (positive_int, "machines"),
}


def add_model_options(parser: argparse.ArgumentParser) -> None:
    """Add what the model is."""
    from model.presets import PRESETS

    model = parser.add_argument_group("the model")
    model.add_argument("--preset", default="small", metavar="NAME",
                       help=f"{', '.join(PRESETS)} (default %(default)s)")  # fmt: skip
    model.add_argument("--config", type=Path, metavar="JSON",
                       help="a model config of your own instead of a preset")  # fmt: skip
    model.add_argument("--from", dest="begin_from", metavar="BUNDLE",
                       help="fine-tune: begin with this model, by path or name, instead of a"
                            " preset")  # fmt: skip
    model.add_argument("--kinds", metavar="ar,mar,...", help="level types, coarse to fine")
    model.add_argument("--grid", type=int, choices=(4, 6, 8, 12, 24), metavar="STEPS",
                       help="steps per beat: 4, 6, 8, 12, 24 (default: the preset's)")  # fmt: skip
    model.add_argument("--dropout", type=share, metavar="X", help="share of activations dropped")
    model.add_argument("--condition-dropout", type=share, metavar="X",
                       help="share of rolls for which a condition is withheld")  # fmt: skip


def add_training_options(parser: argparse.ArgumentParser) -> None:
    """Add how it is trained."""
    from model.trainingconfig import ACCELERATORS, PRECISIONS

    training = parser.add_argument_group("the training")
    for name, (kind, text) in _SETTINGS.items():
        training.add_argument(_flag(name), type=kind, metavar="N", help=text)
    training.add_argument("--minutes", type=positive_float, metavar="N",
                          help="end with what there is after so many minutes")  # fmt: skip
    training.add_argument("--seconds", type=positive_float, metavar="N", help="the same in seconds")
    training.add_argument("--precision", choices=PRECISIONS, help="arithmetic")
    training.add_argument("--accelerator", choices=ACCELERATORS, help="hardware")


def _flag(name: str) -> str:
    return "--" + name.replace("_", "-")


def given_settings(arguments: argparse.Namespace) -> dict[str, Any]:
    """Training settings that stand on the command line."""
    names = (*_SETTINGS, "precision", "accelerator")
    found = {name: getattr(arguments, name) for name in names}
    return {name: value for name, value in found.items() if value is not None}


def training_config(arguments: argparse.Namespace) -> TrainingConfig:
    """The settings given, defaults otherwise; a short run gets a warm-up that fits it."""
    from model.trainingconfig import TrainingConfig

    given = given_settings(arguments)
    if arguments.begin_from is not None:
        given.setdefault("learning_rate", FINE_TUNING_RATE)
    if "epochs" in given and "steps" not in given:
        given["steps"] = None
    default = TrainingConfig()
    if given.get("steps") is not None:
        given.setdefault("warmup_steps", min(default.warmup_steps, given["steps"] // 10))
    if "window_steps" in given:
        given.setdefault("hop_steps", max(1, given["window_steps"] // 2))
    return TrainingConfig(**given)


def model_config_of(arguments: argparse.Namespace) -> ModelConfig:
    """The config file, the preset or the bundle's, with what the command line changes of it."""
    import dataclasses

    from model.bundleinfo import read_info
    from model.config import ConfigError, ModelConfig
    from model.presets import preset

    if arguments.begin_from is not None:
        _refuse_another_shape(arguments)
        config = read_info(arguments.begin_from).config
    elif arguments.config is None:
        config = preset(arguments.preset)
    else:
        try:
            config = ModelConfig.from_json(arguments.config.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as err:
            raise ConfigError(f"can't read the model config {arguments.config}: {err}") from err
    changes: dict[str, Any] = {
        "dropout": arguments.dropout,
        "condition_dropout": arguments.condition_dropout,
        "steps_per_beat": arguments.grid,
    }
    if arguments.kinds:
        kinds = arguments.kinds.split(",")
        if len(kinds) != len(config.levels):
            raise ConfigError(
                f"--kinds names {len(kinds)} levels, the model has {len(config.levels)}"
            )
        pairs = zip(config.levels, kinds, strict=True)
        changes["levels"] = tuple(dataclasses.replace(level, kind=kind) for level, kind in pairs)
    return dataclasses.replace(config, **{k: v for k, v in changes.items() if v is not None})


def limit_s(arguments: argparse.Namespace) -> float | None:
    """Seconds after which the training is to end; None has no limit."""
    if arguments.seconds is not None:
        return float(arguments.seconds)
    return None if arguments.minutes is None else 60.0 * arguments.minutes


def _refuse_another_shape(arguments: argparse.Namespace) -> None:
    """Fine-tuning keeps the model's shape.

    Raises:
        ConfigError: the command line asks for another.
    """
    from model.config import ConfigError

    asked = [name for name in ("config", "kinds", "grid") if getattr(arguments, name) is not None]
    if asked:
        raise ConfigError(
            f"--from keeps the model as it is, so --{asked[0]} can't go with it; leave one out"
        )
