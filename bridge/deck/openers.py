"""How a deck's ports come to be: our own on a MIDI system, one a part, and the built-in sound."""

import os
from collections.abc import Collection, Iterable, Mapping
from typing import Protocol

from bridge.ports.childport import ChildPort
from bridge.ports.fanport import open_parts
from bridge.ports.port import OutputPort
from bridge.ports.systems import LATE_LIMIT_S, MidiSystem, detect, open_output
from bridge.sound.soundfont import FONT_VARIABLE

PORT_NAME = "Fractalroll"
"""What the names of all our ports begin with."""

Part = tuple[str, int]
"""A part's name and its channel, 0..15."""

HeardBy = Mapping[str, Collection[str]]
"""By the name of a port of ours, such as `Fractalroll Bass`: which ports of others hear it."""

_MEMORY_S = 0.2


class DeckPort(OutputPort, Protocol):
    """An output port of which it is known whether somebody listens."""

    def listeners(self) -> int:
        """Ports of others that are connected; -1 where the system doesn't tell."""
        ...

    def is_alive(self) -> bool:
        """Whether it can still play."""
        ...

    def changes(self) -> int:
        """How often ports of others appeared or vanished, as far as the system tells."""
        ...


class Openers(Protocol):
    """How ports come to be; called in threads.

    Attributes:
        parts: A port of its own for each of these; none: one port, a channel for each part.
        font: The SoundFont of the built-in sound; see `bridge.sound.soundfont`.
    """

    parts: tuple[Part, ...]
    font: str

    def look(self) -> list[MidiSystem]:
        """Every MIDI system, best first."""
        ...

    def midi(self, system: MidiSystem, target: str) -> DeckPort:
        """Our own port on a system, or one that plays on `target`."""
        ...

    def sound(self) -> DeckPort:
        """The built-in sound."""
        ...

    def heard_by(self, system: str) -> HeardBy:
        """Who heard our ports on a system, those that are open and those before them."""
        ...

    def remember(self, system: str, names: HeardBy) -> None:
        """These are to hear our ports on a system when they are opened next."""
        ...


class RealOpeners:
    """Ports of this machine; who heard one of them hears the one that is opened in its place."""

    def __init__(self) -> None:
        self.parts: tuple[Part, ...] = ()
        self.font = ""
        self._last: dict[tuple[str, str, str], ChildPort] = {}
        self._known: dict[tuple[str, str], frozenset[str]] = {}

    def look(self) -> list[MidiSystem]:
        """See `Openers`."""
        return detect()

    def midi(self, system: MidiSystem, target: str) -> DeckPort:
        """See `Openers`."""
        if target or not self.parts:
            return self._open(system, PORT_NAME, target)
        return open_parts(system, PORT_NAME, by_name(self.parts), self._open)

    def sound(self) -> DeckPort:
        """See `Openers`."""
        return open_sound(self.font)

    def heard_by(self, system: str) -> HeardBy:
        """See `Openers`."""
        own = [(key, port) for key, port in self._last.items() if (key[0], key[2]) == (system, "")]
        return {name: port.remembered for (_, name, _), port in own if port.remembered}

    def remember(self, system: str, names: HeardBy) -> None:
        """See `Openers`."""
        self._known |= {(system, port): frozenset(some) for port, some in names.items()}

    def _open(self, system: MidiSystem, name: str, target: str = "") -> ChildPort:
        key = (system.name, name, target)
        before = self._last.get(key)
        remembered = before.remembered if before is not None else frozenset()
        if not target:
            remembered = self._known.pop((system.name, name), remembered)
        port = open_output(system, name, target=target, remembered=remembered)
        self._last[key] = port
        return port


def open_sound(font: str = "") -> ChildPort:
    """The built-in sound as an output port; it is silent, and its name says why, without a device.

    Args:
        font: Path of a SoundFont, or `none` for our own voice; empty: what the environment says,
            else the best there is.

    Raises:
        PortError: If its process can't be started.
    """
    spec = {"late_limit_s": LATE_LIMIT_S, "memory_s": _MEMORY_S, "parent": os.getpid()}
    chosen = {FONT_VARIABLE: font} if font else {}
    return ChildPort("bridge.sound.voicechild", spec, {"JACK_NO_START_SERVER": "1", **chosen})


def by_name(parts: Iterable[Part]) -> dict[str, list[int]]:
    """Channels by part's name; parts of one name share a port."""
    found: dict[str, list[int]] = {}
    for name, channel in parts:
        found.setdefault(name, []).append(channel)
    return found


def is_ours(system: str, port: str, name: str = PORT_NAME) -> bool:
    """Whether a port that a system lists is our own of this name; on Windows it is a loopback."""
    return system != "winmm" and port.startswith(name)
