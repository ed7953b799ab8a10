"""A file that a process holds as long as it lives, so that others see that it lives. No Qt here.

The system itself releases the hold when the process ends, however it ends; unlike a process id in
a file, it can't be mistaken for another process.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path


class HeldFile:
    """A hold on a file of its own, which is made if it isn't there.

    Args:
        path: The file; its folder must exist.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    def take(self) -> bool:
        """Try to hold it. False where somebody else does, in this process or another."""
        if self._descriptor is not None:
            return True
        try:
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError:
            return False
        if not _hold(descriptor):
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        return True

    def release(self, *, remove: bool = False) -> None:
        """Let go of it. May be called again.

        Args:
            remove: Whether the file goes, too.
        """
        if self._descriptor is None:
            return
        if remove and sys.platform != "win32":  # while it is held, so that nobody else takes it
            self.path.unlink(missing_ok=True)
        os.close(self._descriptor)
        self._descriptor = None
        if remove:
            self.path.unlink(missing_ok=True)


if sys.platform == "win32":
    import msvcrt

    def _hold(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _hold(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
