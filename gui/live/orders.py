"""A piece in the deck's words: notes as columns, parts with channel, instrument and whether heard.

Shapes: `N` notes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from bridge.playing.performance import channels_of
from model.roll import NoteArray, Roll

Order = dict[str, object]


class VoiceLike(Protocol):
    """What is read of `gui.state.piece.Voice`."""

    @property
    def program(self) -> int:
        """General MIDI instrument, 0..127."""
        ...


@dataclass(frozen=True)
class Instrument:
    """A voice of which nothing matters but how it sounds."""

    program: int


def piece_order(
    roll: Roll, notes: NoteArray, voices: Sequence[VoiceLike], audible: Sequence[bool]
) -> Order:
    """Everything that the deck has to know of a piece; it goes on where it is.

    Args:
        roll: For grid, parts, metres, tempos and length.
        notes: Its notes.
        voices: One for each part.
        audible: Which of them are heard, by mute and solo.
    """
    return {
        "piece": {
            "notes": columns(notes),
            "voices": voice_list(roll, voices, audible),
            "steps": roll.steps,
            "steps_per_beat": roll.grid.steps_per_beat,
            "tempos": [[change.step, change.bpm] for change in roll.tempos],
            "metres": [[m.step, 4.0 * m.numerator / m.denominator] for m in roll.metres],
        }
    }


def change_order(notes: NoteArray, start: int, stop: int, steps: int) -> Order:
    """What sounds in steps [start, stop) of the piece from now on.

    Every note that touches the stretch is named whole, one that ends at `start` too: it may have
    been longer before.

    Args:
        notes: All notes of the piece.
        start: First step that may differ.
        stop: The step after the last one.
        steps: Length of the piece.
    """
    ends = notes.onset_steps + notes.duration_steps
    near = (notes.onset_steps < stop) & (ends >= start)
    return {
        "change": {"start": start, "stop": stop, "notes": columns(notes.only(near)), "steps": steps}
    }


def voices_order(roll: Roll, voices: Sequence[VoiceLike], audible: Sequence[bool]) -> Order:
    """Instruments, mute and solo as they are now."""
    return {"voices": voice_list(roll, voices, audible)}


def columns(notes: NoteArray) -> list[list[int]]:
    """Part, pitch, onset, duration (both in steps) and velocity, five lists of N."""
    chosen = (notes.part, notes.pitch, notes.onset_steps, notes.duration_steps, notes.velocity)
    return [np.asarray(column).tolist() for column in chosen]


def voice_list(
    roll: Roll, voices: Sequence[VoiceLike], audible: Sequence[bool]
) -> list[dict[str, object]]:
    """One object for each part of the roll; a part without a voice plays its own program."""
    found: list[dict[str, object]] = []
    for index, channel in enumerate(channels_of(roll.parts)):
        part = roll.parts[index]
        program = voices[index].program if index < len(voices) else part.program
        heard = audible[index] if index < len(audible) else True
        found.append({"channel": channel, "program": program, "audible": bool(heard)})
    return found
