"""Which instrument each channel of a port was told: it is told again only if need be.

A piece that bars of several models make has several voices on one channel, one after the other.
Each instrument then begins with the first note that wants it, not with the order that brought it.
"""

from collections.abc import Sequence

from bridge.deck.piece import DeckVoice
from bridge.messages import TimedMessage, program_change

_KEPT = 4


class Programs:
    """What one port was told, and when that takes effect; what is taken back is forgotten."""

    def __init__(self) -> None:
        self._told: dict[int, list[tuple[float, int]]] = {}

    def needed(self, voices: Sequence[DeckVoice], at: float) -> list[TimedMessage]:
        """Program changes at second `at` for the channels that have none of these instruments.

        Of several voices on a channel the last one is told.
        """
        events = []
        for channel in dict.fromkeys(voice.channel for voice in voices):
            programs = [voice.program for voice in voices if voice.channel == channel]
            told = self._told.setdefault(channel, [])
            if not told or told[-1][1] not in programs:
                told[:] = [*told[-_KEPT:], (at, programs[-1])]
                events.append(TimedMessage(at, program_change(channel, programs[-1])))
        return events

    def take_back(self, at: float) -> None:
        """What was told for second `at` or later will not be sent."""
        for told in self._told.values():
            told[:] = [one for one in told if one[0] < at]

    def clear(self) -> None:
        """Another port, which knows nothing."""
        self._told.clear()
