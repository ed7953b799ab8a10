"""A port that leads nowhere, for a deck whose real port is gone or not open yet."""

import time
from collections.abc import Iterable

from bridge.messages import TimedMessage
from bridge.ports.port import PortStats
from bridge.units import NANOSECONDS


class NowherePort:
    """An `OutputPort` that nobody hears; its clock is the system's, so that time goes on."""

    name = ""
    rate = NANOSECONDS

    def now(self) -> float:
        """See `OutputPort`."""
        return time.perf_counter()

    def send(self, message: bytes, at: float) -> None:
        """See `OutputPort`."""

    def send_many(self, events: Iterable[TimedMessage]) -> None:
        """See `OutputPort`."""

    def cancel(self, after: float) -> None:
        """See `OutputPort`."""

    def replace(self, after: float, events: Iterable[TimedMessage]) -> None:
        """See `OutputPort`."""

    def silence(self) -> None:
        """See `OutputPort`."""

    def stats(self) -> PortStats:
        """See `OutputPort`."""
        return PortStats()

    def listeners(self) -> int:
        """Nobody."""
        return 0

    def is_alive(self) -> bool:
        """It can't break."""
        return True

    def changes(self) -> int:
        """Nobody comes or goes."""
        return 0

    def close(self) -> None:
        """See `OutputPort`."""
