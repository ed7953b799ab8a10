"""A host made by hand, and a stage on which a deck follows it."""

from __future__ import annotations

from dataclasses import replace

from bridge.deck.piece import DeckPiece
from bridge.messages import is_note_on
from bridge.sync.foreseen import ForeseenLoop
from bridge.sync.hosttime import HostTime, Lock
from tests.bridge.deck.deckstage import TURN_S, Stage


class Host:
    """An exact host: its line changes when it is told to, and nobody knows before.

    It jumps at the end of its loop, and tells which one it is expected to jump at, as followers do.

    Attributes:
        lines: Every line it ever had, with the second from which on it held.
        loop: From which beat to which it loops.
        surprises: When it did not do what was expected of it.
    """

    def __init__(self, now: float = 100.0) -> None:
        self.lines = [HostTime(False, now, 0.0, 120.0, "none", 0)]
        self.loop: tuple[float, float] | None = None
        self._looped_at = now
        self.surprises: list[float] = []
        self._foreseen = ForeseenLoop()
        self._foreseen_jumps: list[float] = []

    @property
    def line(self) -> HostTime:
        return self.lines[-1]

    def start(self, now: float, beat: float | None = None) -> None:
        self.pass_seams(now)
        self._say(now, rolling=True, beat=beat, jump=True)

    def stop(self, now: float) -> None:
        self.pass_seams(now)
        self._say(now, rolling=False)

    def locate(self, now: float, beat: float) -> None:
        self.pass_seams(now)
        if self.line.rolling:
            self._foreseen.jumped(self.line.beat_at(now), beat)
        self._say(now, beat=beat, jump=True)

    def set_loop(self, now: float, loop: tuple[float, float] | None) -> None:
        """Loop from now on, if it isn't behind the end already; None: no more."""
        self.pass_seams(now)
        self.loop, self._looped_at = loop, now

    def pass_seams(self, now: float) -> None:
        """Jump wherever the loop ended before `now`."""
        line = self.line
        while self.loop and line.rolling and line.beat < self.loop[1] <= line.beat_at(now):
            at, expected = line.time_of(self.loop[1]), self._foreseen.loop
            if at <= self._looped_at:
                return
            if expected is not None and (expected.start, expected.stop) == self.loop:
                self._foreseen_jumps.append(at)
            self._foreseen.jumped(self.loop[1], self.loop[0])
            self._say(at, beat=self.loop[0], jump=True)
            line = self.line

    def is_foreseen(self, line: HostTime) -> bool:
        """Whether a line began with a jump that was expected."""
        return line.at in self._foreseen_jumps

    def tempo(self, now: float, bpm: float) -> None:
        self.pass_seams(now)
        self._say(now, bpm=bpm)

    def tremble(self, now: float, beats: float) -> None:
        """The line shifts without a jump, as jitter makes it do."""
        self.pass_seams(now)
        self._say(now, beat=self.line.beat_at(now) + beats)

    def lock(self, now: float, lock: Lock) -> None:
        self.pass_seams(now)
        self._say(now, lock=lock)

    def told(self, now: float) -> HostTime:
        """The line as a follower tells it: its last beat, never the same two numbers twice."""
        self.pass_seams(now)
        line = self.line
        if not line.rolling:
            return line
        expected = self._foreseen.loop
        self._foreseen.is_at(line.beat_at(now))
        if self._foreseen.loop is not expected and expected is not None:
            self.surprises.append(line.time_of(expected.stop))
        return replace(line, at=now, beat=line.beat_at(now), loop=self._foreseen.loop)

    def line_at(self, at: float) -> HostTime:
        return next((one for one in reversed(self.lines) if one.at <= at), self.lines[0])

    def _say(
        self,
        now: float,
        rolling: bool | None = None,
        beat: float | None = None,
        bpm: float | None = None,
        lock: Lock = "locked",
        jump: bool = False,
    ) -> None:
        line = self.line
        self.lines.append(
            HostTime(
                line.rolling if rolling is None else rolling,
                now,
                line.beat_at(now) if beat is None else beat,
                bpm or line.bpm,
                lock,
                line.jump + jump,
            )
        )


class Followed(Stage):
    """A deck that follows a host, told of it on every turn."""

    def __init__(self, music: DeckPiece) -> None:
        super().__init__(music)
        self.host: Host | None = Host(self.clock.now())

    @property
    def daw(self) -> Host:
        assert self.host is not None
        return self.host

    def turn(self) -> None:
        now = self.clock.now()
        self.deck.follow(None if self.host is None else self.host.told(now))
        self.deck.turn()

    def run(self, seconds: float) -> None:
        for _ in range(round(seconds / TURN_S)):
            self.turn()
            self.port.pass_time(TURN_S)

    def struck(self, host: Host | None = None) -> list[tuple[float, int]]:
        """(beat of the host's, pitch) of every note that went out."""
        host = host or self.daw
        return [
            (host.line_at(at).beat_at(at), message[1])
            for at, message in self.port.wire
            if is_note_on(message)
        ]
