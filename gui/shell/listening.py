"""Which sample of a training is being heard, so that its button stops it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from gui.live.live import LiveState
    from model.roll import Roll


class Listening(QObject):
    """Plays one roll after the other beside the document, and knows which one sounds.

    Args:
        live: Plays.
        parent: Qt's.
    """

    changed = Signal(object)
    """Another roll is heard now; None: none of them any more."""

    def __init__(self, live: LiveState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._live = live
        self._heard: Roll | None = None
        self._began = False
        live.playhead.changed.connect(self._follow)
        live.failed.connect(self.forget)

    @property
    def heard(self) -> Roll | None:
        """The roll that is heard, or is about to be."""
        return self._heard

    def toggle(self, roll: Roll) -> None:
        """Play this from its start; stop it if it is the one that is heard."""
        if roll is self._heard:
            self._live.stop()
            self.forget()
            return
        self._live.play_roll(roll)
        if self._live.previewing:  # else something else has the port, and that was said
            self._began = False
            self._show(roll)

    def forget(self, *_: object) -> None:
        """Something else is played, or nothing."""
        self._show(None)

    def _follow(self) -> None:
        if self._heard is None:
            return
        playing = self._live.playhead.playing
        if not self._live.previewing or (self._began and not playing):
            self.forget()
        self._began = playing

    def _show(self, roll: Roll | None) -> None:
        if roll is not self._heard:
            self._heard = roll
            self.changed.emit(roll)
