"""A DAW at the other end of the wire: hears a port through everything, and knows what sounds."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from typing import Any

from bridge.messages import TimedMessage, is_all_notes_off, is_note_on
from bridge.ports.dummyjack import DummyJack
from bridge.ports.jackapi import load_jack, open_client
from bridge.ports.sounding import Sounding
from bridge.ports.systems import open_output
from bridge.processes.childprocess import ChildProcess
from bridge.processes.wire import decode_events
from bridge.sync.lead import ClockSender

_START_S, _SOON_S = 20.0, 10.0
_BEAT_S, _PLAYS_S = 0.25, 60.0


class Daw:
    """A MIDI input `NAME:in` in a process of its own, which outlives the ports that it hears.

    Args:
        server: Where.
        name: Of its client; another client beside it, `NAME hand`, connects.

    Attributes:
        heard: Every message, in order.
    """

    def __init__(self, server: DummyJack, name: str = "DAW") -> None:
        self.name = name
        self._error: type[Exception] = load_jack().JackError
        self.heard: list[bytes] = []
        self._notes = Sounding()
        self._lock = threading.Lock()
        spec = {
            "system": "jack",
            "exact": True,
            "client": name,
            "source": "",
            "near": 0,
            "parent": os.getpid(),
        }
        self._child = ChildProcess(
            "bridge.inputs.listenchild", spec, server.environment, self._take
        )
        self._child.wait_ready(_START_S)
        self.client: Any = open_client(f"{name} hand", server.name)
        self.client.activate()

    def _take(self, line: dict[str, Any]) -> None:
        with self._lock:
            for _, message in decode_events(line.get("heard", [])):
                self.heard.append(message)
                self._notes.feed(message)

    def has(self, port: str) -> bool:
        """Whether a port of that name is there."""
        return port in [one.name for one in self.client.get_ports(is_midi=True)]

    def connect(self, port: str) -> bool:
        """Hear a port, as a person connects it in a DAW; whether it is there and takes part."""
        with contextlib.suppress(self._error):
            self.client.connect(port, f"{self.name}:in")
        return self.hears(port)

    def hears(self, port: str) -> bool:
        """Whether it is connected to a port."""
        return self.has(port) and f"{self.name}:in" in [
            one.name for one in self.client.get_all_connections(port)
        ]

    def sounding(self) -> int:
        """How many notes go on by what was on the wire."""
        with self._lock:
            return len(self._notes)

    def falls_silent(self) -> bool:
        """Whether no note goes on, now or soon."""
        end = time.monotonic() + _SOON_S
        while self.sounding() and time.monotonic() < end:
            time.sleep(0.01)
        return self.sounding() == 0

    def onsets(self) -> int:
        """How many notes were struck so far."""
        with self._lock:
            return sum(map(is_note_on, self.heard))

    def hushes(self) -> int:
        """How often a channel was told that all its notes are off."""
        with self._lock:
            return sum(map(is_all_notes_off, self.heard))

    def let_go(self) -> None:
        """Connect nothing more: in one process, as in the tests', libjack knows one server."""
        if self.client is not None:
            self.client.deactivate()
            self.client.close()
        self.client = None

    def close(self) -> None:
        """Leave."""
        self.let_go()
        self._child.close()


class ClockHost:
    """A DAW that sends MIDI clock for a minute, to our input.

    A server that waits for nobody may lose a start. So the host says every other second where it
    is and that it goes on, which is no news to who heard the start.
    """

    def __init__(self, server: DummyJack) -> None:
        self.port = open_output(server.system(), "Host", target="Fractalroll in:in")
        self._clock = ClockSender()
        begin = self.port.now() + 0.1
        self._clock.begin(begin, 0.0, _BEAT_S)
        events = list(self._clock.extend(begin + _PLAYS_S))
        for beat in range(8, round(_PLAYS_S / _BEAT_S), 8):
            at = begin + beat * _BEAT_S - 0.001
            sixteenths = 4 * beat
            position = bytes((0xF2, sixteenths & 0x7F, sixteenths >> 7))
            events += [TimedMessage(at, position), TimedMessage(at, b"\xfb")]
        self.port.send_many(sorted(events, key=lambda event: event.at))

    def stop(self) -> None:
        self.port.cancel(self.port.now())
        self.port.send(b"\xfc", self.port.now() + 0.02)

    def vanish(self) -> None:
        """Killed, without a last word."""
        os.kill(self.port.pid, signal.SIGKILL)
