"""When each step sounds: a row of stretches in which steps and the port's clock run side by side.

A new stretch begins wherever the music jumps (start, seek, loop) or changes its speed. Times are
seconds on the port's clock, steps have fractions.
"""

from dataclasses import dataclass

from bridge.deckpiece import DeckPiece

_HISTORY = 64
_APART_S = 0.001
_TRIES = 8


@dataclass(frozen=True)
class Stretch:
    """From second `at` on the music runs from `step`, `factor` times as fast as written."""

    at: float
    step: float
    factor: float
    piece: DeckPiece

    def time_of(self, step: float) -> float:
        """When `step` sounds."""
        written = self.piece.seconds_at(step) - self.piece.seconds_at(self.step)
        return self.at + written / self.factor

    def step_at(self, at: float) -> float:
        """Which step sounds at second `at`; at its beginning exactly its first one."""
        if at == self.at:
            return self.step
        begun = self.piece.seconds_at(self.step)
        return self.piece.step_at(begun + (at - self.at) * self.factor)


class Plan:
    """The stretches of one playing, the last of them open."""

    def __init__(self) -> None:
        self._stretches: list[Stretch] = []

    def __bool__(self) -> bool:
        return bool(self._stretches)

    @property
    def last(self) -> Stretch:
        """The stretch that goes on for ever."""
        return self._stretches[-1]

    def clear(self) -> None:
        """Nothing is planned."""
        self._stretches.clear()

    def begin(self, at: float, step: float, factor: float, piece: DeckPiece) -> Stretch:
        """A new stretch from second `at` on; what was planned from there on is forgotten."""
        self._stretches = [one for one in self._stretches if one.at < at][-_HISTORY:]
        self._stretches.append(Stretch(at, step, factor, piece))
        return self.last

    def in_force(self, at: float) -> Stretch:
        """The stretch of second `at`; before the first one, that one."""
        found = self._stretches[0]
        for stretch in self._stretches[1:]:
            if stretch.at > at:
                break
            found = stretch
        return found

    def step_at(self, at: float) -> float:
        """The step that sounds at second `at`; before the beginning, the first step."""
        stretch = self.in_force(at)
        return stretch.step_at(max(at, stretch.at))

    def between_onsets(self, at: float) -> float:
        """A second at `at` or a little later on which no note begins.

        Notes begin on whole steps; what is at least a millisecond away from them is on the same
        side of each of them for everybody, however times are rounded. The very beginning of a
        stretch is such a second as well: what begins there belongs to the stretch.
        """
        at = max(at, self._stretches[0].at)
        for _ in range(_TRIES):
            stretch = self.in_force(at)
            nearest = stretch.time_of(round(stretch.step_at(at)))
            if at == stretch.at:
                return at
            if abs(at - nearest) < _APART_S:
                at = nearest + 1.5 * _APART_S
            elif at - stretch.at < _APART_S:
                at = stretch.at + 1.5 * _APART_S
            else:
                return at
        return at
