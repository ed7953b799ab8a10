"""Can this machine train at all? Two tiny generators on a handful of pieces, in two minutes.

One has AR levels, one MAR levels. Each must get its training loss below a stated limit and then
make music that is neither silent nor saturated. The limit is a share of what a guesser without any
context needs, who knows only how often each pitch is silent, held or struck, and how loudly:
whoever gets well below has learnt from what surrounds a cell. When a generator fails, the signs
that the training curve shows are named, with what to do about them.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from model.cache import Cache
from model.conditions import Conditions
from model.config import LevelConfig, ModelConfig
from model.datamodule import Split
from model.notes import FIRST_ONSET, SILENT
from model.roll import Roll
from model.sampler import Request, Sampler, bar_steps, make_rolls
from model.torchengine import TorchEngine
from model.training import Run, train
from model.trainingconfig import TrainingConfig
from model.trainingmodule import TrainingError

BUDGET_S = 120.0
"""Seconds that both generators together may take."""
Limits = Mapping[str, float]
"""By kind: share of the guesser's nats that the loss must get below."""
TUNE_LIMITS: Limits = {"ar": 0.2, "mar": 0.65}
"""For the tunes of `model.tunes`, which have little to learn."""
MUSIC_LIMITS: Limits = {"ar": 0.55, "mar": 0.85}
"""For a dozen pieces of real music."""
FULL_SHARE = 0.25
"""Share of sounding cells from which a roll counts as saturated; real music has 2 to 5 %."""
COLLAPSED_NATS = 0.01
"""Entropy per prediction below which a level no longer hesitates about anything."""
EXPLODED_NORM = 1000.0
"""Gradient norm before clipping from which it counts as exploded."""
RISEN = 1.5
"""How many times its best the loss may be at the end, before that counts as rising."""
_BARS = 4
_ROLLS = 2


@dataclass(frozen=True)
class KindReport:
    """How one generator fared.

    Attributes:
        kind: "ar" or "mar".
        passed: Whether it learnt and makes music.
        limit: Loss in nats per frame that it had to get below.
        loss: Loss that it got to.
        steps: Updates made.
        seconds: Wall time, generating included.
        notes: Notes in the generated rolls.
        sounding_share: Share of cells that sound in them.
        signs: Signs of trouble, each with what to do; empty when passed.
    """

    kind: str
    passed: bool
    limit: float
    loss: float
    steps: int
    seconds: float
    notes: int
    sounding_share: float
    signs: tuple[str, ...]

    def to_json(self) -> dict[str, object]:
        """The same as plain values for JSON; a loss that is no number becomes None."""
        return asdict(self) | {"loss": self.loss if math.isfinite(self.loss) else None}


def check_configs(cache: Cache) -> dict[str, ModelConfig]:
    """The tiny generators, AR and MAR, for a cache's grid."""
    grid = cache.grid
    base = ModelConfig(
        levels=(
            LevelConfig("ar", (128, 1), dim=48, depth=1, copy_heads=2, reach=(0, 32)),
            LevelConfig("ar", (16, 1), dim=32, reach=(8, 0)),
            LevelConfig("ar", (1, 1), dim=32, reach=(16, 0)),
        ),
        steps_per_beat=grid.steps_per_beat,
        velocity_bins=grid.velocity_bins,
        context_steps=64,
        window_channels=8,
        dropout=0.0,
        condition_dropout=0.0,
        styles=cache.styles,
    )
    mar = tuple(replace(level, kind="mar", copy_heads=0) for level in base.levels)
    return {"ar": base, "mar": replace(base, levels=mar)}


def check_training(
    cache: Cache, folder: Path, limits: Limits = MUSIC_LIMITS, *, progress: bool = True
) -> list[KindReport]:
    """Train both generators on every song of a cache and look at what they make.

    Args:
        cache: A handful of pieces.
        folder: Where the two runs go; must not hold any.
        limits: What each has to reach.
        progress: Show bars on standard error.

    Raises:
        KeyboardInterrupt: Ctrl-C.
    """
    configs = check_configs(cache)
    reports: list[KindReport] = []
    begun = time.perf_counter()
    for kind, config in configs.items():
        left = len(configs) - len(reports)
        budget_s = (BUDGET_S - (time.perf_counter() - begun)) / left
        limit = limits[kind] * guesser_nats(cache, config.velocity_bins)
        judge = _Judge(limit, time.perf_counter() + 0.9 * budget_s, time.perf_counter)
        reports.append(_check_kind(kind, config, cache, folder / kind, judge, progress=progress))
    return reports


def guesser_nats(cache: Cache, velocity_bins: int) -> float:
    """Nats per frame of a guesser who knows every pitch's own frequencies and nothing else."""
    steps = np.concatenate([np.arange(s.offset, s.offset + s.steps) for s in cache.songs])
    cells = cache.cells[steps]
    kinds = np.stack([cells == SILENT, cells == 1, cells >= FIRST_ONSET]).mean(1)  # [3, P]
    loudness = np.bincount(cells[cells >= FIRST_ONSET] - FIRST_ONSET, minlength=velocity_bins)
    onsets = float(kinds[2].sum())
    return _entropy(kinds.T) + onsets * _entropy(loudness[None] / max(1, loudness.sum()))


def _entropy(shares: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> float:
    """Entropy of each row in nats, summed over the rows."""
    return float(-(shares * np.log(np.where(shares > 0, shares, 1.0))).sum())


class _Judge:
    """Watches a training curve: ends the run once it is below the limit, or out of time."""

    def __init__(self, limit: float, deadline: float, clock: Callable[[], float]) -> None:
        self.limit, self._deadline, self._clock = limit, deadline, clock
        self.lines: list[Mapping[str, float]] = []
        self.late = False

    def look(self, step: int, metrics: Mapping[str, float]) -> bool:
        """Whether the run should end, having seen one more line."""
        self.lines.append(metrics)
        self.late = self._clock() > self._deadline
        return self.learnt or self.late

    @property
    def loss(self) -> float:
        """Loss of the last line."""
        return self.lines[-1]["loss"] if self.lines else math.nan

    @property
    def learnt(self) -> bool:
        """Whether the loss is below the limit."""
        return self.loss < self.limit


def _check_kind(
    kind: str, config: ModelConfig, cache: Cache, folder: Path, judge: _Judge, *, progress: bool
) -> KindReport:
    """Train one generator until it is below its limit or out of time, then let it play."""
    begun = time.perf_counter()
    split = Split(
        cache.windows(("train", "valid", "test"), config.context_steps, config.context_steps),
        config,
        cache.styles,
    )
    steps, broke = 0, ""
    try:
        result = train(
            split,
            split,
            _settings(config),
            folder,
            progress=progress,
            tensorboard=False,
            look=judge.look,
        )
        steps = result.steps
        if result.end == "interrupted" and not (judge.learnt or judge.late):
            raise KeyboardInterrupt
    except TrainingError as err:
        broke = str(err)
    rolls = [] if broke else _play(folder, config)
    signs = signs_of_trouble(judge.lines, judge.limit, rolls, late=judge.late, broke=broke)
    return KindReport(
        kind=kind,
        passed=not signs,
        limit=judge.limit,
        loss=judge.loss,
        steps=steps,
        seconds=time.perf_counter() - begun,
        notes=sum(len(roll.notes()) for roll in rolls),
        sounding_share=float(np.mean([roll.sounding().mean() for roll in rolls])) if rolls else 0.0,
        signs=tuple(signs),
    )


def _settings(config: ModelConfig) -> TrainingConfig:
    """A short run at a constant learning rate, so that its length can stay open."""
    return TrainingConfig(
        steps=2000,
        batch_size=8,
        window_steps=config.context_steps,
        hop_steps=config.context_steps,
        learning_rate=4e-3,
        learning_rate_floor=1.0,
        warmup_steps=20,
        ema_decay=0.9,
        shift_range=0,
        validation_interval=2000,
        validation_windows=8,
        log_interval=10,
        checkpoint_interval=2000,
        accelerator="cpu",
    )


def _play(folder: Path, config: ModelConfig) -> list[Roll]:
    """A few bars from the generator that was trained."""
    sampler = Sampler(TorchEngine(Run(folder).last_model()))
    steps = _BARS * bar_steps((4, 4), config.steps_per_beat)
    return make_rolls(sampler, Request(steps, Conditions(), count=_ROLLS))


def signs_of_trouble(
    lines: Sequence[Mapping[str, float]],
    limit: float,
    rolls: Sequence[Roll],
    *,
    late: bool = False,
    broke: str = "",
) -> list[str]:
    """What a training curve and the music after it say is wrong; nothing where all is well.

    Args:
        lines: Lines of the training curve, oldest first.
        limit: Loss that had to be got below.
        rolls: What the trained generator made.
        late: Whether the time ran out.
        broke: Message of the error that ended training, if one did.
    """
    signs = [f"gradients explode: {broke}"] if broke else []
    losses = [line["loss"] for line in lines]
    if not broke and any(line["gradient_norm"] > EXPLODED_NORM for line in lines[1:]):
        worst = max(line["gradient_norm"] for line in lines[1:])
        signs.append(f"gradients explode: their norm reached {worst:.0f}; lower the learning rate")
    if losses and not losses[-1] < limit:
        signs += _signs_of_not_learning(lines, losses, limit, late=late)
    if rolls:
        signs += _signs_in_music(rolls)
    return signs


def _signs_of_not_learning(
    lines: Sequence[Mapping[str, float]], losses: Sequence[float], limit: float, *, late: bool
) -> list[str]:
    """Why the loss may not have got below its limit."""
    got = f"{losses[-1]:.2f} nats per frame instead of {limit:.2f}"
    signs = []
    rose = len(losses) > 1 and (losses[-1] >= losses[0] or losses[-1] > RISEN * min(losses))
    if rose or not math.isfinite(losses[-1]):
        signs.append(
            f"loss rises: it began at {losses[0]:.2f}, was {min(losses):.2f} at best and ended at"
            f" {losses[-1]:.2f}; lower the learning rate, or check that the files are music"
        )
    flat = [
        name.partition("/")[0]
        for name, value in lines[-1].items()
        if name.endswith("/entropy") and value < COLLAPSED_NATS
    ]
    if flat:
        signs.append(
            f"entropy collapsed: {', '.join(flat)} is certain of everything, and wrong ({got});"
            " check that the files differ, or raise dropout"
        )
    if not signs and late:
        signs.append(
            f"too slow: the loss was still falling when the time was up ({got}); close other"
            " programs, or train on a faster machine"
        )
    return signs or [f"loss stuck: {got}; check that the files are music"]


def _signs_in_music(rolls: Sequence[Roll]) -> list[str]:
    """Whether what was made is silent or saturated."""
    if not any(roll.notes() for roll in rolls):
        return ["silent output: no note was made; train longer"]
    share = float(np.mean([roll.sounding().mean() for roll in rolls]))
    if share > FULL_SHARE:
        return [f"saturated output: {share:.0%} of all cells sound; train longer"]
    return []
