"""`fractalroll evaluate`: how well a bundle knows music that it has never seen."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from model.commandline import add_json, count, finish, positive_int, say
from model.extras import needs_training
from model.musicsource import add_music_options, open_music

if TYPE_CHECKING:
    from model.bundle import Bundle
    from model.cache import Cache
    from model.commandline import Subparsers
    from model.comparison import Comparison
    from model.evaluation import Likelihood

_PICTURED = 4
_DESCRIPTION = """\
Say how probable a model finds held-out music, in nats per frame and per note with a 95 % interval
over songs, and lay figures of generated music beside those of real music.

Every step of every song of the split is scored once. The likelihood is exact where all levels of
the model are AR, and an upper bound of the nats where one is MAR. Metre, place in the bar and style
are told to the model; key and density only with --tell, since they are measured on the very notes.
"""
_EPILOG = """\
examples:
  fractalroll evaluate my-run/bundle ~/midi
  fractalroll evaluate my-run/bundle ~/midi --bars 200 --picture beside.png --update-card
  fractalroll evaluate my-run/bundle ~/midi --songs 20 --bars 0 --json     a quick look
"""


def add_evaluate_parser(subparsers: Subparsers) -> argparse.ArgumentParser:
    """Describe `fractalroll evaluate`."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "evaluate",
        help="how well a model knows held-out music",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("model", metavar="MODEL", help="folder or name of a bundle")
    parser.add_argument(
        "folders", nargs="+", metavar="FOLDER", help="folders of MIDI files, or `chorales`"
    )
    add = parser.add_argument
    add("--split", choices=("train", "valid", "test"), default="test",
        help="which songs (default %(default)s)")  # fmt: skip
    add("--songs", type=positive_int, metavar="N", help="only so many, evenly spaced")
    add("--window-steps", type=positive_int, metavar="N",
        help="length of a window (default: what the model looks back at)")  # fmt: skip
    add("--tell", default="metre,style", metavar="A,B",
        help="what the model is told of metre,style,key,density (default %(default)s)")  # fmt: skip
    add("--bars", type=count, default=200, metavar="N",
        help="bars to generate and compare, 0 = none (default %(default)s)")  # fmt: skip
    add("--picture", type=Path, metavar="OUT.png", help="draw real and generated music")
    add("--seed", type=count, default=0, metavar="N", help="of sampling (default %(default)s)")
    add("--temperature", type=float, default=1.0, metavar="X", help="of sampling (default 1)")
    add("--threads", type=positive_int, metavar="N", help="CPU threads of torch")
    add("--update-card", action="store_true", help="write the figures into the bundle's card")
    add_music_options(parser)
    add_json(parser)
    return parser


@needs_training("fractalroll evaluate")
def run_evaluate(arguments: argparse.Namespace) -> int:
    """Carry out `fractalroll evaluate`.

    Raises:
        ModelError: what went wrong.
    """
    import torch

    from model.bundle import load_bundle
    from model.evaluation import held_out_likelihood

    told = _told(arguments.tell)
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    bundle = load_bundle(arguments.model)
    cache = open_music(arguments, bundle.info.config)
    likelihood = held_out_likelihood(
        bundle.model, cache, arguments.split, told=told,
        songs=arguments.songs, window_steps=arguments.window_steps,
    )  # fmt: skip
    _say_likelihood(likelihood)
    report: dict[str, Any] = {"model": str(bundle.info.path), "likelihood": likelihood.to_json()}
    if arguments.bars:
        comparison = _compare(arguments, bundle, cache)
        report["real"] = comparison.real.to_json()
        report["generated"] = comparison.generated.to_json()
    if arguments.update_card:
        _update_card(bundle, report)
    finish(report, as_json=arguments.json)
    return 0


def _told(text: str) -> tuple[Any, ...]:
    """Conditions by name.

    Raises:
        EvaluationError: a name isn't known.
    """
    from model.evaluation import CONDITIONS, EvaluationError

    names = tuple(name.strip() for name in text.split(",") if name.strip())
    if unknown := [name for name in names if name not in CONDITIONS]:
        raise EvaluationError(f"--tell knows {', '.join(CONDITIONS)}, not {', '.join(unknown)}")
    return names


def _say_likelihood(found: Likelihood) -> None:
    """The likelihood for people."""
    say(
        f"{found.split}: {found.songs} songs, {found.frames} frames, {found.notes} notes;"
        f" told {', '.join(found.told) or 'nothing'}; windows of {found.window_steps} steps"
    )
    what = "exact" if found.kind == "exact" else "upper bound"
    say(f"nats per frame ({what}): {found.nats_per_frame}")
    say(f"nats per note  ({what}): {found.nats_per_note}")
    for name, nats in found.levels.items():
        say(f"  {name}: {nats:.4f} nats per frame")


def _compare(arguments: argparse.Namespace, bundle: Bundle, cache: Cache) -> Comparison:
    """Figures of generated and real music, and their picture if one is wanted."""
    from model.comparison import compare_with_real
    from model.picture import draw_rolls
    from model.sampler import Sampler
    from model.settings import SamplingSettings
    from model.statistics import compare
    from model.torchengine import TorchEngine

    settings = SamplingSettings(temperature=arguments.temperature, seed=arguments.seed)
    sampler = Sampler(TorchEngine(bundle.model))
    found = compare_with_real(
        sampler, cache, arguments.split, bars=arguments.bars, settings=settings
    )
    say(compare({"real": found.real, "generated": found.generated}))
    if arguments.picture is not None:
        step = max(1, len(found.pairs) // _PICTURED)
        pairs = found.pairs[::step][:_PICTURED]
        panels = [(f"real: {pair.title}", pair.real) for pair in pairs]
        panels += [(f"generated: {pair.title}", pair.generated) for pair in pairs]
        draw_rolls(panels, arguments.picture)
        say(f"wrote {arguments.picture}")
    return found


def _update_card(bundle: Bundle, report: dict[str, Any]) -> None:
    """Write what was measured into the bundle's card."""
    from model.bundleinfo import add_figures

    likelihood = report["likelihood"]
    split = likelihood["split"]
    figures: dict[str, Any] = {
        f"{split}, nats per frame ({likelihood['kind']})": likelihood["nats_per_frame"],
        f"{split}, nats per note ({likelihood['kind']})": likelihood["nats_per_note"],
        f"{split}, songs": likelihood["songs"],
        f"{split}, told": ", ".join(likelihood["told"]),
    }
    for side in ("real", "generated"):
        if side in report:
            figures[f"{split}, {side} music"] = report[side]
    add_figures(bundle.info.path, figures)
    say(f"figures written to the card of {bundle.info.path}")
