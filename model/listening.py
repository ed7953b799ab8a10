"""What live music goes on from, as the sampler is told it: a prompt, known cells, and a key.

Others play in it, and we do: what the model sees is both, what we play is only ours. No more is
told than the model looks at, so that a wish is answered fast.

Shapes: `P` rows of the canvas, `S` steps of the prompt, `K` steps told after it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from model.conditions import KEYS
from model.config import ModelConfig
from model.engine import Codes, Ints, Known
from model.fitting import on_grid
from model.keys import estimate_key
from model.roll import FIRST_ONSET, HELD, PITCHES, SILENT, Grid, Roll
from model.settings import SamplingError

FEWEST_ONSETS, FEWEST_PITCH_CLASSES = 6, 3
"""With fewer than these the key of what is played is anybody's guess, and none is asked for."""

STRAY_SHARE = 0.03
"""A tone outside the key belongs to the music if more than this share of the onsets have it."""

PIANO = (21, 108)
MIDDLE = (36, 84)
"""A compass reaches at least over the middle, and never beyond a piano's keys."""
REACH = 12
"""So many semitones a compass goes beyond what others play."""

DENSITY_BARS = 4
"""How dense others play is told by so many bars."""

CHORD_PITCH_CLASSES = 3
"""So many different tones make a chord."""
MAJOR, MINOR = (0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 9, 10, 11)
"""Semitones above the tonic; minor with its sixth and seventh degrees both low and high."""


class TiedRoll(Protocol):
    """A bar: `tied` are the (part, pitch) at its first step that go on from the bar before."""

    @property
    def roll(self) -> Roll:
        """Its cells."""
        ...

    @property
    def tied(self) -> frozenset[tuple[int, int]]:
        """See the class."""
        ...


@dataclass(frozen=True)
class Past:
    """What a source goes on from.

    prompt: codes [P, S]. places: steps in the bar [S]. told, told_known: codes and bool [P, K] of
    the steps after the prompt; their first `skip` steps are over when the first bar begins.
    sounding: codes [P], the onset of each
    note of ours that goes on over the line, else silent. silent: bool [P], rows that we don't play.
    key: 0..23, or None. density: onsets a step of what others play, or None where they rest.
    """

    prompt: Codes
    places: Ints
    told: Codes
    told_known: Known
    skip: int
    sounding: Codes
    silent: Known
    key: int | None
    density: float | None

    @property
    def asked(self) -> dict[str, Any]:
        """The fields of a sampler's `Request` that say it."""
        found: dict[str, Any] = {}
        if self.prompt.shape[1]:
            found.update(prompt=self.prompt, prompt_places=self.places)
        if self.told_known.any():
            found.update(told=self.told, told_known=self.told_known)
        return found

    @property
    def others(self) -> Known:
        """Bool [P, K - skip], where others play after the line."""
        return np.asarray(self.told[:, self.skip :] != SILENT)


def past_of(
    config: ModelConfig,
    bar: int,
    given: Roll,
    *,
    ours: Roll | None = None,
    known: TiedRoll | None = None,
    open_steps: int = 0,
    left_out: Collection[int] = (),
    register: tuple[int, int] | None = None,
    bars_in_key: int = 0,
    key: int | None = None,
) -> Past:
    """What was played, for a model.

    Args:
        config: of the model.
        bar: steps of a bar on its grid.
        given: what was played, up to a bar line.
        ours: what of it was ours, in the same steps.
        known: what is known already of the bar after it.
        open_steps: so many of the last steps of `given` are not over: more may be played there.
        left_out: parts that others play.
        register: lowest and highest pitch between which nothing is made in the bar after it.
        bars_in_key: for so many bars after it nothing is made that is foreign to the key, or far
            above or below what others play; on the beats of the first nothing that is foreign to a
            chord of three or more keys that stay down.
        key: 0..23, which that is; None for that of what others play, where it can be told.

    Raises:
        SamplingError: it has a grid or parts that the model can't hear.
    """
    factor = max(1, given.grid.steps_per_beat // config.steps_per_beat)
    width = config.levels[0].patch[1]
    seen = max(config.context_steps // 2 // width, 1) * width  # what the sampler looks back at
    first = max(0, given.steps - open_steps - seen * factor) // factor * factor
    codes = _rows(config, given.slice_steps(first, given.steps))
    own = np.zeros_like(codes)
    if ours is not None:
        own = _rows(config, ours.slice_steps(first, ours.steps))
    skip = min(-(-open_steps // factor), max(codes.shape[1] - 1, 0))
    length = codes.shape[1] - skip
    told = np.pad(codes[:, length:], ((0, 0), (0, bar * max(bars_in_key, 1))))
    line = slice(skip, skip + bar)
    if known is not None:
        told[:, line] = _known_rows(config, known, codes)
    theirs = np.where(own == SILENT, codes, np.uint8(SILENT))
    heard_key = _key(theirs, config)
    told_known = told != SILENT
    if register is not None:
        told_known[_between(config, *register), line] = True
    if bars_in_key:
        kept = heard_key if key is None else key
        told_known[_foreign(config, theirs, kept), skip:] = True
        told_known[~_between(config, *_compass(config, theirs)), skip:] = True
        beats = skip + np.arange(0, bar, config.steps_per_beat)
        told_known[np.ix_(_off_chord(config, told[:, line]), beats)] = True
    silent = np.zeros((config.parts, config.pitches), bool)
    silent[list(left_out)] = True
    return Past(
        codes[:, :length],
        (np.arange(length) - codes.shape[1]) % bar,
        told,
        told_known,
        skip,
        _sounding(own),
        silent.reshape(-1),
        heard_key,
        _density(theirs[:, -DENSITY_BARS * bar :], bar),
    )


def _rows(config: ModelConfig, roll: Roll) -> Codes:
    """A roll's cells as rows of the model's canvas, on its grid, [P, S]."""
    cells = on_grid(roll.cells, roll.grid, Grid(config.steps_per_beat, config.velocity_bins))
    if config.pitches != PITCHES or config.parts not in (1, len(roll.parts)):
        raise SamplingError(
            f"the model makes {config.parts} part(s) of {config.pitches} pitches and can't go on"
            f" from {len(roll.parts)} part(s) of {PITCHES}; give it as many"
        )
    if config.parts == 1:
        tones = [index for index, part in enumerate(roll.parts) if not part.is_drum]
        cells = cells[tones].max(0, keepdims=True) if tones else cells[:1] * np.uint8(0)
    return cells.reshape(config.height, -1)


def _known_rows(config: ModelConfig, known: TiedRoll, before: Codes) -> Codes:
    """What is known of the bar to come, [P, bar]; tied notes are held on where they sound."""
    codes = _rows(config, known.roll).copy()
    if before.shape[1]:
        for part, pitch in known.tied:
            row = pitch + (part * PITCHES if config.parts > 1 else 0)
            if before[row, -1] != SILENT and codes[row, 0] != SILENT:
                codes[row, 0] = HELD
    return codes


def _sounding(codes: Codes) -> Codes:
    """The latest onset of each row that sounds in the last step, else silent, [P]."""
    if not codes.shape[1]:
        return np.zeros(len(codes), np.uint8)
    last = codes.shape[1] - 1 - (codes[:, ::-1] >= FIRST_ONSET).argmax(1)
    onset = codes[np.arange(len(codes)), last]
    return np.where(codes[:, -1] != SILENT, onset, np.uint8(SILENT))


def _between(config: ModelConfig, low: int, high: int) -> Known:
    """Rows of these pitches and those between them, bool [P]."""
    pitch = np.arange(config.height) % config.pitches
    return np.asarray((low <= pitch) & (pitch <= high))


def _compass(config: ModelConfig, theirs: Codes) -> tuple[int, int]:
    """Lowest and highest pitch that go well with what others play."""
    struck = np.flatnonzero((theirs >= FIRST_ONSET).any(1)) % config.pitches
    if not len(struck):
        return PIANO
    low = min(MIDDLE[0], int(struck.min()) - REACH)
    high = max(MIDDLE[1], int(struck.max()) + REACH)
    return max(low, PIANO[0]), min(high, PIANO[1])


def _foreign(config: ModelConfig, theirs: Codes, key: int | None) -> Known:
    """Rows that neither belong to a key nor are much used by others, bool [P]."""
    if key is None:
        return np.zeros(config.height, bool)
    row_class = np.arange(config.height) % config.pitches % 12
    struck = np.bincount(row_class, (theirs >= FIRST_ONSET).sum(1), minlength=12)
    scale = MINOR if key >= 12 else MAJOR
    belongs = struck > STRAY_SHARE * struck.sum()
    belongs[[(key + degree) % 12 for degree in scale]] = True
    return np.asarray(~belongs[row_class])


def _density(theirs: Codes, bar: int) -> float | None:
    """Onsets a step of what others play, bars in which they rest left out."""
    bars = theirs.shape[1] // bar
    counts = (theirs[:, theirs.shape[1] - bars * bar :] >= FIRST_ONSET).sum(0)
    struck = counts.reshape(bars, bar).sum(1)
    return float(struck[struck > 0].mean()) / bar if struck.any() else None


def _off_chord(config: ModelConfig, bar: Codes) -> Ints:
    """Rows that are foreign to the chord that goes on all through a bar, if there is one."""
    held = np.flatnonzero((bar == HELD).all(1)) % config.pitches % 12
    chord = set(held.tolist())
    if len(chord) < CHORD_PITCH_CLASSES:
        return np.zeros(0, np.int64)
    rows = np.arange(config.height)
    return rows[[row % config.pitches % 12 not in chord for row in rows.tolist()]]


def _key(codes: Codes, config: ModelConfig) -> int | None:
    """The key of what others play, if enough of it is there."""
    cells = codes.reshape(config.parts, config.pitches, -1).max(0)
    struck = (cells >= FIRST_ONSET).sum(1)
    if struck.sum() < FEWEST_ONSETS:
        return None
    if len(set((np.flatnonzero(struck) % 12).tolist())) < FEWEST_PITCH_CLASSES:
        return None
    key = estimate_key(cells.T, config.steps_per_beat)
    return key if key < KEYS else None
