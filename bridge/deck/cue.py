"""What plays, and what waits for its step to change that: another piece, a jump, or both.

Music is handed over ahead of time, so a change that waits may be on its way to the port already and
still be taken back: until it sounds, edits belong to the piece that waits.
"""

import math
from dataclasses import dataclass

from bridge.deck.piece import DeckPiece


@dataclass(eq=False)
class Cue:
    """What waits for a step.

    Attributes:
        step: Where it happens.
        piece: What plays from there on; None for the same.
        to: Where the music goes on; None for `step` itself.
        at: When it happens, once that has been handed over.
        before: The piece that plays until then, once that has been handed over.
    """

    step: float
    piece: DeckPiece | None = None
    to: float | None = None
    at: float = math.inf
    before: DeckPiece | None = None


class Cued:
    """A piece and what waits. Times are seconds on the port's clock.

    Attributes:
        piece: What plays; what was handed over of a cue counts.
    """

    def __init__(self) -> None:
        self.piece = DeckPiece()
        self._cue: Cue | None = None

    def waiting(self, now: float) -> Cue | None:
        """What waits for its step, handed over or not."""
        cue = self._cue
        return cue if cue is not None and cue.at > now else None

    def newest(self, now: float) -> DeckPiece:
        """The piece, or the one that waits to take its place."""
        cue = self.waiting(now)
        return self.piece if cue is None or cue.piece is None else cue.piece

    def edit(self, piece: DeckPiece, now: float) -> None:
        """The newest piece in other words."""
        cue = self.waiting(now)
        if cue is None or cue.piece is None:
            self.piece = piece
            return
        cue.piece = piece
        if cue.before is not None:  # handed over already
            self.piece = piece

    def wait_for(self, cue: Cue | None, now: float) -> None:
        """Let this happen instead of what waited before; None: nothing waits."""
        self.take_back(-math.inf, now)
        self._cue = cue

    def hurry(self, now: float) -> None:
        """A piece that waits takes its place now; a jump is forgotten."""
        self.piece = self.newest(now)
        self._cue = None

    def forget(self) -> None:
        """Nothing waits."""
        self._cue = None

    def edge(self) -> float:
        """The step of what waits and was not handed over; infinity if nothing does."""
        cue = self._cue
        return cue.step if cue is not None and cue.before is None else math.inf

    def pass_on(self, step: float, at: float) -> float | None:
        """What waits happens at second `at`, on `step`: which step the music goes on with."""
        cue = self._cue
        if cue is None or cue.before is not None:
            return None
        cue.at, cue.before = at, self.piece
        self.piece = cue.piece or self.piece
        return step if cue.to is None else cue.to

    def take_back(self, at: float, now: float) -> None:
        """What was handed over of it for second `at` or later is not going to happen like that."""
        cue = self.waiting(now)
        if cue is not None and cue.before is not None and cue.at >= at:
            self.piece, cue.before, cue.at = cue.before, None, math.inf
