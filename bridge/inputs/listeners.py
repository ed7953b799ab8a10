"""Several listeners to several ports that play as one, and one account of them all."""

from collections.abc import Iterable
from contextlib import ExitStack

from bridge.inputs.arrivals import ArrivalReport, summed
from bridge.inputs.listener import Listener
from bridge.messages import TimedMessage
from bridge.ports.fanport import FanPort
from bridge.ports.port import OutputPort
from bridge.ports.systems import MidiSystem


class Listeners:
    """Hears every port of a fan, each through a process of its own; used as one `Listener`.

    Args:
        fan: The ports.
        system: Where they are.

    Raises:
        PortError: If one of them can't be listened to; then none is.
    """

    def __init__(self, fan: FanPort, system: MidiSystem) -> None:
        self._fan = fan
        with ExitStack() as opened:
            self._ears: list[Listener] = []
            for port in fan.ports:
                ear = Listener.of(port, system)
                opened.callback(ear.close)
                self._ears.append(ear)
            opened.pop_all()

    def sent(self, events: Iterable[TimedMessage]) -> None:
        """These messages were handed to the fan."""
        heaps: list[list[TimedMessage]] = [[] for _ in self._ears]
        for event in events:
            heaps[self._fan.index_of(event.message)].append(event)
        for ear, heap in zip(self._ears, heaps, strict=True):
            if heap:
                ear.sent(heap)

    def taken_back(self, after: float) -> None:
        """What was handed over for second `after` or later was taken back again."""
        for ear in self._ears:
            ear.taken_back(after)

    def is_alive(self) -> bool:
        """Whether all of them can still hear."""
        return all(ear.is_alive() for ear in self._ears)

    def report(self) -> ArrivalReport:
        """The account of all ports so far; after `close` it is complete."""
        each = [ear.report() for ear in self._ears]
        return summed(each, hanging=sum(one.hanging for one in each))

    def close(self) -> None:
        """Hear the last messages and end. May be called again."""
        for ear in self._ears:
            ear.close()


def listen_to(port: OutputPort, system: MidiSystem) -> "Listener | Listeners":
    """A listener to one of our own ports, or to all of a fan.

    Raises:
        PortError: If it can't be listened to.
    """
    if isinstance(port, FanPort):
        return Listeners(port, system)
    return Listener.of(port, system)
