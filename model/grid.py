"""The grid that rolls live on: steps a beat, velocity bins, and the rounding between units.

Every change of unit in the floor happens in the functions of this module, so that there is one
rule for ties: a time exactly between two steps goes to the later one.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from model.errors import RollError

STEPS_PER_BEAT_CHOICES = (4, 6, 8, 12, 24)
MAX_VELOCITY = 127  # MIDI; velocity 0 would be a note-off
MAX_VELOCITY_BINS = 127  # one bin per velocity

IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Grid:
    """How time and loudness are cut into cells.

    Attributes:
        steps_per_beat: Steps in a beat; a beat is always a quarter note. One of 4, 6, 8, 12, 24.
        velocity_bins: Number of classes that the velocities 1..127 are sorted into, 1..127.
    """

    steps_per_beat: int = 4
    velocity_bins: int = 32

    def __post_init__(self) -> None:
        """Refuse a grid that no roll can have.

        Raises:
            RollError: If a setting is out of its range.
        """
        if self.steps_per_beat not in STEPS_PER_BEAT_CHOICES:
            raise RollError(
                f"A grid can't have {self.steps_per_beat} steps a beat: "
                f"choose one of {', '.join(map(str, STEPS_PER_BEAT_CHOICES))}."
            )
        if not 1 <= self.velocity_bins <= MAX_VELOCITY_BINS:
            raise RollError(
                f"A grid can't have {self.velocity_bins} velocity bins: choose 1 to "
                f"{MAX_VELOCITY_BINS}."
            )

    def bin_of(self, velocity: int) -> int:
        """Bin (0 .. velocity_bins - 1) that a velocity of 1..127 falls into.

        Raises:
            RollError: If the velocity is outside 1..127.
        """
        if not 1 <= velocity <= MAX_VELOCITY:
            raise RollError(f"A velocity is 1 to {MAX_VELOCITY}, not {velocity}.")
        return int(self.bin_table()[velocity])

    def velocity_of(self, bin_index: int) -> int:
        """Velocity (1..127) at the centre of a bin; `bin_of(velocity_of(b)) == b`.

        Raises:
            RollError: If there is no such bin.
        """
        if not 0 <= bin_index < self.velocity_bins:
            raise RollError(
                f"This grid has velocity bins 0 to {self.velocity_bins - 1}, not {bin_index}."
            )
        return int(self.velocity_table()[bin_index])

    def bin_table(self) -> IntArray:
        """Bin of every velocity, int64[128]; entry 0 repeats entry 1 and has no meaning."""
        return _bin_table(self.velocity_bins)

    def velocity_table(self) -> IntArray:
        """Centre velocity of every bin, int64[velocity_bins]."""
        return _velocity_table(self.velocity_bins)


@cache
def _bin_table(bins: int) -> IntArray:
    velocities = np.maximum(np.arange(MAX_VELOCITY + 1), 1)
    table: IntArray = (velocities - 1) * bins // MAX_VELOCITY
    table.setflags(write=False)
    return table


@cache
def _velocity_table(bins: int) -> IntArray:
    edges = -(-np.arange(bins + 1) * MAX_VELOCITY // bins)  # ceil: first velocity - 1 of each bin
    table: IntArray = (edges[:-1] + 1 + edges[1:]) // 2
    table.setflags(write=False)
    return table


def ticks_to_steps(ticks: npt.ArrayLike, ticks_per_beat: int, steps_per_beat: int) -> IntArray:
    """Nearest step of each time in ticks; a tie goes to the later step."""
    doubled = 2 * np.asarray(ticks, dtype=np.int64) * steps_per_beat
    nearest: IntArray = (doubled + ticks_per_beat) // (2 * ticks_per_beat)
    return nearest


def steps_to_ticks(steps: npt.ArrayLike, ticks_per_beat: int, steps_per_beat: int) -> IntArray:
    """Time in ticks of each step's left edge; exact where `steps_per_beat` divides the beat."""
    doubled = 2 * np.asarray(steps, dtype=np.int64) * ticks_per_beat
    nearest: IntArray = (doubled + steps_per_beat) // (2 * steps_per_beat)
    return nearest
