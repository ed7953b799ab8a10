"""`fractalroll train`: from a folder of MIDI files to a bundle."""

from __future__ import annotations

import argparse
import json
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from model.commandline import add_json, finish, note, say, share
from model.errors import ModelError
from model.extras import needs_training
from model.musicsource import add_music_options, data_sources
from model.trainoptions import (
    add_model_options,
    add_training_options,
    given_settings,
    limit_s,
    model_config_of,
    training_config,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from model.bundleinfo import Card
    from model.cache import Cache
    from model.childtalk import Talk
    from model.commandline import Subparsers
    from model.config import ModelConfig
    from model.training import Run, TrainingResult

    AddGraphs = Callable[[Path], object]
    """Writes graphs into a bundle."""

_DESCRIPTION = """\
Train a generator on MIDI files and leave it as a bundle in OUT/bundle.

FOLDER is searched with everything below it. A file's style is the first folder below FOLDER (with
several FOLDERs: the folder's own name), and can be asked for when generating. Where train.txt,
valid.txt and test.txt lie beside the files, they say what is held out; otherwise a hash of each
file's content decides. `fractalroll train chorales` takes Bach's chorales from music21
(pip install "fractalroll[chorales]").

The bundle gets its ONNX graphs as well (see `fractalroll export`), so that it plays without torch
and fast. Everything about a run lies in OUT: settings, checkpoints, curves as CSV and for
TensorBoard. Ctrl-C ends after the update under way; `fractalroll train --resume --out OUT FOLDER`
goes on, also after a crash, as if nothing had happened.
"""
_EPILOG = """\
examples:
  fractalroll train --check                        can this machine train at all? (two minutes)
  fractalroll train ~/midi --steps 5000            the preset `small`
  fractalroll train ~/midi --preset tiny --epochs 10 --out tiny-run
  fractalroll train ~/midi --kinds mar,ar,ar       other level types for the same shapes
  fractalroll train ~/midi --out tiny-run --resume
  fractalroll train ~/midi --from standard --minutes 10    fine-tune the bundled model
  fractalroll train ~/midi --scan                  what is in the folder, and what is refused
  tensorboard --logdir tiny-run/curves             look at the curves
"""


def add_train_parser(subparsers: Subparsers) -> argparse.ArgumentParser:
    """Describe `fractalroll train`."""
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
    parser.add_argument(
        "--scan", action="store_true", help="say what FOLDER holds, what is refused and why"
    )
    parser.add_argument(
        "--measure", action="store_true", help="say how long the training would take here"
    )
    add_model_options(parser)
    add_music_options(parser)
    add_training_options(parser)
    _add_bundle_options(parser)
    add_json(parser)
    parser.add_argument(
        "--events",
        action="store_true",
        help="print JSON lines as it goes and obey those on stdin (pause, resume, finish, stop);"
        " ends with a checkpoint when stdin closes",
    )
    parser.add_argument("--sample-top-p", type=share, default=1.0, metavar="X",
                        help="with --events: the bars made on the way leave out what is"
                             " improbable, as --top-p of `generate`")  # fmt: skip
    return parser


def _add_bundle_options(parser: argparse.ArgumentParser) -> None:
    bundle = parser.add_argument_group("the bundle")
    bundle.add_argument(
        "--card",
        type=Path,
        metavar="JSON",
        help="what the model card should say: name, description, licence, command, and data as a"
        " list of name, licence, source",
    )
    bundle.add_argument(
        "--storage",
        choices=("float16", "float32"),
        default="float16",
        help="how the bundle stores weights (default %(default)s)",
    )
    bundle.add_argument(
        "--add-as", metavar="NAME", help="also put the bundle among your own models, by this name"
    )
    bundle.add_argument(
        "--no-graphs", dest="graphs", action="store_false", help="leave the ONNX graphs out"
    )


def run_train(arguments: argparse.Namespace, add_graphs: AddGraphs | None = None) -> int:
    """Carry out `fractalroll train`.

    Args:
        arguments: as `add_train_parser` describes them.
        add_graphs: Writes graphs into the bundle that a training leaves, so that it plays as fast
            as it can; what goes wrong there is said, and the bundle plays without.

    Returns:
        0: trained to the end (or the check passed), 1: the check failed, 130: stopped by Ctrl-C.

    Raises:
        ModelError: what went wrong.
    """
    if not arguments.events:
        return _run(arguments, add_graphs, None)
    from model.childtalk import Talk

    talk = Talk.on_pipes()
    talk.beat()
    try:
        return _run(arguments, add_graphs, talk)
    except ModelError as err:
        talk.say({"failed": str(err)})
        raise


@needs_training("fractalroll train")
def _run(arguments: argparse.Namespace, add_graphs: AddGraphs | None, talk: Talk | None) -> int:
    """Scan, measure, check or train; `talk` says how it goes."""
    if arguments.check:
        from model.checkcommand import run_check

        return run_check(arguments)
    from model.errors import CacheError

    if not arguments.folders:
        raise CacheError("train needs a FOLDER of MIDI files (or `chorales`, or --check)")
    if arguments.scan:
        from model.scancommand import run_scan

        return run_scan(arguments, talk)
    if arguments.measure:
        from model.traintasks import run_measure

        return run_measure(arguments, talk)
    return _train(arguments, add_graphs, talk)


def _train(arguments: argparse.Namespace, add_graphs: AddGraphs | None, talk: Talk | None) -> int:
    """From music to a bundle."""
    from model.trainingdirection import Direction, listen

    direction = Direction(limit_s(arguments))
    if talk is not None:
        listen(talk, direction)  # before anything heavy is loaded: a window may close at once
    from model.datamodule import Split
    from model.scancommand import open_told
    from model.settings import SamplingSettings
    from model.training import Run, is_first_process, train
    from model.traintasks import company, first_weights

    run = Run(arguments.out)
    if arguments.resume:
        model_config, config = run.configs()
        config = config.resumed_with(given_settings(arguments))
        cache = open_told(arguments, model_config, talk)
    else:
        model_config, config = model_config_of(arguments), training_config(arguments)
        run.refuse_if_used()
        cache = open_told(arguments, model_config, talk)
        model_config = _with_styles(model_config, cache)
    card = _card(arguments, cache)
    windows = (
        cache.windows("train", config.window_steps, config.hop_steps),
        cache.windows("valid", config.window_steps, config.window_steps),
    )
    splits = [Split(one, model_config, cache.styles) for one in windows]
    note(f"{len(splits[0])} training windows, {len(splits[1])} for validation")
    weights = first_weights(arguments, run)
    guests = company(talk, direction, run, cache, splits[0], config,
                     SamplingSettings(top_p=arguments.sample_top_p))  # fmt: skip
    result = train(splits[0], splits[1], config, arguments.out, resume=arguments.resume,
                   direction=direction, weights=weights, progress=talk is None,
                   loggers=guests.loggers, callbacks=guests.callbacks)  # fmt: skip
    if not is_first_process():
        return 0
    report = _report(result, arguments.out)
    left = talk is not None and result.end == "interrupted"  # a window closes: nobody waits
    if result.best_loss is not None and not left:
        bundle = _write_bundle(arguments, run, card, result)
        report["bundle"] = str(bundle)
        if result.end != "interrupted":
            guests.say_last_words(run, direction)
            if add_graphs and arguments.graphs:
                report["graphs"] = _try_graphs(add_graphs, bundle)
            if arguments.add_as is not None:
                report["added"] = str(_add_as(bundle, arguments.add_as))
    _say_result(report)
    finish(report, as_json=arguments.json)
    if talk is not None:
        talk.say({"done": report})
    return 130 if result.end == "interrupted" else 0


def _add_as(bundle: Path, name: str) -> Path:
    """A copy of a bundle among the user's own, there whole or not at all.

    Raises:
        BundleError: one of that name is there, or the disk refuses.
    """
    import shutil
    import tempfile

    from model.bundleinfo import BundleError, user_folder

    place = user_folder() / name
    if place.exists():
        raise BundleError(f"can't add the model as {name}: there is one; {bundle} has it")
    try:
        user_folder().mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=user_folder(), prefix=".added.") as scratch:
            fresh = Path(scratch) / name
            shutil.copytree(bundle, fresh)
            fresh.rename(place)
    except OSError as err:
        raise BundleError(f"can't add the model as {name}: {err}; {bundle} has it") from err
    return place


def _with_styles(config: ModelConfig, cache: Cache) -> ModelConfig:
    """The config with the music's styles, where it names none of its own."""
    import dataclasses

    return config if config.styles else dataclasses.replace(config, styles=cache.styles)


def _card(arguments: argparse.Namespace, cache: Cache) -> Card:
    """The model card, but for its figures; read before the training, so that faults show early."""
    import datetime

    from model.bundleinfo import BundleError, Card

    card = Card(
        name=arguments.add_as or arguments.out.resolve().name,
        data=data_sources(cache),
        command="fractalroll " + shlex.join(sys.argv[1:]),
        created=datetime.datetime.now(tz=datetime.UTC).date().isoformat(),
    )
    if arguments.card is None:
        return card
    try:
        return card.completed(arguments.card.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as err:
        raise BundleError(f"can't read {arguments.card}, what the card should say: {err}") from err


def _write_bundle(
    arguments: argparse.Namespace, run: Run, card: Card, result: TrainingResult
) -> Path:
    """The best weights as a bundle in OUT/bundle."""
    import dataclasses

    from model.bundle import save_bundle

    _, config = run.configs()
    figures = {
        "validation, nats per frame": result.best_loss,
        "best step": result.best_step,
        "steps": result.steps,
        "training settings": json.loads(config.to_json()),
    }
    path = run.folder / "bundle"
    card = dataclasses.replace(card, figures=figures)
    save_bundle(path, run.best_model(), card, storage=arguments.storage, replace=True)
    return path


def _try_graphs(add_graphs: AddGraphs, bundle: Path) -> bool:
    """Whether a bundle has graphs now."""
    from model.errors import ModelError

    note("writing the model as graphs, and checking them")
    try:
        add_graphs(bundle)
    except ModelError as err:
        note(f"no graphs: {err}")
        return False
    return True


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
        "cut short": "ended before the last update, as was asked",
        "interrupted": "interrupted; --resume goes on from here",
    }
    say(f"{ends[report['end']]}: {report['steps']} of {report['total_steps']} steps")
    if report["best_loss"] is not None:
        say(
            f"best validation: {report['best_loss']:.4f} nats a frame at step {report['best_step']}"
        )
    if "bundle" in report:
        say(f"bundle: {report['bundle']}")
        say(f"listen: fractalroll generate {report['bundle']} --out first.mid")
