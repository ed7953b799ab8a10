"""The way from an input port to a duet: our own echo is dropped, moments become beats.

It stands in the thread that brings the messages, so that a note that arrived is part of the next
prompt without a turn of anybody's.
"""

from __future__ import annotations

from collections.abc import Callable

from bridge.duet.duet import Duet
from bridge.duet.echo import Echo

BeatOf = Callable[[float], float | None]
"""The beat of the song at a second of the port's clock; None while there is no song."""


class Ear:
    """Hands what arrives to a duet.

    Args:
        duet: Who hears it.
        echo: What we send; None where nothing of it can come back.
        beat_of: Where the song is. Called in the thread that brings the messages.

    Attributes:
        heard: How many messages were music of the musician's.
        on_heard: Told each message that isn't ours, with its beat (None while there is no song); in
            the thread that brings them.
    """

    def __init__(self, duet: Duet, echo: Echo | None, beat_of: BeatOf) -> None:
        self.heard = 0
        self.on_heard: Callable[[float | None, bytes], None] = lambda beat, message: None
        self._duet, self._echo, self._beat_of = duet, echo, beat_of

    def take(self, events: list[tuple[float, bytes]]) -> None:
        """Messages arrived at these seconds; as `bridge.inputs.inputport.InputPort` calls it."""
        for at, message in events:
            if self._echo is not None and self._echo.is_ours(at, message):
                continue
            beat = self._beat_of(at)
            if beat is not None:
                self.heard += self._duet.hear(beat, message)
            self.on_heard(beat, message)
