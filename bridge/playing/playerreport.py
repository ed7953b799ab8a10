"""What a player is told and tells: how far ahead it works, each bar, and the count at the end."""

from dataclasses import dataclass
from typing import Literal

from bridge.source import Bar

_MEASURABLE_S = 0.001

BarKind = Literal["bar", "varied", "silent", "rest"]
"""A bar as it was made, a variation in the place of one that wasn't ready, or silence there; or a
bar that is left to a musician."""


@dataclass(frozen=True)
class PlayerSettings:
    """How far ahead the player works. All times in seconds.

    Attributes:
        look_ahead_s: A bar is committed, that is put into the deck's piece, this long before it
            begins. Until then it can be made anew.
        margin_s: A bar that isn't there this long before its line has missed it. Covers the way to
            the port's process and two periods of a JACK server.
        start_delay_s: From the first bar being ready to its first step; programs are sent before.
        bars_before_start: How many bars must be ready before playing begins.
        tick_s: How often the player looks at the clock.
        first_channel: MIDI channel (0..15) of the first part.
        most_varied: How many bars in a row may be variations before there is silence.
        kept_bars: How many bars behind the playhead a host may come back to.
        song_bars: Playing ends so many bars of the song after the host began; None for never.
        is_whole: The bars are those of a finished piece: a host may begin anywhere in it, so all
            of them are put in place before it plays.
        metronome: Whether each beat clicks, see `bridge.playing.metronome`.
        count_in: How many bars of clicks come before the song; by our own clock only.
    """

    look_ahead_s: float = 0.5
    margin_s: float = 0.1
    start_delay_s: float = 0.3
    bars_before_start: int = 1
    tick_s: float = 0.01
    first_channel: int = 0
    most_varied: int = 16
    kept_bars: int = 1024
    song_bars: int | None = None
    is_whole: bool = False
    metronome: bool = False
    count_in: int = 0


@dataclass(frozen=True)
class PlayerEvent:
    """A bar was committed, or something else in its place because it was not ready.

    Attributes:
        kind: What it is.
        bar: Number of the bar that plays next, or that should have played, counted from 1.
        step: Where in the song it begins; a count-in comes before it.
        at: When the bar line is, on the port's clock; None while a host stands still.
        ready: How many more bars were ready.
        shortened: Whether it was made in fewer rounds than usual, to be there in time.
        music: What is going to sound; None where a bar was left out.
    """

    kind: BarKind
    bar: int
    step: int
    at: float | None
    ready: int
    shortened: bool = False
    music: Bar | None = None


@dataclass
class PlayerReport:
    """What was played.

    Attributes:
        bars: Bars that were made and played.
        missed_deadlines: Bar lines on which the next bar was not ready: the next two together.
        varied: Of these, how many had a variation of an earlier bar instead.
        silent: Of these, how many stayed silent.
        shortened: Bars made in fewer rounds than usual, to be there in time.
        rests: Bars that were left to a musician.
        least_slack_s: The least time from which on the music was ready before its line; None
            where that was never looked at.
        first_note_at: When the first note began, on the port's clock; None without notes.
        computing_s: Seconds spent making bars.
        made_s: Seconds of music made in them.
        interrupted: Whether Ctrl-C or `stop` ended it.
        played: The bars themselves, variations too, if they were to be kept.
    """

    bars: int = 0
    missed_deadlines: int = 0
    varied: int = 0
    silent: int = 0
    shortened: int = 0
    rests: int = 0
    least_slack_s: float | None = None
    first_note_at: float | None = None
    computing_s: float = 0.0
    made_s: float = 0.0
    interrupted: bool = False
    played: list[Bar] | None = None

    @property
    def realtime_factor(self) -> float | None:
        """Seconds of music made per second of computing; None if that was too short to measure."""
        return self.made_s / self.computing_s if self.computing_s >= _MEASURABLE_S else None

    def count(self, kind: BarKind, shortened: bool) -> None:
        """One more bar, or one more that was not there."""
        if kind == "bar":
            self.bars += 1
            self.shortened += shortened
        elif kind == "rest":
            self.rests += 1
        else:
            self._miss(kind)

    def _miss(self, kind: BarKind) -> None:
        self.missed_deadlines += 1
        self.varied += kind == "varied"
        self.silent += kind == "silent"
