"""A follower of MIDI clock or of JACK's transport, with the input port that it listens to."""

import threading

from bridge.inputs.inputport import InputPort, OnEvents
from bridge.inputs.jacktransport import TransportReport
from bridge.ports.systems import MidiSystem
from bridge.sync.clock import ClockFollower
from bridge.sync.hosttime import HostTime, standing
from bridge.sync.transport import TransportFollower


class PortFollower:
    """A follower and the input port that feeds it; what else arrives goes on to who wants it.

    Args:
        system: Where the host is.
        source: Port to listen to; empty for our own, which the host connects to.
        near: A recent time of JACK's clock, in frames.
        transport: Follow JACK's transport instead of the clock messages that arrive.
        bpm: The tempo where a transport has none.

    Attributes:
        clock: The clock on which it tells times, see `MidiSystem.clock`.

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
    ) -> None:
        self.clock = system.clock
        self._on_events: OnEvents | None = None
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

    @property
    def detail(self) -> str:
        """`sixfold`, `own_tempo`, or nothing; see `bridge.deck.talk`."""
        return "sixfold" if self.position_is_sixfold else "own_tempo" if self.tempo_is_ours else ""

    def pass_on(self, on_events: OnEvents | None) -> None:
        """Let somebody else hear, too, what arrives, clock messages included; None: nobody.

        Args:
            on_events: Called in a thread.
        """
        self._on_events = on_events

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
        on_events = self._on_events
        if on_events is not None:
            on_events(events)

    def _report(self, report: TransportReport) -> None:
        self._known.wait()
        if self._transport is not None:
            self._transport.feed(report)
