"""A take laid into the document while it is played, as one step that can be undone."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from gui.live.take import Take
from gui.state.errors import StateError
from model.errors import ModelError

if TYPE_CHECKING:
    from gui.state.document import Document

_SHOW_MS = 120
_SHARE = 0.1
"""Of the window's time that laying the take into the document may cost."""


class Laying(QObject):
    """Has the document hold what was played so far; the more there is, the less often.

    Args:
        document: Gets the take.
        parent: Qt's.

    Attributes:
        take: What is played now; None while nothing is.
    """

    failed = Signal(str)
    """The document refuses it; one sentence."""

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._takes = 0
        self.take: Take | None = None
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._lay)

    def begin(self, take: Take) -> None:
        """Another take, and another step."""
        self.take, self._takes = take, self._takes + 1

    def hear(self, told: dict[str, Any]) -> None:
        """A bar of the musician's, as far as it was played."""
        if self.take is not None:
            self.take.hear(told)
            self._soon()

    def play(self, told: dict[str, Any]) -> None:
        """A bar of ours."""
        if self.take is not None:
            self.take.play(told)
            self._soon()

    def end(self) -> None:
        """Nothing more comes: all of it is in the document, as one step."""
        self._lay()
        self._timer.stop()
        if self.take is not None:
            self._document.gather(self._word)
        self.take = None

    def drop(self) -> None:
        """The document is another one: what was played is not its business."""
        self._timer.stop()
        self.take = None

    @property
    def _word(self) -> str:
        """Which steps are those of this take."""
        return f"together {self._takes}"

    def _soon(self) -> None:
        if not self._timer.isActive():
            self._timer.start(_SHOW_MS)

    def _lay(self) -> None:
        take = self.take
        if take is None or take.is_empty:
            return
        begun = time.monotonic()
        try:
            roll, voices = take.laid_into(self._document.piece)
            text = self.tr("Play together")
            self._document.edit(text, roll, voices=voices, merge=self._word)
        except (StateError, ModelError) as err:
            self.take = None
            self.failed.emit(str(err))
        cost_ms = 1000 * (time.monotonic() - begun)
        if cost_ms / _SHARE > _SHOW_MS:
            self._timer.start(int(cost_ms / _SHARE))
