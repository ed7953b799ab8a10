"""A second client that hears what our port really played, and keeps the account."""

import os
import threading
from collections.abc import Iterable
from typing import Protocol, Self

from bridge.inputs.arrivals import ArrivalReport, Arrivals
from bridge.messages import TimedMessage
from bridge.ports.childport import START_TIMEOUT_S
from bridge.ports.port import OutputPort
from bridge.ports.portaround import PortAround
from bridge.ports.reconnect import OWN_EAR
from bridge.ports.systems import MidiSystem
from bridge.processes.childprocess import ChildProcess
from bridge.processes.wire import Line, decode_events
from bridge.units import ticks_of

_REACH_S = 0.5


class Listener:
    """Hears one port through a process of its own. Safe to use from several threads.

    Args:
        system: The system on which the port is.
        source: Name of the port to listen to.
        near: A recent time of its clock, in ticks; JACK's frames wrap every 24.8 hours.
        keep: Whether to keep every message and onset error.

    Attributes:
        rate: Ticks per second of the times.
        heard: (tick, message) of everything that arrived, if it is kept.

    Raises:
        PortError: If the port can't be listened to.
    """

    def __init__(
        self, system: MidiSystem, source: str, *, near: int = 0, keep: bool = False
    ) -> None:
        self.heard: list[tuple[int, bytes]] = []
        self._keep = keep
        self._lock = threading.Lock()
        spec = {
            "system": system.name,
            "exact": system.is_exact,
            "client": OWN_EAR,
            "source": source,
            "near": near,
            "parent": os.getpid(),
        }
        with self._lock:  # nothing is taken before the rate is known
            self._child = ChildProcess(
                "bridge.inputs.listenchild", spec, system.environment, self._take
            )
            try:
                self.rate = int(self._child.wait_ready(START_TIMEOUT_S)["rate"])
            except BaseException:  # Ctrl-C included
                self._child.close()
                raise
            self._arrivals = Arrivals(ticks_of(_REACH_S, self.rate), keep=keep)

    @classmethod
    def of(cls, port: OutputPort, system: MidiSystem) -> Self:
        """A listener to one of our own ports."""
        return cls(system, port.name, near=ticks_of(port.now(), port.rate))

    def sent(self, events: Iterable[TimedMessage]) -> None:
        """These messages were handed to the port."""
        ticks = [(ticks_of(at, self.rate), message) for at, message in events]
        with self._lock:
            self._arrivals.expect(ticks)

    def taken_back(self, after: float) -> None:
        """What was handed over for second `after` or later was taken back again."""
        with self._lock:
            self._arrivals.forget(ticks_of(after, self.rate))

    def is_alive(self) -> bool:
        """Whether it can still hear."""
        return self._child.is_alive()

    def report(self) -> ArrivalReport:
        """The account so far; after `close` it is complete."""
        with self._lock:
            return self._arrivals.report()

    def close(self) -> None:
        """Hear the last messages and end. May be called again."""
        self._child.close()

    def _take(self, line: Line) -> None:
        events = decode_events(line.get("heard", []))
        with self._lock:
            self._arrivals.hear(events)
            if self._keep:
                self.heard += events


class Tap(Protocol):
    """Wants to know what is handed to a port."""

    def sent(self, events: Iterable[TimedMessage]) -> None:
        """These messages were handed over."""
        ...

    def taken_back(self, after: float) -> None:
        """What was handed over for second `after` or later was taken back."""
        ...


class TappedPort(PortAround):
    """An output port that tells others what is handed to it."""

    def __init__(self, port: OutputPort, *taps: Tap) -> None:
        super().__init__(port)
        self._taps = taps

    def send_many(self, events: Iterable[TimedMessage]) -> None:
        """See `OutputPort`."""
        super().send_many(self._tell(events))

    def replace(self, after: float, events: Iterable[TimedMessage]) -> None:
        """See `OutputPort`."""
        for tap in self._taps:
            tap.taken_back(after)
        super().replace(after, self._tell(events))

    def silence(self) -> None:
        """See `OutputPort`."""
        for tap in self._taps:
            tap.taken_back(self.now())
        super().silence()

    def _tell(self, events: Iterable[TimedMessage]) -> list[TimedMessage]:
        batch = list(events)
        ordered = sorted(batch, key=lambda event: event.at)
        for tap in self._taps:
            tap.sent(ordered)
        return batch
