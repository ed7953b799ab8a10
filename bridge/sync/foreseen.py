"""Which loop a host plays, from its jumps: where it jumps back it is expected to do so again."""

from bridge.sync.hosttime import HostLoop

_SHORTEST_BEATS = 1.0
"""Shorter loops are followed jump by jump."""

_ON_BEAT = 1e-3
_SAME_BEATS = 1 / 8
_PASSED_BEATS = 1e-6
_TICKS = 24
SEAM_BEATS = 0.1
"""What happens so near to the end of a loop is its end."""


class ForeseenLoop:
    """Learns a loop from jumps. Positions are beats of the host's song.

    Loops lie on beats and jumps by hand seldom do: a jump back from a whole beat to a whole beat is
    believed at once, any other when it comes a second time. A host that comes past the end without
    a jump has left the loop.

    Attributes:
        loop: The loop that is expected to go on; None for none.
    """

    def __init__(self) -> None:
        self.loop: HostLoop | None = None
        self._seen: HostLoop | None = None

    def jumped(self, before: float, after: float, pause_s: float = 0.0) -> None:
        """The host jumped while it rolled.

        Args:
            before: Where it would have gone on.
            after: Where it went on.
            pause_s: How long it stood there first.
        """
        if self.loop is not None and before > self.loop.stop + _PASSED_BEATS:
            self.loop = None
        if before - after < _SHORTEST_BEATS:
            self.is_at(after)
            return
        new = HostLoop(after, before, pause_s)
        known = self.loop is not None and _is_on_beats(self.loop) and _is_same(new, self.loop)
        if _is_on_beats(new) or (_is_same(new, self._seen) and not known):
            self.loop = new
        self._seen = new
        self.is_at(after)

    def resumed(self, before: float, after: float, passed_beats: float) -> None:
        """The host stopped and went on soon after, as Ardour does where it loops.

        It may say so a period early, or be silent up to its next beat: where its song went on in
        between is reckoned back to the whole beat from which that fits.

        Args:
            before: Where it stopped.
            after: Where it went on.
            passed_beats: How long it was silent.
        """
        start = float(round(after - passed_beats))
        early = start + passed_beats - after
        if abs(early) < SEAM_BEATS:
            self.jumped(round((before + early) * _TICKS) / _TICKS, start)
        else:
            self.is_at(after)

    def is_at(self, beat: float) -> None:
        """The host is there, without a jump or after one."""
        if self.loop is not None and beat >= self.loop.stop - _PASSED_BEATS:
            self.loop = None


def _is_on_beats(loop: HostLoop) -> bool:
    return all(abs(beat - round(beat)) < _ON_BEAT for beat in (loop.start, loop.stop))


def _is_same(one: HostLoop, other: HostLoop | None) -> bool:
    return other is not None and all(
        abs(a - b) < _SAME_BEATS for a, b in ((one.start, other.start), (one.stop, other.stop))
    )
