"""JACK's transport as its process callback sees it: what to tell of it, and when.

Source: jack/types.h, `jack_position_t`. Bar, beat and tick are there only if a program is timebase
master; `bar_start_tick` counts the ticks from frame 0 to the bar, which makes them a position.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bridge.units import seconds_of

_STOPPED, _ROLLING, _ABOUT_TO_ROLL = 0, 1, 2
_STATES = {1: _ROLLING, 3: _ABOUT_TO_ROLL, 4: _ABOUT_TO_ROLL}
"""JACK's own: it stands for a cycle or more before it rolls, also after a jump."""

_BBT = 0x10
_EVERY_S = 0.05
_CLOSELY = 32


@dataclass(frozen=True)
class TransportReport:
    """The transport at one moment.

    Attributes:
        at: When, in seconds on the clock of the port.
        rolling: Whether it plays.
        song_s: Its own position, in seconds of the song.
        beat: Its position in quarter notes, if a timebase master tells; rounded down to `grain`.
        bpm: Its tempo in quarter notes a minute, if a timebase master tells.
        grain: How coarse `beat` is, in quarter notes.
        starting: Whether it stands only until everybody is ready to roll.
        bars: If a timebase master tells: the beat on which bar 1 would begin if the metre had
            always been the same, and the quarter notes in a bar.
    """

    at: float
    rolling: bool
    song_s: float
    beat: float | None = None
    bpm: float | None = None
    grain: float = 0.0
    starting: bool = False
    bars: tuple[float, float] | None = None


def report_of(line: Sequence[Any], rate: int) -> TransportReport:
    """The report that a `TransportWatch` made, in seconds."""
    tick, rolling, frame, beat, bpm, grain, *bars = line
    return TransportReport(
        at=seconds_of(int(tick), rate),
        rolling=int(rolling) == _ROLLING,
        song_s=seconds_of(int(frame), rate),
        beat=None if beat is None else float(beat),
        bpm=None if bpm is None else float(bpm),
        grain=float(grain or 0.0),
        starting=int(rolling) == _ABOUT_TO_ROLL,
        bars=(float(bars[0]), float(bars[1])) if bars else None,
    )


class TransportWatch:
    """Tells of the transport when it starts, stops, jumps or changes its tempo, and now and then.

    After each such change every one of the next 32 cycles is told, so that a position which is
    given in ticks can be found to the frame.

    A report is `[tick, rolling, frame, beat, bpm, grain, first, bar_beats]`: the cycle's first
    frame, whether the transport rolls (0, 1, or 2 where it is about to), its own frame then, and,
    where there is a timebase master, its position and tempo in quarter notes and how coarsely the
    position is given, else three times None; the last two are `bars` of a `TransportReport`, where
    they are told.
    """

    def __init__(self, client: Any) -> None:
        self._client = client
        self._last: tuple[int, int, int, float | None] | None = None
        self._told = 0
        self._closely = 0

    def look(self, tick: int, frames: int) -> list[object] | None:
        """The report for the cycle that begins at `tick`, or None if there is nothing new."""
        state, position = self._client.transport_query_struct()
        rolling, frame = _STATES.get(int(state), _STOPPED), int(position.frame)
        beat, bpm, grain = musical(position)
        now = (tick, rolling, frame, bpm)
        self._closely = self._closely - 1 if self._follows(now) else _CLOSELY
        self._last = now
        if self._closely < 0 and tick - self._told < _EVERY_S * int(self._client.samplerate):
            return None
        self._told = tick
        return [tick, rolling, frame, beat, bpm, grain, *bars_of(position)]

    def _follows(self, now: tuple[int, int, int, float | None]) -> bool:
        """Whether this is what one expects after the last cycle."""
        if self._last is None:
            return False
        tick, rolling, frame, bpm = self._last
        moved = now[0] - tick if rolling == _ROLLING else 0
        return now[1:] == (rolling, frame + moved, bpm)


def musical(position: Any) -> tuple[float | None, float | None, float | None]:
    """(beat, bpm, grain) of a `jack_position_t` in quarter notes, or three times None."""
    per_beat = float(position.ticks_per_beat)
    if not int(position.valid) & _BBT or per_beat <= 0 or float(position.beats_per_minute) <= 0:
        return None, None, None
    quarters = 4.0 / float(position.beat_type) if position.beat_type > 0 else 1.0
    bar_start = float(position.bar_start_tick)
    if not bar_start and position.bar > 1:  # some masters leave it out
        bar_start = (position.bar - 1) * float(position.beats_per_bar) * per_beat
    ticks = bar_start + (position.beat - 1) * per_beat + position.tick
    beat = ticks / per_beat * quarters
    return beat, float(position.beats_per_minute) * quarters, quarters / per_beat


def bars_of(position: Any) -> tuple[float, float] | tuple[()]:
    """`bars` of a report from a `jack_position_t`, or nothing."""
    beats, bar = float(position.beats_per_bar), int(position.bar)
    if musical(position)[0] is None or beats <= 0 or bar < 1:
        return ()
    quarters = 4.0 / float(position.beat_type) if position.beat_type > 0 else 1.0
    bar_start = float(position.bar_start_tick) / float(position.ticks_per_beat)
    if not bar_start and bar > 1:
        bar_start = (bar - 1) * beats
    return round((bar_start - (bar - 1) * beats) * quarters, 6), beats * quarters
