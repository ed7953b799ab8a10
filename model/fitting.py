"""Brings music of any parts onto a model's canvas, and what was made of it back into the parts.

A model of one part hears all parts laid over each other, drums apart, and what it makes goes into
the first of the chosen parts; the others' notes are known to it and stay. A model of as many parts
as the music has makes each of the chosen ones. Music on a finer grid is heard on the model's and
what is made is written back; nothing outside the region is touched.

Shapes: `K` parts, `P` = 128 pitches, `S` steps of the music, `T` steps on the model's grid.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from model.conditions import Conditions, place_ids
from model.config import ModelConfig
from model.engine import Codes, Known
from model.remaking import Passage, mended
from model.roll import FIRST_ONSET, HELD, PITCHES, SILENT, Cells, Grid, Roll
from model.settings import SamplingError
from model.timeline import metre_ids, places_in_bar


@dataclass(frozen=True)
class Chosen:
    """What is to be made anew: steps `start` .. `stop`, pitches `low` to `high`, of some parts."""

    start: int
    stop: int
    low: int = 0
    high: int = PITCHES - 1
    parts: tuple[int, ...] = (0,)


class Fitting:
    """One piece and one region of it, fitted to a model.

    Args:
        config: of the model.
        roll: the piece.
        chosen: the region; cut to the piece, and to whole steps of the model's grid.

    Raises:
        SamplingError: the model can't make such a region; the message says why.
    """

    def __init__(self, config: ModelConfig, roll: Roll, chosen: Chosen) -> None:
        self.config, self.roll = config, roll
        if config.pitches != PITCHES:
            raise SamplingError(f"the model has {config.pitches} pitches, a piece has {PITCHES}")
        if config.parts not in (1, len(roll.parts)):
            raise SamplingError(
                f"the model makes {config.parts} parts and the piece has {len(roll.parts)};"
                " give it as many parts, or take a model of one part",
                "other_parts",
                model=config.parts,
                piece=len(roll.parts),
            )
        self.factor, rest = divmod(roll.grid.steps_per_beat, config.steps_per_beat)
        if rest:
            raise SamplingError(
                f"the piece has {roll.grid.steps_per_beat} steps a beat and the model"
                f" {config.steps_per_beat}; open the piece on a grid of a multiple of that",
                "other_grid",
                model=config.steps_per_beat,
                piece=roll.grid.steps_per_beat,
            )
        self.chosen = self._cut(chosen)
        self.grid = Grid(config.steps_per_beat, config.velocity_bins)

    @property
    def target(self) -> int:
        """The part that a model of one part writes into."""
        tones = [part for part in self.chosen.parts if not self.roll.parts[part].is_drum]
        return tones[0] if tones else self.chosen.parts[0]

    def passage(self, conditions: Conditions, keep_levels: int = 0) -> Passage:
        """The region as the model is asked for it."""
        told = self._coarse(self._told())
        region = np.zeros(told.shape, bool)
        own, factor = self.chosen, self.factor
        steps = slice(own.start // factor, own.stop // factor)
        region[list(own.parts), own.low : own.high + 1, steps] = True
        if self.config.parts == 1:
            tones = [k for k, part in enumerate(self.roll.parts) if not part.is_drum]
            heard = told[tones].max(0) if tones else told[0] * np.uint8(0)
            before = self._coarse(self.roll.cells)
            free = region.any(0) & (heard == SILENT)
            codes = np.where(free, before[tones].max(0) if tones else heard, heard)
        else:
            free, codes = (cells.reshape(-1, cells.shape[2]) for cells in (region, told))
            before = self._coarse(self.roll.cells).reshape(codes.shape)
            codes = np.where(free, before, codes)
        at = np.arange(codes.shape[1]) * factor
        per_beat = self.roll.grid.steps_per_beat
        place = place_ids(places_in_bar(at, self.roll.metres, per_beat) // factor)
        metre = metre_ids(at, self.roll.metres).astype(np.int64)
        return Passage(codes, free, metre, place, conditions, keep_levels)

    def cells(self, passage: Passage, made: Codes) -> Cells:
        """The whole piece with what was made, uint8[K, P, S].

        Args:
            passage: as it was asked for.
            made: uint8 [rows, T] of the model's canvas; only what is free counts.
        """
        own, cells = self.chosen, self._told().copy()
        steps = slice(own.start // self.factor, own.stop // self.factor)
        found = np.where(passage.free, made, np.uint8(SILENT))[:, steps]
        fine = self.fine(found).reshape(self.config.parts, PITCHES, -1)
        region = np.zeros(cells.shape, bool)
        rows = slice(own.low, own.high + 1)
        region[list(own.parts), rows, own.start : own.stop] = True
        targets = (self.target,) if self.config.parts == 1 else own.parts
        for part in targets:
            new = fine[0 if self.config.parts == 1 else part]
            cells[part, rows, own.start : own.stop] = new[rows]
        for part in own.parts:
            cells[part] = mended(cells[part], region[part], self.roll.cells[part])
        return cells

    def _cut(self, chosen: Chosen) -> Chosen:
        """The region inside the piece, on whole steps of the model's grid."""
        start = -(-max(chosen.start, 0) // self.factor) * self.factor
        stop = min(chosen.stop, self.roll.steps) // self.factor * self.factor
        parts = tuple(sorted({part for part in chosen.parts if 0 <= part < len(self.roll.parts)}))
        low, high = max(chosen.low, 0), min(chosen.high, PITCHES - 1)
        if start >= stop or low > high or not parts:
            raise SamplingError(
                "the region holds nothing that can be made; choose a larger one", "empty_region"
            )
        return replace(chosen, start=start, stop=stop, low=low, high=high, parts=parts)

    def _told(self) -> Cells:
        """The piece without what is to be made anew."""
        cells, own = self.roll.cells.copy(), self.chosen
        rows, steps = slice(own.low, own.high + 1), slice(own.start, own.stop)
        for part in own.parts:
            cells[part, rows, steps] = SILENT
        return cells

    def _coarse(self, cells: Cells) -> Cells:
        """Cells on the model's grid and in its velocity bins."""
        return on_grid(cells, self.roll.grid, self.grid)

    def fine(self, codes: Codes) -> Codes:
        """Codes of the model's grid on the piece's."""
        codes = _rebinned(codes, self.grid, self.roll.grid)
        fine = np.repeat(codes, self.factor, axis=1)
        begun = (np.arange(fine.shape[1]) % self.factor == 0)[None]
        return np.where(~begun & (fine >= FIRST_ONSET), np.uint8(HELD), fine)


def on_grid(cells: Cells, own: Grid, other: Grid) -> Cells:
    """Cells [..., S] of one grid on another that is as fine or coarser, in its velocity bins.

    Raises:
        SamplingError: the steps of the one are no whole number of the other's.
    """
    factor, rest = divmod(own.steps_per_beat, other.steps_per_beat)
    if rest:
        raise SamplingError(
            f"the music has {own.steps_per_beat} steps a beat and the model"
            f" {other.steps_per_beat}; give it on a grid of a multiple of that"
        )
    return _rebinned(_coarser(cells, factor) if factor > 1 else cells, own, other)


def _coarser(cells: Cells, factor: int) -> Cells:
    """Each `factor` steps as one: an onset if there is any, held if all of it is held."""
    steps = cells.shape[2]
    whole = np.pad(cells, ((0, 0), (0, 0), (0, -steps % factor)))
    groups = whole.reshape(*whole.shape[:2], -1, factor)
    loudest = groups.max(-1)
    held: Known = (groups == HELD).any(-1) & (loudest == HELD) & (groups[..., 0] == HELD)
    return np.where(loudest >= FIRST_ONSET, loudest, held.astype(np.uint8) * np.uint8(HELD))


def _rebinned(codes: Cells, own: Grid, other: Grid) -> Cells:
    """Onsets in the velocity bins of another grid."""
    if own.velocity_bins == other.velocity_bins:
        return codes
    bins = other.bin_table()[own.velocity_table()]
    table = np.concatenate([[SILENT, HELD], FIRST_ONSET + bins]).astype(np.uint8)
    found: Cells = table[codes]
    return found
