"""A musician who begins: without a host the song's first beat is where the first note is struck."""

from dataclasses import replace

from bridge.messages import is_note_on
from bridge.sync.hosttime import HostTime


class FirstNote:
    """A host that stands still until a note is heard. Fed in one thread, asked in another.

    Args:
        bpm: Quarter notes a minute.
    """

    name = "first note"

    def __init__(self, bpm: float) -> None:
        self._bpm = bpm
        self._begun: HostTime | None = None

    def feed(self, at: float, message: bytes) -> None:
        """A message that arrived at second `at`."""
        if self._begun is None and is_note_on(message):
            self._begun = HostTime(True, at, 0.0, self._bpm, "locked", 1)

    def set_tempo(self, bpm: float, now: float) -> None:
        """Another tempo from now on; the song goes on where it is."""
        self._bpm = bpm
        if self._begun is not None:
            self._begun = replace(self._begun, at=now, beat=self._begun.beat_at(now), bpm=bpm)

    def host(self, now: float) -> HostTime | None:
        """See `Follower`."""
        return self._begun or HostTime(False, now, 0.0, self._bpm, "locked", 0)

    def close(self) -> None:
        """See `Follower`; there is nothing to close."""
