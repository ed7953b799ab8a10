"""Who listened to our port and left without being disconnected: they are connected again.

Looked at from time to time, with no help from the MIDI system: what is connected, and what is
there. A name that was connected and is gone together with its port has left; one that is still
there but no longer connected was disconnected by somebody, and stays so.
"""

from collections.abc import Collection, Iterable

OWN_EAR = "Fractalroll listener"
"""Our own second client: it connects itself, to the port that it is told."""


class Reunion:
    """The memory of one port's listeners, by name.

    Args:
        remembered: Who listened to the port that this one stands in for.

    Attributes:
        arrivals: How often somebody was seen connected who was not at the look before.
        departures: How often somebody was not who was at the look before.
    """

    def __init__(self, remembered: Iterable[str] = ()) -> None:
        self._connected: set[str] = set()
        self._lost = set(remembered)
        self.arrivals = self.departures = 0

    @property
    def remembered(self) -> frozenset[str]:
        """Who listens, and who left while listening."""
        return frozenset(self._connected | self._lost)

    def see(
        self, connected: Collection[str], present: Collection[str], new: Collection[str] = ()
    ) -> list[str]:
        """Who is to be connected now.

        A name goes on being returned until it is seen connected, since a port may be there a
        moment before its owner takes part.

        Args:
            connected: Whom our port is connected to.
            present: Every port of others that could be.
            new: Those that appeared since the last look, as far as that is known: one that was
                there before must have left meanwhile.
        """
        now = {name for name in connected if not name.startswith(OWN_EAR)}
        there = set(present)
        self._lost |= {n for n in self._connected - now if n not in there or n in new}
        self._lost -= now
        self.arrivals += len(now - self._connected)
        self.departures += len(self._connected - now)
        self._connected = now
        return sorted(self._lost & there)
