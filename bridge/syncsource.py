"""Opening a host to follow: MIDI clock, JACK's transport, Ableton Link.

Each of them is told on the clock of the MIDI system on which it is heard: frames where there is
JACK or PipeWire, else the system's monotonic clock.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from bridge.errors import PortError
from bridge.inputport import InputPort
from bridge.jacktransport import TransportReport
from bridge.sync.clock import ClockFollower
from bridge.sync.hosttime import Follower, HostTime
from bridge.sync.link import LinkFollower
from bridge.sync.transport import TransportFollower
from bridge.systems import MidiSystem

Source = Literal["internal", "midi-clock", "jack", "link"]
"""Who sets the time; `internal` is we ourselves."""

SOURCES: tuple[Source, ...] = get_args(Source)

SYSTEM_CLOCK = "system"
_PATIENCE_S = 15.0


@dataclass(frozen=True)
class SyncWish:
    """Who is to set the time, and whether others are told.

    Attributes:
        source: Who sets the time.
        port: The port that sends MIDI clock, as `system|port` or `port`; empty for an input of our
            own that others connect to.
        nudge_s: How much later than the host everything sounds.
        send_clock: Whether our own clock goes to the port "Fractalroll clock".
    """

    source: Source = "internal"
    port: str = ""
    nudge_s: float = 0.0
    send_clock: bool = False


class HeardHost:
    """A follower with the input through which it hears. A `Follower` itself.

    Args:
        follower: Who follows.
        port: What it hears through, closed with it; None if it has none.
        clock: The system on whose frames times are told, or `SYSTEM_CLOCK`.
    """

    def __init__(self, follower: Follower, port: InputPort | None, clock: str) -> None:
        self.name = follower.name
        self.clock = clock
        self._follower = follower
        self._port = port

    def host(self, now: float) -> HostTime | None:
        """See `Follower`."""
        return self._follower.host(now)

    def is_alive(self) -> bool:
        """Whether it can still hear."""
        return self._port is None or self._port.is_alive()

    @property
    def detail(self) -> str:
        """A code for what a person should know of this host: `sixfold`, or nothing."""
        follower = self._follower
        if isinstance(follower, ClockFollower) and follower.position_is_sixfold:
            return "sixfold"
        if isinstance(follower, LinkFollower) and not follower.peers:
            return "alone"
        return ""

    def propose(self, bpm: float) -> None:
        """Ask for another tempo, where a host lets others have a say."""
        if isinstance(self._follower, LinkFollower):
            self._follower.propose(bpm)

    def close(self) -> None:
        """See `Follower`."""
        self._follower.close()
        if self._port is not None:
            self._port.close()


def open_host(
    wish: SyncWish, systems: Sequence[MidiSystem], *, near: int = 0, bpm: float = 120.0
) -> HeardHost:
    """Listen to the host that is wished for; not for `internal`.

    Args:
        wish: Who.
        systems: What this machine offers, best first.
        near: A recent time of JACK's clock, in frames.
        bpm: Quarter notes a minute where the host tells no tempo.

    Raises:
        PortError: There is no such system or port.
    """
    if wish.source == "link":
        system = next((one for one in systems if one.ready), None)
        where = system or MidiSystem("none", True, "no MIDI system")
        return HeardHost(LinkFollower(where, bpm=bpm, near=near), None, clock_of(where))
    name, _, port = wish.port.rpartition("|")
    system = _system(wish.source, name, systems)
    ear = _Ear(system, bpm)
    transport = ear.take_report if wish.source == "jack" else None
    source = port if wish.source == "midi-clock" else ""
    opened = InputPort(system, source, ear.take_events, on_transport=transport, near=near)
    return HeardHost(ear.begin(wish.source, opened.rate), opened, clock_of(system))


def clock_of(system: MidiSystem | None) -> str:
    """The name of the clock on which a system tells its times."""
    return system.name if system is not None and system.is_exact else SYSTEM_CLOCK


def _system(source: Source, name: str, systems: Sequence[MidiSystem]) -> MidiSystem:
    wanted = [one for one in systems if name in ("", one.name)]
    if source == "jack":
        wanted = [one for one in wanted if one.is_exact]
    found = next((one for one in wanted if one.ready), None)
    if found is None:
        what = "JACK's transport" if source == "jack" else "MIDI clock"
        why = "; ".join(one.detail for one in wanted) or "this machine has no such system"
        raise PortError(f"tried to follow {what}: {why}; start it, or choose another source")
    return found


class _Ear:
    """What arrives, handed to a follower that is made when the input's rate is known."""

    def __init__(self, system: MidiSystem, bpm: float) -> None:
        self._exact, self._bpm = system.is_exact, bpm
        self._known = threading.Event()
        self._clock = ClockFollower()
        self._transport = TransportFollower(48_000)

    def begin(self, source: Source, rate: int) -> Follower:
        """The follower of a source, which hears from now on."""
        self._clock = ClockFollower(rate if self._exact else 0)
        self._transport = TransportFollower(rate, self._bpm)
        self._known.set()
        return self._transport if source == "jack" else self._clock

    def take_events(self, events: list[tuple[float, bytes]]) -> None:
        """In the input's thread."""
        self._known.wait(_PATIENCE_S)
        for at, message in events:
            self._clock.feed(at, message)

    def take_report(self, report: TransportReport) -> None:
        """In the input's thread."""
        self._known.wait(_PATIENCE_S)
        self._transport.feed(report)
