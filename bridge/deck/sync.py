"""Whom a deck follows and whom it leads, as ordered: opened beside the music, never before it.

Ports and sessions open and close in threads of their own. A host is told on the clock on which it
is heard, the deck plays on that of its port: where these are two, times are moved from one to the
other, to within the precision with which either can be read.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Protocol

from bridge.deck.lead import Lead
from bridge.deck.openers import DeckPort
from bridge.deck.opening import Opening
from bridge.errors import PortError, told
from bridge.inputs.inputport import OnEvents
from bridge.messages import TimedMessage
from bridge.ports.port import OutputPort
from bridge.ports.portclock import ClockShift
from bridge.ports.systems import SYSTEM_CLOCK, MidiSystem, detect, open_output
from bridge.processes.wire import Line
from bridge.sync.hosttime import HostTime
from bridge.sync.lead import CLOCK_PORT_NAME
from bridge.sync.source import Heard, SyncWish, open_host
from bridge.units import ticks_of

NOT_HEARD = HostTime(False, 0.0, 0.0, 120.0, "none", -1)
"""A host of which nothing was heard yet."""


class SyncOpeners(Protocol):
    """How hosts and clock ports come to be; called in threads."""

    def look(self) -> list[MidiSystem]:
        """Every MIDI system, best first."""
        ...

    def host(self, wish: SyncWish, systems: Sequence[MidiSystem], near: int, bpm: float) -> Heard:
        """Listen to a host."""
        ...

    def clock(self, system: MidiSystem) -> DeckPort:
        """The port to which our own clock goes."""
        ...


class RealSyncOpeners:
    """Hosts and ports of this machine."""

    def look(self) -> list[MidiSystem]:
        """See `SyncOpeners`."""
        return detect()

    def host(self, wish: SyncWish, systems: Sequence[MidiSystem], near: int, bpm: float) -> Heard:
        """See `SyncOpeners`."""
        return open_host(wish, systems, near=near, bpm=bpm)

    def clock(self, system: MidiSystem) -> DeckPort:
        """See `SyncOpeners`."""
        return open_output(system, CLOCK_PORT_NAME)


class ClockOutlet:
    """The clock port as a lead sees it: times of the deck's port, and no errors.

    Args:
        port: The clock port.
    """

    def __init__(self, port: DeckPort) -> None:
        self.port = port
        self.shift_s = 0.0
        self.failed: PortError | None = None

    def send_many(self, events: Iterable[TimedMessage]) -> None:
        """See `OutputPort`."""
        self._try(lambda: self.port.send_many(self._shifted(events)))

    def replace(self, after: float, events: Iterable[TimedMessage]) -> None:
        """See `OutputPort`."""
        self._try(lambda: self.port.replace(after + self.shift_s, self._shifted(events)))

    def trouble(self) -> PortError | None:
        """Why nothing can be sent any more."""
        if self.failed is None and not self.port.is_alive():
            self.failed = PortError(f"{self.port.name} went away", "clock_gone")
        return self.failed

    def _shifted(self, events: Iterable[TimedMessage]) -> list[TimedMessage]:
        return [TimedMessage(at + self.shift_s, message) for at, message in events]

    def _try(self, act: Callable[[], None]) -> None:
        try:
            act()
        except PortError as err:
            self.failed = err


class DeckSync:
    """Keeps open what was wished for.

    Args:
        openers: How hosts and ports come to be.
        clock: Seconds, running evenly, on the clock of ports that follow the system's.

    Attributes:
        wish: Who sets the time, and whether others are told.
        shares: Who else hears what arrives with a host's clock.
        ahead_s: By how many seconds the deck's clock is ahead of that of its system, where it goes
            on from one server to the next.
    """

    def __init__(
        self, openers: SyncOpeners | None = None, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        self.wish = SyncWish()
        self.shares: OnEvents | None = None
        self.ahead_s = 0.0
        self._openers = openers or RealSyncOpeners()
        self._clock = clock
        self._host: Opening[Heard] = Opening(clock)
        self._out: Opening[DeckPort] = Opening(clock)
        self._heard_shift, self._out_shift = ClockShift(clock), ClockShift(clock)
        self._told: HostTime | None = None
        self._lead: Lead | None = None
        self._outlet: ClockOutlet | None = None
        self._failures: list[Line] = []

    def choose(self, wish: SyncWish) -> None:
        """Follow and lead as wished for, as soon as what it takes is open."""
        before, self.wish = self.wish, wish
        if (before.source, before.port) != (wish.source, wish.port):
            self._host.drop()
            self._told = None
        self._host.soon()
        self._out.soon()

    def turn(self, port: OutputPort, key: str, systems: Sequence[MidiSystem], bpm: float) -> None:
        """Open and close what has to be. Called on each turn.

        Args:
            port: On which the deck plays.
            key: Its key, see `deckoutputs`.
            systems: What this machine offers, as far as it was looked.
            bpm: The deck's tempo, for hosts that tell none.
        """
        for news in (self._host.take_news(), self._out.take_news()):
            if news is not None:
                self._failures.append(told(news))
        name = key.partition("|")[0]
        system = next((one for one in systems if one.name == name), None)
        clock = system.clock if system is not None else name or SYSTEM_CLOCK
        near = ticks_of(port.now() - self.ahead_s, port.rate) if clock != SYSTEM_CLOCK else 0
        self._follow(clock, port, systems, near, bpm)
        self._send(clock, port, self._home(system, clock, systems))

    def host(self) -> HostTime | None:
        """The host on the clock of the deck's port; None for our own clock. After `turn`."""
        return None if self.wish.source == "internal" else self._told or NOT_HEARD

    def lead(self) -> Lead | None:
        """Who tells others, or None. After `turn`; another one where the ports are others."""
        return self._lead

    @property
    def is_closed(self) -> bool:
        """Whether no host and no clock port is open."""
        return self._host.is_closed and self._out.is_closed

    def propose(self, bpm: float) -> None:
        """Ask the host for another tempo, where it lets others have a say."""
        if self._host.thing is not None:
            self._host.thing.propose(bpm)

    def renew_lead(self) -> None:
        """The deck's port is another one: what was told so far was by the clock of the old one."""
        self._lead = None
        self._heard_shift, self._out_shift = ClockShift(self._clock), ClockShift(self._clock)

    @property
    def is_busy(self) -> bool:
        """Whether a host's input is being opened or closed."""
        return self._host.is_busy

    def take_failures(self) -> list[Line]:
        """What could not be opened, each once."""
        failures, self._failures = self._failures, []
        return failures

    @property
    def detail(self) -> str:
        """A code for what a person should know: `opening`, `failed`, `silent`, a host's own."""
        if self.wish.source == "internal":
            return ""
        heard = self._host.thing
        if heard is None:
            return "failed" if self._host.failed else "opening"
        return heard.detail or ("silent" if self._told is None else "")

    @property
    def hears(self) -> bool:
        """Whether a host can be heard."""
        return self._host.thing is not None

    @property
    def leads(self) -> bool:
        """Whether there is a port for our clock."""
        return self._out.thing is not None

    @property
    def host_error(self) -> Exception | None:
        """Why no host can be heard."""
        return self._host.error

    @property
    def lead_error(self) -> Exception | None:
        """Why there is no port for our clock."""
        return self._out.error

    def drop(self) -> None:
        """Open everything anew."""
        self._host.drop()
        self._out.drop()
        self._told = self._lead = self._outlet = None
        self._host.soon()
        self._out.soon()

    def close(self) -> None:
        """Let go of everything; returns when it is closed."""
        self.wish = SyncWish()
        self._host.close()
        self._out.close()

    # --- Inside ----------------------------------------------------------------------------------

    def _follow(
        self, clock: str, port: OutputPort, systems: Sequence[MidiSystem], near: int, bpm: float
    ) -> None:
        if self.wish.source == "internal":
            return
        heard, wish, known = self._host.thing, self.wish, list(systems)
        if heard is not None and not heard.is_alive():
            self._told = None
            self._lose(self._host, PortError(f"{heard.name} went away", "sync_gone"))
        heard = self._host.ensure(
            lambda: self._openers.host(wish, known or self._openers.look(), near, bpm)
        )
        if heard is None:
            return
        heard.pass_on(self.shares)
        here = self._now_on(heard.clock, port, clock)
        if here is None:
            self._told = None
            return
        other = heard.clock != clock
        shift = self._heard_shift.between(here, port.now()) if other else self.ahead_s
        host = heard.host(port.now() - shift)
        self._told = None if host is None else replace(host, at=host.at + shift)

    def _now_on(self, clock: str, port: OutputPort, port_clock: str) -> float | None:
        """The time of a clock; None while nothing that shows it is open."""
        if clock == port_clock:
            return port.now() - self.ahead_s
        if clock == SYSTEM_CLOCK:
            return self._clock()
        return None if self._outlet is None else self._outlet.port.now()

    def _home(
        self, system: MidiSystem | None, clock: str, systems: Sequence[MidiSystem]
    ) -> MidiSystem | None:
        """The system on which the clock port is to be: the host's, the deck's, or any."""
        heard = self._host.thing
        if heard is not None and heard.clock not in (clock, SYSTEM_CLOCK):
            return next((one for one in systems if one.name == heard.clock), system)
        return system or next((one for one in systems if one.ready), None)

    def _send(self, clock: str, port: OutputPort, system: MidiSystem | None) -> None:
        """The clock port: to send to, or to read the clock on which a host is heard."""
        heard, outlet = self._host.thing, self._outlet
        other = heard is not None and heard.clock not in (clock, SYSTEM_CLOCK)
        if system is None or not (self.wish.send_clock or other):
            if self._out.is_wanted:
                self._out.drop()
            self._lead, self._outlet = None, None
            return
        failed = None if outlet is None else outlet.trouble()
        if failed is not None:
            self._lose(self._out, failed)
        opened = self._out.ensure(lambda: self._openers.clock(system))
        if opened is None:
            self._lead, self._outlet = None, None
            return
        if outlet is None or outlet.port is not opened:
            self._lead, outlet = None, ClockOutlet(opened)
            self._outlet = outlet
        outlet.shift_s = -self.ahead_s
        if system.clock != clock:
            outlet.shift_s = self._out_shift.between(port.now(), opened.now())
        if not self.wish.send_clock:
            self._lead = None
        elif self._lead is None:
            self._lead = Lead(outlet)

    def _lose(self, opening: Opening[Heard] | Opening[DeckPort], err: PortError) -> None:
        if opening.fail(err):
            self._failures.append(told(err))
