"""Notes, one by one and as arrays, and the two ways between them and cells.

Shapes: `N` notes, `K` parts, `P` = 128 pitches, `S` steps. Cells are uint8[K, P, S]:
0 silent, 1 held, 2 + v an onset with velocity bin v. Both ways are whole-array NumPy; nothing
here loops over notes or cells in Python, apart from the list of `Note` that people read.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from model.errors import RollError
from model.grid import MAX_VELOCITY, Grid, IntArray

SILENT = 0
HELD = 1
FIRST_ONSET = 2
PITCHES = 128

Cells = npt.NDArray[np.uint8]


@dataclass(frozen=True, order=True)
class Note:
    """One note on the grid.

    Attributes:
        onset_steps: Step at which it begins, 0 or more.
        part: Index of its part.
        pitch: MIDI pitch, 0..127.
        duration_steps: Steps that it sounds, 1 or more.
        velocity: MIDI velocity, 1..127.
    """

    onset_steps: int
    part: int
    pitch: int
    duration_steps: int
    velocity: int


@dataclass(frozen=True, eq=False)
class NoteArray:
    """The same five numbers of N notes, as five int64[N]; made for speed, not for reading."""

    onset_steps: IntArray
    part: IntArray
    pitch: IntArray
    duration_steps: IntArray
    velocity: IntArray

    @classmethod
    def from_notes(cls, notes: Iterable[Note]) -> "NoteArray":
        """Gather notes into arrays, in the order given."""
        rows = [(n.onset_steps, n.part, n.pitch, n.duration_steps, n.velocity) for n in notes]
        columns = np.array(rows, dtype=np.int64).reshape(-1, 5).T
        return cls(*columns)

    def to_notes(self) -> list[Note]:
        """Notes one by one, in the order of the arrays."""
        columns = (self.onset_steps, self.part, self.pitch, self.duration_steps, self.velocity)
        return [Note(*row) for row in zip(*(c.tolist() for c in columns), strict=True)]

    def __len__(self) -> int:
        """Number of notes."""
        return len(self.onset_steps)

    def only(self, chosen: npt.NDArray[np.bool_]) -> "NoteArray":
        """The notes marked in bool[N]."""
        columns = (self.onset_steps, self.part, self.pitch, self.duration_steps, self.velocity)
        return NoteArray(*(column[chosen] for column in columns))

    def check(self, parts: int, steps: int) -> None:
        """Refuse notes that don't fit a roll of that many parts and steps.

        Raises:
            RollError: Naming the first note that doesn't fit, and why.
        """
        limits: tuple[tuple[str, IntArray, int, int | None], ...] = (
            ("onset_steps", self.onset_steps, 0, steps - 1),
            ("part", self.part, 0, parts - 1),
            ("pitch", self.pitch, 0, PITCHES - 1),
            ("duration_steps", self.duration_steps, 1, None),
            ("velocity", self.velocity, 1, MAX_VELOCITY),
        )
        for name, values, low, high in limits:
            outside = values < low if high is None else (values < low) | (values > high)
            if outside.any():
                index = int(np.argmax(outside))
                upper = "or more" if high is None else f"to {high}"
                raise RollError(
                    f"Note {index} doesn't fit a roll of {parts} part(s) and {steps} steps: "
                    f"its {name} is {int(values[index])} and must be {low} {upper}."
                )


def paint(notes: NoteArray, parts: int, steps: int, grid: Grid) -> Cells:
    """Cells uint8[K, P, S] of the notes.

    Where notes of one part and pitch overlap, the later onset cuts the earlier note. Where they
    begin on the same step they become one note, as loud as the loudest and as long as the
    longest. A note that would sound past the last step ends there.

    Raises:
        RollError: If a note doesn't fit the roll.
    """
    begin, durations, code = _runs(notes, parts, steps, grid)
    cells = np.zeros(parts * PITCHES * steps, dtype=np.uint8)
    cells[np.repeat(begin, durations) + _counted(durations)] = HELD
    cells[begin] = code
    return cells.reshape(parts, PITCHES, steps)


def paint_merged(notes: NoteArray, parts: int, steps: int, grid: Grid) -> Cells:
    """Cells uint8[S, P] of all parts laid over each other, time first.

    The same as the greatest of `paint` over the parts, transposed, in memory that doesn't grow
    with the number of parts.

    Raises:
        RollError: If a note doesn't fit the roll.
    """
    begin, durations, code = _runs(notes, parts, steps, grid)
    row, onset = np.divmod(begin, max(steps, 1))
    first = onset * PITCHES + row % PITCHES
    cells = np.zeros(steps * PITCHES, dtype=np.uint8)
    cells[np.repeat(first, durations) + PITCHES * _counted(durations)] = HELD
    order = np.argsort(code, kind="stable")  # of two onsets in one cell the louder is written last
    cells[first[order]] = code[order]
    return cells.reshape(steps, PITCHES)


def _runs(notes: NoteArray, parts: int, steps: int, grid: Grid) -> tuple[IntArray, IntArray, Cells]:
    """Flat first cell, duration and onset code of each note left after overlaps are resolved."""
    notes.check(parts, steps)
    row = notes.part * PITCHES + notes.pitch
    stop = np.minimum(notes.onset_steps + notes.duration_steps, steps)
    begin, end, loudest = _disjoint(
        row * steps + notes.onset_steps, row * steps + stop, notes.velocity
    )
    return begin, end - begin, (FIRST_ONSET + grid.bin_table()[loudest]).astype(np.uint8)


def _counted(durations: IntArray) -> IntArray:
    """0, 1, .. d - 1 for each duration d, one after the other."""
    return np.arange(durations.sum()) - np.repeat(np.cumsum(durations) - durations, durations)


def _disjoint(
    begin: IntArray, end: IntArray, velocity: IntArray
) -> tuple[IntArray, IntArray, IntArray]:
    """Join notes with the same begin and cut each at the next begin; all in flat cell indices.

    A flat index counts cells row after row (one row per part and pitch), and no note ends beyond
    its row, so that the next begin of another row never cuts anything.
    """
    order = np.argsort(begin, kind="stable")
    begin, first = np.unique(begin[order], return_index=True)
    if len(begin) == 0:
        return begin, begin, begin
    longest = np.maximum.reduceat(end[order], first)
    loudest = np.maximum.reduceat(velocity[order], first)
    longest[:-1] = np.minimum(longest[:-1], begin[1:])
    return begin, longest, loudest


def extract(cells: Cells, grid: Grid) -> NoteArray:
    """Notes of canonical cells uint8[K, P, S], sorted by onset, part and pitch.

    In canonical cells every run of sounding cells begins with an onset, so that row after row
    the n-th onset and the n-th end of a run belong to the same note.
    """
    pitches, steps = cells.shape[1:]
    flat = cells.reshape(-1)
    begin = np.flatnonzero(flat >= FIRST_ONSET)
    stops = np.empty(cells.shape, dtype=bool)
    stops[..., -1:] = True
    stops[..., :-1] = cells[..., 1:] != HELD
    end = np.flatnonzero((flat != SILENT) & stops.reshape(-1))
    row, onset = np.divmod(begin, max(steps, 1))
    part, pitch = np.divmod(row, pitches)
    order = np.lexsort((pitch, part, onset))
    velocity = grid.velocity_table()[flat[begin].astype(np.int64) - FIRST_ONSET]
    columns = (onset, part, pitch, end - begin + 1, velocity)
    return NoteArray(*(column[order] for column in columns))


def is_canonical(cells: Cells) -> bool:
    """Whether every held cell of uint8[K, P, S] continues a sounding cell at its left."""
    held = cells == HELD
    if held[..., :1].any():
        return False
    return not bool((held[..., 1:] & (cells[..., :-1] == SILENT)).any())
