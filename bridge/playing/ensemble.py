"""Everybody who takes part in a playing: source, player, host, musician, and who follows us."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from bridge.duet.duet import Duet
from bridge.duet.duetsettings import DuetSettings
from bridge.duet.ear import Ear
from bridge.duet.echo import Echo
from bridge.duet.wish import Listening
from bridge.errors import PortError, SourceError
from bridge.playing.feeder import ThreadFeeder
from bridge.playing.insync import Inputs, SyncSettings
from bridge.playing.keeper import Keeper
from bridge.playing.knobs import Knobs
from bridge.playing.lately import Lately
from bridge.playing.player import Player, PlayerEvent, PlayerSettings
from bridge.playing.summary import Told
from bridge.playing.together import Together
from bridge.ports.port import OutputPort
from bridge.source import BarSource, CutBar, RollSource
from bridge.sync.hosttime import HostTime
from model.roll import PITCHES, Grid, MetreChange, Part, Roll, TempoChange

_DUET_BARS_AHEAD = 2
_DUET_LOOK_AHEAD_S = 0.25
_IN_TIME_S = 0.2
_SLOWER, _MOST_OF_A_BAR = 3.0, 0.7


class Ensemble:
    """One playing put together.

    Args:
        source: Makes the bars.
        bars: How many; with a musician bars of the song, else bars that are made. None: endless.
        bars_ahead: How many finished bars may wait.
        player: How far ahead the player works.
        sync: In time with whom.
        port: Where to.
        keeper: Keeps everything open; closed by whoever made it.
        inputs: What is listened to; opened already, closed by whoever opened it.
        echo: What we play and may come back.
        keep: Whether to keep the bars.
        metre: Of all bars, and
        bpm: their tempo; with a musician only.
        on_event: Told about each bar.

    Attributes:
        on_turn: Called on each turn, in the thread that plays.
        knobs: What moves how the music is made, None where nothing does; closed by whoever made it.
        gave_up: Why playing ended, if the port could not be opened again.

    Raises:
        SourceError: If a finished piece is asked to play together with somebody.
        PortError: If the musician can't be listened to.
    """

    def __init__(
        self,
        source: BarSource,
        bars: int | None,
        bars_ahead: int,
        player: PlayerSettings,
        sync: SyncSettings,
        port: OutputPort,
        keeper: Keeper,
        inputs: Inputs,
        echo: Echo,
        *,
        keep: bool = False,
        metre: tuple[int, int] = (4, 4),
        bpm: float = 120.0,
        on_event: Callable[[PlayerEvent], None] = lambda event: None,
    ) -> None:
        self._sync, self._inputs, self._port = sync, inputs, port
        self.keeper = keeper
        self.on_turn: Callable[[], None] = lambda: None
        self.gave_up: PortError | None = None
        self.knobs: Knobs | None = None
        self._lately, self._anew, self._bar_steps = Lately(), False, 0
        self._ear: Ear | None = None
        self._host: HostTime | None = None
        if sync.mode is not None:
            player = replace(player, song_bars=bars, look_ahead_s=_DUET_LOOK_AHEAD_S)
            bars, bars_ahead = None, min(bars_ahead, _DUET_BARS_AHEAD)
        elif inputs.follower is not None and isinstance(source, RollSource):
            player, bars_ahead = replace(player, is_whole=True), source.bars
        self.feeder = ThreadFeeder(source, bars, bars_ahead)
        self.source = source
        self._together = self._duet(source, metre, bpm)
        self.player = Player(
            port,
            self.feeder,
            player,
            on_event=lambda event: self._take_event(event, on_event),
            keep=keep,
            follower=inputs.follower,
            together=None if self._together is None else self._together[1],
        )
        deck = self.player.deck
        deck.nudge_s, deck.start_on = sync.nudge_ms / 1000.0, sync.start_on
        self.player.on_turn = self._turn
        if self._together is not None:
            self._ear = inputs.hear(self._together[0], echo, self._beat_of)
        self._echo = echo

    @property
    def duet(self) -> Duet | None:
        """Hears the musician, where there is one."""
        return None if self._together is None else self._together[0]

    @property
    def ear(self) -> Ear | None:
        """Through which the musician is heard."""
        return self._ear

    @property
    def musician_begins(self) -> bool:
        """Whether the song begins with the musician's first note."""
        sync = self._sync
        return sync.mode is not None and sync.source == "internal" and not sync.counts_in

    @property
    def song_beat(self) -> float:
        """On which beat of the deck's piece the song begins; before it is the count-in."""
        player = self.player
        return player.song_step / player.deck.piece.steps_per_beat

    def counts_in(self, beat: float) -> bool:
        """Whether a count-in clicks on a beat of the deck's piece, or is about to."""
        player = self.player
        return beat < self.song_beat or (self._sync.counts_in and not player.deck.playing)

    @property
    def host(self) -> HostTime | None:
        """Where the host is now; None without one, or while nothing was heard of it."""
        follower = self._inputs.follower
        return None if follower is None else follower.host(self._port.now())

    def _turn(self) -> None:
        try:
            self.keeper.turn(self.player.deck)
        except PortError as err:
            self.gave_up = err
            self.player.stop()
        if self.knobs is not None and self.knobs.turn(self._port.now()):
            self._anew = True
        if self._anew and self._has_room() and self.ask_again():
            self._anew = False
        self.on_turn()

    def ask_again(self) -> bool:
        """Have the bars that aren't committed yet made anew; not before a first one is."""
        if self.duet is not None:
            self.duet.ask_again()
            return True
        wish = self._lately.wish()
        if wish is not None:
            self.feeder.renew(wish)
        return wish is not None

    def _has_room(self) -> bool:
        """Whether a bar that is made anew will be there in time."""
        deck = self.player.deck
        if self.duet is not None or not deck.playing:
            return True
        room_s = deck.time_of(deck.piece.steps) - self._port.now() - _IN_TIME_S
        bar_s = self._bar_steps / max(deck.speed, 1e-9)
        return room_s > min(_SLOWER * self.feeder.bar_s, _MOST_OF_A_BAR * bar_s)

    def _take_event(self, event: PlayerEvent, on_event: Callable[[PlayerEvent], None]) -> None:
        self._lately.take(event.music)
        if event.music is not None:
            self._bar_steps = event.music.roll.steps
        on_event(event)

    def set_tempo(self, bpm: float) -> None:
        """Go on at another tempo, unless a host sets it."""
        if not self._inputs.set_tempo(bpm) and self._inputs.follower is None:
            self.player.deck.set_tempo(bpm)

    def look(self) -> None:
        """Where the host is at the end, while it can still be heard."""
        self._host = self.host

    def told(self) -> Told:
        """What is to be said of host and musician."""
        host = self._host
        sync = {
            "source": self._sync.source,
            "lock": None if host is None else host.lock,
            "bpm": None if host is None else round(host.bpm, 3),
            "jumps": None if host is None else host.jump,
            "send_clock": self._sync.send_clock,
        }
        if self._together is None:
            return sync, None
        heard = 0 if self._ear is None else self._ear.heard
        return sync, {
            "mode": self._sync.mode,
            "heard": heard,
            "echoes": self._echo.dropped,
            "wishes": self._together[1].wishes,
        }

    def close(self) -> None:
        """Make no more bars."""
        self.feeder.close()

    def _duet(
        self, source: BarSource, metre: tuple[int, int], bpm: float
    ) -> tuple[Duet, Together] | None:
        sync = self._sync
        if sync.mode is None:
            return None
        if not isinstance(source, Listening):
            raise SourceError(
                "tried to play together with a finished piece, which can't listen; leave out the "
                "mode, or choose a model"
            )
        grid: Grid = getattr(source, "grid", Grid())
        parts: tuple[Part, ...] = getattr(source, "parts", (Part(),))
        settings = DuetSettings(mode=sync.mode, bars=sync.call_bars, metre=metre)
        duet = Duet(settings, grid=grid, parts=parts)
        rest = CutBar(_empty(grid, parts, metre, bpm))
        return duet, Together(duet, self.feeder, rest)

    def _beat_of(self, at: float) -> float | None:
        """Where the song is; asked in the input's thread.

        Before the first of our notes can sound the host alone tells: it may be the musician, with
        the very note that is asked about.
        """
        beat, host = self.player.deck.beat_at(at), self.host
        if beat is None and host is not None and host.rolling:
            beat = host.beat_at(at)
        return beat


def _empty(grid: Grid, parts: tuple[Part, ...], metre: tuple[int, int], bpm: float) -> Roll:
    steps = metre[0] * 4 * grid.steps_per_beat // metre[1]
    cells = np.zeros((len(parts), PITCHES, steps), np.uint8)
    return Roll(cells, grid, parts, (MetreChange(0, *metre),), (TempoChange(0, bpm),))
