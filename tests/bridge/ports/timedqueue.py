"""A stand-in for a kernel's queue of timed messages, with a clock turned by hand."""

from collections.abc import Callable

from bridge.ports.sounding import Sounding


class FakeQueue:
    """Plays what it holds as its clock passes it, in order of stamps, then of arrival.

    Attributes:
        played: (stamp asked for, moment it went out, message).
        hesitate: How long each call takes, in nanoseconds; a busy machine hesitates.
    """

    def __init__(self, offset: int = 0, room: int = 10_000) -> None:
        self.time = 0
        self.offset = offset
        self.size = room
        self.held: list[tuple[int, int, bytes]] = []
        self.played: list[tuple[int, int, bytes]] = []
        self.hesitate: Callable[[], int] = lambda: 0
        self.taken_back = 0
        self.flushed = True
        self._count = 0

    def now(self) -> int:
        self.pass_time(self.hesitate())
        return self.time

    def stamp_of(self, tick: int) -> int:
        return tick + self.offset

    def put(self, stamp: int, message: bytes) -> None:
        self.held.append((stamp, self._count, message))
        self._count += 1
        self.flushed = False
        self.pass_time(self.hesitate())

    def take_back(self, since: int) -> None:
        self.pass_time(self.hesitate())
        kept = [entry for entry in self.held if entry[0] < since]
        self.taken_back += len(self.held) - len(kept)
        self.held = kept

    def room(self) -> int:
        return self.size - len(self.held)

    def flush(self) -> None:
        self.flushed = True
        self.pass_time(0)

    def pass_time(self, ns: int) -> None:
        self.time += ns
        due = sorted(entry for entry in self.held if entry[0] <= self.time)
        self.held = [entry for entry in self.held if entry[0] > self.time]
        self.played += [(stamp, max(stamp, self.time - ns), message) for stamp, _, message in due]

    def sounding(self) -> Sounding:
        """What a listener hears now."""
        ledger = Sounding()
        for _, _, message in self.played:
            ledger.feed(message)
        return ledger
