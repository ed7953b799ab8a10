"""Files that were opened or saved lately, the newest first."""

from __future__ import annotations

from pathlib import Path

import platformdirs
from PySide6.QtCore import QObject, Signal

from gui.state.jsonfile import read_object, write_object

MOST = 10


def recent_path() -> Path:
    """Where the user's list lies."""
    return Path(platformdirs.user_config_dir("fractalroll", appauthor=False)) / "recent.json"


class RecentFiles(QObject):
    """The list, written after every change.

    Args:
        path: The file that it lies in; the user's own if none is given.
        parent: Qt's.

    Attributes:
        problem: One sentence about a list that could not be read or written.
    """

    changed = Signal()
    """The list is another."""

    def __init__(self, path: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._path = path or recent_path()
        told, self.problem = read_object(self._path)
        files = told.get("files")
        texts = files if isinstance(files, list) else []
        self._files = tuple(Path(text) for text in texts if isinstance(text, str))[:MOST]

    @property
    def files(self) -> tuple[Path, ...]:
        """All of them; some may be gone from the disk, or on one that is not there now."""
        return self._files

    def existing(self) -> tuple[Path, ...]:
        """Those that are there now."""
        return tuple(path for path in self._files if path.is_file())

    def add(self, path: Path) -> None:
        """A file was opened or saved just now."""
        path = path.absolute()
        self._keep((path, *(other for other in self._files if other != path)))

    def forget(self, path: Path) -> None:
        """Take a file off the list."""
        self._keep(tuple(other for other in self._files if other != path.absolute()))

    def clear(self) -> None:
        """Forget all of them."""
        self._keep(())

    def _keep(self, files: tuple[Path, ...]) -> None:
        files = files[:MOST]
        if files != self._files:
            self._files = files
            self.problem = write_object(self._path, {"files": [str(path) for path in files]})
            self.changed.emit()
