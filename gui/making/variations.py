"""What was made before, to be listened to in turns: every making is a variation of the piece.

Choosing one is an edit like any other, so it can be undone; while the piece plays it waits for the
beat or bar on which things are to start. What was edited by hand since is kept as a variation of
its own before another takes its place.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Protocol

from PySide6.QtCore import QObject, Signal

from gui.making.job import Result
from gui.making.making import MakingState
from gui.state.document import Document
from gui.state.errors import StateError
from gui.state.locks import with_locked_kept
from gui.state.variation import ORIGINAL, Takes, Variation, digest_of
from model.roll import Roll

__all__ = ["ORIGINAL", "Variation", "VariationsState"]

MOST = 40
"""More are kept only where they have a star."""


class Cue(Protocol):
    """Who plays the piece and can let another version of it wait; see `gui.live.cueing`."""

    happened: Any
    """What waited plays now: the document is to hold it."""

    @property
    def start_on(self) -> str:
        """On what it waits: `beat`, `bar` or `four bars`; empty where nothing waits."""
        ...

    def put(self, roll: Roll) -> bool:
        """Let this play from the next beat or bar on; False: nothing is to be waited for."""
        ...

    def call_off(self) -> None:
        """Let nothing wait."""
        ...


class VariationsState(QObject):
    """The list of variations and which of them is the piece now.

    Args:
        document: the piece.
        making: what it makes becomes a variation.
        cue: lets one wait for its beat or bar.
        parent: Qt's owner.
    """

    changed = Signal()
    """The list, which one is current, or which one waits is other than before."""

    def __init__(
        self,
        document: Document,
        making: MakingState,
        cue: Cue,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document, self._cue = document, cue
        self._original: Variation | None = None
        self._variations: list[Variation] = []
        self._current: Variation | None = None
        self._before: Variation | None = None
        self._waiting: Variation | None = None
        self._made = 0
        making.made.connect(self._add)
        document.changed.connect(lambda *_: self._follow())
        document.replaced.connect(self._clear)
        cue.happened.connect(self._happened)

    @property
    def variations(self) -> tuple[Variation, ...]:
        """All but the original, the oldest first."""
        return tuple(self._variations)

    @property
    def original(self) -> Variation | None:
        """The piece before anything was made; None before anything was."""
        return self._original

    @property
    def current(self) -> int | None:
        """Index of the variation that the piece is, or was before it was edited; or `ORIGINAL`.

        None before anything was made, and where it was taken off the list.
        """
        return self._index(self._current)

    @property
    def waiting(self) -> int | None:
        """Index of the one that waits for its beat or bar."""
        return self._index(self._waiting)

    @property
    def start_on(self) -> str:
        """On what it waits: `beat`, `bar` or `four bars`; empty where nothing does."""
        return self._cue.start_on if self._waiting is not None else ""

    def choose(self, index: int) -> None:
        """Let the piece be that variation; while it plays, from where things start on.

        One that waits, or the piece itself, calls off what waits. Nothing happens where there is no
        such variation.
        """
        chosen = self._at(index)
        if chosen is None:
            return
        waited = self._waiting
        self.call_off()
        if chosen is waited or (waited and chosen is self._known(self._document.piece.roll)):
            return
        try:
            roll = with_locked_kept(self._document.piece, chosen.roll)
        except StateError:
            return  # a part that is locked by now would go; it stays
        if chosen is not self._known(self._document.piece.roll) and self._cue.put(roll):
            self._waiting = chosen
            self.changed.emit()
        else:
            self._take(chosen)

    def call_off(self) -> None:
        """Let nothing wait."""
        if self._waiting is not None:
            self._waiting = None
            self._cue.call_off()
            self.changed.emit()

    def swap(self) -> None:
        """A/B: go back to the one that was the piece before this one."""
        index = self._index(self._before)
        if index is None and self._current is not self._original:
            index = ORIGINAL
        if index is not None:
            self.choose(index)

    def star(self, index: int, starred: bool) -> None:
        """Keep a variation in any case, or no more."""
        found = self._at(index)
        if found is not None and found.starred != starred:
            self._put(found, replace(found, starred=starred))
            self._document.touch()
            self.changed.emit()

    def remove(self, index: int) -> None:
        """Take a variation off the list; the piece stays as it is."""
        found = self._at(index)
        if found is None or found is self._original:
            return
        self._variations.remove(found)
        self._forget(found)
        self._document.touch()
        self.changed.emit()

    def takes(self) -> Takes | None:
        """What is to be kept with the piece; None before anything was made."""
        if self._original is None:
            return None
        return Takes(self._original, tuple(self._variations), self.current, self._made)

    def put_back(self, takes: Takes | None) -> None:
        """The variations that were kept with the piece that is open now."""
        self._clear()
        if takes is not None:
            self._original, self._variations = takes.original, list(takes.variations)
            self._current, self._made = takes.at(takes.current), takes.count
            self.changed.emit()

    def roll_of(self, index: int) -> Roll | None:
        """The music of a variation, for those who drag it out or look at it."""
        found = self._at(index)
        return None if found is None else found.roll

    # --- Inside ----------------------------------------------------------------------------------

    def _add(self, result: Result) -> None:
        if self._original is None:
            steps = result.before.steps
            self._original = self._current = Variation(0, result.before, 0, steps)
        self._made += 1
        made = Variation(self._made, result.roll, result.start, result.stop, result.made)
        self._variations.append(made)
        self._set_current(made)
        spare = [one for one in self._variations if not one.starred and one is not made]
        for old in spare[: max(len(self._variations) - MOST, 0)]:
            self._variations.remove(old)
            self._forget(old)
        self.changed.emit()

    def _take(self, chosen: Variation) -> None:
        """Let the piece be this one, keeping what was edited by hand."""
        roll = self._document.piece.roll
        if self._known(roll) is None:
            self._made += 1
            self._variations.append(Variation(self._made, roll, 0, roll.steps))
            self._current = self._variations[-1]
        name = self.tr("Original") if chosen is self._original else str(chosen.number)
        try:
            self._document.edit(self.tr("Variation {0}").format(name), chosen.roll)
        except StateError:
            self.changed.emit()  # a part that is locked by now would go; it stays
            return
        self._set_current(chosen)
        self.changed.emit()

    def _set_current(self, chosen: Variation | None) -> None:
        if chosen is not self._current:
            self._before, self._current = self._current, chosen

    def _follow(self) -> None:
        """Undo and redo lead from variation to variation, too."""
        if self._original is None:
            return
        known = self._known(self._document.piece.roll)
        if known is not None and known is not self._current:
            self._set_current(known)
            self.changed.emit()

    def _happened(self) -> None:
        chosen, self._waiting = self._waiting, None
        if chosen is not None:
            self._take(chosen)

    def _known(self, roll: Roll) -> Variation | None:
        """The variation whose notes these are."""
        digest = digest_of(roll)
        candidates = [self._current, *reversed(self._variations), self._original]
        return next((one for one in candidates if one is not None and one.digest == digest), None)

    def _at(self, index: int) -> Variation | None:
        if index == ORIGINAL:
            return self._original
        return self._variations[index] if 0 <= index < len(self._variations) else None

    def _index(self, variation: Variation | None) -> int | None:
        if variation is None:
            return None
        if variation is self._original:
            return ORIGINAL
        return self._variations.index(variation) if variation in self._variations else None

    def _put(self, old: Variation, new: Variation) -> None:
        if old is self._original:
            self._original = new
        else:
            self._variations[self._variations.index(old)] = new
        self._current = new if self._current is old else self._current
        self._before = new if self._before is old else self._before
        self._waiting = new if self._waiting is old else self._waiting

    def _forget(self, gone: Variation) -> None:
        self._current = None if self._current is gone else self._current
        self._before = None if self._before is gone else self._before
        if self._waiting is gone:
            self.call_off()

    def _clear(self) -> None:
        self._original = self._current = self._before = self._waiting = None
        self._variations.clear()
        self._made = 0
        self.changed.emit()
