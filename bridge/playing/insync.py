"""What a playing listens to, a host and a musician, and the clock that it sends.

They are opened as the window's deck opens them, and opened again when they were lost: see
`bridge.deck.sync` and `bridge.deck.input`.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from bridge.choices import Mode, StartOn, SyncSource
from bridge.deck.input import DeckInput
from bridge.deck.lead import Lead
from bridge.deck.others import Others
from bridge.deck.sync import NOT_HEARD, DeckSync
from bridge.duet.duet import Duet
from bridge.duet.ear import BeatOf, Ear
from bridge.duet.echo import Echo
from bridge.inputs.inputport import INPUT_NAME, OnEvents
from bridge.playing.elsewhere import Elsewhere, hearing_system
from bridge.playing.home import Home
from bridge.playing.losses import What
from bridge.ports.port import OutputPort
from bridge.ports.systems import MidiSystem
from bridge.processes.wire import Line
from bridge.sound.soundsystem import SOUND
from bridge.sync.firstnote import FirstNote
from bridge.sync.frombar import FromBar
from bridge.sync.hosttime import Follower, HostTime
from bridge.sync.source import SyncWish

_SYSTEM = 0xF0
"""From this status byte on messages are the system's: clock, start, song position."""


_LOOK_S = 0.002


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
        bar_beats: Of Link, quarter notes in a bar: the song begins on one.
        start_stop: Of Link, whether the session's start and stop are followed.
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
    bar_beats: float = 4.0
    start_stop: bool = False


class Inputs:
    """Opens what is listened to, and keeps it open.

    Args:
        home: Where everything is.
        port: The port that is played on; its clock is the one that counts.
        settings: In time with whom.
        bpm: The tempo of a host that has none.
        ahead: By how many seconds that clock is ahead of the system's.

    Attributes:
        follower: The host, None for our own clock. With a musician and no host it is the musician:
            the song begins with the first note.
        name: Where the musician is heard, as others see it; empty while nobody is listened to.

    Raises:
        PortError: If the host can't be listened to.
    """

    def __init__(
        self,
        home: Home,
        port: OutputPort,
        settings: SyncSettings,
        bpm: float = 120.0,
        ahead: Callable[[], float] = lambda: 0.0,
    ) -> None:
        self.follower: Follower | None = None
        self.name = ""
        self._home, self._settings, self._port, self._ahead = home, settings, port, ahead
        self._bpm = bpm
        self._hearing: MidiSystem | None = None
        self._hears: OnEvents = self._take
        self._music: OnEvents | None = None
        self._let_go: Callable[[], None] = lambda: None
        self._among: Lead | None = None
        self._first: FirstNote | None = None
        if settings.mode is not None or settings.source != "internal":
            self._hear_elsewhere()
        self._sync, self._input = DeckSync(), DeckInput(heard=self)
        self._others = Others(self._sync, self._input)
        if settings.source == "internal" and settings.mode is not None:
            self.follower = self._first = FirstNote(bpm, begins=settings.counts_in)
        wish = SyncWish(
            settings.source,
            settings.clock_port,
            send_clock=settings.send_clock,
            bar_beats=settings.bar_beats,
            start_stop=settings.start_stop,
        )
        self._sync.choose(wish)
        try:
            if settings.source != "internal":
                self.follower = host = _Host(self._sync)
                if settings.source == "link":
                    nudge_s = settings.nudge_ms / 1000.0
                    self.follower = FromBar(host, settings.bar_beats, settings.start_on, nudge_s)
                self._wait(lambda: self._sync.hears, lambda: self._sync.host_error)
            if settings.send_clock:
                self._wait(lambda: self._sync.leads, lambda: None, self._lead_among)
        except BaseException:  # Ctrl-C included
            self.close()
            raise

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
        self._let_go = lambda: duet.heard.let_go(beat_of(self._port.now()) or 0.0)
        self._listen(ear.take)
        return ear

    def hear_knobs(self, take: Callable[[bytes], None]) -> None:
        """Listen to a controller, where there is no musician.

        Args:
            take: Told each message, in the input's thread.

        Raises:
            PortError: If the port can't be listened to.
        """

        def take_all(events: list[tuple[float, bytes]]) -> None:
            for _, message in events:
                take(message)

        self._hear_elsewhere()
        self._listen(take_all)

    def _hear_elsewhere(self) -> None:
        """Beside the built-in sound, which nobody can play to, listen on a MIDI system."""
        if self._home.system.name == SOUND and self._hearing is None:
            self._hearing = hearing_system(self._settings.source)
            self._hears = Elsewhere(self._port).events(self._take)

    def _listen(self, music: OnEvents) -> None:
        listen = self._settings.listen
        self._music = music
        self._input.choose(listen)
        self._wait(lambda: self._input.state == "open", lambda: self._input.error)
        self.name = listen or self._input.name or INPUT_NAME

    @property
    def lead(self) -> Lead | None:
        """Our clock, on a port of its own; among the notes where there can be no other port."""
        return self._among or self._sync.lead()

    def state(self) -> Iterator[tuple[What, bool, str]]:
        """What is listened to and sent to, whether it is open, and if not, why."""
        if self._settings.source != "internal":
            yield "host", self._sync.hears, str(self._sync.host_error or "")
        if self._input.wish is not None:
            yield "musician", self._input.state == "open", str(self._input.error or "")
        if self._settings.send_clock and self._among is None:
            yield "clock", self._sync.leads, str(self._sync.lead_error or "")

    def turn(self) -> None:
        """Open again what was lost. Called every few milliseconds, while the port is open."""
        self._sync.ahead_s = self._ahead()
        system = self._home.system
        self._others.turn(self._port, system.name, [self._hearing or system], self._bpm)
        self._sync.take_failures()
        self._input.take_lines()

    def anew(self) -> None:
        """The server is another one: open everything on that."""
        self._others.anew()

    def let_go(self) -> None:
        """The musician can't be heard any more: no key is down."""
        self._let_go()

    def set_tempo(self, bpm: float) -> bool:
        """Go on at another tempo where the musician began the song; whether that is so."""
        if self._first is not None:
            self._first.set_tempo(bpm, self._port.now())
        return self._first is not None

    def close(self) -> None:
        """Listen no more. May be called again."""
        self._others.close()

    def take(self, events: list[tuple[float, bytes]]) -> None:
        """Messages, each with its moment; in an input's thread."""
        ahead_s = self._ahead()
        self._hears([(at + ahead_s, message) for at, message in events])

    def lines(self) -> list[Line]:
        """What is heard is told by others."""
        return []

    def _take(self, events: list[tuple[float, bytes]]) -> None:
        music = [(at, message) for at, message in events if message and message[0] < _SYSTEM]
        if self._first is not None:
            for at, message in music:
                self._first.feed(at, message)
        if music and self._music is not None:
            self._music(music)

    def _lead_among(self) -> bool:
        """Whether there can be no other port for our clock."""
        if self._sync.lead_error is None:
            return False
        self._among = Lead()
        self._sync.choose(replace(self._sync.wish, send_clock=False))
        return True

    def _wait(
        self,
        is_open: Callable[[], bool],
        error: Callable[[], Exception | None],
        does_without: Callable[[], bool] = lambda: False,
    ) -> None:
        """Open something before anything plays."""
        self.turn()
        while not (is_open() or does_without()):
            err = error()
            if err is not None:
                raise err
            time.sleep(_LOOK_S)
            self.turn()


class _Host:
    """The host that a `DeckSync` listens to, for a player.

    Args:
        sync: Looked after by somebody else.
    """

    name = "host"

    def __init__(self, sync: DeckSync) -> None:
        self._sync = sync
        self._was_heard = False

    def host(self, now: float) -> HostTime | None:
        """See `Follower`; one that was lost stands still."""
        host = self._sync.host()
        self._was_heard = self._was_heard or host is not NOT_HEARD
        return host if self._was_heard else None

    def close(self) -> None:
        """See `Follower`."""
