"""The index of a cache: which file is which song, of which style, in which split.

`index.json` belongs to the last building of a folder; the songs themselves, by content, stay in
the store that it points into.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from model.cachestore import SongRecord
from model.conversion import ConversionSettings
from model.errors import CacheError, RollError
from model.files import write_text
from model.grid import Grid
from model.timeline import MetreChange, TempoChange

INDEX = "index.json"


@dataclass(frozen=True, slots=True)
class Song:
    """One song of a cache.

    Attributes:
        path: File that it came from.
        style: Index into the cache's styles.
        split: "train", "valid" or "test".
        content: Hash of the file's bytes, hexadecimal.
        offset: First step in the cache's cells.
        steps: Length.
        onsets: Number of onsets in the merged cells.
        first_onset: Step of the first onset.
        key: 0..23, 24 unknown (see `model.keys`).
        metres: Metre changes, the first at step 0.
        tempos: Tempo changes, the first at step 0.
    """

    path: str
    style: int
    split: str
    content: str
    offset: int
    steps: int
    onsets: int
    first_onset: int
    key: int
    metres: tuple[MetreChange, ...]
    tempos: tuple[TempoChange, ...]

    @classmethod
    def from_record(cls, path: str, style: int, split: str, record: SongRecord) -> "Song":
        """What the store knows of a content, as the song of this file."""
        return cls(
            path,
            style,
            split,
            record.content,
            record.offset,
            record.steps,
            record.onsets,
            record.first_onset,
            record.key,
            _metres(record.metres),
            _tempos(record.tempos),
        )


@lru_cache(maxsize=1024)
def _metres(changes: tuple[tuple[int, int, int], ...]) -> tuple[MetreChange, ...]:
    """Metre changes of a record; songs in the same metre share one tuple."""
    return tuple(MetreChange(*values) for values in changes)


@lru_cache(maxsize=1024)
def _tempos(changes: tuple[tuple[int, float], ...]) -> tuple[TempoChange, ...]:
    """Tempo changes of a record; songs in the same tempo share one tuple."""
    return tuple(TempoChange(*values) for values in changes)


@dataclass(frozen=True)
class CacheIndex:
    """What one building found.

    Attributes:
        settings: How the files were converted.
        styles: Names, in the order of their indices.
        songs: (path, content hash, style index, split) of each song.
        refused: (path, reason) of each file that is left out.
        duplicates: (path, path of the same content) of each file that adds nothing new.
    """

    settings: ConversionSettings
    styles: tuple[str, ...]
    songs: tuple[tuple[str, str, int, str], ...]
    refused: tuple[tuple[str, str], ...]
    duplicates: tuple[tuple[str, str], ...]

    def write(self, folder: Path) -> None:
        """Write `index.json`.

        Raises:
            CacheError: If the disk refuses.
        """
        try:
            write_text(folder / INDEX, json.dumps(asdict(self), separators=(",", ":")))
        except OSError as err:
            raise CacheError(
                f"Can't write {folder / INDEX} ({err}): make room on the disk and run it again."
            ) from err

    @classmethod
    def read(cls, folder: Path) -> "CacheIndex":
        """Read `index.json`.

        Raises:
            CacheError: If it is missing or isn't an index.
        """
        path = folder / INDEX
        try:
            return cls._from_json(json.loads(path.read_text(encoding="utf-8")))
        except FileNotFoundError as err:
            raise CacheError(
                f"There is no finished cache in {folder}: build it first (build_cache)."
            ) from err
        except (OSError, ValueError, TypeError, KeyError, RollError) as err:
            raise CacheError(
                f"Can't understand {path} ({err}): delete the cache's folder and build it anew."
            ) from err

    @classmethod
    def _from_json(cls, values: Mapping[str, Any]) -> "CacheIndex":
        told = values["settings"]
        return cls(
            ConversionSettings(Grid(**told["grid"]), bool(told["pedal"]), bool(told["drums"])),
            tuple(map(str, values["styles"])),
            tuple(
                (str(p), str(c), int(style), str(split)) for p, c, style, split in values["songs"]
            ),
            tuple((str(p), str(reason)) for p, reason in values["refused"]),
            tuple((str(p), str(other)) for p, other in values["duplicates"]),
        )
