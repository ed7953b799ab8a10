"""Which pitch classes belong to a key, for lighting up and folding."""

from __future__ import annotations

from model.conditions import KEYS

_MAJOR = (0, 2, 4, 5, 7, 9, 11)
_MINOR = (0, 2, 3, 5, 7, 8, 10)


def scale_of(key: int | None) -> tuple[frozenset[int], int | None]:
    """Pitch classes of a key and its tonic; nothing for no key or an unknown one.

    Args:
        key: 0..11 major C..B, 12..23 minor C..B, 24 unknown, or None.
    """
    if key is None or not 0 <= key < KEYS:
        return frozenset(), None
    tonic = key % 12
    degrees = _MINOR if key >= 12 else _MAJOR
    return frozenset((tonic + degree) % 12 for degree in degrees), tonic
