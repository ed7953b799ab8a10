"""What the sampler made, as rolls: canvas codes with whatever no onset began taken out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from model.config import ModelConfig
from model.engine import Codes
from model.roll import FIRST_ONSET, SILENT, Grid, MetreChange, Part, Roll, TempoChange


def roll_of(
    config: ModelConfig, codes: Codes, metre: tuple[int, int], bpm: float, program: int = 0
) -> Roll:
    """Canvas codes [P, S] as a roll; held cells that nothing in it began become silent."""
    cells = without_orphans(codes).reshape(config.parts, config.pitches, -1)
    return Roll(
        cells,
        Grid(config.steps_per_beat, config.velocity_bins),
        tuple(Part(program=program) for _ in range(config.parts)),
        (MetreChange(0, *metre),),
        (TempoChange(0, bpm),),
    )


def without_orphans(codes: Codes) -> NDArray[np.uint8]:
    """Codes [P, S] in which held cells that no onset began are silent.

    They stand at the left edge, where the prompt was cut off, and where a MAR level has revealed
    two neighbours in one round, a silent one and one that would have continued it.
    """
    steps = np.arange(codes.shape[1])
    last_silent = np.maximum.accumulate(np.where(codes == SILENT, steps, -1), axis=1)
    last_onset = np.maximum.accumulate(np.where(codes >= FIRST_ONSET, steps, -1), axis=1)
    return np.where(last_onset > last_silent, codes, np.uint8(SILENT))
