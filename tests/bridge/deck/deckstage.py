"""A deck on a port in memory, with a clock turned by hand, for the tests of the deck."""

from __future__ import annotations

from typing import Any

import numpy as np

from bridge.deck.deck import Deck
from bridge.deck.piece import DeckPiece, DeckVoice
from bridge.messages import is_note_off, is_note_on, note_key
from bridge.ports.memoryport import ManualClock, MemoryPort
from bridge.ports.sounding import Sounding

TURN_S = 0.01
STEP_S = 0.125  # 120 bpm, 4 steps a beat
START_S = 0.12

Row = tuple[int, int, int, int, int]


def piece(*rows: Row, steps: int = 16, voices: int = 1, **more: Any) -> DeckPiece:
    """(part, pitch, onset, duration, velocity) rows."""
    notes = np.array(rows, np.int64).reshape(-1, 5).T
    return DeckPiece(notes, tuple(DeckVoice(k) for k in range(voices)), steps, **more)


def scale(steps: int = 16) -> DeckPiece:
    """A note on every step, each until the next."""
    return piece(*((0, 40 + k, k, 1, 80) for k in range(steps)), steps=steps)


class Stage:
    def __init__(self, music: DeckPiece) -> None:
        self.clock = ManualClock(100.0)
        self.port = MemoryPort(self.clock)
        self.deck = Deck(self.port)
        self.deck.set_piece(music)

    def run(self, seconds: float) -> None:
        for _ in range(round(seconds / TURN_S)):
            self.deck.turn()
            self.port.pass_time(TURN_S)

    def onsets(self, port: MemoryPort | None = None) -> list[tuple[float, int]]:
        """(steps since the order to play, pitch) of every note that went out."""
        found = []
        for at, message in (port or self.port).wire:
            if is_note_on(message):
                found.append((round((at - 100.0 - START_S) / STEP_S, 2), message[1]))
        return found

    def pitches(self) -> list[int]:
        return [pitch for _, pitch in self.onsets()]

    def length_of(self, pitch: int) -> float:
        """Steps from the first onset of a pitch to its first release after it."""
        begun: float | None = None
        for at, message in self.port.wire:
            if message[0] & 0xE0 == 0x80 and message[1] == pitch:
                if is_note_on(message) and begun is None:
                    begun = at
                elif is_note_off(message) and begun is not None:
                    return round((at - begun) / STEP_S, 2)
        raise AssertionError(f"{pitch} was not struck and released")

    def hanging(self) -> int:
        sounding = Sounding()
        for _, message in self.port.wire:
            sounding.feed(message)
        return len(sounding)

    def struck_twice(self) -> list[tuple[int, int]]:
        """Keys that were struck while they sounded."""
        sounding, found = Sounding(), []
        for _, message in self.port.wire:
            if is_note_on(message) and note_key(message) in sounding:
                found.append(note_key(message))
            sounding.feed(message)
        return found
