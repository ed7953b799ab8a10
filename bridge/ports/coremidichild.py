"""The sender's process on macOS: a virtual source whose packets carry the time that was meant.

CoreMIDI delivers what a virtual source says at once, so the deadline loop says it at its time; the
stamp is the note's own time even where the loop was some microseconds late.
"""

import time
from collections.abc import Callable
from typing import Any

from bridge.ports.board import Board
from bridge.ports.childhost import Company, main
from bridge.ports.coremidiapi import Calls, CoreMidiOut, load_coremidi
from bridge.ports.deadlineloop import PRECISION_NS, DeadlineLoop
from bridge.ports.sender import Sender
from bridge.processes.childlife import leave
from bridge.units import NANOSECONDS

_LOOK_EVERY = 5
_OUT_S = 0.02
"""The MIDI server hands on in another process."""


class CoreMidiDriver:
    """One virtual source, or one destination, and the loop that plays on it.

    Args:
        spec: As for every sender.
        board: Where the clock is shown.
        stop: Called when playing fails.
        load: Finds CoreMIDI's calls; tests bring their own.
    """

    rate = NANOSECONDS
    period = 1
    precision = PRECISION_NS
    system_clock = True
    gone = False

    def __init__(
        self,
        spec: dict[str, Any],
        board: Board,
        stop: Callable[[str], None],
        load: Callable[[], Calls] = load_coremidi,
    ) -> None:
        name, target = str(spec["client"]), str(spec.get("target", ""))
        self._out = CoreMidiOut(load(), name, target)
        self.name = target or name
        self._loop = DeadlineLoop(board, stop, self._write)
        self._there: list[str] | None = None
        self._changes = 0
        self._looks = 0

    def start(self, sender: Sender) -> None:
        """Start the loop."""
        self._loop.start(sender)

    def wake(self) -> None:
        """Look at the sender now instead of at the next deadline."""
        self._loop.wake()

    def wait_out(self) -> None:
        """Give the MIDI server a moment."""
        time.sleep(_OUT_S)

    def company(self) -> Company:
        """CoreMIDI doesn't tell who listens, but which destinations there are: twice a second."""
        self._looks += 1
        if self._looks % _LOOK_EVERY == 1:
            there = self._out.look()
            self._changes += self._there is not None and there != self._there
            self._there = there
        return Company(-1, self._changes)

    def close(self) -> None:
        """End the loop and leave CoreMIDI."""
        self._loop.end()
        self._out.close()

    def _write(self, tick: int, message: bytes) -> bool:
        self._out.send(tick, message)
        return True


if __name__ == "__main__":
    leave(main(CoreMidiDriver))
