"""One session of playing, from nothing to silence: system, port, listener, player, summary."""

import contextlib
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace

from bridge.deck.openers import HeardBy, open_sound
from bridge.duet.echo import Echo
from bridge.inputs.listener import Tap, TappedPort
from bridge.playing.ensemble import Ensemble
from bridge.playing.home import Home
from bridge.playing.insync import Inputs, SyncSettings
from bridge.playing.keeper import Keeper
from bridge.playing.knobs import Knobs, KnobSettings
from bridge.playing.outlet import Outlet, PartChannels, Sender
from bridge.playing.player import PlayerEvent, PlayerReport, PlayerSettings
from bridge.playing.steadyport import SteadyPort
from bridge.playing.summary import Summary, summarise
from bridge.playing.witness import Witness
from bridge.ports.port import OutputPort
from bridge.ports.systems import LATE_LIMIT_S, MidiSystem
from bridge.sound.soundedport import SoundedPort, let_hear
from bridge.sound.soundsystem import SOUND
from bridge.source import BarSource

__all__ = ["Session", "SessionSettings", "Summary"]

_SWITCH_INTERVAL_S = 0.0005
_BARS_AHEAD = 8


@dataclass(frozen=True)
class SessionSettings:
    """How to play.

    Attributes:
        bars: How many bars, None for as many as the source gives.
        port: Name of the port that appears.
        system: `auto`, a name from `systems.MidiSystem`, or `dummy` for a JACK server of our own.
        listen: Whether to hear our own port through a second client.
        bars_ahead: How many finished bars may wait.
        late_limit_s: Note-ons later than this are dropped.
        keep: Whether to keep the bars that were played.
        player: How far ahead the player works.
        sync: In time with whom, and together with whom.
        metre: Of the bars, where they are played together with somebody.
        bpm: Quarter notes a minute there, and where a host tells none.
        target: Port of another program to play on; empty: whoever connects to ours hears it.
        sound: Whether the built-in sound plays as well, what is heard of a musician too.
        remembered: By a port's name: who heard the one that it stands in for, and is to hear it.
        parts: A port for each of these, see `bridge.playing.outlet`; none: one port for all.
        font: The SoundFont of the built-in sound; empty: the best there is.
        knobs: What moves how the music is made while it plays.
    """

    bars: int | None = 8
    port: str = "Fractalroll"
    system: str = "auto"
    listen: bool = True
    bars_ahead: int = _BARS_AHEAD
    late_limit_s: float = LATE_LIMIT_S
    keep: bool = False
    player: PlayerSettings = field(default_factory=PlayerSettings)
    sync: SyncSettings = field(default_factory=SyncSettings)
    metre: tuple[int, int] = (4, 4)
    bpm: float = 120.0
    target: str = ""
    sound: bool = False
    remembered: HeardBy = field(default_factory=dict)
    parts: PartChannels = field(default_factory=dict)
    font: str = ""
    knobs: KnobSettings = field(default_factory=KnobSettings)

    @property
    def outlet(self) -> Outlet:
        """Which port or ports are to be opened."""
        ours = (self.port, self.target, self.parts, self.remembered)
        return Outlet(*ours, self.late_limit_s, self.font)


class Session:
    """An open port, ready to play; a context manager that leaves nothing sounding or running.

    Args:
        settings: How to play.
        say: Told what a person should know, a sentence at a time.
        begun: When the person asked for music (`time.perf_counter`), now if not given.

    Attributes:
        sounded: The same with the built-in sound beside it; None without.
    """

    def __init__(
        self,
        settings: SessionSettings,
        say: Callable[[str], None] = lambda text: None,
        begun: float | None = None,
    ) -> None:
        self._settings, self._say = settings, say
        self._begun = time.perf_counter() if begun is None else begun
        self._echo = Echo()
        with ExitStack() as stack:
            follows_jack = settings.sync.source == "jack"
            self._home = Home(settings.system, say, may_start=not follows_jack)
            stack.callback(self._home.close)
            sender = settings.outlet.open(self._home.system)
            self._steady = SteadyPort(sender, self._open_again)
            stack.callback(self._steady.close)
            self._port: OutputPort = self._steady
            self.sounded: SoundedPort | None = None
            if settings.sound:
                sound = open_sound(settings.font)
                stack.callback(sound.close)
                self._port = self.sounded = SoundedPort(self._steady, sound)
            taps: list[Tap] = [self._echo] if settings.sync.mode else []
            self._witness: Witness | None = None
            if settings.listen and self._home.system.name != SOUND:
                self._witness = Witness(self._steady, self._home)
                stack.callback(self._witness.close)
                taps.append(self._witness)
            if taps:
                self._port = TappedPort(self._port, *taps)
            self._inputs = Inputs(
                self._home,
                self._port,
                settings.sync,
                settings.bpm,
                lambda: self._steady.shift_s,
            )
            stack.callback(self._inputs.close)
            self._stack = stack.pop_all()

    @property
    def port(self) -> OutputPort:
        """The open port."""
        return self._port

    def heard_by(self) -> dict[str, list[str]]:
        """By the names of our ports: who hears them, or left while hearing them."""
        return self._settings.outlet.heard_by(self._steady.sender)

    @property
    def sender(self) -> Sender:
        """The port itself, without whoever else wants to know what is played."""
        return self._steady.sender

    @property
    def system(self) -> MidiSystem:
        """Where the port is."""
        return self._home.system

    @property
    def listens_to(self) -> str:
        """Where the musician is heard; empty where nobody is listened to."""
        return self._inputs.name

    def hear(self, message: bytes) -> None:
        """Let a musician be heard where the built-in sound plays. From any thread."""
        if self.sounded is not None:
            self.sounded.hear(message)
        elif self.system.name == SOUND:
            let_hear(self.sender, message)

    def play(
        self,
        source: BarSource,
        on_event: Callable[[PlayerEvent], None] = lambda event: None,
        meet: Callable[[Ensemble], None] = lambda ensemble: None,
    ) -> tuple[Summary, PlayerReport]:
        """Play what the source gives, then close everything; once per session.

        Args:
            source: Makes the bars.
            on_event: Told about each bar.
            meet: Handed everybody who takes part, before anything plays.

        Raises:
            SourceError: If the source failed.
        """
        zero = time.perf_counter() - self._port.now()
        ensemble = self._ensemble(source, on_event)
        ensemble.keeper.on_notice = lambda notice: self._say(notice.sentence)
        if ensemble.ear is not None:
            ensemble.ear.on_heard = lambda beat, message: self.hear(message)
        try:
            self._drive(ensemble)
            meet(ensemble)
            with _quick_switching():
                report = ensemble.player.play()
            ensemble.look()
        finally:
            ensemble.close()
            self.close()
        return self._summary(source.engine, report, zero, ensemble), report

    def _ensemble(self, source: BarSource, on_event: Callable[[PlayerEvent], None]) -> Ensemble:
        settings = self._settings
        return Ensemble(
            source,
            settings.bars,
            settings.bars_ahead,
            settings.player,
            settings.sync,
            self._port,
            Keeper(self._steady, self._inputs, self._witness),
            self._inputs,
            self._echo,
            keep=settings.keep,
            metre=settings.metre,
            bpm=settings.bpm,
            on_event=on_event,
        )

    def _drive(self, ensemble: Ensemble) -> None:
        """Let knobs move how the music is made."""
        wanted, ear = self._settings.knobs, ensemble.ear
        if not wanted.are_wanted:
            return
        ensemble.knobs = knobs = Knobs(wanted, ensemble.source, self._say)
        self._stack.callback(knobs.close)
        if ear is None and wanted.knobs:
            self._inputs.hear_knobs(knobs.hear)
        elif ear is not None:
            hear_music = ear.on_heard

            def hear_both(beat: float | None, message: bytes) -> None:
                hear_music(beat, message)
                knobs.hear(message)

            ear.on_heard = hear_both

    def close(self) -> None:
        """Silence and close the port, then the listener and a server of our own. Repeatable."""
        # The port first: the listener has to hear the releases.
        self._port.close()
        self._stack.close()

    def _open_again(self, before: Sender) -> Sender:
        """In a thread; those who heard the port before hear this one."""
        outlet = self._settings.outlet
        heard_by = {**outlet.remembered, **outlet.heard_by(before)}
        sender = replace(outlet, remembered=heard_by).open(self._home.again())
        self._home.opened()
        return sender

    def __enter__(self) -> "Session":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _summary(
        self, engine: str, report: PlayerReport, zero: float, ensemble: Ensemble
    ) -> Summary:
        first = report.first_note_at
        return summarise(
            port=self._port,
            system=self.system,
            engine=engine,
            report=report,
            heard=self._witness.report() if self._witness else None,
            first_note_s=None if first is None else first + zero - self._begun,
            told=ensemble.told(),
            knobs=None if ensemble.knobs is None else ensemble.knobs.told(),
            losses=ensemble.keeper.losses.told(),
            lost_notes=self._steady.lost_notes,
            gave_up="" if ensemble.gave_up is None else str(ensemble.gave_up),
        )


@contextlib.contextmanager
def _quick_switching() -> Iterator[None]:
    """Let the playing thread have the interpreter soon while another one makes bars."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(_SWITCH_INTERVAL_S)
    try:
        yield
    finally:
        sys.setswitchinterval(before)
