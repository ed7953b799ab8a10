"""What everything around the updates of a training run costs: data, Lightning, curves, checkpoints.

    python benchmarks/trainingloop.py [--quick] [--json] [--preset tiny] [--threads 1]

The same updates are made twice on tunes made on the spot: by a bare loop (batch, forward, backward,
clipping, AdamW, nothing else), and by `model.training.train` with Lightning, averaged weights and
curves. The overhead is what the second takes longer per update. The two take turns, and medians
count; times are of the processor, so that a busy machine matters little. How fast the updates
themselves are is told by benchmarks/training.py.
"""

import argparse
import json
import statistics
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import torch

from model.cache import Cache, build_cache
from model.checkpoint import read_checkpoint, write_checkpoint
from model.config import ModelConfig
from model.datamodule import Split, TrainingBatches
from model.fractal import Fractal
from model.midifile import write_midi
from model.optimisation import make_optimizer
from model.presets import PRESETS, preset
from model.training import train
from model.trainingcallbacks import LAST
from model.trainingconfig import TrainingConfig
from model.tunes import make_tunes

TURNS, QUICK_TURNS = 5, 2
STEPS, QUICK_STEPS = 40, 16
TUNES = 40


@dataclass(frozen=True)
class Measured:
    """One preset on one machine.

    Attributes:
        bare_s: Processor seconds per update of the bare loop.
        train_s: The same of `train`, start-up left out.
        overhead_share: How much more the second takes, as a share of the first.
        batch_s: Processor seconds to make one batch from the cache, part of both.
        save_s, load_s: Seconds to write (to the disk itself) and to read a checkpoint.
        checkpoint_mib: Its size.
    """

    bare_s: float
    train_s: float
    overhead_share: float
    batch_s: float
    save_s: float
    load_s: float
    checkpoint_mib: float


def main() -> int:
    """Measure and print, JSON as the last line if asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="fewer and shorter turns")
    parser.add_argument("--json", action="store_true", help="print one JSON object as last line")
    parser.add_argument("--preset", choices=sorted(PRESETS), default="tiny", help="what to train")
    parser.add_argument("--threads", type=int, default=1, help="CPU threads of torch")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    turns = QUICK_TURNS if arguments.quick else TURNS
    steps = QUICK_STEPS if arguments.quick else STEPS
    with tempfile.TemporaryDirectory(prefix="fractalroll-training-") as scratch:
        found = measure(Path(scratch), preset(arguments.preset), turns, steps)
    print(f"{arguments.preset}, {arguments.threads} thread(s), processor time an update:")
    print(
        f"  bare loop {1000 * found.bare_s:8.1f} ms, of these the batch {1000 * found.batch_s:.1f}"
    )
    print(f"  train     {1000 * found.train_s:8.1f} ms ({found.overhead_share:+.1%})")
    print(
        f"checkpoint of {found.checkpoint_mib:.1f} MiB: written in {1000 * found.save_s:.0f} ms,"
        f" read in {1000 * found.load_s:.0f} ms"
    )
    if arguments.json:
        told = {"preset": arguments.preset, "threads": arguments.threads}
        print(json.dumps(told | asdict(found)))
    return 0


def measure(place: Path, config: ModelConfig, turns: int, steps: int) -> Measured:
    """Take turns between the bare loop and `train`, then time a batch and a checkpoint."""
    cache = music(place)
    split = Split(cache.windows(("train", "valid", "test")), config, cache.styles)
    settings = run_settings(steps)
    bare, trained = [], []
    for turn in range(turns):
        bare.append(bare_loop(split, settings, steps))
        trained.append(whole_training(split, settings, place / f"run-{turn}"))
    bare_s, train_s = statistics.median(bare), statistics.median(trained)
    begun = time.process_time()
    for _ in TrainingBatches(split, settings, 0, steps):
        pass
    batch_s = (time.process_time() - begun) / steps
    checkpoint = place / "run-0" / "checkpoints" / LAST
    begun = time.perf_counter()
    state = read_checkpoint(checkpoint)
    read = time.perf_counter()
    write_checkpoint(state, place / "again.safetensors")
    return Measured(
        bare_s=bare_s,
        train_s=train_s,
        overhead_share=train_s / bare_s - 1,
        batch_s=batch_s,
        save_s=time.perf_counter() - read,
        load_s=read - begun,
        checkpoint_mib=checkpoint.stat().st_size / 2**20,
    )


def music(place: Path) -> Cache:
    """Tunes as a cache."""
    (place / "tunes").mkdir()
    for number, tune in enumerate(make_tunes(TUNES)):
        write_midi(tune, place / "tunes" / f"{number:03}.mid")
    return build_cache(place / "tunes", place / "cache", workers=0, progress=False)


def run_settings(steps: int) -> TrainingConfig:
    """A run of so many updates with two lines of curves, validated and saved only at its end."""
    return TrainingConfig(
        steps=steps,
        batch_size=8,
        warmup_steps=2,
        validation_interval=steps,
        validation_windows=1,
        checkpoint_interval=steps,
        log_interval=steps // 2,
        accelerator="cpu",
    )


def bare_loop(split: Split, settings: TrainingConfig, steps: int) -> float:
    """Seconds per update of nothing but the updates, over the second half of them."""
    torch.manual_seed(0)
    model = Fractal(split.model_config).train()
    optimizer, schedule = make_optimizer(model, settings, steps)
    rng = torch.Generator().manual_seed(0)
    times = []
    for batch in TrainingBatches(split, settings, 0, steps):
        optimizer.zero_grad(set_to_none=True)
        model(batch, rng).total.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), settings.gradient_clip)
        optimizer.step()
        schedule.step()
        times.append(time.process_time())
    half = settings.log_interval
    return (times[2 * half - 1] - times[half - 1]) / half


def whole_training(split: Split, settings: TrainingConfig, folder: Path) -> float:
    """Seconds per update of `train`, between the two lines of its curve."""
    lines: list[float] = []

    def look(step: int, metrics: object) -> bool:
        lines.append(time.process_time())
        return False

    train(split, split, settings, folder, progress=False, look=look)
    return (lines[1] - lines[0]) / settings.log_interval


if __name__ == "__main__":
    raise SystemExit(main())
