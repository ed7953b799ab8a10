"""The music that graphs are checked with: one roll and several, short and long, told and untold.

Every way that the sampler goes is gone: from nothing and from a prompt, told and untold, with
guidance, and with everything that shapes what is drawn. Shapes: `P` rows, `S` steps.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from model.conditions import Conditions
from model.config import ModelConfig
from model.engine import Codes
from model.roll import FIRST_ONSET, HELD, SILENT
from model.sampler import Request, bar_steps
from model.settings import SamplingSettings

ROLLS = (1, 3)
"""Batch sizes."""
METRE = (4, 4)
_KEY = 9  # A major
_DENSITY = 1.0


@dataclass(frozen=True)
class Case:
    """One piece of music and how to make it; `name` is for messages."""

    name: str
    request: Request
    settings: SamplingSettings

    @property
    def whole(self) -> bool:
        """Whether patches may be made in one call each."""
        return self.settings.guidance == 1


def lengths(config: ModelConfig) -> tuple[int, int]:
    """Two lengths in steps, whole patches of level 0; with a prompt they fit into the context."""
    width = config.levels[0].patch[1]
    short = config.padded_steps(max(config.context_steps // 8, width))
    return short, max(config.padded_steps(config.context_steps // 2), short + width)


def cases(config: ModelConfig) -> list[Case]:
    """Two batch sizes, two lengths, and all that can be asked."""
    one, several = ROLLS
    short, long = lengths(config)
    style = config.styles[-1] if config.styles else None
    told = Conditions(style, _KEY, METRE, _DENSITY)
    prompt = _prompt(config, short)
    places = np.arange(short, dtype=np.int64) % bar_steps(METRE, config.steps_per_beat)
    shaped = SamplingSettings(temperature=0.9, top_p=0.95, filter_threshold=0.002, seed=4)
    guided = SamplingSettings(temperature=1.2, guidance=1.5, guidance_schedule="linear", seed=5)
    return [
        Case("one short roll", Request(short, Conditions(metre=None), count=one),
             SamplingSettings(seed=1)),
        Case("several long rolls with conditions", Request(long, told, count=several),
             SamplingSettings(seed=2)),
        Case("one long roll from a prompt, guided",
             Request(long, told, prompt, places), SamplingSettings(guidance=2.0, seed=3)),
        Case("one long roll from a prompt, filtered", Request(long, told, prompt, places), shaped),
        Case("several short rolls, guided and hot", Request(short, told, count=several), guided),
    ]  # fmt: skip


def _prompt(config: ModelConfig, steps: int) -> Codes:
    """Some notes at random, [P, S]."""
    rng = np.random.default_rng(0)
    codes = np.full((config.height, steps), SILENT, np.uint8)
    for step in range(steps):
        chance = rng.random(config.height)
        onsets = FIRST_ONSET + rng.integers(0, config.velocity_bins, config.height)
        sounds = codes[:, step - 1] != SILENT if step else np.zeros(config.height, bool)
        codes[:, step] = np.where(chance < 0.03, onsets, HELD * (sounds & (chance > 0.4)))
    return codes
