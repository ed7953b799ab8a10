"""Variations of a piece as plain data: what was made before, and which of it is the piece now."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from gui.state.made import Made
from gui.state.rolljson import roll_to_json
from model.roll import Roll

ORIGINAL = -1
"""Index of the piece as it was before anything was made."""


@dataclass(frozen=True, eq=False)
class Variation:
    """One take of the piece.

    Attributes:
        number: What it is called; 0 is the original.
        roll: The whole piece.
        start, stop: Steps that were made in it.
        made: Where its notes come from; None where nobody but the user made them.
        starred: Whether it is kept in any case.
    """

    number: int
    roll: Roll
    start: int
    stop: int
    made: Made | None = None
    starred: bool = False

    @cached_property
    def digest(self) -> int:
        """Another number for other notes, but for a chance in four thousand million."""
        return digest_of(self.roll)

    @cached_property
    def packed(self) -> dict[str, Any]:
        """Its roll as JSON, computed once; the thread that keeps the piece asks for it, too."""
        return roll_to_json(self.roll)


@dataclass(frozen=True, eq=False)
class Takes:
    """All variations of a piece, as they are kept with it.

    Attributes:
        original: The piece before anything was made.
        variations: All others, the oldest first.
        current: Index of the one that the piece is, or was before it was edited; `ORIGINAL`, or
            None where it was taken off the list.
        count: How many there ever were: the number of the last one.
    """

    original: Variation
    variations: tuple[Variation, ...]
    current: int | None
    count: int

    def at(self, index: int | None) -> Variation | None:
        """The variation of an index; None where there is none."""
        if index is None:
            return None
        if index == ORIGINAL:
            return self.original
        return self.variations[index] if 0 <= index < len(self.variations) else None


def digest_of(roll: Roll) -> int:
    """A number for the notes of a roll: fast, as it is asked for after every edit."""
    return zlib.crc32(
        np.ascontiguousarray(roll.cells).data, zlib.crc32(repr(roll.cells.shape).encode())
    )
