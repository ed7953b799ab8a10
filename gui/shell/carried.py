"""What a window hands to the one that takes its place: another language needs a new window."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from gui.state.autosave import discard_file
from gui.state.piece import Piece
from gui.state.variation import Takes

if TYPE_CHECKING:
    from gui.shell.states import WindowState


@dataclass(frozen=True, eq=False)
class Carried:
    """The piece as it is, saved or not.

    Attributes:
        piece: The piece.
        path: Its project file, if it has one.
        dirty: Whether it holds what that file doesn't.
        takes: Its variations.
        extra: What else is kept with it.
        kept: The autosave that the old window leaves until the new one keeps the piece.
    """

    piece: Piece
    path: Path | None
    dirty: bool
    takes: Takes | None
    extra: dict[str, Any]
    kept: Path

    @classmethod
    def of(cls, state: WindowState) -> Self:
        """What is open now."""
        document = state.document
        return cls(
            document.piece,
            document.path,
            document.dirty,
            state.variations.takes(),
            state.extras(),
            state.autosave.file,
        )

    def put_into(self, state: WindowState) -> None:
        """Open it in another window, which keeps it from now on."""
        state.document.replace(self.piece, self.path, dirty=self.dirty)
        state.put_back(self.takes, self.extra)
        state.autosave.save_now()
        discard_file(self.kept)
