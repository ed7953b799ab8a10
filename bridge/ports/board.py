"""A few numbers in memory shared between the program and a sender's process.

A question through the pipe would cost two waits for the interpreter's lock, 5 ms each when another
Python thread is busy; reading here costs nothing. Each slot is an aligned 64-bit integer with a
single writer (the child), so a reader sees a whole value, old or new.
"""

import mmap
import os
import tempfile
from enum import IntEnum
from pathlib import Path
from types import TracebackType
from typing import Self


class Slot(IntEnum):
    """What each number on the board means. Times are ticks of the port."""

    CLOCK = 0
    """Now: the start of the current period; 0 until the first one."""
    CYCLES = 1
    """Periods (or turns of the loop) so far: stands still when the server does."""
    PENDING = 2
    """Messages that wait in the child."""
    SOUNDING = 3
    """Notes that are on."""
    NOTES = 4
    LATE = 5
    DROPPED = 6
    WORST_LATE = 7
    REFUSED = 8
    RESENT = 9
    XRUNS = 10
    """Cycles that the server may have lost."""
    LISTENERS = 11
    """Ports of others that are connected to this one; -1 where the system doesn't tell."""
    CHANGES = 12
    """How often ports of others appeared or vanished, as far as the system tells."""


_SIZE = 4096


class Board:
    """The shared numbers; the program creates the board, the child opens it by path."""

    def __init__(self, path: Path, *, owner: bool) -> None:
        self.path = path
        self._owner = owner
        with path.open("r+b") as file:
            self._map = mmap.mmap(file.fileno(), _SIZE)
        self._bytes = memoryview(self._map)
        self._slots = self._bytes.cast("q")

    @classmethod
    def create(cls) -> Self:
        """A new board of zeros, in memory where the system has a place for that (/dev/shm)."""
        memory = Path("/dev/shm")  # noqa: S108  (a file name of its own is made in it, mode 0600)
        folder = memory if memory.is_dir() and os.access(memory, os.W_OK) else None
        handle, name = tempfile.mkstemp(prefix="fractalroll-", suffix=".board", dir=folder)
        with os.fdopen(handle, "wb") as file:
            file.write(bytes(_SIZE))
        return cls(Path(name), owner=True)

    @classmethod
    def open(cls, path: Path) -> Self:
        """The board that another process created.

        Where a file that is in use can be removed, its name goes at once: whichever of the two
        processes is killed, nothing is left behind.
        """
        board = cls(path, owner=False)
        if os.name == "posix":
            path.unlink(missing_ok=True)
        return board

    def __getitem__(self, slot: Slot) -> int:
        return self._slots[slot]

    def __setitem__(self, slot: Slot, value: int) -> None:
        self._slots[slot] = value

    def close(self) -> None:
        """Let go of the memory; its owner also removes the file. May be called again."""
        if self._map.closed:
            return
        self._slots.release()
        self._bytes.release()
        self._map.close()
        if self._owner:
            self.path.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
