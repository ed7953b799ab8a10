"""Generated music beside real music: the same figures of both, and pictures side by side.

Real pieces are drawn evenly from a held-out split. For each, one is generated that is told the same
style and metre and is equally long, so that the two sets differ in nothing else that was chosen.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace

import numpy as np
from tqdm import tqdm

from model.cache import Cache, Song
from model.conditions import Conditions
from model.evaluation import EvaluationError
from model.roll import Roll
from model.sampler import Request, Sampler, make_rolls
from model.settings import SamplingSettings
from model.statistics import RollStatistics, describe

PIECE_BARS = 8
"""Bars of a piece; figures are taken piece by piece."""


@dataclass(frozen=True)
class Pair:
    """A real piece and one generated to the same style, metre and length."""

    title: str
    real: Roll
    generated: Roll


@dataclass(frozen=True)
class Comparison:
    """Pairs, and the figures of either side."""

    pairs: tuple[Pair, ...]
    real: RollStatistics
    generated: RollStatistics


def compare_with_real(
    sampler: Sampler,
    cache: Cache,
    split: str = "test",
    *,
    bars: int = 200,
    settings: SamplingSettings | None = None,
    progress: bool = True,
) -> Comparison:
    """Lay generated music beside held-out music.

    Args:
        sampler: The generator.
        cache: Real music on the generator's grid.
        split: Which songs of it.
        bars: Bars of either side; rounded up to whole pieces of `PIECE_BARS`.
        settings: How to sample; each piece gets a seed of its own, counted on from theirs.
        progress: Show a bar on standard error.

    Raises:
        EvaluationError: the split holds no piece that is long enough.
    """
    settings = settings or SamplingSettings()
    real = real_pieces(cache, split, -(-bars // PIECE_BARS))
    groups: dict[tuple[str, tuple[int, int], int], list[int]] = defaultdict(list)
    for number, (song, roll) in enumerate(real):
        change = roll.metres[0]
        metre = (change.numerator, change.denominator)
        groups[cache.styles[song.style], metre, roll.steps].append(number)
    made: dict[int, Roll] = {}
    for (style, metre, steps), numbers in tqdm(
        groups.items(), desc="generate", unit="group", disable=not progress
    ):
        known = style if style in sampler.config.styles else None
        request = Request(steps, Conditions(known, metre=metre), count=len(numbers))
        own = replace(settings, seed=settings.seed + numbers[0])
        made |= dict(zip(numbers, make_rolls(sampler, request, own), strict=True))
    pairs = tuple(
        Pair(cache.styles[song.style], roll, made[number])
        for number, (song, roll) in enumerate(real)
    )
    return Comparison(
        pairs,
        describe(pair.real for pair in pairs),
        describe(pair.generated for pair in pairs),
    )


def real_pieces(cache: Cache, split: str, count: int) -> list[tuple[Song, Roll]]:
    """`count` stretches of `PIECE_BARS` bars in one metre, evenly spaced over a split's songs.

    A song that is asked for several gives them from its beginning to its end.

    Raises:
        EvaluationError: no song of the split is long enough.
    """
    songs = [song for song in cache.songs if song.split == split and _stretches(cache, song)]
    if not songs:
        raise EvaluationError(
            f"the split {split!r} holds no song with {PIECE_BARS} bars in one metre; choose another"
            " one (--split), or more music"
        )
    places = np.arange(count) * len(songs) / count
    asked: dict[int, int] = defaultdict(int)
    for place in places:
        asked[int(place)] += 1
    found = []
    for number, times in asked.items():
        starts = _stretches(cache, songs[number])
        for turn in range(times):
            start, stop = starts[(2 * turn + 1) * len(starts) // (2 * times)]
            found.append((songs[number], cache.stretch(songs[number], start, stop)))
    return found


def _stretches(cache: Cache, song: Song) -> list[tuple[int, int]]:
    """(first, last) step of every stretch of whole bars in the song's only metre, back to back."""
    if len(song.metres) != 1:
        return []
    metre = song.metres[0]
    bar = metre.numerator * 4 * cache.grid.steps_per_beat // metre.denominator
    length = bar * PIECE_BARS
    begin = song.first_onset // bar * bar
    return [(start, start + length) for start in range(begin, song.steps - length + 1, length)]
