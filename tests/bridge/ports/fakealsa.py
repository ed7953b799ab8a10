"""A stand-in for the kernel's sequencer behind alsa-midi: clients, ports, subscriptions, a queue.

Every call is checked against the signature of the real one, and every event goes through the real
library's encoder, which needs no sequencer; what is kept is what the kernel would get.
"""

import inspect
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import alsa_midi
from alsa_midi.client import RemoveCondition, SequencerClient
from alsa_midi.port import Port, PortCaps
from alsa_midi.queue import Queue

SECOND = 1_000_000_000


def _as_real(kind: type, name: str, *args: object, **named: object) -> None:
    """Raises TypeError where the real method would."""
    inspect.signature(getattr(kind, name)).bind(None, *args, **named)


class Kernel:
    """The sequencer of one machine.

    Attributes:
        clock: Nanoseconds; the queue counts from the moment it is started.
        played: (stamp, message) in the order in which it went out.
        held: (stamp, order, message) in the queue.
        broken: Whether opening it fails.
    """

    def __init__(self, clock: Callable[[], int] = time.perf_counter_ns) -> None:
        self.clock = clock
        self.started_at: int | None = None
        self.held: list[tuple[int, int, bytes]] = []
        self.played: list[tuple[int, bytes]] = []
        self.clients: list[FakeClient] = []
        self.subscriptions: set[tuple[tuple[int, int], tuple[int, int]]] = set()
        self.broken = False
        self.timer_hz = 0
        self.pool = 500
        self.refuses_timer = False
        self.fails = ""

    def client(self, name: str) -> "FakeClient":
        if self.broken:
            raise alsa_midi.ALSAError("No such file or directory", -2)
        client = FakeClient(self, name, 128 + len(self.clients))
        self.clients.append(client)
        return client

    def other(self, name: str, port: str, *, listens: bool = True) -> "FakePort":
        """Another program's port."""
        caps = alsa_midi.WRITE_PORT if listens else alsa_midi.READ_PORT
        return self.client(name).create_port(port, caps)

    def now(self) -> int:
        return 0 if self.started_at is None else self.clock() - self.started_at

    def pass_on(self) -> None:
        """What is due goes out, in order of stamps and then of arrival."""
        now = self.now()
        due = sorted(entry for entry in self.held if entry[0] <= now)
        self.held = [entry for entry in self.held if entry[0] > now]
        self.played += [(stamp, message) for stamp, _, message in due]


class FakeQueue:
    def __init__(self, kernel: Kernel) -> None:
        self.kernel = kernel
        self.queue_id = 3
        self.closed = False

    def start(self) -> None:
        _as_real(Queue, "start")

    def get_status(self) -> SimpleNamespace:
        _as_real(Queue, "get_status")
        self.kernel.pass_on()
        now = self.kernel.now()
        return SimpleNamespace(real_time=alsa_midi.RealTime(now // SECOND, now % SECOND))

    def get_timer(self) -> SimpleNamespace:
        if self.kernel.refuses_timer:
            raise alsa_midi.ALSAError("Operation not permitted", -1)
        return SimpleNamespace(resolution=0)

    def set_timer(self, timer: SimpleNamespace) -> None:
        _as_real(Queue, "set_timer", timer)
        self.kernel.timer_hz = timer.resolution

    def close(self) -> None:
        self.closed = True


class FakePort:
    def __init__(self, client: "FakeClient", port_id: int, name: str, caps: PortCaps) -> None:
        self.client = client
        self.client_id, self.port_id = client.client_id, port_id
        self.client_name, self.name, self.capability = client.name, name, caps

    @property
    def address(self) -> tuple[int, int]:
        return self.client_id, self.port_id

    def connect_to(self, dest: "FakePort") -> None:
        _as_real(Port, "connect_to", dest)
        self.client.kernel.subscriptions.add((self.address, dest.address))

    def disconnect_to(self, dest: "FakePort") -> None:
        self.client.kernel.subscriptions.discard((self.address, dest.address))

    def list_subscribers(self, kind: object) -> list[SimpleNamespace]:
        _as_real(Port, "list_subscribers", kind)
        assert kind == alsa_midi.SubscriptionQueryType.READ
        return [
            SimpleNamespace(addr=alsa_midi.Address(*reader))
            for sender, reader in sorted(self.client.kernel.subscriptions)
            if sender == self.address
        ]

    def close(self) -> None:
        self.client.ports.remove(self)

    def quit(self) -> None:
        """Its program ends: connections and port vanish together."""
        kernel = self.client.kernel
        kernel.subscriptions = {pair for pair in kernel.subscriptions if self.address not in pair}
        self.client.ports.clear()


class FakeClient:
    def __init__(self, kernel: Kernel, name: str, client_id: int) -> None:
        self.kernel, self.name, self.client_id = kernel, name, client_id
        self.ports: list[FakePort] = []
        self.closed = False
        self._buffer: list[tuple[int, bytes]] = []
        self._encoder: Any = object.__new__(SequencerClient)
        self._encoder._event_parser = None
        self._encoder._handle_p = None
        self._puts = 0

    def create_port(self, name: str, caps: PortCaps) -> FakePort:
        _as_real(SequencerClient, "create_port", name, caps)
        self.ports.append(FakePort(self, len(self.ports), name, caps))
        return self.ports[-1]

    def create_queue(self, name: str) -> FakeQueue:
        _as_real(SequencerClient, "create_queue", name)
        return FakeQueue(self.kernel)

    def set_client_pool_output(self, size: int) -> None:
        _as_real(SequencerClient, "set_client_pool_output", size)
        self.kernel.pool = size

    def get_client_pool(self) -> SimpleNamespace:
        return SimpleNamespace(output_free=self.kernel.pool - len(self.kernel.held))

    def event_output(self, event: Any, *, queue: FakeQueue, port: FakePort) -> None:
        _as_real(SequencerClient, "event_output", event, queue=queue, port=port)
        if self.kernel.fails:
            why, self.kernel.fails = self.kernel.fails, ""
            raise alsa_midi.ALSAError(why, -5)
        raw, rest = self._encoder._prepare_event(event, queue=queue.queue_id, port=port.port_id)
        assert rest is None
        assert alsa_midi.EventFlags(raw.flags) & alsa_midi.EventFlags.TIME_STAMP_REAL
        assert (raw.queue, raw.dest.client) == (3, 254)  # to all who subscribed
        stamp = raw.time.time.tv_sec * SECOND + raw.time.time.tv_nsec
        self._buffer.append((stamp, bytes(event.midi_bytes)))

    def drain_output(self) -> None:
        if self.kernel.started_at is None:
            self.kernel.started_at = self.kernel.clock()
        for stamp, message in self._buffer:
            self._puts += 1
            self.kernel.held.append((stamp, self._puts, message))
        self._buffer.clear()
        self.kernel.pass_on()

    def remove_events(self, condition: Any, *, queue: FakeQueue, time: Any) -> None:
        _as_real(SequencerClient, "remove_events", condition, queue=queue, time=time)
        assert condition == RemoveCondition.OUTPUT
        self.kernel.pass_on()
        since = time.seconds * SECOND + time.nanoseconds
        self._buffer = [entry for entry in self._buffer if entry[0] < since]
        self.kernel.held = [entry for entry in self.kernel.held if entry[0] < since]

    def list_ports(self, **wanted: bool) -> list[FakePort]:
        _as_real(SequencerClient, "list_ports", **wanted)
        need = PortCaps.SUBS_WRITE if wanted.get("output") else PortCaps.SUBS_READ
        ports = [port for client in self.kernel.clients for port in client.ports]
        return [port for port in ports if port.capability & need]

    def close(self) -> None:
        self.closed = True
        self.kernel.held.clear()
