"""A port around another one: it does what that does, but for what a subclass does otherwise."""

from collections.abc import Iterable

from bridge.messages import TimedMessage
from bridge.ports.port import OutputPort, PortStats


class PortAround:
    """An `OutputPort` that hands everything on.

    Args:
        port: To which.
    """

    def __init__(self, port: OutputPort) -> None:
        self._port = port

    @property
    def name(self) -> str:
        """See `OutputPort`."""
        return self._port.name

    @property
    def rate(self) -> int:
        """See `OutputPort`."""
        return self._port.rate

    def now(self) -> float:
        """See `OutputPort`."""
        return self._port.now()

    def send(self, message: bytes, at: float) -> None:
        """See `OutputPort`."""
        self.send_many([TimedMessage(at, message)])

    def send_many(self, events: Iterable[TimedMessage]) -> None:
        """See `OutputPort`."""
        self._port.send_many(events)

    def cancel(self, after: float) -> None:
        """See `OutputPort`."""
        self._port.cancel(after)

    def replace(self, after: float, events: Iterable[TimedMessage]) -> None:
        """See `OutputPort`."""
        self._port.replace(after, events)

    def silence(self) -> None:
        """See `OutputPort`."""
        self._port.silence()

    def stats(self) -> PortStats:
        """See `OutputPort`."""
        return self._port.stats()

    def close(self) -> None:
        """See `OutputPort`."""
        self._port.close()
