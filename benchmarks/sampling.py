"""How fast generators make music: frames a second, and seconds of music per second of computing.

    python benchmarks/sampling.py [--quick] [--json] [--bundle NAME_OR_FOLDER] [--rounds 12]

Every piece is eight bars of 4/4 at 120 bpm, batch 1, on one thread, with the sampler's default
settings. The bundled model is measured as it is. The others were never trained (`standins.py` says
how they are made as busy as the bundled model's music): `untrained` has the bundled model's own
shape, which shows what random weights do to the time; `all_ar`, `all_mar` and `hybrid` are the same
four levels with other kinds; `classic` is the preset. Each round makes one piece with each, so that
ratios are between neighbours in time. Wall and processor time are both told, because a busy machine
stretches the first. Calls of the engine are counted beside it, with and without guessing ahead.
"""

import argparse
import json
import os
import statistics
import sys
import time
from dataclasses import asdict, dataclass

import numpy as np
import torch
from counting import Counts, counted
from standins import Codes, four_levels, notes_per_frame, stand_in
from tqdm import tqdm

from model.bundle import load_bundle
from model.bundleinfo import DEFAULT_NAME, BundleError
from model.config import ModelConfig
from model.fractal import Fractal
from model.presets import preset
from model.sampler import Request, Sampler
from model.settings import SamplingSettings
from model.torchengine import TorchEngine

BARS, BEATS, SECONDS = 8, 4, 16.0
ROUNDS, QUICK_ROUNDS = 12, 3
MUSIC_PIECES, MUSIC_SEED = 6, 1000
NEXT_TRY = 10_000
PUBLISHED_S = {"ar,ar,ar,ar": 43.0, "ar,ar,mar,mar": 13.0, "mar,mar,mar,mar": 1.9}
PUBLISHED = "FractalMIDI, 12.6 M parameters, 128 steps on one core; quoted, not measured here"


@dataclass(frozen=True)
class Piece:
    """One piece: its cells, and what it cost. `first_bar_s` is wall time until bar 1 was whole."""

    codes: Codes
    wall_s: float
    cpu_s: float
    first_bar_s: float


@dataclass(frozen=True)
class Row:
    """One generator. Ranges are (lowest, median, highest) over its pieces.

    Attributes:
        kinds: Its levels, coarse to fine.
        parameters: How many weights.
        weights: `trained`, or what was done to random ones.
        engine: What ran it.
        realtime_factor: Seconds of music per second of wall time, median.
        cpu_realtime_factor: The same per second of processor time.
        frames_per_s: Steps a second of wall time, median.
        wall_s, cpu_s, first_bar_s: Ranges.
        bundled_is_faster: How many times the wall time of the bundled model, median over rounds.
        notes_per_frame: Onsets a step, mean over all pieces.
        sounding_per_frame: Sounding cells a step.
        counts: Engine calls and choices a frame.
    """

    kinds: str
    parameters: int
    weights: str
    engine: str
    realtime_factor: float
    cpu_realtime_factor: float
    frames_per_s: float
    wall_s: tuple[float, float, float]
    cpu_s: tuple[float, float, float]
    first_bar_s: tuple[float, float, float]
    bundled_is_faster: float
    notes_per_frame: float
    sounding_per_frame: float
    counts: Counts


def main() -> int:
    """Measure every generator and print the table, or JSON as the last line."""
    torch.set_num_threads(1)
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="fewer generators, fewer rounds")
    parser.add_argument("--json", action="store_true", help="print one JSON object as last line")
    parser.add_argument("--bundle", default=DEFAULT_NAME, help="name or folder of another bundle")
    parser.add_argument("--rounds", type=int, help=f"pieces of each generator; {ROUNDS}")
    arguments = parser.parse_args()
    try:
        bundle = load_bundle(arguments.bundle)
    except BundleError as err:
        print(f"error: {err}", file=sys.stderr)
        if arguments.json:
            print(json.dumps({"error": str(err)}))
        return 1
    rounds = arguments.rounds or (QUICK_ROUNDS if arguments.quick else ROUNDS)
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    rows = measure(bundle.model, rounds, quick=arguments.quick)
    print(table(rows))
    print(f"\npublished ({PUBLISHED}):")
    for kinds, seconds in PUBLISHED_S.items():
        print(f"  {kinds}: {seconds} s, {SECONDS / seconds:.2f} times real time")
    if arguments.json:
        result: dict[str, object] = {name: asdict(row) for name, row in rows.items()}
        result |= {
            "bundle": str(bundle.info.path),
            "rounds": rounds,
            "threads": torch.get_num_threads(),
            "seconds_of_music": SECONDS,
            "load_average_before": load,
            "published_seconds": PUBLISHED_S | {"source": PUBLISHED},
        }
        print(json.dumps(result))
    return 0


def measure(bundled: Fractal, rounds: int, *, quick: bool) -> dict[str, Row]:
    """Make every generator, then pieces in interleaved rounds."""
    made = [piece(Sampler(TorchEngine(bundled)), MUSIC_SEED + k) for k in range(MUSIC_PIECES)]
    models = {"bundled": bundled} | untrained(
        bundled.config, np.stack([one.codes for one in made]), quick=quick
    )
    samplers = {name: Sampler(TorchEngine(model)) for name, model in models.items()}
    counts = {name: counts_of(sampler) for name, sampler in samplers.items()}
    pieces: dict[str, list[Piece]] = {name: [] for name in samplers}
    for number in tqdm(range(rounds), unit="round", file=sys.stderr):
        for name, sampler in samplers.items():
            pieces[name].append(piece_with_notes(sampler, number))
    return {
        name: row(model, samplers[name].engine.name, pieces[name], pieces["bundled"], counts[name])
        for name, model in models.items()
    }


def untrained(like: ModelConfig, music: Codes, *, quick: bool) -> dict[str, Fractal]:
    """The generators that the bundled one is compared with, suited to its music [B, P, T]."""
    configs = {
        "untrained": like,
        "all_ar": four_levels("ar,ar,ar,ar", like),
        "all_mar": four_levels("mar,mar,mar,mar", like),
        "hybrid": four_levels("ar,ar,mar,mar", like),
        "classic": preset(
            "classic",
            parts=like.parts,
            steps_per_beat=like.steps_per_beat,
            velocity_bins=like.velocity_bins,
        ),
    }
    if quick:
        del configs["untrained"], configs["classic"]
    bar = tqdm(configs.items(), unit="generator", file=sys.stderr)
    return {name: stand_in(config, music, seed=0) for name, config in bar}


def piece_with_notes(sampler: Sampler, seed: int) -> Piece:
    """A piece that isn't silent; one in many thousands is, and would count as wonderfully fast."""
    while True:
        one = piece(sampler, seed)
        if notes_per_frame(one.codes[None]) > 0:
            return one
        seed += NEXT_TRY


def piece(sampler: Sampler, seed: int) -> Piece:
    """Make eight bars and time them."""
    config = sampler.config
    bar = BEATS * config.steps_per_beat
    codes = np.zeros((config.height, BARS * bar), np.uint8)
    missing, first_bar_s = config.height * bar, 0.0
    cpu, begin = time.process_time(), time.perf_counter()
    for patch in sampler.generate(Request(BARS * bar), SamplingSettings(seed=seed)):
        tall, wide = patch.codes.shape
        start, low = patch.start_step, patch.low_pitch
        codes[low : low + tall, start : start + wide] = patch.codes
        missing -= tall * max(0, min(start + wide, bar) - start)
        if not missing and not first_bar_s:
            first_bar_s = time.perf_counter() - begin
    wall_s, cpu_s = time.perf_counter() - begin, time.process_time() - cpu
    return Piece(codes, wall_s, cpu_s, first_bar_s)


def counts_of(sampler: Sampler) -> Counts:
    """Engine calls and choices a frame in one piece, which also warms everything up."""
    steps = BARS * BEATS * sampler.config.steps_per_beat
    return counted(sampler.engine, Request(steps), SamplingSettings(seed=MUSIC_SEED))


def row(
    model: Fractal, engine: str, pieces: list[Piece], bundled: list[Piece], counts: Counts
) -> Row:
    """What the pieces of one generator say."""
    wall = extent([one.wall_s for one in pieces])
    cpu = extent([one.cpu_s for one in pieces])
    trained = pieces is bundled
    ratios = [one.wall_s / other.wall_s for one, other in zip(pieces, bundled, strict=True)]
    codes = np.stack([one.codes for one in pieces])
    steps = codes.shape[2]
    return Row(
        kinds=model.config.kinds,
        parameters=sum(parameter.numel() for parameter in model.parameters()),
        weights="trained" if trained else "random, output biases fitted to the bundled music",
        engine=engine,
        realtime_factor=round(SECONDS / wall[1], 2),
        cpu_realtime_factor=round(SECONDS / cpu[1], 2),
        frames_per_s=round(steps / wall[1], 1),
        wall_s=wall,
        cpu_s=cpu,
        first_bar_s=extent([one.first_bar_s for one in pieces]),
        bundled_is_faster=round(statistics.median(ratios), 2),
        notes_per_frame=round(notes_per_frame(codes), 3),
        sounding_per_frame=round(float((codes > 0).sum()) / (len(codes) * steps), 3),
        counts=counts,
    )


def extent(values: list[float]) -> tuple[float, float, float]:
    """Lowest, median, highest; seconds to a tenth of a millisecond."""
    low, middle, high = min(values), statistics.median(values), max(values)
    return round(low, 4), round(middle, 4), round(high, 4)


def table(rows: dict[str, Row]) -> str:
    """The rows as Markdown."""
    lines = [
        "| generator | levels | weights, M | notes / sounding a frame | times real time (by CPU) | "
        "frames/s | s for 8 bars: low / median / high | first bar, s | "
        "calls a frame (one by one) | choices a frame (dense) |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for name, one in rows.items():
        low, middle, high = one.wall_s
        counts = one.counts
        lines.append(
            f"| {name} | {one.kinds} | {one.parameters / 1e6:.2f} | "
            f"{one.notes_per_frame:.2f} / {one.sounding_per_frame:.2f} | "
            f"{one.realtime_factor:.1f} ({one.cpu_realtime_factor:.1f}) | {one.frames_per_s:.0f} | "
            f"{low:.3f} / {middle:.3f} / {high:.3f} | {one.first_bar_s[1]:.3f} | "
            f"{counts.calls:.2f} ({counts.calls_one_by_one:.2f}) | "
            f"{counts.choices:.1f} ({counts.cells}) |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
