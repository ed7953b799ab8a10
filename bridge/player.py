"""The player: bars from a feeder to a port, each on its bar line, come what may.

Time belongs to the port: the player never sleeps to a note, it hands whole bars over a little
before they begin and the port's own process plays them. A bar that isn't ready when its bar line
comes near is not waited for: the beat goes on, one bar stays silent, and the late bar begins at the
next line.
"""

import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from bridge.errors import PortError, SourceError
from bridge.feeder import Feeder
from bridge.messages import is_note_on
from bridge.performance import Performance
from bridge.port import OutputPort
from bridge.source import Bar, seconds_in

_MEASURABLE_S = 0.001


@dataclass(frozen=True)
class PlayerSettings:
    """How far ahead the player works. All times in seconds.

    Attributes:
        look_ahead_s: A bar is handed to the port this long before it begins.
        margin_s: A bar that isn't there this long before its line has missed it. Covers the way to
            the port's process and two periods of a JACK server.
        start_delay_s: From the first bar being ready to its first step; programs are sent before.
        bars_before_start: How many bars must be ready before playing begins.
        tick_s: How often the player looks at the clock.
        stall_s: How long the port's clock may stand still.
        first_channel: MIDI channel (0..15) of the first part.
    """

    look_ahead_s: float = 0.5
    margin_s: float = 0.1
    start_delay_s: float = 0.3
    bars_before_start: int = 1
    tick_s: float = 0.01
    stall_s: float = 3.0
    first_channel: int = 0


@dataclass(frozen=True)
class PlayerEvent:
    """A bar was handed to the port, or was not ready for its line.

    Attributes:
        kind: `bar` or `missed`.
        bar: Number of the bar that plays next, or now, counted from 1.
        at: When the bar line is, on the port's clock.
        ready: How many more bars were ready.
    """

    kind: Literal["bar", "missed"]
    bar: int
    at: float
    ready: int


@dataclass
class PlayerReport:
    """What was played.

    Attributes:
        bars: Bars handed to the port.
        missed_deadlines: Bar lines on which the next bar was not ready.
        first_note_at: When the first note began, on the port's clock; None without notes.
        computing_s: Seconds spent making bars.
        made_s: Seconds of music made in them.
        interrupted: Whether Ctrl-C or `stop` ended it.
        played: The bars themselves, if they were to be kept.
    """

    bars: int = 0
    missed_deadlines: int = 0
    first_note_at: float | None = None
    computing_s: float = 0.0
    made_s: float = 0.0
    interrupted: bool = False
    played: list[Bar] | None = None

    @property
    def realtime_factor(self) -> float | None:
        """Seconds of music made per second of computing; None if that was too short to measure."""
        return self.made_s / self.computing_s if self.computing_s >= _MEASURABLE_S else None


class Player:
    """Plays what a feeder brings, in time, on one port.

    Args:
        port: Where to; it stays open.
        feeder: Where from; it stays open.
        settings: How far ahead to work.
        on_event: Told about each bar, in the thread that plays.
        wait: Lets time pass; replaced where the clock is turned by hand.
        keep: Whether to keep the bars for the report.
    """

    def __init__(
        self,
        port: OutputPort,
        feeder: Feeder,
        settings: PlayerSettings | None = None,
        *,
        on_event: Callable[[PlayerEvent], None] = lambda event: None,
        wait: Callable[[float], None] = time.sleep,
        keep: bool = False,
    ) -> None:
        self._port = port
        self._feeder = feeder
        self._settings = settings or PlayerSettings()
        self._on_event = on_event
        self._wait = wait
        self._performance = Performance(self._settings.first_channel)
        self._report = PlayerReport(played=[] if keep else None)
        self._line: float | None = None  # where the next bar begins, on the port's clock
        self._length = 0.0  # of the last bar
        self._stopped = False
        self._stall = _Stall(round(self._settings.stall_s / self._settings.tick_s))

    def stop(self) -> None:
        """End playing soon, with silence. From any thread."""
        self._stopped = True

    def play(self) -> PlayerReport:
        """Play until the feeder is finished, `stop` or Ctrl-C; returns with nothing sounding.

        Raises:
            SourceError: If making bars failed. What was made before is played to its end first.
            PortError: If the port went away or its clock stands still.
        """
        try:
            while not (self._stopped or self._feeder.is_finished):
                self._step(self._port.now())
                self._wait(self._settings.tick_s)
            if not self._stopped:
                self._finish()
                self._raise_failure()
        except KeyboardInterrupt:
            self._stopped = True
        finally:
            with contextlib.suppress(PortError):  # then its process has silenced what it could
                self._port.silence()
        self._report.interrupted = self._stopped
        self._report.computing_s = self._feeder.computing_s
        self._report.made_s = self._feeder.music_s
        return self._report

    def _raise_failure(self) -> None:
        error = self._feeder.error
        if error is not None:
            raise SourceError(f"making bar {self._report.bars + 1} failed: {error}") from error

    def _step(self, now: float) -> None:
        """Hand over every bar whose line has come within the look-ahead."""
        self._stall.check(now)
        if self._line is None and not self._begin(now):
            return
        while self._line is not None and self._line <= now + self._settings.look_ahead_s:
            bar = self._feeder.poll()
            if bar is not None:
                self._hand_over(bar, self._line)
            elif self._line <= now + self._settings.margin_s and not self._feeder.is_finished:
                self._miss(self._line)
            else:
                return

    def _begin(self, now: float) -> bool:
        ready = self._feeder.ready()
        if ready < self._settings.bars_before_start and not (ready and self._feeder.is_finished):
            return False
        self._line = now + self._settings.start_delay_s
        return True

    def _hand_over(self, bar: Bar, line: float) -> None:
        if self._report.bars == 0:  # a synthesiser wants a moment to load its instruments
            early = line - self._settings.start_delay_s / 3
            self._port.send_many(self._performance.programs(bar.roll.parts, early))
        events = self._performance.bar(bar, line)
        if self._report.first_note_at is None:
            onsets = [event.at for event in events if is_note_on(event.message)]
            self._report.first_note_at = min(onsets, default=None)
        self._port.send_many(events)
        self._report.bars += 1
        if self._report.played is not None:
            self._report.played.append(bar)
        self._length = seconds_in(bar)
        self._line = line + self._length
        self._tell("bar", line)

    def _miss(self, line: float) -> None:
        self._port.send_many(self._performance.rest(line))
        self._report.missed_deadlines += 1
        self._line = line + self._length
        self._tell("missed", line)

    def _tell(self, kind: Literal["bar", "missed"], line: float) -> None:
        number = self._report.bars + (kind == "missed")
        self._on_event(PlayerEvent(kind, number, line, self._feeder.ready()))

    def _finish(self) -> None:
        """End what is open at the last bar line and wait until the port has played it all."""
        if self._line is None:
            return
        self._port.send_many(self._performance.rest(self._line))
        while not self._stopped and (self._port.now() < self._line or self._is_busy()):
            self._stall.check(self._port.now())
            self._wait(self._settings.tick_s)

    def _is_busy(self) -> bool:
        stats = self._port.stats()
        return bool(stats.pending or stats.sounding)


class _Stall:
    """Notices a clock that stands still, such as that of a server which died or was suspended."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._seen = -1.0
        self._times = 0

    def check(self, now: float) -> None:
        self._times = self._times + 1 if now == self._seen else 0
        self._seen = now
        if self._times > self._limit:
            raise PortError(
                "the clock of the MIDI port stands still; its server was stopped or suspended. "
                "Start it again and play again"
            )
