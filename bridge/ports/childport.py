"""An output port whose every note is played and owned by a child process."""

import contextlib
import threading
import time
from collections.abc import Iterable, Mapping
from typing import Any

from bridge.errors import PortError
from bridge.messages import TimedMessage, checked
from bridge.ports.board import Board, Slot
from bridge.ports.port import PortStats
from bridge.processes.childprocess import ChildProcess
from bridge.processes.wire import Line, encode, encode_events
from bridge.units import seconds_of, ticks_of

START_TIMEOUT_S = 15.0
_CLOSE_TIMEOUT_S = 5.0


class ChildPort:
    """An `OutputPort` over a pipe and a board of shared numbers. Safe to use from several threads.

    Args:
        module: Which child, by its full name: `bridge.ports.jackchild` or the like.
        spec: What it needs to open its port; `board` is added here.
        environment: Variables to set for the child.
    """

    def __init__(
        self, module: str, spec: Mapping[str, object], environment: Mapping[str, str]
    ) -> None:
        self._board = Board.create()
        self._closed = False
        self._closing = threading.Lock()
        self._last = PortStats()
        self._seen_at = 0.0
        self._child: ChildProcess | None = None
        self._remembered: frozenset[str] = frozenset()
        try:
            full = {**spec, "board": str(self._board.path)}
            self._child = ChildProcess(module, full, environment, self._take)
            ready = self._child.wait_ready(START_TIMEOUT_S)
        except BaseException:
            self.close()
            raise
        self.name = str(ready["name"])
        self.rate = int(ready["rate"])
        self._system_clock = bool(ready["system_clock"])

    @property
    def pid(self) -> int:
        """The process id of the child that owns the notes."""
        return self._open_child().pid

    def is_alive(self) -> bool:
        """Whether the child still runs; it ends by itself when its MIDI system goes away."""
        return self._child is not None and self._child.is_alive()

    def now(self) -> float:
        """The port's clock; on JACK the start of the current period. Closed, it stands still."""
        if self._system_clock:
            return time.perf_counter()
        if not self._closed:
            with contextlib.suppress(ValueError):  # closed by another thread just now
                self._seen_at = seconds_of(self._board[Slot.CLOCK], self.rate)
        return self._seen_at

    def send(self, message: bytes, at: float) -> None:
        """See `OutputPort`."""
        self.send_many([TimedMessage(at, message)])

    def send_many(self, events: Iterable[TimedMessage]) -> None:
        """See `OutputPort`."""
        ticks = [(ticks_of(at, self.rate), checked(message)) for at, message in events]
        if ticks:
            self._open_child().say(*encode_events("play", ticks))

    def cancel(self, after: float) -> None:
        """See `OutputPort`."""
        self._open_child().say(encode({"cancel": ticks_of(after, self.rate)}))

    def replace(self, after: float, events: Iterable[TimedMessage]) -> None:
        """See `OutputPort`."""
        ticks = [[ticks_of(at, self.rate), checked(message).hex()] for at, message in events]
        order = {"replace": ticks_of(after, self.rate), "by": ticks}
        self._open_child().say(encode(order))

    def listeners(self) -> int:
        """How many ports of others hear this one; -1 where the system doesn't tell."""
        with self._closing:
            return 0 if self._closed else self._board[Slot.LISTENERS]

    def changes(self) -> int:
        """How often ports of others appeared or vanished, as far as the system tells."""
        with self._closing:
            return 0 if self._closed else self._board[Slot.CHANGES]

    @property
    def remembered(self) -> frozenset[str]:
        """Who hears this port, or left while hearing it: for the port that comes after it."""
        return self._remembered

    def silence(self) -> None:
        """See `OutputPort`."""
        self._open_child().say(encode({"silence": True}))

    def stats(self) -> PortStats:
        """See `OutputPort`; after `close` the counts at the end."""
        with self._closing:
            return self._last if self._closed else self._read_stats()

    def close(self) -> None:
        """See `OutputPort`."""
        with self._closing:
            if self._closed:
                return
            if self._child is not None:
                self._child.close(_CLOSE_TIMEOUT_S)
                with contextlib.suppress(AttributeError):  # it never told its rate
                    self._last = self._read_stats()
            self._closed = True
            self._board.close()

    def __enter__(self) -> "ChildPort":
        return self

    def __exit__(self, *error: Any) -> None:
        self.close()

    def _take(self, line: Line) -> None:
        """A line of the child's after the first, in a thread of the process's."""
        if "remembered" in line:
            self._remembered = frozenset(map(str, line["remembered"]))

    def _open_child(self) -> ChildProcess:
        if self._closed or self._child is None:
            raise PortError(f"tried to use the MIDI port {self.name!r} after it was closed")
        return self._child

    def _read_stats(self) -> PortStats:
        board = self._board
        return PortStats(
            notes_sent=board[Slot.NOTES],
            late=board[Slot.LATE],
            dropped=board[Slot.DROPPED],
            worst_late_s=seconds_of(board[Slot.WORST_LATE], self.rate),
            xruns=board[Slot.XRUNS],
            pending=board[Slot.PENDING],
            sounding=board[Slot.SOUNDING],
        )
