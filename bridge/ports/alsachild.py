"""The sender's process on ALSA's sequencer: the kernel's queue plays, this process plans for it.

What is due within 30 ms lies in the queue already, so that a busy machine does not make it late;
what is later stays here, where it can be changed. Ticks are nanoseconds of the system's clock.
"""

import contextlib
import time
from collections.abc import Callable
from typing import Any

from bridge.errors import PortError
from bridge.ports.alsaapi import AlsaQueue
from bridge.ports.board import Board, Slot
from bridge.ports.childhost import Company, main, publish
from bridge.ports.handover import Handover
from bridge.ports.reconnect import Reunion
from bridge.ports.sender import Sender
from bridge.ports.turning import Turning
from bridge.processes.childlife import leave
from bridge.units import NANOSECONDS

_TURN_S = 0.008
_IDLE_S = 0.05
_OUT_TIMEOUT_S = 0.5
_DISPATCH_S = 0.005
"""The kernel hands a message on at its timer's next tick, 4 ms apart on the coarsest of them."""

_LOOK_EVERY = 5
_LEAVING_S = 0.02
"""A client that leaves loses its connections first and its ports a moment later."""


class AlsaDriver:
    """One port with a queue, and the thread that keeps it filled."""

    rate = NANOSECONDS
    period = 1
    precision = 1_000_000
    system_clock = True
    gone = False

    def __init__(self, spec: dict[str, Any], board: Board, stop: Callable[[str], None]) -> None:
        self._board = board
        self._reunion = Reunion(spec.get("remembered", ()))
        self._queue = AlsaQueue(str(spec["client"]), str(spec.get("target", "")))
        self.name = str(spec["client"])
        self._handover: Handover | None = None
        self._turning = Turning("handover", stop)
        self._heard_by: list[str] = []
        self._there: list[str] = []
        self._company = Company(0)
        self._looks = 0

    def start(self, sender: Sender) -> None:
        """Start the thread that hands over."""
        self._handover = handover = Handover(self._queue, sender)
        self._turning.start(lambda: self._turn(sender, handover))

    def wake(self) -> None:
        """Look at the sender now."""
        self._turning.wake()

    def wait_out(self) -> None:
        """Until the queue has passed what was put last."""
        end = time.monotonic() + _OUT_TIMEOUT_S
        while self._handover is not None and time.monotonic() < end:
            if self._queue.now() > self._handover.last_stamp:
                break
            time.sleep(0.001)
        time.sleep(_DISPATCH_S)

    def company(self) -> Company:
        """As the kernel tells; everybody is looked at twice a second, or when a listener went."""
        with contextlib.suppress(PortError):
            heard_by = self._queue.listeners()
            self._looks += 1
            if heard_by != self._heard_by or self._looks % _LOOK_EVERY == 1:
                self._meet(heard_by)
        return self._company

    def close(self) -> None:
        """End the thread and leave the sequencer."""
        self._turning.end()
        self._queue.close()

    def _meet(self, heard_by: list[str]) -> None:
        """Connect again whoever came back."""
        if heard_by != self._heard_by:
            time.sleep(_LEAVING_S)
        there = self._queue.destinations()
        for name in self._reunion.see(heard_by, there):
            with contextlib.suppress(PortError):
                self._queue.connect(name)
        changes = self._company.changes + (there != self._there)
        self._heard_by, self._there = heard_by, there
        remembered = tuple(sorted(self._reunion.remembered))
        self._company = Company(len(heard_by), changes, remembered, self._reunion.arrivals)

    def _turn(self, sender: Sender, handover: Handover) -> None:
        self._queue.measure()
        now = time.perf_counter_ns()
        self._board[Slot.CLOCK] = now
        self._board[Slot.CYCLES] += 1
        handover.turn(now)
        publish(self._board, sender)
        self._turning.wait(_TURN_S if sender.pending() else _IDLE_S)


if __name__ == "__main__":
    leave(main(AlsaDriver))
