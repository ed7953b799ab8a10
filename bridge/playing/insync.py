"""What a playing listens to, a host and a musician, and the clock that it sends.

The musician is heard through the host's input where both are the same port. Everything that is
opened here is closed together.
"""

from contextlib import ExitStack
from dataclasses import dataclass

from bridge.choices import Mode, StartOn, SyncSource
from bridge.deck.lead import Lead
from bridge.duet.duet import Duet
from bridge.duet.ear import BeatOf, Ear
from bridge.duet.echo import Echo
from bridge.errors import PortError
from bridge.inputs.inputport import INPUT_NAME, InputPort, OnEvents
from bridge.playing.elsewhere import Elsewhere, hearing_system
from bridge.ports.port import OutputPort
from bridge.ports.systems import MidiSystem, open_output
from bridge.sound.soundsystem import SOUND
from bridge.sync.firstnote import FirstNote
from bridge.sync.hosttime import Follower
from bridge.sync.lead import CLOCK_PORT_NAME
from bridge.sync.opening import open_follower
from bridge.units import ticks_of

_SYSTEM = 0xF0
"""From this status byte on messages are the system's: clock, start, song position."""


@dataclass(frozen=True)
class SyncSettings:
    """In time with whom, and together with whom.

    Attributes:
        source: Who leads.
        clock_port: Port that sends MIDI clock; empty for our own input, to which others connect.
        nudge_ms: How much later than the host everything sounds.
        start_on: Where what starts begins.
        send_clock: Whether to send MIDI clock on a port of its own.
        listen: Port of the musician; empty for our own input.
        mode: How to play together; None for playing alone.
        call_bars: Whose turn lasts how long, or how long we go on alone.
        counts_in: Whether the musician is counted in, instead of beginning the song.
    """

    source: SyncSource = "internal"
    clock_port: str = ""
    nudge_ms: float = 0.0
    start_on: StartOn = "now"
    send_clock: bool = False
    listen: str = ""
    mode: Mode | None = None
    call_bars: int = 4
    counts_in: bool = False


class Inputs:
    """Opens what is listened to.

    Args:
        system: Where everything is.
        port: The port that is played on; its clock is the one that counts.
        settings: In time with whom.
        bpm: The tempo of a host that has none.

    Attributes:
        follower: The host, None for our own clock. With a musician and no host it is the musician:
            the song begins with the first note.
        name: Where the musician is heard, as others see it; empty while nobody is listened to.

    Raises:
        PortError: If the host can't be listened to.
    """

    def __init__(
        self, system: MidiSystem, port: OutputPort, settings: SyncSettings, bpm: float = 120.0
    ) -> None:
        self.follower: Follower | None = None
        self.name = ""
        self._settings, self._port = settings, port
        self._elsewhere: Elsewhere | None = None
        self._hears: OnEvents = self._take
        if system.name == SOUND and (settings.mode is not None or settings.source != "internal"):
            system, self._elsewhere = hearing_system(settings.source), Elsewhere(port)
            self._hears = self._elsewhere.events(self._take)
        self._system = system
        self._near = ticks_of(port.now(), port.rate) if system.is_exact else 0
        self._music: OnEvents | None = None
        self._stack = ExitStack()
        self._first: FirstNote | None = None
        if settings.source == "internal" and settings.mode is not None:
            self.follower = self._first = FirstNote(bpm, begins=settings.counts_in)
        elif settings.source != "internal":
            self.follower = open_follower(
                settings.source,
                system,
                settings.clock_port,
                near=self._near,
                bpm=bpm,
                on_events=self._hears,
            )
            self._stack.callback(self.follower.close)
            if self._elsewhere is not None:
                self.follower = self._elsewhere.follower(self.follower)

    def hear(self, duet: Duet, echo: Echo, beat_of: BeatOf) -> Ear:
        """Listen to the musician.

        Args:
            duet: Who wants to hear.
            echo: What we play, which may come back.
            beat_of: Where the song is at a second of the port's clock.

        Raises:
            PortError: If the port can't be listened to.
        """
        ear = Ear(duet, echo, beat_of)
        self._music = ear.take
        settings = self._settings
        has_input = settings.source in ("midi-clock", "jack")
        if not (has_input and settings.listen == settings.clock_port):
            port = InputPort(self._system, settings.listen, self._hears, near=self._near)
            self._stack.callback(port.close)
            self.name = port.source or port.name
        else:
            self.name = settings.listen or INPUT_NAME
        return ear

    def set_tempo(self, bpm: float) -> bool:
        """Go on at another tempo where the musician began the song; whether that is so."""
        if self._first is not None:
            self._first.set_tempo(bpm, self._port.now())
        return self._first is not None

    def lead(self) -> Lead:
        """Our clock, on a port of its own; among the notes where there can be no other port."""
        try:
            clock = open_output(self._system, CLOCK_PORT_NAME)
        except PortError:
            return Lead()
        self._stack.callback(clock.close)
        return Lead(clock)

    def close(self) -> None:
        """Listen no more. May be called again."""
        self._stack.close()

    def _take(self, events: list[tuple[float, bytes]]) -> None:
        """In an input's thread."""
        music = [(at, message) for at, message in events if message and message[0] < _SYSTEM]
        if self._first is not None:
            for at, message in music:
                self._first.feed(at, message)
        if music and self._music is not None:
            self._music(music)
