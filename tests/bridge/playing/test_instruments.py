"""Bars of several models on one channel: each sounds with its own instrument, come what may."""

from __future__ import annotations

from collections import deque
from dataclasses import replace

from bridge.duet.wish import Wish
from bridge.messages import TimedMessage, is_note_on, program_change
from bridge.playing.player import Player, PlayerSettings
from bridge.ports.memoryport import ManualClock, MemoryPort
from bridge.source import Bar, CutBar
from bridge.sync.hosttime import HostTime
from model.roll import Note, Part, Roll

PIANO, BASS, KIT = 0, 33, 25
BAR_S = 2.0
TICK_S = 0.01
EIGHTHS = range(0, 16, 2)


def bar(program: int, *, tied: bool = False, drums: bool = False) -> Bar:
    """A bar of eighths with a long note above them that reaches its end."""
    parts = [Part("one", program)] + ([Part("kit", KIT, is_drum=True)] if drums else [])
    notes = [Note(step, 0, 40 + step, 2, 64) for step in EIGHTHS]
    notes += [Note(0, 0, 90, 16, 64)]
    roll = Roll.from_notes(notes, 16, parts=parts)
    return CutBar(roll, frozenset({(0, 90)} if tied else ()))


class Given:
    """A feeder with these bars, all of them ready."""

    error: BaseException | None = None
    computing_s = music_s = bar_s = 0.0
    is_made = True

    def __init__(self, bars: list[Bar]) -> None:
        self._bars = deque(bars)

    @property
    def is_finished(self) -> bool:
        return not self._bars

    def poll(self) -> Bar | None:
        return self._bars.popleft() if self._bars else None

    def ready(self) -> int:
        return len(self._bars)

    def hurry(self, share: float) -> None:
        pass

    def renew(self, wish: Wish | None = None) -> None:
        raise AssertionError("nobody asked for other bars")

    def close(self) -> None:
        pass


class Daw:
    """A host at 120 bpm, at the beginning of its song from second 1 on."""

    name = "daw"

    def __init__(self) -> None:
        self._line = HostTime(True, 1.0, 0.0, 120.0, "locked", 0)

    def jump(self, at: float, beat: float) -> None:
        self._line = replace(self._line, at=at, beat=beat, jump=self._line.jump + 1)

    def host(self, now: float) -> HostTime | None:
        return self._line

    def close(self) -> None:
        pass


class Stage:
    def __init__(self, bars: list[Bar]) -> None:
        self.clock = ManualClock()
        self.port = MemoryPort(self.clock)
        self.daw = Daw()
        self.player = Player(self.port, Given(bars), PlayerSettings(), follower=self.daw)

    def run_until(self, second: float) -> None:
        while self.clock.now() < second - 1e-9:
            self.player.turn()
            self.port.pass_time(TICK_S)


def heard(wire: list[TimedMessage]) -> list[tuple[float, int, int | None]]:
    """(second, pitch, program) of what was struck on channel 0."""
    program, found = None, []
    for at, message in wire:
        if message[0] == 0xC0:
            program = message[1]
        elif is_note_on(message) and message[0] == 0x90:
            found.append((round(at, 3), message[1], program))
    return found


def test_another_instrument_begins_with_its_first_note_and_not_with_the_order() -> None:
    stage = Stage([bar(PIANO), bar(BASS), bar(PIANO)])
    stage.run_until(6.9)
    told = [(round(at, 3), m) for at, m in stage.port.wire if m[0] == 0xC0]
    assert [message for _, message in told] == [program_change(0, p) for p in (0, 33, 0)]
    assert [at for at, _ in told[1:]] == [1.0 + BAR_S, 1.0 + 2 * BAR_S]
    programs = [program for _, _, program in heard(stage.port.wire)]
    assert programs == [PIANO] * 9 + [BASS] * 9 + [PIANO] * 9


def test_a_host_that_jumps_back_hears_the_old_bars_with_their_own_instrument() -> None:
    stage = Stage([bar(PIANO), bar(BASS), bar(BASS)])
    stage.run_until(1.0 + 1.6 * BAR_S)
    before = len(stage.port.wire)
    stage.daw.jump(stage.clock.now(), 1.0)
    stage.run_until(1.0 + 3.0 * BAR_S)
    late = [one for one in heard(stage.port.wire[before:]) if one[0] > 1.0 + 1.7 * BAR_S]
    assert {program for at, pitch, program in late if pitch in (44, 46, 48, 50)} == {PIANO, BASS}
    split = next(k for k, one in enumerate(late) if one[2] == BASS)
    assert {one[2] for one in late[:split]} == {PIANO}
    assert {one[2] for one in late[split:]} == {BASS}
    assert late[split][1] == 40  # its first note: the bar line


def test_a_tie_holds_within_an_instrument_and_not_across_two() -> None:
    stage = Stage([bar(PIANO), bar(BASS), bar(PIANO), bar(PIANO, tied=True), bar(BASS, tied=True)])
    stage.run_until(1.0 + 4.9 * BAR_S)
    long = [(at, program) for at, pitch, program in heard(stage.port.wire) if pitch == 90]
    struck = [(1.0, PIANO), (3.0, BASS), (5.0, PIANO), (9.0, BASS)]
    assert long == struck


def test_models_that_come_and_go_need_no_more_voices() -> None:
    bars = [bar(PIANO if k % 2 else BASS, drums=bool(k % 3)) for k in range(12)]
    stage = Stage(bars)
    stage.run_until(1.0 + 11.0 * BAR_S)
    assert len(stage.player.deck.piece.voices) == 3


def test_a_new_port_is_told_the_instrument_that_plays() -> None:
    stage = Stage([bar(PIANO), bar(BASS), bar(PIANO)])
    stage.run_until(1.0 + 1.5 * BAR_S)
    other = MemoryPort(stage.clock)
    stage.player.use(other)
    stage.port = other
    stage.run_until(1.0 + 2.9 * BAR_S)
    programs = [program for at, _, program in heard(other.wire)]
    assert None not in programs
    at_line = [at for at, _, program in heard(other.wire) if program == PIANO]
    assert min(at_line) == 1.0 + 2 * BAR_S
