"""What Generate, Continue, Regenerate and Vary mean for a piece: a roll to start from, a region.

Pure functions from what is open to what is asked of the making process, and back from its answer
to the roll that is committed. Shapes: `K` parts, `P` = 128 pitches, `S` steps.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from PySide6.QtCore import QCoreApplication

from export.sessionwire import pack_roll
from gui.making.engine import Facts
from gui.making.wishes import MakingSettings
from gui.state.made import Made
from gui.state.piece import Piece
from gui.state.selection import Region
from model.conditions import parse_metre
from model.errors import ModelError
from model.grid import IntArray
from model.remaking import mended
from model.roll import PITCHES, SILENT, Cells, Grid, MetreChange, Part, Roll, TempoChange
from model.sampler import bar_steps

translate = QCoreApplication.translate


class AskingError(ModelError):
    """Something can't be made as things are; the message says what to do."""


@dataclass(frozen=True)
class Asked:
    """One making.

    Attributes:
        text: What it is called in the Undo menu and on the roll.
        roll: The piece that it is made in, as long as it will be.
        region: What is made.
        parts: Parts that may change.
        keep: Levels that are kept, from the coarsest on.
        whole: Whether all of the piece is made, rather than a region of it.
    """

    text: str
    roll: Roll
    region: Region
    parts: tuple[int, ...]
    keep: int = 0
    whole: bool = False

    def order(self, settings: MakingSettings) -> dict[str, Any]:
        """The `make` order."""
        region = {
            "start_step": self.region.start_step,
            "stop_step": self.region.stop_step,
            "low_pitch": self.region.low_pitch,
            "high_pitch": self.region.high_pitch,
            "parts": list(self.parts),
        }
        given = pack_roll(self.roll)
        return {**settings.order(), "given": given, "region": region, "keep_levels": self.keep}

    def made(self, settings: MakingSettings, facts: Facts | None) -> Made:
        """Where the notes come from, of a model that may be gone by now."""
        return Made(
            model=facts.name if facts else "",
            model_hash=facts.hash if facts else "",
            seed=settings.seed,
            temperature=settings.temperature,
            guidance=settings.guidance,
            region=None if self.whole else self.region,
            level=self.keep or None,
            style=settings.style,
        )

    def committed(self, roll: Roll, made: Cells, start: int) -> Roll:
        """The piece with what was made.

        Args:
            roll: the piece as it is now, which may have been edited since.
            made: uint8 [K, P, steps], all parts from `start` on.
            start: the first step that `made` tells of.
        """
        base = self.roll if self.whole else roll
        length = self.roll.steps if self.whole else max(roll.steps, self.roll.steps)
        cells = _resized(roll.cells, length, len(base.parts))
        before, free = cells.copy(), np.zeros(cells.shape, bool)
        rows = slice(self.region.low_pitch, self.region.high_pitch + 1)
        steps = slice(start, start + made.shape[2])
        if self.whole:
            before = self.roll.cells
            cells[list(self.parts)] = SILENT
        for part in self.parts:
            cells[part, rows, steps] = made[part, rows]
            free[part, rows, steps] = True
            cells[part] = mended(cells[part], free[part], before[part])
        return replace(base, cells=cells)


def generate(piece: Piece, settings: MakingSettings, facts: Facts) -> Asked:
    """All of it: every part that isn't locked is made anew, so many bars from the beginning.

    Raises:
        AskingError: all parts are locked, or a bar doesn't fit the grid.
    """
    roll, locked = piece.roll, piece.locked()
    parts = _unlocked(piece)
    if not locked:
        roll = _blank(roll, facts)
        parts = tuple(range(len(roll.parts)))
    metre = _metre_of(roll, settings)
    steps = settings.bars * _bar(metre, roll.grid)
    kept = sorted(locked)
    last = np.flatnonzero((roll.cells[kept] != SILENT).any((0, 1))) if kept else np.zeros(0)
    length = max(steps, int(last[-1]) + 1 if len(last) else 0)
    cells = _resized(roll.cells, length, len(roll.parts))
    cells[list(parts)] = SILENT
    bpm = settings.bpm or roll.tempos[0].bpm
    metres = roll.metres if settings.metre is None else (MetreChange(0, *metre),)
    tempos = roll.tempos if settings.bpm is None else (TempoChange(0, bpm),)
    whole = replace(
        roll, cells=cells, metres=_within(metres, length), tempos=_within(tempos, length)
    )
    return Asked(translate("Making", "Generate"), whole, Region(0, steps), parts, whole=True)


def go_on(piece: Piece, settings: MakingSettings, step: int | None) -> Asked:
    """So many bars from a step on (None: from the bar after the last note).

    Raises:
        AskingError: all parts are locked, or a bar doesn't fit the grid.
    """
    roll = piece.roll
    if step is None:
        sounding = np.flatnonzero((roll.cells != SILENT).any((0, 1)))
        end = int(sounding[-1]) + 1 if len(sounding) else 0
        later = roll.bar_starts()[roll.bar_starts() >= end]
        step = int(later[0]) if len(later) else roll.steps
    step = min(max(step, 0), roll.steps)
    stop = step + settings.bars * _bar(_last_metre(roll, step), roll.grid)
    longer = replace(roll, cells=_resized(roll.cells, max(stop, roll.steps), len(roll.parts)))
    return Asked(translate("Making", "Continue"), longer, Region(step, stop), _unlocked(piece))


def regenerate(piece: Piece, region: Region | None) -> Asked:
    """A region anew; all else stays.

    Raises:
        AskingError: nothing is selected, or all of it is locked.
    """
    if region is None:
        raise AskingError(
            translate("Making", "Nothing is selected; drag over the roll to select a region.")
        )
    return Asked(
        translate("Making", "Regenerate"),
        piece.roll,
        _cut(region, piece.roll),
        _chosen(piece, region),
    )


def vary(piece: Piece, region: Region | None, keep: int) -> Asked:
    """A region (None: all of it) anew below a level; what coarser levels say stays.

    Raises:
        AskingError: all of it is locked, or there is nothing to vary.
    """
    region = _cut(region or Region(0, max(piece.roll.steps, 1)), piece.roll)
    parts = _chosen(piece, region)
    rows = slice(region.low_pitch, region.high_pitch + 1)
    steps = slice(region.start_step, region.stop_step)
    if not (piece.roll.cells[list(parts), rows, steps] != SILENT).any():
        raise AskingError(
            translate("Making", "There is nothing to vary here; generate something first.")
        )
    return Asked(translate("Making", "Vary"), piece.roll, region, parts, keep)


def region_of(
    region: Region | None, notes: Iterable[tuple[int, int, int]], roll: Roll
) -> Region | None:
    """What is selected as a region: the region itself, else the box around the selected notes."""
    chosen = set(notes)
    if region is not None or not chosen:
        return region
    array = roll.note_array()
    wanted = _numbers(*np.array(list(chosen), np.int64).T)
    own = array.only(np.isin(_numbers(array.part, array.pitch, array.onset_steps), wanted))
    if not len(own):
        return None
    return Region(
        int(own.onset_steps.min()),
        int((own.onset_steps + own.duration_steps).max()),
        int(own.pitch.min()),
        int(own.pitch.max()),
        frozenset(own.part.tolist()),
    )


def _numbers(part: IntArray, pitch: IntArray, onset: IntArray) -> IntArray:
    """One number for each note, int64 [N]."""
    return (onset * 256 + part) * PITCHES + pitch


def _blank(roll: Roll, facts: Facts) -> Roll:
    """A roll of the model's parts where it makes several, on its grid where this one's is none."""
    grid, parts = roll.grid, roll.parts
    if facts.parts not in (1, len(parts)):
        parts = tuple(Part(f"Part {index + 1}") for index in range(facts.parts))
    if grid.steps_per_beat % facts.steps_per_beat:
        grid = Grid(facts.steps_per_beat, facts.velocity_bins)
        return Roll(
            np.zeros((len(parts), PITCHES, 0), np.uint8), grid, parts, tempos=roll.tempos[:1]
        )
    return replace(roll, cells=np.zeros((len(parts), PITCHES, roll.steps), np.uint8), parts=parts)


def _unlocked(piece: Piece) -> tuple[int, ...]:
    found = tuple(k for k, voice in enumerate(piece.voices) if not voice.locked)
    if not found:
        raise AskingError(translate("Making", "Every part is locked; unlock one that may change."))
    return found


def _chosen(piece: Piece, region: Region) -> tuple[int, ...]:
    found = tuple(part for part in _unlocked(piece) if region.has_part(part))
    if not found:
        raise AskingError(
            translate("Making", "The selected parts are locked; unlock one that may change.")
        )
    return found


def _cut(region: Region, roll: Roll) -> Region:
    if region.start_step >= roll.steps:
        raise AskingError(translate("Making", "The selection lies behind the end of the piece."))
    return replace(region, stop_step=min(region.stop_step, roll.steps))


def _bar(metre: tuple[int, int], grid: Grid) -> int:
    return bar_steps(metre, grid.steps_per_beat)


def _metre_of(roll: Roll, settings: MakingSettings) -> tuple[int, int]:
    if settings.metre is not None:
        return parse_metre(settings.metre)
    return roll.metres[0].numerator, roll.metres[0].denominator


def _last_metre(roll: Roll, step: int) -> tuple[int, int]:
    own = [metre for metre in roll.metres if metre.step <= step][-1]
    return own.numerator, own.denominator


def _within(changes: tuple[Any, ...], steps: int) -> tuple[Any, ...]:
    """Changes of metre or tempo that lie in a piece of so many steps; the first one in any case."""
    return tuple(one for index, one in enumerate(changes) if not index or one.step < steps)


def _resized(cells: Cells, steps: int, parts: int) -> Cells:
    """Cells as long as they have to be, cut or silent at the end; a copy."""
    whole = np.zeros((parts, PITCHES, steps), np.uint8)
    common = min(steps, cells.shape[2])
    held = min(parts, len(cells))
    whole[:held, :, :common] = cells[:held, :, :common]
    return whole
