"""A loop against absolute deadlines, for systems that send at once or only need the time stamped.

It sleeps until 1.5 ms before a message is due and then spins, in a process of its own, at a raised
priority: what that gives is in docs/live.md. Ticks are nanoseconds of the system's monotonic clock,
which all processes share.
"""

import time
from collections.abc import Callable

from bridge.ports.board import Board, Slot
from bridge.ports.childhost import publish
from bridge.ports.sender import Sender, Write
from bridge.ports.turning import Turning
from bridge.units import NANOSECONDS

PRECISION_NS = 1_000_000
"""By how much the loop may miss a message's time, as a rule."""

_SPIN_NS = 1_500_000
_IDLE_S = 0.05


class DeadlineLoop:
    """The thread that plays.

    Args:
        board: Where the clock and the counts are shown.
        stop: Called when writing fails.
        write: Puts one message on the wire; it is told the message's own tick, or now if that is
            past by more than the loop's precision.
    """

    def __init__(self, board: Board, stop: Callable[[str], None], write: Write) -> None:
        self._board = board
        self._write = write
        self._turning = Turning("deadlines", stop)

    def start(self, sender: Sender) -> None:
        """Start the loop."""
        self._turning.start(lambda: self._turn(sender))

    def wake(self) -> None:
        """Look at the sender now instead of at the next deadline."""
        self._turning.wake()

    def end(self) -> None:
        """End the loop and wait for it."""
        self._turning.end()

    def _turn(self, sender: Sender) -> None:
        """Wait for the next deadline, or for news, and write what is due."""
        now = time.perf_counter_ns()
        self._board[Slot.CLOCK] = now
        self._board[Slot.CYCLES] += 1
        due = sender.next_tick(now)
        publish(self._board, sender)
        wait_s = _IDLE_S if due is None else (due - now - _SPIN_NS) / NANOSECONDS
        if due is None or wait_s > 0:
            self._turning.wait(min(wait_s, _IDLE_S))
            return
        while (now := time.perf_counter_ns()) < due:
            pass
        start = due if now - due <= PRECISION_NS else now
        sender.run(start, now + 1, self._write)
        publish(self._board, sender)
