"""A tiny model that plays live, and its bars."""

from __future__ import annotations

import numpy as np

from model.conditions import Conditions
from model.engine import Codes, Engine
from model.livesource import LiveBar, LiveSource
from model.roll import HELD
from model.sampler import SamplingSettings
from tests.model.configs import config_of, level

COLUMNS = config_of(
    level("ar", (128, 1)),
    level("ar", (16, 1)),
    level("ar", (1, 1)),
    pitches=128,
    context_steps=32,
    styles=("pop",),
)


def source_of(
    engine: Engine, conditions: Conditions | None = None, bpm: float = 120.0
) -> LiveSource:
    return LiveSource(engine, conditions or Conditions(), SamplingSettings(seed=7), bpm)


def take(source: LiveSource, count: int) -> list[LiveBar]:
    found = [source.next_bar() for _ in range(count)]
    return [bar for bar in found if bar is not None]


def joined(bars: list[LiveBar]) -> Codes:
    """All bars as one array of codes, ties held on."""
    pieces = []
    for bar in bars:
        cells = bar.roll.cells.copy()
        for part, pitch in bar.tied:
            cells[part, pitch, 0] = HELD
        pieces.append(cells)
    return np.concatenate(pieces, 2)
