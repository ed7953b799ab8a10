"""What 8-bit weights of the coarse level cost and bring: nats a frame, and speed for one roll.

    python benchmarks/eightbit.py FOLDER [FOLDER ...] [--quick] [--json] [--bundle NAME_OR_FOLDER]

Speed: two exports of one bundle (`fractalroll export`, with and without `--coarse-8bit`) make the
same number of pieces of eight bars in turns, one thread. Likelihood: the torch model scores songs
of the FOLDERs (the validation split: nothing is tuned on the test set) with the numbers that go
into level 0's products, weights and inputs, rounded as the 8-bit product rounds them. That is an
estimate: sums are still taken in 32 bits.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

os.environ["OMP_NUM_THREADS"] = "1"

import torch
from exported import open_graphs
from pieces import BAR_SECONDS, piece
from torch import Tensor
from torch.nn import functional as F
from tqdm import tqdm

from export.exporter import COARSE_BITS, export_bundle
from export.graphbuilder import BLOCK
from model.bundle import load_bundle
from model.bundleinfo import DEFAULT_NAME
from model.cache import build_cache
from model.errors import ModelError
from model.evaluation import Told, held_out_likelihood
from model.fractal import Fractal
from model.roll import Grid
from model.sampler import Sampler

ROUNDS, QUICK_ROUNDS = 24, 6
BARS, QUICK_BARS = 8, 4
SONGS, QUICK_SONGS = 100, 6


def main() -> int:
    """Measure and print; JSON as the last line if asked for."""
    torch.set_num_threads(1)
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folders", nargs="+", help="of MIDI files with lists of what is held out")
    parser.add_argument("--quick", action="store_true", help="fewer songs and pieces")
    parser.add_argument("--json", action="store_true", help="print one JSON object as last line")
    parser.add_argument("--bundle", default=DEFAULT_NAME, help="name or folder of another bundle")
    arguments = parser.parse_args()
    try:
        report = {**speeds(arguments), **nats(arguments)}
    except ModelError as err:
        print(f"eightbit: {err}", file=sys.stderr)
        return 1
    print("| | 32 bits | 8 bits |\n|---|---|---|")
    for name in ("realtime_factor", "nats_per_frame"):
        print(f"| {name.replace('_', ' ')} | {report[name][0]:.4g} | {report[name][1]:.4g} |")
    print(f"speed {report['speedup']:.2f} times, {report['nats_lost']:+.4f} nats a frame")
    if arguments.json:
        print(json.dumps(report))
    return 0


def speeds(arguments: argparse.Namespace) -> dict[str, Any]:
    """Times real time of both, and the ratio: medians over pieces made in turns."""
    rounds, bars = (QUICK_ROUNDS, QUICK_BARS) if arguments.quick else (ROUNDS, BARS)
    with tempfile.TemporaryDirectory() as scratch:
        samplers = []
        for name, eight_bit in (("full", False), ("eight", True)):
            folder = Path(scratch) / name
            export_bundle(arguments.bundle, folder, eight_bit=eight_bit)
            samplers.append(Sampler(open_graphs(folder)))
        wall: list[list[float]] = [[], []]
        for seed in tqdm(range(rounds), unit="round", file=sys.stderr):
            for index in (0, 1) if seed % 2 else (1, 0):
                wall[index].append(piece(samplers[index], seed, bars).wall_s)
    factors = [bars * BAR_SECONDS / statistics.median(times) for times in wall]
    return {"realtime_factor": factors, "speedup": factors[1] / factors[0], "rounds": rounds}


def nats(arguments: argparse.Namespace) -> dict[str, Any]:
    """Nats a frame of held-out songs without and with rounding."""
    model = load_bundle(arguments.bundle).model
    config = model.config
    source = [(Path(folder), Path(folder).resolve().name) for folder in arguments.folders]
    songs = QUICK_SONGS if arguments.quick else SONGS
    with tempfile.TemporaryDirectory() as scratch:
        grid = Grid(config.steps_per_beat, config.velocity_bins)
        cache = build_cache(source, Path(scratch), grid, split="lists")
        told: tuple[Told, ...] = ("metre", "style")
        full = held_out_likelihood(model, cache, "valid", told=told, songs=songs)
        with rounding(model):
            eight = held_out_likelihood(model, cache, "valid", told=told, songs=songs)
    found = [full.nats_per_frame.value, eight.nats_per_frame.value]
    return {"nats_per_frame": found, "nats_lost": found[1] - found[0], "songs": songs}


@contextmanager
def rounding(model: Fractal) -> Iterator[None]:
    """Let level 0 compute with numbers of 8 bits; its weights stay rounded afterwards."""
    chosen = set()
    for name, weight in model.named_parameters():
        is_product = name.endswith(".weight") and weight.dim() == 2
        if is_product and name.startswith(COARSE_BITS) and weight.shape[1] % BLOCK == 0:
            weight.data = rounded(weight.data)
            chosen.add(weight.data_ptr())
    plain = F.linear

    def linear(x: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
        return plain(rounded(x) if weight.data_ptr() in chosen else x, weight, bias)

    with mock.patch.object(F, "linear", linear):
        yield


def rounded(numbers: Tensor) -> Tensor:
    """Blocks of a row divided so that they fill -127..127, rounded, and multiplied back."""
    blocks = numbers.reshape(*numbers.shape[:-1], -1, BLOCK)
    scales = blocks.abs().amax(-1, keepdim=True).clamp(min=1e-12) / 127
    return ((blocks / scales).round() * scales).reshape(numbers.shape)


if __name__ == "__main__":
    sys.exit(main())
