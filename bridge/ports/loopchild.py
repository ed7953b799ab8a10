"""The sender's process where nothing better is to be had: the deadline loop over RtMidi.

RtMidi sends at once, so a message is as exact as the loop.
"""

import time
from collections.abc import Callable
from typing import Any

from bridge.ports.alsaclients import listeners
from bridge.ports.board import Board
from bridge.ports.childhost import Company, main
from bridge.ports.deadlineloop import PRECISION_NS, DeadlineLoop
from bridge.ports.loopbacks import unnumbered
from bridge.ports.rtmidiapi import open_output
from bridge.ports.sender import Sender
from bridge.processes.childlife import leave
from bridge.units import NANOSECONDS

_LOOK_EVERY = 10
_JACK_LATENCY_S = 0.2
"""RtMidi on JACK hands over in the next period; no period is longer than this."""


class LoopDriver:
    """One RtMidi output and the loop that plays on it."""

    rate = NANOSECONDS
    period = 1
    precision = PRECISION_NS
    system_clock = True

    def __init__(self, spec: dict[str, Any], board: Board, stop: Callable[[str], None]) -> None:
        self.gone = False
        self._stop = stop
        self._watches = spec["system"] == "winmm"
        self._ports: list[str] = []
        self._changes = self._looks = 0
        self._client, self._is_alsa = str(spec["client"]), spec["system"] == "alsa"
        self._drain_s = _JACK_LATENCY_S if spec["system"] == "rtmidi-jack" else 0.0
        self._output, self.name = open_output(
            str(spec["system"]), str(spec["client"]), str(spec.get("target", ""))
        )
        self._loop = DeadlineLoop(board, stop, self._write)

    def start(self, sender: Sender) -> None:
        """Start the loop."""
        self._loop.start(sender)

    def wake(self) -> None:
        """Look at the sender now instead of at the next deadline."""
        self._loop.wake()

    def wait_out(self) -> None:
        """RtMidi hands over at once, except to JACK."""
        time.sleep(self._drain_s)

    def company(self) -> Company:
        """RtMidi doesn't tell, but on ALSA the kernel does; on Windows we look for our port."""
        self._looks += 1
        if self._watches and self._looks % _LOOK_EVERY == 1:
            self._look()
        return Company(listeners(self._client) if self._is_alsa else -1, self._changes)

    def close(self) -> None:
        """End the loop and close the port."""
        self._loop.end()
        self._output.close_port()
        self._output.delete()

    def _look(self) -> None:
        """Which ports there are: once a second, by a question to the system that stops nothing."""
        ports = list(self._output.get_ports())
        self._changes += bool(self._ports) and ports != self._ports
        self._ports = ports
        if unnumbered(self.name) not in map(unnumbered, ports):
            self.gone = True
            self._stop(f"the MIDI port {self.name!r} went away; add it again and play again")

    def _write(self, tick: int, message: bytes) -> bool:
        self._output.send_message(message)
        return True


if __name__ == "__main__":
    leave(main(LoopDriver))
