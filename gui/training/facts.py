"""What a training's child process tells, as values: findings, curves, samples, a verdict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.roll import Roll

Series = tuple[NDArray[np.float64], NDArray[np.float64]]
"""Updates and the values after them."""


@dataclass(frozen=True)
class Findings:
    """What a folder holds.

    Attributes:
        songs, train, held_out: Songs in all, to learn from, and kept aside.
        bars, notes, minutes: How much music that is.
        styles: Songs of each style.
        refusals: Files that were passed over, and why.
        refused, duplicates: How many were passed over, and how many hold the same as another.
    """

    songs: int
    train: int
    held_out: int
    bars: int
    notes: int
    minutes: float
    styles: Mapping[str, int]
    refusals: tuple[tuple[str, str], ...]
    refused: int
    duplicates: int

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Findings:
        """Out of what a scan tells (`model.musicscan`).

        Raises:
            KeyError, TypeError, ValueError: it tells something else.
        """
        return cls(
            songs=int(told["songs"]),
            train=int(told["train"]),
            held_out=int(told["valid"]) + int(told["test"]),
            bars=int(told["bars"]),
            notes=int(told["notes"]),
            minutes=float(told["minutes"]),
            styles={str(name): int(count) for name, count in told["styles"].items()},
            refusals=tuple((str(path), str(why)) for path, why in told["refusals"]),
            refused=int(told["refused"]),
            duplicates=int(told["duplicates"]),
        )

    @property
    def enough(self) -> bool:
        """Whether there is something to learn from and something to judge by."""
        return self.train > 0 and self.held_out > 0


@dataclass(frozen=True, eq=False)
class Sample:
    """Bars made after an update; None: by the finished model."""

    step: int | None
    roll: Roll


@dataclass(frozen=True)
class HeartCheck:
    """Shares of bars that are copies of the music learnt from, and what they say.

    Attributes:
        made, held_out: Bars looked at.
        made_share, held_out_share: Shares of copies, 0..1.
        verdict: "fresh", "near", "by heart", or "unknown" where there are too few bars.
    """

    made: int
    made_share: float
    held_out: int
    held_out_share: float
    verdict: str

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> HeartCheck:
        """Out of what a training tells.

        Raises:
            KeyError, TypeError, ValueError: it tells something else.
        """
        return cls(
            int(told["made"]),
            float(told["made_share"]),
            int(told["held_out"]),
            float(told["held_out_share"]),
            str(told["verdict"]),
        )


@dataclass
class Curves:
    """Curves by name: `train` and `valid` of the whole model, `level0` ... of each level."""

    _rows: dict[str, dict[int, float]] = field(default_factory=dict)

    def add(self, told: Mapping[str, Any]) -> None:
        """Take up one line of a training; a row that was there already is replaced."""
        step = int(told["step"])
        for kind in ("train", "valid"):
            row = told.get(kind)
            if isinstance(row, dict):
                for name, metric in _plotted(kind, row).items():
                    self._rows.setdefault(name, {})[step] = metric

    def names(self) -> list[str]:
        """Which curves there are: the whole model's first, then levels, coarse to fine."""
        return sorted(self._rows, key=lambda name: (name.startswith("level"), name))

    def series(self, name: str) -> Series:
        """One curve by rising update; empty where there is none."""
        row = self._rows.get(name, {})
        steps = sorted(row)
        return np.array(steps, np.float64), np.array([row[step] for step in steps], np.float64)

    def last(self, name: str) -> float | None:
        """The latest value of a curve."""
        row = self._rows.get(name)
        return row[max(row)] if row else None

    def clear(self) -> None:
        """Forget everything."""
        self._rows.clear()

    def __len__(self) -> int:
        """Number of curves."""
        return len(self._rows)


def _plotted(kind: str, row: Mapping[str, Any]) -> dict[str, float]:
    found = {kind: float(row["loss"])} if "loss" in row else {}
    if kind == "train":
        for name, value in row.items():
            level, _, what = name.partition("/")
            if level.startswith("level") and what == "nats":
                found[level] = float(value)
    return found
