"""The deck's process: obeys orders from stdin, plays, and says where it is.

It knows no window and computes nothing else, so that playing stays on time whatever the window
does. The notes themselves are owned by one more process each, behind the port. It leaves, with
nothing sounding, when stdin closes.
"""

import contextlib
import queue
import signal
import sys
import time
from collections.abc import Callable

from bridge.deck.deck import Deck
from bridge.deck.input import DeckInput, input_entries
from bridge.deck.lead import Lead
from bridge.deck.lending import Lending
from bridge.deck.lines import input_line, position_line, status_line, sync_line
from bridge.deck.nowhere import NowherePort
from bridge.deck.openers import DeckPort
from bridge.deck.others import Others
from bridge.deck.outputs import Outputs
from bridge.deck.phase import PhaseMeter
from bridge.deck.sync import NOT_HEARD, DeckSync
from bridge.deck.talk import ABOUT_PORTS, Reader, Teller, obey
from bridge.errors import BridgeError, PortError, told
from bridge.ports.childhost import SWITCH_INTERVAL_S
from bridge.ports.portclock import SmoothClock
from bridge.processes.childlife import leave
from bridge.processes.wire import Line
from bridge.sync.source import SyncWish

_TURN_S = 0.01
_IDLE_S = 0.04
_POSITION_S = 1 / 30
_STATUS_S = 0.25
_ALIVE_S = 1.0
_STALL_S = 3.0
_PATIENCE_S = 15.0


class DeckProcess:
    """Everything in the process but its pipes.

    Args:
        tell: Takes each line.
        outputs: The ports.
        clock: Seconds on a clock that all processes share.
        sync: Whom it follows and leads.
        input_port: What it hears.
    """

    def __init__(
        self,
        tell: Callable[[Line], None],
        outputs: Outputs | None = None,
        clock: Callable[[], float] = time.perf_counter,
        sync: DeckSync | None = None,
        input_port: DeckInput | None = None,
    ) -> None:
        self._tell = tell
        self._clock = clock
        self.outputs = outputs or Outputs()
        self.sync = sync or DeckSync(clock=clock)
        self.input = input_port or DeckInput(clock=clock)
        self._others = Others(self.sync, self.input)
        self.lending = Lending(self.outputs, self.sync, self.input, tell)
        self._lead: Lead | None = None
        self._nowhere = NowherePort()
        self._port: DeckPort = self._nowhere
        self.deck = Deck(self._port)
        self._smooth = SmoothClock(clock)
        self._told: dict[str, Line] = {}
        self._due: dict[str, float] = {}
        self._held: list[Line] = []
        self._run: object = 0  # what the last order to play or stop called itself
        self._phase = PhaseMeter()
        self._slack_s = 0.0  # as it was last measured
        self._started = False  # whether there ever was a port, or waiting for one was given up
        self._patience_at = clock() + _PATIENCE_S
        self._moved = (0.0, clock())  # the port's clock, and when it was last seen to move

    @property
    def is_awake(self) -> bool:
        """Whether there is something to do every few milliseconds."""
        return self.deck.playing or not self._started or self.sync.wish != SyncWish()

    def obey(self, order: Line) -> None:
        """One order; what can't be done is told. Until there is a port, most of them wait."""
        if self._started or not ABOUT_PORTS.isdisjoint(order):
            self._obey(order)
        else:
            self._held.append(order)

    def _obey(self, order: Line) -> None:
        self._run = order.get("run", self._run)
        try:
            if self.lending.takes(order, self.deck):
                self._told.clear()  # whoever plays instead is shown in our stead meanwhile
                return
            obey(order, self.deck, self.outputs, self.sync, self.input)
        except PortError as err:
            self._lose(err)
        except BridgeError as err:
            self._tell(told(err))
        self._due["position"] = 0.0

    def turn(self) -> None:
        """Play on, change ports if need be, say what is new."""
        try:
            self._follow_outputs()
            self._follow_host()
            self.lending.turn()
            self.deck.turn()
            self._phase.look(self.deck)
            self._check_clock()
        except PortError as err:
            self._lose(err)
        self._report()

    def close(self) -> None:
        """Silence and close every port."""
        with contextlib.suppress(PortError):
            self.deck.stop()
        self._others.close()
        self.outputs.close()

    def _follow_outputs(self) -> None:
        port = self.outputs.poll()
        if port is not None and port is not self._port:
            self._use(port)
        if self.outputs.is_leaving(self._port):
            self._use(self._nowhere)
        self.outputs.tidy(self._port)
        for line in self.outputs.take_failures():
            self._tell(line)
        if not self._port.is_alive():
            self._use(self._nowhere)
        if not self._started and (port is not None or self._clock() > self._patience_at):
            self._started = True
            for order in self._held:
                self._obey(order)
            self._held.clear()

    def _follow_host(self) -> None:
        deck, sync = self.deck, self.sync
        key = self.outputs.key_of(self._port)
        self._others.turn(self._port, key, self.outputs.systems, deck.bpm)
        host = sync.host()
        if host is not NOT_HEARD or deck.host is not None or not deck.playing:
            deck.follow(host)  # until a host is heard, what plays goes on
        lead = sync.lead()
        if lead is not self._lead:
            self._lead = lead
            deck.lead(lead)
        for line in (*sync.take_failures(), *self.input.take_lines()):
            self._tell(line)

    def _use(self, port: DeckPort) -> None:
        self._port = port
        self._lead = None
        self.sync.renew_lead()
        self._smooth.forget()
        self._moved = (0.0, self._clock())
        self.deck.use(port)

    def _lose(self, err: PortError) -> None:
        port = self._port
        self._use(self._nowhere)
        self.outputs.lose(port)
        self._tell(told(err))

    def _check_clock(self) -> None:
        now, moment = self._port.now(), self._clock()
        if now != self._moved[0] or not self.deck.playing:
            self._moved = (now, moment)
        elif moment - self._moved[1] > _STALL_S:
            raise PortError(
                f"the clock of {self._port.name} stands still; its server was stopped or "
                "suspended. Start it again and play again",
                "clock_stands_still",
                port=self._port.name,
            )

    # --- What is told ----------------------------------------------------------------------------

    def _report(self) -> None:
        if self._is_due("position", _POSITION_S):
            at = self._smooth.now(self._port.now())
            line = position_line(self.deck, at, self._clock(), self._run)
            self._tell_if_new("position", line, always=self.deck.playing)
        if self._is_due("status", _STATUS_S):
            slack = self.deck.take_slack()
            self._slack_s = self._slack_s if slack is None else slack
            self._tell_if_new("status", status_line(self._port, self.outputs, self._slack_s))
            self._tell_if_new("sync", sync_line(self.deck, self.sync, self._phase.take_ms()))
            self._tell_if_new("outputs", {"outputs": self.outputs.entries()})
            self._tell_if_new("inputs", {"inputs": input_entries(self.outputs.systems)})
            self._tell_if_new("input", input_line(self.input))
        if self._is_due("alive", _ALIVE_S):
            self._tell({"alive": round(self._clock(), 3)})

    def _is_due(self, what: str, every_s: float) -> bool:
        now = self._clock()
        if now < self._due.get(what, 0.0):
            return False
        self._due[what] = now + every_s
        return True

    def _tell_if_new(self, what: str, line: Line, *, always: bool = False) -> None:
        said = {key: value for key, value in line.items() if key != "at"}
        if always or self._told.get(what) != said:
            self._told[what] = said
            self._tell(line)


def run(process: DeckProcess, orders: "queue.SimpleQueue[Line | None]") -> None:
    """Obey and play until the end of the orders, which is None."""
    while True:
        with contextlib.suppress(queue.Empty):
            order = orders.get(timeout=_TURN_S if process.is_awake else _IDLE_S)
            while order is not None:
                process.obey(order)
                order = orders.get_nowait()
            return
        process.turn()


def main() -> int:
    """Entry."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    teller = Teller(1)
    reader = Reader(0)
    signal.signal(signal.SIGTERM, lambda *_: reader.orders.put(None))
    process = DeckProcess(teller.tell)
    try:
        run(process, reader.orders)
    finally:
        process.close()
        teller.close()
    return 0


if __name__ == "__main__":
    leave(main())
