"""What plays where a bar isn't ready: a variation of a bar that was played before.

Chosen is a bar of the same length, metre, grid and parts, best one from the same place of a phrase
of four bars, and of these the latest. The variation strikes the same downbeats, softens the bar a
little and leaves out some of what falls between the beats, each time others.
"""

import random
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from bridge.source import Bar, CutBar
from model.roll import FIRST_ONSET, SILENT, Grid, Note, Part, Roll

_REMEMBERED = 64
_PHRASE = 4
_SOFTER = 0.9
_LEFT_OUT = 0.25


@dataclass(frozen=True)
class BarShape:
    """What a bar must be like to stand in for another.

    Attributes:
        steps: Its length.
        grid: Steps a beat and velocity bins.
        metre: Numerator and denominator at its beginning.
        drums: Which parts are drums; its length is the number of parts.
    """

    steps: int
    grid: Grid
    metre: tuple[int, int]
    drums: tuple[bool, ...]

    @classmethod
    def of(cls, bar: Bar) -> "BarShape":
        """The shape of a bar."""
        roll = bar.roll
        metre = roll.metres[0]
        return cls(roll.steps, roll.grid, (metre.numerator, metre.denominator), _drums(roll.parts))


class StandIns:
    """Remembers bars that were played and varies them.

    Args:
        seed: Of what is left out; the same seed leaves out the same.
    """

    def __init__(self, seed: int = 0) -> None:
        self._bars: deque[tuple[int, Bar]] = deque(maxlen=_REMEMBERED)
        self._rng = random.Random(seed)

    def remember(self, number: int, bar: Bar) -> None:
        """The bar of that number was played as it was made; an empty bar is worth nothing."""
        if bool((bar.roll.cells >= FIRST_ONSET).any()):
            self._bars.append((number, bar))

    def like(self, number: int, shape: BarShape) -> Bar | None:
        """A variation to be played as bar `number`, or None where nothing fits."""
        fitting = [(n, bar) for n, bar in self._bars if BarShape.of(bar) == shape]
        if not fitting:
            return None
        same_place = [(n, bar) for n, bar in fitting if (number - n) % _PHRASE == 0]
        _, bar = (same_place or fitting)[-1]
        return self._varied(bar)

    def _varied(self, bar: Bar) -> Bar:
        roll = bar.roll
        beat = roll.grid.steps_per_beat
        kept = [
            replace(note, velocity=max(1, round(note.velocity * _SOFTER)))
            for note in roll.notes()
            if note.onset_steps % beat == 0 or self._rng.random() >= _LEFT_OUT
        ]
        return CutBar(_with(roll, kept))


def rest_like(bar: Bar) -> Bar:
    """An empty bar of the same length, metre and tempo."""
    return CutBar(replace(bar.roll, cells=np.full_like(bar.roll.cells, SILENT)))


def _with(roll: Roll, notes: Sequence[Note]) -> Roll:
    return Roll.from_notes(notes, roll.steps, roll.grid, roll.parts, roll.metres, roll.tempos)


def _drums(parts: Sequence[Part]) -> tuple[bool, ...]:
    return tuple(part.is_drum for part in parts)
