"""The steps that can be undone: an edit of the notes, and a change of a voice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtGui import QUndoCommand

from gui.state.changes import Change
from gui.state.made import Made
from gui.state.piece import Voice

EDIT_ID = 1
"""Qt asks steps of the same number whether they become one; -1 are never asked."""


class EditCommand(QUndoCommand):
    """One change of the roll, and of the voices where their number changes.

    Args:
        text: What was done, for the Undo menu.
        change: The change.
        apply: Called with the change, whether it goes forward, and the voices to have then.
        voices: Voices before and after, or None where they stay.
        join: Called with an earlier and a later change, which are both in force: one for both.
        merge: Steps with the same word, one right after the other, become one; empty for never.
        made: Where the notes come from, when they were generated.
    """

    def __init__(
        self,
        text: str,
        change: Change,
        apply: Callable[[Change, bool, tuple[Voice, ...] | None], None],
        join: Callable[[Change, Change], Change | None],
        voices: tuple[tuple[Voice, ...], tuple[Voice, ...]] | None = None,
        merge: str = "",
        made: Made | None = None,
    ) -> None:
        super().__init__(text)
        self.change, self.voices, self.merge, self.made = change, voices, merge, made
        self._apply, self._join = apply, join

    def with_change(self, change: Change) -> EditCommand:
        """The same step with another change of the roll."""
        return EditCommand(
            self.text(), change, self._apply, self._join, self.voices, self.merge, self.made
        )

    def redo(self) -> None:
        """Do it, the first time too."""
        self._apply(self.change, True, self.voices and self.voices[1])

    def undo(self) -> None:
        """Have the roll as it was."""
        self._apply(self.change, False, self.voices and self.voices[0])

    def id(self) -> int:
        """Whether it may become one with others."""
        return EDIT_ID if self.merge else -1

    def mergeWith(self, other: QUndoCommand) -> bool:  # noqa: N802 - Qt's name
        """Take in a later step of the same gesture."""
        if not isinstance(other, EditCommand) or other.merge != self.merge or other.voices:
            return False
        joined = self._join(self.change, other.change)
        if joined is None:
            self.setObsolete(True)
        else:
            self.change = joined
        self.setText(other.text())
        return True


class VoiceCommand(QUndoCommand):
    """Another name, colour or instrument of one voice.

    Args:
        text: What was done.
        index: Which voice.
        before: The fields that change, as they were.
        after: The same as they become.
        apply: Called with the index and the fields.
    """

    def __init__(
        self,
        text: str,
        index: int,
        before: dict[str, Any],
        after: dict[str, Any],
        apply: Callable[[int, dict[str, Any]], None],
    ) -> None:
        super().__init__(text)
        self._index, self._before, self._after, self._apply = index, before, after, apply

    def copied(self) -> VoiceCommand:
        """The same step for another place of the stack."""
        return VoiceCommand(self.text(), self._index, self._before, self._after, self._apply)

    def redo(self) -> None:
        """Do it, the first time too."""
        self._apply(self._index, self._after)

    def undo(self) -> None:
        """Have the voice as it was."""
        self._apply(self._index, self._before)
