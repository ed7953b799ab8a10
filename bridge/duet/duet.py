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

from bridge.duet.doing import Doing
from bridge.duet.duetsettings import DuetSettings
from bridge.duet.flow import Flow
from bridge.duet.heard import Heard
from bridge.duet.shared import SharedBars
from bridge.duet.telling import Telling
from bridge.duet.wish import Wish
from bridge.errors import SourceError
from bridge.source import Bar
from model.roll import Grid, Part

_LEAVE = -1
"""What is asked for already may stay as it is."""


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
        self._flow = Flow(self._bar_beats)
        self._ours = SharedBars(self._bar_steps)
        self._telling = Telling(self.heard, self._ours, self.settings, parts, part, self._bar_steps)
        self._asked = -1  # the last bar that a wish was considered for
        self._answered = 0  # how many onsets were heard when a wish was made last
        self._call: int | None = None  # the bar in which the first call began
        self._from = 0  # calls that began before this bar are over
        self._going = False  # `continue`: whether we play
        self._again = False  # whether what was asked for is to be asked for once more
        self._spans = [(0.0, 0.0), (0.0, 0.0)]  # bars that the last two wishes asked for

    @property
    def bar_steps(self) -> int:
        """Length of all bars."""
        return self._bar_steps

    # --- What happens ----------------------------------------------------------------------------

    def hear(self, beat: float, message: bytes) -> bool:
        """Take a message that came in at a beat of the song; whether it was music."""
        return self.heard.feed(self._flow.of(beat), message)

    def commit(self, bar: int, made: Bar) -> None:
        """Bar `bar` of the song will be played like this; it may be replaced until it begins.

        Raises:
            SourceError: It isn't as long as a bar, or has other parts or another grid.
        """
        self._ours.set(self._flow.flow_bar(bar), made, self._telling.empty(self._bar_steps))

    def plays(self, bar: int) -> bool:
        """Whether bar `bar` of the song was asked for; in all others we rest."""
        flow_bar = self._flow.flow_bar(bar)
        first, stop = self._spans[-1]
        if flow_bar < first:
            first, stop = self._spans[-2]
        return first <= flow_bar < stop

    def ask_again(self) -> None:
        """Wish for the bars that are still to come once more: others are wanted now."""
        self._again = True

    def doing(self, beat: float) -> Doing:
        """Whose turn it is at a beat of the song, and for how many more bars."""
        flow_bar = math.floor(self._flow.of(beat) / self._bar_beats)
        if self.plays(math.floor(beat / self._bar_beats)):
            first, stop = self._spans[-1]
            stop = self._spans[-2][1] if flow_bar < first else stop
            return Doing("ours", None if stop == math.inf else round(stop) - flow_bar)
        if self.settings.mode == "respond":
            own = self.settings.bars
            call = self._first_call(flow_bar) if self._call is None else self._call
            turn, within = divmod(flow_bar - (flow_bar if call is None else call), own)
            is_yours = call is not None and turn % 2 == 0
            return Doing("yours", own - within) if is_yours else Doing("waiting", None)
        plays = self._active(flow_bar) or self._struck(flow_bar - 1, flow_bar)
        return Doing("yours" if plays else "waiting", None)

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
        if bars == _LEAVE and self._again:
            bars = self._left(bar)
        if bars == _LEAVE:
            return None
        self._again = False
        self._answered = self.heard.onsets
        self._spans = [self._spans[-1], (bar, math.inf if bars is None else bar + bars)]
        return self._telling.wish(bar, bars, flow, self._flow.song_bar(bar))

    # --- What to ask for -------------------------------------------------------------------------

    def _wanted(self, bar: int, flow: float) -> int | None:
        """How many bars to play from a bar on (see `Wish.bars`), or `_LEAVE`."""
        if self.settings.mode == "respond":
            return self._respond(bar)
        if self.settings.mode == "accompany":
            return self.settings.bars if self._active(bar - 1) else _LEAVE
        return self._continue(flow)

    def _left(self, bar: int) -> int | None:
        """How many of the bars that were asked for come from a bar on."""
        first, stop = self._spans[-1]
        if not first <= bar < stop:
            return _LEAVE
        return None if stop == math.inf else round(stop) - bar

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
