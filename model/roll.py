"""The roll: parts x pitches x steps of cells, with the grid, metre and tempo that they live in.

This is the word every room speaks; whoever needs a note, a grid or a metre imports it from here.
Shapes: `K` parts, `P` = 128 pitches, `S` steps. The rules for overlaps, short notes, pedal and
drums are told in docs/rolls.md.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np
import numpy.typing as npt

from model.errors import RollError
from model.grid import STEPS_PER_BEAT_CHOICES, Grid, IntArray
from model.notes import (
    FIRST_ONSET,
    HELD,
    PITCHES,
    SILENT,
    Cells,
    Note,
    NoteArray,
    extract,
    is_canonical,
    paint,
)
from model.timeline import (
    MetreChange,
    TempoChange,
    change_index,
    check_changes,
    metre_ids,
    metres_between,
    places_in_bar,
    step_seconds,
    tempos_between,
)

__all__ = [
    "FIRST_ONSET",
    "HELD",
    "PITCHES",
    "SILENT",
    "STANDARD_GRID",
    "STEPS_PER_BEAT_CHOICES",
    "Cells",
    "Grid",
    "MetreChange",
    "Note",
    "NoteArray",
    "Part",
    "Roll",
    "TempoChange",
]

MAX_PROGRAM = 127  # General MIDI programs are 0..127

STANDARD_GRID = Grid()
COMMON_TIME = (MetreChange(0, 4, 4),)
MODERATE = (TempoChange(0, 120.0),)


@dataclass(frozen=True)
class Part:
    """One voice of a roll.

    Attributes:
        name: What a track of this part is called.
        program: General MIDI program, 0..127.
        is_drum: Whether its pitches are drums (MIDI channel 10).
    """

    name: str = "Fractalroll"
    program: int = 0
    is_drum: bool = False

    def __post_init__(self) -> None:
        """Refuse a program that MIDI doesn't have.

        Raises:
            RollError: If the program is outside 0..127.
        """
        if not 0 <= self.program <= MAX_PROGRAM:
            raise RollError(f"A program is 0 to {MAX_PROGRAM}, not {self.program}.")


ONE_PART = (Part(),)


@dataclass(frozen=True, eq=False)
class Roll:
    """Cells uint8[K, P, S] and what they mean; never changed after it is made.

    A cell is 0 silent, 1 held, or 2 + v: an onset in velocity bin v. Held is only found right of
    a sounding cell, so the first column holds nothing (canonical cells).

    Attributes:
        cells: uint8[K, 128, S], read only.
        grid: Steps a beat and velocity bins.
        parts: One for each of the K rows of cells.
        metres: Metre changes; the first at step 0, or below 0 where the roll begins in a bar.
        tempos: Tempo changes; the first at step 0. Those that change nothing are dropped.
    """

    cells: Cells = field(repr=False)
    grid: Grid = STANDARD_GRID
    parts: tuple[Part, ...] = ONE_PART
    metres: tuple[MetreChange, ...] = COMMON_TIME
    tempos: tuple[TempoChange, ...] = MODERATE

    def __post_init__(self) -> None:
        """Check the cells against the grid and the parts.

        Raises:
            RollError: If shapes, codes or changes don't fit together.
        """
        object.__setattr__(self, "parts", tuple(self.parts))
        object.__setattr__(self, "metres", tuple(self.metres))
        check_changes(self.metres, "metre")
        check_changes(self.tempos, "tempo")
        object.__setattr__(self, "tempos", _without_repeats(self.tempos))
        object.__setattr__(self, "cells", _checked(self.cells, len(self.parts), self.grid))

    @classmethod
    def from_notes(
        cls,
        notes: Iterable[Note] | NoteArray,
        steps: int,
        grid: Grid = STANDARD_GRID,
        parts: Sequence[Part] = ONE_PART,
        metres: Sequence[MetreChange] = COMMON_TIME,
        tempos: Sequence[TempoChange] = MODERATE,
    ) -> Self:
        """Roll of `steps` steps with these notes, in any order.

        A later onset of the same part and pitch cuts the note before; notes that begin together
        become one (the loudest velocity, the longest duration); a note is cut at the roll's end.

        Raises:
            RollError: If a note lies outside the roll, or the roll contradicts itself.
        """
        if steps < 0:
            raise RollError(f"A roll can't have {steps} steps: give 0 or more.")
        array = notes if isinstance(notes, NoteArray) else NoteArray.from_notes(notes)
        cells = paint(array, len(parts), steps, grid)
        return cls(cells, grid, tuple(parts), tuple(metres), tuple(tempos))

    @property
    def steps(self) -> int:
        """Number of steps S."""
        return int(self.cells.shape[2])

    def notes(self) -> list[Note]:
        """Notes sorted by onset, part and pitch; a velocity is the centre of its bin."""
        return self.note_array().to_notes()

    def note_array(self) -> NoteArray:
        """The same notes as arrays."""
        return extract(self.cells, self.grid)

    def sounding(self) -> npt.NDArray[np.bool_]:
        """bool[K, P, S]: where a note sounds, onset or held."""
        where: npt.NDArray[np.bool_] = self.cells != SILENT
        return where

    def onsets(self) -> npt.NDArray[np.bool_]:
        """bool[K, P, S]: where a note begins."""
        where: npt.NDArray[np.bool_] = self.cells >= FIRST_ONSET
        return where

    def merged(self, *, drums: bool = False) -> Self:
        """All parts laid over each other as one, named after the first of them.

        In each cell an onset wins over held, the loudest of several onsets wins, and held wins
        over silent: that is the greatest code, since codes rise in this order. So a note that
        another part strikes again goes on, newly struck, until the last of both has ended.

        Args:
            drums: Whether drum parts take part; their pitches mean drums, not tones.
        """
        chosen = [k for k, part in enumerate(self.parts) if drums or not part.is_drum]
        shape = (1, PITCHES, self.steps)
        cells = (
            self.cells[chosen].max(axis=0, keepdims=True) if chosen else np.zeros(shape, np.uint8)
        )
        part = self.parts[chosen[0]] if chosen else Part()
        return replace(self, cells=cells, parts=(part,))

    def slice_steps(self, start: int, stop: int) -> Self:
        """The stretch [start, stop) as a roll of its own.

        A note that sounds across `start` begins there with its velocity; one that sounds across
        `stop` ends there. Bar lines stay where they are, so a cut inside a bar leaves a first
        metre change at a negative step.

        Raises:
            RollError: If not 0 <= start <= stop <= steps.
        """
        if not 0 <= start <= stop <= self.steps:
            raise RollError(
                f"Can't take steps {start} to {stop} of a roll of {self.steps} steps: "
                f"ask for 0 <= start <= stop <= {self.steps}."
            )
        cells = self.cells[..., start:stop].copy()
        if stop > start:
            parts, pitches = np.nonzero(cells[..., 0] == HELD)
            before = self.cells[parts, pitches, :start][:, ::-1]  # [rows, start], latest first
            struck = np.argmax(before >= FIRST_ONSET, axis=1) if start else np.zeros(0, np.int64)
            cells[parts, pitches, 0] = before[np.arange(len(parts)), struck]
        metres = metres_between(self.metres, start, stop, self.grid.steps_per_beat)
        tempos = tempos_between(self.tempos, start, stop)
        return replace(self, cells=cells, metres=metres, tempos=tempos)

    def joined(self, other: Self) -> Self:
        """This roll and then the other, which must have the same grid and number of parts.

        Parts keep the names of this roll. Where the other begins inside a bar that simply goes
        on, nothing is added; else its metre starts at its first own bar line.

        Raises:
            RollError: If grids or numbers of parts differ.
        """
        if other.grid != self.grid or len(other.parts) != len(self.parts):
            raise RollError(
                f"Can't join a roll of {len(self.parts)} part(s) on {self.grid} with one of "
                f"{len(other.parts)} part(s) on {other.grid}: bring both to one grid and as "
                "many parts first."
            )
        seam = self.steps
        tempos = [t for t in self.tempos if t.step < seam]
        tempos += [TempoChange(max(t.step, 0) + seam, t.bpm) for t in other.tempos]
        return replace(
            self,
            cells=np.concatenate([self.cells, other.cells], axis=2),
            metres=tuple(self._joined_metres(other)),
            tempos=tuple(tempos),
        )

    def _joined_metres(self, other: Self) -> list[MetreChange]:
        seam, per_beat = self.steps, self.grid.steps_per_beat
        metres = [m for m in self.metres if m.step < seam]
        if not metres:
            return list(other.metres)
        first = other.metres[0]
        same = (metres[-1].numerator, metres[-1].denominator) == (
            first.numerator,
            first.denominator,
        )
        place = int(places_in_bar(seam, metres, per_beat))
        goes_on = same and place == int(places_in_bar(0, other.metres, per_beat))
        lines = other.bar_starts()
        if not goes_on and len(lines):
            begun = other.metres[int(change_index(lines[0], other.metres))]
            change = MetreChange(seam + int(lines[0]), begun.numerator, begun.denominator)
            metres.append(change)
        taken = metres[-1].step
        later = (MetreChange(m.step + seam, m.numerator, m.denominator) for m in other.metres[1:])
        return metres + [m for m in later if m.step > taken]

    def step_seconds(self) -> npt.NDArray[np.float64]:
        """float64[S + 1]: seconds from the beginning to each step's left edge, and to the end."""
        return step_seconds(self.steps, self.tempos, self.grid.steps_per_beat)

    def steps_in_bar(self) -> npt.NDArray[np.int16]:
        """int16[S]: steps since the last bar line, 0 on a downbeat."""
        places = places_in_bar(np.arange(self.steps), self.metres, self.grid.steps_per_beat)
        return places.astype(np.int16)

    def bar_starts(self) -> IntArray:
        """Steps (rising) on which a bar begins."""
        return np.flatnonzero(self.steps_in_bar() == 0)

    def metre_ids(self) -> npt.NDArray[np.int16]:
        """int16[S]: id of the metre in force (see `model.conditions.METRES`), 0 if it has none."""
        return metre_ids(np.arange(self.steps), self.metres).astype(np.int16)

    def same_as(self, other: "Roll") -> bool:
        """Whether cells, grid, parts, metres and tempos are all equal."""
        return (
            self.cells.shape == other.cells.shape
            and bool((self.cells == other.cells).all())
            and (self.grid, self.parts, self.metres, self.tempos)
            == (other.grid, other.parts, other.metres, other.tempos)
        )


def _checked(cells: Cells, parts: int, grid: Grid) -> Cells:
    """A read-only view of cells that are canonical and fit the parts and the grid."""
    cells = np.asarray(cells)
    if cells.dtype != np.uint8 or cells.ndim != 3 or cells.shape[:2] != (parts, PITCHES):
        raise RollError(
            f"Cells are {cells.dtype}{list(cells.shape)}: a roll of {parts} part(s) needs "
            f"uint8[{parts}, {PITCHES}, steps]."
        )
    top = FIRST_ONSET + grid.velocity_bins - 1
    if cells.size and int(cells.max()) > top:
        raise RollError(
            f"A cell has code {int(cells.max())}: with {grid.velocity_bins} velocity bins the "
            f"greatest is {top}."
        )
    if not is_canonical(cells):
        raise RollError(
            "A held cell has nothing sounding at its left: begin each note with an onset."
        )
    view = cells.view()
    view.setflags(write=False)
    return view


def _without_repeats(tempos: Sequence[TempoChange]) -> tuple[TempoChange, ...]:
    """The changes that change something."""
    return tuple(t for k, t in enumerate(tempos) if k == 0 or t.bpm != tempos[k - 1].bpm)
