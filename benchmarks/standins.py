"""Generators that were never trained, made about as busy as music, so that they can be timed.

Sparse descent takes time where something happens, so what a generator costs depends on how much it
writes; random weights write noise without end. Two steps make such a generator comparable. First
the biases of its last layers (flags, kinds, velocities) learn from given music, everything else
stays random: every choice then is as frequent as in the music. Then generated rolls are counted,
and the biases of "active" and "onset" shifted until the notes a frame are about those of the music.

Shapes: `B` rolls, `P` canvas rows, `T` steps.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray

from model.batch import Batch
from model.conditions import metre_id, place_ids
from model.config import Kind, LevelConfig, ModelConfig
from model.fractal import Fractal
from model.legality import FLAG_ACTIVE, KIND_ONSET
from model.roll import FIRST_ONSET
from model.sampler import Request, Sampler, make_rolls
from model.settings import SamplingSettings
from model.torchengine import TorchEngine

Codes = NDArray[np.uint8]

FIT_UPDATES = 16
FIT_RATE = 0.6
SHIFTS = 4
CLOSE = 0.06  # natural log of the ratio of notes a frame
BAR_STEPS = 16
OUTPUTS = ("flags.bias", "kinds.bias", "velocities.bias")


def four_levels(kinds: str, like: ModelConfig) -> ModelConfig:
    """A beat of all pitches -> 16 x 4 -> 4 x 4 -> cell, about as large as the preset `live`.

    Args:
        kinds: One a level, such as ``ar,ar,mar,mar``.
        like: Gives parts, grid and velocities.
    """
    shapes = (
        LevelConfig(patch=(128, 4), dim=192, depth=3, copy_heads=4, reach=(0, 64)),
        LevelConfig(patch=(16, 4), dim=128, reach=(8, 0)),
        LevelConfig(patch=(4, 4), dim=64, reach=(4, 4), rounds=4),
        LevelConfig(patch=(1, 1), dim=64, reach=(4, 4), rounds=4),
    )
    return ModelConfig(
        levels=with_kinds(shapes, kinds),
        parts=like.parts,
        steps_per_beat=like.steps_per_beat,
        velocity_bins=like.velocity_bins,
    )


def with_kinds(levels: tuple[LevelConfig, ...], kinds: str) -> tuple[LevelConfig, ...]:
    """The levels with other kinds."""
    names: dict[str, Kind] = {"ar": "ar", "mar": "mar"}
    pairs = zip(levels, kinds.split(","), strict=True)
    return tuple(replace(level, kind=names[kind]) for level, kind in pairs)


def stand_in(config: ModelConfig, music: Codes, seed: int) -> Fractal:
    """A generator with random weights whose output biases suit `music`, uint8 [B, P, T]."""
    torch.manual_seed(seed)
    model = Fractal(config).eval()
    learn_biases(model, batch_of(music))
    match_notes(model, notes_per_frame(music), music.shape[2])
    return model


def notes_per_frame(codes: Codes) -> float:
    """Onsets a step of rolls [B, P, T]."""
    return float((codes >= FIRST_ONSET).sum() / (codes.shape[0] * codes.shape[2]))


def batch_of(music: Codes) -> Batch:
    """Rolls in 4/4 that begin with a bar, and of which nothing else is told."""
    rolls, height, steps = music.shape
    none = torch.zeros(rolls, dtype=torch.int64)
    place = torch.from_numpy(place_ids(np.arange(steps) % BAR_STEPS)).expand(rolls, steps)
    return Batch(
        codes=torch.from_numpy(music),
        carry=torch.zeros(rolls, height, dtype=torch.bool),
        valid_steps=none + steps,
        place=place,
        metre=torch.full_like(place, metre_id(4, 4)),
        style=none,
        key=none,
        density=none,
        shift=none,
    )


def learn_biases(model: Fractal, batch: Batch) -> None:
    """Fit the biases of all last layers to a batch, by its likelihood; nothing else is changed."""
    model.requires_grad_(False)
    biases = [p for name, p in model.named_parameters() if name.endswith(OUTPUTS)]
    for bias in biases:
        bias.requires_grad_(True)
    optimizer = torch.optim.Adam(biases, lr=FIT_RATE)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, FIT_UPDATES)
    rng = torch.Generator().manual_seed(0)
    for _ in range(FIT_UPDATES):
        optimizer.zero_grad()
        model(batch, rng).total.backward()
        optimizer.step()
        schedule.step()
    model.requires_grad_(False)


def match_notes(model: Fractal, wanted: float, steps: int) -> None:
    """Shift what says "active" and "onset" until rolls have about `wanted` notes a frame."""
    for trial in range(SHIFTS):
        sampler = Sampler(TorchEngine(model))
        rolls = make_rolls(sampler, Request(steps, count=6), SamplingSettings(seed=9000 + trial))
        found = notes_per_frame(np.concatenate([roll.merged().cells for roll in rolls]))
        ratio = math.log(wanted / max(found, 0.01))
        if abs(ratio) < CLOSE:
            return
        for name, parameter in model.named_parameters():
            if name.endswith("flags.bias"):
                parameter[FLAG_ACTIVE] += ratio / 2
            elif name.endswith("kinds.bias"):
                parameter[KIND_ONSET] += ratio / 2
