"""alsa-midi's way into the kernel's sequencer: a port with a queue that plays at its own time.

Times are nanoseconds of the queue, which begins at 0 when it is started; ticks are nanoseconds of
this system's monotonic clock. Only the MIDI processes import this.
"""

import contextlib
import threading
import time
from collections.abc import Iterator
from types import ModuleType
from typing import Any

from bridge.errors import PortError
from bridge.units import NANOSECONDS

_TIMER_HZ = 4000
"""How often the queue looks at its clock: 1000 times a second if it is not asked for more."""

_POOL = 1000
"""Messages that the kernel keeps for us; 500 if it is not asked for more."""

_READINGS = 8
_SMOOTHING = 8
_LEAP_NS = 5_000_000
_SLOW_NS = 500_000
"""A reading that took longer says nothing: it was interrupted."""


def load_alsa() -> ModuleType:
    """The module `alsa_midi`.

    Raises:
        PortError: If it isn't installed or finds no libasound.
    """
    try:
        import alsa_midi
    except (ImportError, OSError) as err:
        raise PortError(f"alsa-midi does not load: {err}; pip install alsa-midi") from err
    module: ModuleType = alsa_midi
    return module


class AlsaQueue:
    """A client with one output port and one queue, which is the `TimedQueue` of a handover.

    Safe to use from several threads: one plays, another looks who is there.

    Args:
        name: What other programs see, as client and as port.
        target: A port to play on, by its full name or without its numbers; "" for none.

    Raises:
        PortError: If the sequencer isn't there or refuses.
    """

    def __init__(self, name: str, target: str = "") -> None:
        self._alsa = load_alsa()
        self._lock = threading.RLock()
        self._offset = 0
        self._heard_by: dict[tuple[int, int], str] = {}
        with _translated(self._alsa, f"reach ALSA's sequencer as {name!r}"):
            self._client = self._alsa.SequencerClient(name)
        try:
            with _translated(self._alsa, f"open a port and a queue named {name!r}"):
                self._port = self._client.create_port(name, self._alsa.READ_PORT)
                self._queue = self._client.create_queue(name)
                self._prepare()
            self._offset = self._first_offset()
            if target:
                self.connect(target)
        except BaseException:
            self._client.close()
            raise

    # --- What a handover needs -------------------------------------------------------------------

    def now(self) -> int:
        """See `TimedQueue`."""
        with self._lock:
            real = self._queue.get_status().real_time
        return int(real.seconds) * NANOSECONDS + int(real.nanoseconds)

    def stamp_of(self, tick: int) -> int:
        """See `TimedQueue`."""
        return max(0, tick + self._offset)

    def put(self, stamp: int, message: bytes) -> None:
        """See `TimedQueue`."""
        event = self._alsa.MidiBytesEvent(message, time=self._real(stamp))
        with self._lock:
            self._client.event_output(event, queue=self._queue, port=self._port)

    def take_back(self, since: int) -> None:
        """See `TimedQueue`."""
        with self._lock:
            self._client.remove_events(
                self._alsa.RemoveCondition.OUTPUT, queue=self._queue, time=self._real(since)
            )

    def room(self) -> int:
        """See `TimedQueue`."""
        with self._lock:
            return int(self._client.get_client_pool().output_free)

    def flush(self) -> None:
        """See `TimedQueue`."""
        with self._lock:
            self._client.drain_output()

    def measure(self) -> None:
        """Compare the queue's clock with the system's; call it before each turn.

        Both count the same oscillator, but the queue's is moved on by a timer; so readings are
        averaged, and only a leap is believed at once.
        """
        took, offset = self._reading()
        if took <= _SLOW_NS:
            error = offset - self._offset
            self._offset += error if abs(error) > _LEAP_NS else error // _SMOOTHING

    # --- Who else is there -----------------------------------------------------------------------

    def listeners(self) -> list[str]:
        """Names of the ports that hear ours."""
        with self._lock, _translated(self._alsa, "ask who listens"):
            found = self._port.list_subscribers(self._alsa.SubscriptionQueryType.READ)
            addresses = sorted({(one.addr.client_id, one.addr.port_id) for one in found})
            if addresses != list(self._heard_by):  # names take a question for every port there is
                ports = self._client.list_ports(output=True)
                named = {(port.client_id, port.port_id): _plain_name(port) for port in ports}
                self._heard_by = {one: named.get(one, f"{one[0]}:{one[1]}") for one in addresses}
        return list(self._heard_by.values())

    def destinations(self) -> list[str]:
        """Names of the ports that ours could be connected to."""
        return [_plain_name(port) for port in self._destinations()]

    def connect(self, name: str) -> None:
        """Let the port `name` hear ours.

        Raises:
            PortError: If there is no such port, or it refuses.
        """
        ports = self._destinations()
        found = next((p for p in ports if name in (full_name(p), _plain_name(p))), None)
        if found is None:
            there = [full_name(port) for port in ports]
            raise PortError(f"tried to play on {name!r}; the ports there are {there}")
        with self._lock, _translated(self._alsa, f"play on {name!r}"):
            self._port.connect_to(found)

    def close(self) -> None:
        """Leave the sequencer; what still lies in the queue is lost."""
        with self._lock, contextlib.suppress(self._alsa.Error):
            self._port.close()
            self._queue.close()
            self._client.close()

    def _destinations(self) -> list[Any]:
        with self._lock, _translated(self._alsa, "list the ports"):
            ports = self._client.list_ports(output=True)
        return [port for port in ports if port.client_id != self._client.client_id]

    def _prepare(self) -> None:
        """A finer timer and more room, where the kernel grants them; then start the queue."""
        with contextlib.suppress(self._alsa.ALSAError):
            timer = self._queue.get_timer()
            timer.resolution = _TIMER_HZ
            self._queue.set_timer(timer)
        with contextlib.suppress(self._alsa.ALSAError):
            self._client.set_client_pool_output(_POOL)
        self._queue.start()
        self._client.drain_output()

    def _first_offset(self) -> int:
        """From the reading that took least time."""
        return min(self._reading() for _ in range(_READINGS))[1]

    def _reading(self) -> tuple[int, int]:
        """(How long it took, the queue's time less the system's)."""
        before = time.perf_counter_ns()
        queue = self.now()
        after = time.perf_counter_ns()
        return after - before, queue - (before + after) // 2

    def _real(self, stamp: int) -> Any:
        return self._alsa.RealTime(stamp // NANOSECONDS, stamp % NANOSECONDS)


def list_ports() -> tuple[list[str], list[str]]:
    """(Ports to play on, ports to listen to), named as RtMidi names them.

    Raises:
        PortError: If the sequencer isn't there.
    """
    alsa = load_alsa()
    with _translated(alsa, "reach ALSA's sequencer"):
        client = alsa.SequencerClient("Fractalroll probe")
    try:
        with _translated(alsa, "list the ports"):
            outputs = [full_name(port) for port in client.list_ports(output=True)]
            inputs = [full_name(port) for port in client.list_ports(input=True)]
        return outputs, inputs
    finally:
        client.close()


def full_name(port: Any) -> str:
    """A port's name with its numbers, which tell two alike apart: `Synth:in 128:0`."""
    return f"{_plain_name(port)} {port.client_id}:{port.port_id}"


def _plain_name(port: Any) -> str:
    """A port's name as it will be the next time its program starts."""
    return f"{port.client_name}:{port.name}"


@contextlib.contextmanager
def _translated(alsa: ModuleType, what: str) -> Iterator[None]:
    try:
        yield
    except alsa.Error as err:
        raise PortError(
            f"tried to {what} and ALSA refused: {err}; see `fractalroll doctor`"
        ) from err
