"""Where a playing goes: one port of ours, a port for each part, or the built-in sound alone."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from bridge.deck.openers import HeardBy, open_sound
from bridge.messages import DRUM_CHANNEL
from bridge.playing.performance import channels_of
from bridge.ports.childport import ChildPort
from bridge.ports.fanport import FanPort, open_parts, port_names
from bridge.ports.systems import LATE_LIMIT_S, MidiSystem, open_output
from bridge.sound.soundsystem import SOUND
from bridge.source import BarSource
from model.roll import Part

SOUND_SYSTEM = MidiSystem(SOUND, True, "the built-in sound")
METRONOME = "Metronome"
_DRUMS = "Drums"
_FAMILIES = (
    "Piano",
    "Mallets",
    "Organ",
    "Guitar",
    "Bass",
    "Strings",
    "Ensemble",
    "Brass",
    "Reed",
    "Pipe",
    "Lead",
    "Pad",
    "Effects",
    "Ethnic",
    "Percussion",
    "Sounds",
)
"""General MIDI's families of eight programs each."""

Sender = ChildPort | FanPort
"""An open port, or several that play as one; told who hears it, and whether it lives."""

PartChannels = Mapping[str, Sequence[int]]
"""Name of a part to the channels (0..15) that it plays on."""


@dataclass(frozen=True)
class Outlet:
    """Which port or ports are to be opened.

    Attributes:
        port: Name of the one port, and what the names of several begin with.
        target: Port of another program to play on; empty: whoever connects to ours hears it.
        parts: A port for each of these; none: one for all.
        remembered: By our port's name: who heard the port that it stands in for.
        late_limit_s: Note-ons later than this are dropped.
        font: The SoundFont of the built-in sound; see `bridge.deck.openers.open_sound`.
    """

    port: str = "Fractalroll"
    target: str = ""
    parts: PartChannels = field(default_factory=dict)
    remembered: HeardBy = field(default_factory=dict)
    late_limit_s: float = LATE_LIMIT_S
    font: str = ""

    def open(self, system: MidiSystem) -> Sender:
        """Open it on a system, or the built-in sound where that is `SOUND_SYSTEM`.

        Raises:
            PortError: If the system refuses a port; those that were open are closed again.
        """
        if system.name == SOUND:
            return open_sound(self.font)
        if self.parts and not self.target:
            return open_parts(system, self.port, self.parts, self._open)
        return self._open(system, self.port)

    def heard_by(self, sender: Sender) -> dict[str, list[str]]:
        """By our port's name: who hears it now, or left while hearing it."""
        if isinstance(sender, FanPort):
            names = port_names(self.port, self.parts)
            pairs = zip(names, sender.ports, strict=True)
            return {name: _listeners(port) for name, port in pairs if _listeners(port)}
        return {self.port: _listeners(sender)} if _listeners(sender) else {}

    def _open(self, system: MidiSystem, name: str) -> ChildPort:
        return open_output(
            system,
            name,
            self.late_limit_s,
            target=self.target,
            remembered=self.remembered.get(name, ()),
        )


def _listeners(port: object) -> list[str]:
    return sorted(port.remembered) if isinstance(port, ChildPort) else []


def part_channels(
    parts: Sequence[Part], first_channel: int = 0, *, metronome: bool = False
) -> dict[str, list[int]]:
    """The parts of a piece by names as a DAW shows them, each with its channels.

    Parts that share a channel share a port. A part whose name tells nothing is called after its
    instrument.

    Args:
        parts: Of what is played.
        first_channel: MIDI channel (0..15) of the first part.
        metronome: Whether a metronome plays as well, on the channel of the drums.
    """
    found: dict[str, list[int]] = {}
    taken: set[int] = set()
    for part, channel in zip(parts, channels_of(parts, first_channel), strict=True):
        if channel not in taken:
            found[_unlike(_name_of(part), found)] = [channel]
            taken.add(channel)
    if metronome and DRUM_CHANNEL not in taken:
        found[_unlike(METRONOME, found)] = [DRUM_CHANNEL]
    return found


def with_more(lent: PartChannels, own: PartChannels) -> dict[str, list[int]]:
    """The ports that somebody lent, and one for each part of ours whose channel has none there."""
    found = {name: list(channels) for name, channels in lent.items()}
    taken = {channel for channels in found.values() for channel in channels}
    for name, channels in own.items():
        rest = [channel for channel in channels if channel not in taken]
        if rest:
            found[_unlike(name, found)] = rest
    return found


def parts_of(source: BarSource) -> tuple[Part, ...]:
    """The parts of all that a source is going to give."""
    parts: tuple[Part, ...] = getattr(source, "parts", (Part(),))
    return parts


def _name_of(part: Part) -> str:
    if part.is_drum:
        return _DRUMS
    plain = part.name.strip()
    return _FAMILIES[part.program // 8] if plain in ("", Part().name) else plain


def _unlike(name: str, others: Collection[str]) -> str:
    count, unique = 2, name
    while unique in others:
        unique = f"{name} {count}"
        count += 1
    return unique
