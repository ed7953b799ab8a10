"""A gesture that others have broken into several steps is one step again, below the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtGui import QUndoCommand

from gui.state.changes import SliceChange, between
from gui.state.commands import EditCommand, VoiceCommand
from model.roll import Roll


@dataclass(frozen=True)
class Gathered:
    """What the steps become.

    Attributes:
        first: Place of the first step that is another one.
        gesture: The roll after the whole gesture, without the other steps.
        others: The other steps in their order, each with the roll after it; None for a voice's.
    """

    first: int
    gesture: Roll
    others: tuple[tuple[QUndoCommand, Roll | None], ...]


def gathered(commands: Sequence[QUndoCommand | None], merge: str, now: Roll) -> Gathered | None:
    """How the steps of a gesture can be one.

    What was edited meanwhile is taken out of the roll, from the last to the first, and comes on top
    of the gesture again.

    Args:
        commands: All steps that are in force.
        merge: The gesture's word.
        now: The roll after them.

    Returns:
        None where they are one already, or an edit in between can't be taken out: one that changed
        parts, length, metres or tempos.
    """
    ours = [k for k, one in enumerate(commands) if _is_of(one, merge)]
    if len(ours) < 2:
        return None
    others: list[tuple[QUndoCommand, Roll | None]] = []
    roll = now
    for command in reversed(commands[ours[0] + 1 :]):
        if isinstance(command, VoiceCommand):
            others.append((command, None))
        elif isinstance(command, EditCommand) and not _is_of(command, merge):
            change = command.change
            without = change.taken_out_of(roll) if isinstance(change, SliceChange) else None
            if without is None:
                return None
            others.append((command, roll))
            roll = without
        elif not isinstance(command, EditCommand) or command.voices:
            return None
    return Gathered(ours[0], roll, tuple(reversed(others)))


def again(gathering: Gathered) -> list[QUndoCommand]:
    """The other steps anew, on top of the gesture; those that change nothing any more are gone."""
    found: list[QUndoCommand] = []
    before = gathering.gesture
    for command, after in gathering.others:
        if isinstance(command, VoiceCommand):
            found.append(command.copied())
        elif isinstance(command, EditCommand) and after is not None:
            change = between(before, after)
            if change is not None:
                found.append(command.with_change(change))
            before = after
    return found


def _is_of(command: QUndoCommand | None, merge: str) -> bool:
    return isinstance(command, EditCommand) and command.merge == merge
