"""What a generator is: its levels, its canvas and its conditions, as plain frozen data.

A config is JSON both ways. Contradictions are refused when it is built, so that everything that
holds a config may trust it. Levels count from 0, the coarsest. Level `l` cuts the patch that it is
handed into children of `levels[l].patch` cells; the last level's children are the cells themselves.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from model.errors import ModelError
from model.scanorder import Axis

FORMAT_VERSION = 1

Kind = Literal["ar", "mar"]

_T = TypeVar("_T")


class ConfigError(ModelError):
    """A config that contradicts itself or can't be read."""


@dataclass(frozen=True)
class LevelConfig:
    """One fractal scale."""

    kind: Kind = "ar"
    """``ar``: child after child in scan order; ``mar``: many at once, from masked to known."""
    patch: tuple[int, int] = (1, 1)
    """Shape of a child in cells: (pitches, steps). ``(1, 1)`` at the last level."""
    order: Axis = "column"
    """Scan order: ``column`` = time first (each column low to high), ``row`` = pitch by pitch."""
    dim: int = 64
    """Width of the transformer."""
    depth: int = 1
    """Number of transformer blocks."""
    heads: int = 4
    """Attention heads; divides `dim`."""
    copy_heads: int = 0
    """Heads that carry raw earlier patches down, so that a repeat is copied cell by cell."""
    reach: tuple[int, int] = (8, 64)
    """Relative offsets in children (rows, columns) with a bias of their own; further ones share."""
    rounds: int = 8
    """MAR: rounds of sampling unless the settings say otherwise."""
    mask_mean: float = 1.0
    """MAR: mean of the truncated normal that the mask ratio is drawn from."""
    mask_std: float = 0.25
    """MAR: its standard deviation."""
    mask_low: float = 0.0
    """MAR: its lower end; the upper is 1."""


@dataclass(frozen=True)
class ModelConfig:
    """A whole generator."""

    levels: tuple[LevelConfig, ...] = ()
    """Two to five levels, coarse to fine; empty is never valid."""
    parts: int = 1
    """Parts of the roll, stacked along the pitch axis."""
    pitches: int = 128
    """Pitches a part."""
    steps_per_beat: int = 4
    """Grid: steps a quarter note."""
    velocity_bins: int = 32
    """Velocities that an onset can have."""
    context_steps: int = 256
    """Steps that level 0 looks back at most; longer rolls are made in overlapping stretches."""
    window_pitches: int = 12
    """Cell level: semitones above and below a patch that it looks at."""
    window_steps: tuple[int, int] = (4, 1)
    """Cell level: steps before and after a patch that it looks at, as far as they are known."""
    window_channels: int = 32
    """Cell level: features a cell that the pitch-shared window yields."""
    dropout: float = 0.1
    """Share of activations dropped in training."""
    condition_dropout: float = 0.1
    """Share of rolls for which each condition is withheld in training."""
    styles: tuple[str, ...] = ()
    """Style names; id = index + 1."""
    density_edges: tuple[float, ...] = (0.6, 0.8, 1.0, 1.2, 1.45, 1.75, 2.1)
    """Onsets a step that separate the classes of density, rising."""
    max_shift: int = 6
    """Transposition in training is told to the model, -max_shift..max_shift semitones."""
    velocity_weight: float = 1.0
    """Weight of the velocity part in the training objective (1 = plain likelihood)."""
    ar_position_std: float = 0.01
    """Standard deviation that position embeddings of AR levels start from."""
    gradient_checkpointing: bool = False
    """Trade time for memory: blocks are run again in the backward pass."""

    def __post_init__(self) -> None:
        """Refuse contradictions.

        Raises:
            ConfigError: naming the field and what it would have to be.
        """
        if not 2 <= len(self.levels) <= 5:
            raise ConfigError(f"a generator has two to five levels, this one {len(self.levels)}")
        for name in ("parts", "pitches", "velocity_bins", "context_steps", "window_channels"):
            if getattr(self, name) < 1:
                raise ConfigError(f"{name} must be at least 1, got {getattr(self, name)}")
        if self.steps_per_beat not in (4, 6, 8, 12, 24):
            raise ConfigError(
                f"steps_per_beat must be 4, 6, 8, 12 or 24, got {self.steps_per_beat}"
            )
        if self.velocity_bins > 127:
            raise ConfigError(f"velocity_bins must be at most 127, got {self.velocity_bins}")
        if self.window_pitches < 0 or min(self.window_steps) < 1:
            raise ConfigError(
                "the cell level must look at least one step before and after its patch"
            )
        if list(self.density_edges) != sorted(set(self.density_edges)):
            raise ConfigError(f"density_edges must rise, got {self.density_edges}")
        if len(set(self.styles)) != len(self.styles):
            raise ConfigError(f"styles must differ, got {self.styles}")
        for name in ("dropout", "condition_dropout"):
            if not 0 <= getattr(self, name) < 1:
                raise ConfigError(
                    f"{name} must lie in 0..1 (1 excluded), got {getattr(self, name)}"
                )
        _check_levels(self)

    @property
    def height(self) -> int:
        """Rows of the canvas: pitches of all parts."""
        return self.parts * self.pitches

    @property
    def kinds(self) -> str:
        """The level types in short, e.g. ``ar,ar,mar,mar``."""
        return ",".join(level.kind for level in self.levels)

    @property
    def exact(self) -> bool:
        """Whether `score` is the exact likelihood (no MAR level), not a bound."""
        return all(level.kind == "ar" for level in self.levels)

    @property
    def margins(self) -> tuple[int, int, int]:
        """Cells that finer levels look across: (pitches up and down, steps before, steps after)."""
        inner = [level.patch for level in self.levels[1:-1]]
        tall, wide = [height for height, _ in inner], [width for _, width in inner]
        before, after = self.window_steps
        return max([self.window_pitches, *tall]), max([before, *wide]), max([after, *wide])

    def node_shape(self, level: int, steps: int) -> tuple[int, int]:
        """Shape in cells of what `level` cuts up, for a canvas of `steps` padded steps."""
        return (self.height, steps) if level == 0 else self.levels[level - 1].patch

    def padded_steps(self, steps: int) -> int:
        """`steps` rounded up to whole children of level 0."""
        width = self.levels[0].patch[1]
        return -(-steps // width) * width

    def to_json(self) -> str:
        """The config as readable JSON, with a format version."""
        return json.dumps({"format_version": FORMAT_VERSION, **asdict(self)}, indent=2)

    @classmethod
    def from_json(cls, text: str) -> ModelConfig:
        """Read what `to_json` wrote, upgrading older formats.

        Raises:
            ConfigError: no JSON, a newer format, unknown or missing fields, contradictions.
        """
        try:
            data = json.loads(text)
        except ValueError as err:
            raise ConfigError(f"the model's config is no JSON: {err}") from err
        if not isinstance(data, dict):
            raise ConfigError(
                f"the model's config must be a JSON object, got {type(data).__name__}"
            )
        version = data.pop("format_version", None)
        if not isinstance(version, int) or not 1 <= version <= FORMAT_VERSION:
            raise ConfigError(
                f"the model's config has format {version!r}, this Fractalroll reads up to "
                f"{FORMAT_VERSION}; update Fractalroll"
            )
        for old in range(version, FORMAT_VERSION):
            data = _UPGRADES[old](data)
        levels = data.get("levels")
        if not isinstance(levels, list):
            raise ConfigError("the model's config names no list of levels")
        data["levels"] = tuple(_build(LevelConfig, level) for level in levels)
        return _build(cls, data)


_UPGRADES: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}
"""From format n to n + 1; empty while there is one format."""


def _build(kind: type[_T], data: dict[str, Any]) -> _T:
    """Make a dataclass of JSON values, lists as tuples, unknown names refused."""
    if not isinstance(data, dict):
        raise ConfigError(f"{kind.__name__} must be a JSON object, got {data!r}")
    known = {entry.name for entry in fields(kind)}  # type: ignore[arg-type]
    if unknown := sorted(set(data) - known):
        raise ConfigError(f"{kind.__name__} has no field {', '.join(unknown)}")
    values = {name: tuple(v) if isinstance(v, list) else v for name, v in data.items()}
    hints = get_type_hints(kind)
    for name, value in values.items():
        if not _fits(value, hints[name]):
            raise ConfigError(f"{kind.__name__}.{name} can't be {value!r}")
    try:
        return kind(**values)
    except (TypeError, ValueError) as err:
        raise ConfigError(f"{kind.__name__} can't be built: {err}") from err


def _fits(value: object, hint: Any) -> bool:
    """Whether a value from JSON (lists as tuples) is what a field's annotation says."""
    kinds = get_args(hint)
    if get_origin(hint) is Literal:
        return value in kinds
    if get_origin(hint) is tuple:
        if not isinstance(value, tuple):
            return False
        if len(kinds) == 2 and kinds[1] is Ellipsis:
            return all(_fits(entry, kinds[0]) for entry in value)
        pairs = zip(value, kinds, strict=False)
        return len(value) == len(kinds) and all(_fits(entry, own) for entry, own in pairs)
    if hint is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    return type(value) is hint


def _check_levels(config: ModelConfig) -> None:
    rows, steps = config.height, 0
    last = len(config.levels) - 1
    for index, level in enumerate(config.levels):
        where = f"level {index}"
        height, width = level.patch
        if height < 1 or width < 1 or rows % height or (index and steps % width):
            whole = f"{rows} pitches" if index == 0 else f"its parent's {rows} x {steps}"
            raise ConfigError(f"{where}: patch {height} x {width} must divide {whole}")
        if index and (height, width) == (rows, steps):
            raise ConfigError(
                f"{where}: patch {height} x {width} is the whole parent; leave it out"
            )
        if (index == last) != ((height, width) == (1, 1)):
            raise ConfigError(f"{where}: the last level, and only it, has patch 1 x 1")
        if level.kind not in ("ar", "mar") or level.order not in ("row", "column"):
            raise ConfigError(f"{where}: kind is ar or mar, order row or column")
        if level.dim < 1 or level.heads < 1 or level.dim % level.heads or level.depth < 1:
            raise ConfigError(f"{where}: {level.heads} heads must divide dim {level.dim}")
        if level.copy_heads < 0 or (index == last and level.copy_heads):
            raise ConfigError(f"{where}: copy heads carry patches; the cell level has none")
        if level.rounds < 1 or min(level.reach) < 0:
            raise ConfigError(f"{where}: rounds must be 1 or more, reach 0 or more")
        if not (0 <= level.mask_low < 1 and level.mask_std > 0):
            raise ConfigError(f"{where}: mask_low must lie in 0..1 (1 excluded), mask_std above 0")
        rows, steps = height, width
