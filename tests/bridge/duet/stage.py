"""A duet whose song is moved by hand, for the tests of playing together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bridge.choices import Mode
from bridge.duet.duet import Duet
from bridge.duet.duetsettings import DuetSettings
from bridge.duet.wish import Wish
from bridge.messages import note_off, note_on
from bridge.source import CutBar
from model.roll import Note, Roll

BPM = 120.0
TICK = 1 / 16


@dataclass
class Stage:
    """A duet whose song is moved by hand; keeps what was wished for, and at which beat."""

    duet: Duet
    beat: float = 0.0
    jump: int = 0
    wishes: list[tuple[float, Wish]] = field(default_factory=list)

    def play(self, beats: float, *pitches: int, every: float = 1.0) -> None:
        """Let beats pass while the musician strikes a key every so many."""
        start, struck = self.beat, 0
        while self.beat < start + beats:
            if pitches and self.beat - start >= struck * every:
                pitch = pitches[struck % len(pitches)]
                self.duet.hear(self.beat, note_on(0, pitch, 90))
                self.duet.hear(self.beat + 0.75 * every, note_off(0, pitch))
                struck += 1
            self.turn()
            self.beat += TICK

    def rest(self, beats: float) -> None:
        self.play(beats)

    def turn(self) -> None:
        wish = self.duet.turn(self.beat, BPM, self.jump)
        if wish is not None:
            self.wishes.append((self.beat, wish))

    def asked(self) -> list[tuple[int, int | None]]:
        return [(wish.first_bar, wish.bars) for _, wish in self.wishes]


def stage(mode: Mode, **settings: Any) -> Stage:
    return Stage(Duet(DuetSettings(mode=mode, **settings)))


def bar_of(*notes: Note, steps: int = 16, tied: tuple[tuple[int, int], ...] = ()) -> CutBar:
    return CutBar(Roll.from_notes(notes, steps), frozenset(tied))


def pitches_of(roll: Roll) -> list[tuple[int, int]]:
    return [(note.onset_steps, note.pitch) for note in roll.notes()]
