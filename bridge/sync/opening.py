"""A follower for each kind of host, opened with the input it listens to."""

import threading

from bridge.choices import SYNC_SOURCES
from bridge.errors import PortError
from bridge.inputs.inputport import InputPort, OnEvents
from bridge.inputs.jacktransport import TransportReport
from bridge.ports.systems import MidiSystem
from bridge.sync.clock import ClockFollower
from bridge.sync.hosttime import Follower, HostTime, standing
from bridge.sync.link import LinkFollower
from bridge.sync.transport import TransportFollower

_FOLLOWED = tuple(source for source in SYNC_SOURCES if source != "internal")


class PortFollower:
    """A follower and the input port that feeds it; what else arrives goes on to who wants it.

    Args:
        system: Where the host is.
        source: Port to listen to; empty for our own, which the host connects to.
        near: A recent time of JACK's clock, in frames.
        transport: Follow JACK's transport instead of the clock messages that arrive.
        bpm: The tempo where a transport has none.
        on_events: Called in a thread with all that arrives, clock messages included.

    Attributes:
        pass_on: As `on_events`; may be another one at any time.

    Raises:
        PortError: If there is no such port, or no transport.
    """

    def __init__(
        self,
        system: MidiSystem,
        source: str = "",
        *,
        near: int = 0,
        transport: bool = False,
        bpm: float = 120.0,
        on_events: OnEvents | None = None,
    ) -> None:
        self.pass_on = on_events
        self._known = threading.Event()
        self._stood: HostTime | None = None
        self.port = InputPort(
            system,
            source,
            self._hear,
            on_transport=self._report if transport else None,
            near=near,
        )
        rate = self.port.rate if system.is_exact else 0
        self._clock = ClockFollower(rate)
        self._transport = TransportFollower(self.port.rate, bpm) if transport else None
        self.name = f"{(self._transport or self._clock).name} ({source or self.port.name})"
        self._known.set()

    def host(self, now: float) -> HostTime | None:
        """See `Follower`; once its port is gone, a host that stands still."""
        host = (self._transport or self._clock).host(now)
        if host is None or self.is_alive():
            return host
        self._stood = self._stood or standing(host, now)
        return self._stood

    @property
    def position_is_sixfold(self) -> bool:
        """Whether the host sends song positions that are six times too large."""
        return self._transport is None and self._clock.position_is_sixfold

    @property
    def tempo_is_ours(self) -> bool:
        """Whether the host tells no tempo; see `TransportFollower`."""
        return self._transport is not None and self._transport.tempo_is_ours

    def propose(self, bpm: float) -> None:
        """A tempo for a host that tells none."""
        if self._transport is not None:
            self._transport.propose(bpm)

    def is_alive(self) -> bool:
        """Whether its port is still there."""
        return self.port.is_alive()

    def close(self) -> None:
        """See `Follower`."""
        self.port.close()

    def _hear(self, events: list[tuple[float, bytes]]) -> None:
        self._known.wait()
        if self._transport is None:
            for at, message in events:
                self._clock.feed(at, message)
        pass_on = self.pass_on
        if pass_on is not None:
            pass_on(events)

    def _report(self, report: TransportReport) -> None:
        self._known.wait()
        if self._transport is not None:
            self._transport.feed(report)


def open_follower(
    source: str,
    system: MidiSystem,
    port: str = "",
    *,
    near: int = 0,
    bpm: float = 120.0,
    on_events: OnEvents | None = None,
    bar_beats: float = 4.0,
    start_stop: bool = False,
) -> Follower:
    """The follower of a kind of host.

    Args:
        source: One of `bridge.choices.SYNC_SOURCES` but `internal`.
        system: The system on whose clock we play.
        port: For MIDI clock: the port to listen to, empty for our own.
        near: A recent time of that clock, in frames, on JACK.
        bpm: The tempo where the host has none.
        on_events: Called in a thread with all MIDI messages that arrive; Link has none.
        bar_beats: Of Link: quarter notes in a bar.
        start_stop: Of Link: whether the session's start and stop are followed.

    Raises:
        PortError: If the source is unknown or not to be had.
    """
    if source == "midi-clock":
        return PortFollower(system, port, near=near, on_events=on_events)
    if source == "jack":
        return PortFollower(system, port, near=near, transport=True, bpm=bpm, on_events=on_events)
    if source == "link":
        return LinkFollower(system, bpm=bpm, quantum=bar_beats, start_stop=start_stop, near=near)
    raise PortError(f"tried to follow {source!r}; what can be followed is {', '.join(_FOLLOWED)}")
