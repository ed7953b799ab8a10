"""A musician who begins: without a host the song's first beat is where the first note is struck."""

from dataclasses import replace

from bridge.messages import is_note_on
from bridge.sync.hosttime import HostTime

_BEGINS_S, _ROLLS_S = 0.5, 0.12


class FirstNote:
    """A host that stands still until a note is heard. Fed in one thread, asked in another.

    Args:
        bpm: Quarter notes a minute.
        begins: Whether it begins by itself, a moment after it is first asked: the musician is
            counted in.
    """

    name = "first note"

    def __init__(self, bpm: float, *, begins: bool = False) -> None:
        self._bpm, self._begins = bpm, begins
        self._begun: HostTime | None = None
        self._begins_at: float | None = None

    def feed(self, at: float, message: bytes) -> None:
        """A message that arrived at second `at`."""
        if self._begun is None and not self._begins and is_note_on(message):
            self._begun = HostTime(True, at, 0.0, self._bpm, "locked", 1)

    def set_tempo(self, bpm: float, now: float) -> None:
        """Another tempo from now on; the song goes on where it is."""
        self._bpm = bpm
        if self._begun is not None:
            self._begun = replace(self._begun, at=now, beat=self._begun.beat_at(now), bpm=bpm)

    def host(self, now: float) -> HostTime | None:
        """See `Follower`."""
        if self._begins and self._begun is None:
            self._begin(now)
        return self._begun or HostTime(False, now, 0.0, self._bpm, "locked", 0)

    def _begin(self, now: float) -> None:
        """Roll just before beat 0, so that its note is struck in time."""
        if self._begins_at is None:
            self._begins_at = now + _BEGINS_S
        elif now >= self._begins_at - _ROLLS_S:
            self._begun = HostTime(True, self._begins_at, 0.0, self._bpm, "locked", 1)

    def close(self) -> None:
        """See `Follower`; there is nothing to close."""
