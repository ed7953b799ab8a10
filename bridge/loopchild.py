"""The sender's process where there is no JACK: a loop against absolute deadlines, over RtMidi.

It sleeps until 1.5 ms before a message is due and then spins, in a process of its own, at a raised
priority: what that gives is in docs/live.md. RtMidi sends at once, so a message is as exact as this
loop. Ticks are nanoseconds of the system's monotonic clock, which all processes share.
"""

import threading
import time
from collections.abc import Callable
from typing import Any

from bridge.alsaclients import listeners
from bridge.board import Board, Slot
from bridge.childhost import Company, main, publish
from bridge.childlife import leave
from bridge.rtmidiapi import open_output
from bridge.sender import Sender
from bridge.units import NANOSECONDS

_SPIN_NS = 1_500_000
_IDLE_S = 0.05
_JACK_LATENCY_S = 0.2
"""RtMidi on JACK hands over in the next period; no period is longer than this."""


class LoopDriver:
    """One RtMidi output and the thread that plays on it."""

    rate = NANOSECONDS
    period = 1
    precision = 1_000_000
    system_clock = True
    gone = False

    def __init__(self, spec: dict[str, Any], board: Board, stop: Callable[[str], None]) -> None:
        self._board = board
        self._client, self._is_alsa = str(spec["client"]), spec["system"] == "alsa"
        self._stop = stop
        self._drain_s = _JACK_LATENCY_S if spec["system"] == "rtmidi-jack" else 0.0
        self._output, self.name = open_output(
            str(spec["system"]), str(spec["client"]), str(spec.get("target", ""))
        )
        self._woken = threading.Event()
        self._ending = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, sender: Sender) -> None:
        """Start the loop."""
        self._thread = threading.Thread(target=self._loop, args=(sender,), name="deadlines")
        self._thread.start()

    def wake(self) -> None:
        """Look at the sender now instead of at the next deadline."""
        self._woken.set()

    def wait_out(self) -> None:
        """RtMidi hands over at once, except to JACK."""
        time.sleep(self._drain_s)

    def company(self) -> Company:
        """RtMidi doesn't tell, but on ALSA the kernel does."""
        return Company(listeners(self._client) if self._is_alsa else -1)

    def close(self) -> None:
        """End the loop and close the port."""
        self._ending.set()
        self._woken.set()
        if self._thread is not None:
            self._thread.join()
        self._output.close_port()
        self._output.delete()

    def _loop(self, sender: Sender) -> None:
        while not self._ending.is_set():
            try:
                self._turn(sender)
            except Exception as err:  # the notes are still released, in the turns that follow
                self._stop(f"playing failed: {err!r}")
                time.sleep(_IDLE_S)

    def _turn(self, sender: Sender) -> None:
        """Wait for the next deadline, or for news, and write what is due."""
        now = time.perf_counter_ns()
        self._board[Slot.CLOCK] = now
        self._board[Slot.CYCLES] += 1
        due = sender.next_tick(now)
        publish(self._board, sender)
        wait_s = _IDLE_S if due is None else (due - now - _SPIN_NS) / NANOSECONDS
        if due is None or wait_s > 0:
            self._woken.wait(min(wait_s, _IDLE_S))
            self._woken.clear()
            return
        while (now := time.perf_counter_ns()) < due:
            pass
        sender.run(now, now + 1, self._write)
        publish(self._board, sender)

    def _write(self, tick: int, message: bytes) -> bool:
        self._output.send_message(message)
        return True


if __name__ == "__main__":
    leave(main(LoopDriver))
