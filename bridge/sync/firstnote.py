"""A musician who begins: without a host the song's first beat is where the first note is struck."""

from bridge.messages import is_note_on
from bridge.sync.hosttime import HostTime


class FirstNote:
    """A host that stands still until a note is heard. Fed in one thread, asked in another.

    Args:
        bpm: Quarter notes a minute from then on.
    """

    name = "first note"

    def __init__(self, bpm: float) -> None:
        self._bpm = bpm
        self._begun_at: float | None = None

    def feed(self, at: float, message: bytes) -> None:
        """A message that arrived at second `at`."""
        if self._begun_at is None and is_note_on(message):
            self._begun_at = at

    def host(self, now: float) -> HostTime | None:
        """See `Follower`."""
        if self._begun_at is None:
            return HostTime(False, now, 0.0, self._bpm, "locked", 0)
        return HostTime(True, self._begun_at, 0.0, self._bpm, "locked", 1)

    def close(self) -> None:
        """See `Follower`; there is nothing to close."""
