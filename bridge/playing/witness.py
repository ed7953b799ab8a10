"""The listener of a playing: another one where it ends, or where the port is another one."""

import time
from collections.abc import Iterable

from bridge.deck.opening import Opening
from bridge.errors import PortError
from bridge.inputs.arrivals import ArrivalReport, summed
from bridge.inputs.listener import Listener
from bridge.inputs.listeners import Listeners, listen_to
from bridge.messages import TimedMessage, moved
from bridge.playing.home import Home
from bridge.playing.steadyport import SteadyPort


class Witness:
    """Hears what a port really played; a `Tap` on it.

    Args:
        port: Which.
        home: On which system.

    Raises:
        PortError: If the port can't be listened to.
    """

    def __init__(self, port: SteadyPort, home: Home) -> None:
        self._port, self._home = port, home
        self._opening: Opening[Listener | Listeners] = Opening(time.perf_counter)
        self._all: list[Listener | Listeners] = [self._opening.wait(self._open)]

    @property
    def hears(self) -> bool:
        """Whether there is a listener."""
        return self._opening.thing is not None

    @property
    def why(self) -> str:
        """Why there is none."""
        return self._opening.failed

    def sent(self, events: Iterable[TimedMessage]) -> None:
        """See `Tap`."""
        if self._opening.thing is not None:
            self._opening.thing.sent(moved(events, -self._port.shift_s))

    def taken_back(self, after: float) -> None:
        """See `Tap`."""
        if self._opening.thing is not None:
            self._opening.thing.taken_back(after - self._port.shift_s)

    def anew(self) -> None:
        """The port is another one, or gone."""
        self._opening.drop()
        self._opening.soon()

    def turn(self) -> None:
        """Listen again where nobody does. Called every few milliseconds, while the port is open."""
        opening = self._opening
        opening.take_news()
        if opening.thing is not None and not opening.thing.is_alive():
            opening.fail(PortError("its process ended"))
        opened = opening.ensure(self._open)
        if opened is not None and opened is not self._all[-1]:
            self._all.append(opened)

    def report(self) -> ArrivalReport:
        """The account of all listeners; what hangs is told by the last, which heard the rest."""
        each = [one.report() for one in self._all]
        return summed(each, hanging=each[-1].hanging)

    def close(self) -> None:
        """Hear the last messages and end. May be called again."""
        if self._opening.thing is not None:
            self._opening.thing.close()
        self._opening.close()

    def _open(self) -> Listener | Listeners:
        return listen_to(self._port.sender, self._home.system)
