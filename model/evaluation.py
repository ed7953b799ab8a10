"""Held-out likelihood: how probable a generator finds music that it has never seen.

Protocol. Every step of every song of a split is scored once, in windows that follow each other
without overlap; each window knows what sounds just before it (`carry`) but no more of its past, so
the figure is a little worse than with the whole past. The model is told metre, place in the bar and
style, which come with the file; key and density are told only on request, because they are measured
on the very notes that are scored. Nats are natural logarithms, velocities included. Intervals are
percentile bootstraps over songs (Efron and Tibshirani 1993), the song being what was drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Literal, get_args

import numpy as np
import torch
from numpy.typing import NDArray
from tqdm import tqdm

from model.batch import Batch
from model.cache import Cache, Song, WindowSet
from model.conditions import UNKNOWN
from model.datamodule import Split
from model.errors import ModelError
from model.fractal import Fractal
from model.notes import FIRST_ONSET
from model.plans import random_plan

Told = Literal["metre", "style", "key", "density"]
CONDITIONS: tuple[Told, ...] = get_args(Told)
TOLD: tuple[Told, ...] = ("metre", "style")
"""Conditions that don't give away the notes."""
RESAMPLES = 2000


class EvaluationError(ModelError):
    """There is nothing to evaluate, or it can't be evaluated."""


@dataclass(frozen=True)
class Estimate:
    """A figure with its bootstrap 95 % interval over songs."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.4f} ({self.low:.4f} to {self.high:.4f})"


@dataclass(frozen=True)
class Likelihood:
    """Held-out likelihood of a split.

    Attributes:
        kind: "exact", or "bound": an upper bound of the nats, where a level is MAR.
        split: Which songs.
        songs, frames, notes: How much was scored; a frame is a step of the grid.
        nats_per_frame: All levels and velocities together.
        nats_per_note: The same per onset.
        levels: Nats per frame that each level adds, coarse to fine, and the velocities.
        told: Conditions that the model was told.
        window_steps: Length of a window.
    """

    kind: Literal["exact", "bound"]
    split: str
    songs: int
    frames: int
    notes: int
    nats_per_frame: Estimate
    nats_per_note: Estimate
    levels: dict[str, float]
    told: tuple[str, ...]
    window_steps: int

    def to_json(self) -> dict[str, object]:
        """The same as plain values for JSON."""
        return asdict(self)


@dataclass
class _Sums:
    """What was added up: nats, frames and notes by song, frames times nats by level."""

    nats: NDArray[np.float64]
    frames: NDArray[np.float64]
    notes: NDArray[np.float64]
    levels: dict[str, float]


def held_out_likelihood(
    model: Fractal,
    cache: Cache,
    split: str = "test",
    *,
    window_steps: int | None = None,
    told: Sequence[Told] = TOLD,
    songs: int | None = None,
    batch_size: int = 8,
    seed: int = 0,
    progress: bool = True,
) -> Likelihood:
    """Score a split of a cache.

    Args:
        model: The generator.
        cache: Music on the generator's grid.
        split: "train", "valid" or "test".
        window_steps: Length of a window; None takes what the model looks back at most.
        told: Conditions that the model is told.
        songs: Only so many songs, evenly spaced; None takes all.
        batch_size: Windows at a time.
        seed: Draws orders of MAR levels and the bootstrap.
        progress: Show a bar on standard error.

    Raises:
        EvaluationError: the split is empty, or the cache has another grid.
    """
    _check_grid(model, cache)
    steps = window_steps or model.config.context_steps
    chosen = _chosen_songs(cache, split, songs)
    if not chosen:
        raise EvaluationError(
            f"the split {split!r} holds no songs; choose another one (--split), or more music"
        )
    windows = WindowSet(cache, chosen, steps, steps, "none")
    number_of = {song: number for number, song in enumerate(chosen)}
    song_of = np.array([number_of[windows.place(k)[0]] for k in range(len(windows))])
    source = Split(windows, model.config, cache.styles)
    sums = _score(model, source, song_of, told, batch_size, seed, progress=progress)
    rng = np.random.default_rng(seed)
    frames = float(sums.frames.sum())
    return Likelihood(
        kind="exact" if model.config.exact else "bound",
        split=split,
        songs=len(chosen),
        frames=int(frames),
        notes=int(sums.notes.sum()),
        nats_per_frame=bootstrap(sums.nats, sums.frames, rng),
        nats_per_note=bootstrap(sums.nats, sums.notes, rng),
        levels={name: total / frames for name, total in sums.levels.items()},
        told=tuple(told),
        window_steps=steps,
    )


def bootstrap(
    parts: NDArray[np.float64], wholes: NDArray[np.float64], rng: np.random.Generator
) -> Estimate:
    """Sum of `parts` over sum of `wholes`, with a 95 % interval over the songs they belong to.

    Args:
        parts: [songs].
        wholes: [songs], not all zero.
        rng: Draws the resamples.
    """
    drawn = rng.integers(0, len(parts), (RESAMPLES, len(parts)))
    whole = wholes[drawn].sum(1)
    ratios = parts[drawn].sum(1) / np.where(whole > 0, whole, np.nan)
    low, high = np.nanpercentile(ratios, [2.5, 97.5])
    return Estimate(float(parts.sum() / max(wholes.sum(), 1e-12)), float(low), float(high))


def _check_grid(model: Fractal, cache: Cache) -> None:
    config, grid = model.config, cache.grid
    if (config.steps_per_beat, config.velocity_bins) != (grid.steps_per_beat, grid.velocity_bins):
        raise EvaluationError(
            f"the model has {config.steps_per_beat} steps a beat and {config.velocity_bins}"
            f" velocities, the music {grid.steps_per_beat} and {grid.velocity_bins}; build its"
            " cache on the model's grid"
        )


def _chosen_songs(cache: Cache, split: str, count: int | None) -> list[Song]:
    """The songs of a split, or so many of them, evenly spaced."""
    found = [song for song in cache.songs if song.split == split]
    if count is None or count >= len(found):
        return found
    return [found[k] for k in np.linspace(0, len(found) - 1, count).round().astype(int)]


def _score(
    model: Fractal,
    windows: Split,
    song_of: NDArray[np.int64],
    told: Sequence[Told],
    batch_size: int,
    seed: int,
    *,
    progress: bool,
) -> _Sums:
    """Score all windows batch by batch; `song_of` [windows] says to which song each belongs."""
    rng = np.random.default_rng(seed)
    songs = int(song_of.max()) + 1
    sums = _Sums(np.zeros(songs), np.zeros(songs), np.zeros(songs), {})
    model.eval()
    device = next(model.parameters()).device
    with tqdm(total=len(windows), desc="score", unit="window", disable=not progress) as bar:
        for at in range(0, len(windows), batch_size):
            own = range(at, min(at + batch_size, len(windows)))
            batch = withhold(windows.batch([(number, 0) for number in own]), told)
            plan = random_plan(model.config, batch.valid_steps.numpy(), batch.codes.shape[2], rng)
            _add(sums, model, batch.to(device), plan, song_of[own])
            bar.update(len(own))
    return sums


def _add(
    sums: _Sums,
    model: Fractal,
    batch: Batch,
    plan: dict[int, torch.Tensor],
    song: NDArray[np.int64],
) -> None:
    """Add one batch to the sums."""
    losses, nats = model.measure(batch, plan)
    frames = batch.valid_steps.cpu().numpy()
    inside = torch.arange(batch.codes.shape[2], device=batch.codes.device)
    onsets = (batch.codes >= FIRST_ONSET) & (inside < batch.valid_steps[:, None])[:, None]
    np.add.at(sums.nats, song, nats.double().cpu().numpy())
    np.add.at(sums.frames, song, frames)
    np.add.at(sums.notes, song, onsets.sum((1, 2)).cpu().numpy())
    found = {f"level {k} ({s.kind})": float(s.nats) for k, s in enumerate(losses.per_level)}
    velocities = float(losses.velocity_nats)
    found[[*found][-1]] -= velocities  # the cells' nats hold them
    found["velocities"] = velocities
    for name, value in found.items():
        sums.levels[name] = sums.levels.get(name, 0.0) + value * losses.frames


def withhold(batch: Batch, told: Sequence[Told]) -> Batch:
    """A batch in which only the named conditions are told (metre brings the place in the bar)."""
    hidden = {
        "metre": ("metre", "place"),
        "style": ("style",),
        "key": ("key",),
        "density": ("density",),
    }
    fields = [name for what, names in hidden.items() if what not in told for name in names]
    return replace(
        batch, **{name: torch.full_like(getattr(batch, name), UNKNOWN) for name in fields}
    )
