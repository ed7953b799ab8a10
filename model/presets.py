"""Ready-made generators: a newcomer's, all-round ones, the live one, the classic four levels."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from model.config import ConfigError, LevelConfig, ModelConfig

L = LevelConfig

PRESETS: dict[str, ModelConfig] = {
    "tiny": ModelConfig(
        levels=(
            L("ar", (128, 1), dim=64, depth=2, copy_heads=2, reach=(0, 64)),
            L("ar", (16, 1), dim=32, reach=(8, 0)),
            L("ar", (1, 1), dim=32, reach=(16, 0)),
        ),
        context_steps=128,
        window_channels=16,
    ),
    "small": ModelConfig(
        levels=(
            L("ar", (128, 1), dim=160, depth=3, copy_heads=4, reach=(0, 128)),
            L("ar", (16, 1), dim=64, reach=(8, 0)),
            L("ar", (1, 1), dim=64, reach=(16, 0)),
        ),
    ),
    "live": ModelConfig(
        levels=(
            L("ar", (128, 1), dim=192, depth=3, heads=6, copy_heads=4, reach=(0, 256)),
            L("ar", (16, 1), dim=96, reach=(8, 0)),
            L("ar", (1, 1), dim=64, reach=(16, 0)),
        ),
        dropout=0.05,
    ),
    "base": ModelConfig(
        levels=(
            L("ar", (128, 1), dim=384, depth=6, heads=6, copy_heads=8, reach=(0, 256)),
            L("ar", (16, 1), dim=128, depth=2, reach=(8, 0)),
            L("ar", (1, 1), dim=96, depth=2, reach=(16, 0)),
        ),
        context_steps=512,
        window_channels=48,
    ),
    "classic": ModelConfig(
        levels=(
            L("ar", (128, 128), dim=192, depth=2, reach=(0, 8)),
            L("ar", (16, 16), dim=192, depth=4, copy_heads=4, reach=(8, 8)),
            L("mar", (4, 4), dim=96, depth=2, reach=(4, 4), rounds=4),
            L("mar", (1, 1), dim=64, depth=1, reach=(4, 4), rounds=4),
        ),
        context_steps=512,
    ),
}
"""By name. `live` is what the bundled model is made of: wide enough to sound, small enough for one
core. `classic` has the paper's sizes, 128 -> 16 -> 4 -> 1, sections of 128 steps first."""


def preset(name: str, **overrides: Any) -> ModelConfig:
    """A preset, with some fields of `ModelConfig` changed.

    Raises:
        ConfigError: no such preset, or the changes contradict it.
    """
    if name not in PRESETS:
        raise ConfigError(f"there is no preset {name!r}; there are {', '.join(sorted(PRESETS))}")
    return replace(PRESETS[name], **overrides)
