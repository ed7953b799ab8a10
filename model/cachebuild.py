"""Building a cache: find the files, convert what is new, write the index.

Files are read one at a time and at most a bounded number is under way, so that memory doesn't
grow with the folder.
"""

import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

from model.cacheindex import CacheIndex
from model.cachestore import StoreWriter
from model.conversion import ConversionSettings, content_hash, convert_all
from model.errors import CacheError
from model.songfiles import (
    SPLITS,
    SongFile,
    Source,
    SplitLists,
    SplitRule,
    find_songs,
    split_by_hash,
)

LAYOUT_VERSION = 2  # rises with whatever changes what a file becomes
MAX_FILE_BYTES = 1 << 25  # 32 MB; a symphony has half of one
Told = Callable[[int, int], object]
"""Hears how many files were looked at, and of how many."""
WAIT_S = 0.1  # between two looks whether another builder is done
UNLISTED = "None of train.txt, valid.txt and test.txt names it."


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A file that was looked at: its content, or why it wasn't read."""

    song: SongFile
    split: str
    content: str
    refused: str


class _Patience:
    """Waits while another process builds the same cache, as several trainers at once do."""

    def __init__(self, folder: Path, progress: bool) -> None:
        self._news = f"Waiting for another process that builds {folder}" if progress else ""

    def wait(self) -> bool:
        """Say once that we wait, let a moment pass, and ask to try again."""
        if self._news:
            tqdm.write(self._news, file=sys.stderr)
            self._news = ""
        time.sleep(WAIT_S)
        return True


def settings_folder(cache_folder: Path, settings: ConversionSettings) -> Path:
    """Where a cache with these settings lies, so that two settings never meet in one file."""
    grid = settings.grid
    name = f"v{LAYOUT_VERSION}-{grid.steps_per_beat}x{grid.velocity_bins}"
    name += "" if settings.pedal else "-nopedal"
    return cache_folder / (name + ("-drums" if settings.drums else ""))


def build_index(
    source: Source,
    folder: Path,
    settings: ConversionSettings,
    split: SplitRule,
    workers: int | None,
    progress: bool,
    told: Told | None = None,
) -> CacheIndex:
    """Bring the store in `folder` up to date with the source and write its index.

    Raises:
        CacheError: See `model.cache.build_cache`.
    """
    songs = find_songs(source)
    splits = _splits(songs, split)
    seen: list[_Candidate] = []
    with (
        StoreWriter(folder, _Patience(folder, progress).wait) as store,
        tqdm(total=len(songs), desc="Reading MIDI", unit="file", disable=not progress) as bar,
    ):

        def advance() -> None:
            bar.update()
            if told is not None:
                told(len(seen) + 1, len(songs))

        fresh = _fresh_contents(songs, splits, store, seen, advance)
        for converted in convert_all(fresh, settings, workers):
            store.append(converted.record, converted.cells)
        index = _index(seen, store.reasons, settings)
        index.write(folder)
    return index


def _splits(songs: list[SongFile], rule: SplitRule) -> list[str]:
    """Split of each file: by the lists, "" where they don't name it; "hash" is decided later."""
    if rule == "hash":
        return ["hash"] * len(songs)
    if rule != "lists":
        raise CacheError(f"Can't split by {rule!r}: choose 'hash' or 'lists'.")
    lists = SplitLists()
    splits = [lists.split_of(song) or "" for song in songs]
    if not any(splits):
        raise CacheError(
            "Was to split by lists, but no train.txt, valid.txt or test.txt names any of the "
            f"{len(songs)} files: put the lists beside the files, or split by hash."
        )
    return splits


def _fresh_contents(
    songs: list[SongFile],
    splits: list[str],
    store: StoreWriter,
    seen: list[_Candidate],
    advance: Callable[[], object],
) -> Iterator[bytes]:
    """Read file after file, note each in `seen`, and hand on the contents new to the store."""
    asked = set(store.reasons)
    for song, split in zip(songs, splits, strict=True):
        advance()
        if not split:
            seen.append(_Candidate(song, split, "", UNLISTED))
            continue
        data, refused = _read(song.path)
        content = content_hash(data)
        seen.append(
            _Candidate(song, split_by_hash(content) if split == "hash" else split, content, refused)
        )
        if not refused and content not in asked:
            asked.add(content)
            yield data


def _read(path: Path) -> tuple[bytes, str]:
    """Bytes of a file, or none and the reason."""
    try:
        size = path.stat().st_size
        if size > MAX_FILE_BYTES:
            return b"", f"It has {size} bytes; at most {MAX_FILE_BYTES} are read."
        return path.read_bytes(), ""
    except OSError as err:
        return b"", f"It can't be read ({err.strerror or err})."


def _index(
    seen: list[_Candidate], reasons: dict[str, str], settings: ConversionSettings
) -> CacheIndex:
    """Sort what was seen into songs, refusals and duplicates."""
    refused: list[tuple[str, str]] = []
    duplicates: list[tuple[str, str]] = []
    kept: dict[str, _Candidate] = {}
    for candidate in seen:
        path, reason = str(candidate.song.path), candidate.refused or reasons[candidate.content]
        first = kept.get(candidate.content)
        if reason:
            refused.append((path, reason))
        elif first is None:
            kept[candidate.content] = candidate
        else:
            duplicates.append((path, str(first.song.path)))
            if SPLITS.index(candidate.split) > SPLITS.index(first.split):
                kept[candidate.content] = _Candidate(
                    first.song, candidate.split, first.content, first.refused
                )
    styles = tuple(sorted({candidate.song.style for candidate in kept.values()}))
    songs = tuple(
        (str(c.song.path), c.content, styles.index(c.song.style), c.split) for c in kept.values()
    )
    return CacheIndex(settings, styles, songs, tuple(refused), tuple(duplicates))
