"""Where a deck is: its playhead, tempo and host, and what waits; nothing is ordered here."""

import math
from dataclasses import dataclass

from bridge.choices import StartOn
from bridge.deck.ahead import Span, spans
from bridge.deck.follow import Following, FollowSettings
from bridge.deck.phase import behind_s
from bridge.deck.piece import DeckPiece
from bridge.deck.tape import Loop, Tape
from bridge.ports.port import OutputPort
from bridge.sync.hosttime import HostTime


@dataclass(frozen=True)
class DeckSettings:
    """How far ahead the deck works. Seconds.

    Attributes:
        look_ahead_s: Music is handed to the port this long before it is due.
        margin_s: An order takes effect this long after it came: the way to the port's process and
            two periods of a JACK server.
        start_s: From the order to play to the first step; programs are sent before.
        hand_s: From a key pressed by hand to its note, while nothing plays.
        host_s: From a host's start to the first note that can still be struck.
    """

    look_ahead_s: float = 0.4
    margin_s: float = 0.08
    start_s: float = 0.12
    hand_s: float = 0.03
    host_s: float = 0.03


class DeckState:
    """What can be asked of a deck.

    Args:
        port: Where it plays; it stays open.
        settings: How far ahead to work.
    """

    def __init__(self, port: OutputPort, settings: DeckSettings | None = None) -> None:
        self._settings = settings = settings or DeckSettings()
        self._tape = Tape(port, settings.look_ahead_s)
        ahead = (settings.margin_s, settings.host_s, settings.start_s, settings.look_ahead_s)
        self._following = Following(self._tape, FollowSettings(*ahead))
        self._rest = 0.0  # the step on which the playhead rests
        self._slack: float | None = None

    @property
    def port(self) -> OutputPort:
        """Where it plays."""
        return self._tape.port

    @property
    def piece(self) -> DeckPiece:
        """What plays; near the moment at which another takes its place, that one already."""
        return self._tape.piece

    @property
    def loop(self) -> Loop | None:
        """The steps that are repeated."""
        return self._tape.loop

    @property
    def playing(self) -> bool:
        """Whether the music runs, or is about to begin on a beat of the host's."""
        return self._tape.playing

    @property
    def host(self) -> HostTime | None:
        """The host as it was last told; None by our own clock."""
        return self._following.host

    @property
    def waits(self) -> bool:
        """Whether something waits for its beat or bar: a start, a jump, another piece."""
        begins = self.playing and self.port.now() < self._tape.plan.begins_at
        return begins or self._tape.cued.waiting(self.port.now()) is not None

    @property
    def factor(self) -> float:
        """How many times faster than written, by our own clock."""
        return self._tape.pace.factor

    @property
    def bpm(self) -> float:
        """Quarter notes a minute at the playhead."""
        now = self.port.now()
        if self.playing:
            stretch = self._tape.plan.in_force(now)
            return stretch.line.bpm_at(stretch.step_at(now))
        if self.host is not None:
            return self.host.bpm
        return self.piece.bpm_at(self.step_at(now)) * self.factor

    @property
    def speed(self) -> float:
        """Steps a second at the playhead."""
        return self.bpm * self.piece.steps_per_beat / 60.0

    def step_at(self, at: float) -> float:
        """The step of the playhead at second `at` of the port's clock."""
        if self.playing:
            return self._tape.plan.step_at(at)
        host = self.host
        return self._following.place.rest() if host is not None and not host.rolling else self._rest

    def beat_at(self, at: float) -> float | None:
        """The piece's beat at second `at`, None while nothing plays; from any thread."""
        stretch = self._tape.plan.sounding_at(at)
        return None if stretch is None else stretch.step_at(at) / stretch.line.steps_per_beat

    def spans(self, begin: float, end: float) -> list[Span]:
        """The steps that sound from second `begin` to `end` as things stand, while it plays."""
        tape = self._tape
        return spans(tape.plan, tape.pace, tape.piece, tape.loop, begin, end)

    def time_of(self, step: float) -> float:
        """When `step` sounds as things stand, on the port's clock; infinity while nothing plays."""
        return self._tape.plan.last.time_of(step) if self.playing else math.inf

    def behind_s(self) -> float | None:
        """By how many seconds what sounds is later than the host; see `bridge.deck.phase`."""
        now, host = self.port.now(), self.host
        stretch = self._tape.plan.sounding_at(now)
        if host is None or stretch is None or not host.rolling or host.lock == "none":
            return None
        return behind_s(stretch, host, now)

    def take_slack(self) -> float | None:
        """The least time by which music was there before it was due since this was last asked."""
        slack, self._slack = self._slack, None
        return slack

    @property
    def start_on(self) -> StartOn:
        """Where what is ordered to start begins: an order to play, another piece."""
        return self._following.start_on

    @start_on.setter
    def start_on(self, start_on: StartOn) -> None:
        self._following.start_on = start_on

    @property
    def bar_beats(self) -> float:
        """Quarter notes in a bar of a piece whose metres are not known, for `start_on`."""
        return self._following.place.bar_beats

    @bar_beats.setter
    def bar_beats(self, beats: float) -> None:
        self._following.place.bar_beats = beats

    @property
    def nudge_s(self) -> float:
        """How much later than the host's line everything sounds; less than 0 is earlier."""
        return self._tape.pace.nudge_s

    @nudge_s.setter
    def nudge_s(self, nudge_s: float) -> None:
        if nudge_s != self.nudge_s:
            self._following.renudge(nudge_s, self.port.now())

    @property
    def armed(self) -> bool:
        """Whether a host that rolls makes the music start; one that starts always does."""
        return self._following.armed

    @armed.setter
    def armed(self, armed: bool) -> None:
        self._following.armed = armed
