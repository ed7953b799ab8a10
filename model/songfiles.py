"""Which MIDI files a folder of music holds, which style each has, and which split.

A split is drawn by file, never by window: by a hash of the file's content (`"hash"`), or by
lists of names that lie beside the files (`"lists"`).
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from model.errors import CacheError

SPLITS = ("train", "valid", "test")
SUFFIXES = frozenset({".mid", ".midi"})
PLAIN_FOLDERS = frozenset({"mid", "midi"})  # names that say nothing about the music in them
TRAIN_SHARE, VALID_SHARE = 0.90, 0.05  # of the hash split; the rest is for testing

SplitRule = Literal["hash", "lists"]
Source = str | Path | Sequence[tuple[str | Path, str]]


@dataclass(frozen=True, slots=True)
class SongFile:
    """A MIDI file that was found: its path, its style, and the root it was found under."""

    path: Path
    style: str
    root: Path


def find_songs(source: Source) -> list[SongFile]:
    """MIDI files of a folder and all folders below it, sorted by path.

    Args:
        source: A folder, where a file's style is the first folder below it that isn't just called
            mid or midi (or its own name, where there is none); or pairs of (file or folder, style).

    Raises:
        CacheError: If a path isn't there or no file is found.
    """
    if isinstance(source, str | Path):
        root = _existing(source)
        songs = [SongFile(path, _style_below(root, path), root) for path in _midi_files(root)]
    else:
        songs = []
        for place, style in source:
            root = _existing(place)
            songs += [SongFile(path, style, root) for path in _midi_files(root)]
    if not songs:
        raise CacheError(
            f"Found no MIDI files (.mid, .midi) in {_described(source)}: name a folder that has "
            "some, in it or in folders below it."
        )
    return songs


def _existing(place: str | Path) -> Path:
    path = Path(place).absolute()
    if not path.exists():
        raise CacheError(f"Can't read music from {path}: nothing is there; check the path.")
    return path


def _described(source: Source) -> str:
    if isinstance(source, str | Path):
        return str(source)
    return ", ".join(str(place) for place, _ in source) or "an empty list"


def _midi_files(root: Path) -> list[Path]:
    if root.is_file():
        return [root]
    return sorted(path for path in _walk(root) if path.suffix.lower() in SUFFIXES)


def _walk(root: Path) -> Iterator[Path]:
    """Files below a folder; links are followed, but no folder is entered twice."""
    entered: set[Path] = set()
    for folder, below, names in os.walk(root, followlinks=True):
        real = Path(folder).resolve()
        if real in entered:
            below.clear()
            continue
        entered.add(real)
        below.sort()
        yield from (Path(folder) / name for name in names)


def _style_below(root: Path, path: Path) -> str:
    """First folder below the root that says something; the root's name if none does."""
    folders = path.relative_to(root).parts[:-1]
    telling = (name for name in folders if name.lower() not in PLAIN_FOLDERS)
    return next(telling, root.name)


def split_by_hash(content: str) -> str:
    """Split of a file by the hexadecimal hash of its content: always the same for one file."""
    place = int(content[:16], 16) / 2**64
    if place < TRAIN_SHARE:
        return "train"
    return "valid" if place < TRAIN_SHARE + VALID_SHARE else "test"


class SplitLists:
    """train.txt, valid.txt and test.txt: one name a line, relative to the lists or to mid/.

    The lists that count for a file are those in the nearest folder above it, up to its root.
    A name that stands in several lists belongs to the one that is held out most.
    """

    def __init__(self) -> None:
        self._read: dict[Path, dict[str, str]] = {}

    def split_of(self, song: SongFile) -> str | None:
        """Split of a file, or None where no list names it."""
        top = song.root if song.root.is_dir() else song.root.parent
        folder = song.path.parent
        while True:
            names = self._names(folder)
            if names:
                relative = song.path.relative_to(folder).as_posix()
                return names.get(relative) or names.get(relative.removeprefix("mid/"))
            if folder in (top, folder.parent):
                return None
            folder = folder.parent

    def _names(self, folder: Path) -> dict[str, str]:
        if folder not in self._read:
            names: dict[str, str] = {}
            for split in SPLITS:  # test last, so that it wins
                names.update(dict.fromkeys(_lines(folder / f"{split}.txt"), split))
            self._read[folder] = names
        return self._read[folder]


def _lines(path: Path) -> list[str]:
    if not path.is_file():
        return []
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as err:
        raise CacheError(
            f"Can't read the list {path} ({err}): save it as plain text in UTF-8."
        ) from err
    lines = (line.strip().replace("\\", "/") for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("#")]
