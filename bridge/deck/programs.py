"""Which instrument each channel of a port was told: it is told again only if need be."""

from collections.abc import Sequence

from bridge.deck.piece import DeckVoice
from bridge.messages import TimedMessage, program_change

_KEPT = 4


class Programs:
    """What one port was told, and when that takes effect; what is taken back is forgotten."""

    def __init__(self) -> None:
        self._told: dict[int, list[tuple[float, int]]] = {}

    def needed(self, voices: Sequence[DeckVoice], at: float) -> list[TimedMessage]:
        """Program changes at second `at` for the channels whose instrument is another by then."""
        events = []
        for channel, program in {voice.channel: voice.program for voice in voices}.items():
            told = self._told.setdefault(channel, [])
            if not told or told[-1][1] != program:
                told[:] = [*told[-_KEPT:], (at, program)]
                events.append(TimedMessage(at, program_change(channel, program)))
        return events

    def take_back(self, at: float) -> None:
        """What was told for second `at` or later will not be sent."""
        for told in self._told.values():
            told[:] = [one for one in told if one[0] < at]

    def clear(self) -> None:
        """Another port, which knows nothing."""
        self._told.clear()
