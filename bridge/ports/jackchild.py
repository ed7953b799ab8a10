"""The sender's process on JACK and PipeWire: every message at its frame, from the process callback.

The callback runs in the server's thread and competes for no interpreter lock but this process's
own. PipeWire's libjack, where it stands in for JACK's, does the same.
"""

from collections.abc import Callable
from typing import Any

from bridge.errors import PortError
from bridge.ports.board import Board, Slot
from bridge.ports.childhost import Company, main, publish, wait_cycles
from bridge.ports.jackapi import load_jack, open_client
from bridge.ports.jackmeeting import JackMeeting
from bridge.ports.sender import Sender
from bridge.processes.childlife import leave
from bridge.units import unwrap

_CYCLE_TIMEOUT_S = 1.0


class JackDriver:
    """One JACK client with one MIDI output port. Ticks are frames."""

    precision = 0
    system_clock = False

    def __init__(self, spec: dict[str, Any], board: Board, stop: Callable[[str], None]) -> None:
        self._error: type[Exception] = load_jack().JackError
        self._board = board
        self._stop = stop
        self.gone = False
        self._sender: Sender | None = None
        self._now = int(spec.get("near", 0))
        self._next = 0
        self._target = str(spec.get("target", ""))
        self._client = open_client(str(spec["client"]))
        self._port = self._client.midi_outports.register(str(spec["port"]))
        self.name = str(self._port.name)
        self.rate = int(self._client.samplerate)
        self.period = int(self._client.blocksize)
        self._client.set_process_callback(self._process)
        self._client.set_xrun_callback(self._xrun)
        self._client.set_shutdown_callback(self._shutdown)
        self._meeting = JackMeeting(self._client, self._port, spec.get("remembered", ()))

    def start(self, sender: Sender) -> None:
        """Activate the client and wait for its first cycle, which sets the clock."""
        self._sender = sender
        self._client.activate()
        if not self._wait_cycles(1, 5.0):
            raise PortError("the JACK server lets clients in but runs no cycles; restart it")
        if self._target:
            self._connect(self._target)

    def wake(self) -> None:
        """Nothing to do: the server calls."""

    def wait_out(self) -> None:
        """Two more cycles: the one that wrote has then been handed on to every reader."""
        self._wait_cycles(2, _CYCLE_TIMEOUT_S)

    def company(self) -> Company:
        """Looked at when the server said that it changed."""
        meeting = self._meeting
        listeners = 0 if self.gone else meeting.look()
        remembered = tuple(sorted(meeting.remembered))
        return Company(listeners, meeting.changes, remembered, meeting.arrivals)

    def close(self) -> None:
        """Leave the server; one that has gone is left alone, libjack could wait for it for ever."""
        if not self.gone:
            self._client.deactivate()
            self._client.close()

    def _process(self, frames: int) -> None:
        """One period, in the server's thread."""
        try:
            port, board, sender = self._port, self._board, self._sender
            port.clear_buffer()
            start = unwrap(self._client.last_frame_time, self._now)
            self._now = board[Slot.CLOCK] = start
            board[Slot.CYCLES] += 1
            if sender is None:
                return
            if start != self._next and self._next:
                sender.resend_offs()  # the cycle before this one may have been left out
            self._next = start + frames
            sender.run(start, start + frames, self._write)
            publish(board, sender)
        except Exception as err:  # raised to the server's thread it would end all cycles
            self._stop(f"playing failed: {err!r}")

    def _write(self, tick: int, message: bytes) -> bool:
        try:
            self._port.write_midi_event(tick - self._now, message)
        except self._error:  # the buffer of this period is full
            return False
        return True

    def _xrun(self, delay_us: float) -> None:
        self._board[Slot.XRUNS] += 1
        if self._sender is not None:
            self._sender.resend_offs()

    def _shutdown(self, status: object, reason: str) -> None:
        self.gone = True
        self._stop(f"the JACK server went away ({reason or status}); start it and play again")

    def _connect(self, target: str) -> None:
        try:
            self._client.connect(self._port, target)
        except self._error as err:
            raise PortError(
                f"tried to play on {target!r} and JACK refused: {err}; look at the ports again"
            ) from err

    def _wait_cycles(self, count: int, timeout_s: float) -> bool:
        goal = self._board[Slot.CYCLES] + count
        return wait_cycles(self._board, goal, lambda: self.gone, timeout_s)


if __name__ == "__main__":
    leave(main(JackDriver))
