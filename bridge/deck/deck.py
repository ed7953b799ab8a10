"""The deck: plays a piece on a port while orders change what, where and how fast.

By its own clock, or in time with a host that says where its music is. What goes to the port and
when is the tape's business; the deck turns orders into plans. Not locked: one thread owns a deck.
"""

import contextlib
from collections.abc import Iterable
from dataclasses import replace

from bridge.choices import StartOn
from bridge.deck.cue import Cue
from bridge.deck.growth import Tempos, Tied, forgotten, grown
from bridge.deck.hands import Hands
from bridge.deck.lead import Lead
from bridge.deck.piece import DeckPiece, DeckVoice, IntArray, changed, voiced
from bridge.deck.state import DeckSettings, DeckState
from bridge.deck.tape import Loop
from bridge.errors import PortError
from bridge.messages import CHANNELS, TimedMessage, all_notes_off, control_change
from bridge.ports.port import OutputPort
from bridge.sync.hosttime import HostTime

__all__ = ["Deck", "DeckSettings", "Loop", "StartOn"]

_STALLED_S = 0.5
_SUSTAIN, _ALL_SOUND_OFF = 64, 120


class Deck(DeckState):
    """Plays a piece under orders.

    Args:
        port: Where to; it stays open.
        settings: How far ahead to work.
    """

    def __init__(self, port: OutputPort, settings: DeckSettings | None = None) -> None:
        super().__init__(port, settings)
        self._hands = Hands(self._tape)
        self._bpm: float | None = None
        self._endless = False

    # --- What plays ------------------------------------------------------------------------------

    @property
    def endless(self) -> bool:
        """Whether the piece is going to grow, so that its end isn't the end of playing."""
        return self._endless

    @endless.setter
    def endless(self, endless: bool) -> None:
        self._endless = endless
        self._tape.endless = endless or self.host is not None

    def set_piece(self, piece: DeckPiece) -> None:
        """Another piece, or the same in other words; playing goes on at the same step."""
        self._tape.cued.wait_for(None, self.port.now())
        self._tape.piece = piece
        self._set_factor()
        self._renew()

    def start_piece(self, piece: DeckPiece) -> None:
        """Another piece from the next beat or bar on, as `start_on` says; at rest, now."""
        if self.playing and self.start_on != "now":
            self._following.cue(Cue(0.0, piece=piece), self.port.now())
        else:
            self.set_piece(piece)

    def change(self, start: int, stop: int, notes: IntArray, steps: int) -> None:
        """Other notes in steps [start, stop) of the newest piece; see `deckpiece.changed`."""
        cued, now = self._tape.cued, self.port.now()
        cued.edit(changed(cued.newest(now), start, stop, notes, steps), now)
        self._renew()

    def grow(self, notes: IntArray, tempos: Tempos, steps: int, tied: Tied = frozenset()) -> None:
        """Append `steps` steps to the piece; see `deckgrowth.grown`."""
        self._tape.piece = grown(self.piece, notes, tempos, steps, tied, self.bar_beats)
        self._renew()

    def forget_before(self, step: int) -> None:
        """Let go of the notes that are over on `step`; what is planned stays as it is."""
        self._tape.piece = forgotten(self.piece, step)

    def set_voices(self, voices: tuple[DeckVoice, ...]) -> None:
        """Other channels, instruments or mutes; what is muted falls silent now."""
        cued, now = self._tape.cued, self.port.now()
        newest, playing = cued.newest(now), cued.piece
        voiced_newest = voiced(newest, voices)
        if newest is not playing and len(voices) == len(playing.voices):
            cued.piece = voiced(playing, voices)
        cued.edit(voiced_newest, now)
        self._renew()

    def set_tempo(self, bpm: float | None) -> None:
        """Quarter notes a minute at the first step, or None for the piece's own."""
        self._bpm = bpm
        self._set_factor()
        self._renew()

    def set_loop(self, loop: Loop | None) -> None:
        """Repeat steps [first, second), once the playhead is in or before them."""
        self._tape.loop = loop if loop is not None and 0 <= loop[0] < loop[1] else None
        self._renew()

    # --- In time with others ---------------------------------------------------------------------

    def follow(self, host: HostTime | None) -> None:
        """Play in time with a host from now on; None: by our own clock. Called each turn.

        A host that stops means silence at once; one that jumps or changes its tempo is followed
        from a moment just ahead of now on. While it is not known where it is (`lock` "none"),
        what plays goes on as before.
        """
        now, following = self.port.now(), self._following
        if host is None:
            if following.host is not None:
                self._rest = self._rest if self.playing else self.step_at(now)
                following.leave(now)
        else:
            if not host.rolling and self.playing:
                self._fall_silent()
                if host.jump < 0:  # it was lost: where it is found again, the music goes on
                    following.start_again()
            elif host.rolling and not self.playing and following.armed:
                self._send_programs(now)
            self._tape.endless = True
            following.take(host, now)
        self._tape.endless = self._endless or host is not None

    def lead(self, lead: Lead | None) -> None:
        """Tell others where the music is, from now on; None: no more."""
        now, old = self.port.now(), self._tape.lead
        if old is not None and self.playing:
            self._send(old.stop(now))
        self._tape.lead = lead
        self._renew()

    # --- Orders ----------------------------------------------------------------------------------

    def play(self, step: float) -> None:
        """Play from `step` on; if it plays already, jump there. See `start_on`.

        A host that stands still is waited for: where it starts, the music starts.
        """
        now, step = self.port.now(), max(0.0, step)
        if self.host is not None and not self._following.is_heard:
            self._following.armed = True
        elif self.host is not None:
            self._send_programs(now)
            self._following.play(step, now)
        elif not self.playing:
            self._send_programs(now + self._settings.hand_s)
            at = now + self._settings.start_s
            self._tape.begin(at, self._tape.pace.line(at, step, self.piece))
        elif self.start_on == "now":
            self.seek(step)
        else:
            self._following.cue(Cue(0.0, to=step), now)

    def seek(self, step: float) -> None:
        """Put the playhead on `step`; what sounds ends."""
        self._rest = max(0.0, step)
        if not self.playing:
            return
        now, tape = self.port.now(), self._tape
        if self._following.rolls:
            self._following.seek(self._rest, now)
        else:
            tape.cued.hurry(now)
            step = self._rest
            tape.replan(
                now + self._settings.margin_s, lambda at: tape.pace.line(at, step, tape.piece)
            )

    def stop(self) -> None:
        """Stop now, with nothing sounding; the playhead rests where it was."""
        self._rest = self.step_at(self.port.now())
        self._following.disarm()
        self._fall_silent()

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
        self._send_programs(self.port.now())
        self._hands.audition(part, pitch, velocity, on, self._hand_at())

    def test_note(self) -> None:
        """One short note on the first part's channel."""
        self._send_programs(self.port.now())
        self._hands.test_note(self._hand_at())

    def use(self, port: OutputPort) -> None:
        """Go on on another port; the one before falls silent but stays open.

        Its clock may be another one: a host is to be told by that clock from now on.
        """
        step, playing = self.step_at(self.port.now()), self.playing
        with contextlib.suppress(PortError):  # one that is gone has released what it could
            self._fall_silent()
        self._rest = step
        self._tape.lead, self._tape.port = None, port
        self._tape.programs.clear()
        if playing and self.host is not None:
            self._following.start_again()
        elif playing:
            self.play(step)

    def resume(self) -> None:
        """The port was opened anew and holds nothing: hand over again what is to come."""
        self._tape.programs.clear()
        self._renew()

    # --- Time ------------------------------------------------------------------------------------

    def turn(self) -> None:
        """Hand over what has come within the look-ahead. Called every few milliseconds."""
        now, tape = self.port.now(), self._tape
        tape.struck = [one for one in tape.struck if one.off_at > now]
        if not self.playing:
            return
        if tape.end_at is None:
            waiting = tape.is_waiting()
            if tape.handed < now - _STALLED_S and not waiting:  # the machine slept
                self._wake(now)
                return
            if self._endless or not waiting:
                slack = tape.handed - now
                self._slack = slack if self._slack is None else min(slack, self._slack)
        tape.turn(now)
        if tape.end_at is not None and now >= tape.end_at:
            self._rest = float(self.piece.steps)
            tape.finish()

    def _wake(self, now: float) -> None:
        """Nothing was handed over for a while: go on from there, or from where the host is."""
        step, tape = self._tape.cursor, self._tape
        if self._following.rolls:
            self._following.seek_host(now)
        else:
            at = now + self._settings.margin_s
            tape.replan(at, lambda at: tape.pace.line(at, step, tape.piece))

    # --- Small things ----------------------------------------------------------------------------

    def _renew(self) -> None:
        if self.playing:
            self._send_programs(self.port.now())
            self._tape.replan(self.port.now() + self._settings.margin_s)

    def _set_factor(self) -> None:
        factor = 1.0 if self._bpm is None else self._bpm / self.piece.bpm_at(0)
        self._tape.pace = replace(self._tape.pace, factor=factor)

    def _fall_silent(self) -> None:
        """Stop playing; the port forgets what it holds and releases what sounds."""
        tape, lead = self._tape, self._tape.lead
        self._slack = None
        tape.fall_silent()
        self.port.silence()
        if lead is not None:
            self._send(lead.stop(self.port.now()))

    def _hand_at(self) -> float:
        early = self._settings.margin_s if self.playing else self._settings.hand_s
        return self.port.now() + early

    def _send_programs(self, at: float) -> None:
        """Program changes for the channels whose instrument is new or another now."""
        self._send(self._tape.programs.needed(self.piece.voices, at))

    def _send(self, events: Iterable[TimedMessage]) -> None:
        batch = list(events)
        if batch:
            self.port.send_many(batch)
