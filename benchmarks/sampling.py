"""How fast generators make music: frames a second, and seconds of music per second of computing.

    python benchmarks/sampling.py [--quick] [--json] [--bundle NAME_OR_FOLDER] [--rounds 12]

Every piece is eight bars of 4/4 at 120 bpm, batch 1, on one thread, with the sampler's default
settings, on the engine that `play` takes (ONNX graphs, written to a scratch folder). `bundled` is
the bundled model as it is, and `bundled_torch` the same with torch. The others were never trained
(`standins.py` says how they are made as busy as the bundled model's music): `untrained` has the
bundled model's own shape, which shows what random weights do to the time; `all_ar`, `all_mar` and
`hybrid` are the same four levels with other kinds; `classic` is the preset. Each of them is timed
with torch too. Each round makes one piece with each, so that ratios are between neighbours in time.
Wall and processor time are both told, because a busy machine stretches the first. Calls of the
engine are counted in a piece of its own, once as it plays, where a whole patch is one call, and
once level by level, with and without guessing ahead.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
from dataclasses import asdict, dataclass, replace
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"

import numpy as np
import torch
from counting import Counts, counted
from exported import open_graphs, with_graphs
from pieces import BEATS, Extent, Piece, extent, piece, piece_with_notes
from standins import Codes, four_levels, notes_per_frame, stand_in
from tqdm import tqdm

from model.bundle import Bundle, load_bundle
from model.bundleinfo import DEFAULT_NAME
from model.config import ModelConfig
from model.errors import ModelError
from model.fractal import Fractal
from model.presets import preset
from model.sampler import Request, Sampler
from model.settings import SamplingSettings
from model.torchengine import TorchEngine

BARS, SECONDS = 8, 16.0
ROUNDS, QUICK_ROUNDS = 12, 3
MUSIC_PIECES, MUSIC_SEED = 6, 1000
PUBLISHED_S = {"ar,ar,ar,ar": 43.0, "ar,ar,mar,mar": 13.0, "mar,mar,mar,mar": 1.9}
PUBLISHED = "FractalMIDI, 12.6 M parameters, 128 steps on one core; quoted, not measured here"


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
        torch_realtime_factor: As `realtime_factor`, with torch.
        times_torch: How many times as fast as torch, median over rounds.
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
    wall_s: Extent
    cpu_s: Extent
    first_bar_s: Extent
    torch_realtime_factor: float
    times_torch: float
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
    rounds = arguments.rounds or (QUICK_ROUNDS if arguments.quick else ROUNDS)
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    try:
        bundle = load_bundle(arguments.bundle)
        with tempfile.TemporaryDirectory(prefix="fractalroll-sampling-") as scratch:
            rows = measure(bundle, rounds, Path(scratch), quick=arguments.quick)
    except ModelError as err:
        print(f"error: {err}", file=sys.stderr)
        if arguments.json:
            print(json.dumps({"error": str(err)}))
        return 1
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


def measure(bundle: Bundle, rounds: int, scratch: Path, *, quick: bool) -> dict[str, Row]:
    """Make every generator, then pieces in interleaved rounds."""
    sampler = Sampler(TorchEngine(bundle.model))
    seeds = range(MUSIC_SEED, MUSIC_SEED + MUSIC_PIECES)
    music = np.concatenate([piece(sampler, seed, BARS).codes for seed in seeds])
    models = {"bundled": bundle.model} | untrained(bundle.info.config, music, quick=quick)
    sources = models | {"bundled": bundle.info.path}
    bar = tqdm(sources.items(), desc="export", unit="generator", file=sys.stderr)
    played = {
        name: Sampler(open_graphs(with_graphs(source, scratch / name))) for name, source in bar
    }
    torches = {name: Sampler(TorchEngine(model)) for name, model in models.items()}
    counts = {name: counts_of(sampler) for name, sampler in played.items()}
    for sampler in torches.values():
        piece(sampler, MUSIC_SEED, BARS)
    made: dict[str, tuple[list[Piece], list[Piece]]] = {name: ([], []) for name in models}
    for number in tqdm(range(rounds), unit="round", file=sys.stderr):
        for name, (pieces, torch_pieces) in made.items():
            seed, one = piece_with_notes(played[name], number, BARS)
            pieces.append(one)
            torch_pieces.append(piece(torches[name], seed, BARS))
    rows = {}
    for name, (pieces, torch_pieces) in made.items():
        engine = played[name].engine.name
        both = pieces, torch_pieces, made["bundled"][0]
        rows[name] = row(models[name], engine, both, counts[name])
        if name == "bundled":
            both = torch_pieces, torch_pieces, pieces
            by_levels = replace(counts[name], played=counts[name].calls)
            rows["bundled_torch"] = row(models[name], "torch (cpu)", both, by_levels)
    return rows


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


def counts_of(sampler: Sampler) -> Counts:
    """Engine calls and choices a frame in one piece, which also warms everything up."""
    steps = BARS * BEATS * sampler.config.steps_per_beat
    return counted(sampler.engine, Request(steps), SamplingSettings(seed=MUSIC_SEED))


def row(
    model: Fractal, engine: str, made: tuple[list[Piece], list[Piece], list[Piece]], counts: Counts
) -> Row:
    """What pieces of one generator say, held against those with torch and those of the bundled."""
    pieces, torch_pieces, bundled = made
    wall = extent([one.wall_s for one in pieces])
    cpu = extent([one.cpu_s for one in pieces])
    torch_wall = statistics.median(one.wall_s for one in torch_pieces)
    trained = bundled is pieces or engine.startswith("torch")
    codes = np.concatenate([one.codes for one in pieces])
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
        torch_realtime_factor=round(SECONDS / torch_wall, 2),
        times_torch=times(torch_pieces, pieces),
        bundled_is_faster=times(pieces, bundled),
        notes_per_frame=round(notes_per_frame(codes), 3),
        sounding_per_frame=round(float((codes > 0).sum()) / (len(codes) * steps), 3),
        counts=counts,
    )


def times(slow: list[Piece], fast: list[Piece]) -> float:
    """How many times the wall time of `fast`, median over rounds."""
    pairs = zip(slow, fast, strict=True)
    return round(statistics.median(one.wall_s / other.wall_s for one, other in pairs), 2)


def table(rows: dict[str, Row]) -> str:
    """The rows as Markdown."""
    lines = [
        "| generator | levels | weights, M | notes / sounding a frame | times real time (by CPU) | "
        "with torch | times torch | frames/s | s for 8 bars: low / median / high | first bar, s | "
        "calls a frame: played / by levels / one by one | choices a frame (dense) |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for name, one in rows.items():
        low, middle, high = one.wall_s
        counts = one.counts
        lines.append(
            f"| {name} | {one.kinds} | {one.parameters / 1e6:.2f} | "
            f"{one.notes_per_frame:.2f} / {one.sounding_per_frame:.2f} | "
            f"{one.realtime_factor:.1f} ({one.cpu_realtime_factor:.1f}) | "
            f"{one.torch_realtime_factor:.1f} | {one.times_torch:.2f} | {one.frames_per_s:.0f} | "
            f"{low:.3f} / {middle:.3f} / {high:.3f} | {one.first_bar_s[1]:.3f} | "
            f"{counts.played:.2f} / {counts.calls:.2f} / {counts.calls_one_by_one:.2f} | "
            f"{counts.choices:.1f} ({counts.cells}) |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
