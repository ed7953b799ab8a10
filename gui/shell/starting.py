"""What happens after the first picture: children start, what a crash left is offered, the tour."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QObject

from gui.out.clips import prune
from gui.shell.states import autosave_folder
from gui.state.errors import StateError
from gui.state.projects import Recovered, recover
from model.bundleinfo import ALIAS

if TYPE_CHECKING:
    from gui.shell.window import MainWindow


class Starting(QObject):
    """The window's first seconds, and its last."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._state = window.state
        kept = str(self._state.settings.get("geometry"))
        if kept:
            window.restoreGeometry(QByteArray.fromBase64(QByteArray(kept.encode())))

    def begin(self, file: Path | None = None) -> None:
        """Start what takes time, ask what is to be asked, and open the file that was named."""
        self._load_last_model()
        self._state.live.start()  # our port has to be there before a DAW can listen to it
        self._state.learning.start()
        self._window.roll.show_everything()
        self._window.roll.setFocus()
        prune()
        left = recover(autosave_folder())
        if left:
            self._offer(left[0])
        elif self._state.settings.problem:
            self._window.notices.show_error(self._state.settings.problem)
        elif not self._state.settings.get("tour_seen") and file is None:
            self._window.show_tour()
        if file is not None:
            self._window.files.load(file.expanduser().absolute())

    def end(self) -> None:
        """Remember where the window was."""
        geometry = self._window.saveGeometry().toBase64().data()
        self._state.settings.set("geometry", bytes(geometry).decode())

    def tour_was_seen(self) -> None:
        """Never show the tour unasked again; the keys belong to the roll."""
        self._window.roll.setFocus()
        self._state.settings.set("tour_seen", True)

    def _load_last_model(self) -> None:
        """Load the model that was loaded last; where it is gone or broken, the bundled one."""
        name, making = str(self._state.settings.get("model")), self._state.making
        entry = self._state.models.entry(name)
        if entry is not None and not entry.fault:
            making.load(str(entry.path))
            return
        making.start()
        if name != ALIAS:
            gone = self.tr("The model {0} is gone or damaged; the bundled one is loaded instead.")
            self._window.notices.show_error(gone.format(name), entry.fault if entry else "")

    def _offer(self, left: Recovered) -> None:
        if left.piece is None:
            self._window.notices.show_error(
                left.problem, "", ((self.tr("Throw it away"), left.discard),)
            )
            return
        at = left.saved_at.strftime("%H:%M")
        self._window.notices.show_info(
            self.tr("Fractalroll did not end well. A piece is left, kept at {0}.").format(at),
            (
                (self.tr("Bring it back"), partial(self._bring_back, left)),
                (self.tr("Throw it away"), left.discard),
            ),
        )

    def _bring_back(self, left: Recovered) -> None:
        if not self._window.files.may_leave():
            self._offer(left)
            return
        try:
            self._state.autosave.adopt(left)
        except StateError as err:
            self._window.notices.show_error(str(err))
            return
        self._state.put_back(left.takes, left.extra)
        if left.problem:
            self._window.notices.show_error(left.problem)
