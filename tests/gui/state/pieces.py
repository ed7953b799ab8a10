"""Small pieces for tests, and a large one."""

import numpy as np

from gui.state.piece import Piece, Voice
from model.roll import Grid, Note, NoteArray, Part, Roll

STEPS = 64
PARTS = (Part("Melody"), Part("Bass", 32))
NOTES = (
    Note(0, 0, 60, 4, 100),
    Note(4, 0, 62, 4, 90),
    Note(8, 0, 64, 8, 80),
    Note(0, 1, 40, 16, 70),
    Note(16, 1, 43, 16, 70),
)


def roll_of(*notes: Note, steps: int = STEPS, parts: tuple[Part, ...] = PARTS) -> Roll:
    return Roll.from_notes(notes, steps, Grid(4, 127), parts)


def small_piece() -> Piece:
    return Piece.of_roll(roll_of(*NOTES))


def locked_piece(part: int) -> Piece:
    piece = small_piece()
    voice = piece.voices[part]
    return piece.with_voice(part, Voice(voice.name, voice.colour, locked=True))


def large_roll(notes: int = 50_000, parts: int = 4, steps: int = 12_500) -> Roll:
    rng = np.random.default_rng(0)
    drawn = NoteArray(
        rng.integers(0, steps - 8, notes),
        rng.integers(0, parts, notes),
        rng.integers(30, 90, notes),
        rng.integers(1, 8, notes),
        rng.integers(1, 127, notes),
    )
    return Roll.from_notes(drawn, steps, parts=tuple(Part(str(k)) for k in range(parts)))


def listed(notes: NoteArray) -> list[Note]:
    return notes.to_notes()
