"""Knobs of a controller, and OSC, that move how the music is made while it plays."""

from __future__ import annotations

import queue
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field

from bridge.errors import SourceError
from bridge.inputs.driven import DRIVEN
from bridge.inputs.learn import Knob, MidiLearn
from bridge.source import BarSource

_REST_S = 0.15
"""So long a knob has to stand still before music is made anew."""


@dataclass(frozen=True)
class KnobSettings:
    """What drives what.

    Attributes:
        knobs: By what it drives, see `bridge.inputs.driven.DRIVEN`: a controller of the musician.
        values: What is asked for at the beginning, None for anything. What isn't named here can't
            be driven.
        osc_port: The UDP port on which OSC is heard; None: it isn't.
    """

    knobs: Mapping[str, Knob] = field(default_factory=dict)
    values: Mapping[str, float | None] = field(default_factory=dict)
    osc_port: int | None = None

    @property
    def are_wanted(self) -> bool:
        """Whether anything drives anything."""
        return bool(self.knobs) or self.osc_port is not None


class Knobs:
    """Hears knobs in whatever thread, and has the source adjusted in the one that plays.

    Args:
        settings: What drives what.
        source: Makes the music.
        say: Told a sentence where the source refuses a value.

    Attributes:
        values: What is asked for now.
        moves: How often something was asked for since the beginning.

    Raises:
        SourceError: The source makes its music only as it does.
        OscError: OSC can't be heard.
    """

    def __init__(
        self, settings: KnobSettings, source: BarSource, say: Callable[[str], None]
    ) -> None:
        adjust = getattr(source, "adjust", None)
        if adjust is None:
            raise SourceError(
                "tried to let knobs drive a finished piece, which stays as it is; leave out --knob "
                "and --osc, or choose a model"
            )
        self.values = dict(settings.values)
        self.moves = 0
        self._adjust, self._say = adjust, say
        self._driven = {one.name: one for one in DRIVEN if one.name in self.values}
        self._learn = MidiLearn(tuple(self._driven), self._share_now, dict(settings.knobs))
        self._turned: queue.SimpleQueue[bytes | tuple[str, float]] = queue.SimpleQueue()
        self._asked: dict[str, float] = {}
        self._moved_at = 0.0
        self._stack = ExitStack()
        if settings.osc_port is not None:
            from bridge.inputs.osc import OscIn

            osc = OscIn(tuple(self._driven), self.move, settings.osc_port)
            self._stack.callback(osc.close)

    def hear(self, message: bytes) -> None:
        """A message of a controller's. From any thread."""
        self._turned.put(message)

    def move(self, name: str, share: float) -> None:
        """A knob of another program stands at a share, 0..1. From any thread."""
        self._turned.put((name, share))

    def turn(self, now: float) -> bool:
        """Take what was turned; whether the music is another from now on.

        Args:
            now: Seconds on any clock; music waits for knobs to stand still.
        """
        while not self._turned.empty():
            for name, share in self._moves(self._turned.get()):
                self.values[name] = value = self._driven[name].value_of(share)
                self._asked[name] = 0.0 if value is None else float(value)
                self._moved_at = now
        if not self._asked or now - self._moved_at < _REST_S:
            return False
        asked, self._asked = self._asked, {}
        try:
            self._adjust(**asked)
        except Exception as err:  # whatever the source says of it, the music goes on
            self._say(f"could not play with {asked}: {err}")
            return False
        self.moves += 1
        return True

    def told(self) -> dict[str, object]:
        """What is to be said of them in the end."""
        return {"moves": self.moves, **self.values}

    def close(self) -> None:
        """Hear nothing more. May be called again."""
        self._stack.close()

    def _moves(self, heard: bytes | tuple[str, float]) -> list[tuple[str, float]]:
        if isinstance(heard, bytes):
            return self._learn.feed(heard)
        self._learn.let_go(heard[0])
        return [heard]

    def _share_now(self, name: str) -> float:
        return self._driven[name].share_of(self.values[name])
