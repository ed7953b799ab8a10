"""A folder of MIDI files as a memory-mapped cache of songs and windows.

Whoever trains or measures says `build_cache(folder, cache_folder)` and then
`cache.windows("train")`. What lies on disk is told in docs/rolls.md.
"""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from model.cachebuild import Told, build_index, settings_folder
from model.cacheindex import INDEX, CacheIndex, Song
from model.cachestore import map_cells, read_records
from model.conversion import ConversionSettings
from model.errors import CacheError
from model.notes import Cells
from model.roll import STANDARD_GRID, Grid, Roll
from model.songfiles import SPLITS, Source, SplitRule
from model.windows import Alignment, Window, WindowSet, shift_range, transpose

__all__ = [
    "Cache",
    "Song",
    "Window",
    "WindowSet",
    "build_cache",
    "shift_range",
    "transpose",
]


class Cache:
    """Songs on disk, memory-mapped.

    It may be pickled to other processes: they map the cells anew instead of copying them.

    Attributes:
        folder: Where it lies.
        settings: Grid, pedal and drums.
        styles: Names of the styles; `Song.style` is an index into them.
        songs: All songs, sorted by path.
        refused: (path, reason) of each file that was passed over.
        duplicates: (path, path of the same content) of files that add nothing new.
    """

    def __init__(self, folder: Path, index: CacheIndex) -> None:
        """Open the songs of an index; `Cache.open` and `build_cache` do that for you.

        Raises:
            CacheError: If the store lacks a song of the index.
        """
        self.folder = folder
        self.settings = index.settings
        self.styles = index.styles
        self.refused = index.refused
        self.duplicates = index.duplicates
        self.songs = _songs(folder, index)

    @classmethod
    def open(cls, folder: str | Path) -> "Cache":
        """A cache that was built before.

        Args:
            folder: `Cache.folder`, or the folder given to `build_cache` if it holds one cache.

        Raises:
            CacheError: If there is none, or one of several would have to be guessed.
        """
        place = Path(folder)
        if not (place / INDEX).exists():
            found = sorted(path.parent for path in place.glob(f"*/{INDEX}"))
            if len(found) > 1:
                names = ", ".join(path.name for path in found)
                raise CacheError(
                    f"{place} holds several caches ({names}): name the folder of one of them."
                )
            place = found[0] if found else place
        return cls(place, CacheIndex.read(place))

    @property
    def grid(self) -> Grid:
        """Grid of all songs."""
        return self.settings.grid

    @cached_property
    def cells(self) -> Cells:
        """All songs one after the other, uint8[total steps, 128], memory-mapped read-only."""
        return map_cells(self.folder, max((s.offset + s.steps for s in self.songs), default=0))

    def __getstate__(self) -> dict[str, Any]:
        """All but the memory map."""
        return {name: value for name, value in self.__dict__.items() if name != "cells"}

    def windows(
        self,
        split: str | Sequence[str] = "train",
        steps: int = 128,
        hop: int = 64,
        align: Alignment = "bar",
    ) -> WindowSet:
        """Windows of the songs of one split or several.

        Args:
            split: "train", "valid", "test", or several of them.
            steps: Length of a window.
            hop: Steps from one window to the next; with "bar" at most that many.
            align: "bar" begins each window at a bar line, the first with the bar of the first
                onset; "none" begins at the song's first step and every `hop` steps, so that
                `hop=steps` shows every step of the song exactly once.

        Raises:
            CacheError: If there is no such split, or the numbers make no sense.
        """
        chosen = (split,) if isinstance(split, str) else tuple(split)
        unknown = [name for name in chosen if name not in SPLITS]
        if unknown:
            raise CacheError(f"There is no split {unknown[0]!r}: choose from {', '.join(SPLITS)}.")
        songs = [song for song in self.songs if song.split in chosen]
        return WindowSet(self, songs, steps, hop, align)

    def roll(self, song: Song) -> Roll:
        """A whole song as a roll of one part, with its metres and tempos."""
        return self.stretch(song, 0, song.steps)

    def stretch(self, song: Song, start: int, stop: int) -> Roll:
        """Steps [start, stop) of a song as a roll; a note cut at the left begins at the cut."""
        cells = self.cells[song.offset : song.offset + song.steps].T[np.newaxis]
        roll = Roll(np.ascontiguousarray(cells), self.grid, metres=song.metres, tempos=song.tempos)
        return roll.slice_steps(start, stop)


def _songs(folder: Path, index: CacheIndex) -> tuple[Song, ...]:
    """Songs of an index, in its order, each with what the store knows of its content."""
    places = {content: k for k, (_, content, _, _) in enumerate(index.songs)}
    found: dict[int, Song] = {}
    for record in read_records(folder):
        place = places.get(record.content)
        if place is not None:
            path, _, style, split = index.songs[place]
            found[place] = Song.from_record(path, style, split, record)
    if len(found) < len(places):
        raise CacheError(
            f"The cache in {folder} has lost {len(places) - len(found)} song(s): delete the "
            "folder and build it anew."
        )
    return tuple(found[place] for place in range(len(places)))


def build_cache(
    source: Source,
    cache_folder: str | Path,
    grid: Grid = STANDARD_GRID,
    *,
    split: SplitRule = "hash",
    pedal: bool = True,
    drums: bool = False,
    workers: int | None = None,
    progress: bool = True,
    told: Told | None = None,
) -> Cache:
    """Convert a folder of MIDI files, or go on where a building was broken off.

    Files that can't be read are passed over and named in `Cache.refused`. Of several files with
    the same content one is kept, in the split that is held out most. Ctrl-C and kills leave what
    is finished; the next call goes on from there. While another process builds the same cache,
    this one waits.

    Args:
        source: A folder, searched with all folders below it (style: the first folder below), or
            pairs of (file or folder, style).
        cache_folder: Where to keep the cache; each setting has a folder of its own in it.
        grid: The grid to put the songs on.
        split: "hash" draws 90/5/5 by content; "lists" reads train.txt, valid.txt, test.txt.
        pedal: Whether the sustain pedal lengthens notes.
        drums: Whether drum parts are merged in.
        workers: Processes besides this one; 0 works here; None decides by the work and processors.
        progress: Whether to show a progress bar on stderr.
        told: Hears of every file that is looked at.

    Raises:
        CacheError: If nothing is found, lists are missing, or the disk is in the way.
    """
    settings = ConversionSettings(grid, pedal, drums)
    folder = settings_folder(Path(cache_folder), settings)
    index = build_index(source, folder, settings, split, workers, progress, told)
    return Cache(folder, index)
