"""Configs of tiny generators: hand-picked mixes of levels, and a strategy for all others.

No torch here: the sampler is tested without it.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from model.config import Kind, LevelConfig, ModelConfig
from model.scanorder import Axis

PITCHES = 16
VELOCITIES = 3


def level(
    kind: Kind, patch: tuple[int, int], order: Axis = "column", *, copy_heads: int = 0
) -> LevelConfig:
    """A level of the smallest width that has two heads."""
    return LevelConfig(
        kind,
        patch,
        order,
        dim=8,
        depth=1,
        heads=2,
        copy_heads=copy_heads,
        reach=(3, 6),
        rounds=3,
    )


def config_of(*levels: LevelConfig, **changes: Any) -> ModelConfig:
    """A config for 16 pitches and three velocities, and small in everything else."""
    small: dict[str, Any] = {
        "pitches": PITCHES,
        "velocity_bins": VELOCITIES,
        "context_steps": 64,
        "window_pitches": 3,
        "window_steps": (2, 1),
        "window_channels": 4,
        "dropout": 0.0,
    }
    return ModelConfig(levels=levels, **{**small, **changes})


MIXES: dict[str, ModelConfig] = {
    "ar,ar": config_of(level("ar", (16, 1), copy_heads=1), level("ar", (1, 1))),
    "mar,mar": config_of(level("mar", (8, 4), copy_heads=1), level("mar", (1, 1))),
    "ar,ar,ar": config_of(
        level("ar", (16, 1), copy_heads=1), level("ar", (4, 1), copy_heads=1), level("ar", (1, 1))
    ),
    "mar,ar,ar": config_of(
        level("mar", (8, 2), copy_heads=1), level("ar", (2, 2)), level("ar", (1, 1))
    ),
    "ar,mar,ar by rows": config_of(
        level("ar", (16, 2), copy_heads=1),
        level("mar", (4, 2), "row", copy_heads=1),
        level("ar", (1, 1), "row"),
    ),
    "ar,ar,ar,ar": config_of(
        level("ar", (16, 4), copy_heads=1),
        level("ar", (8, 4), copy_heads=1),
        level("ar", (4, 2), "row", copy_heads=1),
        level("ar", (1, 1)),
    ),
    "ar,ar,ar,ar by rows": config_of(
        level("ar", (8, 4), "row", copy_heads=2),
        level("ar", (8, 2), "row"),
        level("ar", (2, 2), "row", copy_heads=1),
        level("ar", (1, 1), "row"),
    ),
    "mar,mar,mar,mar": config_of(
        level("mar", (16, 4), copy_heads=1),
        level("mar", (8, 4), "row", copy_heads=1),
        level("mar", (4, 2)),
        level("mar", (1, 1)),
    ),
    "ar,ar,mar,mar": config_of(
        level("ar", (8, 4), "row", copy_heads=1),
        level("ar", (4, 2), copy_heads=1),
        level("mar", (2, 2)),
        level("mar", (1, 1)),
    ),
    "ar,mar,ar,mar,ar": config_of(
        level("ar", (16, 8)),
        level("mar", (8, 8), copy_heads=1),
        level("ar", (4, 4)),
        level("mar", (2, 2)),
        level("ar", (1, 1)),
    ),
}
"""Every kind of level on every floor, two to five levels, both scan orders; 16 pitches each."""

EXACT = [name for name, config in MIXES.items() if config.exact]
"""Mixes without a MAR level."""

TIME_FIRST = [
    name
    for name, config in MIXES.items()
    if config.levels[0].kind == "ar" and config.levels[0].patch[0] == PITCHES
]
"""Mixes whose level 0 is AR and as tall as the roll: they make music from left to right."""


@st.composite
def configs(draw: st.DrawFn) -> ModelConfig:
    """Configs of two to five levels whose patches halve or quarter from level to level."""
    patches = [(1, 1)]
    for _ in range(draw(st.integers(1, 4))):
        tall, wide = draw(st.sampled_from([(2, 1), (1, 2), (2, 2), (4, 1), (4, 2)]))
        patches.insert(0, (patches[0][0] * tall, patches[0][1] * wide))
    kinds: st.SearchStrategy[Kind] = st.sampled_from(["ar", "mar"])
    orders: st.SearchStrategy[Axis] = st.sampled_from(["row", "column"])
    levels = [
        level(
            draw(kinds),
            patch,
            draw(orders),
            copy_heads=draw(st.integers(0, 2)) if patch != (1, 1) else 0,
        )
        for patch in patches
    ]
    tallest, widest = patches[0]
    return config_of(
        *levels,
        pitches=tallest * draw(st.integers(1, max(1, 16 // tallest))),
        parts=draw(st.integers(1, 2)),
        velocity_bins=draw(st.integers(1, 4)),
        context_steps=widest * draw(st.integers(2, 4)),
        window_pitches=draw(st.integers(0, 3)),
        window_steps=(draw(st.integers(1, 3)), draw(st.integers(1, 2))),
        styles=tuple(draw(st.sets(st.sampled_from(["bach", "folk", "pop"])))),
    )
