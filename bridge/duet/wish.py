"""What is asked of whoever makes the music: which bars, and what they go on from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol, runtime_checkable

import numpy as np

from bridge.source import Bar, BarSource, CutBar
from model.roll import SILENT, Roll


@dataclass(frozen=True, eq=False)
class Wish:
    """From bar `first_bar` on play `bars` bars that go on from `given`, then rest.

    Attributes:
        first_bar: Bar of the song, counted from 0. What was planned from here on is void.
        bars: How many; 0 rests at once, None goes on until another wish comes.
        played: What the musician played, up to the line of `first_bar` (or of an earlier bar, where
            the bars between were empty).
        ours: What we played meanwhile, of the same length, grid and parts.
        open_steps: So many of their last steps are not over yet: the musician may still play there.
        known: What is known already of the bars that are asked for: keys that are held, and notes
            that were struck a little early. None if nothing is.
        left_out: Parts that the musician plays; they are left out of what is made.
        register: Lowest and highest pitch between which we leave the first bar to the musician.
        bars_in_key: For so many bars we keep to the musician's key, if there is one.
        as_dense: Whether we play about as many notes as the musician, if no density was asked for.
        most_onsets: So many notes of ours begin in the first bar at most, none of which stutters;
            None for any number.
    """

    first_bar: int
    bars: int | None
    played: Roll
    ours: Roll
    open_steps: int = 0
    known: CutBar | None = None
    left_out: tuple[int, ...] = ()
    register: tuple[int, int] | None = None
    bars_in_key: int = 0
    as_dense: bool = False
    most_onsets: int | None = None

    @property
    def given(self) -> Roll:
        """Both laid over each other, part by part; an onset wins over a held cell."""
        return laid_over(self.played, self.ours)

    @property
    def rests(self) -> bool:
        """Whether nothing is to be played."""
        return self.bars == 0


@runtime_checkable
class Listening(BarSource, Protocol):
    """A source of bars that hears what it goes on from."""

    def listen(
        self,
        given: Roll,
        *,
        ours: Roll | None = None,
        known: Bar | None = None,
        open_steps: int = 0,
        left_out: tuple[int, ...] = (),
        register: tuple[int, int] | None = None,
        bars_in_key: int = 0,
        as_dense: bool = False,
        most_onsets: int | None = None,
    ) -> int:
        """Make the next bars anew, so that they go on from this; returns its number.

        Bars that were made before it carry a lower number (`heard`). From any thread.
        """
        ...


def hand_over(wish: Wish, source: Listening) -> int:
    """Let a source hear what a wish goes on from; returns the number of its bars from now on."""
    return source.listen(
        wish.given,
        ours=wish.ours,
        known=wish.known,
        open_steps=wish.open_steps,
        left_out=wish.left_out,
        register=wish.register,
        bars_in_key=wish.bars_in_key,
        as_dense=wish.as_dense,
        most_onsets=wish.most_onsets,
    )


def laid_over(one: Roll, other: Roll) -> Roll:
    """Two rolls of the same shape as one.

    Raises:
        RollError: If what comes out is no roll, since the two don't fit together.
    """
    if not one.steps:
        return one
    return replace(one, cells=np.maximum(one.cells, other.cells))


def sounds_at_end(roll: Roll) -> frozenset[tuple[int, int]]:
    """(part, pitch) of what sounds in the last step of a roll."""
    if not roll.steps:
        return frozenset()
    parts, pitches = np.nonzero(roll.cells[:, :, -1] != SILENT)
    return frozenset(zip(parts.tolist(), pitches.tolist(), strict=True))
