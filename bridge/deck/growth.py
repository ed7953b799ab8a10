"""A piece that grows bar by bar and forgets what is over, so that hours of music need little room.

Steps are never counted anew: what is appended to a piece of 64 steps begins on step 64, and goes on
doing so when the first 48 have been forgotten.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np

from bridge.deck.piece import DeckPiece, IntArray
from bridge.errors import SourceError

_PART, _PITCH, _ONSET, _DURATION = range(4)

Tempos = Sequence[tuple[float, float]]
"""(step, bpm) in rising order."""

Tied = Collection[tuple[int, int]]
"""(part, pitch) of notes that go on across a bar line."""


def grown(
    piece: DeckPiece,
    notes: IntArray,
    tempos: Tempos,
    steps: int,
    tied: Tied = frozenset(),
    bar_beats: float | None = None,
) -> DeckPiece:
    """The piece with `steps` more steps at its end.

    Args:
        piece: What there is.
        notes: int64[5, N] columns; onsets count from the first new step.
        tempos: Counted from the first new step as well; none means that the tempo stays.
        steps: How many steps are new, 1 or more.
        tied: Notes on the first new step that go on from the last old one: not struck again,
            where there is something that goes on.
        bar_beats: Quarter notes in a bar from the first new step on; None: as before.

    Raises:
        SourceError: The new part has no length, or a part that has no voice.
    """
    if steps < 1:
        raise SourceError(f"tried to let a piece grow by {steps} steps; give it one or more")
    if notes.size and int(notes[_PART].max()) >= len(piece.voices):
        raise SourceError("tried to append notes of a part that has no voice; name its voice first")
    new = notes.copy()
    new[_ONSET] += piece.steps
    old, new = _tied(piece.notes, new, piece.steps, tied)
    marks = [(piece.steps + step, bpm) for step, bpm in tempos]
    kept = [mark for mark in piece.tempos if not marks or mark[0] < marks[0][0]]
    metres = [] if bar_beats is None else [(float(piece.steps), bar_beats)]
    return replace(
        piece,
        notes=np.concatenate((old, new), axis=1),
        steps=piece.steps + steps,
        tempos=_without_repeats([*kept, *marks]),
        metres=_without_repeats([*piece.metres, *metres]),
    )


def _tied(old: IntArray, new: IntArray, line: int, tied: Tied) -> tuple[IntArray, IntArray]:
    """Both sides of the bar line with the notes that cross it made whole."""
    ending = np.flatnonzero(old[_ONSET] + old[_DURATION] == line)
    open_notes = {(int(old[_PART, k]), int(old[_PITCH, k])): int(k) for k in ending}
    pairs = [
        (open_notes[key], k)
        for k in np.flatnonzero(new[_ONSET] == line).tolist()
        if (key := (int(new[_PART, k]), int(new[_PITCH, k]))) in tied and key in open_notes
    ]
    if not pairs:
        return old, new
    before, after = (list(side) for side in zip(*pairs, strict=True))
    old = old.copy()
    old[_DURATION, before] += new[_DURATION, after]
    return old, np.delete(new, after, axis=1)


def forgotten(piece: DeckPiece, before: int) -> DeckPiece:
    """The piece without the notes and tempo changes that are over on step `before`."""
    notes = piece.notes[:, piece.notes[_ONSET] + piece.notes[_DURATION] > before]
    tempos, metres = _since(before, piece.tempos), _since(before, piece.metres)
    return replace(piece, notes=notes, tempos=tempos, metres=metres)


def _since(step: int, marks: tuple[tuple[float, float], ...]) -> tuple[tuple[float, float], ...]:
    """The marks from the one on that is in force at `step`."""
    over = [mark for mark in marks if mark[0] <= step]
    return marks[max(0, len(over) - 1) :]


def _without_repeats(marks: list[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    """The same marks but for those that change nothing."""
    return tuple(mark for k, mark in enumerate(marks) if k == 0 or mark[1] != marks[k - 1][1])
