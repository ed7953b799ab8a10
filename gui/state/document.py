"""The document: the piece that is open, its undo stack, and who is told when it changes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, QSignalBlocker, Signal
from PySide6.QtGui import QUndoStack

from gui.state.changes import Change, between
from gui.state.commands import EditCommand, VoiceCommand
from gui.state.errors import StateError
from gui.state.gathering import again, gathered
from gui.state.locks import with_locked_kept
from gui.state.made import Made
from gui.state.notecache import NoteCache
from gui.state.piece import Piece, Voice
from gui.state.region import Region
from model.roll import NoteArray, Roll

__all__ = ["Document", "Made"]

UNDO_STEPS = 1000
SWITCHES = frozenset({"muted", "solo", "locked"})
"""Fields of a voice that are switched while listening, and are no step to be undone."""


class Document(QObject):
    """What is open. Widgets read it and ask it for changes; it knows none of them.

    Args:
        piece: To begin with; empty bars if none is given.
        parent: Qt's.

    Attributes:
        undo_stack: The steps that can be undone. A generation is one step.
    """

    changed = Signal(int, int)
    """Cells have changed from the first step given up to, not with, the second; (0, steps) for
    everything, and where metres, tempos or the number of parts changed."""

    voices_changed = Signal()
    """Names, colours, instruments, mute, solo or locks are other than before."""

    loop_changed = Signal()
    """The loop is another."""

    replaced = Signal()
    """Another piece altogether; nothing of the old one holds."""

    path_changed = Signal()
    """It lies in another file."""

    dirty_changed = Signal(bool)
    """Whether there is something that no project file holds."""

    def __init__(self, piece: Piece | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._piece = piece or Piece.empty()
        self._path: Path | None = None
        self._switched = False
        self._was_dirty = False
        self._cache = NoteCache()
        self._revision = 0
        self._ready: Roll | None = None
        self._last_loop: tuple[int, int] | None = None
        self.undo_stack = QUndoStack(self)
        self.undo_stack.setUndoLimit(UNDO_STEPS)
        self.undo_stack.cleanChanged.connect(self._tell_dirty)

    # --- What there is ---------------------------------------------------------------------------

    @property
    def piece(self) -> Piece:
        """The piece as it is now."""
        return self._piece

    @property
    def path(self) -> Path | None:
        """The project file that it was opened from or saved to."""
        return self._path

    @property
    def dirty(self) -> bool:
        """Whether something has changed since it was opened or saved."""
        return self._switched or not self.undo_stack.isClean()

    @property
    def revision(self) -> int:
        """Another number after every change of the roll."""
        return self._revision

    @property
    def made(self) -> Made | None:
        """Where the last generation that is in force came from."""
        for index in reversed(range(self.undo_stack.index())):
            command = self.undo_stack.command(index)
            if isinstance(command, EditCommand) and command.made is not None:
                return command.made
        return None

    def notes(self) -> NoteArray:
        """Notes of the roll, sorted by onset, part and pitch; computed once for each revision."""
        return self._cache.notes(self._piece.roll)

    # --- Steps that can be undone ----------------------------------------------------------------

    def edit(
        self, text: str, roll: Roll, *, voices: tuple[Voice, ...] | None = None, merge: str = ""
    ) -> bool:
        """Have this roll from now on; what locked parts held stays as it is.

        Parts keep their names and instruments unless their number changes or voices are given.

        Args:
            text: What was done, for the Undo menu.
            roll: The whole roll after the edit.
            voices: One for each part, where they change too.
            merge: A word for a gesture; edits with the same word, one right after the other,
                are undone at once.

        Returns:
            Whether anything is other than before.

        Raises:
            StateError: If a locked part would go, or voices don't fit the parts.
        """
        return self._push(text, roll, voices=voices, merge=merge)

    def commit(self, text: str, roll: Roll, made: Made) -> bool:
        """The same for generated notes; `made` stays with the step.

        Raises:
            StateError: As `edit`.
        """
        return self._push(text, roll, made=made)

    def set_voice(self, index: int, **changes: Any) -> None:
        """Change fields of a voice: name, colour and program can be undone, switches can't.

        Raises:
            StateError: If there is no such voice.
        """
        if not 0 <= index < len(self._piece.voices):
            raise StateError(
                f"There is no voice {index}: this piece has {len(self._piece.voices)}."
            )
        voice = self._piece.voices[index]
        given = {name: value for name, value in changes.items() if getattr(voice, name) != value}
        after = {name: value for name, value in given.items() if name not in SWITCHES}
        if switches := {name: value for name, value in given.items() if name in SWITCHES}:
            self._switched = True
            self._apply_voice(index, switches)
            self._tell_dirty()
        if after:
            before = {name: getattr(voice, name) for name in after}
            text = QCoreApplication.translate("Document", "Change voice")
            self.undo_stack.push(VoiceCommand(text, index, before, after, self._apply_voice))

    def gather(self, merge: str) -> None:
        """Have the steps of a gesture as one, below what was done by hand in between.

        The piece stays as it is. Where that can't be, the steps stay as they are, too.

        Args:
            merge: The gesture's word.
        """
        stack, now = self.undo_stack, self._piece
        commands = [stack.command(k) for k in range(stack.index())]
        found = gathered(commands, merge, now.roll)
        first = None if found is None else commands[found.first]
        if found is None or stack.index() < stack.count() or not isinstance(first, EditCommand):
            return
        blocker = QSignalBlocker(self)
        others = again(found)
        while stack.index() > found.first:
            stack.undo()
        change = between(self._piece.roll, found.gesture)
        if change is not None:
            others.insert(0, first.with_change(change))
        for command in others:
            stack.push(command)
        self._piece = now
        blocker.unblock()
        self._tell_dirty()

    # --- What is no step -------------------------------------------------------------------------

    def set_loop(self, loop: tuple[int, int] | None) -> None:
        """Loop over steps, the second one outside, or not at all.

        Raises:
            StateError: If the loop has no length or begins before step 0.
        """
        if loop != self._piece.loop:
            self._piece = replace(self._piece, loop=loop)
            self._switched = True
            self.loop_changed.emit()
            self._tell_dirty()

    def toggle_loop(self, region: Region | None = None) -> None:
        """Loop no more; where there is no loop, loop what is selected, as the last loop, or all.

        Args:
            region: What is selected. A last loop that begins behind the piece's end doesn't count.
        """
        loop, steps = self._piece.loop, self._piece.roll.steps
        if loop is not None:
            self._last_loop = loop
            self.set_loop(None)
        elif region is not None:
            self.set_loop((region.start_step, region.stop_step))
        elif self._last_loop is not None and self._last_loop[0] < steps:
            self.set_loop(self._last_loop)
        elif steps:
            self.set_loop((0, steps))

    def touch(self) -> None:
        """Something that is kept with the piece, and is no part of it, is other than before."""
        self._switched = True
        self._tell_dirty()

    def replace(self, piece: Piece, path: Path | None = None, *, dirty: bool = False) -> None:
        """Open another piece; nothing can be undone then.

        Args:
            piece: The piece.
            path: The project file that it lies in.
            dirty: Whether it holds what no file does, such as after a crash.
        """
        moved = path != self._path
        self._piece, self._path, self._switched = piece, path, dirty
        self._last_loop = None
        self._cache.forget()
        self._revision += 1
        self.undo_stack.clear()
        self.replaced.emit()
        if moved:
            self.path_changed.emit()
        self._tell_dirty()

    def saved(self, path: Path) -> None:
        """It now lies in this project file as it is."""
        moved = path != self._path
        self._path, self._switched = path, False
        self.undo_stack.setClean()
        if moved:
            self.path_changed.emit()
        self._tell_dirty()

    # --- Inside ----------------------------------------------------------------------------------

    def _push(
        self,
        text: str,
        roll: Roll,
        voices: tuple[Voice, ...] | None = None,
        merge: str = "",
        made: Made | None = None,
    ) -> bool:
        old = self._piece
        roll = with_locked_kept(old, roll)
        if voices is None and len(roll.parts) == len(old.roll.parts):
            roll = replace(roll, parts=old.roll.parts) if roll.parts != old.roll.parts else roll
        else:
            voices = Piece.of_roll(roll, old.voices if voices is None else voices).voices
        change = between(old.roll, roll)
        if change is None and (voices is None or voices == old.voices):
            return False
        if change is None:
            raise StateError("Voices change with their parts: use set_voice for one that stays.")
        self._ready = roll  # Qt does the step while it is pushed
        both = None if voices is None else (old.voices, voices)
        self.undo_stack.push(EditCommand(text, change, self._apply, self._join, both, merge, made))
        return True

    def _apply(self, change: Change, forward: bool, voices: tuple[Voice, ...] | None) -> None:
        ready, self._ready = self._ready, None
        turn = change.forward if forward else change.backward
        roll = turn(self._piece.roll) if ready is None else ready
        self._piece = replace(self._piece, roll=roll, voices=voices or self._piece.voices)
        self._cache.touch(change.rows)
        self._revision += 1
        if voices is not None:
            self.voices_changed.emit()
        self.changed.emit(*change.span)
        self._tell_dirty()

    def _join(self, earlier: Change, later: Change) -> Change | None:
        now = self._piece.roll
        return between(earlier.backward(later.backward(now)), now)

    def _apply_voice(self, index: int, fields: dict[str, Any]) -> None:
        voice = replace(self._piece.voices[index], **fields)
        self._piece = self._piece.with_voice(index, voice)
        self.voices_changed.emit()
        self._tell_dirty()

    def _tell_dirty(self) -> None:
        if self.dirty != self._was_dirty:
            self._was_dirty = self.dirty
            self.dirty_changed.emit(self._was_dirty)
