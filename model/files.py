"""Files that are there whole or not at all."""

from __future__ import annotations

import os
import shutil
from pathlib import Path


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file through a neighbour that takes its place, so that no reader sees half of it.

    Raises:
        OSError: if the disk refuses; a file that was there is untouched.
    """
    temporary = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise


def write_text(path: Path, text: str) -> None:
    """Write a UTF-8 text file as `write_bytes` does.

    Raises:
        OSError: if the disk refuses; a file that was there is untouched.
    """
    write_bytes(path, text.encode())


def take_place(fresh: Path, path: Path, before: Path) -> None:
    """Move a finished folder to its place; one that is there goes to `before`, back on failure.

    Raises:
        OSError: the disk refuses; then everything is as it was.
    """
    if not path.exists():
        fresh.rename(path)
        return
    path.rename(before)
    try:
        fresh.rename(path)
    except BaseException:
        before.rename(path)
        raise
    shutil.rmtree(before, ignore_errors=True)
