"""The piece: a roll, one voice for each of its parts, and the loop."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

from gui.state.errors import StateError
from model.roll import COMMON_TIME, Grid, Part, Roll

COLOURS = 8
"""How many colours of parts a theme has; voice colours are counted modulo this."""

DEFAULT_NAME = "Piano"


@dataclass(frozen=True)
class Voice:
    """How a part is shown and heard.

    Attributes:
        name: For people; also the track name of its part.
        colour: Index of one of the theme's part colours.
        muted: Not heard.
        solo: Only those that are solo are heard, if any is.
        locked: Held against edits and generation.
        program: General MIDI instrument, 0..127.
    """

    name: str
    colour: int
    muted: bool = False
    solo: bool = False
    locked: bool = False
    program: int = 0

    @classmethod
    def of(cls, part: Part, index: int) -> Self:
        """The voice that a part of a roll has when nobody has said otherwise."""
        return cls(part.name, index % COLOURS, program=part.program)


@dataclass(frozen=True, eq=False)
class Piece:
    """What is open in the window; never changed after it is made.

    Attributes:
        roll: The notes, with grid, metres and tempos.
        voices: One for each part of the roll.
        loop: First step and the step behind the last one, or None.
    """

    roll: Roll
    voices: tuple[Voice, ...]
    loop: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        """Refuse voices that don't fit the parts, and a loop that has no length.

        Raises:
            StateError: Naming what doesn't fit.
        """
        object.__setattr__(self, "voices", tuple(self.voices))
        if len(self.voices) != len(self.roll.parts):
            raise StateError(
                f"A piece of {len(self.roll.parts)} part(s) can't have {len(self.voices)} "
                "voice(s): give one for each part."
            )
        if self.loop is not None and not 0 <= self.loop[0] < self.loop[1]:
            raise StateError(
                f"A loop can't run from step {self.loop[0]} to {self.loop[1]}: it begins at step "
                "0 or later and ends behind its beginning."
            )

    @classmethod
    def empty(cls, bars: int = 8, steps_per_beat: int = 4) -> Self:
        """Bars of 4/4 with one voice and no note."""
        grid = Grid(steps_per_beat)
        bar = steps_per_beat * 4 * COMMON_TIME[0].numerator // COMMON_TIME[0].denominator
        return cls.of_roll(Roll.from_notes((), bars * bar, grid, (Part(DEFAULT_NAME),)))

    @classmethod
    def of_roll(cls, roll: Roll, voices: Sequence[Voice] = ()) -> Self:
        """A piece of this roll; parts without a voice get one of their own name and program."""
        given = tuple(voices)[: len(roll.parts)]
        made = (Voice.of(part, k) for k, part in enumerate(roll.parts) if k >= len(given))
        return cls(roll, (*given, *made))

    def audible(self) -> tuple[bool, ...]:
        """Which voices are heard: not muted, and solo if any is solo."""
        alone = any(voice.solo for voice in self.voices)
        return tuple(not v.muted and (v.solo or not alone) for v in self.voices)

    def locked(self) -> frozenset[int]:
        """Parts that are held against changes."""
        return frozenset(k for k, voice in enumerate(self.voices) if voice.locked)

    def with_voice(self, index: int, voice: Voice) -> Self:
        """This piece with another voice in one place; its part takes name and program."""
        voices = (*self.voices[:index], voice, *self.voices[index + 1 :])
        part = self.roll.parts[index]
        if (part.name, part.program) == (voice.name, voice.program):
            return replace(self, voices=voices)
        named = replace(part, name=voice.name, program=voice.program)
        parts = (*self.roll.parts[:index], named, *self.roll.parts[index + 1 :])
        return replace(self, roll=replace(self.roll, parts=parts), voices=voices)
