"""Which music a command works on: folders on the command line, or the chorales of music21."""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from model.bundleinfo import DataSource
from model.commandline import note
from model.config import ModelConfig

if TYPE_CHECKING:
    from model.cache import Cache
    from model.cachebuild import Told
    from model.songfiles import Source, SplitRule

CHORALES = "chorales"
_LISTS = ("train.txt", "valid.txt", "test.txt")
_HELD_OUT_SHARE = 0.1
"""Of a folder so small that the hash of each file's content leaves a split empty."""


def add_music_options(parser: argparse.ArgumentParser) -> None:
    """Add how the music is split and where its cache is kept."""
    music = parser.add_argument_group("the music")
    music.add_argument(
        "--split-by",
        choices=("auto", "hash", "lists"),
        default="auto",
        help="how songs are held out (default %(default)s: by lists where there are any)",
    )
    music.add_argument(
        "--cache",
        type=Path,
        metavar="DIR",
        help="where converted music is kept (default: the system's folder for caches)",
    )


def open_music(
    arguments: argparse.Namespace, config: ModelConfig, told: Told | None = None
) -> Cache:
    """The music that a command line names, as a cache on the model's grid.

    Args:
        arguments: `folders` and the options of `add_music_options`.
        config: The model's.
        told: Hears of every file that is looked at.

    Raises:
        ModelError: there is none, or the cache can't be built.
    """
    from model.cache import build_cache
    from model.roll import Grid

    source, rule = music_source(arguments.folders, told), _split_rule(arguments)
    grid = Grid(config.steps_per_beat, config.velocity_bins)
    place = arguments.cache or _cache_folder(arguments.folders)
    cache = build_cache(source, place, grid, split=rule, told=told)
    if rule == "hash":
        hold_some_out(cache)
    for path, reason in cache.refused[:20]:
        note(f"passed over {path}: {reason}")
    splits = Counter(song.split for song in cache.songs)
    note(
        f"{len(cache.songs)} songs ({splits['train']} to train on, {splits['valid']} to validate,"
        f" {splits['test']} to test), {len(cache.refused)} files passed over"
    )
    return cache


def hold_some_out(cache: Cache) -> None:
    """Let no split that training needs stay empty by chance, as it does with a few files.

    Which songs move is decided by their contents, so that the same files give the same splits.
    """
    import dataclasses

    splits = Counter(song.split for song in cache.songs)
    wanted = next((name for name in ("train", "valid") if not splits[name]), None)
    if wanted is None or len(cache.songs) < 2:
        return
    others = sorted((s for s in cache.songs if s.split != wanted), key=lambda song: song.content)
    spare = [song for song in others if song.split == "test" or splits["train"] > 1]
    count = max(1, round(len(others) * (_HELD_OUT_SHARE if wanted == "valid" else 0.8)))
    chosen = {song.content for song in spare[: min(count, len(others) - 1)]}
    cache.songs = tuple(
        dataclasses.replace(song, split=wanted) if song.content in chosen else song
        for song in cache.songs
    )


def data_sources(cache: Cache) -> tuple[DataSource, ...]:
    """What a model card says about the music: training songs per style."""
    counts = Counter(song.style for song in cache.songs if song.split == "train")
    return tuple(DataSource(style, counts[index]) for index, style in enumerate(cache.styles))


def music_source(folders: list[str], told: Told | None = None) -> Source:
    """One folder as it is (styles are its sub-folders); several with their own names as styles.

    The chorales are written first where they aren't there yet; `told` hears of each.
    """
    if folders == [CHORALES]:
        from model.corpora import chorales

        return [(path, CHORALES) for path in chorales(_system_folder() / CHORALES, told=told)]
    if len(folders) == 1:
        return Path(folders[0])
    return [(Path(folder), Path(folder).resolve().name) for folder in folders]


def _split_rule(arguments: argparse.Namespace) -> SplitRule:
    """Lists where some lie in a named folder or right below it, unless the command line says so."""
    rule: SplitRule = arguments.split_by
    if arguments.split_by != "auto":
        return rule
    roots = [Path(folder) for folder in arguments.folders]
    found = (path for root in roots for name in _LISTS for path in _below(root, name))
    return "lists" if any(found) else "hash"


def _below(root: Path, name: str) -> list[Path]:
    return [*root.glob(name), *root.glob(f"*/{name}")] if root.is_dir() else []


def _cache_folder(folders: list[str]) -> Path:
    """A folder of its own for every set of folders, so that caches never mix."""
    import hashlib

    names = "\n".join(sorted(str(Path(folder).resolve()) for folder in folders))
    key = hashlib.sha256(names.encode()).hexdigest()[:16]
    return _system_folder() / "music" / key


def _system_folder() -> Path:
    """The user's folder for what can be made again."""
    import platformdirs

    return Path(platformdirs.user_cache_dir("fractalroll", appauthor=False))
