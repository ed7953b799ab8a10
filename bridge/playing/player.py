"""The player: bars from a feeder into a deck's piece, each on its bar line, come what may.

Time belongs to the port and the notes to the deck: the player commits each bar a little before its
line, and says what plays where a bar isn't ready. Until it is committed a bar can be made anew. A
host may lead: then the bars are those of its song, and it starts, stops, jumps and changes tempo.
"""

import contextlib
import math
import time
from collections.abc import Callable

from bridge.deck.deck import Deck, DeckSettings
from bridge.errors import PortError, SourceError
from bridge.playing.deadlines import Deadlines
from bridge.playing.feeder import Feeder
from bridge.playing.growingpiece import GrowingPiece
from bridge.playing.metronome import clicks_of, count_in
from bridge.playing.playerreport import BarKind, PlayerEvent, PlayerReport, PlayerSettings
from bridge.playing.together import Together
from bridge.ports.port import OutputPort
from bridge.source import Bar, CutBar, is_shortened
from bridge.sync.hosttime import Follower

__all__ = ["BarKind", "Player", "PlayerEvent", "PlayerReport", "PlayerSettings"]


class Player:
    """Plays what a feeder brings, in time, on one port.

    Args:
        port: Where to; it stays open.
        feeder: Where from; it stays open.
        settings: How far ahead to work.
        on_event: Told about each bar, in the thread that plays.
        wait: Lets time pass; replaced where the clock is turned by hand.
        keep: Whether to keep the bars for the report.
        follower: The host that leads, None for our own clock; it stays open.
        together: What a musician leaves to us, None where nobody else plays.

    Attributes:
        deck: Plays; nudge, quantised start and clock are set there.
        on_turn: Called on each turn of `play`, in the thread that plays.
        slack_s: From now to the line up to which the music is ready.
        song_step: The step of the deck's piece on which the song begins; before it is the count-in.
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
        follower: Follower | None = None,
        together: Together | None = None,
    ) -> None:
        self._port = port
        self._feeder = feeder
        self._settings = settings = settings or PlayerSettings()
        self._on_event = on_event
        self._wait = wait
        self._follower = follower
        self._together = together
        self.deck = Deck(port, _deck_settings(settings))
        self.deck.endless = True
        self._piece = GrowingPiece(self.deck, settings.first_channel, settings.kept_bars)
        self._deadlines = Deadlines(settings.margin_s, settings.most_varied)
        self._report = PlayerReport(played=[] if keep else None)
        self._number = 0  # of the bar that was committed last, those that were missed included
        self._first_onset: int | None = None
        self._jump: int | None = None  # the host's count of jumps as it was last seen
        self.on_turn: Callable[[], None] = lambda: None
        self.slack_s: float | None = None
        self.song_step = 0
        self._first_step: int | None = None  # where the host set us going
        self._stopped = False

    @property
    def report(self) -> PlayerReport:
        """What was played so far."""
        return self._report

    def stop(self) -> None:
        """End playing soon, with silence. From any thread."""
        self._stopped = True

    def use(self, port: OutputPort) -> None:
        """Go on on another port; the one before falls silent but stays open. While it plays."""
        self._port = port
        self.deck.use(port)

    def play(self) -> PlayerReport:
        """Play until the feeder is finished, `stop` or Ctrl-C; returns with nothing sounding.

        Raises:
            SourceError: If making bars failed. What was made before is played to its end first.
            PortError: If the port went away.
        """
        try:
            while not (self._stopped or self.is_over()):
                self.turn()
                self.on_turn()
                self._wait(self._settings.tick_s)
            if not self._stopped:
                self._raise_failure()
        except KeyboardInterrupt:
            self._stopped = True
        finally:
            with contextlib.suppress(PortError):  # then its process has silenced what it could
                self.deck.stop()
        self._report.interrupted = self._stopped
        self._report.computing_s = self._feeder.computing_s
        self._report.made_s = self._feeder.music_s
        return self._report

    def turn(self) -> None:
        """Commit what is due, play on. Called every `tick_s` seconds by `play`."""
        now = self._port.now()
        if self._piece.has_begun or self._begin():
            jumped = self._follow(now)
            self._count_from(now, jumped)
            if self._together is not None and self.deck.playing:
                beat = self.deck.step_at(now) / self.deck.piece.steps_per_beat
                self._together.turn(beat, self.deck.bpm, self._jump or 0)
            self._commit(now, jumped)
            self.deck.turn()
            self._look_after(now)

    def _begin(self) -> bool:
        """The first bar, and without a host the start."""
        settings, ready = self._settings, self._feeder.ready()
        if self._together is not None:
            rest = self._together.rest
            self._count_in(rest)
            self._put(rest, self._piece.end, rest.roll.steps, "rest")
        elif settings.is_whole:
            self._put_next(ready if self._feeder.is_made else 0)
        elif ready >= settings.bars_before_start or (ready and self._feeder.is_made):
            self._put_next(1)
        if self._piece.has_begun and self._follower is None:
            self.deck.play(0.0)
        return self._piece.has_begun

    def _put_next(self, bars: int) -> None:
        for _ in range(bars):
            bar = self._feeder.poll()
            if bar is not None:
                if not self._piece.has_begun:
                    self._count_in(bar)
                self._put(bar, self._piece.end, bar.roll.steps, "bar")

    def _count_in(self, first: Bar) -> None:
        """Bars of clicks before the first one; they are no part of the song."""
        for bar in count_in(first, self._settings.count_in):
            self._piece.put(bar, self._piece.end, bar.roll.steps, clicks_of(bar.roll))
        self.song_step = self._piece.end

    def _follow(self, now: float) -> bool:
        """Look where the host is; returns whether it jumped."""
        if self._follower is None:
            return False
        host = self._follower.host(now)
        self.deck.follow(host)
        jump = None if host is None else host.jump
        jumped, self._jump = jump != self._jump, jump
        return jumped

    def _count_from(self, now: float, jumped: bool) -> None:
        """Bars of the song count from the bar in which the host starts, or to which it jumps."""
        if jumped:
            self._first_step = None
        if self._first_step is None and self.deck.playing:
            step, bar = self.deck.step_at(now + self._settings.margin_s), self._piece.bar_steps
            self._first_step = max(int(step // bar) * bar, self.song_step)

    # --- Bars ------------------------------------------------------------------------------------

    def _commit(self, now: float, jumped: bool) -> None:
        """Put every bar in its place whose line has come within the look-ahead."""
        deck, soon = self.deck, now + self._settings.margin_s
        ahead = self._settings.look_ahead_s
        if not deck.playing:
            start = deck.step_at(soon)
            self._piece.leave_out(start)
            self._fill(start, start + ahead * deck.speed, now)
            return
        for number, span in enumerate(deck.spans(soon, now + ahead)):
            end = self._piece.end
            for k in range(self._piece.leave_out(span.start)):
                if not (number or jumped):  # nobody went there: the machine slept
                    self._count("silent", end + k * self._piece.bar_steps, None, None)
            self._fill(span.start, span.stop, now, span.line.time_of)

    def _fill(
        self, start: float, stop: float, now: float, time_of: Callable[[float], float] | None = None
    ) -> None:
        """Put something on every line in steps [start, stop) where nothing is."""
        while (place := self._piece.missing(start, stop)) is not None and self._is_open(place[0]):
            if not self._place(place, None if time_of is None else time_of(place[0]), now):
                return

    def _place(self, place: tuple[int, int], line: float | None, now: float) -> bool:
        """Put something on a line if something is to be there; whether it was."""
        together = self._together
        if together is not None and not together.wants(place[0] // self._piece.bar_steps):
            self._put(together.rest, *place, "rest", line)
            return True
        bar = self._feeder.poll()
        if bar is not None:
            self._put(bar, *place, "bar", line)
        elif line is None or line > now + self._settings.margin_s or self._feeder.is_finished:
            return False
        else:
            instead, kind = self._deadlines.instead(self._number + 1)
            self._put(instead, *place, kind, line)
        return True

    def _is_open(self, step: int) -> bool:
        """Whether the song goes on there."""
        return step < self._song_end()

    def _song_end(self) -> float:
        """The step with which the song ends; infinity while nobody can say."""
        song, first = self._settings.song_bars, self._first_step
        if song is None or first is None:
            return math.inf
        return first + song * self._piece.bar_steps

    def _put(
        self, bar: Bar, step: int, room: int, kind: BarKind, line: float | None = None
    ) -> None:
        late = line is not None and line <= self._port.now() + self._settings.margin_s
        # What ends on a line so near has been ended: what goes on from it is struck again.
        clicks = clicks_of(bar.roll) if self._settings.metronome else ()
        self._piece.put(CutBar(bar.roll) if late else bar, step, room, clicks)
        if kind in ("bar", "rest"):
            self._deadlines.made(self._number + 1, bar)
        if self._together is not None:
            self._together.committed(step // self._piece.bar_steps, bar)
        notes = bar.roll.note_array().onset_steps
        if self._first_onset is None and len(notes):
            self._first_onset = step + int(notes.min())
        if self._report.played is not None and kind != "silent":
            self._report.played.append(bar)
        self._count(kind, step, line, bar)

    def _count(self, kind: BarKind, step: int, line: float | None, bar: Bar | None) -> None:
        shortened = kind == "bar" and bar is not None and is_shortened(bar)
        self._number += 1
        self._report.count(kind, shortened)
        number = self._report.bars + (kind != "bar")
        ready = self._feeder.ready()
        place = step - self.song_step
        self._on_event(PlayerEvent(kind, number, place, line, ready, shortened, bar))

    # --- Looking after it ------------------------------------------------------------------------

    def _look_after(self, now: float) -> None:
        """Measure how much time there is, hurry if need be, forget what is long over."""
        deck = self.deck
        if not deck.playing:
            return
        if self._report.first_note_at is None and self._first_onset is not None:
            self._report.first_note_at = deck.time_of(self._first_onset)
        if not self._feeder.is_finished:
            ready_s = self._feeder.ready() * self._piece.bar_steps / max(deck.speed, 1e-9)
            self.slack_s = slack = deck.time_of(self._piece.end) + ready_s - now
            least = self._report.least_slack_s
            self._report.least_slack_s = slack if least is None else min(least, slack)
            self._feeder.hurry(self._deadlines.share(slack, self._feeder.bar_s))
        soon = deck.step_at(now + self._settings.margin_s)  # a host may just have jumped far back
        self._piece.forget_behind(min(deck.step_at(now), soon))

    def is_over(self) -> bool:
        """Whether everything that was made has been played."""
        if not self._piece.has_begun:
            return self._feeder.is_finished
        if not self._feeder.is_finished and self._is_open(self._piece.end):
            return False
        self.deck.endless = self._follower is not None  # else the end of the piece is the end
        now = self._port.now()
        soon = self.deck.step_at(now + self._settings.margin_s)  # a host may just have jumped back
        if min(self.deck.step_at(now), soon) < min(self._piece.end, self._song_end()):
            return False
        stats = self._port.stats()
        return not (stats.pending or stats.sounding)

    def _raise_failure(self) -> None:
        error = self._feeder.error
        if error is not None:
            raise SourceError(f"making bar {self._report.bars + 1} failed: {error}") from error


def _deck_settings(settings: PlayerSettings) -> DeckSettings:
    """A synthesiser wants a moment to load its instruments before the first note."""
    early = settings.start_delay_s - settings.start_delay_s / 3
    return DeckSettings(start_s=settings.start_delay_s, hand_s=early)
