"""`fractalroll generate`: music from a bundle, as MIDI files and pictures."""

from __future__ import annotations

import argparse
import secrets
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from model.commandline import (
    add_json,
    count,
    finish,
    positive_float,
    positive_int,
    program,
    say,
    share,
)

if TYPE_CHECKING:
    from model.commandline import Subparsers
    from model.conditions import Conditions
    from model.config import ModelConfig
    from model.livesource import OpenEngine
    from model.roll import Roll
    from model.sampler import Request, Sampler
    from model.settings import SamplingSettings

_DESCRIPTION = """\
Make music with a trained model and write it as a MIDI file.

MODEL is the folder of a bundle, such as `fractalroll train` leaves, or the name of one; without it
the bundled model plays. The same seed makes the same notes. What is asked of the music (style,
key, metre, density) is a wish that the model learnt to follow; --guidance makes it follow closer.
"""
_EPILOG = """\
examples:
  fractalroll generate --bars 16 --out piece.mid --picture piece.png
  fractalroll generate --key Am --metre 3/4 --tempo 90 --guidance 2 --out waltz.mid
  fractalroll generate --prompt begin.mid --bars 8 --out whole.mid     go on from a file
  fractalroll generate my-run/bundle --count 4 --seed 1 --out try.mid  try-1.mid ... try-4.mid
"""


def add_generate_parser(subparsers: Subparsers) -> argparse.ArgumentParser:
    """Describe `fractalroll generate`."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "generate",
        help="music as MIDI files",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("model", nargs="?", metavar="MODEL", help="folder or name of a bundle")
    add = parser.add_argument
    add("--bars", type=positive_int, default=8, metavar="N", help="how many (default %(default)s)")
    add("--out", type=Path, default=Path("fractalroll.mid"), metavar="OUT.mid",
        help="MIDI file (default %(default)s)")  # fmt: skip
    add("--picture", type=Path, metavar="OUT.png", help="draw the piano roll, too")
    add("--count", type=positive_int, default=1, metavar="N", help="so many pieces at once")
    add("--prompt", type=Path, metavar="IN.mid", help="go on from this music; OUT holds both")
    add_json(parser)
    _add_wishes(parser.add_argument_group("the music").add_argument)
    _add_sampling(parser.add_argument_group("the sampling").add_argument)
    return parser


def _add_wishes(add: Any) -> None:
    add("--style", help="one of the styles that the model knows")
    add("--key", help="such as C, F#, Am or Ebm")
    add("--metre", metavar="N/D", help="such as 3/4 (default: the prompt's, or 4/4)")
    add("--density", type=positive_float, metavar="NOTES", help="notes per beat, about")
    add("--tempo", type=positive_float, metavar="BPM",
        help="quarter notes a minute (default: the prompt's, or 120)")  # fmt: skip
    add("--program", type=program, default=0, metavar="0-127", help="General MIDI instrument")


def _add_sampling(add: Any) -> None:
    add("--seed", type=count, metavar="N", help="the same seed gives the same notes (default: new)")
    add("--temperature", type=float, default=1.0, metavar="X",
        help="above 1 is bolder, 0 always takes the likeliest (default 1)")  # fmt: skip
    add("--top-p", type=share, default=1.0, metavar="P", help="keep the likeliest share P only")
    add("--filter-threshold", "--filter", type=share, default=0.0, metavar="P",
        help="never draw what is less likely than P")  # fmt: skip
    add("--guidance", type=float, default=1.0, metavar="X",
        help="how closely to follow the wishes (default 1: as learnt)")  # fmt: skip
    add("--guidance-schedule", choices=("constant", "linear"), default="constant",
        help="linear: guidance grows from 1 on (default %(default)s)")  # fmt: skip
    add("--rounds", type=positive_int, metavar="N", help="rounds of the MAR levels")


def run_generate(arguments: argparse.Namespace, open_engine: OpenEngine) -> int:
    """Carry out `fractalroll generate`.

    Args:
        arguments: as parsed by the parser of `add_generate_parser`.
        open_engine: loads the model that they name, on the engine that they name.

    Raises:
        ModelError: what went wrong.
    """
    from model.bundleinfo import DEFAULT_NAME, find_bundle
    from model.errors import MidiFileError
    from model.sampler import Sampler

    for file in (arguments.out, arguments.picture):
        if file is not None and not file.absolute().parent.is_dir():
            raise MidiFileError(
                f"Can't write {file}: there is no folder {file.parent}; make it first."
            )
    path = find_bundle(arguments.model or DEFAULT_NAME)
    sampler = Sampler(open_engine(arguments))
    settings = _settings(arguments)
    prompt = _prompt(arguments, sampler.config)
    request = _request(arguments, sampler.config, prompt)
    begun = time.perf_counter()
    rolls = _make(sampler, request, settings, _bpm(arguments, prompt), arguments.program)
    seconds = time.perf_counter() - begun
    music_s = float(rolls[0].step_seconds()[-1]) * len(rolls)
    wholes = [roll if prompt is None else prompt.joined(roll) for roll in rolls]
    files = _write(arguments, wholes)
    notes = [len(roll.notes()) for roll in rolls]
    report = {
        "model": str(path),
        "engine": sampler.engine.name,
        "seed": settings.seed,
        "files": [str(file) for file in files],
        "notes": notes,
        "steps": rolls[0].steps,
        "seconds": round(seconds, 3),
        "realtime_factor": round(music_s / seconds, 2),
    }
    for file in files:
        say(f"wrote {file}")
    say(
        f"{sum(notes)} notes with {report['engine']} in {seconds:.1f} s"
        f" ({report['realtime_factor']} times real time), seed {settings.seed}"
    )
    finish(report, as_json=arguments.json)
    return 0


def _settings(arguments: argparse.Namespace) -> SamplingSettings:
    """How to sample; a seed that isn't given is drawn, and reported."""
    from model.settings import SamplingSettings

    return SamplingSettings(
        temperature=arguments.temperature,
        filter_threshold=arguments.filter_threshold,
        top_p=arguments.top_p,
        guidance=arguments.guidance,
        guidance_schedule=arguments.guidance_schedule,
        seed=secrets.randbelow(2**32) if arguments.seed is None else arguments.seed,
        rounds=arguments.rounds,
    )


def _prompt(arguments: argparse.Namespace, config: ModelConfig) -> Roll | None:
    """The music to go on from, all parts in one, on the model's grid."""
    from model.midifile import read_midi
    from model.roll import Grid

    if arguments.prompt is None:
        return None
    return read_midi(arguments.prompt, Grid(config.steps_per_beat, config.velocity_bins)).merged()


def _bpm(arguments: argparse.Namespace, prompt: Roll | None) -> float:
    """The tempo asked for, else the one that the prompt ends with, else 120."""
    if arguments.tempo is not None:
        return float(arguments.tempo)
    return prompt.tempos[-1].bpm if prompt is not None else 120.0


def _request(arguments: argparse.Namespace, config: ModelConfig, prompt: Roll | None) -> Request:
    """What is to be made: bars after the prompt, in the prompt's metre unless another is given."""
    from model.sampler import Request, bar_steps

    conditions = _conditions(arguments, config, prompt)
    metre = conditions.metre or (4, 4)
    return Request(
        steps=arguments.bars * bar_steps(metre, config.steps_per_beat),
        conditions=conditions,
        prompt=None if prompt is None else prompt.cells[0],
        prompt_places=None if prompt is None else prompt.steps_in_bar().astype("int64"),
        count=arguments.count,
    )


def _conditions(
    arguments: argparse.Namespace, config: ModelConfig, prompt: Roll | None
) -> Conditions:
    from model.conditions import Conditions, parse_key, parse_metre

    metre = (
        (4, 4) if prompt is None else (prompt.metres[-1].numerator, prompt.metres[-1].denominator)
    )
    return Conditions(
        style=arguments.style,
        key=None if arguments.key is None else parse_key(arguments.key),
        metre=metre if arguments.metre is None else parse_metre(arguments.metre),
        density=None if arguments.density is None else arguments.density / config.steps_per_beat,
    )


def _make(
    sampler: Sampler, request: Request, settings: SamplingSettings, bpm: float, program: int
) -> list[Roll]:
    """Whole rolls, with a progress bar in steps."""
    import numpy as np
    from tqdm import tqdm

    from model.sampler import roll_of

    steps = request.steps or 0
    codes = np.zeros((request.count, sampler.config.height, steps), np.uint8)
    with tqdm(total=steps, desc="generate", unit="step", leave=False, disable=None) as bar:
        for patch in sampler.generate(request, settings):
            height, width = patch.codes.shape
            rows = slice(patch.low_pitch, patch.low_pitch + height)
            codes[patch.roll, rows, patch.start_step : patch.start_step + width] = patch.codes
            bar.update(max(0, patch.start_step + width - bar.n))
    metre = request.conditions.metre or (4, 4)
    return [roll_of(sampler.config, one, metre, bpm, program) for one in codes]


def _write(arguments: argparse.Namespace, rolls: list[Roll]) -> list[Path]:
    """Every roll as a MIDI file (numbered where there are several), and the picture of them all."""
    from model.midifile import write_midi
    from model.picture import draw_rolls

    files = [arguments.out]
    if len(rolls) > 1:
        files = [
            arguments.out.with_stem(f"{arguments.out.stem}-{number}")
            for number in range(1, len(rolls) + 1)
        ]
    for path, roll in zip(files, rolls, strict=True):
        write_midi(roll, path)
    if arguments.picture is None:
        return files
    draw_rolls(
        [(path.stem, roll) for path, roll in zip(files, rolls, strict=True)], arguments.picture
    )
    return [*files, arguments.picture]
