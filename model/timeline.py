"""Metre and tempo along a roll: bar lines, places in the bar, seconds.

A bar of n/d has 4 n / d beats (a beat is a quarter note). Where that isn't a whole number of
steps (3/32 at 4 steps a beat is 1.5), bar k of a stretch begins at the step nearest to k times
the exact length, ties to the later: bars differ by a step but never drift.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from model.conditions import metre_id
from model.errors import RollError
from model.grid import IntArray

LARGEST_DENOMINATOR = 64
LARGEST_NUMERATOR = 255  # what a time signature event of a MIDI file can hold


@dataclass(frozen=True)
class MetreChange:
    """From `step` on bars have `numerator` notes of 1/`denominator`; a bar begins at `step`.

    The first change of a roll may lie at a negative step: the roll then begins inside a bar.
    """

    step: int
    numerator: int
    denominator: int

    def __post_init__(self) -> None:
        """Refuse what isn't a metre.

        Raises:
            RollError: If numerator or denominator is out of range.
        """
        powers = [1 << k for k in range(LARGEST_DENOMINATOR.bit_length())]
        if not 1 <= self.numerator <= LARGEST_NUMERATOR or self.denominator not in powers:
            raise RollError(
                f"{self.numerator}/{self.denominator} isn't a metre: use a numerator from 1 to "
                f"{LARGEST_NUMERATOR} over one of {', '.join(map(str, powers))}."
            )


@dataclass(frozen=True)
class TempoChange:
    """From `step` on the music runs at `bpm` beats (quarter notes) a minute."""

    step: int
    bpm: float

    def __post_init__(self) -> None:
        """Refuse a tempo that no clock can keep.

        Raises:
            RollError: If bpm isn't a finite number above 0.
        """
        if not (np.isfinite(self.bpm) and self.bpm > 0):
            raise RollError(
                f"A tempo is a finite number of beats a minute above 0, not {self.bpm}."
            )


def check_changes(changes: Sequence[MetreChange] | Sequence[TempoChange], what: str) -> None:
    """Refuse a list of changes that leaves the first step without one or isn't in order.

    Raises:
        RollError: Naming the list by `what`.
    """
    if not changes or changes[0].step > 0:
        raise RollError(f"A roll needs a {what} from its first step on: put one at step 0.")
    steps = [change.step for change in changes]
    if any(a >= b for a, b in pairwise(steps)):
        raise RollError(f"The {what} changes are at steps {steps}: put them in rising order.")


def places_in_bar(
    steps: npt.ArrayLike, metres: Sequence[MetreChange], steps_per_beat: int
) -> IntArray:
    """Steps since the last bar line for each step asked, int64 of the same shape.

    Args:
        steps: Steps to look up, none of them before the first change.
        metres: Metre changes in rising order.
        steps_per_beat: Of the grid.
    """
    asked = np.asarray(steps, dtype=np.int64)
    which = change_index(asked, metres)
    since = asked - np.array([m.step for m in metres], dtype=np.int64)[which]
    numerators = np.array([4 * steps_per_beat * m.numerator for m in metres], dtype=np.int64)
    denominators = np.array([m.denominator for m in metres], dtype=np.int64)
    length, unit = numerators[which], denominators[which]  # a bar is length / unit steps
    bars = (2 * unit * since + unit - 1) // (2 * length)  # last bar whose rounded line is here
    lines = (2 * bars * length + unit) // (2 * unit)
    places: IntArray = since - lines
    return places


def change_index(
    steps: npt.ArrayLike, changes: Sequence[MetreChange] | Sequence[TempoChange]
) -> IntArray:
    """Index of the change in force at each step asked, int64 of the same shape."""
    starts = np.array([change.step for change in changes], dtype=np.int64)
    found: IntArray = np.searchsorted(starts, np.asarray(steps, dtype=np.int64), side="right") - 1
    return np.maximum(found, 0)


def metre_ids(steps: npt.ArrayLike, metres: Sequence[MetreChange]) -> IntArray:
    """Id of the metre in force at each step asked (see `model.conditions`), 0 if unnamed there."""
    ids = np.array([metre_id(m.numerator, m.denominator) for m in metres], dtype=np.int64)
    found: IntArray = ids[change_index(steps, metres)]
    return found


def step_seconds(
    steps: int, tempos: Sequence[TempoChange], steps_per_beat: int
) -> npt.NDArray[np.float64]:
    """Seconds from the roll's beginning to the left edge of each step and to its end.

    Returns:
        float64[steps + 1], rising from 0.0.
    """
    bpm = np.array([tempo.bpm for tempo in tempos], dtype=np.float64)
    lengths = 60.0 / (bpm[change_index(np.arange(steps), tempos)] * steps_per_beat)
    return np.concatenate(([0.0], np.cumsum(lengths)))


def metres_between(
    metres: Sequence[MetreChange], start: int, stop: int, steps_per_beat: int
) -> tuple[MetreChange, ...]:
    """Metre changes of the stretch [start, stop), counted from `start`; bar lines stay in place."""
    current = metres[int(change_index(start, metres))]
    place = int(places_in_bar(start, metres, steps_per_beat))
    later = (m for m in metres if start < m.step < stop)
    first = MetreChange(-place, current.numerator, current.denominator)
    return (first, *(MetreChange(m.step - start, m.numerator, m.denominator) for m in later))


def tempos_between(tempos: Sequence[TempoChange], start: int, stop: int) -> tuple[TempoChange, ...]:
    """Tempo changes of the stretch [start, stop), counted from `start`."""
    current = tempos[int(change_index(start, tempos))]
    later = (t for t in tempos if start < t.step < stop)
    return (TempoChange(0, current.bpm), *(TempoChange(t.step - start, t.bpm) for t in later))
