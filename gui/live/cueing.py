"""Another version of the piece that waits in the deck for its beat or bar, or doesn't any more."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from gui.live.feed import Feed
    from gui.live.sync import SyncState
    from model.roll import Roll


class Cueing(QObject):
    """Puts a version in the place of the one that plays, where things start.

    Args:
        feed: What the deck is told of the piece.
        sync: Where things start.
        may_wait: Whether something plays that it would have to wait for.
        parent: Qt's.
    """

    happened = Signal()
    """What waited plays now, or nothing plays any more: the document is to hold it."""

    def __init__(
        self,
        feed: Feed,
        sync: SyncState,
        may_wait: Callable[[], bool],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._feed, self._sync, self._may_wait = feed, sync, may_wait
        self._start_on = ""

    @property
    def waits(self) -> bool:
        """Whether a version waits."""
        return self._feed.cued is not None

    @property
    def start_on(self) -> str:
        """On what it waits, one of `bridge.choices.START_ON`; empty where nothing waits."""
        return self._start_on if self.waits else ""

    def put(self, roll: Roll) -> bool:
        """Let this play from the next beat or bar on; it takes the place of one that waits.

        Returns:
            Whether it waits; False: nothing is to be waited for.
        """
        if self._sync.start_on == "now" or not self._may_wait():
            return False
        self._start_on = self._sync.start_on
        self._feed.cue(roll)
        return True

    def call_off(self) -> None:
        """Let nothing wait."""
        if self.waits:
            self._feed.cue(None)

    def take(self, position: dict[str, Any]) -> None:
        """A `position` line of the deck, from after the order."""
        if not position.get("waits", False):
            self.hurry()
        elif self.waits and float(position["position"]) >= self._feed.steps:
            self.call_off()  # behind a host's beats the music is over: no bar of it will come
            self.happened.emit()

    def hurry(self) -> None:
        """What waits plays now."""
        if self.waits:
            self._feed.cued = None
            self.happened.emit()

    def forget(self) -> None:
        """Another piece altogether: nothing waits, and nothing happened."""
        self._feed.cued = None
