"""A region: a rectangle of time and pitch, in some or all parts. No Qt here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

from gui.state.errors import StateError
from gui.state.noteids import NoteId, ids_of
from model.roll import PITCHES, NoteArray


@dataclass(frozen=True)
class Region:
    """A rectangle of the roll.

    Attributes:
        start_step: Its first step.
        stop_step: The step behind its last.
        low_pitch: Its lowest pitch.
        high_pitch: Its highest pitch, inside.
        parts: Parts that are meant; None for all.
    """

    start_step: int
    stop_step: int
    low_pitch: int = 0
    high_pitch: int = PITCHES - 1
    parts: frozenset[int] | None = None

    def __post_init__(self) -> None:
        """Refuse a region that holds no cell.

        Raises:
            StateError: Naming steps or pitches.
        """
        if not 0 <= self.start_step < self.stop_step:
            raise StateError(
                f"A region can't run from step {self.start_step} to {self.stop_step}: it begins "
                "at step 0 or later and ends behind its beginning."
            )
        if not 0 <= self.low_pitch <= self.high_pitch < PITCHES:
            raise StateError(
                f"A region can't span pitches {self.low_pitch} to {self.high_pitch}: they rise "
                f"and lie in 0 to {PITCHES - 1}."
            )

    def has_part(self, part: int) -> bool:
        """Whether a part is meant."""
        return self.parts is None or part in self.parts

    def has_onset(self, part: int, pitch: int, onset: int) -> bool:
        """Whether a note that begins there begins inside."""
        within = self.start_step <= onset < self.stop_step
        return within and self.low_pitch <= pitch <= self.high_pitch and self.has_part(part)

    def snapped(self, steps: int, pitches: int, end: int) -> Self:
        """The smallest region of whole patches that holds this one.

        Args:
            steps: Width of a patch; patches begin at step 0.
            pitches: Height of a patch; patches begin at pitch 0.
            end: Length of the roll, where the last patch may be cut.
        """
        stop = min(-(-self.stop_step // steps) * steps, max(end, self.stop_step))
        high = min(-(-(self.high_pitch + 1) // pitches) * pitches, PITCHES) - 1
        return replace(
            self,
            start_step=self.start_step // steps * steps,
            stop_step=stop,
            low_pitch=self.low_pitch // pitches * pitches,
            high_pitch=high,
        )

    def of_notes(self, notes: NoteArray) -> frozenset[NoteId]:
        """Those of the notes that begin inside."""
        inside = (notes.onset_steps >= self.start_step) & (notes.onset_steps < self.stop_step)
        inside &= (notes.pitch >= self.low_pitch) & (notes.pitch <= self.high_pitch)
        return frozenset(one for one in ids_of(notes.only(inside)) if self.has_part(one[0]))
