"""A making while it runs, and what it came to."""

from __future__ import annotations

from dataclasses import dataclass

from gui.making.asking import Asked
from gui.making.wishes import MakingSettings
from gui.state.made import Made
from model.roll import Cells, Roll


@dataclass(frozen=True)
class Result:
    """What a making came to.

    Attributes:
        before: The piece as it was.
        roll: The piece with what was made.
        start, stop: Steps that were made.
        made: Where the notes come from.
    """

    before: Roll
    roll: Roll
    start: int
    stop: int
    made: Made


@dataclass
class Job:
    """The making that runs; `cells` when all of it has arrived."""

    number: int
    asked: Asked
    settings: MakingSettings
    cells: Cells | None = None
    start: int = 0
