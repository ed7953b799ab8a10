"""Playing together: hears a musician, knows what we play, and says what to ask for and when.

Three ways. `continue`: when the musician stops, the music goes on from there at the next bar, and
stops when the musician begins again. `respond`: N bars theirs, N bars ours, in time; a call that
was empty gets no answer. `accompany`: while they play we play along, committing one bar ahead.

A wish is made a moment before the line of the bar that it asks for, and once more for the bars
after it as soon as more was heard: nothing is promised before it has to be. Positions are beats of
the song; inside, they run on through jumps and loops (`bridge.duet.flow`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from bridge.duet.flow import Flow
from bridge.duet.heard import Heard
from bridge.duet.shared import SharedBars
from bridge.duet.wish import Wish
from bridge.errors import SourceError
from bridge.source import Bar, CutBar
from model.roll import Grid, MetreChange, Note, Part, Roll

Mode = Literal["continue", "respond", "accompany"]
MODES: tuple[Mode, ...] = ("continue", "respond", "accompany")

_LEAVE = -1
"""What is asked for already may stay as it is."""

_REGISTER_NOTES, _REGISTER_SHARE, _REGISTER_MARGIN = 32, 0.9, 2
"""Of so many notes this share makes the register, and so many semitones around it."""


@dataclass(frozen=True)
class DuetSettings:
    """How to play together.

    Attributes:
        mode: See the module.
        bars: `respond`: whose turn lasts how long; `accompany`: how long we go on alone.
        metre: Of all bars.
        lead_s: A wish is made this long before the line of its bar: making the bar and handing it
            over has to fit in.
        pause_beats: `continue`: the musician has stopped when nothing sounded for so long.
        at_once: `continue`: don't wait for a pause, go on at the next bar line.
        context_bars: How many bars of the past a wish holds at most.
        firm_beats: Keys that are down for so long are taken to stay down through the next bar.
    """

    mode: Mode = "accompany"
    bars: int = 4
    metre: tuple[int, int] = (4, 4)
    lead_s: float = 0.4
    pause_beats: float = 1.0
    at_once: bool = False
    context_bars: int = 16
    firm_beats: float = 1.0


class Duet:
    """One musician and one source of music.

    `hear` may be called from another thread than the rest.

    Args:
        settings: How to play together.
        grid: Of what is made.
        parts: Of what is made.
        part: Which of them the musician plays; of a single part both play in it.

    Raises:
        SourceError: The metre doesn't fit the grid, or there is no such part.

    Attributes:
        heard: What the musician played.
        lead_s: See `DuetSettings`; may be changed as bars turn out to take longer.
    """

    def __init__(
        self,
        settings: DuetSettings | None = None,
        *,
        grid: Grid | None = None,
        parts: tuple[Part, ...] = (Part(),),
        part: int = 0,
    ) -> None:
        self.settings = settings or DuetSettings()
        self.lead_s = self.settings.lead_s
        self.heard = Heard(grid)
        numerator, denominator = self.settings.metre
        steps = numerator * 4 * self.heard.grid.steps_per_beat
        if steps % denominator or not 0 <= part < len(parts):
            raise SourceError(
                f"tried to play together in {numerator}/{denominator} as part {part + 1} of "
                f"{len(parts)}; choose a metre whose bar is whole steps, and one of the parts"
            )
        self._bar_steps = steps // denominator
        self._bar_beats = self._bar_steps / self.heard.grid.steps_per_beat
        self._parts, self._part = parts, part
        self._flow = Flow(self._bar_beats)
        self._ours = SharedBars(self._bar_steps)
        self._asked = -1  # the last bar that a wish was considered for
        self._answered = 0  # how many onsets were heard when a wish was made last
        self._call: int | None = None  # the bar in which the first call began
        self._from = 0  # calls that began before this bar are over
        self._going = False  # `continue`: whether we play

    # --- What happens ----------------------------------------------------------------------------

    def hear(self, beat: float, message: bytes) -> bool:
        """Take a message that came in at a beat of the song; whether it was music."""
        return self.heard.feed(self._flow.of(beat), message)

    def commit(self, bar: int, made: Bar) -> None:
        """Bar `bar` of the song will be played like this; it may be replaced until it begins.

        Raises:
            SourceError: It isn't as long as a bar, or has other parts or another grid.
        """
        self._ours.set(self._flow.flow_bar(bar), made, self._empty(self._bar_steps))

    def turn(self, beat: float, bpm: float, jump: int = 0) -> Wish | None:
        """The song stands at a beat; what is to be asked for now, if anything.

        Args:
            beat: Of the song, on the clock that plays it.
            bpm: Its tempo.
            jump: Counts its jumps: another number than last time means that the position jumped.
        """
        before = self._flow.latest
        flow, jumped = self._flow.move(beat, jump)
        if jumped:
            self._begin_again(before)
        bar = math.floor(flow / self._bar_beats) + 1
        left_s = (bar * self._bar_beats - flow) * 60.0 / bpm
        if left_s > self.lead_s or bar <= self._asked:
            return None
        self._asked = bar
        self._forget(bar)
        bars = self._wanted(bar, flow)
        if bars == _LEAVE:
            return None
        self._answered = self.heard.onsets
        return self._wish(bar, bars, flow)

    # --- What to ask for -------------------------------------------------------------------------

    def _wanted(self, bar: int, flow: float) -> int | None:
        """How many bars to play from a bar on (see `Wish.bars`), or `_LEAVE`."""
        if self.settings.mode == "respond":
            return self._respond(bar)
        if self.settings.mode == "accompany":
            return self.settings.bars if self._active(bar - 1) else _LEAVE
        return self._continue(flow)

    def _respond(self, bar: int) -> int:
        bars = self.settings.bars
        if self._call is None:
            self._call = self._first_call(bar)
        if self._call is None:
            return _LEAVE
        turn, within = divmod(bar - self._call, bars)
        if turn % 2 == 0:
            return _LEAVE
        if not within and not self._struck(bar - bars, bar):
            self._call, self._from = None, bar
            return _LEAVE
        return bars - within if not within or self.heard.onsets > self._answered else _LEAVE

    def _continue(self, flow: float) -> int | None:
        if self.heard.onsets == self._answered:
            return _LEAVE
        paused = flow - self.heard.quiet_since() >= self.settings.pause_beats
        if paused or self.settings.at_once:
            self._going = True
            return None
        stops, self._going = self._going, False
        return 0 if stops else _LEAVE

    def _first_call(self, bar: int) -> int | None:
        """The bar in which the musician began, an upbeat apart; None while nothing came."""
        since, upbeat = self._from * self._bar_beats, self._bar_beats / 4
        for note in self.heard.notes():
            if note.onset >= since - upbeat:
                begun = math.floor((note.onset + upbeat) / self._bar_beats)
                return min(max(begun, self._from), bar)
        return None

    def _active(self, bar: int) -> bool:
        """Whether the musician plays in a bar, which is not over yet."""
        return self.heard.sounds() or self._struck(bar, bar + 1)

    def _struck(self, start: int, stop: int) -> bool:
        return bool(self.heard.struck_between(start * self._bar_beats, stop * self._bar_beats))

    # --- What it goes on from --------------------------------------------------------------------

    def _wish(self, bar: int, bars: int | None, flow: float) -> Wish:
        size = self._bar_steps
        start, stop = self._told_bars(bar)
        played = self.heard.cells(
            start * size,
            stop * size,
            flow,
            metre=self.settings.metre,
            parts=self._parts,
            part=self._part,
        )
        open_steps = stop * size - math.floor(flow * self.heard.grid.steps_per_beat + 0.5)
        return Wish(
            first_bar=self._flow.song_bar(bar),
            bars=bars,
            played=played,
            ours=self._ours.roll(start, stop, self._empty(size)),
            open_steps=max(0, open_steps),
            known=self._known(bar, flow),
            left_out=(self._part,) if len(self._parts) > 1 else (),
            register=self._register() if self.settings.mode == "accompany" else None,
        )

    def _register(self) -> tuple[int, int] | None:
        """The pitches among which the musician plays most, of a part that both share."""
        if len(self._parts) > 1:
            return None
        pitches = sorted(note.pitch for note in self.heard.notes()[-_REGISTER_NOTES:])
        most = math.ceil(len(pitches) * _REGISTER_SHARE)
        spans = [
            (high - low, low, high) for low, high in zip(pitches, pitches[most - 1 :], strict=False)
        ]
        if not spans:
            return None
        _, low, high = min(spans)
        return max(low - _REGISTER_MARGIN, 0), min(high + _REGISTER_MARGIN, 127)

    def _told_bars(self, bar: int) -> tuple[int, int]:
        """First bar of the past that is told of, and the one after the last: no empty ones."""
        first = max(bar - self.settings.context_bars, 0)
        full = [own for own in range(first, bar) if self._ours.sounds_in(own) or self._plays(own)]
        return (full[0], full[-1] + 1) if full else (bar, bar)

    def _plays(self, bar: int) -> bool:
        """Whether anything of the musician's sounds in a bar."""
        start, stop = bar * self._bar_beats, (bar + 1) * self._bar_beats
        return any(
            note.onset < stop and (note.end is None or note.end > start)
            for note in self.heard.notes()
        )

    def _known(self, bar: int, flow: float) -> CutBar | None:
        """Keys that stay down through a bar, and notes that were struck a little before it."""
        per_beat, line = self.heard.grid.steps_per_beat, bar * self._bar_steps
        firm = flow - self.settings.firm_beats
        tied = {(self._part, note.pitch) for note in self.heard.held_since(firm)}
        notes = [
            Note(0, self._part, note.pitch, self._bar_steps, note.velocity)
            for note in self.heard.held_since(firm)
        ]
        for note in self.heard.struck_between(line / per_beat, (line + self._bar_steps) / per_beat):
            onset = math.floor(note.onset * per_beat + 0.5) - line
            notes.append(Note(onset, self._part, note.pitch, 1, note.velocity))
            tied.discard((self._part, note.pitch))
        if not notes:
            return None
        empty = self._empty(self._bar_steps)
        roll = Roll.from_notes(notes, empty.steps, empty.grid, empty.parts, empty.metres)
        return CutBar(roll, frozenset(tied))

    def _empty(self, steps: int) -> Roll:
        metres = (MetreChange(0, *self.settings.metre),)
        return Roll.from_notes((), steps, self.heard.grid, self._parts, metres)

    # --- Keeping up ------------------------------------------------------------------------------

    def _begin_again(self, before: float) -> None:
        """The song jumped: what sounded has ended, and what was planned is void."""
        self.heard.let_go(before)
        self._ours.forget_from(math.floor(before / self._bar_beats) + 1)
        self._asked = -1

    def _forget(self, bar: int) -> None:
        oldest = bar - self.settings.context_bars - 1
        self.heard.forget_before(oldest * self._bar_beats)
        self._ours.forget_before(oldest)
