"""A MIDI input: what arrives, each message with its moment, heard by a process of its own."""

import os
import threading
from collections.abc import Callable, Mapping
from typing import Any

from bridge.inputs.inputmemory import keep, recall
from bridge.inputs.jacktransport import TransportReport, report_of
from bridge.messages import is_whole
from bridge.ports.childport import START_TIMEOUT_S
from bridge.ports.systems import MidiSystem, frames_on
from bridge.processes.childprocess import ChildProcess
from bridge.processes.wire import Line, decode_events
from bridge.units import seconds_of

INPUT_NAME = "Fractalroll in"
"""What a musician reads in the DAW's list of MIDI outputs."""

OnEvents = Callable[[list[tuple[float, bytes]]], None]
OnTransport = Callable[[TransportReport], None]


class InputPort:
    """One MIDI input, its child process, and who is told. Times are seconds.

    On JACK a time is the frame at which the message stands in its cycle, exact to the sample, on
    the same clock as an output's `now()`; elsewhere it is the moment of arrival on
    `time.perf_counter`.

    Args:
        system: Where the input is.
        source: Port of another program to listen to, one of `system.inputs`; empty for a port of
            our own named "Fractalroll in" that others connect to.
        on_events: Called in a thread of this object with (seconds, message) pairs, in order.
            System exclusive data and what is no whole message are passed over.
        on_transport: On JACK: called with each report of the server's transport, as in
            `bridge.inputs.jacktransport`. Without it the transport is left alone.
        near: A recent time of JACK's clock, in frames, which wrap every 24.8 hours; by default that
            of the port that was opened there last.
        realtime: Whether to ask for a raised priority.

    Raises:
        PortError: If the system gives no such port.
    """

    def __init__(
        self,
        system: MidiSystem,
        source: str,
        on_events: OnEvents,
        *,
        on_transport: OnTransport | None = None,
        near: int = 0,
        realtime: bool = True,
    ) -> None:
        self._on_events, self._on_transport = on_events, on_transport
        self._lock = threading.Lock()
        spec = {
            "system": system.name,
            "exact": system.is_exact,
            "client": INPUT_NAME,
            "source": source,
            "near": near or frames_on(system),
            "parent": os.getpid(),
            "realtime": realtime,
            "transport": on_transport is not None,
            "remembered": [] if source else recall(system.name),
        }
        self._system = system.name
        environment: Mapping[str, str] = system.environment
        self.source = source
        with self._lock:  # nothing is taken before the rate is known
            self._child = ChildProcess("bridge.inputs.inputchild", spec, environment, self._take)
            try:
                ready = self._child.wait_ready(START_TIMEOUT_S)
            except BaseException:  # Ctrl-C included
                self._child.close()
                raise
            self.name, self.rate = str(ready["name"]), int(ready["rate"])

    @property
    def pid(self) -> int:
        """The process id of the child that hears."""
        return self._child.pid

    def is_alive(self) -> bool:
        """Whether its process still runs; it ends by itself when its MIDI system goes away."""
        return self._child.is_alive()

    def close(self) -> None:
        """Hear the last messages and end. May be called again."""
        self._child.close()

    def _take(self, line: Line) -> None:
        with self._lock:
            rate = self.rate
        if "heard" in line:
            pairs = [pair for pair in decode_events(line["heard"]) if is_whole(pair[1])]
            self._on_events([(seconds_of(tick, rate), message) for tick, message in pairs])
        elif "remembered" in line:
            keep(self._system, line["remembered"])
        elif "transport" in line and self._on_transport is not None:
            self._on_transport(report_of(line["transport"], rate))

    def __enter__(self) -> "InputPort":
        return self

    def __exit__(self, *error: Any) -> None:
        self.close()
