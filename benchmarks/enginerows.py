"""Engines side by side: pieces in interleaved rounds, presses of a button, and what a GPU does.

Used by `engines.py`, which says what is measured.
"""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from compiled import CompiledEngine, compiler
from exported import open_graphs
from freshprocess import Fresh, fresh
from pieces import BAR_SECONDS, Extent, Piece, extent, piece

from export.devices import has_card, why_not_cuda
from export.errors import GraphError
from export.loading import load_on
from export.onnxengine import OnnxEngine
from export.runtime import CPU, CUDA, RECORDED
from model.bundle import load_bundle
from model.conditions import Conditions
from model.engine import Engine
from model.filler import WHOLE_ROLLS
from model.livesource import LiveSource
from model.sampler import Sampler
from model.settings import SamplingSettings
from model.torchengine import TorchEngine

WARM_PIECES, WARM_SEED = 2, 5000
FRESH_BARS = 2
SIZES = {"Shape", "Concat", "Gather", "Slice", "Unsqueeze", "Cast", "Reshape"}
"""Operators that onnxruntime lets the CPU do where they only reckon with sizes."""
ONNX, LEVELS, TORCH, COMPILED = "onnx", "onnx by levels", "torch", "torch.compile"
IN_PROCESS = {ONNX: "whole", LEVELS: "levels", TORCH: "torch"}


@dataclass(frozen=True)
class Plan:
    """How much is measured.

    Attributes:
        rounds: Pieces of each engine for one roll; fewer for many rolls.
        bars: Length of a piece.
        presses: Of the button.
        batches: Rolls made at once.
        quick: No torch.compile, and fresh processes for one roll of the bundled model only.
    """

    rounds: int
    bars: int
    presses: int
    batches: tuple[int, ...]
    quick: bool

    def rounds_of(self, rolls: int) -> int:
        """Rounds for so many rolls, of which each is as good as a round of its own."""
        return -(-self.rounds // 3) if rolls > 1 else self.rounds


@dataclass(frozen=True)
class Row:
    """One engine with one model and so many rolls at once.

    Attributes:
        model, levels, engine, rolls: Which.
        ms_per_bar: Wall time until all rolls are one bar longer.
        frames_per_s: Steps of all rolls in a second, median.
        realtime_factor: Seconds of music, of all rolls together, in a second, median.
        first_bar_ms: Until bar 1 of every roll was whole.
        times_torch: How many times as fast as torch, median over rounds.
        warming_s: The first pieces, which compile what has to be compiled.
        fresh: A process of its own; None where none was started.
    """

    model: str
    levels: str
    engine: str
    rolls: int
    ms_per_bar: Extent
    frames_per_s: float
    realtime_factor: float
    first_bar_ms: Extent
    times_torch: float
    warming_s: float
    fresh: Fresh | None


def engines_of(folder: Path, *, compiling: bool) -> dict[str, Engine]:
    """Every engine that can play a bundle with graphs."""
    model = load_bundle(folder).model
    whole = open_graphs(folder)
    engines: dict[str, Engine] = {TORCH: TorchEngine(model)}
    if compiling:
        engines[COMPILED] = CompiledEngine(model)
    if whole.composes():
        engines[LEVELS] = open_graphs(folder, whole=False)
    return engines | {ONNX: whole}


def compare(
    name: str, folder: Path | None, engines: dict[str, Engine], rolls: int, plan: Plan
) -> list[Row]:
    """Pieces of so many rolls by every engine in turns; seeds are the same for all.

    Args:
        name: of the model.
        folder: of its bundle, for processes of their own; None leaves them out.
        engines: by name; torch among them.
        rolls: made at once.
        plan: how much is measured.
    """
    if rolls > WHOLE_ROLLS:  # whole patches are not taken then
        engines = {one: engine for one, engine in engines.items() if one != LEVELS}
    samplers = {one: Sampler(engine) for one, engine in engines.items()}
    warming = {one: warm(sampler, plan.bars, rolls) for one, sampler in samplers.items()}
    made: dict[str, list[Piece]] = {one: [] for one in samplers}
    for number in range(plan.rounds_of(rolls)):
        for one, sampler in samplers.items():
            made[one].append(piece(sampler, number, plan.bars, rolls))
    told: dict[str, Fresh | None] = dict.fromkeys(samplers)
    if folder and (not plan.quick or (name == "bundled" and rolls == 1)):
        for one in samplers.keys() & IN_PROCESS.keys():
            told[one] = fresh(IN_PROCESS[one], folder, rolls, FRESH_BARS)
    levels = engines[ONNX].config.kinds
    return [
        row_of((name, levels, one, rolls), made[one], made[TORCH], plan, warming[one], told[one])
        for one in samplers
    ]


def warm(sampler: Sampler, bars: int, rolls: int) -> float:
    """Make the first pieces, which are slower than all others; seconds."""
    begin = time.perf_counter()
    for number in range(WARM_PIECES):
        piece(sampler, WARM_SEED + number, bars, rolls)
    return round(time.perf_counter() - begin, 2)


def row_of(
    which: tuple[str, str, str, int],
    made: list[Piece],
    torch_made: list[Piece],
    plan: Plan,
    warming_s: float,
    told: Fresh | None,
) -> Row:
    """What the pieces of one engine say."""
    rolls, steps = which[3], made[0].codes.shape[2]
    wall_s = statistics.median(one.wall_s for one in made)
    ratios = [other.wall_s / one.wall_s for one, other in zip(made, torch_made, strict=True)]
    return Row(
        *which,
        ms_per_bar=extent([one.wall_s * 1000 / plan.bars for one in made], 2),
        frames_per_s=round(rolls * steps / wall_s, 1),
        realtime_factor=round(rolls * plan.bars * BAR_SECONDS / wall_s, 1),
        first_bar_ms=extent([one.first_bar_s * 1000 for one in made], 2),
        times_torch=round(statistics.median(ratios), 2),
        warming_s=warming_s,
        fresh=told,
    )


def press(engines: dict[str, Engine], presses: int) -> dict[str, Extent]:
    """From asking for endless music to the first bar, ms: median, 99 of 100, longest.

    The engines take turns; each press has another seed.
    """
    waited: dict[str, list[float]] = {name: [] for name in engines}
    for seed in range(presses):
        for name, engine in engines.items():
            begin = time.perf_counter()
            LiveSource(engine, Conditions(), SamplingSettings(seed=seed)).next_bar()
            waited[name].append((time.perf_counter() - begin) * 1000)
    found = {}
    for name, times in waited.items():
        middle, most = np.percentile(times, [50, 99])
        found[name] = (round(middle, 2), round(most, 2), round(max(times), 2))
    return found


def on_gpu(name: str, folder: Path, plan: Plan) -> list[Row] | str:
    """The same rows with the graphs on CUDA beside the CPU, or why there are none."""
    if not has_card():
        return "none was at hand; nothing here was measured on one"
    if reason := why_not_cuda():
        return f"not usable ({reason}); nothing here was measured on one"
    engines: dict[str, Engine] = {
        TORCH: TorchEngine(load_bundle(folder).model),
        ONNX: load_on(CPU, folder),
        "onnx (cuda)": load_on(CUDA, folder),
        "onnx (cuda, recorded)": load_on(RECORDED, folder),
    }
    for one, engine in engines.items():
        check_placement(one, engine)
    rows = [row for rolls in plan.batches for row in compare(name, None, engines, rolls, plan)]
    names = {TORCH: "torch (cpu)", ONNX: "onnx (cpu)"}
    return [replace(row, engine=names.get(row.engine, row.engine)) for row in rows]


def check_placement(name: str, engine: Engine) -> None:
    """See that every node of every graph runs where its session does, but for sums of sizes.

    Raises:
        GraphError: naming the operators that run elsewhere.
    """
    sessions = engine.sessions if isinstance(engine, OnnxEngine) else {}
    for graph, session in sessions.items():
        astray = set(session.strays()) - SIZES
        if astray:
            raise GraphError(f"{name}: of {graph}, {', '.join(sorted(astray))} run elsewhere")


def compile_line(*, quick: bool) -> str:
    """Whether and with what `torch.compile` is measured."""
    if quick:
        return "left out by --quick"
    found = compiler()
    return f"with {found}" if found else "left out: it needs a C++ compiler, and there is none"
