"""Where bars come from: the seam between whoever makes music and the player.

A source is asked for one bar after the other, from a thread of the player. What sounds across a bar
line is struck again in the next bar's roll, since a roll begins with nothing held, and is named in
`Bar.tied`, so that the player lets it sound on.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Protocol

import numpy as np

from model.roll import HELD, Roll


class Bar(Protocol):
    """One bar to be played, with its own metre and tempo. Anything with these two will do."""

    @property
    def roll(self) -> Roll:
        """The cells of the bar; its tempos give its length in seconds."""
        ...

    @property
    def tied(self) -> frozenset[tuple[int, int]]:
        """(part, pitch) of the notes at its first step that go on from the bar before.

        They are not struck again if they still sound.
        """
        ...


@dataclass(frozen=True)
class CutBar:
    """A bar cut out of a longer roll."""

    roll: Roll
    tied: frozenset[tuple[int, int]] = frozenset()


def cut_bar(roll: Roll, start: int, stop: int) -> CutBar:
    """The steps [start, stop) of a longer roll; what sounds across `start` is tied.

    Raises:
        RollError: If not 0 <= start <= stop <= steps.
    """
    bar = roll.slice_steps(start, stop)
    if start == stop:
        return CutBar(bar)
    parts, pitches = np.nonzero(roll.cells[:, :, start] == HELD)
    return CutBar(bar, frozenset(zip(parts.tolist(), pitches.tolist(), strict=True)))


def is_shortened(bar: Bar) -> bool:
    """Whether its source made the bar in fewer rounds than usual, to be there in time."""
    return bool(getattr(bar, "shortened", False))


def seconds_in(bar: Bar) -> float:
    """How long a bar lasts at its own tempo."""
    return float(bar.roll.step_seconds()[-1])


def metre_of(source: "BarSource") -> tuple[int, int]:
    """The metre in which a source begins; 4/4 where it doesn't tell."""
    metre: tuple[int, int] = getattr(source, "metre", (4, 4))
    return metre


class BarSource(Protocol):
    """Makes bars: a generator, or a file. Only one thread at a time calls it."""

    @property
    def engine(self) -> str:
        """What makes the bars, in a word or two for the summary."""
        ...

    def next_bar(self) -> Bar | None:
        """The next bar, however long that takes; None when there are no more."""
        ...

    def close(self) -> None:
        """Let go of whatever the source holds. May be called again, and from another thread."""
        ...


class RollSource:
    """Plays a finished roll bar by bar.

    Args:
        roll: What to play. Where it begins or ends inside a bar, that part is a bar of its own.
        engine: What to call it in the summary.

    Attributes:
        bars: How many bars it has.
        parts: Of the roll.
        metre: Of its first bar.
    """

    def __init__(self, roll: Roll, engine: str = "file") -> None:
        self.engine, self.parts = engine, roll.parts
        self.metre = (roll.metres[0].numerator, roll.metres[0].denominator)
        lines = sorted({0, *(int(step) for step in roll.bar_starts()), roll.steps})
        self.bars = len(lines) - 1
        self._bars = iter([cut_bar(roll, start, stop) for start, stop in pairwise(lines)])

    def next_bar(self) -> Bar | None:
        """The next bar of the roll."""
        return next(self._bars, None)

    def close(self) -> None:
        """Nothing is held."""


def join_bars(bars: Sequence[Bar]) -> Roll:
    """The bars as one roll again, tied notes whole.

    Raises:
        RollError: If the bars differ in grid or number of parts.
        ValueError: If there are none.
    """
    if not bars:
        raise ValueError("tried to join no bars at all; play at least one")
    roll = _joined([bar.roll for bar in bars])
    cells = roll.cells.copy()
    start = 0
    for bar in bars:
        for part, pitch in bar.tied:
            if start and cells[part, pitch, start - 1]:
                cells[part, pitch, start] = HELD
        start += bar.roll.steps
    return replace(roll, cells=cells)


def _joined(rolls: Sequence[Roll]) -> Roll:
    """All rolls in a row; by halves, so that a long session isn't copied once per bar."""
    if len(rolls) == 1:
        return rolls[0]
    middle = len(rolls) // 2
    return _joined(rolls[:middle]).joined(_joined(rolls[middle:]))
