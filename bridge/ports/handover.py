"""Messages for a system that keeps time itself: handed over a little ahead, and taken back.

The kernel's queue plays what it was given however busy this process is, but it knows nothing of
who owns a note. So it gets no more than a short stretch of the schedule, as a copy: a message
counts as gone only when its moment is near, and when the plan changes, what lies in the queue is
compared with the plan and replaced from the first difference on.

Ticks are those of the sender; stamps are the queue's own time in nanoseconds.
"""

from collections import deque
from typing import NamedTuple, Protocol

from bridge.messages import is_note_on, note_key, note_off
from bridge.ports.sender import Sender

HORIZON_NS = 30_000_000
"""How far ahead messages are handed over: longer than this process is kept waiting, as a rule."""

MARGIN_NS = 2_000_000
"""What is nearer than this stays as it is: it may be out before it can be taken back."""


class TimedQueue(Protocol):
    """The part of a system that plays messages at their time."""

    def now(self) -> int:
        """The queue's time."""
        ...

    def stamp_of(self, tick: int) -> int:
        """The queue's time for a tick of the sender."""
        ...

    def put(self, stamp: int, message: bytes) -> None:
        """Play a message at its stamp, after what has the same one; a past one at once."""
        ...

    def take_back(self, since: int) -> None:
        """Forget what has the stamp `since` or a later one."""
        ...

    def room(self) -> int:
        """How many messages fit now."""
        ...

    def flush(self) -> None:
        """Let what was put take effect."""
        ...


class _Held(NamedTuple):
    """A message in the queue."""

    tick: int
    message: bytes
    stamp: int


class Handover:
    """Keeps a queue filled with what a sender will play next.

    One thread calls `turn`, at least every few milliseconds while there is something to play.
    """

    def __init__(self, queue: TimedQueue, sender: Sender) -> None:
        self._queue = queue
        self._sender = sender
        self._held: deque[_Held] = deque()
        self._until = 0  # everything scheduled before this tick is in the queue
        self._settled = 0  # the latest stamp that nothing can change any more
        self._room = 0

    @property
    def last_stamp(self) -> int:
        """The stamp after which the queue is empty."""
        return self._held[-1].stamp if self._held else self._settled

    def turn(self, now: int) -> None:
        """Settle what has gone out, obey orders, bring the queue up to date."""
        edge = now + MARGIN_NS
        self._settle(min(edge, self._until))
        self._sender.take_orders(edge)
        self._room = self._queue.room()
        self._send_late(now, edge)
        end, self._until = now + HORIZON_NS, edge  # should putting fail half-way
        wanted = self._sender.upcoming(end)
        self._hand_over(wanted)
        self._until = end if len(self._held) == len(wanted) else wanted[len(self._held)][0]
        self._queue.flush()

    def _settle(self, before: int) -> None:
        """What was handed over and is due before this tick is gone, whatever happened since."""
        self._sender.gone_out(before)
        while self._held and self._held[0].tick < before:
            self._settled = max(self._settled, self._held.popleft().stamp)

    def _send_late(self, now: int, edge: int) -> None:
        """What came too late to be handed over goes out behind what is settled, room or not."""
        stamp = max(self._queue.stamp_of(edge) - 1, self._settled)

        def write(tick: int, message: bytes) -> bool:
            self._settled = stamp
            self._put(stamp, message)
            return True

        self._sender.run(now, edge, write)

    def _hand_over(self, wanted: list[tuple[int, bytes]]) -> None:
        """Make the queue hold what is wanted, or as much of it as there is room for."""
        agreeing = 0
        for held, event in zip(self._held, wanted, strict=False):
            if (held.tick, held.message) != event:
                break
            agreeing += 1
        if agreeing < len(self._held):
            agreeing = self._take_back(agreeing)
        for tick, message in wanted[agreeing:]:
            if self._room <= 0:
                self._sender.counts.refused += 1
                self._leave_out(tick)
                return
            stamp = max(self._queue.stamp_of(tick), self.last_stamp)
            self._put(stamp, message)
            self._held.append(_Held(tick, message, stamp))

    def _leave_out(self, tick: int) -> None:
        """Nothing of this tick fits unless all of it does: a tick is settled as a whole."""
        keep = sum(held.tick < tick for held in self._held)
        if keep < len(self._held):
            self._take_back(keep)

    def _take_back(self, keep: int) -> int:
        """Forget all but the first `keep` of what is held; how many really stay."""
        since = self._held[keep].stamp
        while keep and self._held[keep - 1].stamp >= since:
            keep -= 1  # the queue forgets by stamp
        self._queue.take_back(since)
        taken = [self._held.pop() for _ in range(len(self._held) - keep)]
        self._release_doubtful(taken, self._queue.now())
        return keep

    def _release_doubtful(self, taken: list[_Held], now: int) -> None:
        """This process was kept waiting: some of it may have been played a moment ago after all."""
        for held in taken:
            if held.stamp <= now and is_note_on(held.message):
                key = note_key(held.message)
                if key not in self._sender.sounding:
                    self._queue.put(self._settled, note_off(*key))

    def _put(self, stamp: int, message: bytes) -> None:
        self._room -= 1
        self._queue.put(stamp, message)
