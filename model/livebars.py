"""The sampler's patches as bars, and bars without what others play in them.

Shapes: `P` rows of the canvas.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from model.listening import Past
from model.roll import FIRST_ONSET, HELD, SILENT
from model.sampler import Patch


def without_others(
    bars: Iterator[NDArray[np.uint8]], past: Past, beat: int, most_onsets: int | None = None
) -> Iterator[NDArray[np.uint8]]:
    """Bars without what others play in them; if so many onsets are named, the first is sparing."""
    others = past.others
    for codes in bars:
        left = codes.copy()
        left[past.silent] = SILENT
        own = min(others.shape[1], left.shape[1])
        left[:, :own][others[:, :own]] = SILENT
        others = others[:, own:]
        yield left if most_onsets is None else thinned(calmed(left, beat), most_onsets)
        most_onsets = None


def calmed(codes: NDArray[np.uint8], beat: int) -> NDArray[np.uint8]:
    """Codes [P, S] that don't stutter: no pitch is struck twice within a beat.

    Off the beat, a pitch that was struck less than a beat of `beat` steps before sounds on, or
    stays silent if it had ended. A model whose melody is somebody else's hammers otherwise.
    """
    left = codes.copy()
    for row in np.flatnonzero((codes >= FIRST_ONSET).any(1)).tolist():
        struck = -beat
        for step in np.flatnonzero(codes[row] >= FIRST_ONSET).tolist():
            if step % beat == 0 or step - struck >= beat:
                struck = step
            elif left[row, step - 1] != SILENT:
                left[row, step] = HELD
            else:
                left[row, step : _end(codes[row], step)] = SILENT
    return left


def _end(row: NDArray[np.uint8], onset: int) -> int:
    """The step after the last of a note in codes [S]."""
    after = np.flatnonzero(row[onset + 1 :] != HELD)
    return onset + 1 + int(after[0]) if len(after) else len(row)


def thinned(codes: NDArray[np.uint8], most: int) -> NDArray[np.uint8]:
    """Codes [P, S] without their quietest notes, so that at most so many onsets are left.

    Of notes as loud as each other those on weaker steps go, and of these the lower ones first.
    """
    rows, steps = np.nonzero(codes >= FIRST_ONSET)
    if len(rows) <= most:
        return codes
    strength = np.array([(step & -step) or codes.shape[1] for step in steps.tolist()])
    order = np.lexsort((rows, strength, codes[rows, steps]))
    left = codes.copy()
    for index in order[: len(rows) - most].tolist():
        row, step = rows[index], steps[index]
        left[row, step : _end(codes[row], step)] = SILENT
    return left


def bars_of(
    patches: Iterator[Patch], height: int, bar: int, skip: int
) -> Iterator[NDArray[np.uint8]]:
    """Patches of one endless roll as bars of codes [P, bar], in order, from step `skip` on."""
    codes, missing = np.zeros((height, 0), np.uint8), np.zeros(0, np.int64)
    first = 0
    for patch in patches:
        tall, wide = patch.codes.shape
        start = patch.start_step - first
        grow = start + wide - codes.shape[1]
        if grow > 0:
            codes = np.pad(codes, ((0, 0), (0, grow)))
            missing = np.pad(missing, (0, grow), constant_values=height)
        codes[patch.low_pitch : patch.low_pitch + tall, start : start + wide] = patch.codes
        missing[start : start + wide] -= tall
        while len(missing) >= (ahead := skip or bar) and not missing[:ahead].any():
            if not skip:
                yield codes[:, :bar]
            codes, missing, first = codes[:, ahead:], missing[ahead:], first + ahead
            skip = 0


def last_onsets(codes: NDArray[np.uint8], before: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Code of the latest onset of each pitch, [P]; `before` where a bar has none."""
    onset = codes >= FIRST_ONSET
    last = codes.shape[1] - 1 - onset[:, ::-1].argmax(1)
    return np.where(onset.any(1), codes[np.arange(len(codes)), last], before)
