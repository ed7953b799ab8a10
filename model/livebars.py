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
    bars: Iterator[NDArray[np.uint8]], past: Past, most_onsets: int | None = None
) -> Iterator[NDArray[np.uint8]]:
    """Bars without what others play in them; the first has so many onsets at most."""
    others = past.others
    for codes in bars:
        left = codes.copy()
        left[past.silent] = SILENT
        own = min(others.shape[1], left.shape[1])
        left[:, :own][others[:, :own]] = SILENT
        others = others[:, own:]
        yield left if most_onsets is None else thinned(left, most_onsets)
        most_onsets = None


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
        after = np.flatnonzero(codes[row, step + 1 :] != HELD)
        stop = step + 1 + int(after[0]) if len(after) else codes.shape[1]
        left[row, step:stop] = SILENT
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
