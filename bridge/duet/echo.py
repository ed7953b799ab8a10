"""Our own music coming back in: recognised and dropped, so that we don't answer ourselves.

A loopback port, or a DAW track that sends on what it receives, returns each message a moment after
we sent it. What came in is held against what was sent: the same kind of message and the same data,
within a short reach; the channel may be another one. A note that was recognised takes its release
with it.
"""

from __future__ import annotations

import math
import threading
from collections import deque
from collections.abc import Iterable

from bridge.messages import TimedMessage, is_note_off, is_note_on, note_key

_CHANNEL_MESSAGES = range(0x80, 0xF0)
_FORGOTTEN_S = 5.0  # beyond the reach
_LOST_S = 30.0
"""A release that hasn't come back for so long was lost, should the musician strike its key."""


class Echo:
    """Tells our own messages from a musician's. Safe from any thread.

    Args:
        reach_s: How long after we sent it a message may still come back.
        early_s: How long before its time: the two clocks are read with this precision.

    Attributes:
        dropped: How many messages were recognised.
    """

    def __init__(self, reach_s: float = 0.12, early_s: float = 0.005) -> None:
        self.dropped = 0
        self._reach_s, self._early_s = reach_s, early_s
        self._lock = threading.Lock()
        self._sent: deque[TimedMessage] = deque()
        self._echoed: dict[tuple[int, int], int] = {}  # (channel, pitch) as it came in -> how often
        self._echoed_at: dict[tuple[int, int], float] = {}

    def sent(self, events: Iterable[TimedMessage]) -> None:
        """These messages were handed to a port, with the times at which it plays them."""
        own = [
            TimedMessage(at, _kind(message))
            for at, message in events
            if message[0] in _CHANNEL_MESSAGES and not is_note_off(message)
        ]
        with self._lock:
            self._sent.extend(own)
            earliest = min((at for at, _ in own), default=-math.inf)
            while self._sent and self._sent[0].at < earliest - self._reach_s - _FORGOTTEN_S:
                self._sent.popleft()

    def taken_back(self, after: float) -> None:
        """What should have been played from second `after` on will not be."""
        with self._lock:
            self._sent = deque(own for own in self._sent if own.at < after)

    def is_ours(self, at: float, message: bytes) -> bool:
        """Whether a message that came in at second `at` is one that we sent."""
        if not message or message[0] not in _CHANNEL_MESSAGES:
            return False
        with self._lock:
            ours = self._release(message) if is_note_off(message) else self._take(at, message)
            self.dropped += ours
            return ours

    def _take(self, at: float, message: bytes) -> bool:
        """Whether a message was sent within reach; each sent one is recognised once."""
        first, last = at - self._reach_s, at + self._early_s
        kind = _kind(message)
        found = [own for own in self._sent if own.message == kind and first <= own.at <= last]
        if not found:
            self._give_up(at, message)
            return False
        self._sent.remove(min(found))
        if is_note_on(message):
            key = note_key(message)
            self._echoed[key] = self._echoed.get(key, 0) + 1
            self._echoed_at[key] = at
        return True

    def _give_up(self, at: float, message: bytes) -> None:
        """The musician strikes a key: the release of a much older echo of it isn't waited for."""
        if is_note_on(message) and at - self._echoed_at.get(note_key(message), at) > _LOST_S:
            self._echoed.pop(note_key(message), None)

    def _release(self, message: bytes) -> bool:
        """Whether a release belongs to a note that was recognised."""
        key = note_key(message)
        count = self._echoed.pop(key, 0)
        if count > 1:
            self._echoed[key] = count - 1
        return count > 0


def _kind(message: bytes) -> bytes:
    """A message without its channel."""
    return bytes((message[0] & 0xF0,)) + message[1:]
