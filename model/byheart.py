"""Whether a generator has learnt its music by heart: how many bars are near copies of known ones.

A bar counts as a copy where the nearest known bar, moved up or down by any number of semitones,
turns into it with few edits: a note added, taken away or changed is one edit. Only where and how
high notes begin counts, not how long or loud they are. The same share is taken of held-out bars,
since music repeats itself anyhow: what lies above that was learnt by heart.

Shapes: `N` bars, `K` onsets of all bars, `W` steps of the longest bar.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from model.cache import Cache
from model.notes import FIRST_ONSET
from model.roll import Roll
from model.timeline import places_in_bar

Ints = NDArray[np.int64]
Verdict = Literal["fresh", "near", "by heart", "unknown"]

FEWEST_NOTES = 4
"""Bars with fewer onsets are passed over: any two of them are near each other."""
NOTES_PER_EDIT = 8
"""So many notes of a bar allow one edit."""
NEAR, HEART = 0.05, 0.25
"""How far the share of copies must surely lie above the held-out share for a verdict."""
FEWEST_BARS = 8
"""With fewer bars on either side there is no verdict."""
_SURE = 1.64
"""Standard errors that a difference must keep after: one side of 95 %."""


@dataclass(frozen=True, eq=False)
class Bars:
    """Bars as onsets.

    Attributes:
        start: int64 [N + 1], where each bar's onsets begin in the two arrays below.
        place: int64 [K], step of each onset in its bar, rising within a bar.
        pitch: int64 [K], its pitch.
    """

    start: Ints
    place: Ints
    pitch: Ints

    def __len__(self) -> int:
        """Number of bars."""
        return len(self.start) - 1

    @property
    def notes(self) -> Ints:
        """Onsets of each bar, [N]."""
        return np.diff(self.start)

    def one(self, bar: int) -> tuple[Ints, Ints]:
        """Places and pitches of a bar's onsets."""
        own = slice(int(self.start[bar]), int(self.start[bar + 1]))
        return self.place[own], self.pitch[own]

    def rhythms(self, width: int) -> NDArray[np.int32]:
        """Onsets at each place, int32 [N, width]; later places are left out."""
        bar = np.repeat(np.arange(len(self)), self.notes)
        inside = self.place < width
        counts = np.bincount(bar[inside] * width + self.place[inside], minlength=len(self) * width)
        return counts.reshape(len(self), width).astype(np.int32)


@dataclass(frozen=True)
class ByHeart:
    """The share of copies among made bars, beside that among held-out ones.

    Attributes:
        made, made_copies: Bars made, and how many of them are copies of training bars.
        held_out, held_out_copies: The same for held-out bars.
    """

    made: int
    made_copies: int
    held_out: int
    held_out_copies: int

    @property
    def made_share(self) -> float:
        """Share of copies among the bars made, 0..1."""
        return self.made_copies / max(1, self.made)

    @property
    def held_out_share(self) -> float:
        """Share of copies among the held-out bars, 0..1."""
        return self.held_out_copies / max(1, self.held_out)

    @property
    def verdict(self) -> Verdict:
        """What the two shares say, with their chance error in mind."""
        if min(self.made, self.held_out) < FEWEST_BARS:
            return "unknown"
        pairs = ((self.made_copies, self.made), (self.held_out_copies, self.held_out))
        # one copy and one other more than were seen, so that 0 of 8 doesn't look like certainty
        shares = [(copies + 1) / (bars + 2) for copies, bars in pairs]
        error = math.sqrt(
            sum(s * (1 - s) / (bars + 2) for s, (_, bars) in zip(shares, pairs, strict=True))
        )
        surely = self.made_share - self.held_out_share - _SURE * error
        return "by heart" if surely > HEART else "near" if surely > NEAR else "fresh"

    def to_json(self) -> dict[str, object]:
        """Counts, shares and verdict as plain values."""
        return {
            "made": self.made,
            "made_copies": self.made_copies,
            "made_share": round(self.made_share, 4),
            "held_out": self.held_out,
            "held_out_copies": self.held_out_copies,
            "held_out_share": round(self.held_out_share, 4),
            "verdict": self.verdict,
        }


def bars_of_rolls(rolls: Iterable[Roll]) -> Bars:
    """The bars of rolls (all parts merged, drums left out) that have enough notes."""
    merged = [roll.merged() for roll in rolls]
    return _gather((_onsets(one.cells[0].T), one.steps_in_bar()) for one in merged)


def bars_of_cache(cache: Cache, splits: Iterable[str], at_most: int | None = None) -> Bars:
    """The bars of a cache's songs that have enough notes.

    Args:
        cache: The music.
        splits: Which songs.
        at_most: Only so many bars, evenly spaced; None takes all.
    """
    per_beat, chosen = cache.grid.steps_per_beat, set(splits)
    songs = (
        (
            _onsets(cache.cells[song.offset : song.offset + song.steps]),
            places_in_bar(np.arange(song.steps), song.metres, per_beat),
        )
        for song in cache.songs
        if song.split in chosen
    )
    found = _gather(songs)
    return found if at_most is None else _thinned(found, at_most)


def compare_by_heart(made: Bars, training: Bars, held_out: Bars) -> ByHeart:
    """Count copies of training bars among made and among held-out bars."""
    return ByHeart(
        len(made), count_copies(made, training), len(held_out), count_copies(held_out, training)
    )


def count_copies(bars: Bars, known: Bars) -> int:
    """How many bars have a known one within the edits that they allow."""
    if not len(bars) or not len(known):
        return 0
    width = int(max(bars.place.max(), known.place.max())) + 1
    known_rhythms, known_notes = known.rhythms(width), known.notes
    rhythms = bars.rhythms(width)
    return sum(
        _is_copy(bars.one(bar), rhythms[bar], known, known_rhythms, known_notes)
        for bar in range(len(bars))
    )


def bar_distance(first: tuple[Ints, Ints], second: tuple[Ints, Ints]) -> int:
    """Fewest edits between two bars over all transpositions.

    Args:
        first: Places and pitches of the onsets of one bar.
        second: The same of the other.
    """
    (place_a, pitch_a), (place_b, pitch_b) = first, second
    together = place_a[:, None] == place_b[None, :]
    shifts = (pitch_a[:, None] - pitch_b[None, :])[together]
    matches = int(np.bincount(shifts - shifts.min()).max()) if len(shifts) else 0
    return max(len(place_a), len(place_b)) - matches


def _is_copy(
    bar: tuple[Ints, Ints],
    rhythm: NDArray[np.int32],
    known: Bars,
    known_rhythms: NDArray[np.int32],
    known_notes: Ints,
) -> bool:
    """Whether a known bar is near; rhythms, which no transposition changes, thin them out first."""
    notes = len(bar[0])
    allowed = notes // NOTES_PER_EDIT
    alike = np.flatnonzero(np.abs(known_notes - notes) <= allowed)
    common = np.minimum(known_rhythms[alike], rhythm).sum(1)
    least = np.maximum(known_notes[alike], notes) - common
    order = np.argsort(least, kind="stable")
    near = alike[order[: int(np.count_nonzero(least <= allowed))]]
    return any(bar_distance(bar, known.one(int(k))) <= allowed for k in near)


def _onsets(cells: NDArray[np.uint8]) -> tuple[Ints, Ints]:
    """Steps and pitches of the onsets of cells [S, P], by step."""
    step, pitch = np.nonzero(cells >= FIRST_ONSET)
    return step, pitch


def _gather(pieces: Iterable[tuple[tuple[Ints, Ints], NDArray[np.integer]]]) -> Bars:
    """Bars of pieces, each given by its onsets and the place in the bar of each step."""
    counts, places, pitches = [], [], []
    for (step, pitch), place in pieces:
        if not len(step):
            continue
        bar = np.cumsum(place == 0)[step]
        per_bar = np.bincount(bar)
        full = per_bar >= FEWEST_NOTES
        kept = full[bar]
        counts.append(per_bar[full])
        places.append(place[step[kept]].astype(np.int64))
        pitches.append(pitch[kept].astype(np.int64))
    empty = np.zeros(0, np.int64)
    start = np.concatenate([[0], np.cumsum(np.concatenate([empty, *counts]))]).astype(np.int64)
    return Bars(start, np.concatenate([empty, *places]), np.concatenate([empty, *pitches]))


def _thinned(bars: Bars, count: int) -> Bars:
    """So many of the bars, evenly spaced."""
    if len(bars) <= count:
        return bars
    chosen = np.linspace(0, len(bars) - 1, count).round().astype(int).tolist()
    parts = list(_each(bars, chosen))
    start = np.concatenate([[0], np.cumsum([len(place) for place, _ in parts])]).astype(np.int64)
    place, pitch = (np.concatenate([part[k] for part in parts]) for k in (0, 1))
    return Bars(start, place, pitch)


def _each(bars: Bars, chosen: list[int]) -> Iterator[tuple[Ints, Ints]]:
    return (bars.one(bar) for bar in chosen)
