"""What a musician and Fractalroll played together: two parts that grow, laid into a piece.

Bars are told one by one and may be told again: the musician's while they are played, both after a
jump of the song. Nothing here knows Qt's widgets.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from gui.state.editing import erase_region
from gui.state.piece import Piece, Voice
from gui.state.putting import put
from gui.state.region import Region
from model.conditions import parse_metre
from model.grid import Grid
from model.roll import PITCHES, MetreChange, NoteArray, Part, Roll, TempoChange

Row = tuple[int, int, int, int, int]
"""Part, pitch, onset, duration and velocity; steps from the beginning of the take."""

Told = dict[str, Any]


@dataclass(frozen=True)
class Frame:
    """What the music of a take is told in.

    Attributes:
        steps_per_beat: Of the child that plays.
        velocity_bins: The same.
        bar_steps: Steps of a bar.
        metre: Of all bars.
        bpm: Quarter notes a minute.
        programs: General MIDI instruments of our parts.
    """

    steps_per_beat: int
    velocity_bins: int
    bar_steps: int
    metre: tuple[int, int]
    bpm: float
    programs: tuple[int, ...]

    @classmethod
    def of(cls, ready: Told) -> Frame:
        """As the child tells it when everything is open."""
        numerator, denominator = (int(one) for one in ready["metre"])
        per_beat = int(ready["steps_per_beat"])
        return cls(
            per_beat,
            int(ready["velocity_bins"]),
            numerator * 4 * per_beat // denominator,
            (numerator, denominator),
            float(ready["bpm"]),
            tuple(int(program) for program in ready["programs"]),
        )


class Take:
    """The bars of both, by their number in the song.

    Args:
        frame: What they are told in.
        start: Step of the piece on which bar 0 lies.
        names: What the musician's part is called, and ours.
    """

    def __init__(self, frame: Frame, start: int, names: tuple[str, str]) -> None:
        self.frame, self.start, self.names = frame, start, names
        self._theirs: dict[int, list[Row]] = {}
        self._ours: dict[int, tuple[list[Row], frozenset[tuple[int, int]]]] = {}

    @property
    def is_empty(self) -> bool:
        """Whether nobody has played a note."""
        return not (any(self._theirs.values()) or any(rows for rows, _ in self._ours.values()))

    def set_tempo(self, bpm: float) -> None:
        """A host sets another tempo; an empty piece that gets its first notes has it."""
        self.frame = replace(self.frame, bpm=round(bpm, 2))

    def hear(self, told: Told) -> None:
        """A bar of the musician's."""
        self._theirs[int(told["number"])] = _rows(told["notes"])

    def play(self, told: Told) -> None:
        """A bar of ours."""
        tied = frozenset((int(part), int(pitch)) for part, pitch in told["tied"])
        self._ours[int(told["number"])] = (_rows(told["notes"]), tied)

    def scale(self, piece: Piece) -> float:
        """Steps of a piece in a step of ours."""
        return self._grid_in(piece).steps_per_beat / self.frame.steps_per_beat

    def laid_into(self, piece: Piece) -> tuple[Roll, tuple[Voice, ...] | None]:
        """The piece with the take, and its voices if there are more than before.

        What the two parts held in bars that were played is replaced. In a piece without a note
        they are the only parts, and metre and tempo are theirs.
        """
        roll, voices = self._ready(piece)
        theirs, ours = self._parts_in([voice.name for voice in voices])
        first, stop = self._span(roll)
        roll = _longer(roll, stop)
        parts = frozenset((theirs, *ours))
        if first < stop:
            roll = erase_region(roll, Region(first, stop, parts=parts))
        scale = roll.grid.steps_per_beat / self.frame.steps_per_beat
        notes = [self._placed(row, theirs, scale) for row in self._heard_rows()]
        notes += [self._placed(row, ours[row[0]], scale) for row in self._our_rows()]
        columns = np.array(notes, np.int64).reshape(-1, 5).T
        array = NoteArray(columns[2], columns[0], columns[1], columns[3], columns[4])
        roll = put(roll, array.only(array.onset_steps < roll.steps))
        return roll, voices if len(voices) != len(piece.voices) else None

    # --- The piece -------------------------------------------------------------------------------

    def _grid_in(self, piece: Piece) -> Grid:
        """The piece's own, unless it holds nothing and bars of ours don't fit it."""
        grid, frame = piece.roll.grid, self.frame
        fits = grid.steps_per_beat % frame.steps_per_beat == 0
        if fits or len(piece.roll.note_array()):
            return grid
        return Grid(frame.steps_per_beat, frame.velocity_bins)

    def _ready(self, piece: Piece) -> tuple[Roll, tuple[Voice, ...]]:
        """The piece with a part for the musician and for each of ours.

        Parts that happen to be called as ours are only taken for those of an earlier take where
        the musician's is there as well.
        """
        roll, voices = piece.roll, piece.voices
        if not len(roll.note_array()) and not self._has_parts(voices):
            roll, voices = self._blank(piece), ()
        if self._has_parts(voices):
            return roll, voices
        for name, program in zip(self._part_names(), (0, *self.frame.programs), strict=True):
            part = Part(name, program)
            voices = (*voices, Voice.of(part, len(voices)))
            roll = _with_part(roll, part, len(voices))
        return roll, voices

    def _has_parts(self, voices: Sequence[Voice]) -> bool:
        return set(self._part_names()) <= {voice.name for voice in voices}

    def _blank(self, piece: Piece) -> Roll:
        grid = self._grid_in(piece)
        bars = max(piece.roll.steps // max(piece.roll.grid.steps_per_beat * 4, 1), 1)
        bar = round(self.frame.bar_steps * grid.steps_per_beat / self.frame.steps_per_beat)
        return Roll(
            np.zeros((1, PITCHES, bars * bar), np.uint8),
            grid,
            (Part(),),
            (MetreChange(0, *self.frame.metre),),
            (TempoChange(0, self.frame.bpm),),
        )

    def _part_names(self) -> tuple[str, ...]:
        yours, ours = self.names
        count = len(self.frame.programs)
        several = (f"{ours} {index + 1}" for index in range(count))
        return (yours, ours) if count == 1 else (yours, *several)

    def _parts_in(self, names: list[str]) -> tuple[int, tuple[int, ...]]:
        """The musician's part and ours, by name; the last ones where others are called so too."""
        last = {name: index for index, name in enumerate(names)}
        found = [last[name] for name in self._part_names()]
        return found[0], tuple(found[1:])

    # --- The notes -------------------------------------------------------------------------------

    def _span(self, roll: Roll) -> tuple[int, int]:
        """First step that was played and the one after the last; of the roll."""
        numbers = [*self._theirs, *self._ours]
        if not numbers:
            return self.start, self.start
        bar = self.frame.bar_steps * roll.grid.steps_per_beat / self.frame.steps_per_beat
        return self.start + round(min(numbers) * bar), self.start + round((max(numbers) + 1) * bar)

    def _heard_rows(self) -> Iterable[Row]:
        for number, rows in sorted(self._theirs.items()):
            line = number * self.frame.bar_steps
            for part, pitch, onset, duration, velocity in rows:
                yield part, pitch, line + onset, duration, velocity

    def _our_rows(self) -> list[Row]:
        """Ours, whole: what is tied across a bar line is one note."""
        whole: list[Row] = []
        open_at: dict[tuple[int, int, int], int] = {}  # part, pitch, step at which it ends
        for number, (rows, tied) in sorted(self._ours.items()):
            line = number * self.frame.bar_steps
            for part, pitch, on, duration, velocity in rows:
                before = open_at.get((part, pitch, line)) if on == 0 else None
                if before is not None and (part, pitch) in tied:
                    old = whole[before]
                    whole[before] = (part, pitch, old[2], old[3] + duration, old[4])
                    index = before
                else:
                    index = len(whole)
                    whole.append((part, pitch, line + on, duration, velocity))
                open_at[part, pitch, line + on + duration] = index
        return whole

    def _placed(self, row: Row, part: int, scale: float) -> Row:
        """A note in steps of the piece, in a part of the piece."""
        _, pitch, onset, duration, velocity = row
        first, last = round(onset * scale), round((onset + duration) * scale)
        return part, pitch, self.start + first, max(last - first, 1), velocity


def metre_of(text: str | None, roll: Roll, step: int) -> tuple[int, int]:
    """A metre such as "3/4", or the one that a roll has at a step."""
    if text is not None:
        return parse_metre(text)
    own = [metre for metre in roll.metres if metre.step <= step][-1]
    return own.numerator, own.denominator


def bar_line_before(roll: Roll, step: float) -> int:
    """The bar line of a roll at or before a step; beyond its end bars go on in the last metre."""
    lines = roll.bar_starts()
    if step < roll.steps or not len(lines):
        before = [int(line) for line in lines if line <= step]
        return before[-1] if before else 0
    return roll.steps


def _rows(columns: Sequence[Sequence[int]]) -> list[Row]:
    """Notes out of the child's columns."""
    return [
        (int(part), int(pitch), int(onset), int(duration), int(velocity))
        for part, pitch, onset, duration, velocity in zip(*columns, strict=True)
    ]


def _with_part(roll: Roll, part: Part, count: int) -> Roll:
    """A roll with one more part, the last of `count`."""
    cells = np.zeros((count, PITCHES, roll.steps), np.uint8)
    cells[: count - 1] = roll.cells[: count - 1]
    return replace(roll, cells=cells, parts=(*roll.parts[: count - 1], part))


def _longer(roll: Roll, steps: int) -> Roll:
    if steps <= roll.steps:
        return roll
    cells = np.zeros((*roll.cells.shape[:2], steps), np.uint8)
    cells[:, :, : roll.steps] = roll.cells
    return replace(roll, cells=cells)
