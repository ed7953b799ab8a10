"""A playing that a window runs: orders come from stdin, what happens goes to stdout as JSON lines.

orders  {"begin": {"key", "parts": [[name, channel], ...], "remembered": {port: [names]},
                   "inputs": {system: [names]}, "sound": bool}}
        {"stop": true}  {"panic": true}
        {"settings": {"temperature", "top_p", "guidance", "density"}}  {"tempo": bpm}
lines   {"loaded": {"engine"}}  {"ready": {"port", "input", "system", "engine", ...}}
        {"position": step, "at": s, "speed", "bpm", "playing", "waits", "loop", "run"}
        {"bar": {"number", "kind": "made" | "shortened" | "varied" | "silent" | "rest", "notes",
                 "tied", "steps", "steps_per_beat", "bpm"}}
        {"heard": {"number", "notes", "steps", "steps_per_beat"}}
        {"control": [channel, number, value]}  {"status": {...}}  {"alive": s}
        {"lost": {"what", "name", "why"}}  {"back": {"what", "name"}}, see `bridge.playing.losses`
        {"failed": sentence, "code", "fields"}  {"ended": summary | null} last

It loads its model first and opens no port before it is told to `begin`: until then whoever ordered
it keeps a port of the same name, or one for each of some `parts`, with the listeners that are named
with the order. `key` is that port's, `system` or `system|port` (`bridge.deck.outputs`). A part of
ours that plays on a channel of theirs plays on their port, any other gets one of its own. With
`sound` the built-in sound plays as well. A tempo holds at once, unless a host sets it; settings
from the next bar that isn't committed.
`notes` are columns: part, pitch, onset in the bar, duration (both in steps), velocity.
"""

import argparse
import os
import queue
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bridge.deck.input import Heard
from bridge.deck.lending import read_heard
from bridge.deck.lines import position_line
from bridge.deck.openers import by_name
from bridge.deck.phase import PhaseMeter
from bridge.deck.talk import Reader, Teller
from bridge.errors import SourceError, told
from bridge.inputs.inputmemory import take_over
from bridge.playing.ensemble import Ensemble
from bridge.playing.heardbars import HeardBars
from bridge.playing.outlet import part_channels, parts_of, with_more
from bridge.playing.player import PlayerEvent
from bridge.playing.playlines import bar_line, ready_line, status_line
from bridge.playing.session import Session, SessionSettings
from bridge.ports.portclock import SmoothClock
from bridge.processes.wire import Line
from bridge.source import BarSource

_POSITION_S = 1 / 30
_HEARD_S = 1 / 20
_STATUS_S = 0.25
_ALIVE_S = 1.0
_CONTROL_S = 0.04
_SLOWEST, _FASTEST = 5.0, 1000.0


class PlayEvents:
    """Everything of such a playing but its pipes.

    Args:
        tell: Takes each line, from any thread.
        orders: What is ordered; None is the end.
        clock: Seconds on a clock that all processes share.
    """

    def __init__(
        self,
        tell: Callable[[Line], None],
        orders: "queue.SimpleQueue[Line | None]",
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._tell, self._orders, self._clock = tell, orders, clock
        self._smooth = SmoothClock(clock)
        self._phase = PhaseMeter()
        self._due: dict[str, float] = {}
        self._told: dict[str, Line] = {}
        self._session: Session | None = None
        self._ensemble: Ensemble | None = None
        self._heard: HeardBars | None = None
        self._knobs = Heard()
        self._settings = SessionSettings()
        self._beat = 0.0  # where the song was when it last went on

    # --- Before it plays -------------------------------------------------------------------------

    def load(self, make: Callable[[], BarSource]) -> BarSource | None:
        """Make the source, in a thread; None if it was called off meanwhile.

        Raises:
            Exception: What `make` raised.
        """
        found: list[BarSource | Exception] = []
        thread = threading.Thread(target=_catch, args=(make, found), name="loading", daemon=True)
        thread.start()
        while thread.is_alive() or not found:
            order = self._next(0.05)
            if order is None or "stop" in order:
                return None
            self._say("alive", _ALIVE_S, lambda: {"alive": round(self._clock(), 3)})
        if isinstance(found[0], Exception):
            raise found[0]
        self._tell({"loaded": {"engine": found[0].engine}})
        return found[0]

    def wait_for_begin(self, source: BarSource) -> Line | None:
        """The order to begin; None if it was called off."""
        while (order := self._next(0.05)) is not None and "stop" not in order:
            if "begin" in order:
                return dict(order["begin"])
            if "settings" in order:
                self._adjust(source, order["settings"])
            self._say("alive", _ALIVE_S, lambda: {"alive": round(self._clock(), 3)})
        return None

    def _next(self, patience_s: float) -> Line | None:
        """The next order; an empty one where none came."""
        try:
            return self._orders.get(timeout=patience_s)
        except queue.Empty:
            return {}

    # --- While it plays --------------------------------------------------------------------------

    def play(self, settings: SessionSettings, source: BarSource) -> Line:
        """Play until it is over or called off; the summary.

        Raises:
            BridgeError: If a port can't be opened or went away, or the source failed.
        """
        self._settings = settings
        with Session(settings, lambda sentence: None) as session:
            self._session = session
            summary, _ = session.play(source, self._take_event, self._meet)
        self._tell_heard()
        if self._ensemble is not None and self._ensemble.gave_up is not None:
            self._tell(told(self._ensemble.gave_up))
        return summary.to_json()

    def turn(self) -> None:
        """Obey, and say what is new; in the thread that plays."""
        ensemble, session = self._ensemble, self._session
        if ensemble is None or session is None:
            return
        while not self._orders.empty():
            self._obey(self._orders.get(), ensemble)
        deck = ensemble.player.deck
        self._phase.look(deck)
        at = self._smooth.now(session.port.now())
        beat = deck.step_at(at) / deck.piece.steps_per_beat
        self._say("position", _POSITION_S, lambda: self._position(ensemble, at))
        if deck.playing:
            self._beat = beat - ensemble.song_beat
            if self._is_due("heard", _HEARD_S):
                self._tell_heard()
        if self._is_due("control", _CONTROL_S):
            for line in self._knobs.lines():
                if "control" in line:
                    self._tell(line)
        self._say("status", _STATUS_S, lambda: self._status(ensemble, session, beat))
        self._say("alive", _ALIVE_S, lambda: {"alive": round(self._clock(), 3)})

    def _meet(self, ensemble: Ensemble) -> None:
        self._ensemble, settings = ensemble, self._settings
        if self._session is not None:
            metre, bpm = settings.metre, settings.bpm
            self._tell(ready_line(self._session, ensemble.source, metre, bpm))
        ensemble.on_turn = self.turn
        ensemble.keeper.on_notice = lambda notice: self._tell(notice.line)
        duet, ear = ensemble.duet, ensemble.ear
        if duet is not None and ear is not None:
            self._heard = HeardBars(duet.heard.grid, duet.bar_steps)
            ear.on_heard = self._take_heard

    def _take_event(self, event: PlayerEvent) -> None:
        line = bar_line(event)
        if line is not None:
            self._tell(line)

    def _tell_heard(self) -> None:
        if self._heard is not None:
            for line in self._heard.news(self._beat):
                self._tell(line)

    def _take_heard(self, beat: float | None, message: bytes) -> None:
        """In the input's thread."""
        if self._heard is not None and self._ensemble is not None and beat is not None:
            self._heard.take(beat - self._ensemble.song_beat, message)
        if self._session is not None:
            self._session.hear(message)
        self._knobs.take([(0.0, message)])

    def _obey(self, order: Line | None, ensemble: Ensemble) -> None:
        player = ensemble.player
        if order is None or "stop" in order:
            player.stop()
        elif "panic" in order:
            player.deck.panic()
            player.stop()
        elif "tempo" in order:
            ensemble.set_tempo(min(max(float(order["tempo"]), _SLOWEST), _FASTEST))
        elif "settings" in order:
            adjusted = self._adjust(ensemble.source, order["settings"])
            if adjusted and ensemble.duet is not None:
                ensemble.duet.ask_again()

    def _adjust(self, source: BarSource, asked: Any) -> bool:
        """Have the music made otherwise; whether the source can."""
        adjust = getattr(source, "adjust", None)
        try:
            if adjust is not None:
                adjust(**{str(name): float(value) for name, value in dict(asked).items()})
            return adjust is not None
        except Exception as err:  # whatever the source says of it, the music goes on
            self._tell(told(SourceError(f"could not play with {asked}: {err}")))
            return False

    def _position(self, ensemble: Ensemble, at: float) -> Line:
        """Where the song is; while a count-in clicks it stands on its beginning."""
        line = position_line(ensemble.player.deck, at, self._clock(), 0)
        step = line["position"] - ensemble.player.song_step
        if step < 0:
            line["speed"] = 0.0
        return {**line, "position": max(0.0, round(step, 4))}

    def _status(self, ensemble: Ensemble, session: Session, beat: float) -> Line:
        source, phase_ms = self._settings.sync.source, self._phase.take_ms()
        return status_line(ensemble, session, source=source, beat=beat, phase_ms=phase_ms)

    def _say(self, what: str, every_s: float, line: Callable[[], Line]) -> None:
        """Tell something that is due, if it is other than before."""
        if not self._is_due(what, every_s):
            return
        made = line()
        said = {key: value for key, value in made.items() if key != "at"}
        if self._told.get(what) != said:
            self._told[what] = said
            self._tell(made)

    def _is_due(self, what: str, every_s: float) -> bool:
        now = self._clock()
        if now < self._due.get(what, 0.0):
            return False
        self._due[what] = now + every_s
        return True


def run_events(
    make: Callable[[], BarSource], settings_of: Callable[[BarSource], SessionSettings]
) -> int:
    """Play under orders, over this process's stdin and stdout; from now on prints go to stderr.

    Args:
        make: Makes what is played.
        settings_of: How to play what was made, but for the port and who hears it.

    Returns:
        0: what failed is told.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    lines = os.dup(1)
    os.dup2(2, 1)
    teller, reader = Teller(lines), Reader(0)
    signal.signal(signal.SIGTERM, lambda *_: reader.orders.put(None))
    summary: Line | None = None
    source: BarSource | None = None
    events = PlayEvents(teller.tell, reader.orders)
    try:
        source = events.load(make)
        begin = None if source is None else events.wait_for_begin(source)
        if source is not None and begin is not None:
            take_over(begin.get("inputs", {}))
            summary = events.play(settings_for(begin, settings_of(source), source), source)
    except Exception as err:  # whatever it is, the window is told
        teller.tell(told(err))
    finally:
        if source is not None:
            source.close()
        teller.tell({"ended": summary})
        teller.close()
    return 0


def settings_for(begin: Line, settings: SessionSettings, source: BarSource) -> SessionSettings:
    """How to play on the port, or on the ports, that were given up for us."""
    system, _, target = str(begin.get("key") or "").partition("|")
    lent = by_name((str(name), int(channel)) for name, channel in begin.get("parts", ()))
    player = settings.player
    clicks = player.metronome or player.count_in > 0
    own = part_channels(parts_of(source), player.first_channel, metronome=clicks)
    return replace(
        settings,
        system=system or settings.system,
        target=target,
        sound=bool(begin.get("sound", False)),
        remembered=read_heard(begin.get("remembered", {})),
        parts=with_more(lent, settings.parts or own) if lent else settings.parts,
    )


def check_options(arguments: argparse.Namespace) -> None:
    """Refuse options that make no sense with a window.

    Raises:
        SourceError: Something was to be done that the window does.
    """
    if arguments.midi_file or arguments.picture or arguments.json:
        raise SourceError(
            "tried to play with --events and to keep or sum up what was played; leave out --save, "
            "--picture and --json"
        )
    if arguments.knob or arguments.osc is not None:
        raise SourceError(
            "tried to play with --events and with knobs of our own; leave out --knob and --osc, "
            "and order settings"
        )


def _catch(make: Callable[[], BarSource], found: list[BarSource | Exception]) -> None:
    try:
        found.append(make())
    except Exception as err:  # raised again by the thread that waits
        found.append(err)
