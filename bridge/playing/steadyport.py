"""The port of a playing, whichever process and server stand behind it just now.

A port that goes away is opened again beside the music, which goes on: its clock runs on evenly,
what is due meanwhile is lost and counted, and nothing is piled up for later.
"""

import time
from bisect import bisect_left, insort
from collections.abc import Callable, Iterable
from dataclasses import replace

from bridge.deck.opening import Opening
from bridge.errors import PortError
from bridge.messages import TimedMessage, is_note_on, moved
from bridge.playing.outlet import Sender
from bridge.ports.port import OutputPort, PortStats

_STALL_S = 3.0
_STALL_TURNS = 100
_RETRY_S = 1.0
_PATIENCE_S = 30.0
_SAME_CLOCK_S = 0.25


class SteadyPort:
    """An `OutputPort` that raises nothing while it is looked after; `turn` does that.

    Args:
        sender: The port that is open.
        open_again: Opens the one that takes the place of the last; called in a thread.
        clock: Seconds, running evenly.
        patience_s: How long nothing may be open.

    Attributes:
        sender: The port that was open last.
        shift_s: By how much this clock is ahead of the sender's: 0 while it is that of the first
            one, as on a server that was not restarted.
        lost_notes: Note-ons that were due while nothing was open.
    """

    def __init__(
        self,
        sender: Sender,
        open_again: Callable[[Sender], Sender],
        clock: Callable[[], float] = time.perf_counter,
        patience_s: float = _PATIENCE_S,
    ) -> None:
        self.sender = sender
        self.shift_s = 0.0
        self.lost_notes = 0
        self._inner: Sender | None = sender
        self._open_again, self._clock, self._patience_s = open_again, clock, patience_s
        self._opening: Opening[Sender] = Opening(clock, sender, _RETRY_S)
        self._past = PortStats()
        self._due: list[float] = []  # note-ons that were handed over, in order
        self._broken: PortError | None = None
        self._seen, self._seen_at = sender.now(), clock()
        self._still = 0
        self._lost_at = 0.0

    # --- Looking after it ------------------------------------------------------------------------

    @property
    def is_lost(self) -> bool:
        """Whether no port is open."""
        return self._inner is None

    @property
    def why(self) -> str:
        """Why no port is open."""
        return self._opening.failed

    def turn(self) -> bool:
        """Notice that the port went away, open it again. Called every few milliseconds.

        Returns:
            Whether another port is open from now on, which holds nothing yet.

        Raises:
            PortError: None could be opened for as long as one is waited for.
        """
        now, moment = self.now(), self._clock()
        self._opening.take_news()
        if self._inner is not None:
            err = self._trouble(moment)
            if err is None:
                del self._due[: bisect_left(self._due, now)]
            else:
                self._lose(err, moment)
            return False
        self._count_lost(now)
        opened = self._opening.ensure(lambda: self._open_again(self.sender))
        if opened is not None:
            self._go_on(opened)
        elif moment - self._lost_at > self._patience_s:
            raise PortError(
                f"{self.name} went away and could not be opened again for "
                f"{self._patience_s:g} seconds: {self.why or 'nothing answers'}; start the MIDI "
                "system and play again",
                "port_never_back",
                port=self.name,
            )
        return opened is not None

    def _trouble(self, moment: float) -> PortError | None:
        self._still = self._still + 1 if moment > self._seen_at else 0
        if self._broken is not None:
            return self._broken
        if not self.sender.is_alive():
            return PortError("its process ended")
        if moment - self._seen_at > _STALL_S and self._still > _STALL_TURNS:
            return PortError("its clock stands still, the server was stopped or suspended")
        return None

    def _lose(self, err: PortError, moment: float) -> None:
        self._past = _sum(self._past, self.sender.stats())
        self._inner, self._broken = None, None
        self._lost_at = moment
        self._opening.fail(err)

    def _go_on(self, opened: Sender) -> None:
        """A server that was started again counts anew; ours goes on."""
        expected, there = self.now(), opened.now()
        if abs(there + self.shift_s - expected) > _SAME_CLOCK_S:
            self.shift_s = round((expected - there) * opened.rate) / opened.rate
        self._seen, self._seen_at, self._still = expected, self._clock(), 0
        self.sender = self._inner = opened

    def _count_lost(self, now: float) -> None:
        over = bisect_left(self._due, now)
        self.lost_notes += over
        del self._due[:over]

    # --- A port ----------------------------------------------------------------------------------

    @property
    def name(self) -> str:
        """See `OutputPort`."""
        return self.sender.name

    @property
    def rate(self) -> int:
        """See `OutputPort`."""
        return self.sender.rate

    def now(self) -> float:
        """See `OutputPort`; it goes on while no port is open."""
        inner = self._inner
        if inner is None:
            return self._seen + self._clock() - self._seen_at
        now = inner.now() + self.shift_s
        if now > self._seen:
            self._seen, self._seen_at = now, self._clock()
        return self._seen

    def send(self, message: bytes, at: float) -> None:
        """See `OutputPort`."""
        self.send_many([TimedMessage(at, message)])

    def send_many(self, events: Iterable[TimedMessage]) -> None:
        """See `OutputPort`."""
        batch = self._noted(events)
        self._try(lambda port: port.send_many(batch))

    def cancel(self, after: float) -> None:
        """See `OutputPort`."""
        del self._due[bisect_left(self._due, after) :]
        self._try(lambda port: port.cancel(after - self.shift_s))

    def replace(self, after: float, events: Iterable[TimedMessage]) -> None:
        """See `OutputPort`."""
        del self._due[bisect_left(self._due, after) :]
        batch = self._noted(events)
        self._try(lambda port: port.replace(after - self.shift_s, batch))

    def silence(self) -> None:
        """See `OutputPort`."""
        self._due.clear()
        self._try(lambda port: port.silence())

    def stats(self) -> PortStats:
        """The sum of all ports that were open."""
        inner = self._inner
        return self._past if inner is None else _sum(self._past, inner.stats(), ended=False)

    def close(self) -> None:
        """See `OutputPort`; what hangs in a server that doesn't answer is not waited for."""
        if self._inner is not None:
            self._inner.close()
        self._opening.close()

    def _noted(self, events: Iterable[TimedMessage]) -> list[TimedMessage]:
        """The events on the sender's clock."""
        batch = list(events)
        for event in batch:
            if is_note_on(event.message):
                insort(self._due, event.at)
        return moved(batch, -self.shift_s)

    def _try(self, act: Callable[[OutputPort], None]) -> None:
        if self._inner is not None:
            try:
                act(self._inner)
            except PortError as err:
                self._broken = err


def _sum(past: PortStats, stats: PortStats, *, ended: bool = True) -> PortStats:
    total = replace(
        stats,
        notes_sent=past.notes_sent + stats.notes_sent,
        late=past.late + stats.late,
        dropped=past.dropped + stats.dropped,
        worst_late_s=max(past.worst_late_s, stats.worst_late_s),
        xruns=past.xruns + stats.xruns,
    )
    return replace(total, pending=0, sounding=0) if ended else total
