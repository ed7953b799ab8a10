"""The menu of files that were open before."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu

if TYPE_CHECKING:
    from gui.shell.piecefiles import PieceFiles
    from gui.state.recent import RecentFiles


class RecentMenu(QObject):
    """Fills `menu` each time before it is shown, so that it never names a file that is gone."""

    def __init__(self, menu: QMenu, recent: RecentFiles, files: PieceFiles) -> None:
        super().__init__(menu)
        self._menu, self._recent, self._files = menu, recent, files
        menu.aboutToShow.connect(self.fill)
        recent.changed.connect(self._show_whether_any)
        self._show_whether_any()

    def fill(self) -> None:
        """List the files that are there now."""
        self._menu.clear()
        for path in self._recent.existing():
            action = self._menu.addAction(path.name)
            action.setToolTip(str(path))
            action.triggered.connect(partial(self._open, str(path)))
        self._menu.addSeparator()
        self._menu.addAction(self.tr("Forget all of them")).triggered.connect(self._recent.clear)

    def _open(self, name: str, *_: object) -> None:
        self._files.open(Path(name))

    def _show_whether_any(self) -> None:
        self._menu.setEnabled(bool(self._recent.files))
