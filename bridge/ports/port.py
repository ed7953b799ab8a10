"""What a MIDI output is to the rest of the program, whatever system stands behind it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from bridge.messages import TimedMessage


@dataclass(frozen=True)
class PortStats:
    """How an output port is doing. The counts run from its opening.

    Attributes:
        notes_sent: Note-ons that went out.
        late: Of these, how many later than asked (on JACK by a frame or more, else by 1 ms).
        dropped: Note-ons left out because they were too late to be music.
        worst_late_s: The largest delay of a note that was sent.
        xruns: Cycles that the server reported as broken.
        pending: Messages that wait for their time.
        sounding: Notes that are on.
    """

    notes_sent: int = 0
    late: int = 0
    dropped: int = 0
    worst_late_s: float = 0.0
    xruns: int = 0
    pending: int = 0
    sounding: int = 0


class OutputPort(Protocol):
    """A MIDI output that is told what to play and when; it waits, its caller never does.

    Times are seconds on the port's own clock. Whoever implements this owns each note it struck: on
    `close`, on an error and when the program dies it releases them all.
    """

    @property
    def name(self) -> str:
        """What another program sees, as `client:port` where there are clients."""
        ...

    @property
    def rate(self) -> int:
        """Ticks per second of the clock: the precision of a time."""
        ...

    def now(self) -> float:
        """The port's clock, never running backwards."""
        ...

    def send(self, message: bytes, at: float) -> None:
        """Play one message at a time, best 50 ms or more ahead.

        A note-on that comes too late is dropped and counted, a note-off is always sent.
        """
        ...

    def send_many(self, events: Iterable[TimedMessage]) -> None:
        """Play several messages, in any order."""
        ...

    def cancel(self, after: float) -> None:
        """Take back every note that begins at `after` or later; what sounds keeps its end."""
        ...

    def replace(self, after: float, events: Iterable[TimedMessage]) -> None:
        """Play `events`, none before `after`, instead of everything from `after` on.

        Releases are taken back too: `events` has to end each note that sounds at `after`. What it
        leaves open is released then. All of it happens at once, or not at all.
        """
        ...

    def silence(self) -> None:
        """Forget everything that waits and release every sounding note now."""
        ...

    def stats(self) -> PortStats:
        """Counts so far."""
        ...

    def close(self) -> None:
        """Release every sounding note, wait until the releases are out, go. May be called again."""
        ...
