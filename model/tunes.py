"""Small tunes made on the spot, for checks and tests that need music where there is none.

Each tune has two voices over a progression of four chords: a melody that walks a major scale and
rests on chord tones, in rhythms of a few motifs, and a bass in half notes. They are no art, but
they have what a generator must learn: metre, repetition, harmony, and pitches mostly silent.
"""

from __future__ import annotations

import numpy as np

from model.roll import Grid, Note, Roll

BAR_BEATS = 4
_SCALE = (0, 2, 4, 5, 7, 9, 11)
_PROGRESSIONS = ((0, 5, 3, 4), (0, 3, 4, 0), (0, 4, 5, 3), (5, 3, 0, 4))
"""Degrees of the scale that the chords are built on, a bar each."""
_MOTIFS = ((4, 4, 4, 4), (2, 2, 4, 8), (6, 2, 4, 4), (4, 4, 8), (2, 2, 2, 2, 4, 4))
"""Lengths of a bar's notes in sixteenths; each adds up to a bar of 4/4."""
_STEPWISE = (-2, -1, -1, 0, 1, 1, 2)
"""Moves of the melody in degrees of the scale."""


def make_tune(bars: int, rng: np.random.Generator, grid: Grid | None = None) -> Roll:
    """One tune in 4/4.

    Args:
        bars: Length, at least 1.
        rng: Draws key, progression, rhythms and melody.
        grid: Its grid; four steps a beat by default. On one that has no sixteenths, notes begin
            at the step before.
    """
    grid = grid or Grid()
    tonic = int(rng.integers(-5, 7))
    chords = _PROGRESSIONS[rng.integers(len(_PROGRESSIONS))]
    motifs = [_MOTIFS[k] for k in rng.choice(len(_MOTIFS), 2, replace=False)]
    degree = int(rng.integers(0, 5))
    notes: list[Note] = []
    for bar in range(bars):
        chord = chords[bar % len(chords)]
        at = bar * 4 * BAR_BEATS
        root = 48 + tonic + _semitones(chord) - (12 if chord > 3 else 0)
        notes += [_note(grid, at + half, 8, root, 64) for half in (0, 8)]
        motif = motifs[bar % len(motifs)]
        for length in motif:
            strong = at % (4 * BAR_BEATS) == 0
            degree = _nearest_chord_tone(degree, chord) if strong else _step(degree, rng)
            notes.append(
                _note(grid, at, length, 60 + tonic + _semitones(degree), 92 if strong else 80)
            )
            at += length
    return Roll.from_notes(notes, bars * BAR_BEATS * grid.steps_per_beat, grid)


def make_tunes(count: int, bars: int = 16, seed: int = 0, grid: Grid | None = None) -> list[Roll]:
    """`count` tunes, always the same for the same seed."""
    rng = np.random.default_rng(seed)
    return [make_tune(bars, rng, grid) for _ in range(count)]


def _note(grid: Grid, at: int, length: int, pitch: int, velocity: int) -> Note:
    """A note from sixteenth `at` on, `length` sixteenths long."""
    onset, end = (sixteenth * grid.steps_per_beat // 4 for sixteenth in (at, at + length))
    return Note(onset, 0, pitch, max(1, end - onset), velocity)


def _semitones(degree: int) -> int:
    """Semitones above the tonic of a degree of the major scale, which may lie in any octave."""
    octave, step = divmod(degree, len(_SCALE))
    return 12 * octave + _SCALE[step]


def _step(degree: int, rng: np.random.Generator) -> int:
    """The next degree of the melody, kept within a tenth."""
    return int(np.clip(degree + _STEPWISE[rng.integers(len(_STEPWISE))], -2, 8))


def _nearest_chord_tone(degree: int, chord: int) -> int:
    """The degree nearest to `degree` that belongs to the triad on `chord`."""
    tones = (d for d in range(degree - 3, degree + 4) if (d - chord) % 7 in (0, 2, 4))
    return min(tones, key=lambda tone: (abs(tone - degree), tone))
