"""The deck: plays a piece on a port while orders change what, where and how fast.

It hands music over a look-ahead before it is due and takes it back when an order makes it wrong:
from a moment just ahead of now (the seam), everything is planned anew and replaces what the port
still holds, in one message. Each note is handed over together with its end, so that the port can
release every one of them by itself. Not locked: one thread owns a deck.
"""

import contextlib
import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from bridge.deckgrowth import Tempos, Tied, forgotten, grown
from bridge.deckpiece import DeckPiece, DeckVoice, IntArray, ScoreNote, changed, voiced
from bridge.deckplan import Plan, Stretch
from bridge.errors import PortError
from bridge.messages import (
    CHANNELS,
    TimedMessage,
    all_notes_off,
    control_change,
    program_change,
)
from bridge.port import OutputPort
from bridge.struck import SHORTEST_S, Struck, settled
from bridge.sync.hosttime import HostTime

Loop = tuple[int, int]

StartOn = Literal["now", "beat", "bar", "four bars"]
"""Where what is ordered to start begins."""

_HAND_S = 4.0
_STALLED_S = 0.5
_TEST_S = 0.5
_TEST_PITCH, _TEST_VELOCITY = 60, 96
_SUSTAIN, _ALL_SOUND_OFF = 64, 120


@dataclass(frozen=True)
class DeckSettings:
    """How far ahead the deck works. Seconds.

    Attributes:
        look_ahead_s: Music is handed to the port this long before it is due.
        margin_s: An order takes effect this long after it came: the way to the port's process and
            two periods of a JACK server.
        start_s: From the order to play to the first step; programs are sent before.
        hand_s: From a key pressed by hand to its note, while nothing plays.
    """

    look_ahead_s: float = 0.4
    margin_s: float = 0.08
    start_s: float = 0.12
    hand_s: float = 0.03


class Deck:
    """Plays a piece under orders.

    Args:
        port: Where to; it stays open.
        settings: How far ahead to work.
    """

    def __init__(self, port: OutputPort, settings: DeckSettings | None = None) -> None:
        self.port = port
        self.piece = DeckPiece()
        self.loop: Loop | None = None
        self.playing = False
        self.endless = False  # the piece is going to grow: its end is not the end
        self.host: HostTime | None = None
        self.nudge_s = 0.0  # how much later than the host's line everything sounds
        self.start_on: StartOn = "now"
        self.bar_beats = 4.0  # quarter notes in a bar, for `start_on`
        self._settings = settings or DeckSettings()
        self._plan = Plan()
        self._rest = 0.0  # the step on which the playhead rests
        self._bpm: float | None = None
        self._cursor = 0.0  # onsets before this step of the last stretch are handed over
        self._handed = 0.0  # the same as a time
        self._end_at: float | None = None
        self._seam = 0.0
        self._struck: list[Struck] = []
        self._programs: dict[int, int] = {}
        self._slack: float | None = None

    # --- Where it is -----------------------------------------------------------------------------

    @property
    def factor(self) -> float:
        """How many times faster than written."""
        return 1.0 if self._bpm is None else self._bpm / self.piece.bpm_at(0)

    @property
    def bpm(self) -> float:
        """Quarter notes a minute at the playhead."""
        return self.piece.bpm_at(self.step_at(self.port.now())) * self.factor

    @property
    def speed(self) -> float:
        """Steps a second at the playhead."""
        return self.bpm * self.piece.steps_per_beat / 60.0

    def step_at(self, at: float) -> float:
        """The step of the playhead at second `at` of the port's clock."""
        return self._plan.step_at(at) if self.playing else self._rest

    def time_of(self, step: float) -> float:
        """When `step` sounds, on the port's clock, as things stand; only while it plays."""
        return self._plan.last.time_of(step)

    def take_slack(self) -> float | None:
        """The least time by which music was there before it was due since this was last asked."""
        slack, self._slack = self._slack, None
        return slack

    # --- Orders ----------------------------------------------------------------------------------

    def set_piece(self, piece: DeckPiece) -> None:
        """Another piece, or the same in other words; playing goes on at the same step."""
        self.piece = piece
        self._renew()

    def change(self, start: int, stop: int, notes: IntArray, steps: int) -> None:
        """Other notes in steps [start, stop); see `deckpiece.changed`."""
        self.set_piece(changed(self.piece, start, stop, notes, steps))

    def grow(self, notes: IntArray, tempos: Tempos, steps: int, tied: Tied = frozenset()) -> None:
        """Append `steps` steps to the piece; see `deckgrowth.grown`."""
        self.set_piece(grown(self.piece, notes, tempos, steps, tied))

    def forget_before(self, step: int) -> None:
        """Let go of the notes that are over on `step`; what is planned stays as it is."""
        self.piece = forgotten(self.piece, step)

    def follow(self, host: HostTime | None) -> None:
        """Play in time with a host from now on; None: by our own clock. Called each turn."""
        self.host = host

    def set_voices(self, voices: tuple[DeckVoice, ...]) -> None:
        """Other channels, instruments or mutes; what is muted falls silent now."""
        self.set_piece(voiced(self.piece, voices))

    def set_tempo(self, bpm: float | None) -> None:
        """Quarter notes a minute at the first step, or None for the piece's own."""
        self._bpm = bpm
        self._renew()

    def set_loop(self, loop: Loop | None) -> None:
        """Repeat steps [first, second), once the playhead is in or before them."""
        self.loop = loop if loop is not None and 0 <= loop[0] < loop[1] else None
        self._renew()

    def play(self, step: float) -> None:
        """Play from `step` on; if it plays already, jump there."""
        if self.playing:
            self.seek(step)
            return
        now = self.port.now()
        self._send_programs(now + self._settings.hand_s)
        self.playing = True
        self._plan.clear()
        self._seam = now + self._settings.start_s
        self._plan.begin(self._seam, max(0.0, step), self.factor, self.piece)
        self._replan(self._seam)

    def seek(self, step: float) -> None:
        """Put the playhead on `step`; what sounds ends."""
        self._rest = max(0.0, step)
        if self.playing:
            self._replan(self.port.now() + self._settings.margin_s, self._rest)

    def stop(self) -> None:
        """Stop now, with nothing sounding; the playhead rests where it was."""
        self._rest = self.step_at(self.port.now())
        self._fall_silent()
        self.port.silence()

    def panic(self) -> None:
        """Stop, and tell every channel to be silent, whatever is believed to sound."""
        self.stop()
        at = self.port.now() + self._settings.hand_s
        for channel in range(CHANNELS):
            silences = (
                control_change(channel, _SUSTAIN, 0),
                all_notes_off(channel),
                control_change(channel, _ALL_SOUND_OFF, 0),
            )
            self.port.send_many(TimedMessage(at, message) for message in silences)

    def audition(self, part: int, pitch: int, velocity: int, on: bool) -> None:
        """A key pressed or released by hand. It is released after some seconds in any case."""
        channel = self._channel(part)
        self._send_programs(self.port.now())
        self._let_go(channel, pitch, 0.0 if on else SHORTEST_S)
        if on:
            self._press(channel, pitch, velocity, _HAND_S)
        self._replan(self._hand_at())

    def test_note(self) -> None:
        """One short note on the first part's channel."""
        self._send_programs(self.port.now())
        self._let_go(self._channel(0), _TEST_PITCH, 0.0)
        self._press(self._channel(0), _TEST_PITCH, _TEST_VELOCITY, _TEST_S)
        self._replan(self._hand_at())

    def use(self, port: OutputPort) -> None:
        """Go on on another port; the one before falls silent but stays open."""
        old, step, playing = self.port, self.step_at(self.port.now()), self.playing
        self._fall_silent()
        self.port, self._rest = port, step
        self._programs.clear()
        with contextlib.suppress(PortError):  # one that is gone has released what it could
            old.silence()
        if playing:
            self.play(step)

    # --- Time ------------------------------------------------------------------------------------

    def turn(self) -> None:
        """Hand over what has come within the look-ahead. Called every few milliseconds."""
        now = self.port.now()
        self._struck = [one for one in self._struck if one.off_at > now]
        if not self.playing:
            return
        if self._end_at is None and self._handed < now - _STALLED_S:  # the machine slept
            self._replan(now + self._settings.margin_s, self._cursor)
        elif self._end_at is None:
            slack = self._handed - now
            self._slack = slack if self._slack is None else min(slack, self._slack)
            events = self._extend(now + self._settings.look_ahead_s)
            if events:
                self.port.send_many(events)
        elif now >= self._end_at:
            self.playing = False
            self._rest = float(self.piece.steps)

    def _renew(self) -> None:
        if self.playing:
            self._send_programs(self.port.now())
            self._replan(self.port.now() + self._settings.margin_s)

    def _replan(self, at: float, jump: float | None = None) -> None:
        """Everything from second `at` on anew; from step `jump` on if that is given."""
        if self.playing:
            at = self._plan.between_onsets(max(at, self._seam))
            step = self._plan.step_at(at) if jump is None else jump
            stretch = self._plan.begin(at, step, self.factor, self.piece)
            self._seam, self._cursor, self._handed, self._end_at = at, step, at, None
            kept = self._kept(at, stretch, ends=jump is not None)
        else:
            kept = [one for one in self._struck if one.by_hand]
        kept = [settled(one, at) if one.by_hand else one for one in kept]
        self._struck = [one for one in kept if one.off_at >= at and one.off_at > one.on_at]
        events: list[TimedMessage] = []
        for one in self._struck:
            events += one.messages() if one.on_at >= at else [one.release()]
        if self.playing:
            events += self._extend(self.port.now() + self._settings.look_ahead_s)
        self.port.replace(at, events)

    def _kept(self, at: float, stretch: Stretch, *, ends: bool) -> list[Struck]:
        """The notes that sound across `at`, with their new ends, and those by hand."""
        kept = []
        for one in self._struck:
            if one.by_hand:
                kept.append(one)
            elif one.on_at < at < one.off_at:
                cut = ends or not self.piece.is_audible(one.note.part)
                kept.append(replace(one, off_at=at if cut else self._new_end(one, stretch)))
        return kept

    def _new_end(self, one: Struck, stretch: Stretch) -> float:
        note, step = one.note, stretch.step
        end = min(float(self.piece.end_of(note)), self._edge(step))
        again = self.piece.next_onset(note.channel, note.pitch, step)
        end = end if again is None else min(end, again)
        return max(stretch.time_of(end), stretch.at)

    def _extend(self, until: float) -> list[TimedMessage]:
        """The notes that begin up to second `until`, beginnings and ends."""
        events: list[TimedMessage] = []
        while self._end_at is None and self._handed < until:
            stretch = self._plan.last
            edge = self._edge(self._cursor)
            stop = min(edge, max(self._cursor, stretch.step_at(until)))
            for note in self.piece.between(self._cursor, stop):
                off_at = stretch.time_of(min(note.end, edge))
                one = Struck(stretch.time_of(note.onset), off_at, note)
                self._struck.append(one)
                events += one.messages()
            self._cursor, self._handed = stop, until
            if stop >= edge:
                self._pass(edge, stretch)
        return events

    def _pass(self, edge: float, stretch: Stretch) -> None:
        """The music has been handed over up to an edge: again from the loop's start, or the end."""
        at = max(stretch.time_of(edge), stretch.at)
        if self.loop is not None and edge == self.loop[1]:
            self._cursor, self._handed = float(self.loop[0]), at
            self._plan.begin(at, self._cursor, self.factor, self.piece)
        else:
            self._end_at = at

    def _edge(self, step: float) -> float:
        """Where the music that goes on from `step` jumps or ends."""
        if self.loop is not None and step < self.loop[1]:
            return float(self.loop[1])
        return float(self.piece.steps)

    # --- Small things ----------------------------------------------------------------------------

    def _fall_silent(self) -> None:
        self.playing = False
        self._plan.clear()
        self._struck.clear()
        self._end_at, self._slack = None, None

    def _hand_at(self) -> float:
        early = self._settings.margin_s if self.playing else self._settings.hand_s
        return self.port.now() + early

    def _press(self, channel: int, pitch: int, velocity: int, length_s: float) -> None:
        """A note by hand begins at the next seam."""
        note = ScoreNote(0, 0, channel, pitch, velocity, -1)
        self._struck.append(Struck(math.inf, length_s, note, by_hand=True))

    def _let_go(self, channel: int, pitch: int, least_s: float) -> None:
        """A note by hand ends at the next seam, or when it has lasted `least_s`."""
        for index, one in enumerate(self._struck):
            if one.by_hand and (one.note.channel, one.note.pitch) == (channel, pitch):
                self._struck[index] = replace(one, least_s=least_s)

    def _channel(self, part: int) -> int:
        voices = self.piece.voices
        return voices[part].channel if 0 <= part < len(voices) else 0

    def _send_programs(self, at: float) -> None:
        """Program changes for the channels whose instrument is new or another now."""
        events: list[TimedMessage] = []
        for voice in self.piece.voices:
            if self._programs.get(voice.channel) != voice.program:
                self._programs[voice.channel] = voice.program
                events.append(TimedMessage(at, program_change(voice.channel, voice.program)))
        self._send(events)

    def _send(self, events: Iterable[TimedMessage]) -> None:
        batch = list(events)
        if batch:
            self.port.send_many(batch)
