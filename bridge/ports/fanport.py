"""Several output ports as one: each channel goes to the port that it was given.

A musician who wants an instrument per part in the DAW gets a port per part, and the rest of the
program still plays on one `OutputPort`.
"""

import contextlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

from bridge.errors import PortError
from bridge.messages import TimedMessage
from bridge.ports.childport import ChildPort
from bridge.ports.port import OutputPort, PortStats
from bridge.ports.systems import MidiSystem, open_output

_SYSTEM = 0xF0
_NAME_BYTES = 60
"""JACK and ALSA cut the names of clients off at 63 bytes."""


class FanPort:
    """An `OutputPort` over several, all on one system and so with one clock.

    Each of the ports owns the notes it struck. An order to all of them (`cancel`, `replace`,
    `silence`, `close`) reaches every port even if one fails; the first error is raised afterwards.

    Args:
        ports: The ports; the first one takes what has no route, and messages without a channel.
        routes: Channel (0..15) to index of a port.
        name: What a person reads; by default the names of the ports.

    Raises:
        PortError: No ports, a route to a port that isn't there, or ports of different clocks.
    """

    def __init__(
        self, ports: Sequence[OutputPort], routes: Mapping[int, int], name: str = ""
    ) -> None:
        wrong = [index for index in routes.values() if not 0 <= index < len(ports)]
        if not ports or wrong:
            raise PortError(
                f"tried to spread channels over {len(ports)} ports by the routes {dict(routes)}; "
                "name ports that are there"
            )
        if len({port.rate for port in ports}) > 1:
            raise PortError(
                "tried to play on ports with different clocks at once: "
                f"{', '.join(port.name for port in ports)}; open all of them on one system"
            )
        self._ports = tuple(ports)
        self._routes = dict(routes)
        self.name = name or ", ".join(port.name for port in ports)
        self.rate = ports[0].rate

    @property
    def ports(self) -> tuple[OutputPort, ...]:
        """The ports behind this one."""
        return self._ports

    def now(self) -> float:
        """The clock of the first port, which is that of all."""
        return self._ports[0].now()

    def send(self, message: bytes, at: float) -> None:
        """See `OutputPort`."""
        self.port_of(message).send(message, at)

    def send_many(self, events: Iterable[TimedMessage]) -> None:
        """See `OutputPort`."""
        self._all(partial(port.send_many, some) for port, some in self._parted(events) if some)

    def cancel(self, after: float) -> None:
        """See `OutputPort`."""
        self._all(partial(port.cancel, after) for port in self._ports)

    def replace(self, after: float, events: Iterable[TimedMessage]) -> None:
        """See `OutputPort`; at once within each port, one port after the other."""
        self._all(partial(port.replace, after, some) for port, some in self._parted(events))

    def silence(self) -> None:
        """See `OutputPort`."""
        self._all(port.silence for port in self._ports)

    def stats(self) -> PortStats:
        """The sum of all ports; of `worst_late_s` and `xruns`, which they share, the largest."""
        each = [port.stats() for port in self._ports]
        return PortStats(
            notes_sent=sum(one.notes_sent for one in each),
            late=sum(one.late for one in each),
            dropped=sum(one.dropped for one in each),
            worst_late_s=max(one.worst_late_s for one in each),
            xruns=max(one.xruns for one in each),
            pending=sum(one.pending for one in each),
            sounding=sum(one.sounding for one in each),
        )

    def close(self) -> None:
        """See `OutputPort`."""
        self._all(port.close for port in self._ports)

    def listeners(self) -> int:
        """How many ports of others hear any of them; -1 where one of them doesn't tell."""
        told = [self._ask(port, "listeners", -1) for port in self._ports]
        return -1 if min(told) < 0 else sum(told)

    def is_alive(self) -> bool:
        """Whether all of them can still play."""
        return all(self._ask(port, "is_alive", True) for port in self._ports)

    def changes(self) -> int:
        """How often ports of others appeared or vanished, as the first port tells."""
        return self._ask(self._ports[0], "changes", 0)

    def port_of(self, message: bytes) -> OutputPort:
        """The port that a message goes to."""
        return self._ports[self.index_of(message)]

    def index_of(self, message: bytes) -> int:
        """Which of the ports a message goes to, counted from 0."""
        return 0 if message[0] >= _SYSTEM else self._routes.get(message[0] & 0x0F, 0)

    @property
    def remembered(self) -> frozenset[str]:
        """Who hears any of the ports, or left while hearing it, as far as they know."""
        return frozenset(name for port in self._ports for name in getattr(port, "remembered", ()))

    def _parted(
        self, events: Iterable[TimedMessage]
    ) -> list[tuple[OutputPort, list[TimedMessage]]]:
        """Every port, with what is for it."""
        heaps: dict[int, list[TimedMessage]] = {id(port): [] for port in self._ports}
        for event in events:
            heaps[id(self.port_of(event.message))].append(event)
        return [(port, heaps[id(port)]) for port in self._ports]

    @staticmethod
    def _all(acts: Iterable[Callable[[], None]]) -> None:
        errors: list[PortError] = []
        for act in acts:
            try:
                act()
            except PortError as err:
                errors.append(err)
        if errors:
            raise errors[0]

    @staticmethod
    def _ask(port: OutputPort, what: str, otherwise: int) -> int:
        ask = getattr(port, what, None)
        return int(ask()) if ask is not None else otherwise


def open_parts(
    system: MidiSystem,
    name: str,
    parts: Mapping[str, Iterable[int]],
    open_port: Callable[[MidiSystem, str], ChildPort] = open_output,
) -> FanPort:
    """A port for each part, named after it: `Fractalroll piano`, `Fractalroll bass`.

    Args:
        system: Where; it must be ready.
        name: What all the names begin with.
        parts: Name of a part to the channels (0..15) it plays on.
        open_port: Opens the port of a name.

    Raises:
        PortError: If the system refuses one of the ports, or gives one twice, as Windows does where
            there is one loopback; those that were open are closed again.
    """
    with contextlib.ExitStack() as opened:
        ports: list[OutputPort] = []
        routes: dict[int, int] = {}
        for port_name, channels in zip(port_names(name, parts), parts.values(), strict=True):
            ports.append(opened.enter_context(open_port(system, port_name)))
            if ports[-1].name in [port.name for port in ports[:-1]]:
                raise PortError(
                    f"tried to open a port named {port_name!r} and got {ports[-1].name!r} again, "
                    f"which another part has; add a loopback port named {port_name!r}, or play on "
                    "one port"
                )
            routes.update(dict.fromkeys(channels, len(ports) - 1))
        fan = FanPort(ports, routes)
        opened.pop_all()
    return fan


def port_names(name: str, parts: Iterable[str]) -> list[str]:
    """A name for each part's port, as a DAW shows it; no two alike.

    A colon separates client and port on JACK and ALSA, so there is none.
    """
    names: list[str] = []
    for part in parts:
        whole = f"{name} {part.replace(':', ' ')}".strip().encode()
        plain = whole[:_NAME_BYTES].decode(errors="ignore").strip()
        count = 2
        unique = plain
        while unique in names:
            unique = f"{plain} {count}"
            count += 1
        names.append(unique)
    return names
