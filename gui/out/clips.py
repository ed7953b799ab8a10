"""Clips: a roll as a MIDI file under a fresh name in the user's cache folder.

A clip is written when a drag begins, and stays for days: who took it may read it long after the
drop, and only knows its path. So nothing is ever taken away at the drop; `prune` clears what is old
when the window opens. No Qt here.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, count
from pathlib import Path

import platformdirs

from model.errors import MidiFileError
from model.roll import Part, Roll

KEPT_DAYS = 7
"""How long clips stay at least."""
_DAY_S = 86_400
_UNSAFE = re.compile(r"[^\w#+-]+")
_LONGEST_STEM = 60


def clips_folder() -> Path:
    """Where clips lie that were dragged out."""
    return Path(platformdirs.user_cache_dir("fractalroll", appauthor=False)) / "clips"


def write_clip(roll: Roll, name: str = "Fractalroll", folder: Path | None = None) -> Path:
    """Write a roll as a MIDI file under a name that was never there before.

    Tempo, time signature and a name for every track are always in it.

    Args:
        roll: What to write.
        name: What the file's name begins with; letters that a file system may refuse are left out.
        folder: Where to write; None: the user's cache folder.

    Raises:
        MidiFileError: the folder can't be made or the file can't be written.
    """
    from model.midifile import write_midi  # only now: the window opens without its libraries

    folder = clips_folder() if folder is None else folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path = _reserve(folder, safe_stem(name))
    except OSError as err:
        raise MidiFileError(
            f"Can't write a clip to {folder} ({err.strerror or err}): make room there, or save the"
            " music somewhere else (Ctrl+E)."
        ) from err
    try:
        write_midi(replace(roll, parts=_named(roll.parts)), path)
    except MidiFileError:
        path.unlink(missing_ok=True)
        raise
    return path


def safe_stem(name: str) -> str:
    """A name without what some file system refuses; never empty."""
    return _UNSAFE.sub("-", name).strip("-")[:_LONGEST_STEM] or "Fractalroll"


def free_path(folder: Path, stem: str, ending: str) -> Path:
    """A path in a folder where nothing is yet: with a number behind the name where it is taken."""
    paths = (folder / f"{stem}{behind}{ending}" for behind in chain([""], _numbered()))
    return next(path for path in paths if not path.exists())


def _numbered() -> Iterator[str]:
    return (f"-{number}" for number in count(2))


def prune(folder: Path | None = None, days: float = KEPT_DAYS) -> int:
    """Remove clips that are older than so many days; what can't be removed stays.

    Returns:
        how many were removed.
    """
    folder = clips_folder() if folder is None else folder
    oldest, removed = time.time() - days * _DAY_S, 0
    for path in folder.glob("*.mid"):
        try:
            if path.stat().st_mtime < oldest:
                path.unlink()
                removed += 1
        except OSError:
            continue
    return removed


def _reserve(folder: Path, stem: str) -> Path:
    """An empty file whose name nobody else has, in this process or another.

    Raises:
        OSError: the folder can't be written to.
    """
    stamp = time.strftime("%Y%m%d-%H%M%S")
    for number in count(1):
        path = folder / f"{stem}-{stamp}-{number}.mid"
        try:
            path.touch(exist_ok=False)
        except FileExistsError:
            continue
        return path
    raise AssertionError("count never ends")


def _named(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """Parts that all have a name."""
    return tuple(
        part if part.name.strip() else replace(part, name=f"Fractalroll {k + 1}")
        for k, part in enumerate(parts)
    )
