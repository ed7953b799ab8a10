"""A host without a song position, as in Ableton Link: our song begins on a bar line of its own.

Programs in a Link session share tempo, beats and bars, but not where each of them is in its piece.
So the song's beat 0 is put on the bar line that comes next when the session is known for sure.
"""

import math
from dataclasses import replace

from bridge.choices import StartOn
from bridge.sync.hosttime import Follower, HostTime

_ROLLS_S = 0.12
"""It rolls so long before beat 0, so that the notes there are struck in time."""


class FromBar:
    """A `Follower` whose song begins at beat 0 on a line of the host's.

    When the host was stopped the song begins again where it starts next; when it only wasn't heard
    for a while, the song goes on in its place.

    Args:
        follower: Tells the host's own beats; closed with this.
        bar_beats: Quarter notes in a bar, counted from the host's beat 0.
        start_on: On which line; `now` is the next bar, since music has to begin somewhere.
        nudge_s: How much later than the host everything sounds.
    """

    def __init__(
        self,
        follower: Follower,
        bar_beats: float = 4.0,
        start_on: StartOn = "bar",
        nudge_s: float = 0.0,
    ) -> None:
        self.name = follower.name
        self._follower = follower
        lines = {"beat": 1.0, "four bars": 4 * bar_beats}
        self._per = lines.get(start_on, bar_beats)
        self._early_s = _ROLLS_S + max(0.0, -nudge_s)
        self._zero: float | None = None

    def host(self, now: float) -> HostTime | None:
        """See `Follower`; it stands on beat 0 until the song begins."""
        host = self._follower.host(now)
        if host is None:
            return None
        if not host.rolling:
            if host.lock != "none":
                self._zero = None
            return replace(host, beat=host.beat - self._zero if self._zero is not None else 0.0)
        if self._zero is None and host.lock == "locked":
            soonest = host.beat_at(now + self._early_s)
            self._zero = math.ceil(soonest / self._per) * self._per
        if self._zero is None or now < host.time_of(self._zero) - self._early_s:
            return replace(host, rolling=False, at=now, beat=0.0)
        return replace(host, beat=host.beat - self._zero)

    def close(self) -> None:
        """See `Follower`."""
        self._follower.close()
