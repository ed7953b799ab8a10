"""A musician on another clock than the port's, told on the port's.

The built-in sound has the clock of its device, and hears nobody. So whoever is listened to is heard
on a MIDI system, with the moments of arrival on the system's own clock, and moved from there.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import replace

from bridge.choices import SyncSource
from bridge.errors import PortError
from bridge.inputs.inputport import OnEvents
from bridge.ports.port import OutputPort
from bridge.ports.portclock import ClockShift
from bridge.ports.systems import MidiSystem, detect


class Elsewhere:
    """What must be added to times of the system's clock to have the port's. From any thread.

    Args:
        port: On whose clock everything is to be told.
        clock: The system's, in seconds.
    """

    def __init__(self, port: OutputPort, clock: Callable[[], float] = time.perf_counter) -> None:
        self._port, self._clock = port, clock
        self._shift, self._lock = ClockShift(clock), threading.Lock()

    def shift_s(self) -> float:
        """Seconds to add; steady but for real drift."""
        with self._lock:
            return self._shift.between(self._clock(), self._port.now())

    def events(self, on_events: OnEvents) -> OnEvents:
        """Takes what arrived on the system's clock, and hands it on on the port's."""

        def take(events: list[tuple[float, bytes]]) -> None:
            shift_s = self.shift_s()
            on_events([(at + shift_s, message) for at, message in events])

        return take


def hearing_system(source: SyncSource) -> MidiSystem:
    """The MIDI system on which somebody is heard while the built-in sound plays.

    On JACK through RtMidi, whose stamps are on the system's clock; it doesn't reach PipeWire, where
    there is ALSA.

    Args:
        source: Who leads; Ableton Link needs no MIDI system.

    Raises:
        PortError: There is none.
    """
    ready = [system for system in detect() if system.ready]
    found = next((system for system in ready if system.name != "pipewire"), None)
    if found is None and source == "link":
        return MidiSystem("none", True, "no MIDI system")
    if found is None:
        raise PortError(
            "tried to listen to somebody and found no MIDI system; start one (`fractalroll ports` "
            "lists them), or play alone"
        )
    return replace(found, name="rtmidi-jack", native=False) if found.is_exact else found
