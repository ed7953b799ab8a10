"""An output port in memory with a clock turned by hand: playing without MIDI or waiting."""

from collections.abc import Iterable

from bridge.errors import PortError
from bridge.messages import TimedMessage, checked
from bridge.ports.port import PortStats
from bridge.ports.sender import Sender
from bridge.units import NANOSECONDS, seconds_of, ticks_of


class ManualClock:
    """A clock that stands still until it is moved. Seconds."""

    def __init__(self, start: float = 0.0) -> None:
        self._now = start

    def now(self) -> float:
        """The time it was last moved to."""
        return self._now

    def advance(self, seconds: float) -> None:
        """Move on; never back."""
        self._now += max(0.0, seconds)


class MemoryPort:
    """An `OutputPort` that keeps what it played in `wire`, in order, with the time of each message.

    It runs the same `Sender` as the real ports do, in steps of one period, so that late notes,
    order and releases behave as on the wire.
    """

    rate = NANOSECONDS

    def __init__(
        self, clock: ManualClock, *, late_limit_s: float = 0.03, name: str = "memory"
    ) -> None:
        self.name = name
        self.wire: list[TimedMessage] = []
        self.closed = False
        self._clock = clock
        self._sender = Sender(ticks_of(late_limit_s, self.rate), memory=0)

    def now(self) -> float:
        """The clock that was handed in."""
        return self._clock.now()

    def send(self, message: bytes, at: float) -> None:
        """See `OutputPort`."""
        self.send_many([TimedMessage(at, message)])

    def send_many(self, events: Iterable[TimedMessage]) -> None:
        """See `OutputPort`."""
        if self.closed:
            raise PortError(f"tried to play on {self.name!r}, which is closed; open it again")
        self._sender.send([(ticks_of(at, self.rate), checked(m)) for at, m in events])

    def cancel(self, after: float) -> None:
        """See `OutputPort`."""
        self._sender.cancel(ticks_of(after, self.rate))

    def replace(self, after: float, events: Iterable[TimedMessage]) -> None:
        """See `OutputPort`."""
        if self.closed:
            raise PortError(f"tried to play on {self.name!r}, which is closed; open it again")
        ticks = [(ticks_of(at, self.rate), checked(message)) for at, message in events]
        self._sender.replace(ticks_of(after, self.rate), ticks)

    def silence(self) -> None:
        """See `OutputPort`."""
        self._sender.silence()
        self._run(0.0)

    def pass_time(self, seconds: float) -> None:
        """Let time pass: everything due in it goes out at its own time."""
        self._run(seconds)
        self._clock.advance(seconds)

    def is_alive(self) -> bool:
        """Until it is closed."""
        return not self.closed

    def listeners(self) -> int:
        """Whoever reads `wire`."""
        return 0

    def changes(self) -> int:
        """Nobody comes or goes."""
        return 0

    def stats(self) -> PortStats:
        """See `OutputPort`."""
        counts = self._sender.counts
        return PortStats(
            notes_sent=counts.notes,
            late=counts.late,
            dropped=counts.dropped,
            worst_late_s=seconds_of(counts.worst_late_ticks, self.rate),
            pending=self._sender.pending(),
            sounding=len(self._sender.sounding),
        )

    def close(self) -> None:
        """See `OutputPort`."""
        if not self.closed:
            self.closed = True
            self._sender.finish()
            self._run(0.0)

    def _run(self, seconds: float) -> None:
        start = ticks_of(self._clock.now(), self.rate)
        end = ticks_of(self._clock.now() + seconds, self.rate)
        self._sender.run(start, max(end, start + 1), self._write)

    def _write(self, tick: int, message: bytes) -> bool:
        self.wire.append(TimedMessage(seconds_of(tick, self.rate), message))
        return True
