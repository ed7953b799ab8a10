"""MIDI inputs inside a listener's process: JACK with exact frames, RtMidi with moments of arrival.

What arrives is put in a deque with its tick; nothing else happens in the driver's thread. A source
that is named must be there; without one the port waits for others to connect to it.
"""

import contextlib
import time
from collections import deque
from collections.abc import Callable
from typing import Any, Protocol

from bridge.errors import PortError, no_source
from bridge.ports.jackapi import load_jack, open_client
from bridge.units import NANOSECONDS, unwrap

_CONNECT_TIMEOUT_S = 1.0

Heard = deque[tuple[int, bytes]]
"""(tick, message) in order of arrival."""


class Ear(Protocol):
    """One open input."""

    name: str
    rate: int
    gone: bool
    """Whether its system went away, so that nothing can be heard any more."""

    def close(self) -> None:
        """Let go of the port."""
        ...


def open_ear(spec: dict[str, Any], heard: Heard, news: Callable[[], None] | None = None) -> Ear:
    """The ear that a listener's spec asks for.

    Args:
        spec: `exact`, `client`, `source` (may be empty), `system`, `near`.
        heard: Where messages go.
        news: Called in the driver's thread when something has arrived.

    Raises:
        PortError: If there is no such system or source.
    """
    return (JackEar if spec["exact"] else RtMidiEar)(spec, heard, news or (lambda: None))


class JackEar:
    """A JACK client with one MIDI input, connected to a port if one is named. Ticks are frames."""

    def __init__(self, spec: dict[str, Any], heard: Heard, news: Callable[[], None]) -> None:
        self._error: type[Exception] = load_jack().JackError
        self._near = int(spec["near"])
        self._heard, self._news = heard, news
        self._cycles = 0
        self.gone = False
        self.client = open_client(str(spec["client"]))
        self.rate = int(self.client.samplerate)
        source = str(spec["source"])
        try:
            self._port = self.client.midi_inports.register("in")
            self.name = str(self._port.name)
            self.client.set_process_callback(self._process)
            self.client.set_shutdown_callback(self._shutdown)
            self.opened(spec)
            self.client.activate()
            if source:
                self.client.connect(source, self._port)
        except self._error as err:
            there = self._sources()
            self.close()  # an active client must not be left to the end of the interpreter
            if source and source not in there:
                raise no_source(source, there) from err
            raise PortError(f"tried to listen to {source!r} on JACK: {err}") from err
        connected_at = self._cycles
        end = time.monotonic() + _CONNECT_TIMEOUT_S
        while self._cycles < connected_at + 2 and time.monotonic() < end:
            time.sleep(0.001)

    def _sources(self) -> list[str]:
        """Every port that could be listened to."""
        with contextlib.suppress(self._error):
            found = self.client.get_ports(is_midi=True, is_output=True)
            return [str(port.name) for port in found]
        return []

    def close(self) -> None:
        """Leave the server, if it still runs."""
        if self.gone:
            return
        with contextlib.suppress(self._error):
            self.client.deactivate()
            self.client.close()

    def _process(self, frames: int) -> None:
        start = unwrap(self.client.last_frame_time, self._near)
        self._near = start
        self._cycles += 1
        before = len(self._heard)
        for offset, message in self._port.incoming_midi_events():
            self._heard.append((start + offset, bytes(message)))
        self.cycle(start, frames)
        if len(self._heard) != before:
            self._news()

    def opened(self, spec: dict[str, Any]) -> None:
        """What else is to be done before the client is active."""

    def cycle(self, start: int, frames: int) -> None:
        """What else is to be done in each cycle, in the server's thread."""

    def _shutdown(self, status: object, reason: str) -> None:
        self.gone = True
        self._news()


class RtMidiEar:
    """An RtMidi input, connected to a port or a virtual one. Ticks are nanoseconds."""

    rate = NANOSECONDS
    gone = False

    def __init__(self, spec: dict[str, Any], heard: Heard, news: Callable[[], None]) -> None:
        from bridge.ports.rtmidiapi import open_input

        self.name = str(spec["client"])
        self._heard, self._news = heard, news
        self._input = open_input(str(spec["system"]), self.name, str(spec["source"]))
        self._input.set_callback(self._take)

    def close(self) -> None:
        """Close the port."""
        self._input.close_port()
        self._input.delete()

    def _take(self, event: tuple[list[int], float], data: object) -> None:
        self._heard.append((time.perf_counter_ns(), bytes(event[0])))
        self._news()
