"""One session of playing, from nothing to silence: system, port, listener, player, summary."""

import contextlib
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field

from bridge.arrivals import ArrivalReport
from bridge.dummyjack import DummyJack, is_possible
from bridge.errors import PortError
from bridge.feeder import ThreadFeeder
from bridge.listener import Listener, TappedPort
from bridge.loopbacks import ADVICE
from bridge.player import Player, PlayerEvent, PlayerReport, PlayerSettings
from bridge.port import OutputPort
from bridge.source import BarSource
from bridge.systems import LATE_LIMIT_S, MidiSystem, choose, open_output

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
    """

    bars: int | None = 8
    port: str = "Fractalroll"
    system: str = "auto"
    listen: bool = True
    bars_ahead: int = _BARS_AHEAD
    late_limit_s: float = LATE_LIMIT_S
    keep: bool = False
    player: PlayerSettings = field(default_factory=PlayerSettings)


@dataclass(frozen=True)
class Summary:
    """What happened, in numbers for people and machines. None where it was not measured.

    Attributes:
        port: The port as others saw it.
        system: On which system.
        engine: What made the music.
        bars: Bars played.
        missed_deadlines: Bar lines on which the next bar was not ready: the next two together.
        varied: Of these, how many had a variation of an earlier bar instead.
        silent: Of these, how many stayed silent.
        shortened: Bars made in fewer rounds than usual, to be there in time.
        slack_ms: The least time from which on the next bar was ready before its line.
        notes_sent: Note-ons that went out.
        notes_received: Note-ons that the listener heard.
        late: Notes that went out after their time.
        dropped: Notes left out because they were too late.
        worst_onset_error_ms: The worst onset the listener heard.
        worst_onset_error_samples: The same in frames, where the system counts frames.
        hanging: Notes that were struck and never released.
        realtime_factor: Seconds of music per second of computing.
        music_s: Seconds of music made.
        first_note_s: From the beginning of the session to the first note.
        xruns: Cycles in which the server was late.
        interrupted: Whether it was ended early.
    """

    port: str
    system: str
    engine: str
    bars: int
    missed_deadlines: int
    varied: int
    silent: int
    shortened: int
    slack_ms: float | None
    notes_sent: int
    notes_received: int | None
    late: int
    dropped: int
    worst_onset_error_ms: float | None
    worst_onset_error_samples: int | None
    hanging: int
    realtime_factor: float | None
    music_s: float
    first_note_s: float | None
    xruns: int
    interrupted: bool

    def to_json(self) -> dict[str, object]:
        """Plain values by attribute name."""
        return asdict(self)


class Session:
    """An open port, ready to play; a context manager that leaves nothing sounding or running.

    Args:
        settings: How to play.
        say: Told what a person should know, a sentence at a time.
        begun: When the person asked for music (`time.perf_counter`), now if not given.
    """

    def __init__(
        self,
        settings: SessionSettings,
        say: Callable[[str], None] = lambda text: None,
        begun: float | None = None,
    ) -> None:
        self._settings = settings
        self._begun = time.perf_counter() if begun is None else begun
        self._listener: Listener | None = None
        with ExitStack() as stack:
            self._system = self._enter_system(stack, say)
            self._port: OutputPort = open_output(self._system, settings.port, settings.late_limit_s)
            stack.callback(self._port.close)
            if settings.listen:
                self._listener = Listener.of(self._port, self._system)
                stack.callback(self._listener.close)
                self._port = TappedPort(self._port, self._listener)
            self._stack = stack.pop_all()

    @property
    def port(self) -> OutputPort:
        """The open port."""
        return self._port

    def play(
        self, source: BarSource, on_event: Callable[[PlayerEvent], None] = lambda event: None
    ) -> tuple[Summary, PlayerReport]:
        """Play what the source gives, then close everything; once per session.

        Raises:
            SourceError: If the source failed.
            PortError: If the port went away.
        """
        settings = self._settings
        feeder = ThreadFeeder(source, settings.bars, settings.bars_ahead)
        zero = time.perf_counter() - self._port.now()
        player = Player(self._port, feeder, settings.player, on_event=on_event, keep=settings.keep)
        try:
            with _quick_switching():
                report = player.play()
        finally:
            feeder.close()
            self.close()
        return self._summary(source.engine, report, zero), report

    def close(self) -> None:
        """Silence and close the port, then the listener and a server of our own. Repeatable."""
        # The port first: the listener has to hear the releases.
        self._port.close()
        self._stack.close()

    def __enter__(self) -> "Session":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _enter_system(self, stack: ExitStack, say: Callable[[str], None]) -> MidiSystem:
        wanted = self._settings.system
        system = None if wanted == "dummy" else choose(wanted)
        if system is not None:
            return system
        if wanted == "auto" and not is_possible():
            raise PortError(_nothing_there())
        server = stack.enter_context(DummyJack())
        say(f"No MIDI system here: started a JACK server of our own, {server.name!r}.")
        return server.system()

    def _summary(self, engine: str, report: PlayerReport, zero: float) -> Summary:
        stats = self._port.stats()
        heard = self._listener.report() if self._listener else None
        first = report.first_note_at
        exact = heard is not None and heard.notes_matched and self._system.is_exact
        return Summary(
            port=self._port.name,
            system=self._system.name,
            engine=engine,
            bars=report.bars,
            missed_deadlines=report.missed_deadlines,
            varied=report.varied,
            silent=report.silent,
            shortened=report.shortened,
            slack_ms=_milliseconds(report.least_slack_s),
            notes_sent=stats.notes_sent,
            notes_received=heard.notes_received if heard else None,
            late=stats.late,
            dropped=stats.dropped,
            hanging=heard.hanging if heard else stats.sounding,
            realtime_factor=_rounded(report.realtime_factor),
            music_s=round(report.made_s, 3),
            first_note_s=None if first is None else round(first + zero - self._begun, 3),
            xruns=stats.xruns,
            interrupted=report.interrupted,
            worst_onset_error_ms=_worst(heard, 1000 / self._port.rate),
            worst_onset_error_samples=heard.worst_onset_error if heard and exact else None,
        )


def _worst(heard: ArrivalReport | None, tick_ms: float) -> float | None:
    if heard is None or not heard.notes_matched:
        return None
    return round(heard.worst_onset_error * tick_ms, 3)


def _milliseconds(seconds: float | None) -> float | None:
    return None if seconds is None else round(1000 * seconds, 1)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


def _nothing_there() -> str:
    if sys.platform == "win32":
        return f"tried to open a MIDI port and found no MIDI system. {ADVICE}"
    return (
        "tried to open a MIDI port and found no MIDI system: no JACK or PipeWire, no ALSA "
        "sequencer. On Debian or Ubuntu `sudo apt-get install jackd2` is enough; "
        "`fractalroll doctor` says more"
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
