"""A tiny generator and a little music for the tests of training, bundles and evaluation."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from model.cache import Cache, build_cache
from model.config import LevelConfig, ModelConfig
from model.datamodule import Split
from model.midifile import write_midi
from model.trainingconfig import TrainingConfig
from model.tunes import make_tunes

STEPS = 32


def tiny_config(kinds: str = "ar,ar", **changes: Any) -> ModelConfig:
    """A generator of a few thousand weights: columns, then cells."""
    first, last = kinds.split(",")
    config = ModelConfig(
        levels=(
            LevelConfig(first, (128, 1), dim=16, heads=2, reach=(0, 8)),  # type: ignore[arg-type]
            LevelConfig(last, (1, 1), dim=16, heads=2, reach=(8, 0)),  # type: ignore[arg-type]
        ),
        context_steps=STEPS,
        window_channels=4,
        styles=("tunes",),
    )
    return replace(config, **changes)


def settings(**changes: Any) -> TrainingConfig:
    """A run of a few seconds."""
    values: dict[str, Any] = {
        "steps": 12, "batch_size": 2, "window_steps": STEPS, "hop_steps": STEPS, "warmup_steps": 2,
        "validation_interval": 5, "validation_windows": 4, "log_interval": 3,
        "checkpoint_interval": 4, "threads": 1, "accelerator": "cpu",
    }  # fmt: skip
    return TrainingConfig(**(values | changes))


def write_tunes(folder: Path, count: int = 5, bars: int = 8) -> Path:
    """A folder `tunes` of MIDI files with lists: the last two are held out."""
    music = folder / "tunes"
    music.mkdir(parents=True)
    names = [f"tune-{number}.mid" for number in range(count)]
    for name, tune in zip(names, make_tunes(count, bars), strict=True):
        write_midi(tune, music / name)
    parts = {"train": names[:-2], "valid": names[-2:-1], "test": names[-1:]}
    for split, chosen in parts.items():
        (music / f"{split}.txt").write_text("\n".join(chosen) + "\n")
    return music


def make_cache(folder: Path) -> Cache:
    """The tunes as a cache."""
    music = write_tunes(folder)
    return build_cache(music, folder / "cache", split="lists", workers=0, progress=False)


def splits(cache: Cache, config: ModelConfig) -> tuple[Split, Split]:
    """Training and validation windows."""
    train, valid = (cache.windows(name, STEPS, STEPS) for name in ("train", "valid"))
    return Split(train, config, cache.styles), Split(valid, config, cache.styles)
