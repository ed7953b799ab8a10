"""What a roll may be asked to be: style, key, metre and place in the bar, note density.

A condition travels as a small integer; `UNKNOWN` (0) means "not told", which is also what the model
sees when a condition is dropped in training, so that guidance has something to compare with.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from model.errors import ModelError

UNKNOWN = 0

METRES: tuple[tuple[int, int], ...] = (
    (4, 4),
    (3, 4),
    (2, 4),
    (6, 8),
    (2, 2),
    (3, 8),
    (9, 8),
    (12, 8),
    (6, 4),
    (5, 4),
    (3, 2),
    (7, 8),
)
"""Metres that the model can tell apart; metre id = index + 1, and 0 is any other."""

MAX_PLACE_STEPS = 96
"""Places in the bar that are told apart: a 4/4 bar on the finest grid, 24 steps a beat."""

KEYS = 24
"""Key as the floor knows it: 0..11 major C..B, 12..23 minor C..B, 24 unknown."""

_NAMES = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
_OTHER_NAMES = {"Db": "C#", "D#": "Eb", "Gb": "F#", "G#": "Ab", "A#": "Bb", "Cb": "B", "Fb": "E"}


class ConditionError(ModelError):
    """A condition that the model or the floor does not know."""


def metre_id(numerator: int, denominator: int) -> int:
    """Id of a metre: 1.. for those in `METRES`, `UNKNOWN` for any other."""
    try:
        return METRES.index((numerator, denominator)) + 1
    except ValueError:
        return UNKNOWN


def parse_metre(text: str) -> tuple[int, int]:
    """Read ``"3/4"``.

    Raises:
        ConditionError: not two positive whole numbers with a slash, or a denominator that is no
            power of two.
    """
    try:
        numerator, denominator = (int(number) for number in text.split("/"))
    except ValueError as err:
        raise ConditionError(f"metre {text!r} can't be read; write it like 3/4") from err
    if numerator < 1 or denominator < 1 or denominator & (denominator - 1):
        raise ConditionError(
            f"metre {text!r} is none: the lower number must be 1, 2, 4, 8 ...; write it like 3/4"
        )
    return numerator, denominator


def key_name(key: int) -> str:
    """Name of a floor key (0..24): ``C major``, ``A minor``, ``unknown``."""
    if key >= KEYS:
        return "unknown"
    return f"{_NAMES[key % 12]} {'minor' if key >= 12 else 'major'}"


def parse_key(text: str) -> int:
    """Read ``"A minor"``, ``"Am"``, ``"Eb"`` or ``"F# major"`` as a floor key 0..23.

    Raises:
        ConditionError: no such key.
    """
    words = text.strip().replace("-", " ").split()
    tonic = words[0][:1].upper() + words[0][1:] if words else ""
    mode = words[1].lower() if len(words) > 1 else "major"
    if len(words) == 1 and len(tonic) > 1 and tonic.endswith("m"):
        tonic, mode = tonic[:-1], "minor"
    tonic = _OTHER_NAMES.get(tonic, tonic)
    if tonic not in _NAMES or mode not in ("major", "minor") or len(words) > 2:
        raise ConditionError(f"key {text!r} is unknown; write it like 'Eb', 'Am' or 'F# minor'")
    return _NAMES.index(tonic) + (12 if mode == "minor" else 0)


def key_id(key: int) -> int:
    """Model id of a floor key: 1..24, `UNKNOWN` for 24 (and anything above)."""
    return key + 1 if key < KEYS else UNKNOWN


def place_ids(steps_in_bar: ArrayLike) -> NDArray[np.int64]:
    """Model ids of places in the bar: 1 = downbeat, further ones clipped at `MAX_PLACE_STEPS`."""
    return np.clip(np.asarray(steps_in_bar, np.int64), 0, MAX_PLACE_STEPS - 1) + 1


def density_id(onsets_per_step: float, edges: tuple[float, ...]) -> int:
    """Model id of a note density: 1 + the number of `edges` (onsets a step) that it reaches."""
    return 1 + int(np.searchsorted(np.asarray(edges), onsets_per_step, side="right"))


@dataclass(frozen=True)
class Conditions:
    """What is asked of a whole roll; None everywhere means "as you like".

    style: one of the model's style names. key: floor key 0..23. metre: numerator and denominator;
    the place in the bar follows from it. density: onsets a step, all parts together.
    """

    style: str | None = None
    key: int | None = None
    metre: tuple[int, int] | None = (4, 4)
    density: float | None = None
