"""How fast presets learn: frames a second of training on one thread, and where the time goes.

    python benchmarks/training.py [--quick] [--json] [--presets tiny,live] [--updates 12]

An update is what `model.training` makes of a batch: forward, backward, clipping, AdamW and the
averaged weights, with the settings of `TrainingConfig` (16 windows of 128 steps); reading windows
and Lightning's own loop are left out. The music is made on the spot: three tunes laid over each
other, about as many notes a frame as piano music has. Rounds take every preset in turn, so
that a busy machine is shared fairly between them; wall and processor time are both told.

Time is divided by the moments at which each level's network has finished, forward and backward, so
the loss of a level's flags counts to the level below it.
"""

import argparse
import json
import os
import statistics
import sys
import time
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import torch
from standins import BAR_STEPS, batch_of, notes_per_frame
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel
from tqdm import tqdm

from model.batch import Batch
from model.config import ConfigError
from model.fractal import Fractal
from model.optimisation import averaged_copy, make_optimizer
from model.patchlevel import Told
from model.presets import PRESETS, preset
from model.trainingconfig import TrainingConfig
from model.tunes import make_tunes

UPDATES, QUICK_UPDATES = 8, 2
VOICES = 3


@dataclass(frozen=True)
class Update:
    """One update: wall and processor seconds, and wall seconds by part."""

    wall_s: float
    cpu_s: float
    parts_s: dict[str, float]


@dataclass(frozen=True)
class Row:
    """One preset. Ranges are (lowest, median, highest) over its updates.

    Attributes:
        kinds: Its levels, coarse to fine.
        parameters: How many weights.
        frames_per_s: Steps learnt from per second of wall time, median.
        cpu_frames_per_s: The same per second of processor time.
        update_s: Range of an update's wall time.
        shares: Share of an update by part: `level0` .., the last of them the cells, and `weights`
            for clipping, AdamW and averaging.
        notes_per_frame: Onsets a step in the music.
    """

    kinds: str
    parameters: int
    frames_per_s: float
    cpu_frames_per_s: float
    update_s: tuple[float, float, float]
    shares: dict[str, float]
    notes_per_frame: float


class Stopwatch:
    """Divides an update's time among a generator's levels, by hooks on their outputs."""

    def __init__(self, model: Fractal) -> None:
        self.levels = len(model.config.levels)
        self.parts_s: dict[str, float] = {}
        self._last = 0.0
        for index in range(self.levels - 1):
            model.level(index).register_forward_hook(self._watcher(index))

    def start(self) -> None:
        """Begin a new update."""
        self.parts_s = {}
        self._last = time.perf_counter()

    def mark(self, part: str) -> None:
        """Everything since the last mark was spent on `part`."""
        now = time.perf_counter()
        self.parts_s[part] = self.parts_s.get(part, 0.0) + now - self._last
        self._last = now

    def _watcher(self, index: int) -> Any:
        """A hook for when level `index` has told its children what to become."""

        def finished(level: nn.Module, given: Any, told: Told) -> None:
            self.mark(f"level{index}")
            if told.hidden.requires_grad:
                told.hidden.register_hook(  # type: ignore[no-untyped-call]
                    lambda gradient: self.mark(f"level{index + 1}")
                )

        return finished


class Learner:
    """A preset in training."""

    def __init__(self, name: str, config: TrainingConfig, updates: int) -> None:
        torch.manual_seed(config.seed)
        self.model = Fractal(preset(name)).train()
        self.average: AveragedModel = averaged_copy(self.model, config.ema_decay)
        self.optimizer, self.schedule = make_optimizer(self.model, config, updates)
        self.clip = config.gradient_clip
        self.rng = torch.Generator().manual_seed(config.seed)
        self.watch = Stopwatch(self.model)

    def update(self, batch: Batch) -> Update:
        """Learn from one batch."""
        cpu, begin = time.process_time(), time.perf_counter()
        self.watch.start()
        self.optimizer.zero_grad()
        total: Tensor = self.model(batch, self.rng).total
        self.watch.mark(f"level{self.watch.levels - 1}")
        total.backward()  # type: ignore[no-untyped-call]
        self.watch.mark("level0")
        nn.utils.clip_grad_norm_(self.model.parameters(), self.clip)
        self.optimizer.step()
        self.schedule.step()
        self.average.update_parameters(self.model)
        self.watch.mark("weights")
        wall_s, cpu_s = time.perf_counter() - begin, time.process_time() - cpu
        return Update(wall_s, cpu_s, dict(self.watch.parts_s))


def main() -> int:
    """Measure every preset and print the table, or JSON as the last line."""
    torch.set_num_threads(1)
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="few updates, half batches")
    parser.add_argument("--json", action="store_true", help="print one JSON object as last line")
    parser.add_argument("--presets", default=",".join(PRESETS), help="names, with commas")
    parser.add_argument("--updates", type=int, help=f"measured updates of each preset; {UPDATES}")
    arguments = parser.parse_args()
    updates = arguments.updates or (QUICK_UPDATES if arguments.quick else UPDATES)
    config = TrainingConfig(threads=1)
    if arguments.quick:
        config = replace(config, batch_size=config.batch_size // 2)
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    try:
        learners = {
            name: Learner(name, config, updates + 1) for name in arguments.presets.split(",")
        }
    except ConfigError as err:
        parser.error(str(err))
    rows = measure(learners, music(config, updates + 1))
    print(table(rows))
    if arguments.json:
        result: dict[str, object] = {name: asdict(row) for name, row in rows.items()}
        result |= {
            "batch_size": config.batch_size,
            "window_steps": config.window_steps,
            "updates": updates,
            "threads": torch.get_num_threads(),
            "load_average_before": load,
        }
        print(json.dumps(result))
    return 0


def music(config: TrainingConfig, batches: int) -> list[Batch]:
    """Batches of windows that nothing is told of but metre and place in the bar."""
    rolls, steps = config.batch_size, config.window_steps
    tunes = make_tunes(batches * rolls * VOICES, -(-steps // BAR_STEPS), seed=config.seed)
    cells = np.stack([tune.cells[0, :, :steps] for tune in tunes])
    layered = cells.reshape(batches, rolls, VOICES, *cells.shape[1:]).max(axis=2)
    return [batch_of(codes) for codes in layered]


def measure(learners: dict[str, Learner], batches: list[Batch]) -> dict[str, Row]:
    """One update that isn't counted, then interleaved rounds."""
    updates: dict[str, list[Update]] = {name: [] for name in learners}
    for number, batch in enumerate(tqdm(batches, unit="round", file=sys.stderr)):
        for name, learner in learners.items():
            update = learner.update(batch)
            if number:
                updates[name].append(update)
    codes = np.concatenate([batch.codes.numpy() for batch in batches])
    frames = batches[0].codes.shape[0] * codes.shape[2]
    notes = notes_per_frame(codes)
    return {name: row(one.model, updates[name], frames, notes) for name, one in learners.items()}


def row(model: Fractal, updates: list[Update], frames: int, notes: float) -> Row:
    """What the updates of one preset say; `frames` are a batch's."""
    wall = [update.wall_s for update in updates]
    cpu = statistics.median(update.cpu_s for update in updates)
    parts = {
        part: sum(update.parts_s.get(part, 0.0) for update in updates)
        for part in sorted({part for update in updates for part in update.parts_s})
    }
    return Row(
        kinds=model.config.kinds,
        parameters=sum(parameter.numel() for parameter in model.parameters()),
        frames_per_s=round(frames / statistics.median(wall), 1),
        cpu_frames_per_s=round(frames / cpu, 1),
        update_s=(round(min(wall), 4), round(statistics.median(wall), 4), round(max(wall), 4)),
        shares={part: round(spent / sum(parts.values()), 3) for part, spent in parts.items()},
        notes_per_frame=round(notes, 3),
    )


def table(rows: dict[str, Row]) -> str:
    """The rows as Markdown."""
    lines = [
        "| preset | levels | weights, M | frames/s (by CPU) | s an update: low / median / high | "
        "share of time |",
        "|---|---|---|---|---|---|",
    ]
    for name, one in rows.items():
        low, middle, high = one.update_s
        shares = ", ".join(f"{part} {share:.0%}" for part, share in one.shares.items())
        lines.append(
            f"| {name} | {one.kinds} | {one.parameters / 1e6:.2f} | "
            f"{one.frames_per_s:.0f} ({one.cpu_frames_per_s:.0f}) | "
            f"{low:.2f} / {middle:.2f} / {high:.2f} | {shares} |"
        )
    notes = next(iter(rows.values())).notes_per_frame
    return "\n".join([*lines, "", f"music with {notes} notes a frame"])


if __name__ == "__main__":
    sys.exit(main())
