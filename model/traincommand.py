"""`fractalroll train`: from a folder of MIDI files to a bundle."""

from __future__ import annotations

import argparse
import json
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from model.commandline import (
    add_json,
    count,
    finish,
    note,
    positive_float,
    positive_int,
    say,
    share,
)
from model.musicsource import add_music_options, data_sources, open_music

if TYPE_CHECKING:
    from model.cache import Cache
    from model.commandline import Subparsers
    from model.config import ModelConfig
    from model.training import Run, TrainingResult
    from model.trainingconfig import TrainingConfig

_DESCRIPTION = """\
Train a generator on MIDI files and leave it as a bundle in OUT/bundle.

FOLDER is searched with everything below it. A file's style is the first folder below FOLDER (with
several FOLDERs: the folder's own name), and can be asked for when generating. Where train.txt,
valid.txt and test.txt lie beside the files, they say what is held out; otherwise a hash of each
file's content decides. `fractalroll train chorales` takes Bach's chorales from music21
(pip install "fractalroll[chorales]").

Everything about a run lies in OUT: settings, checkpoints, curves as CSV and for TensorBoard.
Ctrl-C ends after the update under way; `fractalroll train --resume --out OUT FOLDER` goes on, also
after a crash, as if nothing had happened.
"""
_EPILOG = """\
examples:
  fractalroll train --check                        can this machine train at all? (two minutes)
  fractalroll train ~/midi --steps 5000            the preset `small`
  fractalroll train ~/midi --preset tiny --epochs 10 --out tiny-run
  fractalroll train ~/midi --kinds mar,ar,ar       other level types for the same shapes
  fractalroll train ~/midi --out tiny-run --resume
  tensorboard --logdir tiny-run/curves             look at the curves
"""

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


def add_train_parser(subparsers: Subparsers) -> argparse.ArgumentParser:
    """Describe `fractalroll train`."""
    from model.trainingconfig import ACCELERATORS, PRECISIONS

    parser = subparsers.add_parser(
        "train",
        help="train a model of your own, from your MIDI files",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "folders", nargs="*", metavar="FOLDER", help="folders of MIDI files, or `chorales`"
    )
    parser.add_argument("--out", type=Path, default=Path("fractalroll-run"), metavar="DIR",
                        help="folder of the run (default %(default)s)")  # fmt: skip
    parser.add_argument("--resume", action="store_true", help="go on with the run in OUT")
    parser.add_argument("--check", action="store_true",
                        help="train two tiny models on a handful of pieces and say whether they "
                             "learn; needs no FOLDER")  # fmt: skip
    model = parser.add_argument_group("the model")
    model.add_argument("--preset", default="small", metavar="NAME",
                       help="tiny, small, base or classic (default %(default)s)")  # fmt: skip
    model.add_argument("--config", type=Path, metavar="JSON",
                       help="a model config of your own instead of a preset")  # fmt: skip
    model.add_argument("--kinds", metavar="ar,mar,...", help="level types, coarse to fine")
    model.add_argument("--grid", type=int, choices=(4, 6, 8, 12, 24), metavar="STEPS",
                       help="steps per beat: 4, 6, 8, 12, 24 (default: the preset's)")  # fmt: skip
    model.add_argument("--dropout", type=share, metavar="X", help="share of activations dropped")
    model.add_argument("--condition-dropout", type=share, metavar="X",
                       help="share of rolls for which a condition is withheld")  # fmt: skip
    model.add_argument("--name", metavar="NAME", help="name on the model card (default: OUT's)")
    model.add_argument("--licence", default="", metavar="TEXT",
                       help="licence of the weights, for the card")  # fmt: skip
    add_music_options(parser)
    training = parser.add_argument_group("the training")
    for name, (kind, text) in _SETTINGS.items():
        training.add_argument(_flag(name), type=kind, metavar="N", help=text)
    training.add_argument("--precision", choices=PRECISIONS, help="arithmetic")
    training.add_argument("--accelerator", choices=ACCELERATORS, help="hardware")
    training.add_argument("--storage", choices=("float16", "float32"), default="float16",
                          help="how the bundle stores weights (default %(default)s)")  # fmt: skip
    add_json(parser)
    return parser


def run_train(arguments: argparse.Namespace) -> int:
    """Carry out `fractalroll train`.

    Returns:
        0: trained to the end (or the check passed), 1: the check failed, 130: stopped by Ctrl-C.

    Raises:
        ModelError: what went wrong.
    """
    if arguments.check:
        from model.checkcommand import run_check

        return run_check(arguments)
    from model.errors import CacheError

    if not arguments.folders:
        raise CacheError("train needs a FOLDER of MIDI files (or `chorales`, or --check)")
    from model.datamodule import Split
    from model.training import Run, is_first_process, train

    run = Run(arguments.out)
    if arguments.resume:
        model_config, config = run.configs()
        config = config.resumed_with(_given(arguments))
        cache = open_music(arguments, model_config)
    else:
        model_config, config = _model_config(arguments), _training_config(arguments)
        run.refuse_if_used()
        cache = open_music(arguments, model_config)
        model_config = _with_styles(model_config, cache)
    windows = (
        cache.windows("train", config.window_steps, config.hop_steps),
        cache.windows("valid", config.window_steps, config.window_steps),
    )
    splits = [Split(one, model_config, cache.styles) for one in windows]
    note(f"{len(splits[0])} training windows, {len(splits[1])} for validation")
    result = train(splits[0], splits[1], config, arguments.out, resume=arguments.resume)
    if not is_first_process():
        return 0
    report = _report(result, arguments.out)
    if result.best_loss is not None:
        report["bundle"] = str(_write_bundle(arguments, run, cache, result))
    _say_result(report)
    finish(report, as_json=arguments.json)
    return 130 if result.end == "interrupted" else 0


def _flag(name: str) -> str:
    return "--" + name.replace("_", "-")


def _given(arguments: argparse.Namespace) -> dict[str, Any]:
    """Training settings that stand on the command line."""
    names = (*_SETTINGS, "precision", "accelerator")
    found = {name: getattr(arguments, name) for name in names}
    return {name: value for name, value in found.items() if value is not None}


def _training_config(arguments: argparse.Namespace) -> TrainingConfig:
    """The settings given, defaults otherwise; a short run gets a warm-up that fits it."""
    from model.trainingconfig import TrainingConfig

    given = _given(arguments)
    if "epochs" in given and "steps" not in given:
        given["steps"] = None
    default = TrainingConfig()
    if given.get("steps") is not None:
        given.setdefault("warmup_steps", min(default.warmup_steps, given["steps"] // 10))
    if "window_steps" in given:
        given.setdefault("hop_steps", max(1, given["window_steps"] // 2))
    return TrainingConfig(**given)


def _model_config(arguments: argparse.Namespace) -> ModelConfig:
    """The config file or the preset, with what the command line changes of it."""
    import dataclasses

    from model.config import ConfigError, ModelConfig
    from model.presets import preset

    if arguments.config is None:
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


def _with_styles(config: ModelConfig, cache: Cache) -> ModelConfig:
    """The config with the music's styles, where it names none of its own."""
    import dataclasses

    return config if config.styles else dataclasses.replace(config, styles=cache.styles)


def _write_bundle(
    arguments: argparse.Namespace, run: Run, cache: Cache, result: TrainingResult
) -> Path:
    """The best weights as a bundle in OUT/bundle."""
    import datetime

    from model.bundle import save_bundle
    from model.bundleinfo import Card

    _, config = run.configs()
    card = Card(
        name=arguments.name or arguments.out.resolve().name,
        licence=arguments.licence,
        data=data_sources(cache),
        figures={
            "validation nats per frame": result.best_loss,
            "best step": result.best_step,
            "steps": result.steps,
            "seconds of this call": round(result.seconds, 1),
            "training settings": json.loads(config.to_json()),
        },
        command="fractalroll " + shlex.join(sys.argv[1:]),
        created=datetime.date.today().isoformat(),
    )
    path = run.folder / "bundle"
    save_bundle(path, run.best_model(), card, storage=arguments.storage, replace=True)
    return path


def _report(result: TrainingResult, out: Path) -> dict[str, Any]:
    """How the run ended, for machines."""
    return {
        "end": result.end,
        "out": str(out),
        "steps": result.steps,
        "total_steps": result.total_steps,
        "best_loss": result.best_loss,
        "best_step": result.best_step,
        "seconds": round(result.seconds, 3),
    }


def _say_result(report: dict[str, Any]) -> None:
    """How the run ended, for people."""
    ends = {
        "finished": "trained to the end",
        "early": "stopped early: validation got no better",
        "interrupted": "interrupted; --resume goes on from here",
    }
    say(f"{ends[report['end']]}: {report['steps']} of {report['total_steps']} steps")
    if report["best_loss"] is not None:
        say(
            f"best validation: {report['best_loss']:.4f} nats a frame at step {report['best_step']}"
        )
        say(f"bundle: {report['bundle']}")
        say(f"listen: fractalroll generate {report['bundle']} --out first.mid")
