"""What the user asks of the music, as plain frozen data."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from gui.state.declared import TOP_P

MOST_BARS = 256
SEEDS = 100_000
"""Seeds that the dice throws are below this: short enough to be read out."""
MOST_SEED = 2**31 - 1


@dataclass(frozen=True)
class MakingSettings:
    """How to make music.

    Attributes:
        bars: How many bars Generate and Continue make.
        seed: The same seed and settings give the same notes.
        seed_locked: Whether the seed stays; else each making throws the dice.
        temperature: Wild: 0 always takes the likeliest, 1 as learnt, above is bolder.
        top_p: Tidy: only the most probable choices that together reach this are taken, 0..1.
        guidance: Follow: how closely the wishes are followed; 1 as learnt.
        style: One of the model's styles, or None for any.
        key: As "Am" or "F#", or None for any.
        metre: As "3/4", or None for the piece's own.
        density: Busy: notes a beat, or None for any.
        bpm: Tempo of what Generate makes, or None for the piece's own.
        keep: Levels that Vary keeps, from the coarsest on; None for all but the last.
    """

    bars: int = 8
    seed: int = 1
    seed_locked: bool = False
    temperature: float = 1.0
    top_p: float = TOP_P
    guidance: float = 1.0
    style: str | None = None
    key: str | None = None
    metre: str | None = None
    density: float | None = None
    bpm: float | None = None
    keep: int | None = None

    def order(self) -> dict[str, Any]:
        """The part of a `make` order that they are."""
        return {
            "seed": self.seed,
            "temperature": self.temperature,
            "top_p": self.top_p,
            "guidance": self.guidance,
            "style": self.style,
            "key": self.key,
            "metre": self.metre,
            "density": self.density,
        }


def throw_dice() -> int:
    """A new seed."""
    return secrets.randbelow(SEEDS)
