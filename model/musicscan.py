"""What a folder of music holds, in numbers, and what was refused and why: for people to judge."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from model.cache import Cache, Song
from model.timeline import places_in_bar

MOST_REFUSED = 500
"""So many files that were passed over are named one by one."""


def describe_music(cache: Cache, window_steps: int, hop_steps: int) -> dict[str, Any]:
    """What a cache holds, as plain values.

    Args:
        cache: The music.
        window_steps: Length of a training window in roll steps.
        hop_steps: From one training window to the next.

    Returns:
        `songs`, `train`, `valid`, `test`, `bars`, `notes`, `minutes`, `windows` (to train on),
        `styles` (name to songs), `refused` and `duplicates` (how many), and `refusals`: (path,
        reason) of the first `MOST_REFUSED`.
    """
    splits = Counter(song.split for song in cache.songs)
    styles = Counter(cache.styles[song.style] for song in cache.songs)
    per_beat = cache.grid.steps_per_beat
    return {
        "songs": len(cache.songs),
        **{name: splits[name] for name in ("train", "valid", "test")},
        "bars": sum(_bars(song, per_beat) for song in cache.songs),
        "notes": sum(song.onsets for song in cache.songs),
        "minutes": round(sum(_seconds(song, per_beat) for song in cache.songs) / 60, 1),
        "windows": len(cache.windows("train", window_steps, hop_steps)),
        "styles": dict(styles.most_common()),
        "refused": len(cache.refused),
        "duplicates": len(cache.duplicates),
        "refusals": [list(pair) for pair in cache.refused[:MOST_REFUSED]],
    }


def _bars(song: Song, per_beat: int) -> int:
    """Bar lines from the first onset's bar on."""
    places = places_in_bar(np.arange(song.steps), song.metres, per_beat)
    lines = np.flatnonzero(places == 0)
    return int(np.count_nonzero(lines > song.first_onset)) + 1


def _seconds(song: Song, per_beat: int) -> float:
    """Length at the song's own tempos."""
    cuts = [tempo.step for tempo in song.tempos] + [song.steps]
    return sum(
        max(0, min(stop, song.steps) - max(0, tempo.step)) / per_beat * 60.0 / tempo.bpm
        for tempo, stop in zip(song.tempos, cuts[1:], strict=True)
    )
