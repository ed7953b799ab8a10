"""What a manifest says of the generator itself: levels, canvas, cells, grid and conditions.

All of it follows from the config; it is written out for who runs the graphs without Fractalroll.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from model.conditions import KEYS, MAX_PLACE_STEPS, METRES, key_name
from model.config import ModelConfig
from model.grid import Grid
from model.roll import FIRST_ONSET, HELD, SILENT


@dataclass(frozen=True)
class LevelGeometry:
    """One level, as `model.config.LevelConfig` has it."""

    kind: str
    patch: tuple[int, int]
    order: str
    dim: int
    depth: int
    heads: int
    copy_heads: int
    reach: tuple[int, int]
    rounds: int


@dataclass(frozen=True)
class CanvasGeometry:
    """Rows of the canvas are `parts` x `pitches`, low to high; a column is a step."""

    parts: int
    pitches: int
    context_steps: int
    window_pitches: int
    window_steps: tuple[int, int]


@dataclass(frozen=True)
class CellValues:
    """What the codes of cells mean; code `first_onset` + i is an onset of MIDI `velocities[i]`."""

    silent: int
    held: int
    first_onset: int
    velocities: tuple[int, ...]


@dataclass(frozen=True)
class GridSpec:
    """Steps a quarter note, and velocities that an onset can have."""

    steps_per_beat: int
    velocity_bins: int


@dataclass(frozen=True)
class ConditionNames:
    """What can be asked of the music; an id is the place in the list + 1, and 0 is "not told".

    metres: such as "3/4". places: steps of a bar that are told apart. density_edges: onsets a step.
    """

    styles: tuple[str, ...]
    keys: tuple[str, ...]
    metres: tuple[str, ...]
    places: int
    density_edges: tuple[float, ...]


@dataclass(frozen=True)
class Description:
    """All that follows from the config."""

    levels: tuple[LevelGeometry, ...]
    canvas: CanvasGeometry
    values: CellValues
    grid: GridSpec
    conditions: ConditionNames

    @classmethod
    def of(cls, config: ModelConfig) -> Description:
        """Describe a generator."""
        names = [entry.name for entry in dataclasses.fields(LevelGeometry)]
        levels = tuple(
            LevelGeometry(**{name: getattr(level, name) for name in names})
            for level in config.levels
        )
        sizes = [entry.name for entry in dataclasses.fields(CanvasGeometry)]
        velocities = Grid(config.steps_per_beat, config.velocity_bins).velocity_table()
        return cls(
            levels,
            CanvasGeometry(**{name: getattr(config, name) for name in sizes}),
            CellValues(SILENT, HELD, FIRST_ONSET, tuple(velocities.tolist())),
            GridSpec(config.steps_per_beat, config.velocity_bins),
            ConditionNames(
                config.styles,
                tuple(key_name(key) for key in range(KEYS)),
                tuple(f"{upper}/{lower}" for upper, lower in METRES),
                MAX_PLACE_STEPS,
                config.density_edges,
            ),
        )
