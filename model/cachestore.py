"""Where converted songs lie on disk: one growing file of cells and one line of JSON a song.

    cells.u8      uint8[total steps, 128], songs one after the other, time first
    songs.jsonl   a line for each content that was read: where it lies, or why it was refused
    building.lock held by the one process that may write

Cells are written before their line, so a kill at any moment leaves at worst cells without a line,
or half a line; both are cut off when the next builder opens the store. What has a line is never
changed again, so that readers may keep their memory maps while a builder appends.
"""

import contextlib
import json
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

import numpy as np

from model.errors import CacheError
from model.notes import PITCHES, Cells

CELLS, SONGS, LOCK = "cells.u8", "songs.jsonl", "building.lock"


@dataclass(frozen=True, slots=True)
class SongRecord:
    """One content in the store.

    Attributes:
        content: Hash of the file's bytes, hexadecimal.
        refused: Why there are no cells; empty for a song that was read.
        offset: First step of the song in the cells.
        steps: Its length.
        onsets: Number of onsets in its merged cells.
        first_onset: Step of the first of them.
        key: 0..23, 24 unknown (see `model.keys`).
        metres: (step, numerator, denominator) of each change.
        tempos: (step, bpm) of each change.
    """

    content: str
    refused: str = ""
    offset: int = 0
    steps: int = 0
    onsets: int = 0
    first_onset: int = 0
    key: int = 24
    metres: tuple[tuple[int, int, int], ...] = ()
    tempos: tuple[tuple[int, float], ...] = ()


def read_records(folder: Path) -> Iterator[SongRecord]:
    """Records of a store in the order of writing; a half-written last line is left out.

    Raises:
        CacheError: If a line isn't what a builder writes.
    """
    path = folder / SONGS
    if not path.exists():
        return
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if line.endswith("\n"):
                yield _record(line, f"{path}, line {number}")


def _record(line: str, place: str) -> SongRecord:
    try:
        values: dict[str, Any] = json.loads(line)
        values["metres"] = tuple((int(s), int(n), int(d)) for s, n, d in values["metres"])
        values["tempos"] = tuple((int(s), float(bpm)) for s, bpm in values["tempos"])
        return SongRecord(**values)
    except (ValueError, TypeError, KeyError) as err:
        raise CacheError(
            f"Can't understand {place} ({err}): delete the cache's folder, it will be built anew."
        ) from err


class StoreWriter:
    """Appends songs to a store; a context manager, for one process at a time.

    Attributes:
        reasons: Why each content in the store was refused, "" for songs; by content.
    """

    def __init__(self, folder: Path, wait: Callable[[], bool] = lambda: False) -> None:
        """Open or begin the store in `folder`, and cut off what a killed builder left behind.

        Args:
            folder: Made if need be.
            wait: Asked while another process builds here: whether to try again.

        Raises:
            CacheError: If another process is building here, or the folder can't be written.
        """
        with contextlib.ExitStack() as stack:
            try:
                folder.mkdir(parents=True, exist_ok=True)
                lock = stack.enter_context((folder / LOCK).open("a+b"))
                while not _locked(lock):
                    if wait():
                        continue
                    raise CacheError(
                        f"Another process is building the cache in {folder}: wait until it is "
                        "done, or name another cache folder."
                    )
                self.reasons: dict[str, str] = {}
                self._steps = 0
                for record in read_records(folder):
                    self.reasons[record.content] = record.refused
                    self._steps += record.steps
                self._cells = stack.enter_context((folder / CELLS).open("ab"))
                self._songs = stack.enter_context((folder / SONGS).open("ab"))
                _cut(self._cells, self._steps * PITCHES)
                _cut(self._songs, _whole_lines(folder / SONGS))
            except OSError as err:
                raise CacheError(
                    f"Can't build a cache in {folder} ({err}): choose a folder that can be "
                    "written to, on a disk with room."
                ) from err
            self._open = stack.pop_all()

    def __enter__(self) -> Self:
        """The writer itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the files, which also opens the lock."""
        self._open.close()

    def append(self, record: SongRecord, cells: Cells | None) -> SongRecord:
        """Write a song (its offset is filled in) or, without cells, a refusal.

        Args:
            record: What is known about the content.
            cells: uint8[record.steps, 128], or None.

        Raises:
            CacheError: If the disk refuses.
        """
        values = asdict(record) | {"offset": self._steps}
        try:
            if cells is not None:
                self._cells.write(np.ascontiguousarray(cells).data)
                self._cells.flush()
                self._steps += len(cells)
            self._songs.write(json.dumps(values, separators=(",", ":")).encode() + b"\n")
            self._songs.flush()
        except OSError as err:
            raise CacheError(
                f"Can't write to the cache ({err}): make room on the disk and run it again, it "
                "goes on where it stopped."
            ) from err
        self.reasons[record.content] = record.refused
        return SongRecord(**values)


def _cut(file: IO[bytes], size: int) -> None:
    file.seek(0, os.SEEK_END)
    if file.tell() < size:
        raise CacheError(
            f"{file.name} is shorter than its songs: delete the cache's folder, it will be built "
            "anew."
        )
    if file.tell() > size:
        file.truncate(size)
        file.seek(size)


def _whole_lines(path: Path) -> int:
    """Bytes up to and with the last line end."""
    with path.open("rb") as file:
        return sum(len(line) for line in file if line.endswith(b"\n"))


def _locked(file: IO[bytes]) -> bool:
    """Lock a file for this process until it is closed or the process dies; False if taken."""
    try:
        if sys.platform == "win32":
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def map_cells(folder: Path, steps: int) -> Cells:
    """The first `steps` steps of a store's cells, uint8[steps, 128], memory-mapped read-only.

    Raises:
        CacheError: If the file is missing or too short.
    """
    if steps == 0:
        return np.zeros((0, PITCHES), dtype=np.uint8)
    try:
        return np.memmap(folder / CELLS, dtype=np.uint8, mode="r", shape=(steps, PITCHES))
    except (OSError, ValueError) as err:
        raise CacheError(
            f"Can't map {folder / CELLS} ({err}): delete the cache's folder and build it anew."
        ) from err
