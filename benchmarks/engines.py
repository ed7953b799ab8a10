"""What runs a generator fastest: torch, torch.compile, ONNX by levels, ONNX in whole patches.

    python benchmarks/engines.py [--quick] [--json] [--bundle NAME_OR_FOLDER] [--rounds 12]

One process, one thread, the same seeds for every engine; in each round every engine makes one piece
of eight bars (4/4 at 120 bpm), so that ratios are between neighbours in time. `onnx` is the engine
that plays: whole patches where the model's shape allows them and rolls are few, else by levels. The
bundled model is AR; the MAR and the mixed one were never trained, but write about as many notes
(`standins.py`). Loading and memory are measured in processes of their own. The button is pressed on
an engine that is ready, and answered when the first bar of endless playing is there, as `play`
hands it on. torch.compile takes minutes to compile, so it is measured with the bundled model alone
unless `--compile-all` is given.
`--quick` leaves it out, and 64 rolls too, and makes fewer and shorter pieces.
"""

import argparse
import json
import os
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"

import numpy as np
import torch
from compiled import compiler
from enginerows import ONNX, TORCH, Plan, Row, compare, compile_line, engines_of, on_gpu, press
from exported import with_graphs
from pieces import piece
from standins import four_levels, stand_in
from tqdm import tqdm

from model.bundle import load_bundle
from model.bundleinfo import DEFAULT_NAME
from model.errors import ModelError
from model.sampler import Sampler
from model.torchengine import TorchEngine

BATCHES, QUICK_BATCHES = (1, 8, 64), (1, 8)
ROUNDS, QUICK_ROUNDS = 12, 3
BARS, QUICK_BARS = 8, 2
PRESSES, QUICK_PRESSES = 400, 50
MUSIC_PIECES, MUSIC_SEED, MUSIC_BARS = 6, 1000, 8
MODELS = {"mar": "mar,mar,mar,mar", "mixed": "ar,ar,mar,mar"}
GOALS = {"onnx_over_torch_batch1": 4.0, "realtime_factor": 300.0, "first_bar_ms_p99": 50.0}


def main() -> int:
    """Measure and print the tables, JSON as the last line if asked for."""
    torch.set_num_threads(1)
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="fewer, shorter pieces; no compiling")
    parser.add_argument("--json", action="store_true", help="print one JSON object as last line")
    parser.add_argument("--bundle", default=DEFAULT_NAME, help="name or folder of another bundle")
    parser.add_argument(
        "--compile-all", action="store_true", help="torch.compile for the stand-ins too; slow"
    )
    parser.add_argument("--rounds", type=int, help=f"pieces of each engine; {ROUNDS}")
    arguments = parser.parse_args()
    quick = arguments.quick
    plan = Plan(
        rounds=arguments.rounds or (QUICK_ROUNDS if quick else ROUNDS),
        bars=QUICK_BARS if quick else BARS,
        presses=QUICK_PRESSES if quick else PRESSES,
        batches=QUICK_BATCHES if quick else BATCHES,
        quick=quick,
    )
    try:
        with tempfile.TemporaryDirectory(prefix="fractalroll-engines-") as scratch:
            result = measure(arguments.bundle, Path(scratch), plan, arguments.compile_all)
    except ModelError as err:
        print(f"error: {err}", file=sys.stderr)
        if arguments.json:
            print(json.dumps({"error": str(err)}))
        return 1
    if arguments.json:
        print(json.dumps(result))
    return 0


def measure(bundle: str, scratch: Path, plan: Plan, compile_all: bool) -> dict[str, object]:
    """Everything, printed as it is found; `compile_all`: torch.compile for every generator."""
    load = [os.getloadavg()[0]] if hasattr(os, "getloadavg") else []
    os.environ["TORCHINDUCTOR_CACHE_DIR"] = str(scratch / "compiled")  # nothing from another run
    folders = make_bundles(bundle, scratch)
    compiling = not plan.quick and compiler() is not None
    rows: list[Row] = []
    bar = tqdm(total=len(folders) * len(plan.batches), unit="table", file=sys.stderr)
    for name, folder in folders.items():
        engines = engines_of(folder, compiling=compiling and (compile_all or name == "bundled"))
        for rolls in plan.batches:
            rows += compare(name, folder, engines, rolls, plan)
            bar.update()
    bar.close()
    print(table(rows))
    print(f"\ntorch.compile: {compile_line(quick=plan.quick)}")
    gpu = on_gpu("bundled", folders["bundled"], plan)
    print(f"\nGPU: {gpu if isinstance(gpu, str) else table(gpu)}")
    both = engines_of(folders["bundled"], compiling=False)
    button = press({name: both[name] for name in (TORCH, ONNX)}, plan.presses)
    print("\nfrom the button to the first bar, ms: median / 99 of 100 / longest")
    for name, waited in button.items():
        print(f"  {name}: {' / '.join(map(str, waited))}")
    if hasattr(os, "getloadavg"):
        load.append(os.getloadavg()[0])
    found = headline(rows, button[ONNX][1])
    return found | {
        "goals": GOALS,
        "bundle": bundle,
        "rows": [asdict(row) for row in rows],
        "gpu": gpu if isinstance(gpu, str) else [asdict(row) for row in gpu],
        "button_ms": button,
        "torch_compile": compile_line(quick=plan.quick),
        "plan": asdict(plan),
        "threads": torch.get_num_threads(),
        "load_average": load,
    }


def make_bundles(bundle: str, scratch: Path) -> dict[str, Path]:
    """The bundled model and the stand-ins as bundles with graphs."""
    loaded = load_bundle(bundle)
    sampler = Sampler(TorchEngine(loaded.model))
    seeds = range(MUSIC_SEED, MUSIC_SEED + MUSIC_PIECES)
    music = np.concatenate([piece(sampler, seed, MUSIC_BARS).codes for seed in seeds])
    folders = {"bundled": with_graphs(loaded.info.path, scratch / "bundled")}
    for name, kinds in tqdm(MODELS.items(), unit="generator", file=sys.stderr):
        model = stand_in(four_levels(kinds, loaded.model.config), music, seed=0)
        folders[name] = with_graphs(model, scratch / name)
    return folders


def headline(rows: list[Row], first_bar_ms_p99: float) -> dict[str, object]:
    """The figures that have goals, printed beside them."""
    played = next(r for r in rows if (r.model, r.engine, r.rolls) == ("bundled", ONNX, 1))
    found: dict[str, object] = {
        "onnx_over_torch_batch1": played.times_torch,
        "realtime_factor": played.realtime_factor,
        "first_bar_ms_p99": first_bar_ms_p99,
    }
    print()
    for name, value in found.items():
        print(f"{name}: {value} (goal: {'<=' if name.endswith('p99') else '>='} {GOALS[name]:g})")
    return found


def table(rows: list[Row]) -> str:
    """The rows as Markdown."""
    lines = [
        "| model | engine | rolls | ms a bar: low / median / high | frames/s | times real time | "
        "times torch | first bar, ms: median / high | first pieces, s | load, ms | peak, MiB |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        low, middle, high = row.ms_per_bar
        told = row.fresh
        load_ms = f"{told.load_s * 1000:.0f}" if told else "-"
        peak = f"{told.peak_mib:.0f}" if told and told.peak_mib else "-"
        lines.append(
            f"| {row.model} ({row.levels}) | {row.engine} | {row.rolls} | "
            f"{low:.1f} / {middle:.1f} / {high:.1f} | {row.frames_per_s:.0f} | "
            f"{row.realtime_factor:.0f} | {row.times_torch:.2f} | "
            f"{row.first_bar_ms[1]:.1f} / {row.first_bar_ms[2]:.1f} | {row.warming_s} | "
            f"{load_ms} | {peak} |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
