"""A listener's process: hears what a port plays and when, and reports it in small batches.

On JACK the time of a message is its frame, exact to the sample; through RtMidi it is the moment of
arrival on the system's monotonic clock, in nanoseconds.
"""

import contextlib
import gc
import json
import os
import signal
import sys
import threading
import time
from collections import deque
from typing import Any

from bridge.childhost import SWITCH_INTERVAL_S
from bridge.childlife import leave, parent_watch
from bridge.errors import PortError
from bridge.jackapi import load_jack, open_client
from bridge.priority import raise_priority
from bridge.units import NANOSECONDS, unwrap
from bridge.wire import encode, encode_events

_BATCH_S = 0.02
_LAST_WAIT_S = 0.1
_CONNECT_TIMEOUT_S = 1.0

Heard = deque[tuple[int, bytes]]


class JackEar:
    """A JACK client with one MIDI input, connected to a port."""

    def __init__(self, spec: dict[str, Any], heard: Heard) -> None:
        self._error: type[Exception] = load_jack().JackError
        self._near = int(spec["near"])
        self._heard = heard
        self._cycles = 0
        self._client = open_client(str(spec["client"]))
        self.rate = int(self._client.samplerate)
        try:
            self._port = self._client.midi_inports.register("in")
            self._client.set_process_callback(self._process)
            self._client.activate()
            self._client.connect(str(spec["source"]), self._port)
        except self._error as err:
            self.close()  # an active client must not be left to the end of the interpreter
            raise PortError(f"tried to listen to {spec['source']!r} on JACK: {err}") from err
        connected_at = self._cycles
        end = time.monotonic() + _CONNECT_TIMEOUT_S
        while self._cycles < connected_at + 2 and time.monotonic() < end:
            time.sleep(0.001)

    def close(self) -> None:
        """Leave the server, if it still runs."""
        with contextlib.suppress(self._error):
            self._client.deactivate()
            self._client.close()

    def _process(self, frames: int) -> None:
        start = unwrap(self._client.last_frame_time, self._near)
        self._near = start
        self._cycles += 1
        for offset, message in self._port.incoming_midi_events():
            self._heard.append((start + offset, bytes(message)))


class RtMidiEar:
    """An RtMidi input, connected to a port."""

    rate = NANOSECONDS

    def __init__(self, spec: dict[str, Any], heard: Heard) -> None:
        from bridge.rtmidiapi import open_input

        self._input = open_input(str(spec["system"]), str(spec["client"]), str(spec["source"]))
        self._input.set_callback(
            lambda event, _: heard.append((time.perf_counter_ns(), bytes(event[0])))
        )

    def close(self) -> None:
        """Close the port."""
        self._input.close_port()
        self._input.delete()


def main() -> int:
    """Entry: listen until the pipe closes, the parent is gone or SIGTERM, reporting all along."""
    spec = json.loads(sys.argv[1])
    stopping = threading.Event()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    if spec.get("realtime", True):
        raise_priority()
    gc.collect()
    gc.disable()
    heard: Heard = deque()
    try:
        ear = (JackEar if spec["exact"] else RtMidiEar)(spec, heard)
    except Exception as err:  # the program is told, whatever the driver did
        os.write(1, encode({"failed": str(err) or type(err).__name__}))
        return 1
    os.write(1, encode({"ready": {"rate": ear.rate}}))
    threading.Thread(target=_wait_for_end, args=(stopping,), daemon=True).start()
    _report(heard, stopping, int(spec["parent"]))
    ear.close()
    return 0


def _wait_for_end(stopping: threading.Event) -> None:
    while os.read(0, 4096):
        pass
    stopping.set()


def _report(heard: Heard, stopping: threading.Event, parent: int) -> None:
    parent_lives = parent_watch(parent)
    with contextlib.suppress(OSError):  # nobody left to tell
        while not stopping.wait(_BATCH_S) and parent_lives():
            _forward(heard)
        time.sleep(_LAST_WAIT_S)  # what was sent just before the end is still on its way
        _forward(heard)


def _forward(heard: Heard) -> None:
    batch = []
    while heard:
        batch.append(heard.popleft())
    for line in encode_events("heard", batch):
        os.write(1, line)


if __name__ == "__main__":
    leave(main())
